;; RUN: inspect %
;; RUN: validate %
(module
  (type $function (func))
  (type $continuation (cont $function)))
