;; Functions, blocks and loops may give several values.
;; Here a call takes two from the stack and gives two back, the other way round.
(module
  (func $swap (param $a i32) (param $b i32) (result i32 i32)
    local.get $b
    local.get $a)

  (func $divide (export "divide") (param $a i32) (param $b i32) (result i32 i32)
    (i32.div_u (local.get $a) (local.get $b))
    (i32.rem_u (local.get $a) (local.get $b)))

  (func $sort (export "sort") (param $a i32) (param $b i32) (result i32 i32)
    local.get $a
    local.get $b
    (i32.gt_s (local.get $a) (local.get $b))
    if (param i32 i32) (result i32 i32)
      call $swap
    end))
