;; `try` with `catch` and `catch_all`, of the older exception proposal.

(module $thrower
  (tag $a (export "a"))
  (tag $n (export "n") (param i32))
  (func (export "throw") (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $a)))
    (throw $n (local.get 0))))
(register "thrower")

(module
  (import "thrower" "a" (tag $a))
  (import "thrower" "n" (tag $n (param i32)))
  (import "thrower" "throw" (func $throw (param i32)))
  (tag $own)
  (tag $many (param i32 i64 f32 f64))
  (tag $wide (param v128 i32))
  (tag $ref (param externref))
  (memory 1)
  (data (i32.const 0) "\2a")

  (func (export "empty") (result i32)
    try (result i32) i32.const 1 end)
  (func (export "empty-catch")
    try catch $a end)
  (func (export "not-thrown") (result i32)
    try (result i32) i32.const 1 catch $a i32.const 2 catch_all i32.const 3 end)

  (func (export "catch") (param i32) (result i32)
    try (result i32)
      local.get 0 call $throw i32.const -1
    catch $a
      i32.const 100
    catch $n
      i32.const 1 i32.add
    end)
  (func (export "catch-all") (param i32) (result i32)
    try (result i32)
      local.get 0 call $throw i32.const -1
    catch $a
      i32.const 100
    catch_all
      i32.const 200
    end)
  (func (export "other-tag") (param i32) (result i32)
    try (result i32)
      local.get 0 call $throw i32.const -1
    catch $own
      i32.const 300
    end)
  ;; The first arm that fits is taken, and a tag that comes twice is caught by the first.
  (func (export "order") (result i32)
    try (result i32)
      throw $a
    catch $n
    catch $a i32.const 1
    catch $a i32.const 2
    catch_all i32.const 3
    end)

  ;; Operands below the block are as before; those that the body has left are gone.
  (func (export "operands") (param i32) (result i32)
    i32.const 1000
    try (result i32)
      i32.const 7 i32.const 8 local.get 0 call $throw i32.sub
    catch $n
      i32.const 10 i32.mul
    catch_all
      i32.const 5
    end
    i32.add)
  (func (export "parameters") (param i32) (result i32)
    i32.const 1000
    local.get 0
    try (param i32) (result i32)
      call $throw i32.const -1
    catch $n
    end
    i32.add)
  ;; Locals keep what was written before the throw.
  (func (export "locals") (result i32) (local i32 i32)
    try
      i32.const 5 local.set 0
      throw $a
      i32.const 6 local.set 0
    catch $a
      i32.const 7 local.set 1
    end
    local.get 0 i32.const 10 i32.mul local.get 1 i32.add)

  (func (export "many") (result f64 f32 i64 i32) (local i32 i64 f32 f64)
    try (result i32 i64 f32 f64)
      i32.const 1 i64.const -2 f32.const 3.5 f64.const -4.25 throw $many
    catch $many
    end
    local.set 3 local.set 2 local.set 1 local.set 0
    local.get 3 local.get 2 local.get 1 local.get 0)
  (func (export "wide") (result i32 i32) (local i32)
    try (result v128 i32)
      v128.const i32x4 1 2 3 4 i32.const 9 throw $wide
    catch $wide
    end
    local.set 0 i32x4.extract_lane 2 local.get 0)
  (func (export "reference") (param externref) (result externref)
    try (result externref) local.get 0 throw $ref catch $ref end)

  ;; What an arm throws, its own `try` does not catch.
  (func (export "throw-in-arm") (result i32)
    try (result i32)
      try (result i32)
        throw $a
      catch $a
        throw $a
      catch_all
        i32.const 1
      end
    catch $a
      i32.const 2
    end)
  (func (export "throw-in-catch-all") (result i32)
    try (result i32)
      try (result i32)
        throw $a
      catch_all
        i32.const 5 throw $n
      end
    catch $n
      i32.const 10 i32.add
    end)
  (func (export "try-in-arm") (result i32)
    try (result i32)
      throw $a
    catch $a
      try (result i32)
        i32.const 41 throw $n
      catch $n
        i32.const 1 i32.add
      end
    end)
  (func (export "inner-first") (result i32)
    try (result i32)
      try (result i32)
        throw $a
      catch $n
      end
    catch $a
      i32.const 1
    catch_all
      i32.const 2
    end)

  ;; A branch to a `try` goes behind its end, from the body and from an arm.
  (func (export "branch-from-body") (result i32)
    try $t (result i32) i32.const 3 br $t catch_all i32.const 4 end)
  (func (export "branch-from-arm") (param i32) (result i32)
    try $t (result i32)
      throw $a
    catch_all
      i32.const 5 local.get 0 br_if $t drop i32.const 6
    end)
  (func (export "return-from-arm") (result i32)
    try throw $a catch $a i32.const 8 return end
    i32.const 9)
  (func (export "loop") (param i32) (result i32) (local i32)
    loop $again
      try
        local.get 0 throw $n
      catch $n
        local.get 1 i32.add local.set 1
      end
      local.get 0 i32.const 1 i32.sub local.tee 0
      br_if $again
    end
    local.get 1)

  ;; Memory 0 is this module's again once the call of another has thrown.
  (func (export "memory-after") (param i32) (result i32)
    try local.get 0 call $throw catch_all end
    i32.const 0 i32.load8_u)

  (func $deep (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $n (i32.const 77))))
    (call $deep (i32.sub (local.get 0) (i32.const 1))))
  (func (export "deep") (param i32) (result i32)
    try (result i32) local.get 0 call $deep i32.const 0 catch $n end)
  (func $tail (param i32) local.get 0 return_call $throw)
  (func (export "tail") (param i32) (result i32)
    try (result i32) local.get 0 call $tail i32.const 0 catch $n end)
  ;; A tail call has left the function and its handlers.
  (func $leaves (param i32) (result i32)
    try (result i32) local.get 0 return_call $gives catch_all i32.const 1 end)
  (func $gives (param i32) (result i32) local.get 0 call $throw i32.const 0)
  (func (export "tail-leaves") (param i32) (result i32)
    try (result i32) local.get 0 call $leaves catch_all i32.const 2 end)

  ;; Traps are no exceptions.
  (func (export "trap") (result i32)
    try (result i32) unreachable catch_all i32.const 1 end)
  (func (export "divide") (param i32) (result i32)
    try (result i32) i32.const 1 local.get 0 i32.div_u catch_all i32.const 1 end)
  (func $endless call $endless)
  (func (export "endless") try call $endless catch_all end)

  ;; Both forms may stand in one function.
  (func (export "both-forms") (param i32) (result i32)
    block $caught (result i32)
      try_table (result i32) (catch $n $caught)
        try (result i32)
          local.get 0 call $throw i32.const 0
        catch $a
          i32.const 11
        end
      end
    end)
  (func (export "newer-inside") (param i32) (result i32)
    try (result i32)
      block $caught
        try_table (catch $a $caught) local.get 0 call $throw end
      end
      i32.const 12
    catch $n
    end)
)

