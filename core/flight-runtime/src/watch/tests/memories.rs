//! Instructions on memories: what is watched, and the hits.

use super::WatchKind::{Access, Change, Read, Write};
use super::*;

#[test]
fn loads_and_stores_hit_where_they_overlap() {
    const LOAD: &str = "(drop (i32.load (i32.const 16)))";
    const STORE: &str = "(i32.store (i32.const 16) (i32.const 9))";
    const BORDER: &str = "(i64.store offset=4 (i32.const 65529) (i64.const -1))";
    check_all(&[
        (LOAD, "m0 16 1", Read, &["i32.load: 16[1]"]),
        (LOAD, "m0 19 1", Read, &["i32.load: 19[4]"]),
        (LOAD, "m0 0 18", Read, &["i32.load: 16[1, 2]"]),
        (LOAD, "m0 17 1000", Access, &["i32.load: 17[2, 3, 4]"]),
        (LOAD, "m0 15 1", Access, &[]),
        (LOAD, "m0 20 4", Access, &[]),
        (LOAD, "m0 16 4", Write, &[]),
        (LOAD, "m0 16 4", Change, &[]),
        (LOAD, "m1 16 4", Access, &[]),
        (STORE, "m0 16 1", Write, &["i32.store: 16[1] -> 16[9]"]),
        (
            STORE,
            "m0 0 100000",
            Access,
            &["i32.store: 16[1, 2, 3, 4] -> 16[9, 0, 0, 0]"],
        ),
        (STORE, "m0 16 4", Read, &[]),
        (STORE, "m0 20 1", Access, &[]),
        (STORE, "m0 15 1", Access, &[]),
        // Over the border of two pages, at an address that is no multiple of anything.
        (BORDER, "m0 65532 1", Access, &[]),
        (BORDER, "m0 65541 1", Access, &[]),
        (
            BORDER,
            "m0 65535 2",
            Change,
            &["i64.store offset=4: 65535[0, 0] -> 65535[255, 255]"],
        ),
        (
            "(i32.store8 (local.get 0) (i32.const 300))",
            "m0 5 3",
            Access,
            &["i32.store8: 5[0] -> 5[44]"],
        ),
        (
            "(f64.store offset=1 (local.get 0) (f64.const 0))",
            "m0 6 1",
            Write,
            &["f64.store offset=1: 6[0] -> 6[0]"],
        ),
        (
            "(drop (i64.load16_s (i32.const 22)))",
            "m0 0 64",
            Access,
            &["i64.load16_s: 22[7, 8]"],
        ),
    ]);
}

#[test]
fn bulk_instructions_hit_with_their_whole_ranges() {
    const COPY: &str = "(memory.copy (i32.const 32) (i32.const 16) (i32.const 4))";
    const OVER: &str = "(memory.copy (i32.const 17) (i32.const 16) (i32.const 4))";
    const ACROSS: &str = "(memory.copy $other 0 (i32.const 1) (i32.const 20) (i32.const 2))";
    const INIT: &str = "(memory.init $bytes (i32.const 100) (i32.const 2) (i32.const 3))";
    check_all(&[
        (
            COPY,
            "m0 34 1",
            Access,
            &["memory.copy 0 0: 34[0] -> 34[3]"],
        ),
        (COPY, "m0 18 1", Access, &["memory.copy 0 0: 18[3]"]),
        (COPY, "m0 18 1", Write, &[]),
        (COPY, "m0 34 1", Read, &[]),
        (COPY, "m0 20 12", Access, &[]),
        (COPY, "m0 36 12", Access, &[]),
        (OVER, "m0 18 2", Read, &["memory.copy 0 0: 18[3, 4]"]),
        (
            OVER,
            "m0 18 2",
            Access,
            &["memory.copy 0 0: 18[3, 4] -> 18[2, 3]"],
        ),
        (ACROSS, "m1 2 1", Access, &["memory.copy 1 0: 2[0] -> 2[6]"]),
        (ACROSS, "m0 20 9", Access, &["memory.copy 1 0: 20[5, 6]"]),
        (ACROSS, "m1 20 9", Access, &[]),
        (
            INIT,
            "m0 0 1000",
            Write,
            &["memory.init 0 0: 100[0, 0, 0] -> 100[99, 100, 101]"],
        ),
        (INIT, "m0 2 3", Access, &[]),
        (
            "(memory.fill (i32.const 8) (i32.const 258) (i32.const 9))",
            "m0 14 9",
            Change,
            &["memory.fill 0: 14[0, 0, 1] -> 14[2, 2, 2]"],
        ),
        // What is empty accesses nothing.
        (
            "(memory.fill (i32.const 8) (i32.const 1) (i32.const 0))",
            "m0 0 99",
            Access,
            &[],
        ),
        (
            "(memory.copy (i32.const 8) (i32.const 1) (i32.const 0))",
            "m0 0 99",
            Access,
            &[],
        ),
        (
            "(memory.init $bytes (i32.const 8) (i32.const 1) (i32.const 0))",
            "m0 0 99",
            Access,
            &[],
        ),
        (
            "(table.fill $t (i32.const 8) (ref.null func) (i32.const 0))",
            "t0 0 99",
            Access,
            &[],
        ),
        // Growing is no access.
        (
            "(drop (memory.grow (i32.const 1)))",
            "m0 0 999999",
            Access,
            &[],
        ),
        ("(drop (memory.size))", "m0 0 999999", Access, &[]),
        (
            "(drop (table.grow $t (ref.func $nop) (i32.const 1)))",
            "t0 0 99",
            Access,
            &[],
        ),
    ]);
}

