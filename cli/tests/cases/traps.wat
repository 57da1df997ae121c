;; RUN: run % --invoke divide 7 0
;; RUN: run % --invoke outer 65535
;; RUN: run % --invoke convert nan
;; RUN: run % --invoke table 0
;; RUN: run % --invoke table 9
;; RUN: run % --invoke unreachable
;; RUN: run % --invoke forever --max-call-depth 50
;; RUN: run % --invoke endless --fuel 1000
;; RUN: trace % --invoke divide 7 0
;; RUN: trace % --invoke endless --fuel 5
;; RUN: trace % --invoke endless --limit 4
(module
  (memory 1)
  (table 2 funcref)
  (type $none (func))
  (func (export "divide") (param $a i32) (param $b i32) (result i32)
    local.get $a local.get $b i32.div_s)
  (func $inner (param $address i32) (result i32)
    local.get $address i32.load offset=2)
  (func $outer (export "outer") (param i32) (result i32)
    local.get 0 call $inner)
  (func (export "convert") (param f32) (result i32)
    local.get 0 i32.trunc_f32_s)
  (func (export "table") (param i32)
    local.get 0 call_indirect (type $none))
  (func (export "unreachable") unreachable)
  (func $forever (export "forever") call $forever)
  (func (export "endless") loop br 0 end))
