;; A calculator: the operation is picked from a table at run time.
;; 0 adds, 1 subtracts, 2 multiplies, 3 divides. Any other number traps.
(module
  (type $operation (func (param i32 i32) (result i32)))
  (table $operations funcref (elem $add $subtract $multiply $divide))

  (func $calculate (export "calculate")
    (param $operation i32) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    local.get $operation
    call_indirect $operations (type $operation))

  (func $add (type $operation)
    (i32.add (local.get 0) (local.get 1)))
  (func $subtract (type $operation)
    (i32.sub (local.get 0) (local.get 1)))
  (func $multiply (type $operation)
    (i32.mul (local.get 0) (local.get 1)))
  (func $divide (type $operation)
    (i32.div_s (local.get 0) (local.get 1))))
