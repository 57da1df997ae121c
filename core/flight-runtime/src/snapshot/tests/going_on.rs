//! A machine that has been put away and put back goes on as if nothing had been.

use super::programs::PROGRAMS;
use super::*;
use crate::{Breakpoint, Stop};

/// A machine as `machine` is, made of its snapshot.
fn copy(program: &Program, machine: &Interpreter, config: Config) -> Interpreter {
    let mut copy = fresh(program, config);
    copy.restore(&machine.snapshot())
        .expect("it is of the same instances");
    copy
}

#[test]
fn from_any_moment_machines_go_on_to_the_same_end() {
    for program in PROGRAMS {
        let end = end_of(started(program, FOLDED));
        let mut states = Vec::new();
        for seed in 0..6 {
            let mut random = Random(seed);
            let configs = match seed % 2 {
                0 => [PRECISE, FOLDED],
                _ => [FOLDED, PRECISE],
            };
            let mut machine = started(program, configs[0].clone());
            // One that is put back again and again, wherever it has gone in between.
            let mut used = started(program, configs[1].clone());
            loop {
                let bytes = machine.snapshot();
                let hash = machine.state_hash();
                used.restore(&bytes).expect("it is of the same instances");
                let what = format!("{} at {}", program.name, machine.time());
                assert_eq!(used.state_hash(), hash, "{what}");
                assert!(used.snapshot() == bytes, "{what}");
                assert_eq!(used.held_references(), machine.held_references(), "{what}");
                if !states.contains(&machine.state()) {
                    states.push(machine.state());
                }
                match random.below(12) {
                    0 => {
                        // In words, since a NaN does not equal itself.
                        let seen = [&used, &machine].map(|it| format!("{:?}", it.frames()));
                        assert_eq!(seen[0], seen[1], "{what}");
                        let copy = copy(program, &machine, configs[random.below(2)].clone());
                        assert_eq!(copy.state_hash(), hash, "{what}");
                        assert_eq!(end_of(copy), end, "{what}");
                    }
                    1 => machine = copy(program, &machine, configs[random.below(2)].clone()),
                    2 => core::mem::swap(&mut machine, &mut used),
                    _ => {}
                }
                let fuel = [3, 60, 900, 6_000][random.below(4)];
                for _ in 0..random.below(4) {
                    go_on(&mut used, 50);
                }
                if !go_on(&mut machine, 1 + random.next() % fuel) {
                    break;
                }
            }
            assert_eq!(end_of(machine), end, "{}", program.name);
        }
        assert!(states.len() > 1, "{}: {states:?}", program.name);
    }
}

#[test]
fn an_idle_machine_is_put_back() {
    for program in PROGRAMS {
        let begin = fresh(program, FOLDED);
        let bytes = begin.snapshot();
        let mut used = started(program, FOLDED);
        while go_on(&mut used, 1_000) {}
        used.restore(&bytes).expect("it is of the same instances");
        assert_eq!(used.state_hash(), begin.state_hash(), "{}", program.name);
        let main = exported(&used, "main").expect("there is one");
        used.start(main, &[program.arguments[0].into()])
            .expect("it is idle");
        assert_eq!(
            end_of(used),
            end_of(started(program, FOLDED)),
            "{}",
            program.name
        );
    }
}

#[test]
fn one_instance_is_made_together_with_its_state() {
    let program = &PROGRAMS[0];
    let mut machine = started(program, FOLDED);
    while machine.time() < 300 {
        go_on(&mut machine, 7);
    }
    let module = module(program.modules[0]);
    let (copy, instance) =
        Interpreter::from_snapshot(&module, &machine.snapshot(), &Imports::new(), FOLDED)
            .expect("it is of the same module");
    assert_eq!(instance, InstanceId::FIRST);
    assert_eq!(copy.state_hash(), machine.state_hash());
    assert_eq!(end_of(copy), end_of(machine));
}

#[test]
fn a_start_function_does_not_run_again() {
    let text = r#"(module (global $g (mut i32) (i32.const 1)) (start $start)
        (func $start (global.set $g (i32.add (global.get $g) (i32.const 1)))))"#;
    let module = module(text);
    let mut machine = Interpreter::new(FOLDED);
    machine
        .instantiate(&module, &Imports::new())
        .expect("it needs nothing");
    let copy = Interpreter::from_snapshot(&module, &machine.snapshot(), &Imports::new(), FOLDED);
    let (copy, instance) = copy.expect("it is of the same module");
    assert_eq!(copy.globals(instance)[0].value, Value::I32(2));
    assert_eq!(copy.time(), machine.time());
}

