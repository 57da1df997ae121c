//! The ways back mirror those forward.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use std::rc::Rc;

use super::super::replay::Gait;
use super::machine::{Machine, Random};
use super::{BOTH, BUDGET};
use crate::context::State;
use crate::{
    HostFunction, InstanceId, Interpreter, Result, Stop, Translation, Until, WatchKind, Watched,
};

#[test]
fn every_step_back_is_a_step_taken_back() {
    for translation in BOTH {
        let random = &mut Random(77);
        let mut machine = Machine::new(translation, BUDGET);
        let mut forward = Vec::new();
        for (name, argument) in [("deep", 4), ("fails", 0), ("fails", 1), ("main", 3)] {
            machine.start(name, argument);
            while machine.interpreter.state() == State::Paused {
                forward.push(machine.sample());
                let stop = machine.interpreter.step().expect("it steps");
                if stop == Stop::AwaitingHost {
                    // Nested calls are run to their ends here, and stepped back through below.
                    machine.interpreter.resolve_host_call().expect("it answers");
                }
            }
        }
        let mut expected = forward.iter().rev().peekable();
        let mut nested = 0;
        while machine.interpreter.step_back().expect("it goes back") == Stop::Step {
            assert_eq!(machine.interpreter.state(), State::Paused);
            let here = machine.sample();
            if expected.peek() == Some(&&here) {
                expected.next();
            } else {
                nested += 1;
            }
            if random.below(50) == 0 {
                machine.interpreter.step().expect("it steps");
                assert!(machine.interpreter.in_past());
                machine.interpreter.step_back().expect("it goes back");
                assert_eq!(machine.sample(), here);
            }
        }
        assert_eq!(expected.next(), None, "{translation:?}");
        assert!(nested > 50, "instructions of nested calls");
        assert_eq!(machine.interpreter.time(), 0);
    }
}

#[test]
fn steps_back_over_and_out_are_those_forward_mirrored() {
    for translation in BOTH {
        let mut machine = Machine::new(translation, BUDGET);
        machine.start("main", 2);
        let mut stack: Vec<(u64, usize)> = Vec::new();
        // For every instruction: before which time that over it began, and before which its function was called.
        let mut expected = Vec::new();
        while machine.interpreter.state() == State::Paused {
            let (time, depth) = (machine.interpreter.time(), machine.interpreter.depth());
            let mut last = None;
            while stack.last().is_some_and(|(_, other)| *other >= depth) {
                last = stack.pop();
            }
            let over = last.or(stack.last().copied()).map(|(time, _)| time);
            let out = stack.last().map(|(time, _)| *time);
            expected.push((time, over, out));
            stack.push((time, depth));
            if machine.interpreter.step() == Ok(Stop::AwaitingHost) {
                machine.interpreter.resolve_host_call().expect("it answers");
            }
        }
        let random = &mut Random(3);
        for _ in 0..150 {
            let (time, over, out) = expected[random.below(expected.len() as u64) as usize];
            for (back, wanted) in [
                (
                    Interpreter::step_back_over as fn(&mut Interpreter) -> Result<Stop>,
                    over,
                ),
                (Interpreter::step_back_out, out),
            ] {
                machine.interpreter.seek(time).expect("it is recorded");
                let stop = back(&mut machine.interpreter).expect("it goes back");
                let found = (stop == Stop::Step).then(|| machine.interpreter.time());
                assert_eq!(found, wanted, "{translation:?} from {time}");
            }
        }
    }
}

