//! Instructions on globals, locals and tables, what changes nothing and what traps.

use super::WatchKind::{Access, Change, Read, Write};
use super::*;

#[test]
fn a_change_is_no_write_of_the_same_value() {
    check_all(&[
        (
            "(i32.store8 (i32.const 16) (i32.const 1))",
            "m0 16 1",
            Change,
            &[],
        ),
        (
            "(i32.store8 (i32.const 16) (i32.const 1))",
            "m0 16 1",
            Write,
            &["i32.store8: 16[1] -> 16[1]"],
        ),
        // What changes is not what is watched.
        (
            "(i32.store16 (i32.const 16) (i32.const 0x501))",
            "m0 16 1",
            Change,
            &[],
        ),
        (
            "(i32.store16 (i32.const 16) (i32.const 0x501))",
            "m0 17 1",
            Change,
            &["i32.store16: 17[2] -> 17[5]"],
        ),
        ("(global.set $g (i32.const 7))", "g0", Change, &[]),
        ("(local.set 0 (i32.const 5))", "l0", Change, &[]),
        ("(drop (local.tee 0 (local.get 0)))", "l0", Change, &[]),
        (
            "(table.set $t (i32.const 0) (ref.func $nop))",
            "t0 0 1",
            Change,
            &[],
        ),
        (
            "(memory.fill (i32.const 99) (i32.const 0) (i32.const 5000))",
            "m0 0 9999",
            Change,
            &[],
        ),
        (
            "(memory.fill (i32.const 0) (i32.const 0) (i32.const 17))",
            "m0 0 9999",
            Change,
            &[
                "memory.fill 0: 0[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] -> 0[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
            ],
        ),
    ]);
}

#[test]
fn globals_and_locals_hit() {
    const SET: &str = "(global.set $g (i32.add (global.get $g) (i32.const 1)))";
    const VECTOR: &str = "(global.set $v (i64x2.neg (global.get $v)))";
    const LOCAL: &str = "(local.set 0 (i32.add (local.tee 0 (i32.const 9)) (local.get 0)))";
    check_all(&[
        (SET, "g0", Read, &["global.get 0: 7"]),
        (SET, "g0", Change, &["global.set 0: 7 -> 8"]),
        (
            SET,
            "g0",
            Access,
            &["global.get 0: 7", "global.set 0: 7 -> 8"],
        ),
        (SET, "g1", Access, &[]),
        (
            VECTOR,
            "g1",
            Change,
            &[
                "global.set 1: 0x00000000000000020000000000000001 -> 0xfffffffffffffffeffffffffffffffff",
            ],
        ),
        (LOCAL, "l0", Read, &["local.get 0: 9"]),
        (
            LOCAL,
            "l0",
            Write,
            &["local.tee 0: 5 -> 9", "local.set 0: 9 -> 18"],
        ),
        (LOCAL, "l1", Access, &[]),
        (
            "(local.set $w (i64x2.splat (i64.const 1)))",
            "l1",
            Access,
            &[],
        ),
        (
            "(local.set $l (i64.const 1)) (drop (local.get $w))",
            "l1",
            Access,
            &["local.set 1: 0 -> 1"],
        ),
        // In each call of its function, and what a call gives to a parameter is no write.
        (
            "(call $inner (i32.const 3)) (call $inner (i32.const 4))",
            "i0",
            Write,
            &["local.set 0: 3 -> 4", "local.set 0: 4 -> 5"],
        ),
        (
            "(return_call $inner (i32.const 3))",
            "i0",
            Change,
            &["local.set 0: 3 -> 4"],
        ),
        ("(call $inner (i32.const 3))", "l0", Access, &[]),
    ]);
}

