;; How many primes lie below the size, by the sieve of Eratosthenes: loads and stores of bytes, short loops.
(module
  (memory 64)
  (func (export "run") (param $size i32) (result i64)
    (local $n i32) (local $multiple i32) (local $count i64)
    (memory.fill (i32.const 0) (i32.const 0) (local.get $size))
    (local.set $n (i32.const 2))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $n) (local.get $size)))
        (if (i32.eqz (i32.load8_u (local.get $n)))
          (then
            (local.set $count (i64.add (local.get $count) (i64.const 1)))
            (local.set $multiple (i32.shl (local.get $n) (i32.const 1)))
            (block $marked
              (loop $mark
                (br_if $marked (i32.ge_u (local.get $multiple) (local.get $size)))
                (i32.store8 (local.get $multiple) (i32.const 1))
                (local.set $multiple (i32.add (local.get $multiple) (local.get $n)))
                (br $mark)))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $count)))
