//! Breakpoints stop a run before an instruction, and go on from it.

use flight_runtime::{Breakpoint, Config, Error, Imports, State, Stop};

use crate::machine::{Machine, i32s};

/// Function 0 is imported, 1 is `$twice`, 2 is the exported `f`, 3 is never called.
const PROGRAM: &str = r#"(module
    (import "env" "host" (func $host (param i32) (result i32)))
    (func $twice (param i32) (result i32) local.get 0 i32.const 2 i32.mul)
    (func (export "f") (param i32) (result i32)
        loop
            local.get 0
            call $host
            drop
            local.get 0
            i32.const 1
            i32.sub
            local.tee 0
            br_if 0
        end
        i32.const 21
        call $twice)
    (func (export "uncalled") nop))"#;

const LOOP: usize = 0;
const DROP: usize = 3;
const BR_IF: usize = 8;
const MUL: usize = 2;

fn machine() -> Machine {
    let mut imports = Imports::new();
    imports.func("env", "host", |value: i32| value);
    Machine::with(PROGRAM, &imports, Config::default())
}

/// Runs on to the next breakpoint or the end; host calls are answered on the way.
fn go_on(machine: &mut Machine) -> Stop {
    loop {
        match machine.run() {
            Stop::AwaitingHost => machine.interpreter.resolve_host_call().expect("it answers"),
            stop => return stop,
        }
    }
}

#[test]
fn a_breakpoint_in_a_loop_is_hit_in_each_turn() {
    let mut machine = machine();
    let offset = machine.offset(2, BR_IF);
    let breakpoint = machine.interpreter.add_breakpoint(machine.instance, offset);
    assert_eq!(
        breakpoint,
        Ok(Breakpoint {
            function: 2,
            offset,
            ..Breakpoint::default()
        })
    );
    machine.start("f", &i32s(&[3]));
    for turn in 1..=3 {
        assert_eq!(go_on(&mut machine), Stop::Breakpoint);
        assert_eq!(machine.next(), "br_if 0");
        assert_eq!(
            machine.interpreter.time(),
            9 * turn - 1,
            "it has not been executed"
        );
        assert_eq!(
            machine.interpreter.frame(0).expect("a frame").operands,
            i32s(&[3 - turn as i32])
        );
    }
    assert_eq!(go_on(&mut machine), Stop::Finished);
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[42])[..]));
}

#[test]
fn breakpoints_change_neither_results_nor_time() {
    let mut plain = machine();
    plain.call("f", &i32s(&[5])).expect("it returns");
    let mut machine = machine();
    for function in [1, 2] {
        let module = machine.interpreter.module(machine.instance);
        let func = flight_wasm::FuncIdx(function);
        for offset in flight_runtime::Interpreter::instruction_offsets(module, func) {
            machine
                .interpreter
                .add_breakpoint(machine.instance, offset)
                .expect("it is one");
        }
    }
    machine.start("f", &i32s(&[5]));
    let mut stops = 0;
    while go_on(&mut machine) == Stop::Breakpoint {
        stops += 1;
    }
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[42])[..]));
    assert_eq!(machine.interpreter.time(), plain.interpreter.time());
    // The first instruction is where the machine already stands, and is not stopped at.
    assert_eq!(stops + 1, plain.interpreter.time());
}

#[test]
fn calls_to_their_end_pass_breakpoints() {
    let mut machine = machine();
    let offset = machine.offset(2, BR_IF);
    machine
        .interpreter
        .add_breakpoint(machine.instance, offset)
        .expect("it is an instruction");
    assert_eq!(machine.call("f", &i32s(&[3])), Ok(i32s(&[42])));
}