#[test]
fn entries_of_tables_hit() {
    const COPY: &str = "(table.copy $u $t (i32.const 1) (i32.const 0) (i32.const 3))";
    const INIT: &str = "(table.init $t $functions (i32.const 4) (i32.const 0) (i32.const 2))";
    const CALL: &str = "(call_indirect $t (type $nothing) (i32.const 2))";
    const TAIL: &str = "(return_call_indirect $t (type $nothing) (i32.const 2))";
    const HOST: &str = "(call_indirect $t (type $nothing) (i32.const 1)) nop";
    const HOST_TAIL: &str = "(return_call_indirect $t (type $nothing) (i32.const 1))";
    check_all(&[
        (
            "(drop (table.get $t (i32.const 2)))",
            "t0 2 1",
            Access,
            &["table.get 0: 2:func 1"],
        ),
        ("(drop (table.get $t (i32.const 2)))", "t0 0 2", Access, &[]),
        (
            "(table.set $t (i32.const 3) (ref.func $nop))",
            "t0 0 6",
            Change,
            &["table.set 0: 3:null -> 3:func 1"],
        ),
        (
            "(table.set $x (i64.const 3) (ref.null extern))",
            "t2 3 1",
            Write,
            &["table.set 2: 3:null -> 3:null"],
        ),
        (
            "(table.fill $t (i32.const 0) (ref.func $nop) (i32.const 4))",
            "t0 0 6",
            Change,
            &["table.fill 0: 1:func 0 -> 1:func 1"],
        ),
        (
            COPY,
            "t1 2 9",
            Write,
            &["table.copy 1 0: 2:null -> 2:func 0"],
        ),
        (COPY, "t0 2 9", Access, &["table.copy 1 0: 2:func 1"]),
        (COPY, "t0 3 9", Access, &[]),
        (
            INIT,
            "t0 5 1",
            Change,
            &["table.init 1 0: 5:null -> 5:func 1"],
        ),
        (CALL, "t0 2 1", Read, &["call_indirect (type 0): 2:func 1"]),
        (CALL, "t0 0 2", Read, &[]),
        (CALL, "t0 0 9", Write, &[]),
        (
            TAIL,
            "t0 2 1",
            Access,
            &["return_call_indirect (type 0): 2:func 1"],
        ),
        (
            HOST,
            "t0 1 1",
            Access,
            &["call_indirect (type 0): 1:func 0"],
        ),
        (
            HOST_TAIL,
            "t0 1 1",
            Access,
            &["return_call_indirect (type 0): 1:func 0"],
        ),
        // The entry's number lies behind the arguments.
        (
            "(table.set $t (i32.const 3) (ref.func $inner))
            (call_indirect $t (param i32) (i32.const 5) (i32.const 3))",
            "t0 3 1",
            Read,
            &["call_indirect (type 1): 3:func 2"],
        ),
        (
            "(call_indirect $t (param i32 i64) (i32.const 0) (i64.const 1) (i32.const 5))",
            "t0 0 9",
            Access,
            &[],
        ),
    ]);
}

#[test]
fn what_traps_accesses_nothing() {
    check_all(&[
        (
            "(i32.store (i32.const 131070) (i32.const 1))",
            "m0 131070 2",
            Access,
            &[],
        ),
        (
            "(drop (i32.load offset=4294967295 (i32.const -1)))",
            "m0 0 131072",
            Access,
            &[],
        ),
        (
            "(memory.fill (i32.const 131070) (i32.const 1) (i32.const 3))",
            "m0 131070 2",
            Access,
            &[],
        ),
        (
            "(memory.copy (i32.const 0) (i32.const 131070) (i32.const 3))",
            "m0 0 9",
            Access,
            &[],
        ),
        (
            "(memory.init $bytes (i32.const 0) (i32.const 5) (i32.const 2))",
            "m0 0 9",
            Access,
            &[],
        ),
        (
            "(table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 6))",
            "t0 0 9",
            Access,
            &[],
        ),
        (
            "(drop (table.get $t (i32.const 6)))",
            "t0 0 99",
            Access,
            &[],
        ),
        (
            "(call_indirect $t (type $nothing) (i32.const 4))",
            "t0 0 99",
            Access,
            &[],
        ),
        (
            "(call_indirect $t (param i32) (i32.const 1) (i32.const 2))",
            "t0 0 99",
            Access,
            &[],
        ),
        (
            "(drop (v128.load (i32.const 131060)))",
            "m0 131060 1",
            Access,
            &[],
        ),
    ]);
}

/// What is going to be accessed is said beforehand, in the same words of the store.
#[test]
fn accesses_are_told_before_they_happen() {
    let body = "(i32.store offset=4 (i32.const 12) (i32.load8_u (i32.const 17)))
        (memory.copy $other 0 (i32.const 1) (i32.const 20) (i32.const 2))
        (drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 1) (i32.const 1)))
        (drop (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1)))
        (drop (v128.load64_lane 1 (i32.const 3) (local.get $w)))
        (global.set $g (local.get 0))
        (call_indirect $t (type $nothing) (i32.const 2))
        (table.set $t (i32.const 3) (ref.null func))
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 0))
        (memory.fill (i32.const 131070) (i32.const 1) (i32.const 5))";
    for translation in [Translation::Precise, Translation::Folded] {
        let mut machine = machine(&with_body(body), translation);
        start(&mut machine);
        let mut found = Vec::new();
        while machine.state() == State::Paused {
            for access in machine.accesses() {
                found.push(format!(
                    "{:?} {:?} {}+{}",
                    access.mode, access.thing, access.first, access.length
                ));
            }
            machine.step().expect("it is paused");
        }
        assert_eq!(
            found,
            [
                "Read Memory(0) 17+1",
                "Write Memory(0) 16+4",
                "Write Memory(1) 1+2",
                "Read Memory(0) 20+2",
                "Read Memory(0) 0+4",
                "Both Memory(0) 0+4",
                "Read Local { function: 3, index: 2 } 0+1",
                "Read Memory(0) 3+8",
                "Read Local { function: 3, index: 0 } 0+1",
                "Write Global(0) 0+1",
                "Read Table(0) 2+1",
                "Write Table(0) 3+1",
            ]
        );
    }
}
