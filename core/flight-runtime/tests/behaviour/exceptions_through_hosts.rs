//! What closures of host functions throw, and what they pass on.

use flight_runtime::{AnyRef, Caller, Config, Error, HostError, Imports, InstanceId, Value};

use crate::machine::{Machine, i32s};

/// The outer guest calls a host function, which calls the inner guest, which throws.
const THROUGH: &str = r#"(module
    (import "env" "through" (func $through (param i32) (result i32)))
    (import "env" "fails" (func $fails (param i32) (result i32)))
    (tag $e (param i32 f64))
    (func $throw (export "throw") (param i32) (result i32)
        (throw $e (local.get 0) (f64.const nan)))
    (func (export "host_throws") (param i32) (result i32) (call $fails (local.get 0)))
    (func (export "catches") (param i32) (result i32) (local f64)
        (block $caught (result i32 f64)
            (try_table (catch $e $caught) (return (call $through (local.get 0))))
            (unreachable))
        (local.set 1))
    (func (export "passes") (param i32) (result i32) (call $through (local.get 0))))"#;

fn through(inner: &'static str) -> Machine {
    let mut imports = Imports::new();
    imports.func(
        "env",
        "through",
        move |caller: &mut Caller<'_>, value: i32| {
            let results = caller.call_function(inner, &[value.into()])?;
            match results[..] {
                [Value::I32(value)] => Ok(value + 1000),
                _ => Err(HostError::new("it gives one i32")),
            }
        },
    );
    imports.func("env", "fails", |caller: &mut Caller<'_>, value: i32| {
        let tag = caller.interpreter().tag(InstanceId::FIRST, 0)?;
        Err::<i32, _>(HostError::exception(tag, [value.into(), Value::F64(0.5)]))
    });
    let config = Config {
        history_budget: Some(64 << 20),
        ..Config::default()
    };
    Machine::with(THROUGH, &imports, config)
}

#[test]
fn an_exception_goes_on_through_a_host_function() {
    for inner in ["throw", "host_throws"] {
        let mut machine = through(inner);
        assert_eq!(
            machine.call("catches", &i32s(&[5])),
            Ok(i32s(&[5])),
            "{inner}"
        );
        let Err(Error::Exception(trap)) = machine.call("passes", &i32s(&[6])) else {
            panic!("nothing catches it");
        };
        assert_eq!(trap.depth, 2, "the inner call is gone");
        let exception = trap.exception.expect("it is there");
        assert_eq!(exception.arguments[0], Value::I32(6));
        // Any number of guests and hosts may lie between.
        let called = machine.call("passes", &i32s(&[6]));
        assert!(matches!(called, Err(Error::Exception(_))));
        let end = (
            machine.interpreter.moment(),
            machine.interpreter.state_hash(),
        );
        machine.interpreter.verify().expect("it is the same again");
        machine.interpreter.seek(0).expect("it is recorded");
        machine
            .interpreter
            .seek_moment(end.0)
            .expect("it is recorded");
        assert_eq!(machine.interpreter.state_hash(), end.1);
    }
}

#[test]
fn what_is_thrown_is_kept_while_garbage_is_collected_for_it() {
    let text = r#"(module
        (type $box (struct (field i32)))
        (import "env" "host" (func $host (param i32)))
        (tag $e (export "e") (param (ref $box)))
        (func (export "make") (param i32) (result (ref $box)) (struct.new $box (local.get 0)))
        (func (export "f") (param i32) (result i32) (local i32 i32 (ref null $box))
            (loop $again
                (block $caught (result (ref $box))
                    (try_table (catch $e $caught) (call $host (local.get 1)))
                    (unreachable))
                (local.set 3)
                (local.set 2 (i32.add (local.get 2) (i32.eq (struct.get $box 0 (local.get 3)) (local.get 1))))
                (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
            (local.get 2)))"#;
    let mut imports = Imports::new();
    imports.func("env", "host", |caller: &mut Caller<'_>, value: i32| {
        let machine = caller.interpreter();
        let make = machine.exported_function(InstanceId::FIRST, "make")?;
        let made = machine.call_function(make, &[value.into()])?;
        let tag = machine.exported_tag(InstanceId::FIRST, "e")?;
        Err::<(), _>(HostError::exception(tag, made))
    });
    let mut machine = Machine::with(text, &imports, Config::default());
    let count = 60_000;
    assert_eq!(machine.call("f", &i32s(&[count])), Ok(i32s(&[count])));
    let (_, objects) = machine.interpreter.heap_use();
    assert!(objects < 100_000, "{objects}: garbage has been collected");
    // What nothing catches can be thrown again even later.
    let make = machine.function("make");
    let host = machine.interpreter.function(machine.instance, 0);
    let called = machine
        .interpreter
        .call_function(host.expect("it is there"), &i32s(&[9]));
    let Err(Error::Exception(trap)) = called else {
        panic!("{called:?}");
    };
    machine.interpreter.collect_garbage();
    let exception = trap.exception.expect("it is there");
    let [Value::AnyRef(Some(AnyRef::Object(object)))] = exception.arguments[..] else {
        panic!("{exception:?}");
    };
    let view = machine.interpreter.object(object, 0, 1);
    assert_eq!(view.map(|view| view.parts[0].value), Ok(Value::I32(9)));
    machine
        .interpreter
        .call_function(make, &i32s(&[1]))
        .expect("it returns");
    machine.interpreter.collect_garbage();
    assert!(machine.interpreter.object(object, 0, 1).is_err());
}
