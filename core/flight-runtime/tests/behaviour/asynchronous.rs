//! Calls that await host functions.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use flight_runtime::{
    AsyncReply, Config, Error, FuncType, HostError, Imports, State, TrapKind, ValueType,
};

use crate::machine::{Machine, i32s};

/// Polls a future until it is done: its result, and how often it was asked.
fn block_on<T>(future: impl Future<Output = T>) -> (T, usize) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for polls in 1.. {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return (result, polls);
        }
    }
    unreachable!("the numbers do not end")
}

/// Ready when it is asked for this many times.
struct After(usize);

impl Future for After {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

const PROGRAM: &str = r#"(module
    (import "env" "later" (func $later (param i32) (result i32)))
    (import "env" "now" (func $now (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "f") (param i32) (result i32)
        local.get 0 call $later call $now call $later)
    (func (export "spin") (param i32) (result i32)
        loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end i32.const 1)
    (func (export "load") (result i32) i32.const 0 call $later drop i32.const 64 i32.load8_u)
    (func (export "now") (result i32) i32.const 1 call $now))"#;

fn one_to_one() -> FuncType {
    FuncType::new([ValueType::I32], [ValueType::I32])
}

fn machine(later: impl Fn(i32) -> Result<AsyncReply, HostError> + 'static) -> Machine {
    let mut imports = Imports::new();
    let later = Rc::new(later);
    imports.func_async("env", "later", one_to_one(), move |_, arguments| {
        let later = later.clone();
        let argument = match arguments {
            [flight_runtime::Value::I32(argument)] => *argument,
            other => panic!("one i32 is given, not {other:?}"),
        };
        async move {
            After(2).await;
            later(argument)
        }
    });
    imports.func("env", "now", |value: i32| value * 10);
    Machine::with(PROGRAM, &imports, Config::default())
}

fn plus_one(value: i32) -> Result<AsyncReply, HostError> {
    Ok(AsyncReply::values(i32s(&[value + 1])))
}

#[test]
fn a_call_awaits_its_host_functions() {
    let mut machine = machine(plus_one);
    let func = machine.function("f");
    let (result, polls) = block_on(machine.interpreter.call_function_async(func, &i32s(&[4])));
    assert_eq!(result, Ok(i32s(&[51])));
    assert_eq!(polls, 5, "each of two calls is asked for three times");
    assert_eq!(machine.interpreter.state(), State::Idle);
}

#[test]
fn time_is_that_of_a_synchronous_call() {
    let mut machine = machine(plus_one);
    let func = machine.function("now");
    let (result, _) = block_on(machine.interpreter.call_function_async(func, &[]));
    assert_eq!(result, Ok(i32s(&[10])));
    let asynchronous = machine.interpreter.time();
    assert_eq!(machine.call("now", &[]), Ok(i32s(&[10])));
    assert_eq!(machine.interpreter.time(), 2 * asynchronous);
}

#[test]
fn a_long_computation_gives_others_a_turn() {
    let mut machine = machine(plus_one);
    let func = machine.function("spin");
    let turns = i32s(&[4_000_000]);
    let (result, polls) = block_on(machine.interpreter.call_function_async(func, &turns));
    assert_eq!(result, Ok(i32s(&[1])));
    assert_eq!(polls, 3, "24 million instructions");
}

#[test]
fn a_reply_may_write_into_the_callers_memory() {
    let mut machine = machine(|_| {
        Ok(AsyncReply::with_caller(|caller| {
            caller.write_memory(64, &[99])?;
            Ok(i32s(&[0]))
        }))
    });
    let func = machine.function("load");
    let (result, _) = block_on(machine.interpreter.call_function_async(func, &[]));
    assert_eq!(result, Ok(i32s(&[99])));
}

#[test]
fn a_host_function_may_fail_later() {
    let mut machine = machine(|_| Err(HostError::new("no answer")));
    let func = machine.function("f");
    let (result, _) = block_on(machine.interpreter.call_function_async(func, &i32s(&[4])));
    let Err(Error::Trap(trap)) = result else {
        panic!("a trap is expected, not {result:?}")
    };
    assert_eq!(
        (trap.kind, &*trap.explanation),
        (TrapKind::Host, "no answer")
    );
    assert_eq!(
        machine.interpreter.state(),
        State::Trapped,
        "to be looked at"
    );
    assert_eq!(machine.call("now", &[]), Ok(i32s(&[10])));
}

#[test]
fn a_wrong_answer_is_the_embedders_mistake() {
    let mut machine = machine(|_| Ok(AsyncReply::values([])));
    let func = machine.function("f");
    let (result, _) = block_on(machine.interpreter.call_function_async(func, &i32s(&[4])));
    assert!(
        matches!(result, Err(Error::ResultMismatch { .. })),
        "{result:?}"
    );
    assert_eq!(machine.interpreter.state(), State::Idle);
}

#[test]
fn a_dropped_future_takes_its_call_with_it() {
    let mut machine = machine(plus_one);
    let func = machine.function("f");
    {
        let arguments = i32s(&[4]);
        let mut future = pin!(machine.interpreter.call_function_async(func, &arguments));
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(
        (machine.interpreter.state(), machine.interpreter.depth()),
        (State::Idle, 0)
    );
    let (result, _) = block_on(machine.interpreter.call_function_async(func, &i32s(&[4])));
    assert_eq!(result, Ok(i32s(&[51])));
}

#[test]
fn a_synchronous_call_cannot_await() {
    let mut machine = machine(plus_one);
    let result = machine.call("f", &i32s(&[4]));
    assert_eq!(result, Err(Error::AsyncHostFunction("env.later".into())));
    assert_eq!(
        (machine.interpreter.state(), machine.interpreter.depth()),
        (State::Idle, 0)
    );
}

#[test]
fn a_nested_call_inside_an_asynchronous_one_returns_to_it() {
    let text = r#"(module (import "env" "later" (func $later (param i32) (result i32)))
        (func (export "inner") (param i32) (result i32) local.get 0 i32.const 2 i32.mul)
        (func (export "outer") (result i32) i32.const 3 call $later i32.const 1 i32.add))"#;
    let log = Rc::new(RefCell::new(Vec::new()));
    let seen = log.clone();
    let mut imports = Imports::new();
    imports.func_async("env", "later", one_to_one(), move |caller, arguments| {
        let before = caller.call_function("inner", arguments);
        let seen = seen.clone();
        async move {
            After(1).await;
            seen.borrow_mut().push(before);
            Ok(AsyncReply::with_caller(|caller| {
                caller
                    .call_function("inner", &i32s(&[20]))
                    .map_err(HostError::from)
            }))
        }
    });
    let mut machine = Machine::with(text, &imports, Config::default());
    let func = machine.function("outer");
    let (result, _) = block_on(machine.interpreter.call_function_async(func, &[]));
    assert_eq!(result, Ok(i32s(&[41])));
    assert_eq!(*log.borrow(), [Ok(i32s(&[6]))]);
}
