//! Step over and step out: runs that end at a depth of calls.

use flight_runtime::{Config, Imports, Stop, Until};

use crate::machine::{Machine, i32s};

const FACTORIAL: &str = r#"(module
    (func $factorial (export "f") (param i32) (result i32)
        local.get 0
        if (result i32)
            local.get 0
            local.get 0
            i32.const 1
            i32.sub
            call $factorial
            i32.mul
        else
            i32.const 1
        end)
    (func (export "main") (result i32)
        i32.const 4
        call $factorial
        nop
        i32.const 5
        call $factorial
        i32.add))"#;

fn until(depth: usize) -> Until {
    Until {
        depth: Some(depth),
        ..Until::default()
    }
}

fn step_over(machine: &mut Machine) -> Stop {
    let depth = machine.interpreter.depth();
    let stop = machine.step();
    if machine.interpreter.depth() <= depth {
        return stop;
    }
    machine
        .interpreter
        .run(until(depth))
        .expect("the machine is paused")
}

#[test]
fn step_over_stays_in_the_function() {
    let mut machine = Machine::new(FACTORIAL);
    machine.start("main", &[]);
    let mut seen = Vec::new();
    while machine.interpreter.results().is_none() {
        seen.push(machine.next());
        let stop = step_over(&mut machine);
        assert!(matches!(stop, Stop::Step | Stop::Finished), "{stop:?}");
        assert!(machine.interpreter.depth() <= 1);
    }
    let body = [
        "i32.const 4",
        "call 0",
        "nop",
        "i32.const 5",
        "call 0",
        "i32.add",
        "end",
    ];
    assert_eq!(seen, body);
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[144])[..]));
}

#[test]
fn step_out_ends_behind_the_call() {
    let mut machine = Machine::new(FACTORIAL);
    machine.start("main", &[]);
    while machine.interpreter.depth() < 4 {
        machine.step();
    }
    for depth in (1..4).rev() {
        let stop = machine
            .interpreter
            .run(until(depth))
            .expect("the machine is paused");
        assert_eq!((stop, machine.interpreter.depth()), (Stop::Step, depth));
        let next = if depth == 1 { "nop" } else { "i32.mul" };
        assert_eq!(machine.next(), next);
    }
    assert_eq!(
        machine.interpreter.frame(0).expect("a frame").operands,
        i32s(&[24])
    );
    assert_eq!(machine.interpreter.run(until(0)), Ok(Stop::Finished));
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[144])[..]));
}

#[test]
fn a_depth_not_yet_left_is_reached_at_once() {
    let mut machine = Machine::new(FACTORIAL);
    machine.start("main", &[]);
    assert_eq!(machine.interpreter.run(until(1)), Ok(Stop::Step));
    assert_eq!(machine.interpreter.time(), 0);
}

#[test]
fn fuel_and_breakpoints_end_a_step_over_too() {
    let mut machine = Machine::new(FACTORIAL);
    let multiply = machine.offset(0, 7);
    machine.start("main", &[]);
    machine.step();
    machine.step();
    let limited = Until {
        fuel: Some(3),
        ..until(1)
    };
    assert_eq!(machine.interpreter.run(limited), Ok(Stop::OutOfFuel));
    assert_eq!(machine.interpreter.time(), 5);
    machine
        .interpreter
        .add_breakpoint(machine.instance, multiply)
        .expect("an instruction");
    assert_eq!(machine.interpreter.run(until(1)), Ok(Stop::Breakpoint));
    assert!(machine.interpreter.depth() > 1);
    machine
        .interpreter
        .remove_breakpoint(machine.instance, multiply);
    assert_eq!(machine.interpreter.run(until(1)), Ok(Stop::Step));
    assert_eq!(machine.next(), "nop");
}

#[test]
fn a_tail_call_keeps_the_depth() {
    let text = r#"(module
        (func $last (param i32) (result i32) local.get 0 i32.const 1 i32.add)
        (func $middle (param i32) (result i32) local.get 0 return_call $last)
        (func (export "main") (result i32) i32.const 1 call $middle i32.const 2 i32.mul))"#;
    let mut machine = Machine::new(text);
    machine.start("main", &[]);
    machine.step();
    machine.step();
    assert_eq!(machine.interpreter.depth(), 2);
    // The frame is another function's by the time that it returns.
    assert_eq!(machine.interpreter.run(until(1)), Ok(Stop::Step));
    assert_eq!(
        (machine.interpreter.time(), machine.next().as_str()),
        (8, "i32.const 2")
    );
}

#[test]
fn a_host_call_ends_a_step_over() {
    let text = r#"(module (import "env" "host" (func $host (result i32)))
        (func $calls (result i32) call $host)
        (func (export "main") (result i32) call $calls i32.const 1 i32.add))"#;
    let mut imports = Imports::new();
    imports.func("env", "host", || 41);
    let mut machine = Machine::with(text, &imports, Config::default());
    machine.start("main", &[]);
    assert_eq!(step_over(&mut machine), Stop::AwaitingHost);
    machine.interpreter.resolve_host_call().expect("it answers");
    assert_eq!(machine.interpreter.run(until(1)), Ok(Stop::Step));
    assert_eq!(machine.next(), "i32.const 1");
    // Stepping onto the host function of the function itself: over it means answering it.
    assert_eq!(machine.run(), Stop::Finished);
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[42])[..]));
}
