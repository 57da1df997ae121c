//! A machine that went back is the machine that it was.

pub(crate) mod machine;
mod ways;

use alloc::vec::Vec;

use super::*;
use crate::{InstanceId, Translation, Until, Value};

use machine::{Machine, Random};

const BUDGET: u64 = 64 << 20;

const BOTH: [Translation; 2] = [Translation::Folded, Translation::Precise];

#[test]
fn going_to_a_moment_gives_the_machine_that_was_there() {
    for translation in BOTH {
        for seed in 1..6 {
            let random = &mut Random(seed * 0x9e37_79b9);
            let mut machine = Machine::new(translation, BUDGET);
            let mut rests = machine.run_all(random);
            let calls = machine.calls.get();
            assert!(
                rests.len() > 50 && calls > 20,
                "{} {calls} {:?}",
                rests.len(),
                machine.interpreter.trap()
            );
            let end = machine.here();
            random.shuffle(&mut rests);
            for (moment, hash) in rests {
                if random.below(9) == 0 {
                    let other = BOTH[random.below(2) as usize];
                    machine.interpreter.set_translation(other);
                }
                let sought = machine.interpreter.seek_moment(moment);
                assert_eq!(sought, Ok(()), "{translation:?} {seed} {moment:?}");
                assert_eq!(machine.here(), (moment, hash), "{translation:?} {seed}");
            }
            machine
                .interpreter
                .seek_moment(end.0)
                .expect("it is recorded");
            assert_eq!(machine.here(), end);
            assert_eq!(
                machine.calls.get(),
                calls,
                "host functions are not called again"
            );
        }
    }
}

#[test]
fn going_on_from_the_past_leads_to_the_same_end() {
    for translation in BOTH {
        for seed in 1..5 {
            let random = &mut Random(seed * 0x1234_5677);
            let mut machine = Machine::new(translation, BUDGET);
            let mut rests = machine.run(random, 1);
            machine.start("main", 9);
            rests.extend(machine.run(random, 500));
            let calls = machine.calls.get();
            let end = machine.here();
            for _ in 0..30 {
                let at = random.below(rests.len() as u64) as usize;
                machine
                    .interpreter
                    .seek(rests[at].0.time)
                    .expect("it is recorded");
                let mut steps = 0;
                while machine.interpreter.state() == State::Paused {
                    let interpreter = &mut machine.interpreter;
                    match random.below(3) {
                        0 if steps < 2000 => interpreter.step(),
                        1 => interpreter.run(Until::default()),
                        _ => interpreter.run(Until {
                            fuel: Some(random.below(5000)),
                            depth: None,
                        }),
                    }
                    .expect("it goes on");
                    steps += 1;
                }
                assert_eq!(machine.here(), end, "{translation:?} {seed}");
                assert_eq!(machine.calls.get(), calls);
            }
        }
    }
}

#[test]
fn a_small_budget_makes_checkpoints_fewer_and_ends_nothing() {
    let random = &mut Random(99);
    let mut machine = Machine::new(Translation::Folded, 1 << 20);
    machine.start("spin", 3_000_000);
    let mut rests = machine.run(random, 900_000);
    let view = machine.interpreter.history().expect("it records");
    assert!(
        view.checkpoints > 3 && view.bytes <= view.budget,
        "{view:?}"
    );
    assert_eq!(view.begin.time, 0);
    random.shuffle(&mut rests);
    for (moment, hash) in rests {
        machine
            .interpreter
            .seek_moment(moment)
            .expect("it is recorded");
        assert_eq!(machine.here(), (moment, hash));
        let view = machine.interpreter.history().expect("it records");
        assert!(view.bytes <= view.budget, "{view:?}");
    }
}

