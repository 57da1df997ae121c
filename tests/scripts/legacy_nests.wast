;; Nests of all three forms together, against a model that is counted by hand.

(module
  (tag $n (param i32))
  (global $log (mut i32) (i32.const 0))
  (func $note (param i32)
    global.get $log i32.const 10 i32.mul local.get 0 i32.add global.set $log)

  ;; Which arms are entered, as the digits of a number.
  (func (export "nest") (param i32) (result i32)
    i32.const 0 global.set $log
    try
      try
        try $t
          try
            local.get 0 throw $n
          catch $n
            drop
            i32.const 1 call $note
            rethrow 0
          end
        delegate 1
        i32.const 9 call $note
      catch_all
        i32.const 8 call $note
        rethrow 0
      end
    catch $n
      drop
      i32.const 2 call $note
      try
        i32.const 3 call $note
        i32.const 5 throw $n
      catch $n
        call $note
      catch_all
        i32.const 7 call $note
      end
    end
    i32.const 4 call $note
    global.get $log)

  ;; Results of many values, over arms that each leave others on the stack.
  (func (export "values") (param i32) (result i32 i64)
    try (result i32 i64)
      local.get 0 throw $n
    catch $n
      i64.const 2
    end)
)

(assert_return (invoke "nest" (i32.const 0)) (i32.const 12354))
(assert_return (invoke "values" (i32.const 6)) (i32.const 6) (i64.const 2))
