;; `rethrow`: an arm throws again what it, or an arm around it, handles.

(module
  (tag $a)
  (tag $n (param i32))
  (func $throw (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $a)))
    (throw $n (local.get 0)))

  (func (export "to-embedder") (param i32)
    try local.get 0 call $throw catch_all rethrow 0 end)
  (func (export "keeps-arguments") (result i32)
    try (result i32)
      try (result i32)
        i32.const 23 throw $n
      catch $n
        drop rethrow 0
      end
    catch $n
    end)
  (func (export "of-catch-all") (param i32) (result i32)
    try (result i32)
      try (result i32) local.get 0 call $throw i32.const 0 catch_all rethrow 0 end
    catch $a
      i32.const 99
    catch $n
    end)
  ;; From two arms deep, the outer exception: the inner one is forgotten.
  (func (export "outer") (result i32)
    try (result i32)
      try $outer (result i32)
        i32.const 1 throw $n
      catch $n
        drop
        try (result i32)
          i32.const 2 throw $n
        catch $n
          drop
          rethrow $outer
        end
      end
    catch $n
    end)
  (func (export "inner") (result i32)
    try (result i32)
      try (result i32)
        i32.const 1 throw $n
      catch $n
        drop
        try $inner (result i32)
          i32.const 2 throw $n
        catch $n
          drop
          rethrow $inner
        end
      end
    catch $n
    end)
  ;; A `try` that lies in the arm catches what is thrown again.
  (func (export "caught-in-arm") (result i32)
    try $t (result i32)
      i32.const 5 throw $n
    catch $n
      try (result i32)
        rethrow $t
      catch $n
        i32.const 100 i32.mul
      end
      i32.add
    end)
  ;; The exception that an arm handles stays the same while others come and go in calls and inner arms.
  (func (export "survives") (result i32)
    try (result i32)
      try $t (result i32)
        i32.const 7 throw $n
      catch_all
        try call $noise catch_all end
        try i32.const 8 throw $n catch $n drop end
        call $noise-caught
        rethrow $t
      end
    catch $n
    end)
  (func $noise i32.const 1000 throw $n)
  (func $noise-caught try call $noise catch_all end)
  ;; Blocks between the arm and the instruction count as labels.
  (func (export "through-blocks") (param i32) (result i32)
    try (result i32)
      try (result i32)
        local.get 0 throw $n
      catch $n
        block loop
          local.get 0 if rethrow 3 end
        end end
      end
    catch $n
      i32.const 1 i32.add
    end)
  ;; Again and again, in a loop.
  (func (export "often") (param i32) (result i32) (local i32)
    loop $again
      try
        try
          local.get 0 throw $n
        catch $n
          local.get 1 i32.add local.set 1
          rethrow 0
        end
      catch_all
      end
      local.get 0 i32.const 1 i32.sub local.tee 0
      br_if $again
    end
    local.get 1)
  (func (export "delegated") (result i32)
    try $target (result i32)
      try (result i32)
        try $t (result i32)
          i32.const 12 throw $n
        catch_all
          try (result i32) rethrow $t delegate $target
        end
      catch_all
        i32.const 0
      end
    catch $n
    end)
)

(assert_exception (invoke "to-embedder" (i32.const 0)))
(assert_exception (invoke "to-embedder" (i32.const 1)))
(assert_return (invoke "keeps-arguments") (i32.const 23))
(assert_return (invoke "of-catch-all" (i32.const 0)) (i32.const 99))
(assert_return (invoke "of-catch-all" (i32.const 3)) (i32.const 3))
(assert_return (invoke "outer") (i32.const 1))
(assert_return (invoke "inner") (i32.const 2))
(assert_return (invoke "caught-in-arm") (i32.const 505))
(assert_return (invoke "survives") (i32.const 7))
(assert_return (invoke "through-blocks" (i32.const 4)) (i32.const 5))
(assert_return (invoke "through-blocks" (i32.const 0)) (i32.const 0))
(assert_return (invoke "often" (i32.const 100)) (i32.const 5050))
(assert_return (invoke "delegated") (i32.const 12))

(assert_invalid (module (func rethrow 0)) "invalid rethrow label")
(assert_invalid (module (func block rethrow 0 end)) "invalid rethrow label")
(assert_invalid (module (func try rethrow 0 catch_all end)) "invalid rethrow label")
