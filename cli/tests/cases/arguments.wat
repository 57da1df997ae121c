;; RUN: run % --invoke missing
;; RUN: run % --invoke two 1
;; RUN: run % --invoke two 1 2 3
;; RUN: run % --invoke two one 2
;; RUN: run % --invoke two 1 2.5
;; RUN: run % --invoke two 4294967296 2
;; RUN: run % --invoke float 1e400
;; RUN: run % --invoke reference 99
;; RUN: run % --invoke memory
;; RUN: run % 1 2
;; RUN: run % --invoke two 1 2 --fuel lots
;; RUN: run % --invoke two 1 2 --max-memory 64X
;; RUN: run % --invoke two 1 2 --no-such-option
;; RUN: run no-such-file.wasm
;; RUN: run
;; RUN: fly %
(module
  (memory (export "memory") 1)
  (func (export "two") (param i32 i64))
  (func (export "float") (param f64))
  (func (export "reference") (param funcref)))
