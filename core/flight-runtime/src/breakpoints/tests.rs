//! Breakpoints that do not stop each time: conditions, counts, messages.

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::slice;

use flight_wasm::FuncIdx;

use super::*;
use crate::{Config, Imports, Module, Stop, Translation, Until, Value, WatchKind, Watched};

mod messages;

/// `count` goes from 0 to its argument, calls `show` with each number, and stores it at address 0.
const TEXT: &str = r#"(module
    (import "host" "show" (func $show (param i32)))
    (memory 1)
    (global $turns (mut i32) (i32.const 0))
    (func $twice (export "twice") (param $n i32) (result i32)
        (i32.mul (local.get $n) (i32.const 2)))
    (func $count (export "count") (param $to i32) (result i32)
        (local $i i32)
        (loop $next
            (call $show (local.get $i))
            (i32.store (i32.const 0) (local.get $i))
            (global.set $turns (i32.add (global.get $turns) (i32.const 1)))
            (drop (call $twice (local.get $i)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (local.get $to))))
        (local.get $i)))"#;

const HERE: InstanceId = InstanceId::FIRST;
const TWICE: u32 = 1;
const COUNT: u32 = 2;
/// Of `$count`: the `global.set`, with one operand.
const GLOBAL_SET: &str = "global.set";
const STORE: &str = "i32.store";

/// What host functions and breakpoints have written, in order.
type Written = Rc<RefCell<Vec<String>>>;

struct Session {
    machine: Interpreter,
    written: Written,
}

impl Session {
    fn new(translation: Translation) -> Self {
        let bytes = wat::parse_str(TEXT).expect("the text is well-formed");
        let module = Module::from_bytes(&bytes).expect("it is valid");
        let written = Written::default();
        let mut imports = Imports::new();
        let shown = written.clone();
        imports.func("host", "show", move |number: i32| {
            shown.borrow_mut().push(alloc::format!("show {number}"));
        });
        let mut machine = Interpreter::new(Config {
            translation,
            history_budget: Some(1 << 24),
            ..Config::default()
        });
        machine
            .instantiate(&module, &imports)
            .expect("it finds its import");
        Self { machine, written }
    }

    /// The first instruction of a function whose text begins so.
    fn offset(&self, function: u32, begin: &str) -> u32 {
        let module = self.machine.module(HERE);
        let func = FuncIdx(function);
        let text = |offset: &u32| crate::analysis::instruction_at(module, func, *offset);
        Interpreter::instruction_offsets(module, func)
            .into_iter()
            .find(|offset| text(offset).is_some_and(|text| text.starts_with(begin)))
            .expect("there is one")
    }

    fn add(&mut self, place: (u32, &str), condition: &str, hits: u64, log: &str) -> Breakpoint {
        let offset = self.offset(place.0, place.1);

        let options = BreakpointOptions {
            condition: (!condition.is_empty()).then_some(condition),
            hits,
            log: (!log.is_empty()).then_some(log),
        };
        self.machine
            .add_breakpoint_with(HERE, offset, options)
            .expect("it is written well")
    }

    fn start(&mut self, to: i32) {
        let function = self.machine.exported_function(HERE, "count");
        let function = function.expect("it is exported");
        self.machine
            .start(function, &[Value::I32(to)])
            .expect("it starts");
    }

    fn value(&self, expression: &str) -> String {
        let value = self.machine.evaluate(expression, 0);
        value.expect("it has a value").to_string()
    }

    fn take_log(&mut self) {
        let log = self.machine.take_log();
        assert_eq!(log.lost, 0);
        let texts = log.messages.into_iter().map(|message| message.text);
        self.written.borrow_mut().extend(texts);
    }

    /// Runs on, answers host calls and takes messages: the stop that is for the embedder.
    fn go_on(&mut self, fuel: Option<u64>) -> Stop {
        loop {
            match self.machine.run(Until { fuel, depth: None }) {
                Ok(Stop::AwaitingHost) => self.machine.resolve_host_call().expect("it answers"),
                Ok(Stop::Log) => self.take_log(),
                stop => return stop.expect("it is paused"),
            }
        }
    }

    fn take_written(&self) -> Vec<String> {
        core::mem::take(&mut self.written.borrow_mut())
    }

    fn counts(&self) -> Vec<u64> {
        let all = self.machine.breakpoints(HERE);
        all.iter().map(|breakpoint| breakpoint.count).collect()
    }
}

