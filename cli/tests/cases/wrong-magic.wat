;; RUN: run %
;; RUN: inspect %
(module binary "\00wasm" "\01\00\00\00")
