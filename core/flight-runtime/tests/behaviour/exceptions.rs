//! Exceptions: unwinding, time, stepping, breakpoints, hosts.

use flight_runtime::{
    Caller, Config, Error, HostError, Imports, Interpreter, State, Stop, TrapKind, Until, Value,
};

use crate::machine::{Machine, i32s, module};

/// A body of `f`, from i32 to i32, its argument and result, and how many instructions are executed.
type Case = (&'static str, &'static str, i32, i32, u64);

#[rustfmt::skip]
const TIMES: &[Case] = &[
    ("try_table and end count", "try_table nop end i32.const 1", 0, 1, 5),
    ("a branch to try_table goes behind its end", "try_table (result i32) i32.const 3 br 0 end", 0, 3, 4),
    ("throw counts, and goes behind the end of the caught label", "block try_table (catch_all 0) throw $none end end i32.const 1", 0, 1, 5),
    ("a caught argument lies on the stack", "block (result i32) try_table (catch $e 0) local.get 0 throw $e end unreachable end", 6, 6, 5),
    ("a throw that an outer label catches", "block (result i32) block try_table (catch $e 1) local.get 0 throw $e end end i32.const 0 end", 6, 6, 6),
    ("a label that is a loop counts again", "loop $l local.get 0 i32.eqz if i32.const 7 return end i32.const 0 local.set 0 try_table (catch_all $l) throw $none end end i32.const 8", 1, 7, 14),
    ("a throw through a call", "block (result i32) try_table (catch $e 0) local.get 0 call $throw end unreachable end", 6, 6, 7),
    ("throw_ref", "block (result i32) try_table (catch $e 0) block (result exnref) try_table (catch_all_ref 0) local.get 0 throw $e end unreachable end throw_ref end unreachable end", 6, 6, 8),
    ("try and end", "try nop end i32.const 1", 0, 1, 5),
    ("an arm ends at end", "try throw $none catch $none nop end i32.const 1", 0, 1, 6),
    ("catch that is reached counts, and skips the end", "try nop catch $none end i32.const 1", 0, 1, 5),
    ("catch_all that is reached, too", "try nop catch_all nop end i32.const 1", 0, 1, 5),
    ("the second arm", "try (result i32) local.get 0 throw $e catch $none i32.const 1 catch $e end", 6, 6, 5),
    ("the end of an arm that another follows", "try (result i32) throw $none catch $none i32.const 1 catch $e end", 6, 1, 5),
    ("rethrow counts", "try try throw $none catch_all rethrow 0 end catch_all nop end i32.const 1", 0, 1, 8),
    ("delegate that is reached closes the block", "try try nop delegate 0 catch_all end i32.const 1", 0, 1, 7),
    ("delegate that is passed by a throw does not count", "try try throw $none delegate 0 catch_all nop end i32.const 1", 0, 1, 7),
    ("a million turns of try_table", "loop $again block try_table (catch_all 0) throw $none end end local.get 0 i32.const 1 i32.sub local.tee 0 br_if $again end local.get 0", 1_000_000, 0, 9_000_003),
    ("a million turns of try", "loop $again try throw $none catch_all end local.get 0 i32.const 1 i32.sub local.tee 0 br_if $again end local.get 0", 1_000_000, 0, 9_000_003),
];

