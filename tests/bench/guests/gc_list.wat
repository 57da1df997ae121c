;; Makes a list of as many cells as the size says, turns it around in place, and sums it up; three times, so that the
;; earlier lists are garbage.
(module
  (type $list (struct (field $value i64) (field $next (mut (ref null $list)))))
  (func $make (param $count i32) (result (ref null $list))
    (local $list (ref null $list))
    (loop $more
      (local.set $list
        (struct.new $list (i64.extend_i32_u (local.get $count)) (local.get $list)))
      (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $list))
  (func $turn (param $list (ref null $list)) (result (ref null $list))
    (local $turned (ref null $list)) (local $next (ref null $list))
    (loop $more
      (if (ref.is_null (local.get $list)) (then (return (local.get $turned))))
      (local.set $next (struct.get $list $next (local.get $list)))
      (struct.set $list $next (local.get $list) (local.get $turned))
      (local.set $turned (local.get $list))
      (local.set $list (local.get $next))
      (br $more))
    (unreachable))
  (func $sum (param $list (ref null $list)) (result i64)
    (local $sum i64)
    (loop $more
      (if (ref.is_null (local.get $list)) (then (return (local.get $sum))))
      (local.set $sum
        (i64.add
          (i64.mul (local.get $sum) (i64.const 31))
          (struct.get $list $value (local.get $list))))
      (local.set $list (struct.get $list $next (local.get $list)))
      (br $more))
    (unreachable))
  (func (export "run") (param $size i32) (result i64)
    (local $sum i64) (local $round i32)
    (loop $more
      (local.set $sum
        (i64.xor (local.get $sum) (call $sum (call $turn (call $make (local.get $size))))))
      (br_if $more
        (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 3))))
    (local.get $sum)))
