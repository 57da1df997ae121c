//! What is not a whole snapshot of the same instances is refused, and changes nothing.

use alloc::string::String;

use super::programs::PROGRAMS;
use super::*;

/// A small machine in the middle of a call, and its snapshot.
fn small() -> (Program, Interpreter, Vec<u8>) {
    const TEXT: &str = r#"(module
        (import "host" "f" (func $host (param i32) (result i32)))
        (memory 1 3) (global (mut i64) (i64.const 5)) (table 2 10 funcref) (elem (i32.const 0) $f)
        (func $f (param i32) (result i32) local.get 0 call $host)
        (func (export "main") (param i32) (result i32)
            (i32.store (i32.const 9) (i32.const 1234))
            f32.const 1.5 local.get 0 call $f i32.const 3 i32.add return))"#;
    let program = Program {
        name: "small",
        modules: &[TEXT],
        arguments: &[4],
    };
    let mut machine = started(&program, FOLDED);
    go_on(&mut machine, 100);
    assert_eq!(machine.state(), State::AwaitingHost);
    let bytes = machine.snapshot();
    assert!(bytes.len() < 500, "{} bytes", bytes.len());
    (program, machine, bytes)
}

/// The words in which a machine refuses a snapshot; it is as before then.
fn refused(machine: &mut Interpreter, bytes: &[u8]) -> (u64, String) {
    let (hash, budget) = (machine.state_hash(), machine.context.store.budget.used());
    let error = machine.restore(bytes).expect_err("something is wrong");
    assert_eq!(machine.state_hash(), hash, "{error}");
    assert_eq!(machine.context.store.budget.used(), budget);
    match error {
        Error::Snapshot { offset, message } => {
            assert!(offset <= bytes.len() as u64, "{offset}: {message}");
            (offset, message)
        }
        other => panic!("{other}"),
    }
}

#[test]
fn every_truncation_is_found() {
    let (program, _, bytes) = small();
    let mut machine = started(&program, FOLDED);
    for end in 0..bytes.len() {
        let (_, words) = refused(&mut machine, &bytes[..end]);
        assert!(words.contains("truncated"), "{end}: {words}");
    }
    let mut longer = bytes;
    longer.push(0);
    let (_, words) = refused(&mut machine, &longer);
    assert!(words.contains("follows its end"), "{words}");
}

#[test]
fn every_flipped_bit_is_found() {
    let (program, _, bytes) = small();
    let mut machine = started(&program, FOLDED);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let (_, words) = refused(&mut machine, &flipped);
        if bit >= HEADER * 8 {
            assert!(words.contains("damaged"), "{bit}: {words}");
        }
    }
    machine.restore(&bytes).expect("it is whole");
}

#[test]
fn what_is_wrong_is_said() {
    let (_, machine, bytes) = small();
    let body = bytes[HEADER..].to_vec();
    let header = |version, flags| {
        let mut bytes = header_of(version, flags, &body).to_vec();
        bytes.extend(&body);
        bytes
    };
    let cases: &[(Vec<u8>, u64, &str)] = &[
        (
            b"\0asm\x01\0\0\0 and so on and so on".to_vec(),
            0,
            "not a snapshot",
        ),
        (header(VERSION + 1, 0), 8, "newer"),
        (header(0, 0), 8, "no version 0"),
        (header(VERSION, 1), 8, "flags"),
        (bytes[..20].to_vec(), 0, "truncated"),
    ];
    for (bytes, offset, words) in cases {
        let mut target = fresh(&small().0, FOLDED);
        let (found, message) = refused(&mut target, bytes);
        assert!(message.contains(words), "{message}");
        assert_eq!(found, *offset, "{message}");
    }
    assert_eq!(machine.snapshot(), bytes);
}

#[test]
fn other_modules_and_imports_are_noticed() {
    let (program, _, bytes) = small();
    let text = program.modules[0];
    let mut none = Interpreter::new(FOLDED);
    assert!(
        refused(&mut none, &bytes)
            .1
            .contains("of 1 instances, but there are 0")
    );
    for (other, words) in [
        (text.replace("1.5", "2.5"), "another one of as many bytes"),
        (text.replace("1234", "12"), "here of one of"),
    ] {
        let mut machine = Interpreter::new(FOLDED);
        let mut imports = Imports::new();
        imports.func_by_hand("host", "f");
        machine
            .instantiate(&module(&other), &imports)
            .expect("it finds its imports");
        let (offset, message) = refused(&mut machine, &bytes);
        assert!(
            message.contains("wrong module") && message.contains(words),
            "{message}"
        );
        assert_eq!(offset, HEADER as u64 + 1);
    }
}

/// A module that imports one of each sort.
const IMPORTS: &str = r#"(module
    (import "m" "f" (func (param i32) (result funcref))) (import "m" "t" (table 1 externref))
    (import "m" "m" (memory 1)) (import "m" "g" (global i64)) (import "m" "e" (tag (param f32)))
    (import "m" "h" (func (param i32) (result funcref))))"#;

type Give = fn(&mut Imports, &mut Interpreter);

