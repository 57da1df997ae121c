//! Functions of the embedder's: typed, over slices of values, with access to the guest, failing.

use std::cell::RefCell;
use std::rc::Rc;

use flight_runtime::{
    Caller, Config, Error, ExternRef, FuncRef, FuncType, HostError, Imports, State, TrapKind,
    Value, ValueType,
};

use crate::machine::{Machine, i32s};

fn trap_of(result: Result<Vec<Value>, Error>) -> flight_runtime::Trap {
    match result {
        Err(Error::Trap(trap)) => *trap,
        other => panic!("a trap is expected, not {other:?}"),
    }
}

#[test]
fn typed_closures_take_and_give_every_type() {
    let text = r#"(module
        (import "env" "all" (func $all
            (param i32 i64 f32 f64 funcref externref) (result externref funcref f64 f32 i64 i32)))
        (func (export "f") (param i32 i64 f32 f64 funcref externref)
                (result externref funcref f64 f32 i64 i32)
            local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 call $all))"#;
    let mut imports = Imports::new();
    imports.func(
        "env",
        "all",
        |a: u32, b: u64, c: f32, d: f64, e: Option<FuncRef>, f: Option<ExternRef>| {
            (f, e, d + 0.5, c * 2.0, b + 1, a + 1)
        },
    );
    let mut machine = Machine::with(text, &imports, Config::default());
    let func = Some(machine.function("f"));
    let arguments = [
        u32::MAX.wrapping_sub(1).into(),
        (u64::MAX - 1).into(),
        1.5f32.into(),
        2.0f64.into(),
        Value::FuncRef(func),
        Value::ExternRef(Some(ExternRef(7))),
    ];
    let results = [
        Value::ExternRef(Some(ExternRef(7))),
        Value::FuncRef(func),
        2.5f64.into(),
        3.0f32.into(),
        (-1i64).into(),
        (-1i32).into(),
    ];
    assert_eq!(machine.call("f", &arguments), Ok(results.to_vec()));
}

#[test]
fn closures_over_slices_are_checked_against_their_type() {
    let text = r#"(module
        (import "env" "swap" (func $swap (param i32 f64) (result f64 i32)))
        (func (export "f") (result f64 i32) i32.const 1 f64.const 2 call $swap))"#;
    let ty = FuncType::new(
        [ValueType::I32, ValueType::F64],
        [ValueType::F64, ValueType::I32],
    );
    let answers: [(Vec<Value>, bool); 4] = [
        (vec![2.0f64.into(), 1.into()], true),
        (vec![1.into(), 2.0f64.into()], false),
        (vec![2.0f64.into()], false),
        (vec![2.0f64.into(), 1.into(), 1.into()], false),
    ];
    for (answer, right) in answers {
        let mut imports = Imports::new();
        let given = answer.clone();
        imports.func_dynamic("env", "swap", ty.clone(), move |_, _| Ok(given.clone()));
        let mut machine = Machine::with(text, &imports, Config::default());
        match (machine.call("f", &[]), right) {
            (Ok(results), true) => assert_eq!(results, answer),
            (Err(Error::ResultMismatch { wanted, .. }), false) => assert_eq!(wanted, "[f64 i32]"),
            (other, _) => panic!("{answer:?} gives {other:?}"),
        }
        assert_eq!(
            machine.interpreter.state(),
            State::Idle,
            "the call has been cleared away"
        );
    }
}

#[test]
fn host_functions_read_and_write_the_callers_memory() {
    let text = r#"(module
        (import "env" "upper" (func $upper (param i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 100) "flight")
        (func (export "f") (param i32 i32) (result i32)
            local.get 0 local.get 1 call $upper i32.load8_u))"#;
    let mut imports = Imports::new();
    imports.func(
        "env",
        "upper",
        |caller: &mut Caller<'_>, address: u32, length: u32| {
            let text = caller
                .read_memory(address.into(), length.into())?
                .to_ascii_uppercase();
            caller.write_memory(200, &text)?;
            Ok::<_, HostError>(200u32)
        },
    );
    let mut machine = Machine::with(text, &imports, Config::default());
    assert_eq!(
        machine.call("f", &i32s(&[100, 6])),
        Ok(i32s(&[b'F'.into()]))
    );
    assert_eq!(
        machine.interpreter.read_memory(machine.instance, 0, 200, 6),
        Ok(&b"FLIGHT"[..])
    );
    let trap = trap_of(machine.call("f", &i32s(&[65_530, 7])));
    assert_eq!(trap.kind, TrapKind::Host);
    assert!(
        trap.explanation.contains("past the end of memory"),
        "{}",
        trap.explanation
    );
}

#[test]
fn a_host_function_that_fails_traps_with_its_words_at_the_call() {
    let text = r#"(module (import "env" "fail" (func $fail (param i32)))
        (func (export "f") nop i32.const 5 call $fail))"#;
    let mut imports = Imports::new();
    imports.func("env", "fail", |_: i32| {
        Err::<(), _>(HostError::new("the disk is full"))
    });
    let mut machine = Machine::with(text, &imports, Config::default());
    let trap = trap_of(machine.call("f", &[]));
    assert_eq!(
        (trap.kind, &*trap.explanation),
        (TrapKind::Host, "the disk is full")
    );
    assert_eq!(trap.operands, i32s(&[5]));
    assert_eq!(trap.offset, Some(machine.offset(1, 2)));
    assert_eq!(trap.instruction.as_deref(), Some("call 0"));
    assert_eq!(trap.depth, 2);
    assert_eq!(trap.frames[0].name.as_deref(), Some("env.fail"));
    assert_eq!(trap.frames[1].offset, Some(machine.offset(1, 2)));
}

