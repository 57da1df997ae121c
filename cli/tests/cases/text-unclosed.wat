;; RUN: run %
(module
  (func (export "f") (param $x i32)
    local.get $y
