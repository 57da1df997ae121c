//! What changes the hash, and what does not.

use alloc::vec::Vec;
use std::collections::HashMap;

use flight_memory::Payload;

use super::*;
use crate::context::State;
use crate::{Config, Imports, InstanceId, Module, Stop, Translation, TrapKind, Until};

/// Everything that a machine can have: it stands in a host function, two calls deep.
const ALL: &str = r#"(module
    (import "host" "wait" (func $wait (param i32 v128) (result i32)))
    (type $pair (struct (field (mut i64)) (field (mut (ref null $pair)))))
    (type $bytes (array (mut i8)))
    (memory 1 2) (memory 0)
    (table 3 4 funcref) (elem (i32.const 0) $main)
    (global $number (mut i64) (i64.const 5))
    (global $pair (mut (ref null $pair)) (ref.null $pair))
    (global $bytes (mut (ref null $bytes)) (ref.null $bytes))
    (data $data "abc") (elem $elements func $main)
    (tag $tag)
    (func $main (export "main") (param i32) (result i32) (local i64)
        (global.set $pair (struct.new $pair (i64.const 1) (struct.new_default $pair)))
        (global.set $bytes (array.new $bytes (i32.const 7) (i32.const 13)))
        (local.set 1 (i64.const 6))
        try throw $tag catch_all
            i64.const 8
            (call $inner (local.get 0) (i32.const 9))
            drop drop
        end
        (i32.div_u (i32.const 1) (local.get 0)))
    (func $inner (param i32 i32) (result i32)
        f64.const 3.5
        (call $wait (local.get 1) (v128.const i64x2 10 11))
        (memory.grow (i32.const 0)) drop
        (i32.store (i32.const 65532))
        drop (i32.const 12)))"#;

fn machine() -> Interpreter {
    let bytes = wat::parse_str(ALL).expect("the text is well-formed");
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let mut imports = Imports::new();
    imports.func_of_any_type("host", "wait", |_, _| Ok(Vec::from([4.into()])));
    let mut interpreter = Interpreter::new(Config::default());
    let instance = interpreter
        .instantiate(&module, &imports)
        .expect("it finds its imports");
    let main = interpreter
        .exported_function(instance, "main")
        .expect("it is exported");
    interpreter.start(main, &[0.into()]).expect("it can start");
    let stop = interpreter.run(Until::default());
    assert_eq!(stop, Ok(Stop::AwaitingHost));
    assert_eq!(interpreter.depth(), 3);
    interpreter
}

/// The slots of the frame at a position from the outermost one.
fn slots(machine: &mut Interpreter, position: usize) -> &mut [u64] {
    let base = machine.context.frames[position].base as usize;
    &mut machine.context.stack.slots_mut()[base..]
}

fn object(machine: &mut Interpreter, kind_of: fn(&Payload) -> bool) -> &mut Payload {
    let heap = &mut machine.context.store.heap;
    let found = (0..heap.places().len() as u32)
        .find(|handle| heap.get(*handle).is_some_and(|it| kind_of(&it.payload)));
    &mut heap
        .get_mut(found.expect("there is one"))
        .expect("it is there")
        .payload
}

fn fail(machine: &mut Interpreter, kind: TrapKind, words: &str) {
    machine.fail(kind, words).expect("it waits");
}

fn to_the_end(machine: &mut Interpreter) {
    machine.resolve_host_call().expect("it waits");
    machine.run(Until::default()).expect("it is paused");
}

