//! Snapshots of machines that cannot be are refused, one by one: the execution loop relies on it.

use flight_memory::Payload;

use super::*;
use crate::slot::{function_slot, i31_slot, object_slot};
use crate::{ObjectRef, TrapKind};

/// It stands in a host function, three calls deep, with something of every type everywhere.
const ALL: &str = r#"(module
    (import "host" "f" (func $wait (param i32 funcref) (result i32)))
    (rec (type $pair (struct (field (mut i32)) (field (mut (ref null $pair))) (field (mut i8)))))
    (type $other (struct (field (mut f64))))
    (type $f (func (param i32) (result i32))) (type $g (func (param i64) (result i32)))
    (type $refs (array (mut (ref null $f))))
    (tag $tag (param f32))
    (memory 1)
    (table $table 3 (ref null $f)) (elem $passive (ref null $f) (ref.func $main) (ref.null $f))
    (elem declare func $wide)
    (global $number (mut i32) (i32.const 5))
    (global $pair (mut (ref $pair)) (struct.new $pair (i32.const 1) (ref.null $pair) (i32.const 2)))
    (global $refs (mut (ref null $refs)) (ref.null $refs))
    (global $other (mut (ref null $other)) (ref.null $other))
    (func $wide (type $g) (i32.const 1))
    (func $quiet (param i32))
    (func $main (export "main") (param i32) (result i32) (local f32 (ref $pair) externref (ref null $f))
        (global.set $refs (array.new $refs (ref.func $main) (i32.const 2)))
        (global.set $other (struct.new $other (f64.const 3)))
        (local.set 4 (ref.func $main))
        try
            (throw $tag (f32.const 5))
        catch $tag
            (ref.i31 (i32.const 3)) (i64.const 8)
            (call $inner (local.get 0) (ref.func $main))
            drop drop drop drop
        end
        (i32.const 7))
    (func $inner (param i32 (ref $f)) (result i32) (local (ref null $f))
        (local.get 1)
        (call $wait (local.get 0) (local.get 1))
        (local.set 0) (local.set 2)
        (call_ref $f (local.get 0) (local.get 2))))"#;

const PROGRAM: Program = Program {
    name: "all",
    modules: &[ALL],
    arguments: &[4],
};

fn machine() -> Interpreter {
    let mut machine = started(&PROGRAM, PRECISE);
    machine.run(Until::default()).expect("it is paused");
    assert_eq!((machine.state(), machine.depth()), (State::AwaitingHost, 3));
    machine
}

/// The slots of the frame at a position from the outermost one.
///
/// `main` has two numbers, a pair, something of the embedder's, a function, an exception, and as operands a number, an
/// `i31`, and a number; `inner` a number and two functions, and one as an operand; the host's a number and a function.
fn slots(machine: &mut Interpreter, position: usize) -> &mut [u64] {
    let base = machine.context.frames[position].base as usize;
    &mut machine.context.stack.slots_mut()[base..]
}

/// The handle of an object of so many slots.
fn handle(machine: &Interpreter, slots: usize) -> u32 {
    let is_it = |object: &flight_memory::Object| match &object.payload {
        Payload::Slots(own) => own.len() == slots,
        Payload::Bytes(_) => false,
    };
    let mut places = machine.context.store.heap.places();
    let found = places.position(|(_, object)| object.is_some_and(is_it));
    found.expect("there is one") as u32
}

fn field(machine: &mut Interpreter, slots: usize, at: usize, value: u64) {
    let handle = handle(machine, slots);
    match &mut machine
        .context
        .store
        .heap
        .get_mut(handle)
        .expect("it is there")
        .payload
    {
        Payload::Slots(slots) => slots[at] = value,
        Payload::Bytes(_) => unreachable!("it has slots"),
    }
}

fn address(machine: &Interpreter, index: u32) -> u32 {
    machine
        .function(InstanceId::FIRST, index)
        .expect("it is there")
        .0
}

/// Lets the frame at a position stand at an instruction of its function.
fn stand(machine: &mut Interpreter, position: usize, instruction: &str) {
    let frame = machine.context.frames[position];
    let func = flight_wasm::FuncIdx(frame.function);
    let module = machine.module(InstanceId::FIRST).clone();
    let offset = Interpreter::instruction_offsets(&module, func)
        .into_iter()
        .find(|offset| {
            crate::analysis::instruction_at(&module, func, *offset)
                .is_some_and(|text| text.starts_with(instruction))
        })
        .expect("there is such an instruction");
    let word = match position + 1 < machine.depth() {
        true => machine.code.word_behind(frame.function, offset),
        false => machine.code.word_at(frame.function, offset),
    };
    machine.context.frames[position].ip = word.expect("it can be reached");
}

