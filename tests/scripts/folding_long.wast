;; More kept operands than are kept at once, and runs that are longer than a tick can count.

(module
  (func (export "forty locals") (param i32) (result i32)
    local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0
    local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0
    local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0
    local.get 0 local.get 0 local.get 0 local.get 0
    (local.set 0 (i32.const 1000))
    local.get 0
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add i32.add
    local.get 0 i32.add)
  (func (export "forty of many kinds") (param i64 i32) (result i64) (local i64)
    local.get 0 i64.const 0 local.get 0 i64.const 1 local.get 0 i64.const 2 local.get 0 i64.const 3 local.get 0 i64.const 4 local.get 0 i64.const 5
    local.get 0 i64.const 6 local.get 0 i64.const 7 local.get 0 i64.const 8 local.get 0 i64.const 9 local.get 0 i64.const 10 local.get 0 i64.const 11
    local.get 0 i64.const 12 local.get 0 i64.const 13 local.get 0 i64.const 14 local.get 0 i64.const 15 local.get 0 i64.const 16 local.get 0 i64.const 17
    local.get 0 i64.const 18 local.get 0 i64.const 19
    (local.set 0 (i64.const -5))
    i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub
    i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub i64.sub)
  (func (export "only drops") (param i32) (result i32)
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
    local.get 0)
  (func (export "only pushes") (param i32) (result i32)
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1 local.get 0 i32.const 1
    (local.set 0 (i32.const 5))
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop
    drop drop drop drop drop drop drop drop drop drop
    i32.sub local.get 0 i32.add)
  (func (export "nops") (result i32)
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop
    nop nop nop nop nop nop nop nop nop nop nop nop
    i32.const 3)
  (func (export "chain") (param i32) (result i32)
    local.get 0
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor
    i32.const 1 i32.add local.get 0 i32.xor i32.const 1 i32.add local.get 0 i32.xor)
  (func (export "sets") (param i32) (result i32) (local i32)
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 0 local.set 1 local.get 1 local.tee 0 drop local.get 0 local.set 1 local.get 1 local.tee 0 drop
    local.get 1)
  (func (export "in a loop") (param i32) (result i32) (local i32)
    loop
      local.get 0
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      local.get 0 drop i32.const 1 drop local.get 0 drop i32.const 1 drop
      drop
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
    end
    local.get 1)
)

(assert_return (invoke "forty locals" (i32.const 2)) (i32.const 2080))
(assert_return (invoke "forty of many kinds" (i64.const 7) (i32.const 0)) (i64.const -50))
(assert_return (invoke "only drops" (i32.const 3)) (i32.const 3))
(assert_return (invoke "only pushes" (i32.const 3)) (i32.const 7))
(assert_return (invoke "nops") (i32.const 3))
(assert_return (invoke "chain" (i32.const 9)) (i32.const 169))
(assert_return (invoke "sets" (i32.const 9)) (i32.const 9))
(assert_return (invoke "in a loop" (i32.const 10)) (i32.const 55))

