//! Single questions, and their answers in words.

use super::*;
use crate::context::State;

fn machine(text: &str, translation: Translation) -> Interpreter {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let mut imports = Imports::new();
    imports.func("host", "ask", |caller: &mut crate::Caller<'_>, a: i32| {
        caller.write_memory(300, &[9])?;
        Ok::<i32, crate::HostError>(a * 2)
    });
    let mut machine = Interpreter::new(Config {
        translation,
        history_budget: Some(64 << 20),
        ..Config::default()
    });
    machine
        .instantiate(&module, &imports)
        .expect("it finds its imports");
    machine
}

/// Runs `main` to where it stops.
fn run(machine: &mut Interpreter, argument: i32) -> Stop {
    let main = machine.exported_function(HERE, "main");
    let started = machine.start(main.expect("it is exported"), &[argument.into()]);
    started.expect("it can start");
    loop {
        match machine.run(Until::default()).expect("it runs") {
            Stop::AwaitingHost => machine.resolve_host_call().expect("it answers"),
            stop => return stop,
        }
    }
}

fn doer(origin: &Origin) -> String {
    match &origin.doer {
        Doer::Instruction {
            instruction,
            function,
            ..
        } => format!("{function}: {instruction}"),
        Doer::Embedder(action) => {
            let words = format!("{action:?}");
            let end = words.find([' ', '(']).unwrap_or(words.len());
            words[..end].into()
        }
    }
}

const DIVIDES: &str = r#"(module
    (import "host" "ask" (func $ask (param i32) (result i32)))
    (memory 1)
    (global $g (mut i32) (i32.const 0))
    (func $store (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func $zero (param i32) (result i32) (local i32)
        (local.set 1 (i32.sub (local.get 0) (local.get 0)))
        (block (result i32) (br 0 (local.get 1))))
    (func (export "main") (param i32) (result i32)
        (drop (call $ask (local.get 0)))
        (call $store (i32.const 8) (call $zero (i32.const 6)))
        (memory.copy (i32.const 40) (i32.const 8) (i32.const 4))
        (global.set $g (i32.load (i32.const 40)))
        (i32.div_s (select (local.get 0) (call $ask (local.get 0)) (i32.const 1)) (global.get $g))))"#;

#[test]
fn an_operand_that_lets_an_instruction_trap_is_followed_to_where_it_was_computed() {
    for translation in [Translation::Folded, Translation::Precise] {
        let mut machine = machine(DIVIDES, translation);
        assert_eq!(run(&mut machine, 21), Stop::Trapped);
        let hash = machine.state_hash();
        let divisor = machine.how_it_came_to_trap(1, 100).expect("it has trapped");
        let words: Vec<_> = divisor.iter().map(doer).collect();
        let wanted = [
            "3: global.get 0",
            "3: global.set 0",
            "3: i32.load",
            "3: memory.copy 0 0",
            "1: i32.store",
            "1: local.get 1",
            "3: call 1",
            "3: call 2",
            "2: local.get 1",
            "2: local.set 1",
            "2: i32.sub",
        ];
        assert_eq!(words, wanted);
        let dividend = machine.how_it_came_to_trap(0, 100).expect("it has trapped");
        let words: Vec<_> = dividend.iter().map(doer).collect();
        assert_eq!(words, ["3: select", "3: local.get 0", "Start"]);
        let first = machine.origin_of_trap(1).expect("it has trapped");
        assert_eq!(first.as_ref(), divisor.first());
        assert_eq!(
            machine.how_it_came_to_trap(1, 3).map(|all| all.len()),
            Ok(3)
        );
        assert!(machine.origin_of_trap(2).is_err());
        assert_eq!(
            (machine.state(), machine.state_hash()),
            (State::Trapped, hash)
        );
        assert!(!machine.in_past());
        // Its moment is before it.
        let last = divisor.last().expect("there are some");
        machine.seek_moment(last.moment).expect("it is recorded");
        let view = machine.frame(0).expect("it is under way");
        assert_eq!(view.instruction.as_deref(), Some("i32.sub"));
    }
}

