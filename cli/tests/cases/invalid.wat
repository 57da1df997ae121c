;; RUN: run %
;; RUN: validate %
;; RUN: trace % --invoke f
;; RUN: inspect %
(module
  (func (export "f") (result i32)
    i64.const 1))
