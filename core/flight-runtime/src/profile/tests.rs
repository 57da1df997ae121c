//! What is told is what was seen when it was the present.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::*;
use crate::history::tests::machine::{Machine, Random};
use crate::{Stop, Until};

mod ledger;
mod programs;

use ledger::{Ledger, Walker};

const BUDGET: u64 = 64 << 20;
const BOTH: [Translation; 2] = [Translation::Folded, Translation::Precise];

/// Asks for what happened from one moment to another, and compares it with what was noted.
fn check(machine: &mut Interpreter, from: (&Ledger, Moment), to: (&Ledger, Moment)) {
    machine.seek_moment(to.1).expect("it is recorded");
    let (hash, in_past) = (machine.state_hash(), machine.in_past());
    let between = to.0.since(from.0);
    let profile = machine.profile(Some(from.1)).expect("it is recorded");
    let words = alloc::format!("{:?} to {:?}", from.1, to.1);
    assert_eq!((profile.begin, profile.end), (from.1, to.1));
    assert_eq!(Ledger::of(&profile), between.without_traps(), "{words}");
    let executed: u64 = profile.functions.iter().map(|it| it.instructions).sum();
    assert_eq!(executed, profile.instructions(), "{words}");
    for pair in profile.functions.windows(2) {
        assert!(pair[0].instructions >= pair[1].instructions);
    }
    let coverage = machine.coverage(Some(from.1)).expect("it is recorded");
    let mut ran = Vec::new();
    for function in &coverage.functions {
        let module = machine.module(function.instance);
        let all = Interpreter::instruction_offsets(module, FuncIdx(function.function));
        let mut both = [&function.ran[..], &function.missed[..]].concat();
        both.sort_unstable();
        assert_eq!(both, all);
        let func = machine.function(function.instance, function.function);
        let address = func.expect("there is one").0;
        ran.extend(function.ran.iter().map(|offset| (address, *offset)));
    }
    assert_eq!(ran, between.come_to(), "{words}");
    assert_eq!(machine.moment(), to.1);
    assert_eq!((machine.state_hash(), machine.in_past()), (hash, in_past));
}

#[test]
fn every_count_is_what_was_seen() {
    for (number, program) in programs::all().iter().enumerate() {
        for seed in 1..5 {
            let translation = BOTH[seed as usize % 2];
            let mut walker = Walker::new(program, translation, seed * 0x9e37_79b9);
            walker.walk();
            let mut notes = core::mem::take(&mut walker.notes);
            assert!(notes.len() > 10, "{number} {}", notes.len());
            let end = notes.pop().expect("there are some");
            let machine = &mut walker.machine;
            let (first, begin) = &notes[0];
            check(machine, (first, *begin), (&end.0, end.1));
            for _ in 0..10 {
                let random = &mut walker.random;
                let one = random.below(notes.len() as u64) as usize;
                let other = random.below(notes.len() as u64) as usize;
                let (from, to) = (&notes[one.min(other)], &notes[one.max(other)]);
                check(machine, (&from.0, from.1), (&to.0, to.1));
            }
            assert!(machine.in_past());
            machine.seek_moment(end.1).expect("it is recorded");
            assert!(!machine.in_past());
        }
    }
}

#[test]
fn however_a_course_was_run_the_sum_is_the_time() {
    for translation in BOTH {
        let random = &mut Random(0x9e37_79b9);
        let mut course = Machine::new(translation, BUDGET);
        let rests = course.run_all(random);
        let (end, hash) = course.here();
        let calls = course.calls.get();
        let machine = &mut course.interpreter;
        for round in 0..12 {
            let from = rests[random.below(rests.len() as u64) as usize].0;
            let to = match round {
                0 => end,
                _ => rests[random.below(rests.len() as u64) as usize].0,
            };
            machine.seek_moment(to).expect("it is recorded");
            let profile = machine.profile(Some(from));
            if from > to {
                assert!(matches!(profile, Err(Error::Usage(_))), "{profile:?}");
                continue;
            }
            let profile = profile.expect("it is recorded");
            let sum: u64 = profile.functions.iter().map(|it| it.instructions).sum();
            assert_eq!(sum, to.time - from.time, "{translation:?} {from:?} {to:?}");
        }
        machine.seek_moment(end).expect("it is recorded");
        let whole = machine.profile(None).expect("it is recorded");
        let first = machine.first_moment_at(0).expect("it is recorded");
        assert_eq!(machine.profile(Some(first)).as_ref(), Ok(&whole));
        let hosts = whole.functions.iter().filter(|it| it.defined.is_none());
        assert_eq!(hosts.map(|it| it.calls).sum::<u64>(), u64::from(calls));
        let nested = whole
            .functions
            .iter()
            .find(|it| it.defined.is_none() && it.total > 0);
        assert!(nested.is_some_and(|it| it.instructions == 0 && it.counts.is_empty()));
        assert_eq!(course.here(), (end, hash));
        assert_eq!(
            course.calls.get(),
            calls,
            "host functions are not called again"
        );
    }
}