const BOTH: [Translation; 2] = [Translation::Precise, Translation::Folded];

#[test]
fn a_run_stops_where_the_condition_holds() {
    for translation in BOTH {
        for (condition, stops) in [
            ("local.i % 3 == 1", &["1", "4", "7"][..]),
            ("stack[0] == 6", &["5"]),
            ("i32[0] == 2 || global.turns == 8", &["2", "8"]),
            ("depth > 1", &[]),
            ("time > 100 && local.i > 7", &["8", "9"]),
            ("local.i && false", &[]),
        ] {
            let mut session = Session::new(translation);
            session.add((COUNT, GLOBAL_SET), condition, 0, "");
            session.start(10);
            let mut found = Vec::new();
            while session.go_on(None) == Stop::Breakpoint {
                assert_eq!(session.value(condition), "true");
                found.push(session.value("local.i"));
            }
            assert_eq!(found, stops, "{condition}");
            assert_eq!(session.counts(), [stops.len() as u64]);
            assert_eq!(session.machine.results(), Some(&[Value::I32(10)][..]));
        }
    }
}

#[test]
fn conditions_change_neither_time_nor_results() {
    for translation in BOTH {
        let mut ends = Vec::new();
        for condition in ["", "false", "local.n == 3", "memory[0] == 1"] {
            let mut session = Session::new(translation);
            if !condition.is_empty() {
                session.add((TWICE, "i32.mul"), condition, 0, "");
            }
            session.start(6);
            while session.go_on(None) == Stop::Breakpoint {}
            ends.push((session.machine.time(), session.machine.state_hash()));
        }
        assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    }
}

#[test]
fn hits_are_counted_where_the_condition_holds() {
    for (condition, hits, stops) in [
        ("", 0, &["0", "1", "2", "3", "4", "5"][..]),
        ("", 1, &["0", "1", "2", "3", "4", "5"]),
        ("", 5, &["4", "5"]),
        ("", 7, &[]),
        ("local.i % 2 == 1", 2, &["3", "5"]),
    ] {
        let mut session = Session::new(Translation::Folded);
        let set = session.add((COUNT, STORE), condition, hits, "");
        assert_eq!((set.hits, set.count), (hits, 0));
        session.start(6);
        let mut found = Vec::new();
        while session.go_on(None) == Stop::Breakpoint {
            found.push(session.value("local.i"));
        }
        assert_eq!(found, stops, "{condition} {hits}");
        let arrivals = if condition.is_empty() { 6 } else { 3 };
        assert_eq!(session.counts(), [arrivals]);
        // Setting it anew lets it count anew.
        session.add((COUNT, STORE), condition, hits, "");
        assert_eq!(session.counts(), [0]);
    }
}

#[test]
fn steps_and_ways_through_the_past_are_no_arrivals() {
    let mut session = Session::new(Translation::Folded);
    session.add((COUNT, STORE), "", 100, "");
    session.add((TWICE, "i32.mul"), "", 0, "no");
    session.start(3);
    while session.machine.state() != crate::State::Finished {
        if session.machine.step() == Ok(Stop::AwaitingHost) {
            session.machine.resolve_host_call().expect("it answers");
        }
    }
    let end = session.machine.time();
    for time in [0, end, end / 2, 1, end] {
        session.machine.seek(time).expect("it is recorded");
    }
    session.machine.reverse_continue().expect("it goes back");
    session.machine.verify_nothing_is_logged();
    assert_eq!(session.counts(), [0, 0]);
    // A run through the past is a run.
    session.machine.seek(0).expect("it is recorded");
    assert_eq!(session.go_on(None), Stop::Finished);
    assert_eq!(session.counts(), [3, 3]);
}

impl Interpreter {
    fn verify_nothing_is_logged(&mut self) {
        assert_eq!(self.take_log(), TakenLog::default());
    }
}

