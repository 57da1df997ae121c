;; RUN: trace % --invoke factorial 3
;; RUN: trace % --invoke factorial 3 --limit 3
;; RUN: trace % --invoke flow 1
;; RUN: trace % --invoke store
(module
  (memory 1)
  (global $counter (mut i32) (i32.const 5))
  (func $factorial (export "factorial") (param $n i64) (result i64)
    local.get $n
    i64.eqz
    if (result i64)
      i64.const 1
    else
      local.get $n
      local.get $n
      i64.const 1
      i64.sub
      call $factorial
      i64.mul
    end)
  (func $flow (export "flow") (param i32) (result i32)
    block $out (result i32)
      i32.const 10
      local.get 0
      br_if $out
      drop
      i32.const 20
    end
    i32.const 1
    i32.add
    return_call $double)
  (func $double (param i32) (result i32)
    local.get 0 i32.const 1 i32.shl)
  (func (export "store")
    i32.const 8 f64.const 1.5 f64.store
    global.get $counter i32.const 1 i32.add global.set $counter
    i32.const 8 i64.load drop
    i32.const 1 memory.grow drop))
