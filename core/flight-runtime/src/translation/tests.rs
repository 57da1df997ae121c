//! What differs between the translations must not be seen.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::{Config, Imports, Module, State, Stop, Until, Value};

/// A machine with a module whose function `f` has been started; the host's functions take and give nothing.
fn started(text: &str, translation: Translation, arguments: &[Value]) -> Interpreter {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let mut imports = Imports::new();
    imports.func_of_any_type("host", "f", |_, _| Ok(Vec::new()));
    let mut machine = Interpreter::new(Config {
        translation,
        ..Config::default()
    });
    let instance = machine
        .instantiate(&module, &imports)
        .expect("it finds its imports");
    let func = machine
        .exported_function(instance, "f")
        .expect("it is exported");
    machine.start(func, arguments).expect("it can start");
    machine
}

/// All that can be seen wherever a machine rests that is run in slices of so much fuel.
fn seen(mut machine: Interpreter, fuel: u64) -> Vec<String> {
    let mut seen = Vec::new();
    let until = Until {
        fuel: Some(fuel),
        depth: None,
    };
    loop {
        match machine.state() {
            State::Paused => drop(machine.run(until)),
            State::AwaitingHost => machine.resolve_host_call().expect("it waits"),
            _ => return seen,
        }
        seen.push(alloc::format!(
            "{} {} {:?} {:?} {:?} {:?}",
            machine.time(),
            machine.state_hash(),
            machine.state(),
            machine.frames(),
            machine.results(),
            machine.trap().map(ToString::to_string)
        ));
    }
}

/// Runs a function in both translations and compares whatever can be seen.
fn compare(text: &str, arguments: &[Value]) {
    for fuel in [1, 700, 100_000] {
        let [precise, folded] = [Translation::Precise, Translation::Folded]
            .map(|translation| seen(started(text, translation, arguments), fuel));
        assert_eq!(precise, folded);
    }
}

#[test]
fn what_follows_an_answer_has_not_been_executed() {
    let text = r#"(module (import "host" "f" (func $host))
        (func (export "f") (local i32)
            (local.set 0 (i32.const 1000))
            call $host
            nop
            loop
                call $host
                nop
                block nop end
                (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))
                br_if 0
            end))"#;
    compare(text, &[]);
}

#[test]
fn a_trap_shows_operands_that_had_no_slots() {
    let cases = [
        "(i32.div_s (i32.const 7) (i32.const 0))",
        "(i32.div_s (local.get 0) (i32.const 0))",
        "(i32.rem_u (local.tee 0 (i32.add (local.get 0) (i32.const 3))) (i32.const 0))",
        "(i32.load offset=3 (local.get 1))",
        "(i32.load (i32.add (local.get 1) (i32.const -1)))",
        "(i32.load (i32.const 65533))",
        "(i32.load offset=4294967295 (i32.const -1))",
        "(i32.store (local.get 1) (local.get 0)) (i32.const 0)",
        "(i32.store (i32.const 70000) (local.get 0)) (i32.const 0)",
        "(i32.store (local.get 1) (i32.const -7)) (i32.const 0)",
        "(i32.store (local.get 1) (i32.load (i32.const 0))) (i32.const 0)",
        "(i32.trunc_f64_s (f64.const nan))",
        "(unreachable)",
        "(call_indirect (result i32) (i32.const 3))",
        "(i32.const 1) (if (result i32) (then (i32.load (local.get 1))) (else (i32.const 2)))",
    ];
    for case in cases {
        // Three operands wait below: a local that changes later, a constant, and one that stays.
        let text = alloc::format!(
            r#"(module (memory 1) (table 2 funcref)
                (func (export "f") (param i32 i32) (result i32 i64 i32 i32)
                    local.get 0
                    i64.const -9223372036854775808
                    local.get 1
                    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                    {case}))"#
        );
        compare(&text, &[5.into(), (-2).into()]);
        let mut machine = started(&text, Translation::Folded, &[5.into(), (-2).into()]);
        assert_eq!(machine.run(Until::default()), Ok(Stop::Trapped), "{case}");
    }
}

#[test]
fn what_is_changed_by_hand_between_two_instructions_holds_in_either_translation() {
    // In folded code both operands are the local and the number, until they are compared.
    let text = r#"(module (func (export "f") (param i32) (result i32)
        (if (result i32) (i32.eq (local.get 0) (i32.const 7))
            (then (i32.const 1)) (else (i32.const 2)))))"#;
    type Change = fn(&mut Interpreter);
    let changes: [(Change, i32); 4] = [
        (|_| {}, 1),
        (
            |machine| machine.set_local(0, 0, 8.into()).expect("it is one"),
            1,
        ),
        (
            |machine| machine.set_operand(0, 0, 8.into()).expect("it is one"),
            2,
        ),
        (
            |machine| machine.set_operand(0, 1, 8.into()).expect("it is one"),
            2,
        ),
    ];
    for translation in [Translation::Precise, Translation::Folded] {
        for (change, wanted) in changes {
            let mut machine = started(text, translation, &[7.into()]);
            machine.step().expect("it is paused");
            machine.step().expect("it is paused");
            change(&mut machine);
            // With little fuel it would only step.
            let stop = machine.run(Until::default());
            assert_eq!(stop, Ok(Stop::Finished));
            assert_eq!(machine.results(), Some(&[Value::I32(wanted)][..]));
        }
    }
}
