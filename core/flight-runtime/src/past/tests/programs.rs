//! Programs in which operands take every way that there is.

/// What all of them begin with; function 0 is the host's, 1 is `$leaf`, 2 is `$two`.
const HEAD: &str = r#"
    (import "host" "ask" (func $ask (param i32) (result i32)))
    (type $pair (func (param i32 i32) (result i32 i32)))
    (memory (export "memory") 1 3)
    (table $t (export "table") 4 8 funcref)
    (global $g (export "g") (mut i32) (i32.const 3))
    (global $h (export "h") (mut i64) (i64.const 3))
    (elem (table $t) (i32.const 0) func $leaf $two)
    (elem declare func $ask)
    (func $leaf (export "leaf") (param i32) (result i32) (local i32)
        (local.set 1 (i32.mul (local.get 0) (i32.const 3)))
        (i32.store8 (i32.and (local.get 0) (i32.const 31)) (local.get 1))
        (i32.add (local.get 1) (i32.const 1)))
    (func $two (param i32 i32) (result i32 i32)
        (i32.add (local.get 0) (i32.const 1)) (local.get 1))"#;

/// Their bodies: they come to an end whichever local or operand is changed meanwhile, with `main` of one parameter and one result.
const BODIES: [&str; 6] = [
    // Branches that carry values, out of blocks and back to loops with parameters.
    r#"(func (export "main") (param i32) (result i32) (local i32)
        i32.const 100
        i32.const 200
        local.get 0
        loop $again (param i32) (result i32)
            local.tee 1
            i32.const 7
            local.get 1
            i32.const 1
            i32.sub
            local.tee 1
            local.get 1
            i32.const 0
            i32.gt_s
            br_if $again
            drop
            drop
        end
        block $out (result i32)
            i32.const 5
            block (result i32)
                i32.const 6
                i32.const 8
                local.get 1
                br_if $out
                local.get 0
                i32.const 1
                i32.and
                br_table 0 $out 0
            end
            i32.add
        end
        i32.add
        i32.add
        i32.add)"#,
    // Several values through blocks, arms and calls.
    r#"(func (export "main") (param i32) (result i32) (local i32)
        i32.const 9
        loop $again
            local.get 0
            i32.const 4
            block (type $pair)
                local.get 0
                i32.const 1
                i32.and
                if (type $pair)
                    call $two
                    i32.const 3
                    br 1
                else
                    i32.const 1
                    i32.add
                    local.get 1
                    i32.eqz
                    br_if 0
                    local.get 0
                    call $leaf
                    drop
                end
            end
            i32.const 0
            call_indirect $t (param i32) (result i32)
            global.set $g
            local.set 1
            global.get $g
            drop
            local.get 0
            i32.const 1
            i32.sub
            local.tee 0
            i32.const 0
            i32.gt_s
            br_if $again
        end
        local.get 1
        i32.add)"#,
    // Recursion, and calls that become other calls.
    r#"(func $fib (param i32) (result i32) (local i32)
        local.get 0
        i32.const 2
        i32.lt_s
        if
            local.get 0
            return
        end
        i32.const 1
        local.get 0
        i32.const 1
        i32.sub
        call $fib
        local.set 1
        local.get 0
        i32.const 2
        i32.sub
        call $count
        local.get 1
        i32.add
        i32.add)
    (func $count (param i32) (result i32)
        local.get 0
        i32.const 3
        i32.ge_s
        if
            i32.const 55
            local.get 0
            i32.const 1
            i32.sub
            return_call $count
        end
        local.get 0
        local.get 0
        i32.const 1
        i32.and
        i32.const 9
        i32.mul
        local.set 0
        return_call $fib)
    (func (export "main") (param i32) (result i32)
        local.get 0
        local.get 0
        call $fib
        local.get 0
        call $count
        i32.add
        i32.add)"#,
    // The host between everything.
    r#"(func (export "main") (param i32) (result i32) (local i32)
        i32.const 70
        loop $again (param i32) (result i32)
            local.get 0
            call $ask
            i32.add
            local.get 0
            call $ask
            call $leaf
            local.set 1
            i32.const 16
            local.get 1
            i32.store offset=4
            global.get $h
            i64.const 1
            i64.add
            global.set $h
            local.get 0
            i32.const 1
            i32.sub
            local.tee 0
            i32.const 0
            i32.gt_s
            br_if $again
        end)"#,
    // Memories and tables.
    r#"(func (export "main") (param i32) (result i32)
        (loop $again
            (memory.fill (local.get 0) (i32.const 7) (i32.const 9))
            (memory.copy (i32.const 40) (i32.add (local.get 0) (i32.const 3)) (i32.const 6))
            (i64.store (i32.const 60) (i64.const 5))
            (table.set $t (i32.and (local.get 0) (i32.const 3)) (ref.func $leaf))
            (table.fill $t (i32.const 2) (ref.null func) (i32.const 1))
            (table.copy $t $t (i32.const 3) (i32.const 0) (i32.const 1))
            (table.set $t (i32.const 0) (ref.func $leaf))
            (if (i32.eq (local.get 0) (i32.const 3)) (then
                (drop (table.grow $t (ref.func $two) (i32.const 2)))
                (drop (memory.grow (i32.const 1)))
                (i32.store8 (i32.const 65538) (i32.const 1))))
            (drop (call $ask (local.get 0)))
            (br_if $again (i32.gt_s
                (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0))))
        (i32.load (i32.const 42)))"#,
    // Exceptions: thrown here, below and beyond, with values under them.
    r#"(tag $e (param i32 i32))
    (tag $other)
    (func $throws (param i32) (result i32)
        local.get 0
        i32.const 1
        i32.lt_s
        if
            i32.const 11
            i32.const 12
            throw $e
        end
        i32.const 77
        local.get 0
        i32.const 1
        i32.sub
        call $throws
        i32.add)
    (func (export "main") (param i32) (result i32) (local i32)
        i32.const 20
        block $done (result i32)
        loop $again (result i32)
            i32.const 30
            i32.const 31
            drop
            block $caught (result i32 i32)
                block $all
                    i32.const 40
                    try_table (param i32) (result i32) (catch $e $caught) (catch_all $all)
                        i32.const 41
                        local.get 0
                        i32.const 1
                        i32.and
                        if
                            local.get 0
                            i32.const 25
                            i32.mul
                            call $throws
                            drop
                        else
                            local.get 0
                            i32.const 2
                            i32.and
                            if
                                throw $other
                            end
                            local.get 0
                            i32.const 50
                            throw $e
                        end
                        i32.add
                    end
                    drop
                end
                i32.const 60
                i32.const 61
            end
            i32.add
            i32.add
            local.set 1
            local.get 1
            local.get 0
            i32.const 1
            i32.sub
            local.tee 0
            i32.const 0
            i32.le_s
            br_if $done
            drop
            br $again
        end
        end
        i32.add)"#,
];

/// The older form of exceptions.
const OLD: &str = r#"(tag $e (param i32))
    (tag $f (param i32 i32))
    (func $throws (param i32) (result i32)
        local.get 0
        i32.const 1
        i32.and
        if
            i32.const 8
            local.get 0
            throw $f
        end
        local.get 0
        throw $e)
    (func (export "main") (param i32) (result i32)
        i32.const 5
        loop $again (param i32) (result i32)
            i32.const 6
            try (result i32)
                i32.const 1
                local.get 0
                call $throws
                i32.add
            catch $e
                i32.const 3
                i32.add
            catch $f
                i32.add
            end
            i32.add
            i32.add
            local.get 0
            i32.const 1
            i32.sub
            local.tee 0
            i32.const 0
            i32.gt_s
            br_if $again
        end)"#;

pub(crate) fn all() -> impl Iterator<Item = String> {
    let bodies = BODIES.into_iter().chain([OLD]);
    bodies.map(|body| format!("(module {HEAD} {body})"))
}

use alloc::format;
use alloc::string::String;
