;; Sorts as many pseudo-random numbers as the size says by quicksort: comparisons that nobody can predict, recursion.
(module
  (memory 64)
  (func $at (param $index i32) (result i32)
    (i32.load (i32.shl (local.get $index) (i32.const 2))))
  (func $put (param $index i32) (param $value i32)
    (i32.store (i32.shl (local.get $index) (i32.const 2)) (local.get $value)))
  (func $fill (param $size i32)
    (local $index i32) (local $x i32)
    (local.set $x (i32.const 2463534242))
    (loop $next
      (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 13))))
      (local.set $x (i32.xor (local.get $x) (i32.shr_u (local.get $x) (i32.const 17))))
      (local.set $x (i32.xor (local.get $x) (i32.shl (local.get $x) (i32.const 5))))
      (call $put (local.get $index) (local.get $x))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (local.get $size)))))
  ;; Sorts what lies from the first to the last index, both included.
  (func $sort (param $first i32) (param $last i32)
    (local $low i32) (local $high i32) (local $pivot i32) (local $value i32)
    (if (i32.ge_s (local.get $first) (local.get $last)) (then (return)))
    (local.set $pivot
      (call $at (i32.shr_u (i32.add (local.get $first) (local.get $last)) (i32.const 1))))
    (local.set $low (local.get $first))
    (local.set $high (local.get $last))
    (loop $partition
      (block $low_found
        (loop $seek
          (br_if $low_found (i32.ge_u (call $at (local.get $low)) (local.get $pivot)))
          (local.set $low (i32.add (local.get $low) (i32.const 1)))
          (br $seek)))
      (block $high_found
        (loop $seek
          (br_if $high_found (i32.le_u (call $at (local.get $high)) (local.get $pivot)))
          (local.set $high (i32.sub (local.get $high) (i32.const 1)))
          (br $seek)))
      (if (i32.le_s (local.get $low) (local.get $high))
        (then
          (local.set $value (call $at (local.get $low)))
          (call $put (local.get $low) (call $at (local.get $high)))
          (call $put (local.get $high) (local.get $value))
          (local.set $low (i32.add (local.get $low) (i32.const 1)))
          (local.set $high (i32.sub (local.get $high) (i32.const 1)))))
      (br_if $partition (i32.le_s (local.get $low) (local.get $high))))
    (call $sort (local.get $first) (local.get $high))
    (call $sort (local.get $low) (local.get $last)))
  (func $sum (param $size i32) (result i64)
    (local $index i32) (local $sum i64)
    (loop $next
      (local.set $sum
        (i64.add (local.get $sum)
          (i64.mul
            (i64.extend_i32_u (call $at (local.get $index)))
            (i64.extend_i32_u (local.get $index)))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (local.get $size))))
    (local.get $sum))
  (func (export "run") (param $size i32) (result i64)
    (call $fill (local.get $size))
    (call $sort (i32.const 0) (i32.sub (local.get $size) (i32.const 1)))
    (call $sum (local.get $size))))
