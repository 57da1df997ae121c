;; The factorial of a number, by recursion.
;; Each result is also kept in memory and logged on the way back.
(module
  (import "console" "log" (func $log (param i64)))
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))

  (func $factorial (export "factorial") (param $n i64) (result i64)
    (local $result i64)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))

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
    end
    local.set $result

    ;; memory[8 * n] = result
    (i64.store
      (i32.wrap_i64 (i64.shl (local.get $n) (i64.const 3)))
      (local.get $result))
    (call $log (local.get $result))
    local.get $result))
