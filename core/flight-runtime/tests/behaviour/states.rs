//! Which operation is possible in which state.

use flight_runtime::{
    Config, Error, FuncType, HostCall, Imports, Interpreter, State, TrapKind, Until, Value,
    ValueType,
};

use crate::machine::{Machine, i32s};

const PROGRAM: &str = r#"(module
    (import "env" "ask" (func $ask (param i32) (result i32)))
    (func (export "f") (param i32) (result i32) local.get 0 call $ask)
    (func (export "trap") unreachable)
    (func (export "one") (result i32) i32.const 1))"#;

fn machine() -> Machine {
    let mut imports = Imports::new();
    imports.func_by_hand("env", "ask");
    Machine::with(PROGRAM, &imports, Config::default())
}

/// A machine in this state.
fn machine_in(state: State) -> Machine {
    let mut machine = machine();
    match state {
        State::Idle => {}
        State::Paused => machine.start("one", &[]),
        State::AwaitingHost => {
            machine.start("f", &i32s(&[5]));
            machine.run();
        }
        State::Finished => {
            machine.start("one", &[]);
            machine.run();
        }
        State::Trapped => {
            machine.start("trap", &[]);
            machine.run();
        }
    }
    assert_eq!(machine.interpreter.state(), state);
    machine
}

const STATES: [State; 5] = [
    State::Idle,
    State::Paused,
    State::AwaitingHost,
    State::Finished,
    State::Trapped,
];

type Operation = fn(&mut Interpreter) -> Result<(), Error>;

/// The states in which an operation is possible, each with the state that follows.
type Transitions = &'static [(State, State)];

#[rustfmt::skip]
const OPERATIONS: [(&str, Operation, Transitions); 7] = [
    ("step", |interpreter| interpreter.step().map(drop), &[(State::Paused, State::Paused)]),
    ("run", |interpreter| interpreter.run(Until::default()).map(drop), &[(State::Paused, State::Finished)]),
    ("answer", |interpreter| interpreter.answer(&[6.into()]), &[(State::AwaitingHost, State::Paused)]),
    ("fail", |interpreter| interpreter.fail(TrapKind::Host, "no"), &[(State::AwaitingHost, State::Trapped)]),
    ("take_results", |interpreter| interpreter.take_results().map(drop), &[(State::Finished, State::Idle)]),
    ("resolve_host_call", Interpreter::resolve_host_call, &[]),
    ("start", |interpreter| {
        let one = interpreter.exported_function(flight_runtime::InstanceId::FIRST, "one")?;
        interpreter.start(one, &[])
    }, &[
        (State::Idle, State::Paused),
        (State::AwaitingHost, State::Paused),
        (State::Finished, State::Paused),
        (State::Trapped, State::Paused),
    ]),
];

