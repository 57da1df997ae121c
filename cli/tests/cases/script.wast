;; RUN: wast %
;; RUN: wast - < %
;; RUN: wast no-such-file.wast
;; RUN: wast
(module
  (func (export "half") (param i32) (result i32)
    local.get 0 i32.const 2 i32.div_s)
  (func (export "divide") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.div_s))
(assert_return (invoke "half" (i32.const 84)) (i32.const 42))
(assert_return (invoke "half" (i32.const 84)) (i32.const 41))
(assert_trap (invoke "divide" (i32.const 1) (i32.const 0)) "integer divide by zero")
(assert_trap (invoke "divide" (i32.const 1) (i32.const 1)) "integer divide by zero")
(assert_invalid (module (func (result i32))) "type mismatch")
