//! Programs in which execution takes every way that there is.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::history::tests::machine::ALL;
use crate::past::tests::programs;

/// Functions that begin with a loop and become each other, calls in a row, traps at every place of a block.
const TURNS: &str = r#"(module
    (import "host" "ask" (func $ask (param i32) (result i32)))
    (import "host" "back" (func $back (param i32)))
    (tag $tag (param i32))
    (table 4 funcref)
    (elem (i32.const 0) func $loops $ask $even $traps)
    (func $loops (export "loops") (param i32) (result i32)
        (loop $again
            (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
            (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
            (br_if $again (i32.and (local.get 0) (i32.const 1))))
        (return_call $loops (local.get 0)))
    (func $even (export "even") (param i32) (result i32)
        (if (i32.le_s (local.get 0) (i32.const 0)) (then (return_call $ask (local.get 0))))
        (return_call $odd (i32.sub (local.get 0) (i32.const 1))))
    (func $odd (export "odd") (param i32) (result i32)
        (drop (call $even (i32.sub (local.get 0) (i32.const 2))))
        (return_call_indirect (param i32) (result i32) (local.get 0)
            (i32.and (local.get 0) (i32.const 3))))
    (func $traps (export "traps") (param i32) (result i32)
        (i32.div_u (i32.const 7) (i32.sub (local.get 0) (i32.const 3)))
        (i32.div_u (i32.const 7) (i32.sub (local.get 0) (i32.const 2)))
        (i32.add)
        (drop (call_indirect (param i32) (result i32) (i32.const 2) (local.get 0)))
        (if (i32.eq (local.get 0) (i32.const 1)) (then (unreachable)))
        (block $out (block $in (br_table $in $out (local.get 0))) (drop (i32.const 3)))
        (drop (block $in (result i32) (br_if $in (i32.const 1) (local.get 0)))))
    (func $never (export "never") (unreachable))
    (func $forever (export "forever") (param i32) (result i32)
        (call $forever (local.get 0)))
    (func $calls (export "calls") (param i32)
        (call $back (call $ask (call $ask (local.get 0))))
        (call $nothing) (call $nothing) (call $back (i32.const 1)))
    (func $nothing)
    (func $guarded (export "guarded") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (call $ask (local.get 0)))))
        (block $caught (result i32)
            (try_table (result i32) (catch $tag $caught)
                (i32.add (call $ask (i32.const 1))
                    (call $guarded (i32.sub (local.get 0) (i32.const 1)))))))
    (export "ask" (func $ask)))"#;

/// Linked with the one before.
const LINKED: &str = r#"(module
    (import "0" "loops" (func $loops (param i32) (result i32)))
    (import "0" "traps" (func $traps (param i32) (result i32)))
    (import "host" "ask" (func $ask (param i32) (result i32)))
    (memory 1)
    (func (export "across") (param i32) (result i32)
        (i32.store (i32.const 8) (call $loops (local.get 0)))
        (i32.store (i32.const 8) (call $ask (i32.load (i32.const 8))))
        (return_call $traps (i32.load (i32.const 8))))
    (export "again" (func $loops)))"#;

/// A block that is longer than a run, and vectors.
fn long() -> String {
    let many = "(local.set 0 (i32.add (local.get 0) (i32.const 1)))".repeat(150);
    let vectors = match cfg!(feature = "simd") {
        true => {
            r#"(func (export "vectors") (param i32) (result i32) (local v128)
                (loop $again
                    (local.set 1 (i32x4.add (local.get 1) (i32x4.splat (local.get 0))))
                    (local.set 1 (i32x4.mul (local.get 1) (local.get 1)))
                    (if (i32x4.all_true (local.get 1)) (then (nop)))
                    (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (i32x4.extract_lane 0 (local.get 1)))"#
        }
        false => "",
    };
    format!(
        r#"(module
            (func (export "long") (param i32) (result i32)
                {many} (loop {many}) {many} (block {many}) (local.get 0))
            {vectors})"#
    )
}

/// Each is the modules of a store.
pub(super) fn all() -> Vec<Vec<String>> {
    let others = programs::all().map(|text| Vec::from([text]));
    let own = [
        Vec::from([ALL.into()]),
        Vec::from([TURNS.into()]),
        Vec::from([TURNS.into(), LINKED.into()]),
        Vec::from([long()]),
    ];
    own.into_iter().chain(others).collect()
}
