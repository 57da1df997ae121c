//! Watchpoints and the rest of the machine: other instances, breakpoints, calls, taking them away.

use super::*;
use crate::op::{Op, opcode};

const COUNTING: &str = "(loop
        (i32.store (i32.const 64) (local.get 0))
        (i32.store (i32.const 68) (local.get 0))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))";

fn count_of_breaks(machine: &Interpreter) -> usize {
    let words = machine.code.words().iter().enumerate();
    let is_break = |&(ip, word): &(usize, &u32)| {
        opcode(*word) == Op::Break as u32 && machine.code.replaced(ip as u32).is_some()
    };
    words.filter(is_break).count()
}

fn memory_watch(machine: &mut Interpreter, address: u64) -> u32 {
    let watched = watched(&format!("m0 {address} 4"));
    machine
        .add_watchpoint(watched, WatchKind::Write)
        .expect("there is such a thing")
}

/// The offset of the nth instruction of `$f`.
fn offset(machine: &Interpreter, nth: usize) -> u32 {
    Interpreter::instruction_offsets(machine.module(InstanceId::FIRST), FuncIdx(F))[nth]
}

#[test]
fn a_watchpoint_that_is_taken_away_leaves_nothing() {
    for translation in [Translation::Precise, Translation::Folded] {
        let mut machine = machine(&with_body(COUNTING), translation);
        start(&mut machine);
        machine.step().expect("it is paused");
        assert_eq!(count_of_breaks(&machine), 0);
        let (one, two) = (
            memory_watch(&mut machine, 64),
            memory_watch(&mut machine, 68),
        );
        assert_eq!((one, two), (1, 2));
        assert_eq!(count_of_breaks(&machine), 2);
        assert!(!machine.folds(F));
        assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
        assert_eq!(machine.watch_hit().map(|hit| hit.watchpoint.id), Some(one));
        assert!(machine.remove_watchpoint(one) && !machine.remove_watchpoint(one));
        assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
        assert_eq!(machine.watch_hit().map(|hit| hit.watchpoint.id), Some(two));
        assert_eq!(machine.watchpoints().len(), 1);
        assert!(machine.remove_watchpoint(two));
        assert_eq!(count_of_breaks(&machine), 0);
        assert_eq!(machine.folds(F), translation == Translation::Folded);
        assert_eq!(machine.run(Until::default()), Ok(Stop::Finished));
        assert_eq!(machine.watch_hit(), None);
        assert_eq!(
            memory_watch(&mut machine, 0),
            3,
            "numbers are not used again"
        );
    }
}

#[test]
fn a_function_that_is_called_later_is_watched_too() {
    for translation in [Translation::Precise, Translation::Folded] {
        let mut machine = machine(
            &with_body("(call $inner (i32.const 1)) (call $inner (i32.const 2))"),
            translation,
        );
        let id = machine.add_watchpoint(watched("i0"), WatchKind::Change);
        assert_eq!(id, Ok(1));
        start(&mut machine);
        assert_eq!(hits(&mut machine, Way::Run).len(), 2);
        // In the other translation as well, and back.
        for other in [Translation::Folded, Translation::Precise, translation] {
            machine.set_translation(other);
            start(&mut machine);
            assert_eq!(hits(&mut machine, Way::Run).len(), 2, "{other:?}");
        }
    }
}

#[test]
fn a_watchpoint_set_under_way_hits_in_the_calls_that_there_are() {
    let inside = "(call $host) (local.set 0 (i32.const 9)) (local.set 0 (i32.const 10))";
    for translation in [Translation::Precise, Translation::Folded] {
        let mut machine = machine(&with_body(inside), translation);
        start(&mut machine);
        assert_eq!(machine.run(Until::default()), Ok(Stop::AwaitingHost));
        let id = machine.add_watchpoint(watched("l0"), WatchKind::Change);
        assert_eq!(id, Ok(1));
        assert_eq!(hits(&mut machine, Way::Run).len(), 2);
    }
}

#[test]
fn a_watchpoint_hits_in_calls_that_come_from_a_snapshot() {
    let inside = "(call $host) (local.set 0 (i32.const 9)) (local.set 0 (i32.const 10))";
    for translation in [Translation::Precise, Translation::Folded] {
        let mut first = machine(&with_body(inside), translation);
        start(&mut first);
        assert_eq!(first.run(Until::default()), Ok(Stop::AwaitingHost));
        // Nothing has been translated in this one when it learns what it watches.
        let mut second = machine(&with_body(inside), translation);
        let id = second.add_watchpoint(watched("l0"), WatchKind::Change);
        assert_eq!(id, Ok(1));
        assert_eq!(second.restore(&first.snapshot()), Ok(()));
        assert_eq!(hits(&mut second, Way::Run).len(), 2);
        // Nor does it keep what it last stopped at.
        assert_eq!(second.restore(&first.snapshot()), Ok(()));
        second.resolve_host_call().expect("it answers");
        assert_eq!(second.run(Until::default()), Ok(Stop::Watchpoint));
        assert_eq!(second.restore(&first.snapshot()), Ok(()));
        assert_eq!(second.watch_hit(), None);
    }
}