#[test]
fn a_breakpoint_behind_a_host_call_is_hit() {
    let mut machine = machine();
    let offset = machine.offset(2, DROP);
    machine
        .interpreter
        .add_breakpoint(machine.instance, offset)
        .expect("it is an instruction");
    machine.start("f", &i32s(&[2]));
    assert_eq!(machine.run(), Stop::AwaitingHost);
    machine
        .interpreter
        .answer(&i32s(&[77]))
        .expect("it is the right type");
    assert_eq!(machine.interpreter.state(), State::Paused);
    assert_eq!(machine.run(), Stop::Breakpoint);
    assert_eq!(machine.interpreter.time(), 3);
    assert_eq!(machine.next(), "drop");
    assert_eq!(
        machine.interpreter.frame(0).expect("a frame").operands,
        i32s(&[77])
    );
    assert_eq!(machine.run(), Stop::AwaitingHost, "it goes on from there");
}

#[test]
fn a_breakpoint_in_a_function_that_is_not_yet_lowered_is_hit() {
    let mut machine = machine();
    let offset = machine.offset(1, MUL);
    machine
        .interpreter
        .add_breakpoint(machine.instance, offset)
        .expect("it is an instruction");
    machine.start("f", &i32s(&[1]));
    assert_eq!(go_on(&mut machine), Stop::Breakpoint);
    assert_eq!(machine.interpreter.depth(), 2);
    assert_eq!(machine.next(), "i32.mul");
    assert_eq!(
        machine.interpreter.frame(0).expect("a frame").operands,
        i32s(&[21, 2])
    );
    // And again in the next call, now that it is.
    assert_eq!(go_on(&mut machine), Stop::Finished);
    machine.start("f", &i32s(&[1]));
    assert_eq!(go_on(&mut machine), Stop::Breakpoint);
}

#[test]
fn a_breakpoint_on_a_loop_is_hit_by_the_branch_to_it() {
    let mut machine = machine();
    let offset = machine.offset(2, LOOP);
    machine
        .interpreter
        .add_breakpoint(machine.instance, offset)
        .expect("it is an instruction");
    machine.start("f", &i32s(&[3]));
    let times: Vec<u64> = std::iter::from_fn(|| {
        (go_on(&mut machine) == Stop::Breakpoint).then(|| machine.interpreter.time())
    })
    .collect();
    assert_eq!(times, [9, 18]);
}

#[test]
fn stepping_onto_a_breakpoint_and_running_on_passes_it() {
    let mut machine = machine();
    let offset = machine.offset(2, 1);
    machine
        .interpreter
        .add_breakpoint(machine.instance, offset)
        .expect("it is an instruction");
    machine.start("f", &i32s(&[1]));
    assert_eq!(machine.step(), Stop::Step);
    assert_eq!(machine.next(), "local.get 0");
    assert_eq!(
        machine.step(),
        Stop::Step,
        "a step executes it like any other"
    );
    assert_eq!(machine.next(), "call 0");
    assert_eq!(go_on(&mut machine), Stop::Finished);
}

#[test]
fn a_breakpoint_that_is_taken_away_no_longer_stops() {
    let mut machine = machine();
    let (instance, offset) = (machine.instance, machine.offset(2, BR_IF));
    machine
        .interpreter
        .add_breakpoint(instance, offset)
        .expect("it is an instruction");
    machine.start("f", &i32s(&[3]));
    assert_eq!(go_on(&mut machine), Stop::Breakpoint);
    assert_eq!(machine.interpreter.breakpoints(instance).len(), 1);
    assert!(machine.interpreter.remove_breakpoint(instance, offset));
    assert!(!machine.interpreter.remove_breakpoint(instance, offset));
    assert_eq!(machine.interpreter.breakpoints(instance), []);
    assert_eq!(go_on(&mut machine), Stop::Finished);
}

#[test]
fn breakpoints_stand_only_on_instructions() {
    let mut machine = machine();
    let instance = machine.instance;
    // Behind `call`'s opcode its immediate follows.
    let inside = machine.offset(2, 2) + 1;
    for offset in [0, 8, inside, u32::MAX] {
        let result = machine.interpreter.add_breakpoint(instance, offset);
        assert!(
            matches!(result, Err(Error::Usage(_))),
            "{offset}: {result:?}"
        );
        assert!(!machine.interpreter.remove_breakpoint(instance, offset));
    }
    let uncalled = machine.offset(3, 0);
    assert!(
        machine
            .interpreter
            .add_breakpoint(instance, uncalled)
            .is_ok()
    );
}
