;; RUN: run % --invoke add 42 58
;; RUN: run % --invoke add -1 -0x10
;; RUN: run % --invoke add 0xffff_ffff 4294967295
;; RUN: run % --invoke swap -1 9223372036854775808
;; RUN: run % --invoke floats 0x1.8p3 -.5
;; RUN: run % --invoke floats -inf nan
;; RUN: run % --invoke floats nan:0x200001 1e-7
;; RUN: run % --invoke floats 16777217 0.1
;; RUN: run % --invoke references null 7
;; RUN: run % --invoke references 0 null
;; RUN: run - --invoke add 1 2 < %
;; RUN: run %
(module
  (func $add (export "add") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.add)
  (func (export "swap") (param i32 i64) (result i64 i32)
    local.get 1 local.get 0)
  (func (export "floats") (param f32 f64) (result f32 f64)
    local.get 0 local.get 1)
  (func (export "references") (param funcref externref) (result funcref externref)
    local.get 0 local.get 1))