#[test]
fn a_breakpoint_and_a_watchpoint_on_one_instruction_both_stop() {
    for (translation, first_watched) in [
        (Translation::Precise, false),
        (Translation::Folded, true),
        (Translation::Folded, false),
    ] {
        let mut machine = machine(&with_body(COUNTING), translation);
        // loop, i32.const, local.get, i32.store
        let store = offset(&machine, 3);
        if first_watched {
            memory_watch(&mut machine, 64);
        }
        machine
            .add_breakpoint(InstanceId::FIRST, store)
            .expect("it is an instruction");
        if !first_watched {
            memory_watch(&mut machine, 64);
        }
        start(&mut machine);
        for turn in 0..2 {
            let time = 3 + turn * 12;
            assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
            assert_eq!((machine.time(), machine.watch_hit()), (time, None));
            assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
            assert_eq!(machine.time(), time + 1);
        }
        // Either goes without the other.
        assert!(machine.remove_breakpoint(InstanceId::FIRST, store));
        assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
        machine
            .add_breakpoint(InstanceId::FIRST, store)
            .expect("it is an instruction");
        assert!(machine.remove_watchpoint(1));
        // The last two of five turns.
        assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
        assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
        assert_eq!(machine.run(Until::default()), Ok(Stop::Finished));
        assert!(machine.remove_breakpoint(InstanceId::FIRST, store));
        assert_eq!(count_of_breaks(&machine), 0);
    }
}

#[test]
fn one_instruction_may_be_a_hit_of_several() {
    let body = "(memory.copy (i32.const 32) (i32.const 16) (i32.const 8))";
    let mut machine = machine(&with_body(body), Translation::Folded);
    for (what, kind) in [
        ("m0 24 8", WatchKind::Access),
        ("m0 0 100", WatchKind::Read),
        ("m0 0 33", WatchKind::Change),
    ] {
        machine
            .add_watchpoint(watched(what), kind)
            .expect("there is such a thing");
    }
    start(&mut machine);
    assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
    let found: Vec<_> = machine
        .watch_hits()
        .iter()
        .map(|hit| (hit.watchpoint.id, words(hit)))
        .collect();
    assert_eq!(
        found,
        [
            (2, "memory.copy 0 0: 16[1, 2, 3, 4, 5, 6, 7, 8]".into()),
            (3, "memory.copy 0 0: 32[0] -> 32[1]".into()),
        ]
    );
    assert_eq!(machine.watch_hit().map(|hit| hit.watchpoint.id), Some(2));
    let hit = machine.watch_hit().expect("there is one");
    assert_eq!(
        (hit.function, hit.instance, hit.depth),
        (F, InstanceId::FIRST, 1)
    );
    assert_eq!(hit.offset, offset(&machine, 3));
}

#[test]
fn what_is_imported_is_the_same_thing() {
    let exporting = r#"(module
        (memory (export "m") 1) (table (export "t") 2 funcref) (global (export "g") (mut i64) (i64.const 1))
        (func (export "own") (global.set 0 (i64.const 2)) (i32.store8 (i32.const 1) (i32.const 9))
            (table.set (i32.const 1) (ref.null func))))"#;
    let importing = r#"(module
        (import "a" "own" (func $own))
        (import "a" "m" (memory 1)) (import "a" "t" (table 2 funcref)) (import "a" "g" (global (mut i64)))
        (memory 1)
        (func (export "f") (call $own) (global.set 0 (i64.const 3)) (i32.store8 (i32.const 1) (i32.const 8))
            (i32.store8 1 (i32.const 1) (i32.const 8)) (table.set (i32.const 1) (ref.null func))))"#;
    let load = |text: &str| {
        let bytes = wat::parse_str(text).expect("the text is well-formed");
        Module::from_bytes(&bytes).expect("the module is valid")
    };
    for translation in [Translation::Precise, Translation::Folded] {
        for way in WAYS {
            let mut machine = Interpreter::new(Config {
                translation,
                ..Config::default()
            });
            let first = machine
                .instantiate(&load(exporting), &Imports::new())
                .expect("it imports nothing");
            let mut imports = Imports::new();
            machine.define_instance(&mut imports, "a", first);
            let global = Watched::Global {
                instance: first,
                index: 0,
            };
            machine
                .add_watchpoint(global, WatchKind::Write)
                .expect("there is such a thing");
            let second = machine
                .instantiate(&load(importing), &imports)
                .expect("it finds its imports");
            let memory = Watched::Memory {
                instance: second,
                memory: 0,
                address: 1,
                length: 1,
            };
            let table = Watched::Table {
                instance: second,
                table: 0,
                entry: 1,
                count: 1,
            };
            for watched in [memory, table] {
                machine
                    .add_watchpoint(watched, WatchKind::Write)
                    .expect("there is such a thing");
            }
            let func = machine.exported_function(second, "f").expect("it is there");
            machine.start(func, &[]).expect("it can start");
            let found: Vec<_> = hits(&mut machine, way)
                .into_iter()
                .map(|(_, words)| words)
                .collect();
            assert_eq!(
                found,
                [
                    "global.set 0: 1 -> 2",
                    "i32.store8: 1[0] -> 1[9]",
                    "table.set 0: 1:null -> 1:null",
                    "global.set 0: 2 -> 3",
                    "i32.store8: 1[9] -> 1[8]",
                    "table.set 0: 1:null -> 1:null",
                ]
            );
        }
    }
}

