;; Runs for ever: press Run, then Pause, and look where it is.
;; The Collatz sequence of one number after another.
(module
  (global $longest (mut i32) (i32.const 0))
  (global $record (mut i64) (i64.const 1))

  (func $main (export "main")
    (local $n i64)
    (local $length i32)
    (local.set $n (i64.const 1))
    (loop $forever
      (local.set $length (call $collatz (local.get $n)))
      (if (i32.gt_u (local.get $length) (global.get $longest))
        (then
          (global.set $longest (local.get $length))
          (global.set $record (local.get $n))))
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br $forever)))

  ;; How many steps it takes from n to 1.
  (func $collatz (param $n i64) (result i32)
    (local $steps i32)
    (block $done
      (loop $next
        (br_if $done (i64.eq (local.get $n) (i64.const 1)))
        (local.set $n
          (if (result i64) (i32.wrap_i64 (i64.and (local.get $n) (i64.const 1)))
            (then (i64.add (i64.mul (local.get $n) (i64.const 3)) (i64.const 1)))
            (else (i64.shr_u (local.get $n) (i64.const 1)))))
        (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
        (br $next)))
    (local.get $steps)))