fn text(body: &str) -> String {
    format!(
        "(module (tag $none) (tag $e (param i32)) (func $throw (param i32) local.get 0 throw $e)
           (func (export \"f\") (param i32) (result i32) {body}))"
    )
}

fn times(pace: impl Fn(&mut Interpreter), large: bool) {
    for (about, body, argument, result, time) in TIMES {
        if *argument > 1000 && !large {
            continue;
        }
        let mut machine = Machine::new(&text(body));
        machine.start("f", &i32s(&[*argument]));
        while machine.interpreter.state() == State::Paused {
            pace(&mut machine.interpreter);
        }
        assert_eq!(
            machine.interpreter.results(),
            Some(&i32s(&[*result])[..]),
            "{about}"
        );
        assert_eq!(machine.interpreter.time(), *time, "{about}");
    }
}

#[test]
fn every_instruction_counts_once() {
    times(|interpreter| drop(interpreter.run(Until::default())), true);
}

#[test]
fn time_does_not_depend_on_the_pace() {
    times(|interpreter| drop(interpreter.step()), false);
    for fuel in [1, 2, 3, 1000] {
        let until = Until {
            fuel: Some(fuel),
            ..Until::default()
        };
        times(|interpreter| drop(interpreter.run(until)), false);
    }
}

#[test]
fn steps_stop_at_every_instruction_that_counts() {
    for (about, body, argument, ..) in TIMES.iter().filter(|case| case.2 <= 1000) {
        let mut machine = Machine::new(&text(body));
        machine.start("f", &i32s(&[*argument]));
        let mut steps = 0;
        while machine.interpreter.state() == State::Paused {
            machine.step();
            steps += 1;
            assert_eq!(machine.interpreter.time(), steps, "{about}");
            assert_eq!(
                machine.interpreter.frames().len(),
                machine.interpreter.depth(),
                "{about}"
            );
        }
    }
}

const FIRST: &str = r#"(module
    (import "second" "between" (func $between (param i32)))
    (import "second" "e" (tag $e (param i32 i64)))
    (memory (export "memory") 1) (data (i32.const 0) "\0b")
    (func $inner (export "inner") (param i32) local.get 0 i64.const 9 throw $e)
    (func (export "outer") (param i32) (result i32)
        block (result i32 i64)
            try_table (catch $e 0) local.get 0 call $between end
            unreachable
        end
        drop
        i32.const 0 i32.load8_u i32.const 1000 i32.mul i32.add)
    (func (export "uncaught") (param i32) local.get 0 call $between))"#;

const SECOND: &str = r#"(module
    (tag $e (export "e") (param i32 i64))
    (table (export "table") 1 funcref)
    (memory 1) (data (i32.const 0) "\16")
    (func (export "between") (param i32)
        i32.const 0 i32.load8_u drop
        local.get 0 i32.const 0 call_indirect (param i32)
        unreachable))"#;

/// An exception goes from the first instance through the second one to the first.
fn linked() -> Machine {
    let mut interpreter = Interpreter::new(Config::default());
    let second = interpreter
        .instantiate(&module(SECOND), &Imports::new())
        .expect("it is made");
    let mut imports = Imports::new();
    interpreter.define_instance(&mut imports, "second", second);
    let first = FIRST.replacen("(memory (export", "(import \"second\" \"table\" (table 1 funcref)) (elem (i32.const 0) $inner) (memory (export", 1);
    let instance = interpreter
        .instantiate(&module(&first), &imports)
        .expect("it is made");
    Machine {
        interpreter,
        instance,
    }
}

#[test]
fn an_exception_crosses_frames_and_instances_and_memory_0_is_right_again() {
    let mut machine = linked();
    assert_eq!(machine.call("outer", &i32s(&[5])), Ok(i32s(&[11_005])));
    machine.start("outer", &i32s(&[6]));
    while machine.interpreter.state() == State::Paused {
        machine.step();
    }
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[11_006])[..]));
}

#[test]
fn what_nothing_catches_is_an_error_with_tag_and_arguments() {
    let mut machine = linked();
    let Err(Error::Exception(trap)) = machine.call("uncaught", &i32s(&[5])) else {
        panic!("nothing catches it");
    };
    assert_eq!(trap.kind, TrapKind::UncaughtException);
    assert_eq!(trap.instruction.as_deref(), Some("throw 0"));
    assert_eq!(
        trap.explanation,
        "$e with 5 and 9 was thrown and nothing catches it"
    );
    let exception = trap.exception.as_ref().expect("it is there");
    assert_eq!(exception.name.as_deref(), Some("e"));
    assert_eq!(exception.arguments, [Value::I32(5), Value::I64(9)]);
    let names: Vec<_> = trap
        .frames
        .iter()
        .map(|frame| frame.name.as_deref())
        .collect();
    assert_eq!(names, [Some("inner"), Some("between"), Some("uncaught")]);
    assert_eq!(
        (machine.interpreter.state(), machine.interpreter.depth()),
        (State::Trapped, 3)
    );
    assert_eq!(machine.call("outer", &i32s(&[1])), Ok(i32s(&[11_001])));
}