#[test]
fn calls_that_are_made_to_their_end_do_not_stop() {
    let mut machine = machine(&with_body(COUNTING), Translation::Folded);
    memory_watch(&mut machine, 64);
    let func = machine
        .exported_function(InstanceId::FIRST, "f")
        .expect("it is exported");
    assert_eq!(machine.call_function(func, &[5.into()]), Ok(Vec::new()));
    assert_eq!(machine.watch_hit(), None);
    // The next run stops again.
    start(&mut machine);
    assert_eq!(hits(&mut machine, Way::Run).len(), 5);
}

#[test]
fn fuel_and_depth_end_a_run_where_they_do_without() {
    let body = format!("(call $inner (i32.const 1)) {COUNTING}");
    for translation in [Translation::Precise, Translation::Folded] {
        for fuel in [1, 2, 30, 300, 600, 5000] {
            let run = |watch: bool| {
                let mut machine = machine(&with_body(&body), translation);
                if watch {
                    machine
                        .add_watchpoint(watched("m0 1000 1"), WatchKind::Access)
                        .expect("there is such a thing");
                }
                let func = machine
                    .exported_function(InstanceId::FIRST, "f")
                    .expect("it is exported");
                machine.start(func, &[200.into()]).expect("it can start");
                let mut rests = Vec::new();
                while machine.state() == State::Paused {
                    let stop = machine.run(Until {
                        fuel: Some(fuel),
                        depth: None,
                    });
                    rests.push((stop, machine.time(), machine.state_hash()));
                }
                rests
            };
            assert_eq!(run(true), run(false));
        }
    }
}

#[test]
fn a_private_watchpoint_hides_the_others_and_goes_again() {
    let mut machine = machine(&with_body(COUNTING), Translation::Folded);
    let store = offset(&machine, 3);
    machine
        .add_breakpoint(InstanceId::FIRST, store)
        .expect("it is an instruction");
    memory_watch(&mut machine, 64);
    start(&mut machine);
    assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
    assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
    let before = (
        machine.watch_hits().to_vec(),
        machine.watchpoints().to_vec(),
    );
    let second = watched("m0 68 1");
    let stop = machine.with_watch(second, WatchKind::Write, |own| {
        let stop = own.run(Until::default());
        (stop, own.watch_hit().map(|hit| hit.time))
    });
    assert_eq!(stop, Ok((Ok(Stop::Watchpoint), Some(6))));
    let after = (
        machine.watch_hits().to_vec(),
        machine.watchpoints().to_vec(),
    );
    assert_eq!(before, after);
    // The last of all is found without a stop.
    let last = machine.with_noted(second, WatchKind::Write, |own| {
        let slice = Until {
            fuel: Some(30),
            depth: None,
        };
        assert_eq!(own.run(slice), Ok(Stop::OutOfFuel));
        (own.take_noted(), own.take_noted())
    });
    assert_eq!(last, Ok((Some(6 + 2 * 12), None)));
    assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
    assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
    let nowhere = watched("m9 1 1");
    assert!(
        machine
            .with_watch(nowhere, WatchKind::Read, |_| ())
            .is_err()
    );
    assert_eq!(machine.watchpoints().len(), 1);
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let mut machine = machine(&with_body(""), Translation::Folded);
    let stray = Watched::Global {
        instance: InstanceId(1),
        index: 0,
    };
    let words = [
        "m4 0 1",
        "m0 0 0",
        "m0 18446744073709551615 1",
        "t3 0 1",
        "t0 5 0",
        "g2",
        "l3",
        "l9",
    ];
    let host = Watched::Local {
        instance: InstanceId::FIRST,
        function: 0,
        index: 0,
    };
    let all = words
        .iter()
        .map(|words| watched(words))
        .chain([stray, host]);
    for watched in all {
        let refused = machine.add_watchpoint(watched, WatchKind::Access);
        assert!(matches!(refused, Err(Error::Usage(_))), "{watched:?}");
    }
    assert_eq!(machine.watchpoints(), []);
}
