;; Odd or even, by two functions that call each other in tail position.
;; However large n is, there is never more than one call frame.
(module
  (func $even (export "even") (param $n i64) (result i32)
    (if (i64.eqz (local.get $n))
      (then (return (i32.const 1))))
    (return_call $odd (i64.sub (local.get $n) (i64.const 1))))

  (func $odd (export "odd") (param $n i64) (result i32)
    (if (i64.eqz (local.get $n))
      (then (return (i32.const 0))))
    (return_call $even (i64.sub (local.get $n) (i64.const 1)))))
