//! Machines are put away at any moment and go on elsewhere.

use alloc::vec::Vec;

use super::*;
use crate::context::mark;
use crate::{ExternRef, FuncRef, Imports, Module, Translation, Until, Value, ValueType};

mod elsewhere;
mod figures;
mod going_on;
mod hostile;
mod impossible;
mod programs;
mod refusals;

use programs::Program;

/// Numbers that are the same in each run: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

const HEADER: usize = Envelope::HEADER;
const VERSION: u32 = SNAPSHOT.version;

fn header_of(version: u32, flags: u32, body: &[u8]) -> [u8; HEADER] {
    Envelope {
        version,
        ..SNAPSHOT
    }
    .header(flags, body)
}

const PRECISE: Config = config(Translation::Precise);
const FOLDED: Config = config(Translation::Folded);

const fn config(translation: Translation) -> Config {
    Config {
        memory_budget: 1 << 24,
        heap_budget: 1 << 22,
        max_call_depth: 5_000,
        max_stack_bytes: 1 << 20,
        translation,
        history_budget: None,
    }
}

fn module(text: &str) -> Module {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    Module::from_bytes(&bytes).expect("the module is valid")
}

/// A machine with the instances of a program, none of whose functions has run.
fn fresh(program: &Program, config: Config) -> Interpreter {
    let modules: Vec<Module> = program.modules.iter().map(|text| module(text)).collect();
    fresh_of(&modules, config)
}

fn fresh_of(modules: &[Module], config: Config) -> Interpreter {
    let mut imports = Imports::new();
    for name in ["f", "g", "h"] {
        imports.func_by_hand("host", name);
    }
    let mut machine = Interpreter::new(config);
    for (position, module) in modules.iter().enumerate() {
        let instance = machine
            .instantiate_without_start(module, &imports)
            .expect("it finds its imports");
        machine.define_instance(&mut imports, &format!("m{position}"), instance);
    }
    machine
}

fn exported(machine: &Interpreter, name: &str) -> Option<FuncRef> {
    let last = InstanceId(machine.context.store.instances.len() as u32 - 1);
    machine.exported_function(last, name).ok()
}

/// A machine whose function `main` has been started.
fn started(program: &Program, config: Config) -> Interpreter {
    let mut machine = fresh(program, config);
    let main = exported(&machine, "main").expect("there is one");
    let arguments: Vec<Value> = program.arguments.iter().map(|it| (*it).into()).collect();
    machine.start(main, &arguments).expect("it can start");
    machine
}

/// Lets a machine go on by at most so many instructions, or by something that the embedder does; false at the end.
///
/// What the embedder does depends on nothing but the machine.
fn go_on(machine: &mut Interpreter, fuel: u64) -> bool {
    match machine.state() {
        State::Paused => {
            let until = Until {
                fuel: Some(fuel),
                depth: None,
            };
            machine.run(until).expect("it is paused");
        }
        State::AwaitingHost => answer(machine),
        State::Finished if machine.depth() > 0 => {
            machine.take_results().expect("it has finished");
        }
        State::Trapped
            if machine
                .context
                .frames
                .iter()
                .skip(1)
                .any(|it| it.is(mark::ENTRY)) =>
        {
            machine.unwind();
        }
        _ => return false,
    }
    true
}

/// Now and then calls the guest from inside of its host function, and then answers.
fn answer(machine: &mut Interpreter) {
    let hosts = machine.context.frames.iter().filter(|it| it.is(mark::HOST));
    let nested = exported(machine, "nested");
    match nested {
        Some(nested) if hosts.count() < 3 && machine.time().is_multiple_of(4) => {
            machine.start(nested, &[5.into()]).expect("it waits");
        }
        _ => {
            let call = machine.host_call().expect("it waits");
            let number = |position: usize| (machine.time() as u32).wrapping_add(position as u32);
            let value = |(position, ty): (usize, &ValueType)| match ty {
                ValueType::I32 => Value::I32(number(position) as i32),
                ValueType::I64 => Value::I64(-i64::from(number(position))),
                ValueType::F32 => Value::F32(number(position) as f32),
                ValueType::F64 => Value::F64(f64::from(number(position))),
                ValueType::V128 => Value::V128(u128::from(number(position)) << 60),
                _ => Value::ExternRef(Some(ExternRef(number(position) & 0xff))),
            };
            let results: Vec<Value> = call.ty.results().iter().enumerate().map(value).collect();
            machine.answer(&results).expect("they are of these types");
        }
    }
}

/// All that can be compared of a machine that has come to its end.
fn end_of(mut machine: Interpreter) -> (u64, u64, State, Vec<Value>) {
    while go_on(&mut machine, 10_000) {}
    (
        machine.time(),
        machine.state_hash(),
        machine.state(),
        machine.context.results.clone(),
    )
}

/// Puts other bytes into a snapshot: those of its state as they are when decompressed.
fn with_state(machine: &Interpreter, bytes: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let store = &machine.context.store;
    let mut to = Writer::new();
    fingerprint::write(&mut to, store, &TypeNumbers::of(store));
    let mut from = Reader::new(&bytes[HEADER + to.written().len()..], 0);
    let packed = Packed::read(&mut from, false).expect("it is whole");
    let mut state = packed.unpack().expect("it is sound");
    change(&mut state);
    pack(&mut to, &state, false);
    let left = from.left();
    to.raw(from.raw(left).expect("it is there"));
    with_header(to.into_bytes())
}

/// A snapshot with this body, whose checksum fits.
fn with_header(body: Vec<u8>) -> Vec<u8> {
    let mut bytes = header_of(VERSION, 0, &body).to_vec();
    bytes.extend(body);
    bytes
}