#[test]
fn reverse_continue_finds_what_a_run_stops_at() {
    for translation in BOTH {
        let mut machine = Machine::new(translation, BUDGET);
        let module = machine.interpreter.module(InstanceId::FIRST).clone();
        let leaf = flight_wasm::FuncIdx(2);
        let offset = Interpreter::instruction_offsets(&module, leaf)[2];
        machine.start("main", 5);
        let added = machine
            .interpreter
            .add_breakpoint(InstanceId::FIRST, offset);
        added.expect("it is an instruction");
        let mut stops = Vec::new();
        loop {
            match machine.interpreter.state() {
                State::Paused => {
                    if machine.interpreter.run(Until::default()) == Ok(Stop::Breakpoint) {
                        stops.push(machine.here());
                    }
                }
                State::AwaitingHost => machine.interpreter.resolve_host_call().expect("it answers"),
                _ => break,
            }
        }
        assert!(stops.len() > 5);
        let mut found = Vec::new();
        while machine.interpreter.reverse_continue() == Ok(Stop::Breakpoint) {
            found.push(machine.here());
        }
        found.reverse();
        // Those in nested calls did not stop the machine forward: they were made to their ends.
        assert!(
            stops.iter().all(|stop| found.contains(stop)),
            "{translation:?}"
        );
        assert!(found.len() > stops.len());
        assert_eq!(machine.interpreter.time(), 0);
        let again = machine.interpreter.run(Until::default());
        assert_eq!((again, machine.here()), (Ok(Stop::Breakpoint), found[0]));
    }
}

#[test]
fn reverse_continue_finds_accesses_of_what_is_watched() {
    let instance = InstanceId::FIRST;
    let global = Watched::Global { instance, index: 0 };
    let memory = Watched::Memory {
        instance,
        memory: 0,
        address: 24,
        length: 1,
    };
    let table = Watched::Table {
        instance,
        table: 0,
        entry: 1,
        count: 1,
    };
    for translation in BOTH {
        let mut machine = Machine::new(translation, BUDGET);
        for (watched, kind) in [
            (global, WatchKind::Change),
            (memory, WatchKind::Access),
            (table, WatchKind::Read),
        ] {
            let added = machine.interpreter.add_watchpoint(watched, kind);
            added.expect("there is such a thing");
        }
        machine.start("main", 5);
        let mut stops = Vec::new();
        loop {
            match machine.interpreter.state() {
                State::Paused => {
                    if machine.interpreter.run(Until::default()) == Ok(Stop::Watchpoint) {
                        let hits = machine.interpreter.watch_hits().to_vec();
                        stops.push((machine.here(), hits));
                    }
                }
                State::AwaitingHost => machine.interpreter.resolve_host_call().expect("it answers"),
                _ => break,
            }
        }
        let kinds = |id: u32| {
            let of = |(_, hits): &&(_, Vec<crate::WatchHit>)| hits[0].watchpoint.id == id;
            stops.iter().filter(of).count()
        };
        assert!(kinds(1) > 5 && kinds(2) > 1 && kinds(3) > 1);
        let calls = machine.calls.get();
        let mut found = Vec::new();
        while machine.interpreter.reverse_continue() == Ok(Stop::Watchpoint) {
            let hits = machine.interpreter.watch_hits().to_vec();
            assert!(!hits.is_empty());
            found.push((machine.here(), hits));
        }
        found.reverse();
        // Those in nested calls did not stop the machine forward: they were made to their ends.
        assert!(
            stops.iter().all(|stop| found.contains(stop)),
            "{translation:?}"
        );
        assert!(found.len() > stops.len());
        assert_eq!(
            (machine.interpreter.time(), machine.calls.get()),
            (0, calls)
        );
        assert_eq!(machine.interpreter.watch_hit(), None);
        // Forward again, along the record.
        for stop in &stops {
            while machine.here() != stop.0 {
                let again = machine.interpreter.run(Until::default());
                assert_eq!(again, Ok(Stop::Watchpoint));
            }
            assert_eq!(machine.interpreter.watch_hits(), stop.1);
        }
        // The last one before, found without a stop.
        let end = machine.interpreter.moment();
        let search = |own: &mut Interpreter| {
            let mut last = None;
            let searched = own.search_back(|own, end| {
                own.forward(end, Gait::Freely)?;
                last = own.take_noted();
                Ok(last.is_some())
            });
            searched.map(|()| last)
        };
        let watch = (global, WatchKind::Change);
        let last = machine.interpreter.with_noted(watch.0, watch.1, search);
        let writes = found.iter().filter(|(_, hits)| hits[0].watchpoint.id == 1);
        let times = writes.map(|(_, hits)| hits[0].time);
        assert_eq!(last, Ok(Ok(times.filter(|time| *time < end.time).max())));
    }
}

