;; RUN: wast %
(module (func (export "f")))
(invoke "f")
