;; RUN: run % --invoke grow 1
;; RUN: run % --invoke grow 1 --max-memory 64K
;; RUN: run % --invoke grow 1 --max-memory 1000
;; RUN: run % --invoke count 10 --fuel 65
;; RUN: run % --invoke count 10 --fuel 64
(module
  (memory 1)
  (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
  (func (export "count") (param $n i32) (result i32)
    loop
      local.get $n i32.const 1 i32.sub local.tee $n br_if 0
    end
    local.get $n i32.const 5 i32.add))