#[test]
fn what_the_host_wrote_and_answered_is_its_own() {
    let text = DIVIDES.replace(
        "(i32.const 1)) (global.get $g)",
        "(i32.const 0)) (global.get $g)",
    );
    let mut machine = machine(&text, Translation::Folded);
    assert_eq!(run(&mut machine, 21), Stop::Trapped);
    let dividend = machine.how_it_came_to_trap(0, 100).expect("it has trapped");
    let words: Vec<_> = dividend.iter().map(doer).collect();
    assert_eq!(words, ["3: select", "3: call 0", "Answer"]);
    assert_eq!(dividend[2].value, Some(WatchValue::Value(42.into())));
    let written = machine
        .last_write(memory(299, 3))
        .expect("there is a memory");
    let written = written.expect("it was written");
    assert_eq!(doer(&written), "WriteMemory");
    let (address, bytes) = (300, [9].into());
    assert_eq!(written.value, Some(WatchValue::Bytes { address, bytes }));
}

#[test]
fn a_question_leaves_everything_as_it_was() {
    let mut machine = machine(DIVIDES, Translation::Folded);
    assert_eq!(run(&mut machine, 21), Stop::Trapped);
    machine.seek(0).expect("it is recorded");
    let watched = Watched::Memory {
        instance: HERE,
        memory: 0,
        address: 40,
        length: 2,
    };
    let added = machine.add_watchpoint(watched, WatchKind::Write);
    added.expect("there is a memory");
    assert_eq!(machine.run(Until::default()), Ok(Stop::Watchpoint));
    let points = machine.watchpoints().to_vec();
    let hits = machine.watch_hits().to_vec();
    let (moment, hash) = (machine.moment(), machine.state_hash());
    let breakpoint = machine.frame(0).and_then(|frame| frame.offset);
    let breakpoint = breakpoint.expect("it is under way");
    let added = machine.add_breakpoint(HERE, breakpoint);
    added.expect("it is an instruction");
    for question in 0..6 {
        let answer = match question {
            0 => machine.last_write(memory(8, 4)).map(drop),
            1 => machine.last_write(memory(8, 0)).map(drop),
            2 => machine.origin(0, 9).map(drop),
            3 => machine.origin(7, 0).map(drop),
            4 => machine
                .last_write(WrittenPlace::Local {
                    distance: 0,
                    index: 0,
                })
                .map(drop),
            _ => machine.origin_of_trap(0).map(drop),
        };
        assert_eq!(answer.is_err(), ![0, 4].contains(&question), "{question}");
        assert_eq!((machine.moment(), machine.state_hash()), (moment, hash));
        assert_eq!(machine.watch_hits(), hits);
        assert_eq!(machine.watchpoints(), points);
        assert_eq!(machine.breakpoints(HERE).len(), 1);
        assert!(machine.in_past());
    }
    // The breakpoint at hand stops nothing that has been there already.
    assert_eq!(machine.run(Until::default()), Ok(Stop::Trapped));
    assert!(!machine.in_past());
}

#[test]
fn without_a_record_nothing_is_told() {
    let mut machine = machine(DIVIDES, Translation::Folded);
    machine.stop_recording();
    assert_eq!(run(&mut machine, 21), Stop::Trapped);
    for error in [
        machine.last_write(memory(8, 4)).err(),
        machine.origin(0, 0).err(),
        machine.origin_of_trap(0).err(),
    ] {
        let words = error.expect("it is refused").to_string();
        assert!(words.contains("nothing is recorded"), "{words}");
    }
}

