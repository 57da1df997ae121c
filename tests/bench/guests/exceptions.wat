;; Throws and catches as often as the size says, every fourth time from a function further in; every fifth time
;; nothing is thrown.
(module
  (tag $odd (param i64))
  (tag $even (param i64))
  (func $throw (param $index i32)
    (if (i32.eqz (i32.rem_u (local.get $index) (i32.const 5))) (then (return)))
    (if (i32.and (local.get $index) (i32.const 1))
      (then (throw $odd (i64.extend_i32_u (local.get $index)))))
    (throw $even (i64.extend_i32_u (i32.shl (local.get $index) (i32.const 1)))))
  (func $further_in (param $index i32)
    (call $throw (local.get $index)))
  (func (export "run") (param $size i32) (result i64)
    (local $index i32) (local $sum i64)
    (loop $next
      (block $continue
        (local.set $sum
          (i64.add
            (i64.mul (local.get $sum) (i64.const 3))
            (block $thrown (result i64)
              (try_table (catch $odd $thrown) (catch $even $thrown)
                (if (i32.and (local.get $index) (i32.const 3))
                  (then (call $throw (local.get $index)))
                  (else (call $further_in (local.get $index)))))
              (br $continue)))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (local.get $size))))
    (local.get $sum)))
