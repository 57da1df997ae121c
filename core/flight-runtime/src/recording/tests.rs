//! A record that went through a file is the record that it was.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::*;
use crate::history::tests::machine::{Machine, Random};
use crate::{Stop, Translation, Until, Value};

const BUDGET: u64 = 64 << 20;

fn open(bytes: &[u8]) -> Interpreter {
    let opened = Interpreter::from_recording(bytes, &Config::default());
    opened.expect("it is a recording").0
}

fn machine(translation: Translation) -> (Machine, Vec<(Moment, u64)>) {
    let mut machine = Machine::new(translation, BUDGET);
    let rests = machine.run_all(&mut Random(17));
    (machine, rests)
}

#[test]
fn a_file_leads_to_every_moment_of_the_course() {
    for translation in [Translation::Folded, Translation::Precise] {
        let (mut machine, mut rests) = machine(translation);
        let here = machine.here();
        let bytes = machine.interpreter.recording().expect("it is recorded");
        assert_eq!(machine.here(), here);
        assert!(bytes.len() < 8_000, "{} bytes", bytes.len());
        let mut opened = open(&bytes);
        let verified = opened.verify().expect("nothing has changed");
        assert_eq!(verified.instructions, here.0.time);
        assert_eq!(verified.actions, here.0.actions);
        assert_eq!((opened.moment(), opened.state_hash()), here);
        Random(9).shuffle(&mut rests);
        for (moment, hash) in rests {
            opened.seek_moment(moment).expect("it is recorded");
            assert_eq!(opened.state_hash(), hash, "{moment:?}");
        }
        // Saved again it is the same.
        assert!(opened.recording() == Ok(bytes));
    }
}

#[test]
fn a_record_may_begin_anywhere() {
    let (mut machine, rests) = machine(Translation::Folded);
    let (moment, _) = rests[rests.len() / 2];
    machine
        .interpreter
        .seek_moment(moment)
        .expect("it is recorded");
    machine.interpreter.record(BUDGET);
    let mut rests = machine.run(&mut Random(4), 900);
    machine.start("main", 4);
    rests.extend(machine.run(&mut Random(5), 900));
    let bytes = machine.interpreter.recording().expect("it is recorded");
    let mut opened = open(&bytes);
    opened.verify().expect("nothing has changed");
    for (moment, hash) in rests {
        opened.seek_moment(moment).expect("it is recorded");
        assert_eq!(opened.state_hash(), hash, "{moment:?}");
    }
}

#[test]
fn an_opened_record_can_be_branched() {
    let (mut machine, _) = machine(Translation::Folded);
    let bytes = machine.interpreter.recording().expect("it is recorded");
    let mut opened = open(&bytes);
    opened.seek(500).expect("it is recorded");
    assert!(opened.branch().is_some());
    loop {
        match opened.run(Until::default()) {
            Ok(Stop::AwaitingHost) => {
                // Nobody is there to answer but whoever has opened it.
                assert!(opened.resolve_host_call().is_err());
                let call = opened.host_call().expect("it waits");
                let results = call.ty.results().iter().map(|_| Value::I32(3));
                let results: Vec<Value> = results.collect();
                opened.answer(&results).expect("it fits");
            }
            Ok(Stop::Finished | Stop::Trapped) => break,
            other => panic!("{other:?}"),
        }
    }
    opened.seek(700).expect("the branch is recorded");
}

#[test]
fn linked_instances_are_made_again() {
    let module = |text: &str| {
        let bytes = wat::parse_str(text).expect("the text is well-formed");
        Module::from_bytes(&bytes).expect("the module is valid")
    };
    let first = module(
        r#"(module (memory (export "m") 1) (global (export "g") (mut i64) (i64.const 7))
        (func (export "f") (param i32) (result i32) (i32.mul (local.get 0) (i32.load8_u (local.get 0)))))"#,
    );
    let second = module(
        r#"(module (import "a" "m" (memory 1)) (import "a" "g" (global $g (mut i64)))
        (import "a" "f" (func $f (param i32) (result i32))) (import "h" "n" (global $n i32))
        (import "h" "mem" (memory 1 9)) (import "h" "tab" (table 2 9 funcref)) (import "h" "tag" (tag))
        (func (export "run") (result i32)
            (i32.store8 (global.get $n) (i32.const 5))
            (global.set $g (i64.const 9))
            (call $f (global.get $n))))"#,
    );
    let mut machine = Interpreter::new(Config {
        history_budget: Some(BUDGET),
        ..Config::default()
    });
    let a = machine
        .instantiate(&first, &Imports::new())
        .expect("it needs nothing");
    let mut imports = Imports::new();
    machine.define_instance(&mut imports, "a", a);
    imports.global("h", "n", Value::I32(6), false);
    imports.tag("h", "tag");
    for import in second.imports() {
        match import.ty {
            ExternType::Memory(mut ty) if &*import.module == "h" => {
                ty.limits.minimum = 3;
                imports.memory("h", "mem", ty);
            }
            ExternType::Table(ty) => {
                imports.table("h", "tab", ty);
            }
            _ => {}
        }
    }
    let b = machine
        .instantiate(&second, &imports)
        .expect("it finds its imports");
    let run = machine.exported_function(b, "run").expect("it is exported");
    assert_eq!(
        machine.call_function(run, &[]),
        Ok(Vec::from([Value::I32(30)]))
    );
    let bytes = machine.recording().expect("it is recorded");
    let (mut opened, instances) =
        Interpreter::from_recording(&bytes, &Config::default()).expect("it is a recording");
    assert_eq!(instances, [a, b]);
    opened.verify().expect("nothing has changed");
    assert_eq!(opened.state_hash(), machine.state_hash());
}

