;; RUN: run % --invoke sum 10 --code precise
;; RUN: run % --invoke sum 10 --code folded
;; RUN: run % --invoke sum 0 --code precise
;; RUN: run % --invoke sum 0 --code folded
;; RUN: run % --invoke sum 10 --code precise --fuel 50
;; RUN: run % --invoke sum 10 --code folded --fuel 50
;; RUN: trace % --invoke sum 1 --code precise
;; RUN: trace % --invoke sum 1 --code folded
;; RUN: run % --invoke sum 10 --code quick
(module
  (func $sum (export "sum") (param $n i32) (result i32) (local $sum i32)
    i32.const 100 local.get $n i32.div_u drop
    loop
      local.get $sum local.get $n i32.add local.set $sum
      local.get $n i32.const 1 i32.sub local.tee $n br_if 0
    end
    local.get $sum))
