;; What folding could get wrong: operands that are kept in locals or as constants, results that go straight to locals,
;; comparisons that become a part of branches, immediates.

;; Locals that change while their old value is kept.
(module
  (func (export "postfix") (param i32) (result i32 i32)
    local.get 0
    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
    local.get 0)
  (func (export "several") (param i32) (result i32 i32 i32 i32)
    local.get 0 local.get 0
    (local.set 0 (i32.mul (local.get 0) (i32.const 3)))
    local.get 0
    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
    local.get 0)
  (func (export "exchange") (param i32 i32) (result i32 i32)
    local.get 0 local.get 1 local.set 0 local.set 1
    local.get 0 local.get 1)
  (func (export "rotate") (param i32 i32 i32) (result i32 i32 i32)
    local.get 0 local.get 1 local.get 2 local.set 1 local.set 0 local.set 2
    local.get 0 local.get 1 local.get 2)
  (func (export "to itself") (param i32) (result i32 i32)
    local.get 0 local.get 0 local.set 0
    local.get 0 local.tee 0 local.set 0
    local.get 0)
  (func (export "constant") (param i32) (result i32 i32)
    local.get 0
    (local.set 0 (i32.const 9))
    local.get 0)
  (func (export "call") (param i32) (result i32 i32)
    local.get 0
    (local.set 0 (call $twice (local.get 0)))
    local.get 0)
  (func $twice (param i32) (result i32)
    (local.set 0 (i32.shl (local.get 0) (i32.const 1))) local.get 0)
  (func (export "trapping maker") (param i32 i32) (result i32 i32)
    local.get 0
    (local.set 0 (i32.div_s (local.get 0) (local.get 1)))
    local.get 0)
  (func (export "vector") (param v128) (result v128 v128)
    local.get 0
    (local.set 0 (i32x4.add (local.get 0) (v128.const i32x4 1 1 1 1)))
    local.get 0)
  (func (export "vector beside") (param i32 v128 i32) (result i32 v128 i32)
    local.get 0 local.get 1 local.get 2
    (local.set 0 (i32.const 10)) (local.set 2 (i32.const 30))
    (local.set 1 (v128.not (local.get 1)))))

(assert_return (invoke "postfix" (i32.const 5)) (i32.const 5) (i32.const 6))
(assert_return (invoke "several" (i32.const 5)) (i32.const 5) (i32.const 5) (i32.const 15) (i32.const 14))
(assert_return (invoke "exchange" (i32.const 1) (i32.const 2)) (i32.const 2) (i32.const 1))
(assert_return (invoke "rotate" (i32.const 1) (i32.const 2) (i32.const 3)) (i32.const 2) (i32.const 3) (i32.const 1))
(assert_return (invoke "to itself" (i32.const 5)) (i32.const 5) (i32.const 5))
(assert_return (invoke "constant" (i32.const 5)) (i32.const 5) (i32.const 9))
(assert_return (invoke "call" (i32.const 5)) (i32.const 5) (i32.const 10))
(assert_return (invoke "trapping maker" (i32.const 7) (i32.const 2)) (i32.const 7) (i32.const 3))
(assert_trap (invoke "trapping maker" (i32.const 7) (i32.const 0)) "integer divide by zero")
(assert_return (invoke "vector" (v128.const i32x4 1 2 3 4)) (v128.const i32x4 1 2 3 4) (v128.const i32x4 2 3 4 5))
(assert_return (invoke "vector beside" (i32.const 1) (v128.const i32x4 1 2 3 4) (i32.const 3))
  (i32.const 1) (v128.const i32x4 1 2 3 4) (i32.const 3))