#[test]
fn a_condition_that_cannot_be_evaluated_stops_and_says_why() {
    let mut session = Session::new(Translation::Folded);
    session.add((COUNT, STORE), "1 / (local.i - 2) == 5", 50, "");
    session.start(4);
    assert_eq!(session.go_on(None), Stop::Breakpoint);
    assert_eq!(session.value("local.i"), "2");
    let error = session.machine.breakpoint_error().map(ToString::to_string);
    assert_eq!(
        error.as_deref(),
        Some("condition, column 3: division by zero")
    );
    assert_eq!(session.go_on(None), Stop::Finished);
    assert_eq!(session.machine.breakpoint_error(), None);
    let stop = session.machine.reverse_continue();
    assert_eq!(stop, Ok(Stop::Breakpoint));
    assert_eq!(session.value("local.i"), "2");
    assert!(session.machine.breakpoint_error().is_some());
    session.machine.step().expect("it steps");
    assert_eq!(session.machine.breakpoint_error(), None);
    // Of one with a log it is the message.
    session.take_written();
    session.add((COUNT, STORE), "memory[-1] == 0", 0, "never");
    assert_eq!(session.go_on(None), Stop::Finished);
    let written = session.take_written();
    assert!(
        written[0].starts_with("condition, column 1: address 4294967295"),
        "{written:?}"
    );
}

#[test]
fn the_way_back_stops_where_conditions_held() {
    for translation in BOTH {
        let mut session = Session::new(translation);
        session.start(40);
        assert_eq!(session.go_on(None), Stop::Finished);
        session.add((COUNT, STORE), "local.i % 10 == 3", 1000, "");
        session.add((TWICE, "i32.mul"), "", 0, "log");
        let mut found = Vec::new();
        while session.machine.reverse_continue() == Ok(Stop::Breakpoint) {
            assert_eq!(session.machine.breakpoint_error(), None);
            found.push(session.value("local.i"));
        }
        assert_eq!(found, ["33", "23", "13", "3"], "{translation:?}");
        assert_eq!(session.counts(), [0, 0]);
        session.machine.verify_nothing_is_logged();
        assert_eq!(session.machine.time(), 0);
    }
}

#[test]
fn what_is_set_is_listed_and_a_mistake_changes_nothing() {
    let mut session = Session::new(Translation::Folded);
    let set = session.add((COUNT, STORE), "local.i == 1", 2, "at {local.i}");
    assert_eq!(set.condition.as_deref(), Some("local.i == 1"));
    assert_eq!(set.log.as_deref(), Some("at {local.i}"));
    assert_eq!(session.machine.breakpoints(HERE), slice::from_ref(&set));
    for (options, words) in [
        (
            BreakpointOptions {
                condition: Some("local.j == 1"),
                ..BreakpointOptions::default()
            },
            "condition, column 1: no local has the name \"j\"",
        ),
        (
            BreakpointOptions {
                condition: Some(""),
                ..BreakpointOptions::default()
            },
            "condition, column 1: a number or a place is missing",
        ),
        (
            BreakpointOptions {
                log: Some("sum {local.i"),
                ..BreakpointOptions::default()
            },
            "log, column 13: `}` is missing",
        ),
        (
            BreakpointOptions {
                log: Some("a } b"),
                ..BreakpointOptions::default()
            },
            "log, column 3: no brace is open here: `}}` writes one",
        ),
        (
            BreakpointOptions {
                log: Some("{1.5:x}"),
                ..BreakpointOptions::default()
            },
            "log, column 6: only integers are written in hexadecimal, not a float",
        ),
        (
            BreakpointOptions {
                log: Some("{1:o}"),
                ..BreakpointOptions::default()
            },
            "log, column 4: `x` is expected, not `o`",
        ),
        (
            BreakpointOptions {
                log: Some("{}"),
                ..BreakpointOptions::default()
            },
            "log, column 2: a number or a place is expected, not `}`",
        ),
    ] {
        let result = session
            .machine
            .add_breakpoint_with(HERE, set.offset, options);
        assert_eq!(result.map_err(|error| error.to_string()), Err(words.into()));
        assert_eq!(session.machine.breakpoints(HERE), slice::from_ref(&set));
    }
    assert!(session.machine.remove_breakpoint(HERE, set.offset));
    assert_eq!(session.machine.breakpoints(HERE), []);
    session.start(3);
    assert_eq!(session.go_on(None), Stop::Finished);
}

#[test]
fn what_is_set_survives_a_restored_snapshot() {
    let mut session = Session::new(Translation::Folded);
    session.add((COUNT, STORE), "local.i == 2", 0, "");
    session.start(4);
    let snapshot = session.machine.snapshot();
    assert_eq!(session.go_on(None), Stop::Breakpoint);
    session.machine.restore(&snapshot).expect("it is its own");
    assert_eq!(session.go_on(None), Stop::Breakpoint);
    assert_eq!(session.value("local.i"), "2");
    assert_eq!(session.counts(), [2]);
}
