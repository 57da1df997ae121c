;; RUN: debug % --stub-imports < debug-idle.commands
;; RUN: debug % --stub-imports --invoke endless --fuel 1000 --batch -x 'continue; continue; back 500; time; step 3; over; out'
;; RUN: debug % --stub-imports --invoke kinds 1 2 0.5 -0x1p-3 0x01020304 5 < debug-kinds.commands
;; RUN: debug % --stub-imports --invoke refuse --batch -x 'continue; frames; locals; explain; code 2 1; back; explain; continue; back-over; journal'
;; RUN: debug % --stub-imports --invoke refuse --batch -x 'continue; code'
;; RUN: debug % --stub-imports --invoke log 7 --batch -x 'frames; locals; step; journal; back; reverse'
;; RUN: debug % --stub-imports --invoke catches --batch -x 'over; over; over; over; back-over; back-over; seek end; back; back-out'
;; RUN: debug % --stub-imports --invoke endless --history 0 --batch -x 'step 100; back 50; seek start; time'
;; RUN: debug % --stub-imports --invoke endless --history much
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "refuse" (func $refuse (result (ref extern))))
  (export "log" (func $log))
  (type $pair (struct (field i32) (field i32)))
  (tag $thrown (param i32))
  (func (export "endless") (loop (br 0)))
  (func (export "refuse") (result externref) call $refuse)
  (func $"with spaces; and more" (param i32) (result i32)
    (local $object (ref null $pair)) (local $any anyref)
    (local.set $object (struct.new $pair (i32.const 1) (local.get 0)))
    (local.set $any (ref.i31 (i32.const 5)))
    (struct.get $pair 1 (local.get $object)))
  (func (export "kinds") (param i32 i64 f32 f64 v128 externref) (result i32)
    (local funcref)
    (local.set 6 (ref.func $"with spaces; and more"))
    (call $"with spaces; and more" (local.get 0)))
  (elem declare func $"with spaces; and more")
  (func $throws (throw $thrown (i32.const 3)))
  (func (export "catches") (result i32)
    (block $caught (result i32)
      (try_table (result i32) (catch $thrown $caught)
        (call $throws)
        (i32.const 1)))))
