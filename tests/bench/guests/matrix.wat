;; The product of two square matrices of 64-bit numbers, the size being their width; all numbers in it are integers,
;; so that the weighted sum of the product is exact.
(module
  (memory 64)
  ;; The matrices lie one after the other: a, b, and the product.
  (func $address (param $matrix i32) (param $row i32) (param $column i32) (param $size i32) (result i32)
    (i32.shl
      (i32.add
        (i32.mul
          (i32.add (i32.mul (local.get $matrix) (local.get $size)) (local.get $row))
          (local.get $size))
        (local.get $column))
      (i32.const 3)))
  (func $fill (param $size i32)
    (local $row i32) (local $column i32)
    (loop $rows
      (local.set $column (i32.const 0))
      (loop $columns
        (f64.store
          (call $address (i32.const 0) (local.get $row) (local.get $column) (local.get $size))
          (f64.convert_i32_u
            (i32.rem_u
              (i32.add (i32.mul (local.get $row) (i32.const 7)) (i32.mul (local.get $column) (i32.const 3)))
              (i32.const 11))))
        (f64.store
          (call $address (i32.const 1) (local.get $row) (local.get $column) (local.get $size))
          (f64.convert_i32_u
            (i32.rem_u
              (i32.add (i32.mul (local.get $row) (i32.const 5)) (local.get $column))
              (i32.const 13))))
        (local.set $column (i32.add (local.get $column) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $column) (local.get $size))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $row) (local.get $size)))))
  (func $multiply (param $size i32)
    (local $row i32) (local $column i32) (local $left i32) (local $end i32) (local $above i32)
    (local $stride i32) (local $sum f64)
    (local.set $stride (i32.shl (local.get $size) (i32.const 3)))
    (loop $rows
      (local.set $column (i32.const 0))
      (loop $columns
        (local.set $left (call $address (i32.const 0) (local.get $row) (i32.const 0) (local.get $size)))
        (local.set $end (i32.add (local.get $left) (local.get $stride)))
        (local.set $above (call $address (i32.const 1) (i32.const 0) (local.get $column) (local.get $size)))
        (local.set $sum (f64.const 0))
        (loop $products
          (local.set $sum
            (f64.add (local.get $sum)
              (f64.mul (f64.load (local.get $left)) (f64.load (local.get $above)))))
          (local.set $left (i32.add (local.get $left) (i32.const 8)))
          (local.set $above (i32.add (local.get $above) (local.get $stride)))
          (br_if $products (i32.lt_u (local.get $left) (local.get $end))))
        (f64.store
          (call $address (i32.const 2) (local.get $row) (local.get $column) (local.get $size))
          (local.get $sum))
        (local.set $column (i32.add (local.get $column) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $column) (local.get $size))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $row) (local.get $size)))))
  (func $sum (param $size i32) (result i64)
    (local $row i32) (local $column i32) (local $sum f64)
    (loop $rows
      (local.set $column (i32.const 0))
      (loop $columns
        (local.set $sum
          (f64.add (local.get $sum)
            (f64.mul
              (f64.load (call $address (i32.const 2) (local.get $row) (local.get $column) (local.get $size)))
              (f64.convert_i32_u
                (i32.add
                  (i32.rem_u (i32.add (local.get $row) (local.get $column)) (i32.const 7))
                  (i32.const 1))))))
        (local.set $column (i32.add (local.get $column) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $column) (local.get $size))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $row) (local.get $size))))
    (i64.trunc_f64_u (local.get $sum)))
  (func (export "run") (param $size i32) (result i64)
    (call $fill (local.get $size))
    (call $multiply (local.get $size))
    (call $sum (local.get $size))))