#[test]
fn breakpoints_stay_and_stop_the_machine_that_is_put_back() {
    let program = &PROGRAMS[0];
    for config in [PRECISE, FOLDED] {
        let mut machine = started(program, FOLDED);
        machine
            .run(Until {
                fuel: Some(200),
                depth: None,
            })
            .expect("it is paused");
        let offset = machine
            .frame(0)
            .and_then(|frame| frame.offset)
            .expect("it is a guest's");
        // Of a machine that has executed nothing, and of one that has.
        for steps in [0, 90] {
            let mut copy = started(program, config.clone());
            (0..steps).for_each(|_| drop(copy.step()));
            let set = copy
                .add_breakpoint(InstanceId::FIRST, offset)
                .expect("it is there");
            copy.restore(&machine.snapshot())
                .expect("it is of the same module");
            assert_eq!(
                copy.breakpoints(InstanceId::FIRST),
                [Breakpoint {
                    offset,
                    ..set.clone()
                }]
            );
            let begin = copy.time();
            assert_eq!(copy.run(Until::default()), Ok(Stop::Breakpoint));
            assert!(copy.time() > begin);
            assert_eq!(copy.frame(0).and_then(|frame| frame.offset), Some(offset));
            copy.remove_breakpoint(InstanceId::FIRST, offset);
            assert_eq!(end_of(copy), end_of(started(program, FOLDED)));
        }
    }
}

#[test]
fn what_the_embedder_keeps_is_kept() {
    let program = &PROGRAMS[2];
    let mut machine = started(program, FOLDED);
    while go_on(&mut machine, 5_000) {}
    let Some([_, _, Value::AnyRef(Some(crate::AnyRef::Object(object)))]) = machine.results() else {
        panic!("{:?}", machine.results());
    };
    let object = *object;
    machine.keep(object).expect("it is there");
    let held = machine.held_references();
    assert!(!held.is_empty());
    machine.reset();
    let mut copy = copy(program, &machine, FOLDED);
    for machine in [&mut machine, &mut copy] {
        machine.collect_garbage();
        machine.keep(object).expect("it has been kept");
        machine.release(object);
        machine.release(object);
        machine.collect_garbage();
    }
    assert_eq!(copy.state_hash(), machine.state_hash());
}

#[test]
fn held_references_are_those_that_can_be_reached() {
    const TEXT: &str = r#"(module
        (import "host" "f" (func $wait (param externref i32)))
        (type $box (struct (field (mut anyref)) (field i32)))
        (type $f (func)) (type $funcs (array funcref))
        (global $g (mut externref) (ref.null extern)) (global $dead (mut i64) (i64.const 0x1f3))
        (global $boxed (mut anyref) (ref.null any)) (global $functions (ref $funcs) (array.new_fixed $funcs 3 (ref.func $f) (ref.func $main) (ref.func $f)))
        (table $t 2 externref)
        (func $f)
        (func $main (export "main") (param externref externref externref externref externref) (local anyref)
            (global.set $g (local.get 0))
            (table.set $t (i32.const 1) (local.get 1))
            (global.set $boxed (struct.new $box
                (struct.new $box (any.convert_extern (local.get 2)) (i32.const 7)) (i32.const 3)))
            (local.set 0 (ref.null extern)) (local.set 1 (ref.null extern)) (local.set 2 (ref.null extern))
            (local.set 5 (any.convert_extern (local.get 3)))
            (local.set 3 (ref.null extern))
            (call $wait (local.get 4) (i32.const 11))
            (local.set 5 (ref.null any)) (local.set 4 (ref.null extern))
            (global.set $boxed (ref.null any))
            (call $wait (ref.null extern) (i32.const 11))))"#;
    let program = Program {
        name: "held",
        modules: &[TEXT],
        arguments: &[],
    };
    let mut machine = fresh(&program, FOLDED);
    let main = exported(&machine, "main").expect("there is one");
    let arguments = [500, 40, 3, 0, u32::MAX].map(|it| Value::ExternRef(Some(ExternRef(it))));
    machine.start(main, &arguments).expect("it can start");
    machine.run(Until::default()).expect("it is paused");
    assert_eq!(machine.held_references(), [0, 3, 40, 500, u32::MAX]);
    assert_eq!(
        copy(&program, &machine, PRECISE).held_references(),
        [0, 3, 40, 500, u32::MAX]
    );
    machine.answer(&[]).expect("it waits");
    machine.run(Until::default()).expect("it is paused");
    assert_eq!(machine.held_references(), [40, 500]);
}

#[test]
fn very_many_frames_are_put_back() {
    const TEXT: &str = r#"(module (func $f (export "main") (param i32) (i32.eqz (local.get 0))
        (if (then (unreachable)) (else
            (i64.const 5) (call $f (i32.sub (local.get 0) (i32.const 1))) drop))))"#;
    let program = Program {
        name: "deep",
        modules: &[TEXT],
        arguments: &[99_999],
    };
    let config = Config::default();
    let mut machine = started(&program, config.clone());
    machine.run(Until::default()).expect("it is paused");
    assert_eq!(machine.depth(), 100_000);
    let bytes = machine.snapshot();
    let copy = copy(&program, &machine, config);
    assert_eq!(copy.state_hash(), machine.state_hash());
    assert!(copy.snapshot() == bytes);
}
