//! Programs that together have everything that a machine can have.

/// Modules, each of which may import what earlier ones export, from `m0`, `m1` and so on.
/// The last one's `main` is called; `nested` is called while host functions wait.
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) modules: &'static [&'static str],
    pub(super) arguments: &'static [i32],
}

pub(super) const PROGRAMS: &[Program] = &[
    Program {
        name: "recursion",
        modules: &[r#"(module
            (type $f (func (param i32) (result i32)))
            (table 4 funcref) (elem (i32.const 1) $fib $tail)
            (global $count (mut i64) (i64.const 0))
            (func $fib (param i32) (result i32)
                (global.set $count (i64.add (global.get $count) (i64.const 1)))
                local.get 0 i32.const 2 i32.lt_u
                if (result i32)
                    local.get 0
                else
                    f64.const 0.5
                    local.get 0 i32.const 1 i32.sub call $fib
                    local.get 0 i32.const 2 i32.sub i32.const 2 call_indirect (type $f)
                    i32.add
                    br 0
                end)
            (func $tail (param i32) (result i32) (local i64 f32)
                (local.set 1 (i64.extend_i32_u (local.get 0)))
                (local.set 2 (f32.const -1))
                (return_call $last (local.get 1) (local.get 0) (local.get 2)))
            (func $last (param i64 i32 f32) (result i32)
                (return_call $fib (local.get 1)))
            (func (export "main") (param i32) (result i32 i64)
                (call $fib (local.get 0)) (global.get $count)))"#],
        arguments: &[13],
    },
    Program {
        name: "memories, tables and segments",
        modules: &[r#"(module
            (memory 1 20) (memory $wide i64 0 9) (memory $other 1 3)
            (table $t 2 40 funcref) (table $e 0 9 externref)
            (data $greeting "good morning") (data $late "later") (data (i32.const 5) "active")
            (elem $some func $main $bytes) (elem $more funcref (ref.null func) (ref.func $main))
            (func $bytes (param $at i32)
                (i32.store8 (local.get $at) (i32.add (local.get $at) (i32.const 3)))
                (i64.store $wide offset=7 (i64.const 65000) (i64.extend_i32_u (local.get $at)))
                (memory.copy $other 0 (i32.const 100) (local.get $at) (i32.const 50)))
            (func $main (export "main") (param $turns i32) (result i32 i64 i32) (local $at i32)
                (drop (memory.grow $wide (i64.const 1)))
                loop $again
                    (local.set $at (i32.add (local.get $at) (i32.const 4001)))
                    (call $bytes (local.get $at))
                    (i32.rem_u (local.get $turns) (i32.const 5)) i32.eqz if
                        (drop (memory.grow (i32.const 1)))
                        (drop (memory.grow $other (i32.const 1)))
                        (drop (table.grow $t (ref.func $bytes) (i32.const 3)))
                        (drop (table.grow $e (ref.null extern) (i32.const 1)))
                    end
                    (i32.eq (local.get $turns) (i32.const 14)) if
                        (memory.init $greeting (local.get $at) (i32.const 5) (i32.const 7))
                        (table.init $t $some (i32.const 1) (i32.const 0) (i32.const 2))
                        data.drop $greeting
                        elem.drop $some
                    end
                    (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))
                    br_if $again
                end
                data.drop $late
                (memory.size) (memory.size $wide) (table.size $t)))"#],
        arguments: &[20],
    },
    Program {
        name: "objects",
        modules: &[r#"(module
            (import "host" "g" (func $thing (result externref)))
            (rec (type $node (sub (struct (field (mut i32)) (field (mut (ref null $node))) (field i8))))
                 (type $vector (struct (field (mut v128)) (field (ref $node)) (field (mut i16)))))
            (type $leaf (sub final $node (struct (field (mut i32)) (field (mut (ref null $node))) (field i8) (field f64))))
            (type $bytes (array (mut i8))) (type $wide (array (mut v128)))
            (type $nodes (array (mut (ref null $node)))) (type $anys (array (mut anyref)))
            (type $f (func (param i32) (result (ref $node)))) (type $funcs (array (ref null $f)))
            (global $list (mut (ref null $node)) (ref.null $node))
            (global $any (mut anyref) (ref.null any))
            (global $constant (ref $node) (struct.new $node (i32.const 1) (ref.null $node) (i32.const 2)))
            (elem $elements (ref $node) (global.get $constant) (struct.new $leaf (i32.const 7) (ref.null $node) (i32.const 8) (f64.const 9)))
            (elem declare func $make)
            (table $table 3 eqref)
            (func $make (type $f)
                (struct.new $leaf (local.get 0) (global.get $list) (i32.const -3) (f64.const 1.5)))
            (func $use (param $v (ref $vector)) (param $count i32) (result i32) (local $made (ref $node)) (local $f (ref null $f))
                (local.set $f (ref.func $make))
                (call $thing) (any.convert_extern)
                (local.set $made (call_ref $f (local.get $count) (local.get $f)))
                (global.set $any)
                (global.set $list (local.get $made))
                (struct.set $vector 2 (local.get $v) (local.get $count))
                (struct.get_s $node 2 (local.get $made))
                (struct.get_u $vector 2 (local.get $v))
                (i32.add))
            (func (export "main") (param $turns i32) (result i32 anyref (ref null $node)) (local $sum i32) (local $anys (ref null $anys))
                (local.set $anys (array.new_default $anys (i32.const 6)))
                loop $again
                    (drop (array.new $bytes (local.get $turns) (i32.const 9000)))
                    (array.set $anys (local.get $anys) (i32.const 1) (array.new $wide (v128.const i64x2 3 4) (i32.const 2)))
                    (array.set $anys (local.get $anys) (i32.const 0) (ref.i31 (local.get $turns)))
                    (array.set $anys (local.get $anys) (i32.const 2) (global.get $any))
                    (array.set $anys (local.get $anys) (i32.const 3) (array.new_elem $nodes $elements (i32.const 0) (i32.const 2)))
                    (array.set $anys (local.get $anys) (i32.const 4) (array.new_fixed $funcs 2 (ref.func $make) (ref.null $f)))
                    (table.set $table (i32.const 1) (ref.i31 (i32.const -5)))
                    (table.set $table (i32.const 2) (local.get $anys))
                    (local.set $sum (i32.add (local.get $sum)
                        (call $use
                            (struct.new $vector (v128.const i64x2 1 2) (call $make (i32.const 4)) (i32.const 70000))
                            (local.get $turns))))
                    (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))
                    br_if $again
                end
                (local.get $sum) (global.get $any) (global.get $list)))"#],
        arguments: &[125],
    },
    Program {
        name: "exceptions",
        modules: &[r#"(module
            (import "host" "f" (func $host (param i32) (result i32)))
            (tag $n (param i32 v128)) (tag $e (param externref)) (tag $none)
            (global $caught (mut exnref) (ref.null exn))
            (func $throw (param i32)
                (i32.rem_u (local.get 0) (i32.const 3))
                if (local.get 0) (v128.const i64x2 5 6) throw $n else throw $none end)
            (func $older (param i32) (result i32)
                try (result i32)
                    (i64.const 9) (call $throw (local.get 0)) drop (i32.const 1)
                catch $n
                    drop
                    try (result i32)
                        (call $host (local.get 0))
                        try throw $none catch_all (call $host (i32.const 4)) drop end
                        rethrow 1
                    catch $n
                        drop (call $host) 
                    end
                    i32.add
                catch_all
                    (call $host (i32.const 3))
                end)
            (func $newer (param i32) (result i32)
                (block $all (result exnref)
                    (block $one (result i32 v128 exnref)
                        try_table (catch_ref $n $one) (catch_all_ref $all)
                            (call $throw (local.get 0))
                        end
                        unreachable)
                    global.set $caught drop
                    return)
                global.set $caught
                (call $host (i32.const 2)))
            (func (export "nested") (param i32) (result i32)
                (call $newer (local.get 0)) (call $older (i32.const 3)) i32.sub)
            (func (export "main") (param $turns i32) (result i32) (local $sum i32)
                loop $again
                    (call $newer (local.get $turns)) (call $older (local.get $turns)) i32.xor
                    local.get $sum i32.add local.set $sum
                    (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))
                    br_if $again
                end
                local.get $sum
                (throw_ref (global.get $caught))))"#],
        arguments: &[9],
    },
    Program {
        name: "two instances and the host",
        modules: &[
            r#"(module
                (import "host" "f" (func $host (param i32) (result i32)))
                (memory 1 5)
                (func (export "peek") (result i32) (i32.load (i32.const 8)))
                (global (export "global") (mut i32) (i32.const 6))
                (table (export "table") 3 funcref) (elem (i32.const 0) $bump $host)
                (func $bump (export "bump") (param i32) (result i32)
                    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
                    (i32.add (call $host (i32.load (i32.const 8))) (i32.const 1)))
                (func (export "tail") (param i32) (result i32) (return_call $host (local.get 0))))"#,
            r#"(module
                (import "m0" "bump" (func $bump (param i32) (result i32)))
                (import "m0" "tail" (func $tail (param i32) (result i32)))
                (import "m0" "table" (table 3 funcref)) (import "m0" "global" (global $g (mut i32)))
                (import "m0" "peek" (func $peek (result i32)))
                (import "host" "h" (func $many (param f32 i64 externref) (result f64 v128 externref i32)))
                (table $things 3 externref)
                (memory $near 2)
                (func $own (param i32) (result i32) (local v128 externref)
                    (call $many (f32.const 2.5) (i64.const -1) (table.get $things (i32.const 1)))
                    local.set 0 local.set 2 local.set 1 drop
                    (table.set $things (i32.and (local.get 0) (i32.const 1)) (local.get 2))
                    (i32.store $near (i32.const 70000) (i32x4.extract_lane 3 (local.get 1)))
                    (i32.add (call $bump (local.get 0)) (i32.load $near (i32.const 70000)))
                    (i32.add (call $tail (i32.const 5))))
                (func (export "nested") (param i32) (result i32)
                    (call $own (global.get $g)) (i32.div_u (call $peek))
                    (i32.sub (local.get 0)))
                (func (export "main") (param $turns i32) (result i32)
                    (table.set $things (i32.const 2) (table.get $things (i32.const 0)))
                    (i32.const 77)
                    loop $again
                        (call $own (local.get $turns))
                        (call_indirect (param i32) (result i32) (i32.const 1)) global.set $g
                        (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))
                        br_if $again
                    end))"#,
        ],
        arguments: &[4],
    },
    Program {
        name: "vectors and a trap",
        modules: &[r#"(module
            (memory 1)
            (global $v (mut v128) (v128.const i64x2 -1 8))
            (func $sum (param v128 i32 v128) (result v128 i32) (local f32 v128 f64)
                (local.set 3 (f32.const nan:0x200001))
                (local.set 4 (i32x4.add (local.get 0) (local.get 2)))
                (v128.store (i32.const 32) (local.get 4))
                (global.set $v (local.get 4))
                (local.get 0) (local.get 4)
                (i32.eqz (local.get 1))
                if (unreachable) end
                (call $sum (local.get 2) (i32.sub (local.get 1) (i32.const 1)) (local.get 4))
                (local.set 1) (local.set 0)
                (i64x2.add) (i64x2.add (local.get 0)) (local.get 1))
            (func (export "main") (param i32) (result v128 i32)
                (call $sum (v128.const i64x2 1 2) (local.get 0) (global.get $v))))"#],
        arguments: &[30],
    },
];
