;; A text in memory, changed there, and handed to an imported function
;; as an address and a length.
(module
  (import "env" "log" (func $log (param $address i32) (param $length i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "Hello, world!")

  (func $main (export "main")
    (call $log (i32.const 16) (i32.const 13))
    (call $shout (i32.const 16) (i32.const 13))
    (call $log (i32.const 16) (i32.const 13)))

  ;; Turns the small letters between two addresses into capital ones.
  (func $shout (param $address i32) (param $length i32)
    (local $end i32)
    (local $letter i32)
    (local.set $end (i32.add (local.get $address) (local.get $length)))
    (loop $next
      (local.set $letter (i32.load8_u (local.get $address)))
      (if (i32.lt_u
            (i32.sub (local.get $letter) (i32.const 97))
            (i32.const 26))
        (then
          (i32.store8
            (local.get $address)
            (i32.sub (local.get $letter) (i32.const 32)))))
      (local.set $address (i32.add (local.get $address) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $address) (local.get $end))))))
