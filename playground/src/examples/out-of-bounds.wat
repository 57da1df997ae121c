;; Fills memory with a byte, one too many: the last write is past the end.
;; Memory has one page, 65536 bytes, so the addresses end at 65535.
(module
  (memory (export "memory") 1)

  (func $main (export "main") (param $from i32)
    (call $fill (local.get $from) (i32.const 0xff)))

  (func $fill (param $address i32) (param $byte i32)
    loop $next
      local.get $address
      local.get $byte
      i32.store8

      local.get $address
      i32.const 1
      i32.add
      local.set $address
      br $next
    end))