#[test]
fn without_a_record_there_is_no_way_back() {
    let mut machine = Machine::new(Translation::Folded, BUDGET);
    machine.interpreter.stop_recording();
    machine.start("deep", 3);
    machine.interpreter.step().expect("it steps");
    for error in [
        machine.interpreter.step_back().err(),
        machine.interpreter.step_back_out().err(),
        machine.interpreter.reverse_continue().err(),
        machine.interpreter.seek(0).err(),
    ] {
        let words = error.expect("it is refused").to_string();
        assert!(words.contains("nothing is recorded"), "{words}");
    }
}

#[test]
fn a_host_function_cannot_take_back_its_own_call() {
    let mut machine = Machine::new(Translation::Folded, BUDGET);
    let words = Rc::new(RefCell::new(String::new()));
    let said = words.clone();
    let function = HostFunction::of_any_type(move |caller, _| {
        let error = caller.interpreter().step_back().expect_err("it is refused");
        *said.borrow_mut() = error.to_string();
        Ok(Vec::new())
    });
    machine.interpreter.hosts[1].1 = function;
    machine.start("main", 1);
    machine.run(&mut Random(1), 1000);
    assert!(words.borrow().contains("inside of a host function"));
    assert_eq!(machine.interpreter.state(), State::Finished);
}

#[test]
fn a_million_steps_back_lead_from_the_end_to_the_start() {
    const STEPS: u64 = 1_000_000;
    let mut machine = Machine::new(Translation::Folded, BUDGET);
    machine.start("spin", i32::MAX);
    let begin = machine.here();
    let mut sampled = Vec::new();
    for _ in 0..100 {
        sampled.push(machine.here());
        let fuel = Some(STEPS / 100);
        let until = Until { fuel, depth: None };
        assert_eq!(machine.interpreter.run(until), Ok(Stop::OutOfFuel));
    }
    for time in (0..STEPS).rev() {
        assert_eq!(machine.interpreter.step_back(), Ok(Stop::Step));
        assert_eq!(machine.interpreter.time(), time);
        if time.is_multiple_of(STEPS / 100) {
            assert_eq!(Some(machine.here()), sampled.pop());
        }
    }
    assert_eq!(machine.here(), begin);
    assert_eq!(machine.interpreter.step_back(), Ok(Stop::Beginning));
}

#[test]
fn a_watchpoint_is_hit_in_reverse_where_it_is_hit_forward() {
    for translation in BOTH {
        let mut machine = Machine::new(translation, BUDGET);
        let watched = Watched::Global {
            instance: InstanceId::FIRST,
            index: 0,
        };
        let watched = machine
            .interpreter
            .add_watchpoint(watched, WatchKind::Change);
        watched.expect("there is one");
        machine.start("deep", 3);
        machine.run(&mut Random(1), 500);
        machine.start("main", 5);
        let mut hits = Vec::new();
        loop {
            match machine.interpreter.state() {
                State::Paused => {
                    if machine.interpreter.run(Until::default()) == Ok(Stop::Watchpoint) {
                        hits.push((machine.here(), machine.interpreter.watch_hits().to_vec()));
                    }
                }
                State::AwaitingHost => machine.interpreter.resolve_host_call().expect("it answers"),
                _ => break,
            }
        }
        let mut found = Vec::new();
        while machine.interpreter.reverse_continue() == Ok(Stop::Watchpoint) {
            found.push((machine.here(), machine.interpreter.watch_hits().to_vec()));
        }
        found.reverse();
        assert!(hits.len() > 5 && hits.iter().all(|hit| found.contains(hit)));
        // Also in the call before, and in those that host functions made, which ran to their ends.
        assert!(found.len() > hits.len());
        assert_eq!(machine.interpreter.time(), 0);
        let again = machine.interpreter.run(Until::default());
        assert_eq!(again, Ok(Stop::Watchpoint));
        assert_eq!(machine.here(), found[0].0);
    }
}
