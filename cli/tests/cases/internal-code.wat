;; RUN: inspect % --code sum
;; RUN: inspect % --code 1 --translation precise
;; RUN: inspect % --code rest
;; RUN: inspect % --code none
;; RUN: inspect % --code 0
;; RUN: inspect % --translation precise
(module
  (import "a" "module that is not there" (func $there (param i32)))
  (memory 1)
  ;; The sum of the words up to a zero, at most until an address.
  (func $sum (export "sum") (param $at i32) (param $end i32) (result i32) (local $sum i32)
    loop
      local.get $sum local.get $at i32.load offset=4 i32.add local.set $sum
      local.get $at i32.const 4 i32.add local.tee $at local.get $end i32.lt_u br_if 0
    end
    local.get $sum)
  (func $rest (param $x f64) (param $n i64)
    ;; The old value is kept while the local changes.
    local.get $n
    local.get $n i64.const 0x123456789 i64.mul local.set $n
    local.get $n i64.xor local.set $n
    local.get $x f64.const 0.5 f64.mul local.set $x
    i32.const 1 i32.const 2 i32.store offset=8
    block
      local.get $x f64.const 1.5 f64.lt i32.eqz br_if 0
      i32.const 7 call $there
    end))
