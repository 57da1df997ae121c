;; The sieve of Eratosthenes: one byte of memory for each number below n.
;; A byte that becomes 1 says "not a prime". Returns how many primes there are.
(module
  (memory (export "memory") 1)

  (func $sieve (export "sieve") (param $n i32) (result i32)
    (local $i i32)
    (local $count i32)
    (local.set $i (i32.const 2))
    (block $done
      (loop $numbers
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (if (i32.eqz (i32.load8_u (local.get $i)))
          (then
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (call $strike (local.get $i) (local.get $n))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $numbers)))
    (local.get $count))

  ;; Strikes out the multiples of a prime below n.
  (func $strike (param $prime i32) (param $n i32)
    (local $multiple i32)
    (local.set $multiple (i32.mul (local.get $prime) (local.get $prime)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $multiple) (local.get $n)))
        (i32.store8 (local.get $multiple) (i32.const 1))
        (local.set $multiple (i32.add (local.get $multiple) (local.get $prime)))
        (br $next)))))
