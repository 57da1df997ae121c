;; Branches that carry values, returns in all widths, and what stands in pairs.

(module
  (func (export "br_if value") (param i32) (result i32)
    block (result i32)
      i32.const 1 i32.const 2
      (br_if 0 (i32.lt_u (local.get 0) (i32.const 5)))
      i32.sub
    end)
  (func (export "br_if values") (param i32) (result i32 i64)
    block (result i32 i64)
      i32.const 0 f64.const 4
      local.get 0 i64.const 9
      (br_if 0 (i32.eqz (local.get 0)))
      drop drop drop drop
      i32.const 7 i64.const 8
    end)
  (func (export "br_if vector") (param i32 v128) (result v128)
    block (result v128)
      i32.const 0
      local.get 1
      (br_if 0 (local.get 0))
      drop drop
      (v128.const i64x2 7 8)
    end)
  (func (export "br_table value") (param i32) (result i32)
    block (result i32)
      block (result i32)
        i32.const 3 i32.const 10 local.get 0
        (br_table 0 1 0 (local.get 0))
      end
      i32.const 100 i32.add
    end
    i32.const 1000 i32.add)
  (func (export "br_table function") (param i32) (result i32)
    block (result i32)
      i32.const 5 local.get 0 br_table 0 1
    end
    i32.const 100 i32.add)
  (func (export "br_table vector") (param i32 v128) (result v128)
    block (result v128)
      i32.const 6 local.get 1 local.get 0 br_table 0 1
    end
    v128.not)
  (func (export "br_table of a constant") (result i32)
    block block block (br_table 0 1 2 (i32.const 1)) end (return (i32.const 1)) end (return (i32.const 2)) end
    i32.const 3)
  (func (export "br none") (param i32) (br 0))
  (func (export "br one") (param i32) (result i32) i32.const 9 local.get 0 br 0)
  (func (export "br two") (param i32) (result i32 i64) i32.const 9 local.get 0 i64.const 4 br 0)
  (func (export "br vector") (param v128) (result v128) i32.const 9 local.get 0 br 0)
  (func (export "br vector and one") (param v128) (result v128 i32) i32.const 9 local.get 0 i32.const 2 br 0)
  (func (export "br_if function") (param i32) (result i32) i32.const 8 (br_if 0 (local.get 0)) drop i32.const 9)
  (func (export "br_if function vector") (param i32 v128) (result v128)
    i32.const 1 local.get 1 (br_if 0 (local.get 0)) v128.not br 0)
  (func (export "br_if function none") (param i32) (br_if 0 (i32.gt_s (local.get 0) (i32.const 0))) unreachable)
  (func (export "br_if function two") (param i32 i32) (result i32 i32)
    i32.const 5 local.get 1 local.get 0 (br_if 0 (i32.ne (local.get 0) (local.get 1))) drop)
  (func (export "return one") (param i64) (result i64) i32.const 9 (return (i64.add (local.get 0) (i64.const 1))))
  (func (export "return vector") (param v128) (result v128) i32.const 9 local.get 0 return)
  (func (export "return constant") (result f64) (return (f64.const -0.0)))
  (func (export "return two") (param i32) (result i32 i32) i32.const 9 local.get 0 local.get 0 return)
  (func $sum (export "sum") (param i64 i64) (result i64)
    (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $sum (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (local.get 0))))
  (func $swapped (export "swapped") (param i32 i32 i32) (result i32)
    (if (result i32) (local.get 0)
      (then (return_call $swapped (i32.sub (local.get 0) (i32.const 1)) (local.get 2) (local.get 1)))
      (else (i32.sub (local.get 1) (local.get 2)))))
  (func (export "block parameters") (param i32) (result i32 i32)
    local.get 0 i32.const 3
    block (param i32 i32) (result i32 i32)
      (local.set 0 (i32.const 50))
      i32.sub local.get 0
    end)
  (func (export "loop parameters") (param i32) (result i32)
    i32.const 0 local.get 0
    loop (param i32 i32) (result i32)
      local.tee 0 i32.add
      (i32.sub (local.get 0) (i32.const 1)) local.get 0 i32.const 1 i32.gt_s
      br_if 0
      drop
    end)
  (func (export "loop exchange") (param i32) (result i32 i32) (local i32 i32)
    i32.const 1 i32.const 2
    loop (param i32 i32) (result i32 i32)
      local.set 1 local.set 2
      local.get 1 local.get 2
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
    end)
  (func (export "nops") (param i32) (result i32)
    nop block nop end local.get 0 nop drop
    loop nop block end end
    (if (local.get 0) (then nop) (else))
    local.get 0))