const NESTED: &str = r#"(module
    (import "env" "again" (func $again (param i32) (result i32)))
    (func (export "f") (param i32) (result i32)
        local.get 0 i32.eqz if (result i32) i32.const 0 else
            i32.const 1000 local.get 0 call $again i32.add i32.const 1000 i32.sub
            local.get 0 i32.add
        end)
    (func (export "trap") (result i32) unreachable)
    (func (export "calls") (result i32) i32.const 0 call $again))"#;

#[test]
fn host_functions_call_the_guest_again() {
    let mut imports = Imports::new();
    let depths = Rc::new(RefCell::new(Vec::new()));
    let seen = depths.clone();
    imports.func(
        "env",
        "again",
        move |caller: &mut Caller<'_>, value: i32| {
            seen.borrow_mut().push(caller.interpreter().depth());
            let results = caller.call_function("f", &[(value - 1).into()])?;
            match results[..] {
                [Value::I32(value)] => Ok(value),
                _ => Err(HostError::new("f gives one i32")),
            }
        },
    );
    let mut machine = Machine::with(NESTED, &imports, Config::default());
    assert_eq!(machine.call("f", &i32s(&[10])), Ok(i32s(&[55])));
    assert_eq!(*depths.borrow(), [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    assert_eq!(machine.interpreter.depth(), 0);
}

#[test]
fn a_trap_in_a_nested_call_is_the_host_functions_to_handle() {
    let mut imports = Imports::new();
    imports.func(
        "env",
        "again",
        |caller: &mut Caller<'_>, _: i32| match caller.call_function("trap", &[]) {
            Err(Error::Trap(trap)) if trap.kind == TrapKind::Unreachable => Ok(7),
            _ => Err(HostError::new("a trap is expected")),
        },
    );
    let mut machine = Machine::with(NESTED, &imports, Config::default());
    assert_eq!(machine.call("calls", &[]), Ok(i32s(&[7])));
}

#[test]
fn what_a_host_function_starts_and_leaves_is_cleared_away() {
    let mut imports = Imports::new();
    imports.func("env", "again", |caller: &mut Caller<'_>, _: i32| {
        let instance = caller
            .instance()
            .ok_or_else(|| HostError::new("a guest calls"))?;
        let interpreter = caller.interpreter();
        let func = interpreter.exported_function(instance, "f")?;
        interpreter.start(func, &[3.into()])?;
        interpreter.step()?;
        Ok::<_, HostError>(8)
    });
    let mut machine = Machine::with(NESTED, &imports, Config::default());
    assert_eq!(machine.call("calls", &[]), Ok(i32s(&[8])));
    assert_eq!(machine.interpreter.depth(), 0);
}

#[test]
fn an_exported_host_function_can_be_called_by_the_embedder() {
    let text = r#"(module (import "env" "double" (func $double (param i32) (result i32)))
        (export "double" (func $double)))"#;
    let mut imports = Imports::new();
    imports.func("env", "double", |caller: &mut Caller<'_>, value: i32| {
        assert_eq!(caller.instance(), None);
        assert!(caller.read_memory(0, 0).is_err());
        value * 2
    });
    let mut machine = Machine::with(text, &imports, Config::default());
    assert_eq!(machine.call("double", &i32s(&[21])), Ok(i32s(&[42])));
    assert_eq!(machine.interpreter.time(), 0);
}

#[test]
fn functions_of_other_interpreters_are_refused() {
    let text = r#"(module (import "env" "give" (func $give (result funcref)))
        (func (export "take") (param funcref)) (func (export "f") (result funcref) call $give))"#;
    let mut imports = Imports::new();
    imports.func("env", "give", || Some(FuncRef(1_000)));
    let mut machine = Machine::with(text, &imports, Config::default());
    let foreign = Value::FuncRef(Some(FuncRef(1_000)));
    assert!(matches!(
        machine.call("take", &[foreign]),
        Err(Error::Usage(_))
    ));
    assert!(matches!(machine.call("f", &[]), Err(Error::Usage(_))));
    assert!(matches!(
        machine.interpreter.call_function(FuncRef(1_000), &[]),
        Err(Error::Usage(_))
    ));
}

/// What a host function may do to the machine that called it, and must not break it by.
type Misdeed = fn(&mut flight_runtime::Interpreter);

#[test]
fn a_host_function_that_ends_its_own_call_is_an_error() {
    let misdeeds: [Misdeed; 4] = [
        |interpreter| interpreter.reset(),
        |interpreter| interpreter.unwind(),
        |interpreter| drop(interpreter.answer(&i32s(&[1]))),
        |interpreter| {
            interpreter.reset();
            let calls = interpreter.exported_function(flight_runtime::InstanceId::FIRST, "calls");
            interpreter
                .start(calls.expect("it is exported"), &[])
                .expect("nothing else runs");
            interpreter.step().expect("it is paused");
        },
    ];
    for (position, misdeed) in misdeeds.into_iter().enumerate() {
        let mut imports = Imports::new();
        imports.func("env", "again", move |caller: &mut Caller<'_>, _: i32| {
            misdeed(caller.interpreter());
            5
        });
        let mut machine = Machine::with(NESTED, &imports, Config::default());
        let result = machine.call("calls", &[]);
        assert!(
            matches!(result, Err(Error::Usage(_) | Error::WrongState { .. })),
            "misdeed {position}: {result:?}"
        );
        assert_eq!(machine.interpreter.state(), State::Idle);
        assert_eq!(machine.call("f", &i32s(&[0])), Ok(i32s(&[0])));
    }
}