#[test]
fn breakpoints_and_translation_are_what_they_were() {
    for translation in BOTH {
        let mut course = Machine::new(translation, BUDGET);
        course.start("deep", 3);
        let machine = &mut course.interpreter;
        machine.step().expect("it steps");
        let offset = machine.frame(0).and_then(|frame| frame.offset);
        let offset = offset.expect("it is under way");
        machine
            .add_breakpoint(InstanceId::FIRST, offset)
            .expect("it is one");
        assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
        let (here, hash) = (machine.moment(), machine.state_hash());
        machine.profile(None).expect("it is recorded");
        machine.coverage(None).expect("it is recorded");
        assert_eq!((machine.moment(), machine.state_hash()), (here, hash));
        assert_eq!(machine.translation(), translation);
        for _ in 0..2 {
            assert_eq!(machine.run(Until::default()), Ok(Stop::Breakpoint));
        }
        assert_eq!(machine.run(Until::default()), Ok(Stop::Finished));
        // It went on as it was to: the new past is the same as without questions.
        let profile = machine.profile(None).expect("it is recorded");
        let own = profile.functions.iter().find(|it| it.calls == 4);
        assert!(own.is_some_and(|it| it.total == profile.instructions()));
    }
}

#[test]
fn without_a_record_nothing_is_told() {
    let mut course = Machine::new(Translation::Folded, BUDGET);
    course.interpreter.stop_recording();
    course.start("deep", 3);
    for error in [
        course.interpreter.profile(None).err(),
        course.interpreter.coverage(None).err(),
    ] {
        let words = error.expect("it is refused").to_string();
        assert!(words.contains("nothing is recorded"), "{words}");
    }
}

/// Prints how long a profile takes: `cargo test --release -p flight-runtime --lib profiles_take -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn profiles_take() {
    let text = r#"(module (memory 1)
        (func $fib (export "fib") (param i32) (result i32)
            (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
                (then (local.get 0))
                (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "spin") (param i32) (result i32) (local i32)
            (loop $again
                (i32.store (i32.and (local.get 1) (i32.const 0xfff8)) (local.get 1))
                (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
            (local.get 1)))"#;
    let module = crate::Module::from_bytes(&wat::parse_str(text).expect("it is well-formed"));
    let module = module.expect("it is valid");
    for (name, argument) in [("spin", 7_000_000), ("fib", 31)] {
        let mut machine = Interpreter::new(crate::Config {
            history_budget: Some(BUDGET),
            ..crate::Config::default()
        });
        let instance = machine.instantiate(&module, &crate::Imports::new());
        let instance = instance.expect("it needs nothing");
        let function = machine
            .exported_function(instance, name)
            .expect("it is exported");
        let begin = std::time::Instant::now();
        machine
            .call_function(function, &[argument.into()])
            .expect("it returns");
        std::println!(
            "{name}: {} instructions in {:?}",
            machine.time(),
            begin.elapsed()
        );
        machine.set_translation(Translation::Precise);
        let begin = std::time::Instant::now();
        machine
            .call_function(function, &[argument.into()])
            .expect("it returns");
        std::println!("  precisely {:?}", begin.elapsed());
        let begin = std::time::Instant::now();
        let profile = machine.profile(None).expect("it is recorded");
        let took = begin.elapsed();
        let (top, met) = (&profile.functions[0], profile.instructions());
        std::println!(
            "  profile of both: {met} instructions, {} calls, {took:?}",
            top.calls
        );
        let begin = std::time::Instant::now();
        machine.coverage(None).expect("it is recorded");
        std::println!("  coverage of both: {:?}", begin.elapsed());
    }
}
