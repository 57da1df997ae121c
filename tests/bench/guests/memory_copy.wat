;; Moves 64 KiB as often as the size says, each time once by memory.copy and once word by word.
(module
  (memory 4)
  (func $fill
    (local $address i32)
    (loop $next
      (i64.store (local.get $address)
        (i64.mul (i64.extend_i32_u (local.get $address)) (i64.const 0x9e3779b97f4a7c15)))
      (local.set $address (i32.add (local.get $address) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $address) (i32.const 65536)))))
  (func $copy (param $to i32) (param $from i32) (param $length i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (local.get $length)))
    (loop $next
      (i64.store (local.get $to) (i64.load (local.get $from)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end)))))
  (func $sum (result i64)
    (local $address i32) (local $sum i64)
    (loop $next
      (local.set $sum
        (i64.add (i64.rotl (local.get $sum) (i64.const 1)) (i64.load (local.get $address))))
      (local.set $address (i32.add (local.get $address) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $address) (i32.const 65536))))
    (local.get $sum))
  (func (export "run") (param $size i32) (result i64)
    (call $fill)
    (loop $next
      ;; One byte further at each round, so that the words do not stay what they are.
      (memory.copy (i32.const 65537) (i32.const 0) (i32.const 65536))
      (i32.store8 (i32.const 65536) (local.get $size))
      (call $copy (i32.const 0) (i32.const 65536) (i32.const 65536))
      (local.set $size (i32.sub (local.get $size) (i32.const 1)))
      (br_if $next (local.get $size)))
    (call $sum)))