type Change = (&'static str, fn(&mut Interpreter));

const WIDE: u32 = 1;
const QUIET: u32 = 2;
const MAIN: u32 = 3;

const IMPOSSIBLE: &[Change] = &[
    ("a local of 33 bits", |it| slots(it, 0)[0] = 1 << 32),
    ("an f32 of 33 bits", |it| slots(it, 0)[1] = 1 << 32),
    ("a local that refers to nothing", |it| {
        slots(it, 0)[2] = object_slot(999);
    }),
    ("a local of another structure", |it| {
        slots(it, 0)[2] = object_slot(handle(it, 1));
    }),
    ("a local that is an exception", |it| {
        slots(it, 0)[2] = slots(it, 0)[5];
    }),
    ("an integer for a structure", |it| {
        slots(it, 0)[2] = i31_slot(1);
    }),
    ("an unknown sort of reference", |it| slots(it, 0)[3] = 4),
    ("a reference of too many bits", |it| {
        slots(it, 0)[3] = 1 << 34 | 3;
    }),
    ("an i31 of too many bits", |it| {
        slots(it, 0)[3] = 1 << 33 | 1;
    }),
    ("a function that is none", |it| slots(it, 0)[4] = 999),
    ("a function far away", |it| slots(it, 0)[4] = u64::MAX),
    ("a function of another type", |it| {
        slots(it, 0)[4] = function_slot(address(it, WIDE));
    }),
    ("an exception that is none", |it| {
        slots(it, 0)[5] = object_slot(handle(it, 3));
    }),
    ("an operand that is another", |it| {
        slots(it, 0)[7] = slots(it, 0)[5];
    }),
    ("an operand that is nothing", |it| slots(it, 0)[7] = 8),
    ("a parameter of another type", |it| {
        slots(it, 1)[1] = function_slot(address(it, WIDE));
    }),
    ("an operand of another type", |it| {
        slots(it, 1)[3] = function_slot(address(it, QUIET));
    }),
    ("null where there is none", |it| slots(it, 1)[3] = 0),
    ("a host's argument that is no function", |it| {
        slots(it, 2)[1] = 999;
    }),
    ("a caller that does not call", |it| {
        stand(it, 1, "local.get");
    }),
    ("a caller that has been answered", |it| {
        stand(it, 1, "local.set");
    }),
    ("a caller that calls something else", |it| {
        stand(it, 0, "try");
    }),
    ("a callee that returns nothing", |it| {
        // Its frame is like the other one's, so far as anything can be seen of it.
        it.lower(address(it, QUIET));
        it.context.frames[1].function = address(it, QUIET);
        it.context.frames[1].ip = it.code.callables()[QUIET as usize].entry;
        it.context.frames.truncate(2);
        it.context.state = State::Paused;
    }),
    ("nobody to answer", |it| it.context.frames.truncate(2)),
    ("somebody to answer", |it| it.context.state = State::Paused),
    ("idle with calls", |it| it.context.state = State::Idle),
    ("a trap without words", |it| {
        it.context.state = State::Trapped;
    }),
    ("words without a trap", |it| {
        it.fail(TrapKind::Host, "no").expect("it waits");
        it.context.state = State::AwaitingHost;
    }),
    ("results of what has not finished", |it| {
        it.context.results.push(1.into());
    }),
    ("a result that is gone", |it| {
        it.context.state = State::Finished;
        let gone = ObjectRef {
            handle: 0,
            generation: 9,
        };
        it.context.results.push(Value::ExnRef(Some(gone)));
    }),
    ("a result that is no exception", |it| {
        it.context.state = State::Finished;
        let pair = ObjectRef {
            handle: handle(it, 3),
            generation: 0,
        };
        it.context.results.push(Value::ExnRef(Some(pair)));
    }),
    ("a function as a result that is none", |it| {
        it.context.state = State::Finished;
        it.context.results.push(Value::FuncRef(Some(FuncRef(999))));
    }),
    ("a time that never comes", |it| it.context.time = u64::MAX),
    ("a number of 33 bits in a global", |it| {
        it.context.store.cells[0] = 1 << 32;
    }),
    ("null in a global without null", |it| {
        it.context.store.cells[1] = 0;
    }),
    ("another structure in a global", |it| {
        it.context.store.cells[1] = object_slot(handle(it, 1));
    }),
    ("a function of another type in a table", |it| {
        let wide = function_slot(address(it, WIDE));
        it.context.store.tables[0]
            .set(1, wide)
            .expect("it is inside");
    }),
    ("no function in a table", |it| {
        it.context.store.tables[0]
            .set(1, 999)
            .expect("it is inside");
    }),
    ("a table that has shrunk", |it| {
        it.context.store.tables[0].set_elements([0].into());
    }),
    ("a function of another type in a segment", |it| {
        let other = function_slot(address(it, WIDE));
        alloc::sync::Arc::make_mut(&mut it.context.store.elements[0].items)[0] = other;
    }),
    ("a segment of another length", |it| {
        it.context.store.elements[0].items = [0].into();
    }),
    ("a field of 33 bits", |it| field(it, 3, 0, 1 << 32)),
    ("a field of 9 bits", |it| field(it, 3, 2, 1 << 8)),
    ("a field that refers to another structure", |it| {
        let other = object_slot(handle(it, 1));
        field(it, 3, 1, other);
    }),
    ("an element of another type", |it| {
        let wide = function_slot(address(it, WIDE));
        field(it, 2, 0, wide);
    }),
    ("an exception's argument of 33 bits", |it| {
        let exception = slots(it, 0)[5] >> 2;
        let heap = &mut it.context.store.heap;
        heap.get_mut(exception as u32).expect("it is there").payload =
            Payload::Slots([1 << 32].into());
    }),
    ("a structure that is too small", |it| {
        let pair = handle(it, 3);
        let heap = &mut it.context.store.heap;
        heap.get_mut(pair).expect("it is there").payload = Payload::Slots([1, 0].into());
    }),
    ("an object of a function's type", |it| {
        let id = it.context.store.functions[MAIN as usize].type_id;
        it.context.store.heap.insert(id, Payload::Slots([].into()));
    }),
    ("an exception of no tag", |it| {
        let kind = crate::type_ids::EXCEPTION | 9;
        it.context
            .store
            .heap
            .insert(kind, Payload::Slots([].into()));
    }),
    ("an object that is kept and gone", |it| {
        it.kept.insert(999, 1);
    }),
    ("an object that is kept and not kept", |it| {
        it.kept.insert(0, 0);
    }),
    ("a memory that has shrunk", |it| {
        it.context.store.memories[0].set_size(0);
    }),
    ("a memory of half a page", |it| {
        it.context.store.memories[0].set_size(98_304);
    }),
];

#[test]
fn what_cannot_be_is_refused() {
    let whole = machine().snapshot();
    for (name, change) in IMPOSSIBLE {
        let mut changed = machine();
        change(&mut changed);
        let bytes = changed.snapshot();
        let mut target = started(&PROGRAM, FOLDED);
        let hash = target.state_hash();
        match target.restore(&bytes) {
            Ok(()) => panic!("{name} has been accepted"),
            Err(Error::Snapshot { .. }) => assert_eq!(target.state_hash(), hash, "{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
        target.restore(&whole).expect("it is of the same module");
    }
}

/// What is odd, but can be.
const POSSIBLE: &[Change] = &[
    ("as it is", |_| {}),
    ("another number", |it| slots(it, 0)[0] = 77),
    ("a local that has not been set", |it| slots(it, 0)[2] = 0),
    ("a structure for the embedder", |it| {
        slots(it, 0)[3] = object_slot(handle(it, 3));
    }),
    ("no exception", |it| slots(it, 0)[5] = 0),
    ("no function", |it| slots(it, 0)[4] = 0),
    ("an object more", |it| {
        let kind = crate::type_ids::EXCEPTION;
        it.context
            .store
            .heap
            .insert(kind, Payload::Slots([1].into()));
    }),
];

#[test]
fn what_can_be_is_put_back() {
    for (name, change) in POSSIBLE {
        let mut changed = machine();
        change(&mut changed);
        let mut target = started(&PROGRAM, FOLDED);
        let restored = target.restore(&changed.snapshot());
        assert_eq!(restored, Ok(()), "{name}");
        assert_eq!(target.state_hash(), changed.state_hash(), "{name}");
    }
}