/// A loop that stores all the time, behind one store that is asked for.
const LONG: &str = r#"(module
    (memory 1)
    (func (export "main") (param i32) (result i32) (local i32)
        (i32.store (i32.const 60000) (i32.const 1))
        (i32.const 5)
        (loop $again
            (i32.store (i32.and (local.get 1) (i32.const 0x7ff8)) (local.get 1))
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
        (i32.div_u (i32.const 0))))"#;

/// Prints how long questions take: `cargo test --release -p flight-runtime --lib far_answers -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn far_answers_take() {
    for turns in [1_000_000, 10_000_000] {
        let mut machine = machine(LONG, Translation::Folded);
        let begin = std::time::Instant::now();
        assert_eq!(run(&mut machine, turns), Stop::Trapped);
        let time = machine.time();
        std::println!("{time} instructions: {:?}", begin.elapsed());
        let mut ask = |what: &str, act: &mut dyn FnMut(&mut Interpreter) -> Option<Origin>| {
            let begin = std::time::Instant::now();
            let origin = act(&mut machine).expect("it is told");
            let took = begin.elapsed();
            std::println!(
                "  {what}: {} at {}, {took:?}",
                doer(&origin),
                origin.moment.time
            );
        };
        ask("last write of a byte at the beginning", &mut |machine| {
            machine.last_write(memory(60000, 1)).expect("it is told")
        });
        ask("last write of a byte at the end", &mut |machine| {
            machine.last_write(memory(0x10, 1)).expect("it is told")
        });
        ask("operand at the beginning", &mut |machine| {
            machine.origin_of_trap(0).expect("it is told")
        });
        ask("operand at the end", &mut |machine| {
            machine.origin_of_trap(1).expect("it is told")
        });
        ask("parameter", &mut |machine| {
            let (distance, index) = (0, 0);
            let local = WrittenPlace::Local { distance, index };
            machine.last_write(local).expect("it is told")
        });
    }
}

#[test]
fn what_the_host_threw_is_its_own() {
    let text = r#"(module
        (import "host" "ask" (func $ask (param i32) (result i32)))
        (import "host" "throw" (func $throw (param i32) (result i32)))
        (tag $e (param i64 i32))
        (func $between (param i32) (result i32) (call $throw (local.get 0)))
        (func (export "main") (param i32) (result i32) (local i64 i32)
            (i32.const 5)
            (block $caught (result i64 i32)
                (try_table (catch $e $caught) (drop (call CALLED (local.get 0))))
                (unreachable))
            (local.set 2) (local.set 1) (local.get 2)
            (i32.div_s)))"#;
    for (called, call) in [("$throw", "3: call 1"), ("$between", "3: call 2")] {
        for translation in [Translation::Folded, Translation::Precise] {
            let bytes = wat::parse_str(text.replace("CALLED", called)).expect("it is well-formed");
            let module = Module::from_bytes(&bytes).expect("the module is valid");
            let mut imports = Imports::new();
            imports.func("host", "ask", |a: i32| a);
            imports.func(
                "host",
                "throw",
                |caller: &mut crate::Caller<'_>, value: i32| {
                    let tag = caller.interpreter().tag(HERE, 0)?;
                    Err::<i32, _>(crate::HostError::exception(
                        tag,
                        [Value::I64(4), Value::I32(value - value)],
                    ))
                },
            );
            let mut machine = Interpreter::new(Config {
                translation,
                history_budget: Some(64 << 20),
                ..Config::default()
            });
            let made = machine.instantiate(&module, &imports);
            made.expect("it finds its imports");
            assert_eq!(run(&mut machine, 21), Stop::Trapped);
            let all = machine.how_it_came_to_trap(1, 100).expect("it has trapped");
            let words: Vec<_> = all.iter().map(doer).collect();
            assert_eq!(words, ["3: local.get 2", "3: local.set 2", call, "Throw"]);
            let value = |origin: &Origin| origin.value.clone();
            let zero = Some(crate::WatchValue::Value(Value::I32(0)));
            assert_eq!(all.last().map(value), Some(zero));
        }
    }
}
