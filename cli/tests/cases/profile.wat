;; RUN: run --profile % --stub-imports --invoke main 5
;; RUN: run --profile % --stub-imports --invoke main 0
;; RUN: run --profile % --stub-imports
(module
  (import "env" "log" (func $log (param i32)))
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $unused)
  (func (export "main") (param i32) (result i32)
    (call $log (local.get 0))
    (i32.div_u (call $fib (local.get 0)) (local.get 0))))