(assert_return (invoke "empty") (i32.const 1))
(assert_return (invoke "empty-catch"))
(assert_return (invoke "not-thrown") (i32.const 1))
(assert_return (invoke "catch" (i32.const 0)) (i32.const 100))
(assert_return (invoke "catch" (i32.const 41)) (i32.const 42))
(assert_return (invoke "catch-all" (i32.const 0)) (i32.const 100))
(assert_return (invoke "catch-all" (i32.const 1)) (i32.const 200))
(assert_exception (invoke "other-tag" (i32.const 0)))
(assert_exception (invoke "other-tag" (i32.const 1)))
(assert_return (invoke "order") (i32.const 1))
(assert_return (invoke "operands" (i32.const 3)) (i32.const 1030))
(assert_return (invoke "operands" (i32.const 0)) (i32.const 1005))
(assert_return (invoke "parameters" (i32.const 3)) (i32.const 1003))
(assert_exception (invoke "parameters" (i32.const 0)))
(assert_return (invoke "locals") (i32.const 57))
(assert_return (invoke "many") (f64.const -4.25) (f32.const 3.5) (i64.const -2) (i32.const 1))
(assert_return (invoke "wide") (i32.const 3) (i32.const 9))
(assert_return (invoke "reference" (ref.extern 5)) (ref.extern 5))
(assert_return (invoke "reference" (ref.null extern)) (ref.null extern))
(assert_return (invoke "throw-in-arm") (i32.const 2))
(assert_return (invoke "throw-in-catch-all") (i32.const 15))
(assert_return (invoke "try-in-arm") (i32.const 42))
(assert_return (invoke "inner-first") (i32.const 1))
(assert_return (invoke "branch-from-body") (i32.const 3))
(assert_return (invoke "branch-from-arm" (i32.const 1)) (i32.const 5))
(assert_return (invoke "branch-from-arm" (i32.const 0)) (i32.const 6))
(assert_return (invoke "return-from-arm") (i32.const 8))
(assert_return (invoke "loop" (i32.const 100)) (i32.const 5050))
(assert_return (invoke "memory-after" (i32.const 0)) (i32.const 42))
(assert_return (invoke "memory-after" (i32.const 1)) (i32.const 42))
(assert_return (invoke "deep" (i32.const 0)) (i32.const 77))
(assert_return (invoke "deep" (i32.const 100)) (i32.const 77))
(assert_return (invoke "tail" (i32.const 5)) (i32.const 5))
(assert_exception (invoke "tail" (i32.const 0)))
(assert_return (invoke "tail-leaves" (i32.const 5)) (i32.const 2))
(assert_trap (invoke "trap") "unreachable")
(assert_trap (invoke "divide" (i32.const 0)) "integer divide by zero")
(assert_return (invoke "divide" (i32.const 1)) (i32.const 1))
(assert_exhaustion (invoke "endless") "call stack exhausted")
(assert_return (invoke "both-forms" (i32.const 0)) (i32.const 11))
(assert_return (invoke "both-forms" (i32.const 9)) (i32.const 9))
(assert_return (invoke "newer-inside" (i32.const 0)) (i32.const 12))
(assert_return (invoke "newer-inside" (i32.const 9)) (i32.const 9))

(assert_invalid (module (func try (result i32) catch_all i32.const 1 end drop)) "type mismatch")
(assert_invalid (module (tag $n (param i32)) (func try catch $n end)) "type mismatch")
(assert_invalid (module (func try catch 0 end)) "unknown tag")
(assert_invalid (module (tag $n (param i32)) (func i64.const 1 throw $n)) "type mismatch")
(assert_invalid (module (tag (result i32))) "non-empty tag result type")
