;; RUN: run %
;; RUN: run % --invoke get
;; RUN: trace %
(module
  (global $g (mut i32) (i32.const 0))
  (start $init)
  (func $init i32.const 7 global.set $g)
  (func (export "get") (result i32) global.get $g))