#[test]
fn a_long_journal_forgets_its_beginning() {
    let mut machine = Machine::new(Translation::Folded, 1 << 20);
    let leaf = machine.function("leaf");
    for round in 0..30_000 {
        let called = machine
            .interpreter
            .call_function(leaf, &[Value::I32(round & 15)]);
        called.expect("it returns");
    }
    let view = machine.interpreter.history().expect("it records");
    assert!(view.bytes <= view.budget, "{view:?}");
    assert!(view.begin.time > 0 && view.begin.actions > 0, "{view:?}");
    machine
        .interpreter
        .seek(view.begin.time + 100)
        .expect("it is recorded");
    machine
        .interpreter
        .seek(view.end.time)
        .expect("it is recorded");
    let early = machine.interpreter.seek(view.begin.time - 1);
    assert!(early.is_err_and(|error| error.to_string().contains("is not recorded")));
}

#[test]
fn a_change_in_the_past_gives_up_the_future() {
    let random = &mut Random(5);
    let mut machine = Machine::new(Translation::Folded, BUDGET);
    machine.start("main", 6);
    machine.run(random, 1000);
    let end = machine.interpreter.moment();
    machine
        .interpreter
        .seek(end.time / 2)
        .expect("it is recorded");
    let here = machine.interpreter.moment();
    let calls = machine.calls.get();
    machine
        .interpreter
        .set_global(InstanceId::FIRST, 0, Value::I32(77))
        .expect("it is one");
    let branch = Branch {
        at: here,
        dropped: end,
    };
    assert_eq!(machine.interpreter.take_branch(), Some(branch));
    assert_eq!(machine.interpreter.take_branch(), None);
    assert!(machine.interpreter.seek(end.time).is_err());
    let rests = machine.run(random, 1000);
    assert!(machine.calls.get() > calls, "host functions are called");
    for (moment, hash) in rests {
        machine
            .interpreter
            .seek_moment(moment)
            .expect("it is recorded");
        assert_eq!(machine.here(), (moment, hash));
    }
    // To do the same again is to go along the record.
    machine
        .interpreter
        .seek_moment(here)
        .expect("it is recorded");
    machine
        .interpreter
        .set_global(InstanceId::FIRST, 0, Value::I32(77))
        .expect("it is one");
    assert_eq!(machine.interpreter.take_branch(), None);
    assert!(machine.interpreter.in_past());
    // To let host functions be called again is a branch.
    assert!(machine.interpreter.branch().is_some());
    assert!(!machine.interpreter.in_past());
}

#[test]
fn the_past_can_be_changed_ever_earlier() {
    let random = &mut Random(5);
    let mut machine = Machine::new(Translation::Folded, BUDGET);
    machine.start("main", 6);
    machine.run(random, 1000);
    let whole = machine.interpreter.time();
    for (round, time) in [whole / 2, 100, 10].into_iter().enumerate() {
        let end = machine.interpreter.moment();
        let interpreter = &mut machine.interpreter;
        interpreter.seek(time).expect("it is recorded");
        assert!(interpreter.moment().actions < end.actions || round == 0);
        let changed = interpreter.set_global(InstanceId::FIRST, 0, Value::I32(round as i32));
        changed.expect("it is one");
        let branch = interpreter.take_branch();
        assert_eq!(branch.map(|branch| branch.dropped), Some(end));
        machine.run(random, 1000);
    }
}

#[test]
fn copies_are_so_close_together_that_little_is_executed_again() {
    const LENGTH: u64 = 30_000_000;
    /// Executing that many instructions takes a few milliseconds.
    const ALWAYS: u64 = 3 << 20;
    let mut machine = Machine::new(Translation::Folded, BUDGET);
    machine.start("spin", i32::MAX);
    let until = Until {
        fuel: Some(LENGTH),
        depth: None,
    };
    machine.interpreter.run(until).expect("it runs");
    let mut times: Vec<u64> = machine
        .interpreter
        .checkpoint_moments()
        .iter()
        .map(|moment| moment.time)
        .collect();
    times.push(LENGTH);
    assert_eq!(times[0], 0);
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] <= LENGTH / 100 + ALWAYS, "{pair:?}");
    }
    // What a file leads to is covered as well once it has been gone through.
    let bytes = machine.interpreter.recording().expect("it is recorded");
    let opened = Interpreter::from_recording(&bytes, &crate::Config::default());
    let (mut opened, _) = opened.expect("it is a recording");
    opened.seek(LENGTH).expect("it is recorded");
    assert!(opened.checkpoint_moments().len() + 2 >= times.len());
}
