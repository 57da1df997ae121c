;; RUN: run % --invoke main
;; RUN: run % --invoke main --stub-imports
;; RUN: trace % --invoke main --stub-imports
;; RUN: run % --invoke direct 5 --stub-imports
(module
  (import "env" "log" (func $log (param i32 f64) (result i64)))
  (import "env" "memory" (memory 1))
  (import "env" "table" (table 2 funcref))
  (import "env" "global" (global $g (mut i32)))
  (import "env" "exit" (func $exit (param i32)))
  (export "direct" (func $exit))
  (func (export "main") (result i64)
    i32.const 3 f64.const 2.5 call $log))
