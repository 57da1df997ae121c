;; RUN: debug % --invoke mean 16 0 --stub-imports < debug-moves.commands
;; RUN: debug % --invoke mean 16 2 --stub-imports < debug-looks.commands
;; RUN: debug % --invoke mean 16 0 --stub-imports < debug-changes.commands
;; RUN: debug % --invoke mean 16 2 --stub-imports < debug-watches.commands
;; RUN: debug % --invoke mean 16 2 --stub-imports < debug-breakpoints.commands
;; RUN: debug % --invoke mean 16 0 --stub-imports < debug-mistakes.commands
;; RUN: debug % --invoke mean 16 2 --stub-imports --batch -x 'break next; continue; continue' -x 'reverse; where'
;; RUN: debug % --invoke mean 16 2 --stub-imports --batch -x 'step; go'
;; RUN: debug % --invoke mean 16 2 --stub-imports --batch -x 'seek 99' -x 'step'
;; RUN: debug % --invoke mean 16 2 --stub-imports -x 'continue' < debug-quit.commands
;; RUN: debug - --invoke mean 16 2 --stub-imports < %
;; RUN: debug - --invoke mean 16 2 --stub-imports --batch -x 'continue' < %
;; RUN: debug % --invoke median --stub-imports
;; RUN: debug % --stub-imports --batch -x 'continue; call mean 16 1; continue; seek end; continue'
(module
  (import "env" "log" (func $log (param i32) (result i32)))
  (memory (export "memory") 1)
  (table $t 3 funcref)
  (elem (i32.const 1) $next $sum)
  (global $calls (mut i32) (i32.const 0))
  (global $step i32 (i32.const 4))
  (data (i32.const 16) "\01\00\00\00\02\00\00\00\03\00\00\00")
  (start $init)
  (func $init (global.set $calls (i32.const 100)))
  (func $next (param $at i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.add (local.get $at) (global.get $step)))
  (func $sum (export "sum") (param $at i32) (param $end i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
      (drop (call $log (local.get $sum)))
      (local.set $at (call $next (local.get $at)))
      (br_if $again (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $sum))
  (func (export "mean") (param $at i32) (param $count i32) (result i32)
    (i32.div_u
      (call $sum (local.get $at)
        (i32.add (local.get $at) (i32.mul (local.get $count) (i32.const 4))))
      (local.get $count))))
