//! Which instructions are hits of which watchpoints, and that nothing else can be told from them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use flight_wasm::FuncIdx;

use super::*;
use crate::context::State;
use crate::{Config, Imports, Module, Stop, Translation, Until};

mod memories;
mod others;
mod running;

/// A module with one of everything that can be watched, whose function `f` has this body.
fn with_body(body: &str) -> String {
    format!(
        r#"(module
        (import "host" "f" (func $host))
        (type $nothing (func))
        (memory 2 3)
        (memory $other 1)
        (memory $wide i64 1)
        (memory $shared 1 1 shared)
        (table $t 6 8 funcref)
        (table $u 4 funcref)
        (table $x i64 4 externref)
        (global $g (mut i32) (i32.const 7))
        (global $v (mut v128) (v128.const i64x2 1 2))
        (data $bytes "abcdef")
        (elem (table $t) (i32.const 0) func $nop $host $nop)
        (elem $functions func $nop $nop)
        (elem declare func $inner)
        (data (i32.const 16) "\01\02\03\04\05\06\07\08")
        (func $nop)
        (func $inner (param i32) (local.set 0 (i32.add (local.get 0) (i32.const 1))))
        (func $f (export "f") (param i32) (local $l i64) (local $w v128)
            {body}))"#
    )
}

/// The index of `$f` and of `$inner` above.
const F: u32 = 3;
const INNER: u32 = 2;

fn machine(text: &str, translation: Translation) -> Interpreter {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let mut imports = Imports::new();
    imports.func_of_any_type("host", "f", |_, _| Ok(Vec::new()));
    let mut machine = Interpreter::new(Config {
        translation,
        ..Config::default()
    });
    machine
        .instantiate(&module, &imports)
        .expect("it finds its imports");
    machine
}

fn start(machine: &mut Interpreter) {
    let func = machine
        .exported_function(InstanceId::FIRST, "f")
        .expect("it is exported");
    machine.start(func, &[5.into()]).expect("it can start");
}

/// `m0 16 4`: bytes of memory 0; `t0 1 2`: entries of a table; `g0`: a global; `l0`: a local of `$f`;
/// `i0`: a local of `$inner`.
fn watched(words: &str) -> Watched {
    let instance = InstanceId::FIRST;
    let (kind, rest) = words.split_at(1);
    let numbers: Vec<u64> = rest
        .split_whitespace()
        .map(|number| number.parse().expect("it is a number"))
        .collect();
    let index = numbers[0] as u32;
    match (kind, &numbers[1..]) {
        ("m", &[address, length]) => Watched::Memory {
            instance,
            memory: index,
            address,
            length,
        },
        ("t", &[entry, count]) => Watched::Table {
            instance,
            table: index,
            entry,
            count,
        },
        ("g", []) => Watched::Global { instance, index },
        ("l" | "i", []) => Watched::Local {
            instance,
            function: if kind == "l" { F } else { INNER },
            index,
        },
        _ => panic!("{words}"),
    }
}

fn value(value: &WatchValue) -> String {
    match value {
        WatchValue::Bytes { address, bytes } => format!("{address}{bytes:?}"),
        WatchValue::Entry { entry, value } => format!("{entry}:{value}"),
        WatchValue::Value(value) => format!("{value}"),
    }
}

/// A hit in words: the instruction, what was read, or what was there before and after it was written.
fn words(hit: &WatchHit) -> String {
    let (old, new) = (value(&hit.old), value(&hit.new));
    match hit.access {
        WatchAccess::Read => {
            assert_eq!(old, new, "reading changes nothing");
            format!("{}: {old}", hit.instruction)
        }
        WatchAccess::Write => format!("{}: {old} -> {new}", hit.instruction),
    }
}

/// How to go through a program.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Run,
    /// Runs of so much fuel.
    Slices(u64),
    Step,
}

const WAYS: [Way; 4] = [Way::Run, Way::Slices(1), Way::Slices(3), Way::Step];

/// The hits until the machine finishes or traps, with their times. Host calls are answered.
fn hits(machine: &mut Interpreter, way: Way) -> Vec<(u64, String)> {
    let mut hits = Vec::new();
    loop {
        let begin = machine.time();
        // Told from values and types, while what is executed looks at slots.
        let told = machine.accesses().iter().any(|access| {
            machine
                .watches
                .watches
                .iter()
                .any(|watch| watch.overlaps(access))
        });
        let stop = match (machine.state(), way) {
            (State::AwaitingHost, _) => {
                machine.resolve_host_call().expect("it answers");
                continue;
            }
            (State::Paused, Way::Step) => machine.step(),
            (State::Paused, Way::Run) => machine.run(Until::default()),
            (State::Paused, Way::Slices(fuel)) => machine.run(Until {
                fuel: Some(fuel),
                depth: None,
            }),
            _ => return hits,
        };
        let hit = machine.watch_hit();
        match stop.expect("it is paused") {
            Stop::Watchpoint => assert!(way != Way::Step && hit.is_some()),
            // A call of a host function by a watched entry.
            Stop::AwaitingHost => {}
            Stop::Step => assert_eq!(way, Way::Step),
            stop => assert_eq!(hit, None, "{stop:?}"),
        }
        let kinds = machine.watchpoints().iter().map(|point| point.kind);
        if way == Way::Step && !kinds.clone().any(|kind| kind == WatchKind::Change) {
            assert_eq!(told, hit.is_some(), "at {begin}");
        }
        if let Some(hit) = hit {
            assert!((begin..machine.time()).contains(&hit.time));
            assert_eq!(hit.time + 1, machine.time(), "it stops behind it");
            hits.push((hit.time, words(hit)));
        }
    }
}

/// What the hits of one watchpoint are, which must be the same in whatever way the program is gone through;
/// and that the machine ends as it does without it.
fn all_hits(text: &str, what: &str, kind: WatchKind) -> Vec<(u64, String)> {
    let mut all = Vec::new();
    for translation in [Translation::Precise, Translation::Folded] {
        let mut unwatched = machine(text, translation);
        start(&mut unwatched);
        hits(&mut unwatched, Way::Run);
        for way in WAYS {
            let mut watching = machine(text, translation);
            watching
                .add_watchpoint(watched(what), kind)
                .expect("there is such a thing");
            start(&mut watching);
            all.push(hits(&mut watching, way));
            assert_eq!(watching.time(), unwatched.time());
            assert_eq!(watching.state(), unwatched.state());
            assert_eq!(watching.state_hash(), unwatched.state_hash());
        }
    }
    let first = all.swap_remove(0);
    for other in all {
        assert_eq!(first, other, "{what} {kind:?}: {text}");
    }
    first
}

/// The body, what is watched, how, and the hits.
type Case = (
    &'static str,
    &'static str,
    WatchKind,
    &'static [&'static str],
);

fn check_all(cases: &[Case]) {
    for (body, what, kind, wanted) in cases {
        check(body, what, *kind, wanted);
    }
}

/// Compares the hits of one watchpoint while the function with this body is executed.
fn check(body: &str, what: &str, kind: WatchKind, wanted: &[&str]) {
    let found = all_hits(&with_body(body), what, kind);
    let found: Vec<_> = found.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(found, wanted, "{what} {kind:?}: {body}");
}
