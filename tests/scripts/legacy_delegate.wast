;; `delegate`: the exceptions of a `try` go to an outer block's handlers, past those in between.

(module
  (tag $a)
  (tag $n (param i32))
  (func $throw (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $a)))
    (throw $n (local.get 0)))

  (func (export "nothing") (result i32)
    try $t (result i32)
      try (result i32) i32.const 1 delegate $t
    catch_all
      i32.const 2
    end)
  (func (export "next") (param i32) (result i32)
    try $t (result i32)
      try (result i32) local.get 0 call $throw i32.const 1 delegate $t
    catch $n
    end)
  ;; The `try` in between does not see it.
  (func (export "skip") (result i32)
    try $outer (result i32)
      try (result i32)
        try (result i32) throw $a delegate $outer
      catch_all
        i32.const 1
      end
    catch_all
      i32.const 2
    end)
  ;; A block stands for the handlers around it.
  (func (export "to-block") (result i32)
    try (result i32)
      block $b (result i32)
        try (result i32)
          try (result i32) throw $a delegate $b
        catch_all
          i32.const 1
        end
      end
    catch_all
      i32.const 2
    end)
  (func (export "to-loop") (result i32)
    try (result i32)
      loop $b (result i32)
        try (result i32)
          try (result i32) throw $a delegate $b
        catch_all
          i32.const 1
        end
      end
    catch_all
      i32.const 2
    end)
  ;; To the function itself: to its caller.
  (func $to-caller (result i32)
    try (result i32)
      try (result i32) throw $a delegate 1
    catch_all
      i32.const 1
    end)
  (func (export "to-caller") (result i32)
    try (result i32) call $to-caller catch_all i32.const 2 end)
  (func (export "to-embedder") (result i32)
    try (result i32)
      try (result i32) throw $a delegate 1
    catch_all
      i32.const 1
    end)
  ;; One that goes to another one that delegates.
  (func (export "chain") (result i32)
    try $outer (result i32)
      try (result i32)
        try $middle (result i32)
          try (result i32)
            try (result i32) i32.const 5 throw $n delegate $middle
          catch_all
            i32.const 1
          end
        delegate $outer
      catch_all
        i32.const 2
      end
    catch $n
      i32.const 100 i32.add
    end)
  ;; From inside an arm to that arm's own `try`: its arms are over, so the handlers around it are asked.
  (func (export "from-arm") (result i32)
    try (result i32)
      try $t (result i32)
        throw $a
      catch $a
        try (result i32) i32.const 6 throw $n delegate $t
      catch_all
        i32.const 1
      end
    catch $n
      i32.const 10 i32.add
    end)
  (func (export "between-operands") (result i32)
    i32.const 1000
    try $t (result i32)
      i32.const 7
      try (result i32) i32.const 8 i32.const 5 throw $n delegate $t
      i32.add
    catch $n
      i32.const 1 i32.add
    end
    i32.add)
  ;; A branch to a `try` that delegates goes behind it.
  (func (export "branch") (result i32)
    try $t (result i32) i32.const 3 br $t delegate 0)
  (func (export "calls") (param i32) (result i32)
    try $t (result i32)
      try (result i32)
        try (result i32) local.get 0 call $throw i32.const 0 delegate $t
      catch_all
        i32.const -1
      end
    catch $a
      i32.const 50
    catch $n
      i32.const 2 i32.mul
    end)
  (func (export "to-try-table") (result i32)
    block $caught (result i32)
      try_table $t (result i32) (catch $n $caught)
        try (result i32)
          try (result i32) i32.const 31 throw $n delegate $t
        catch_all
          i32.const 1
        end
      end
    end)
)

(assert_return (invoke "nothing") (i32.const 1))
(assert_return (invoke "next" (i32.const 9)) (i32.const 9))
(assert_exception (invoke "next" (i32.const 0)))
(assert_return (invoke "skip") (i32.const 2))
(assert_return (invoke "to-block") (i32.const 2))
(assert_return (invoke "to-loop") (i32.const 2))
(assert_return (invoke "to-caller") (i32.const 2))
(assert_exception (invoke "to-embedder"))
(assert_return (invoke "chain") (i32.const 105))
(assert_return (invoke "from-arm") (i32.const 16))
(assert_return (invoke "between-operands") (i32.const 1006))
(assert_return (invoke "branch") (i32.const 3))
(assert_return (invoke "calls" (i32.const 0)) (i32.const 50))
(assert_return (invoke "calls" (i32.const 4)) (i32.const 8))
(assert_return (invoke "to-try-table") (i32.const 31))

(assert_invalid (module (func try delegate 2)) "unknown label")