type Change = (&'static str, fn(&mut Interpreter));

/// No two of these machines are equal.
const CHANGES: &[Change] = &[
    ("nothing", |_| {}),
    ("state", |it| it.context.state = State::Idle),
    ("time", |it| it.context.time += 1),
    ("results", |it| it.context.results = [1.into()].into()),
    ("a result", |it| it.context.results = [2.into()].into()),
    ("a result's type", |it| {
        it.context.results = [2_i64.into()].into();
    }),
    ("a frame less", |it| it.context.frames.truncate(2)),
    ("a function", |it| it.context.frames[1].function = 1),
    ("the base of a frame", |it| it.context.frames[2].base -= 1),
    ("a mark", |it| it.context.frames[1].marks |= mark::ENTRY),
    ("where a frame waits", |it| {
        // Only precise code has a place for each instruction, and the translation alone changes nothing.
        it.set_translation(Translation::Precise);
        let (function, ip) = (it.context.frames[1].function, it.context.frames[1].ip);
        let offset = it.code.offset_at(function, ip + 1).expect("there is more");
        it.context.frames[1].ip = it.code.word_at(function, offset).expect("it is there");
    }),
    ("a parameter", |it| slots(it, 1)[0] += 1),
    ("a local", |it| slots(it, 0)[1] += 1),
    ("a handled exception", |it| slots(it, 0)[2] = 0),
    ("an operand", |it| slots(it, 0)[3] += 1),
    ("an operand above", |it| slots(it, 1)[2] += 1),
    ("an argument of the host's", |it| slots(it, 2)[0] += 1),
    ("half of a vector", |it| slots(it, 2)[2] += 1),
    ("the first byte", |it| {
        it.context.store.memories[0].bytes_mut()[0] = 1;
    }),
    ("the last byte", |it| {
        it.context.store.memories[0].bytes_mut()[65_535] = 1;
    }),
    ("the size of a memory", |it| {
        let store = &mut it.context.store;
        store.memories[0]
            .grow(1, &mut store.budget)
            .expect("it fits");
    }),
    ("the size of another", |it| {
        let store = &mut it.context.store;
        store.memories[1]
            .grow(1, &mut store.budget)
            .expect("it fits");
    }),
    ("an entry", |it| {
        it.context.store.tables[0].set(0, 0).expect("it is inside");
    }),
    ("the size of a table", |it| {
        let store = &mut it.context.store;
        store.tables[0]
            .grow(1, 0, &mut store.budget)
            .expect("it fits");
    }),
    ("a global", |it| it.context.store.cells[0] += 1),
    ("a data segment", |it| {
        let segment = it.context.store.data.last_mut().expect("there is one");
        segment.range.start = segment.range.end;
    }),
    ("an element segment", |it| {
        it.context
            .store
            .elements
            .last_mut()
            .expect("there is one")
            .items = [].into();
    }),
    ("a field", |it| {
        let found = object(
            it,
            |it| matches!(it, Payload::Slots(slots) if slots.len() == 2),
        );
        if let Payload::Slots(slots) = found {
            slots[0] += 1;
        }
    }),
    ("an element", |it| {
        let found = object(it, |it| matches!(it, Payload::Bytes(_)));
        if let Payload::Bytes(bytes) = found {
            bytes[12] += 1;
        }
    }),
    ("an object more", |it| {
        it.context.store.heap.insert(0, Payload::Bytes([].into()));
    }),
    ("an object of another kind more", |it| {
        it.context.store.heap.insert(1, Payload::Bytes([].into()));
    }),
    ("an object that has gone", |it| {
        it.context.store.heap.insert(0, Payload::Bytes([].into()));
        it.collect_garbage();
    }),
    ("an object at its place", |it| {
        it.context.store.heap.insert(0, Payload::Bytes([].into()));
        it.collect_garbage();
        it.context.store.heap.insert(0, Payload::Bytes([].into()));
    }),
    ("when garbage will be collected", |it| {
        let heap = &mut it.context.store.heap;
        heap.grow_threshold(heap.threshold())
            .expect("the budget is large");
    }),
    ("the answer", |it| it.answer(&[0.into()]).expect("it waits")),
    ("another answer", |it| {
        it.answer(&[1.into()]).expect("it waits");
    }),
    ("a trap", |it| fail(it, TrapKind::Host, "no")),
    ("a trap's kind", |it| fail(it, TrapKind::Unreachable, "no")),
    ("a trap's words", |it| fail(it, TrapKind::Host, "yes")),
    ("a trap of the guest's", to_the_end),
    ("no trap", |it| {
        to_the_end(it);
        it.reset();
    }),
    ("a trap's operand", |it| {
        to_the_end(it);
        it.context.trap.as_mut().expect("it has trapped").operands[0] = 2.into();
    }),
    ("a trap's frame", |it| {
        to_the_end(it);
        it.context.trap.as_mut().expect("it has trapped").frames[0].offset = None;
    }),
    ("another instance", |it| {
        let bytes = wat::parse_str("(module)").expect("it is well-formed");
        let module = Module::from_bytes(&bytes).expect("it is valid");
        it.context.frames.clear();
        it.instantiate(&module, &Imports::new())
            .expect("it needs nothing");
    }),
];

#[test]
fn whatever_changes_changes_the_hash() {
    let mut seen = HashMap::new();
    for (name, change) in CHANGES {
        let mut changed = machine();
        change(&mut changed);
        let hash = changed.state_hash();
        assert_eq!(hash, changed.state_hash(), "{name}");
        if let Some(other) = seen.insert(hash, name) {
            panic!("{other} and {name} have the same hash");
        }
    }
}

/// What is no part of the machine, or has no meaning.
const NO_CHANGES: &[Change] = &[
    ("another machine", |_| {}),
    ("looking", |it| drop(it.frames())),
    ("bytes above the operands", |it| {
        let top = slots(it, 2);
        assert!(top.len() > 100, "more is reserved");
        top[3..].fill(77);
    }),
    ("what is taken note of at a return", |it| {
        it.context.frames[0].marks |= mark::NOTIFY;
    }),
    ("a breakpoint", |it| {
        let offset = it
            .frame(1)
            .and_then(|frame| frame.offset)
            .expect("it is a guest's");
        it.add_breakpoint(InstanceId::FIRST, offset)
            .expect("it is an instruction");
    }),
    ("what an answer has overwritten", |it| {
        let words = "a wrong answer changes nothing";
        it.answer(&[1.into(), 1.into()]).expect_err(words);
    }),
    ("the translation", |it| {
        it.set_translation(Translation::Precise);
    }),
];

#[test]
fn what_does_not_matter_does_not_change_the_hash() {
    let hash = machine().state_hash();
    for (name, change) in NO_CHANGES {
        let mut same = machine();
        change(&mut same);
        assert_eq!(same.state_hash(), hash, "{name}");
    }
}

#[test]
fn very_many_frames_are_hashed() {
    let bytes = wat::parse_str(
        r#"(module (func $f (export "f") (param i32) (i32.eqz (local.get 0))
            (if (then (unreachable)) (else
                (i32.const 5) (call $f (i32.sub (local.get 0) (i32.const 1))) drop))))"#,
    )
    .expect("it is well-formed");
    let module = Module::from_bytes(&bytes).expect("it is valid");
    let config = Config {
        max_call_depth: 1_000_000,
        ..Config::default()
    };
    let mut interpreter = Interpreter::new(config);
    let instance = interpreter
        .instantiate(&module, &Imports::new())
        .expect("it needs nothing");
    let func = interpreter
        .exported_function(instance, "f")
        .expect("it is exported");
    interpreter
        .start(func, &[400_000.into()])
        .expect("it can start");
    interpreter.run(Until::default()).expect("it is paused");
    assert_eq!(interpreter.depth(), 400_001);
    let hash = interpreter.state_hash();
    let base = interpreter.context.frames[200_000].base as usize;
    // The operand that waits below the argument.
    interpreter.context.stack.slots_mut()[base + 1] += 1;
    assert_ne!(interpreter.state_hash(), hash);
}
