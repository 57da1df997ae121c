;; As many calls through a table as the size says; the value so far chooses the function.
(module
  (type $step (func (param i32) (result i32)))
  (table funcref (elem $increment $negate $double $mix $rotate $invert $scale $shift))
  (func $increment (type $step) (i32.add (local.get 0) (i32.const 1)))
  (func $negate (type $step) (i32.sub (i32.const 0) (local.get 0)))
  (func $double (type $step) (i32.add (i32.shl (local.get 0) (i32.const 1)) (i32.const 5)))
  (func $mix (type $step) (i32.xor (local.get 0) (i32.const 0x9e3779b9)))
  (func $rotate (type $step) (i32.rotl (local.get 0) (i32.const 7)))
  (func $invert (type $step) (i32.xor (local.get 0) (i32.const -1)))
  (func $scale (type $step) (i32.mul (local.get 0) (i32.const 0x01000193)))
  (func $shift (type $step) (i32.xor (local.get 0) (i32.shr_u (local.get 0) (i32.const 3))))
  (func (export "run") (param $size i32) (result i64)
    (local $index i32) (local $x i32) (local $sum i64)
    (loop $next
      (local.set $x
        (call_indirect (type $step)
          (local.get $x)
          (i32.and (i32.add (local.get $x) (local.get $index)) (i32.const 7))))
      (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (local.get $x))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (local.get $size))))
    (local.get $sum)))