;; The same around what ends a straight line.
(module
  (tag $t (param i32))
  (func (export "br_if") (param i32) (result i32 i32)
    local.get 0
    block (param i32) (result i32)
      (br_if 0 (i32.and (local.get 0) (i32.const 1)))
      (local.set 0 (i32.add (local.get 0) (i32.const 100)))
    end
    local.get 0)
  (func (export "br_if below") (param i32) (result i32)
    block (result i32)
      local.get 0
      i32.const 40
      (br_if 0 (i32.eqz (local.get 0)))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      i32.add
      local.get 0
      i32.sub
    end)
  (func (export "block") (param i32) (result i32)
    local.get 0
    block
      (local.set 0 (i32.const 3))
    end
    local.get 0 i32.sub)
  (func (export "loop") (param i32) (result i32) (local i32)
    local.get 0
    loop
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
    end
    local.get 1 i32.mul)
  (func (export "if") (param i32) (result i32)
    local.get 0
    (if (i32.gt_s (local.get 0) (i32.const 10))
      (then (local.set 0 (i32.const 1)))
      (else (local.set 0 (i32.add (local.get 0) (i32.const 5)))))
    local.get 0 i32.sub)
  (func (export "if of kept") (param i32) (result i32)
    local.get 0
    local.get 0
    (local.set 0 (i32.const 0))
    if (param i32) (result i32)
      i32.const 7 i32.add
    else
      i32.const 9 i32.sub
    end
    local.get 0 i32.add)
  (func (export "try_table") (param i32) (result i32)
    local.get 0
    block $caught (result i32)
      try_table (catch $t $caught)
        (throw $t (local.tee 0 (i32.add (local.get 0) (i32.const 10))))
      end
      unreachable
    end
    i32.mul
    local.get 0 i32.add)
  (func $throws (param i32) (throw $t (local.get 0)))
  (func (export "try_table around a call") (param i32) (result i32 i32)
    block $caught (result i32)
      local.get 0
      try_table (catch $t $caught)
        (local.set 0 (i32.mul (local.get 0) (i32.const 2)))
        local.get 0
        (call $throws (local.get 0))
        drop
      end
    end
    local.get 0)
  (func (export "long loop") (param i32) (result i64) (local i64 i64)
    loop
      local.get 1
      (local.set 1 (i64.add (local.get 1) (i64.const 3)))
      local.get 2 i64.add
      local.set 2
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0 (local.get 0))
    end
    local.get 2))

(assert_return (invoke "br_if" (i32.const 5)) (i32.const 5) (i32.const 5))
(assert_return (invoke "br_if" (i32.const 6)) (i32.const 6) (i32.const 106))
(assert_return (invoke "br_if below" (i32.const 0)) (i32.const 40))
(assert_return (invoke "br_if below" (i32.const 5)) (i32.const 39))
(assert_return (invoke "block" (i32.const 5)) (i32.const 2))
(assert_return (invoke "loop" (i32.const 4)) (i32.const 40))
(assert_return (invoke "if" (i32.const 20)) (i32.const 19))
(assert_return (invoke "if" (i32.const 4)) (i32.const -5))
(assert_return (invoke "try_table" (i32.const 3)) (i32.const 52))
(assert_return (invoke "try_table around a call" (i32.const 3)) (i32.const 6) (i32.const 6))
(assert_return (invoke "long loop" (i32.const 10000)) (i64.const 149985000))


;; Chains of tees.
(module
  (func (export "tees") (param i32) (result i32) (local i32 i32 i32)
    (local.tee 3 (local.tee 2 (local.tee 1 (i32.add (local.get 0) (i32.const 1)))))
    (local.set 1 (i32.const 100))
    local.get 2 i32.add
    local.get 3 i32.mul
    local.get 1 i32.add)
  (func (export "tee of a kept one") (param i32) (result i32 i32 i32) (local i32)
    (local.tee 1 (local.get 0))
    (local.set 0 (i32.const 8))
    local.get 1
    (local.set 1 (i32.const 9))
    local.get 0)
  (func (export "tee of a constant") (result i32 i32) (local i32)
    (local.tee 0 (i32.const 5))
    (local.tee 0 (i32.const 6)))
  (func (export "tee in its own maker") (param i32) (result i32)
    (i32.sub (local.tee 0 (i32.add (local.get 0) (local.get 0))) (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
)

(assert_return (invoke "tees" (i32.const 5)) (i32.const 172))
(assert_return (invoke "tee of a kept one" (i32.const 5)) (i32.const 5) (i32.const 5) (i32.const 8))
(assert_return (invoke "tee of a constant") (i32.const 5) (i32.const 6))
(assert_return (invoke "tee in its own maker" (i32.const 5)) (i32.const 1))
