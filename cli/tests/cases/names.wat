;; RUN: inspect %
;; RUN: run % --invoke missing
;; RUN: trace % --invoke f
(module
  (func $"a\1b[31mred\nline" (export "f"))
  (func (export "\u{202e}right to left")))
