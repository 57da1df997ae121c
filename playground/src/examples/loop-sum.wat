;; The sum of 1 to n: a loop, two locals, a branch back.
(module
  (func $sum (export "sum") (param $n i32) (result i32)
    (local $i i32)
    (local $total i32)
    loop $again
      ;; i = i + 1
      local.get $i
      i32.const 1
      i32.add
      local.tee $i

      ;; total = total + i
      local.get $total
      i32.add
      local.set $total

      ;; once more while i < n
      local.get $i
      local.get $n
      i32.lt_s
      br_if $again
    end
    local.get $total))
