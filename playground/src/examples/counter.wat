;; Globals keep their values from call to call:
;; start "bump" again and again, and see the count go up.
(module
  (global $count (export "count") (mut i32) (i32.const 0))
  (global $step i32 (i32.const 1))

  (func $bump (export "bump") (result i32)
    global.get $count
    global.get $step
    i32.add
    global.set $count
    global.get $count)

  (func $reset (export "reset") (param $to i32)
    local.get $to
    global.set $count))
