;; Makes complete binary trees of this depth, sixteen of them one after the other, and counts their nodes: structures,
;; recursion, and casts, since a leaf is of another type than a fork.
(module
  (rec
    (type $node (sub (struct)))
    (type $leaf (sub final $node (struct (field $weight i32))))
    (type $fork (sub final $node (struct (field $left (ref $node)) (field $right (ref $node))))))
  (func $make (param $depth i32) (param $weight i32) (result (ref $node))
    (if (result (ref $node)) (i32.eqz (local.get $depth))
      (then (struct.new $leaf (local.get $weight)))
      (else
        (struct.new $fork
          (call $make
            (i32.sub (local.get $depth) (i32.const 1)) (i32.mul (local.get $weight) (i32.const 2)))
          (call $make
            (i32.sub (local.get $depth) (i32.const 1)) (i32.add (local.get $weight) (i32.const 3)))))))
  (func $weigh (param $node (ref $node)) (result i64)
    (local $fork (ref $fork))
    (if (ref.test (ref $leaf) (local.get $node))
      (then
        (return
          (i64.extend_i32_u
            (struct.get $leaf $weight (ref.cast (ref $leaf) (local.get $node)))))))
    (local.set $fork (ref.cast (ref $fork) (local.get $node)))
    (i64.add
      (call $weigh (struct.get $fork $left (local.get $fork)))
      (call $weigh (struct.get $fork $right (local.get $fork)))))
  (func (export "run") (param $size i32) (result i64)
    (local $sum i64) (local $round i32)
    (loop $more
      (local.set $sum
        (i64.add (local.get $sum) (call $weigh (call $make (local.get $size) (local.get $round)))))
      (br_if $more
        (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 16))))
    (local.get $sum)))