#[test]
fn the_first_divergence_is_told() {
    let (mut machine, _) = machine(Translation::Folded);
    let mut changed = 0;
    for at in 0..machine.interpreter.journal().len() {
        let history = machine.interpreter.history.as_mut().expect("it records");
        let entry = &mut history.entries_mut()[at];
        let before = entry.clone();
        let crate::Action::Answer { results, .. } = &mut entry.action else {
            continue;
        };
        if results.is_empty() {
            continue;
        }
        *results = Vec::from([Value::I32(123_456)]).into();
        let time = entry.time;
        let forged = forged(&mut machine.interpreter);
        let mut opened = open(&forged);
        let Err(Error::Diverged { moment, .. }) = opened.verify() else {
            panic!("entry {at} was changed");
        };
        assert!(moment.time >= time);
        changed += 1;
        let history = machine.interpreter.history.as_mut().expect("it records");
        history.entries_mut()[at] = before;
    }
    assert!(changed > 5);
}

/// The bytes of a record whose journal has been changed behind its back: with the marks of the unchanged one.
fn forged(machine: &mut Interpreter) -> Vec<u8> {
    let here = machine.moment();
    let mut to = Writer::new();
    RECORDING.begin(&mut to);
    let config = machine.limits();
    to.number(config.memory_budget);
    to.number(config.heap_budget);
    to.number(config.max_call_depth.into());
    to.number(config.max_stack_bytes);
    to.list(&machine.context.store.instances, write_instance);
    to.option(None::<()>, |_, ()| {});
    let view = machine.history().expect("it records");
    to.moment(view.begin);
    to.moment(view.end);
    let mut time = 0;
    to.list(machine.journal(), |to, entry| {
        to.entry(entry, time);
        time = entry.time;
    });
    to.list(&[(here, machine.state_hash())], |to, (moment, hash)| {
        to.moment(*moment);
        to.fixed(*hash);
    });
    RECORDING.seal(to)
}

#[test]
fn broken_files_are_refused_in_words() {
    let (mut machine, _) = machine(Translation::Folded);
    let bytes = machine.interpreter.recording().expect("it is recorded");
    let refused = |bytes: &[u8]| {
        let opened = Interpreter::from_recording(bytes, &Config::default());
        opened.err().expect("it is refused").to_string()
    };
    for length in (0..bytes.len()).step_by(7) {
        let words = refused(&bytes[..length]);
        assert!(words.contains("truncated"), "{length}: {words}");
    }
    for at in (0..bytes.len()).step_by(3) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        refused(&bytes);
    }
    let mut newer = bytes.clone();
    newer[8] += 1;
    assert!(refused(&newer).contains("newer"));
    assert!(refused(b"\0asm\x01\0\0\0").contains("not a recording"));
    let small = Config {
        memory_budget: 1 << 20,
        ..Config::default()
    };
    let opened = Interpreter::from_recording(&bytes, &small);
    assert!(opened.is_err_and(|error| error.to_string().contains("allowed")));
}

#[test]
fn what_is_made_up_does_no_harm() {
    let (mut machine, _) = machine(Translation::Folded);
    let bytes = machine.interpreter.recording().expect("it is recorded");
    let body = &bytes[Envelope::HEADER..];
    let mut random = Random(0xabc);
    let (mut opened_ones, mut ended) = (0, 0);
    for _ in 0..1500 {
        let mut to = Writer::new();
        RECORDING.begin(&mut to);
        let mut body = body.to_vec();
        for _ in 0..1 + random.below(3) {
            // The journal, most of all; the module is tested elsewhere.
            let from = body.len() as u64 / 3;
            let at = (from + random.below(body.len() as u64 - from)) as usize;
            body[at] = random.below(256) as u8;
        }
        to.raw(&body);
        let Ok((mut opened, _)) =
            Interpreter::from_recording(&RECORDING.seal(to), &Config::default())
        else {
            continue;
        };
        opened_ones += 1;
        for time in [10, 100, 5000, 3] {
            let _ = opened.seek(time);
        }
        if opened
            .history()
            .is_some_and(|view| view.end.time < 1_000_000)
        {
            ended += u32::from(opened.verify().is_ok());
        }
        for _ in 0..200 {
            if opened.state() != crate::State::Paused {
                break;
            }
            let _ = opened.step();
            let _ = opened.explain();
        }
        let _ = opened.step_back();
        opened.state_hash();
    }
    assert!(
        opened_ones > 100 && ended < opened_ones,
        "{opened_ones} {ended}"
    );
}
