;; RUN: wast %
(assert_return