fn with_imports(give: Give) -> Interpreter {
    let mut machine = Interpreter::new(FOLDED);
    let first = machine
        .instantiate(
            &module(
                r#"(module (func (export "f") (param i32) (result funcref) ref.null func)
                    (func (export "h") (param i32) (result funcref) ref.null func))"#,
            ),
            &Imports::new(),
        )
        .expect("it needs nothing");
    let mut imports = Imports::new();
    machine.define_instance(&mut imports, "m", first);
    let limits = |minimum, maximum| flight_wasm::Limits { minimum, maximum };
    imports.memory("m", "m", memory(limits(1, None)));
    imports.table(
        "m",
        "t",
        flight_wasm::TableType {
            element: flight_wasm::RefType::EXTERNREF,
            limits: limits(1, None),
            is64: false,
        },
    );
    imports.global("m", "g", 5_i64.into(), false);
    imports.tag("m", "e");
    give(&mut imports, &mut machine);
    machine
        .instantiate(&module(IMPORTS), &imports)
        .expect("it finds its imports");
    machine
}

fn memory(limits: flight_wasm::Limits) -> flight_wasm::MemoryType {
    flight_wasm::MemoryType {
        limits,
        is64: false,
        shared: false,
        page_size_log2: 16,
    }
}

#[test]
fn imports_of_other_kinds_are_noticed() {
    let bytes = with_imports(|_, _| {}).snapshot();
    let kinds: &[(Option<&str>, Give)] = &[
        (None, |_, _| {}),
        // Another value is part of the state.
        (None, |imports, _| {
            imports.global("m", "g", 7_i64.into(), false);
        }),
        // The numbers of types are nobody's business.
        (None, |_, machine| {
            let unlinkable =
                module(r#"(module (type (struct (field f64))) (import "a" "b" (func)))"#);
            machine
                .instantiate(&unlinkable, &Imports::new())
                .expect_err("nothing is given");
        }),
        (Some("functions"), |imports, _| {
            imports.func_by_hand("m", "f");
        }),
        (Some("memories"), |imports, _| {
            let limits = flight_wasm::Limits {
                minimum: 1,
                maximum: Some(9),
            };
            imports.memory("m", "m", memory(limits));
        }),
        (Some("memories"), |imports, _| {
            let limits = flight_wasm::Limits {
                minimum: 2,
                maximum: None,
            };
            imports.memory("m", "m", memory(limits));
        }),
        (Some("links"), |imports, machine| {
            let other = machine
                .exported_function(InstanceId::FIRST, "f")
                .expect("it is exported");
            imports.existing("m", "h", crate::Extern::Func(other.0));
        }),
    ];
    for (what, give) in kinds {
        let mut machine = with_imports(*give);
        match what {
            None => machine.restore(&bytes).expect("the imports are alike"),
            Some(what) => {
                let (_, message) = refused(&mut machine, &bytes);
                assert!(
                    message.contains("other imports") && message.contains(what),
                    "{message}"
                );
            }
        }
    }
}

#[test]
fn a_machine_obeys_its_own_limits() {
    let grown = r#"(module (memory 1 100) (table 1 100000 externref)
        (type $a (array i64)) (global (mut (ref null $a)) (ref.null $a))
        (func (export "main") (param i32)
            (drop (memory.grow (i32.const 50)))
            (drop (table.grow (ref.null extern) (i32.const 50000)))
            (global.set 0 (array.new $a (i64.const 1) (i32.const 9000)))
            (call $deep (i32.const 500)))
        (func $deep (param i32)
            (i32.eqz (local.get 0)) if (unreachable) end
            (call $deep (i32.sub (local.get 0) (i32.const 1)))))"#;
    let module = module(grown);
    let machine = |config| {
        let mut machine = Interpreter::new(config);
        machine
            .instantiate(&module, &Imports::new())
            .expect("it needs nothing");
        machine
    };
    let mut full = machine(FOLDED);
    let main = exported(&full, "main").expect("there is one");
    full.start(main, &[0.into()]).expect("it can start");
    full.run(Until::default()).expect("it is paused");
    assert_eq!(full.state(), State::Trapped);
    let bytes = full.snapshot();
    let cases: [(&str, Config); 6] = [
        (
            "memories and tables",
            Config {
                memory_budget: 40 << 16,
                ..FOLDED
            },
        ),
        // The memories alone would fit.
        (
            "memories and tables",
            Config {
                memory_budget: (51 << 16) + 300_000,
                ..FOLDED
            },
        ),
        (
            "heap's budget",
            Config {
                heap_budget: 60_000,
                ..FOLDED
            },
        ),
        (
            "heap's budget",
            Config {
                heap_budget: 100_000,
                ..FOLDED
            },
        ),
        (
            "at most 400",
            Config {
                max_call_depth: 400,
                ..FOLDED
            },
        ),
        (
            "value stack",
            Config {
                max_stack_bytes: 3_000,
                ..FOLDED
            },
        ),
    ];
    for (words, config) in cases {
        let (_, message) = refused(&mut machine(config), &bytes);
        assert!(message.contains(words), "{message}");
    }
    machine(FOLDED).restore(&bytes).expect("there is room");
}

#[test]
fn snapshots_of_one_program_are_not_for_another() {
    for from in PROGRAMS {
        let bytes = started(from, FOLDED).snapshot();
        for to in PROGRAMS.iter().filter(|to| to.name != from.name) {
            refused(&mut started(to, FOLDED), &bytes);
        }
    }
}
