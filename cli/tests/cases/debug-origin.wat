;; RUN: debug % --invoke share 12 1 < debug-origin.commands
(module
  (memory 1)
  (func $remember (param $count i32)
    (i32.store (i32.const 8) (local.get $count)))
  (func $split (param $total i32) (result i32)
    (local $among i32)
    (local.set $among (i32.load (i32.const 8)))
    (i32.div_u (local.get $total) (local.get $among)))
  (func (export "share") (param $total i32) (param $guests i32) (result i32)
    (call $remember (i32.sub (local.get $guests) (i32.const 1)))
    (call $split (local.get $total))))