#[test]
fn operations_are_possible_in_their_states_only() {
    for (name, operation, possible) in OPERATIONS {
        for state in STATES {
            let mut machine = machine_in(state);
            let result = operation(&mut machine.interpreter);
            let after = machine.interpreter.state();
            match possible.iter().find(|(before, _)| *before == state) {
                Some((_, follows)) => {
                    assert_eq!((result, after), (Ok(()), *follows), "{name} when {state:?}");
                }
                None => {
                    let by_hand = Error::AsyncHostFunction("env.ask".into());
                    let wrong = Error::WrongState {
                        operation: name,
                        state,
                    };
                    let expected = match (name, state) {
                        ("resolve_host_call", State::AwaitingHost) => by_hand,
                        _ => wrong,
                    };
                    assert_eq!(
                        (result, after),
                        (Err(expected), state),
                        "{name} when {state:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_can_be_asked_depends_on_the_state() {
    for state in STATES {
        let machine = machine_in(state);
        let interpreter = &machine.interpreter;
        assert_eq!(
            interpreter.host_call().is_some(),
            state == State::AwaitingHost
        );
        assert_eq!(interpreter.results().is_some(), state == State::Finished);
        assert_eq!(interpreter.trap().is_some(), state == State::Trapped);
        assert_eq!(interpreter.explain().is_some(), state == State::Paused);
        let depth = match state {
            State::Idle | State::Finished => 0,
            State::Paused | State::Trapped => 1,
            State::AwaitingHost => 2,
        };
        assert_eq!(interpreter.depth(), depth, "{state:?}");
    }
}

#[test]
fn unwind_and_reset_are_always_possible() {
    for state in STATES {
        for clear in [Interpreter::unwind, Interpreter::reset] {
            let mut machine = machine_in(state);
            clear(&mut machine.interpreter);
            assert_eq!(machine.interpreter.state(), State::Idle, "after {state:?}");
            assert_eq!(machine.interpreter.depth(), 0);
            assert_eq!(
                machine.call("one", &[]),
                Ok(i32s(&[1])),
                "it goes on after {state:?}"
            );
        }
    }
}

#[test]
fn a_host_call_says_who_asks_what() {
    let machine = machine_in(State::AwaitingHost);
    let HostCall {
        name,
        ty,
        arguments,
        instance,
        function,
    } = machine.interpreter.host_call().expect("it waits");
    assert_eq!(
        (&*name, arguments, instance),
        ("env.ask", i32s(&[5]), Some(machine.instance))
    );
    assert_eq!(ty, FuncType::new([ValueType::I32], [ValueType::I32]));
    assert_eq!(machine.interpreter.func_type(function), Ok(&ty));
}

#[test]
fn a_wrong_answer_can_be_given_again() {
    let mut machine = machine_in(State::AwaitingHost);
    for wrong in [vec![], i32s(&[1, 2]), vec![Value::I64(1)]] {
        let result = machine.interpreter.answer(&wrong);
        assert!(
            matches!(result, Err(Error::ResultMismatch { .. })),
            "{result:?}"
        );
        assert_eq!(machine.interpreter.state(), State::AwaitingHost);
    }
    machine
        .interpreter
        .answer(&i32s(&[9]))
        .expect("now it is right");
    machine.run();
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[9])[..]));
}

#[test]
fn a_call_nests_in_a_waiting_host_call() {
    let mut machine = machine_in(State::AwaitingHost);
    machine.start("f", &i32s(&[6]));
    assert_eq!(machine.interpreter.depth(), 3);
    machine.run();
    assert_eq!(
        machine.interpreter.host_call().expect("it waits").arguments,
        i32s(&[6])
    );
    machine
        .interpreter
        .answer(&i32s(&[60]))
        .expect("it is the right type");
    machine.run();
    assert_eq!(machine.interpreter.take_results(), Ok(i32s(&[60])));
    // The outer one waits as before.
    assert_eq!(
        machine.interpreter.host_call().expect("it waits").arguments,
        i32s(&[5])
    );
    // A trap of a nested call is cleared away alone.
    machine.start("trap", &[]);
    machine.run();
    assert_eq!(machine.interpreter.state(), State::Trapped);
    machine.interpreter.unwind();
    assert_eq!(machine.interpreter.state(), State::AwaitingHost);
    machine
        .interpreter
        .answer(&i32s(&[50]))
        .expect("it is the right type");
    machine.run();
    assert_eq!(machine.interpreter.take_results(), Ok(i32s(&[50])));
    assert_eq!(machine.interpreter.state(), State::Idle);
}

#[test]
fn the_callers_mistakes_are_errors_of_their_own() {
    let mut machine = machine();
    let wrong: [(&[Value], &str); 3] = [
        (&[], "[]"),
        (&[Value::I64(1)], "[i64]"),
        (&[Value::I32(1), Value::F32(1.0)], "[i32 f32]"),
    ];
    for (arguments, found) in wrong {
        let error = Error::ArgumentMismatch {
            wanted: "[i32]".into(),
            found: found.into(),
        };
        assert_eq!(machine.call("f", arguments), Err(error));
        assert_eq!(machine.interpreter.state(), State::Idle);
    }
    let missing = machine
        .interpreter
        .exported_function(machine.instance, "nothing");
    assert_eq!(missing, Err(Error::NoSuchExport("nothing".into())));
    let global = machine.interpreter.exported_global(machine.instance, "one");
    let kind = Error::WrongExportKind {
        name: "one".into(),
        wanted: "global",
        found: "function",
    };
    assert_eq!(global, Err(kind));
}
