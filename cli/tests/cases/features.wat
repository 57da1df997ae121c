;; RUN: validate %
;; RUN: validate --features=-gc %
;; RUN: validate --features=v2 %
;; RUN: validate --features=v1,nonsense %
;; RUN: run --features=-simd % --invoke half 9
;; RUN: inspect --features=v3 %
(module
  (type $pair (struct (field $first i32) (field $second i32)))
  (func (export "half") (param i32) (result i32)
    (i32.shr_u (struct.get $pair $first (struct.new $pair (local.get 0) (i32.const 0))) (i32.const 1))))