(assert_return (invoke "br_if value" (i32.const 4)) (i32.const 2))
(assert_return (invoke "br_if value" (i32.const 5)) (i32.const -1))
(assert_return (invoke "br_if values" (i32.const 0)) (i32.const 0) (i64.const 9))
(assert_return (invoke "br_if values" (i32.const 1)) (i32.const 7) (i64.const 8))
(assert_return (invoke "br_if vector" (i32.const 1) (v128.const i64x2 1 2)) (v128.const i64x2 1 2))
(assert_return (invoke "br_if vector" (i32.const 0) (v128.const i64x2 1 2)) (v128.const i64x2 7 8))
(assert_return (invoke "br_table value" (i32.const 0)) (i32.const 1100))
(assert_return (invoke "br_table value" (i32.const 1)) (i32.const 1001))
(assert_return (invoke "br_table value" (i32.const 2)) (i32.const 1102))
(assert_return (invoke "br_table function" (i32.const 0)) (i32.const 105))
(assert_return (invoke "br_table function" (i32.const 7)) (i32.const 5))
(assert_return (invoke "br_table vector" (i32.const 0) (v128.const i64x2 0 -1)) (v128.const i64x2 -1 0))
(assert_return (invoke "br_table vector" (i32.const 1) (v128.const i64x2 0 -1)) (v128.const i64x2 0 -1))
(assert_return (invoke "br_table of a constant") (i32.const 2))
(assert_return (invoke "br none" (i32.const 1)))
(assert_return (invoke "br one" (i32.const 1)) (i32.const 1))
(assert_return (invoke "br two" (i32.const 1)) (i32.const 1) (i64.const 4))
(assert_return (invoke "br vector" (v128.const i64x2 1 2)) (v128.const i64x2 1 2))
(assert_return (invoke "br vector and one" (v128.const i64x2 1 3)) (v128.const i64x2 1 3) (i32.const 2))
(assert_return (invoke "br_if function" (i32.const 1)) (i32.const 8))
(assert_return (invoke "br_if function" (i32.const 0)) (i32.const 9))
(assert_return (invoke "br_if function vector" (i32.const 1) (v128.const i64x2 0 0)) (v128.const i64x2 0 0))
(assert_return (invoke "br_if function vector" (i32.const 0) (v128.const i64x2 0 0)) (v128.const i64x2 -1 -1))
(assert_return (invoke "br_if function none" (i32.const 1)))
(assert_trap (invoke "br_if function none" (i32.const -1)) "unreachable")
(assert_return (invoke "br_if function two" (i32.const 1) (i32.const 2)) (i32.const 2) (i32.const 1))
(assert_return (invoke "br_if function two" (i32.const 3) (i32.const 3)) (i32.const 5) (i32.const 3))
(assert_return (invoke "return one" (i64.const -1)) (i64.const 0))
(assert_return (invoke "return vector" (v128.const i64x2 1 2)) (v128.const i64x2 1 2))
(assert_return (invoke "return constant") (f64.const -0.0))
(assert_return (invoke "return two" (i32.const 4)) (i32.const 4) (i32.const 4))
(assert_return (invoke "sum" (i64.const 5000) (i64.const 0)) (i64.const 12502500))
(assert_return (invoke "swapped" (i32.const 4) (i32.const 9) (i32.const 1)) (i32.const 8))
(assert_return (invoke "swapped" (i32.const 5) (i32.const 9) (i32.const 1)) (i32.const -8))
(assert_return (invoke "block parameters" (i32.const 10)) (i32.const 7) (i32.const 50))
(assert_return (invoke "loop parameters" (i32.const 4)) (i32.const 10))
(assert_return (invoke "loop exchange" (i32.const 1)) (i32.const 2) (i32.const 1))
(assert_return (invoke "loop exchange" (i32.const 2)) (i32.const 1) (i32.const 2))
(assert_return (invoke "nops" (i32.const 3)) (i32.const 3))