#[test]
fn of_much_a_part_is_shown() {
    let fill = "(memory.fill (i32.const 16) (i32.const 0) (i32.const 70000))
        (memory.fill (i32.const 16) (i32.const 1) (i32.const 3000))
        (i32.store8 (i32.const 3000) (i32.const 5))
        (memory.fill (i32.const 16) (i32.const 1) (i32.const 3000))
        (i32.store8 (i32.const 3010) (i32.const 5))
        (memory.fill (i32.const 16) (i32.const 1) (i32.const 3000))";
    let found = all_hits(&with_body(fill), "m0 20 100000", Change);
    let fills = found
        .iter()
        .filter(|(_, words)| words.starts_with("memory.fill"));
    let places: Vec<_> = fills
        .map(|(_, words)| {
            let (old, new) = words["memory.fill 0: ".len()..]
                .split_once(" -> ")
                .expect("two");
            let shown = |words: &str| {
                words.split_once('[').map(|(address, bytes)| {
                    (
                        address.parse::<u64>().expect("it is one"),
                        bytes.split(',').count(),
                    )
                })
            };
            assert_eq!(shown(old), shown(new));
            shown(old).expect("there are bytes")
        })
        .collect();
    // The last ones begin to differ so late that 64 bytes end with the range, which ends at 3016.
    assert_eq!(places, [(20, 64), (20, 64), (2952, 64), (2952, 64)]);
}

#[test]
fn every_memory_is_its_own() {
    check_all(&[
        (
            "(i32.store $other (i32.const 16) (i32.const 1))",
            "m0 0 99",
            Access,
            &[],
        ),
        (
            "(i32.store8 $other (i32.const 16) (i32.const 1))",
            "m1 0 99",
            Access,
            &["i32.store8 1: 16[0] -> 16[1]"],
        ),
        (
            "(drop (i32.load8_u $other offset=3 (i32.const 16)))",
            "m1 19 1",
            Access,
            &["i32.load8_u 1 offset=3: 19[0]"],
        ),
        (
            "(i64.store8 $wide offset=7 (i64.const 65528) (i64.const 1))",
            "m2 65535 1",
            Access,
            &["i64.store8 2 offset=7: 65535[0] -> 65535[1]"],
        ),
        // An address that wraps around traps.
        (
            "(i64.store8 $wide offset=18 (i64.const -2) (i64.const 1))",
            "m2 0 99",
            Access,
            &[],
        ),
        (
            "(memory.fill $wide (i64.const 1) (i32.const 1) (i64.const -1))",
            "m2 0 99",
            Access,
            &[],
        ),
    ]);
}