const DEPTHS: &str = r#"(module
    (tag $e)
    (func $throws throw $e)
    (func $middle call $throws nop)
    (func $catches block try_table (catch_all 0) call $middle end end nop)
    (func (export "main") call $catches nop))"#;

/// Starts `main`, runs to the function at this depth, and then until no more than `until` calls lie on each other.
fn stopped(depth: usize, until: usize) -> (Stop, Machine) {
    let mut machine = Machine::new(DEPTHS);
    machine.start("main", &[]);
    while machine.interpreter.depth() < depth {
        machine.step();
    }
    let until = Until {
        depth: Some(until),
        ..Until::default()
    };
    let stop = machine.interpreter.run(until).expect("it is paused");
    (stop, machine)
}

#[test]
fn runs_to_a_depth_end_where_an_exception_leaves_the_frame() {
    // Out of the function that throws, and over the call in the middle: both are gone, the catching frame is next.
    for (depth, until) in [(4, 3), (3, 2), (4, 2)] {
        let (stop, machine) = stopped(depth, until);
        assert_eq!(
            (stop, machine.interpreter.depth()),
            (Stop::Step, 2),
            "{depth} {until}"
        );
        assert_eq!(machine.next(), "nop", "it rests behind the caught label");
    }
    let (stop, machine) = stopped(4, 1);
    assert_eq!(
        (stop, machine.interpreter.depth(), machine.next()),
        (Stop::Step, 1, "nop".to_string())
    );
}

#[test]
fn breakpoints_at_landing_places_stop_there() {
    let bodies = [
        (
            "block try_table (catch_all 0) throw $none end end i32.const 1",
            5,
        ),
        (
            "try throw $none catch_all i32.const 5 drop end i32.const 1",
            3,
        ),
        (
            "loop local.get 0 if i32.const 0 local.set 0 try_table (catch_all 1) throw $none end end end i32.const 1",
            0,
        ),
    ];
    for (body, instruction) in bodies {
        let mut machine = Machine::new(&text(body));
        let at = machine.offset(1, instruction);
        machine.start("f", &i32s(&[1]));
        if instruction == 0 {
            machine.step();
        }
        machine
            .interpreter
            .add_breakpoint(machine.instance, at)
            .expect("it is an instruction");
        assert_eq!(machine.run(), Stop::Breakpoint, "{body}");
        assert_eq!(
            machine.interpreter.frame(0).and_then(|frame| frame.offset),
            Some(at),
            "{body}"
        );
        assert_eq!(machine.run(), Stop::Finished, "{body}");
        assert_eq!(machine.interpreter.results(), Some(&i32s(&[1])[..]));
    }
}

#[test]
fn a_host_function_stands_between_the_guests_exceptions() {
    let text = r#"(module
        (import "env" "host" (func $host (param i32) (result i32)))
        (tag $e (param i32))
        (func (export "throw") (param i32) local.get 0 throw $e)
        (func (export "f") (param i32) (result i32)
            block (result i32)
                try_table (catch $e 0) local.get 0 call $host return end
                unreachable
            end))"#;
    for handles in [true, false] {
        let mut imports = Imports::new();
        imports.func(
            "env",
            "host",
            move |caller: &mut Caller<'_>, value: i32| match caller
                .call_function("throw", &[value.into()])
            {
                Err(Error::Exception(trap)) if handles => {
                    match trap
                        .exception
                        .map(|exception| exception.arguments)
                        .as_deref()
                    {
                        Some([Value::I32(value)]) => Ok(value + 1),
                        other => Err(HostError::new(format!("{other:?}"))),
                    }
                }
                Err(error) => Err(HostError::from(error)),
                Ok(_) => Err(HostError::new("it throws")),
            },
        );
        let mut machine = Machine::with(text, &imports, Config::default());
        match (machine.call("f", &i32s(&[5])), handles) {
            (Ok(results), true) => assert_eq!(results, i32s(&[6])),
            // What the inner call has thrown goes on through the host function, and is caught with its argument.
            (Ok(results), false) => assert_eq!(results, i32s(&[5])),
            (other, _) => panic!("{other:?}"),
        }
    }
}
