;; The average of the numbers in a list: length first, then the numbers.
;; The list at address 0 has three of them. The one at address 64 is empty:
;; its average traps, because it divides by zero.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\03\00\00\00" "\0a\00\00\00" "\14\00\00\00" "\21\00\00\00")

  (func $average (export "average") (param $list i32) (result i32)
    (i32.div_s
      (call $sum
        (i32.add (local.get $list) (i32.const 4))
        (i32.load (local.get $list)))
      (i32.load (local.get $list))))

  (func $sum (param $address i32) (param $length i32) (result i32)
    (local $total i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $length)))
        (local.set $total
          (i32.add (local.get $total) (i32.load (local.get $address))))
        (local.set $address (i32.add (local.get $address) (i32.const 4)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (local.get $total)))
