;; RUN: inspect %
;; RUN: validate %
(module)