#[test]
fn vectors_hit_with_their_widths() {
    const LANE: &str = "(local.set $w (v128.load16_lane 3 (i32.const 20) (local.get $w)))";
    check_all(&[
        (
            "(drop (v128.load (i32.const 8)))",
            "m0 23 1",
            Access,
            &["v128.load: 23[8]"],
        ),
        ("(drop (v128.load (i32.const 8)))", "m0 24 1", Access, &[]),
        (
            "(drop (v128.load8x8_s (i32.const 9)))",
            "m0 16 4",
            Access,
            &["v128.load8x8_s: 16[1]"],
        ),
        (
            "(drop (v128.load32_splat (i32.const 14)))",
            "m0 17 1",
            Access,
            &["v128.load32_splat: 17[2]"],
        ),
        (
            "(drop (v128.load32_splat (i32.const 14)))",
            "m0 18 1",
            Access,
            &[],
        ),
        (
            "(drop (v128.load64_zero (i32.const 9)))",
            "m0 16 4",
            Access,
            &["v128.load64_zero: 16[1]"],
        ),
        (LANE, "m0 21 9", Access, &["v128.load16_lane 3: 21[6]"]),
        (LANE, "m0 22 9", Access, &[]),
        (
            "(v128.store (i32.const 65530) (v128.const i64x2 -1 -1))",
            "m0 65545 2",
            Change,
            &["v128.store: 65545[0] -> 65545[255]"],
        ),
        (
            "(v128.store8_lane offset=1 15 (i32.const 17) (v128.const i64x2 -1 -1))",
            "m0 16 8",
            Access,
            &["v128.store8_lane offset=1 15: 18[3] -> 18[255]"],
        ),
    ]);
}

#[test]
fn atomic_instructions_read_and_write() {
    const ADD: &str = "(drop (i32.atomic.rmw8.add_u $shared (i32.const 6) (i32.const 5)))";
    const EXCHANGE: &str =
        "(drop (i64.atomic.rmw16.cmpxchg_u $shared (i32.const 6) (i64.const 0) (i64.const 258)))";
    const FAILING: &str =
        "(drop (i64.atomic.rmw16.cmpxchg_u $shared (i32.const 6) (i64.const 3) (i64.const 258)))";
    const WAIT: &str =
        "(drop (memory.atomic.wait32 $shared (i32.const 8) (i32.const 1) (i64.const 0)))";
    const NOTIFY: &str = "(drop (memory.atomic.notify $shared (i32.const 8) (i32.const 1)))";
    check_all(&[
        (ADD, "m3 6 1", Read, &["i32.atomic.rmw8.add_u 3: 6[0]"]),
        (
            ADD,
            "m3 6 1",
            Write,
            &["i32.atomic.rmw8.add_u 3: 6[0] -> 6[5]"],
        ),
        (
            ADD,
            "m3 6 1",
            Access,
            &["i32.atomic.rmw8.add_u 3: 6[0] -> 6[5]"],
        ),
        (ADD, "m3 7 1", Access, &[]),
        (
            EXCHANGE,
            "m3 7 8",
            Change,
            &["i64.atomic.rmw16.cmpxchg_u 3: 7[0] -> 7[1]"],
        ),
        (FAILING, "m3 7 8", Write, &[]),
        (
            FAILING,
            "m3 7 8",
            Access,
            &["i64.atomic.rmw16.cmpxchg_u 3: 7[0]"],
        ),
        (WAIT, "m3 11 8", Access, &["memory.atomic.wait32 3: 11[0]"]),
        (WAIT, "m3 11 8", Write, &[]),
        (NOTIFY, "m3 11 8", Read, &["memory.atomic.notify 3: 11[0]"]),
        (
            "(i32.atomic.store16 $shared (i32.const 6) (i32.const -1))",
            "m3 7 1",
            Change,
            &["i32.atomic.store16 3: 7[0] -> 7[255]"],
        ),
        (
            "(drop (i64.atomic.load32_u (i32.const 20)))",
            "m0 16 8",
            Access,
            &["i64.atomic.load32_u: 20[5, 6, 7, 8]"],
        ),
        // It is aligned to no multiple, so it traps.
        (
            "(drop (i64.atomic.load32_u (i32.const 21)))",
            "m0 16 8",
            Access,
            &[],
        ),
        (
            "(drop (i32.atomic.rmw8.add_u (i32.const -1) (i32.const 0)))",
            "m0 0 9",
            Access,
            &[],
        ),
    ]);
}
