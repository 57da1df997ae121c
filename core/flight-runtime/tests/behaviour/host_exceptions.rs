//! What host functions throw: caught and not, along a record and back.

use flight_runtime::{
    Action, Config, Error, Extern, ExternRef, Imports, Interpreter, State, Stop, TagRef,
    Translation, TrapKind, Until, Value,
};

use crate::machine::{Machine, i32s};

/// What the host function throws.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Thrown {
    /// The tag `$e` with a number.
    E(i32),
    /// The tag `$none`.
    Nothing,
    /// Something of the embedder's.
    Own(u32),
}

use Thrown::{E, Nothing, Own};

/// A body of `f`, from i32 to i32, what `$host` throws, and the result, or `None` if nothing catches it.
type Case = (&'static str, &'static str, Thrown, Option<i32>);

const ALL: &str =
    "block try_table (catch_all 0) local.get 0 call $host end unreachable end i32.const 3";
const LEGACY: &str = "try (result i32) local.get 0 call $host i32.const 1 catch $e end";
const OUTER: &str =
    "block (result i32) try_table (catch $e 0) local.get 0 call $inner end unreachable end";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("catch with its tag", "block (result i32) try_table (catch $e 0) local.get 0 call $host end unreachable end", E(7), Some(7)),
    ("catch_all", ALL, E(7), Some(3)),
    ("catch_all without arguments", ALL, Nothing, Some(3)),
    ("catch_all of the embedder's own", ALL, Own(5), Some(3)),
    ("catch_ref gives arguments and reference", "block (result i32 exnref) try_table (catch_ref $e 0) local.get 0 call $host end unreachable end ref.is_null i32.add", E(7), Some(7)),
    ("catch_all_ref, thrown again", "block (result i32) try_table (catch $e 0) block (result exnref) try_table (catch_all_ref 0) local.get 0 call $host end unreachable end throw_ref end unreachable end", E(8), Some(8)),
    ("the embedder's own by its tag", "block (result externref) try_table (catch $own 0) local.get 0 call $host end unreachable end call $number", Own(5), Some(5)),
    ("the embedder's own with its reference, thrown again", "block (result externref) try_table (catch $own 0) block (result externref exnref) try_table (catch_ref $own 0) local.get 0 call $host end unreachable end throw_ref end unreachable end call $number", Own(6), Some(6)),
    ("null of the embedder's own", "block (result externref) try_table (catch $own 0) ref.null extern throw $own end unreachable end ref.is_null", E(0), Some(1)),
    ("another tag is not caught", "block try_table (catch $none 0) local.get 0 call $host end unreachable end i32.const 3", E(7), None),
    ("another tag is not caught by the embedder's own", "block (result externref) try_table (catch $own 0) local.get 0 call $host end unreachable end drop i32.const 3", E(7), None),
    ("the second arm", "block (result i32) block try_table (catch $none 0) (catch $e 1) local.get 0 call $host end unreachable end i32.const 3 end", E(7), Some(7)),
    ("operands below stay, those above go", "i32.const 100 block (result i32) i32.const 9 i32.const 8 try_table (catch $e 0) i32.const 7 local.get 0 call $host drop end unreachable end i32.add", E(7), Some(107)),
    ("locals keep what they were", "block (result i32) try_table (catch $e 0) i32.const 50 local.set 0 local.get 0 call $host i32.const 60 local.set 0 end unreachable end local.get 0 i32.add", E(7), Some(57)),
    ("from a called function", "block (result i32) try_table (catch $e 0) local.get 0 call $inner end unreachable end", E(7), Some(7)),
    ("from far below", "block (result i32) try_table (catch $e 0) i32.const 30 call $deep end unreachable end", E(7), Some(7)),
    ("from a tail call of the host", "block (result i32) try_table (catch $e 0) local.get 0 call $tail end unreachable end", E(7), Some(7)),
    ("from an indirect call", "block (result i32) try_table (catch $e 0) local.get 0 i32.const 0 call_indirect (param i32) end unreachable end", E(7), Some(7)),
    ("from a call by reference", "block (result i32) try_table (catch $e 0) local.get 0 ref.func $host call_ref $takes end unreachable end", E(7), Some(7)),
    ("nobody is there", "local.get 0 call $host i32.const 1", E(7), None),
    ("behind the block", "block (result i32) try_table (catch $e 0) end local.get 0 call $host i32.const 1 end", E(7), None),
    ("a handler that traps at once", "block try_table (catch_all 0) local.get 0 call $host end end unreachable", Nothing, None),
    ("try and catch", LEGACY, E(7), Some(7)),
    ("try, another tag", LEGACY, Own(1), None),
    ("try and catch_all", "try (result i32) local.get 0 call $host i32.const 1 catch $none i32.const 2 catch_all i32.const 3 end", E(7), Some(3)),
    ("rethrow", "try (result i32) try (result i32) local.get 0 call $inner i32.const 1 catch_all rethrow 0 end catch $e end", E(7), Some(7)),
    ("rethrow of the embedder's own", "try (result externref) try (result externref) local.get 0 call $host ref.null extern catch_all rethrow 0 end catch $own end call $number", Own(4), Some(4)),
    ("delegate goes beyond the arms", "try (result i32) try try local.get 0 call $host delegate 1 catch_all unreachable end i32.const 1 catch $e end", E(7), Some(7)),
    ("delegate to the caller", "try (result i32) local.get 0 call $delegates i32.const 1 catch $e end", E(7), Some(7)),
    ("an arm within try_table", "block (result i32) try_table (catch $e 0) try local.get 0 call $host catch $none end end unreachable end", E(7), Some(7)),
    ("an arm of a function between does not keep it", OUTER, E(7), Some(7)),
];

fn text(body: &str) -> String {
    format!(
        r#"(module
            (type $takes (func (param i32)))
            (import "env" "host" (func $host (param i32)))
            (import "env" "number" (func $number (param externref) (result i32)))
            (import "env" "own" (tag $own (param externref)))
            (tag $none (export "none")) (tag $e (export "e") (param i32))
            (table funcref (elem $host))
            (elem declare func $host)
            (func $inner (param i32) (local i64) local.get 0 call $host)
            (func $tail (param i32) local.get 0 return_call $host)
            (func $delegates (param i32) try local.get 0 call $host delegate 0)
            (func $deep (param i32)
                local.get 0 if block try_table (catch $none 0)
                    local.get 0 i32.const 1 i32.sub call $deep end end
                else i32.const 9 call $host end)
            (func (export "f") (param i32) (result i32) {body}))"#
    )
}

const WAYS: [(Translation, bool); 4] = [
    (Translation::Folded, false),
    (Translation::Precise, false),
    (Translation::Folded, true),
    (Translation::Precise, true),
];

fn machine(body: &str, translation: Translation) -> Machine {
    let mut imports = Imports::new();
    imports.func_by_hand("env", "host");
    imports.func_by_hand("env", "number");
    imports.existing("env", "own", Extern::Tag(TagRef::HOST.0));
    let config = Config {
        translation,
        history_budget: Some(64 << 20),
        ..Config::default()
    };
    Machine::with(&text(body), &imports, config)
}

fn thrown(machine: &Machine, thrown: Thrown) -> (TagRef, Vec<Value>) {
    let tag = |name| machine.interpreter.exported_tag(machine.instance, name);
    match thrown {
        E(number) => (tag("e").expect("it is exported"), i32s(&[number])),
        Nothing => (tag("none").expect("it is exported"), Vec::new()),
        Own(number) => (
            TagRef::HOST,
            vec![Value::ExternRef(Some(ExternRef(number)))],
        ),
    }
}

/// Makes the call of `f` to its end: where the machine rested, and whether what was thrown was caught each time.
fn run(machine: &mut Machine, by_steps: bool, what: Thrown) -> (Vec<(Rest, u64)>, Vec<bool>) {
    machine.start("f", &i32s(&[1]));
    let mut rests = Vec::new();
    let mut caught = Vec::new();
    loop {
        let rest = machine.interpreter.moment();
        rests.push((rest, machine.interpreter.state_hash()));
        match machine.interpreter.state() {
            State::Paused if by_steps => drop(machine.step()),
            State::Paused => drop(machine.run()),
            State::AwaitingHost => {
                let call = machine.interpreter.host_call().expect("it waits");
                if &*call.name == "env.number" {
                    let [Value::ExternRef(Some(ExternRef(number)))] = call.arguments[..] else {
                        panic!("{:?}", call.arguments);
                    };
                    let answered = machine.interpreter.answer(&i32s(&[number as i32]));
                    answered.expect("it fits");
                    continue;
                }
                let (tag, arguments) = thrown(machine, what);
                let would = machine.interpreter.would_catch(Some(tag));
                let time = machine.interpreter.time();
                let thrown = machine.interpreter.throw(tag, &arguments);
                thrown.expect("it fits");
                assert_eq!(machine.interpreter.time(), time, "throwing takes no time");
                assert_eq!(machine.interpreter.state() == State::Paused, would);
                caught.push(would);
            }
            State::Finished | State::Trapped => return (rests, caught),
            State::Idle => panic!("a call is under way"),
        }
    }
}

type Rest = flight_runtime::Moment;

#[test]
fn the_guest_catches_what_a_host_function_throws() {
    for (about, body, what, result) in CASES {
        let mut hashes = Vec::new();
        for (translation, by_steps) in WAYS {
            let mut machine = machine(body, translation);
            run(&mut machine, by_steps, *what);
            let trap = machine.interpreter.trap();
            match result {
                Some(result) => assert_eq!(
                    machine.interpreter.results(),
                    Some(&i32s(&[*result])[..]),
                    "{about}: {trap:?}"
                ),
                None => assert!(trap.is_some(), "{about}"),
            }
            hashes.push((machine.interpreter.time(), machine.interpreter.state_hash()));
        }
        hashes.dedup();
        assert_eq!(hashes.len(), 1, "{about}");
    }
}

#[test]
fn what_was_thrown_is_thrown_again_in_the_past_and_from_a_file() {
    for (about, body, what, _) in CASES {
        for (translation, by_steps) in WAYS {
            let mut machine = machine(body, translation);
            let (rests, caught) = run(&mut machine, by_steps, *what);
            let interpreter = &mut machine.interpreter;
            let actions: Vec<bool> = interpreter
                .journal()
                .iter()
                .filter_map(|entry| match &entry.action {
                    Action::Throw { caught, .. } => Some(*caught),
                    _ => None,
                })
                .collect();
            assert_eq!(actions, caught, "{about}");
            let bytes = interpreter.recording().expect("it is recorded");
            let (mut opened, _) = Interpreter::from_recording(&bytes, &Config::default())
                .unwrap_or_else(|error| panic!("{about}: {error}"));
            let end = interpreter.state_hash();
            opened
                .verify()
                .unwrap_or_else(|error| panic!("{about}: {error}"));
            assert_eq!(opened.state_hash(), end, "{about}");
            for machine in [interpreter, &mut opened] {
                for (moment, hash) in rests.iter().rev().chain(&rests) {
                    machine.seek_moment(*moment).expect("it is recorded");
                    assert_eq!(machine.state_hash(), *hash, "{about} {moment:?}");
                    assert_eq!(machine.moment(), *moment, "{about}");
                }
                // Back by single steps, each instruction once.
                let mut times = Vec::from([machine.time()]);
                while machine.step_back() == Ok(Stop::Step) {
                    times.push(machine.time());
                }
                assert_eq!(machine.time(), 0, "{about}");
                let steps = times.windows(2).map(|pair| pair[0] - pair[1]);
                assert!(
                    steps.clone().skip(1).all(|step| step == 1),
                    "{about} {times:?}"
                );
                while machine.state() == State::Paused {
                    machine.step().expect("it goes on");
                }
                assert_eq!(machine.state_hash(), end, "{about}");
            }
        }
    }
}

#[test]
fn what_nothing_catches_leaves_every_frame_to_be_looked_at() {
    for (what, words) in [
        (
            E(7),
            "$e with 7 was thrown by env.host and nothing catches it",
        ),
        (
            Nothing,
            "$none was thrown by env.host and nothing catches it",
        ),
        (
            Own(3),
            "$own with extern 3 was thrown by env.host and nothing catches it",
        ),
    ] {
        let mut machine = machine("local.get 0 call $inner i32.const 1", Translation::Folded);
        run(&mut machine, false, what);
        let (tag, arguments) = thrown(&machine, what);
        let trap = machine.interpreter.trap().expect("it has trapped");
        assert_eq!(trap.kind, TrapKind::UncaughtException);
        assert_eq!(trap.explanation, words);
        assert_eq!((trap.depth, trap.frames.len()), (3, 3));
        let exception = trap.exception.as_ref().expect("it is there");
        assert_eq!((exception.tag, &exception.arguments), (tag.0, &arguments));
        let moment = machine.interpreter.moment();
        assert!(moment.trapped);
        // Before it was thrown the host function was called.
        assert_eq!(machine.interpreter.step_back(), Ok(Stop::Step));
        assert_eq!(machine.next(), "call 0");
    }
}

#[test]
fn an_instruction_that_traps_behind_a_caught_exception_is_taken_back_alone() {
    let mut machine = machine(
        "block try_table (catch_all 0) local.get 0 call $host end end unreachable",
        Translation::Precise,
    );
    run(&mut machine, false, E(1));
    let time = machine.interpreter.time();
    assert!(machine.interpreter.moment().trapped);
    assert_eq!(machine.interpreter.step_back(), Ok(Stop::Step));
    assert_eq!(
        (machine.interpreter.time(), machine.next().as_str()),
        (time, "unreachable")
    );
}

#[test]
fn whether_something_would_catch_is_told_beforehand() {
    let ask = |body: &str, tag: &dyn Fn(&Machine) -> Option<TagRef>| {
        let mut machine = machine(body, Translation::Folded);
        assert!(!machine.interpreter.would_catch(None), "nothing waits");
        machine.start("f", &i32s(&[1]));
        assert!(!machine.interpreter.would_catch(None), "nothing waits");
        machine.run();
        let asked = tag(&machine);
        let hash = machine.interpreter.state_hash();
        let answer = machine.interpreter.would_catch(asked);
        assert_eq!(machine.interpreter.state_hash(), hash);
        answer
    };
    let own = |what| move |machine: &Machine| Some(thrown(machine, what).0);
    let by_tag =
        "block (result i32) try_table (catch $e 0) local.get 0 call $inner end unreachable end";
    assert!(ask(by_tag, &own(E(0))));
    assert!(!ask(by_tag, &own(Nothing)));
    assert!(!ask(by_tag, &own(Own(0))));
    assert!(!ask(by_tag, &|_| None));
    assert!(!ask(by_tag, &|_| Some(TagRef(77))), "no such tag");
    for what in [E(0), Nothing, Own(0)] {
        assert!(ask(ALL, &own(what)));
    }
    assert!(ask(ALL, &|_| None));
    let legacy = "try (result i32) local.get 0 call $host i32.const 1 catch_all i32.const 2 end";
    assert!(ask(legacy, &|_| None));
}

#[test]
fn what_cannot_be_thrown_leaves_the_call_waiting() {
    let mut machine = machine(ALL, Translation::Folded);
    let (e, _) = thrown(&machine, E(0));
    let interpreter = &mut machine.interpreter;
    let wrong = interpreter.throw(e, &i32s(&[1]));
    assert!(matches!(wrong, Err(Error::WrongState { .. })), "{wrong:?}");
    machine.start("f", &i32s(&[1]));
    machine.run();
    let interpreter = &mut machine.interpreter;
    let hash = interpreter.state_hash();
    for (tag, arguments, words) in [
        (e, vec![], "an exception of this tag carries [i32], not []"),
        (
            e,
            vec![Value::I64(1)],
            "an exception of this tag carries [i32], not [i64]",
        ),
        (
            TagRef::HOST,
            i32s(&[1]),
            "an exception of this tag carries [externref], not [i32]",
        ),
        (TagRef(99), vec![], "the tag is not of this interpreter"),
    ] {
        let error = interpreter.throw(tag, &arguments).expect_err("it is wrong");
        assert_eq!(error.to_string(), words);
        assert_eq!(interpreter.state_hash(), hash);
    }
    assert_eq!(interpreter.journal().len(), 1);
    interpreter.throw(e, &i32s(&[1])).expect("it fits");
}

#[test]
fn steps_over_and_out_end_where_the_exception_is_caught() {
    for to_depth in [1, 2] {
        let mut machine = machine(
            "block (result i32) try_table (catch $e 0) local.get 0 call $inner end unreachable end i32.clz",
            Translation::Folded,
        );
        machine.start("f", &i32s(&[1]));
        let until = Until {
            fuel: None,
            depth: Some(to_depth),
        };
        while machine.interpreter.depth() < 2 {
            machine.step();
        }
        let until_here = match to_depth {
            1 => until,
            _ => Until {
                fuel: Some(2),
                depth: None,
            },
        };
        assert_eq!(machine.interpreter.run(until_here), Ok(Stop::AwaitingHost));
        let (tag, arguments) = thrown(&machine, E(1));
        machine.interpreter.throw(tag, &arguments).expect("it fits");
        assert_eq!(machine.interpreter.run(until), Ok(Stop::Step));
        assert_eq!(machine.next(), "i32.clz");
    }
}

#[test]
fn a_host_function_that_the_embedder_calls_throws_to_it() {
    let mut machine = machine(ALL, Translation::Folded);
    let host = machine.interpreter.function(machine.instance, 0);
    let host = host.expect("it is there");
    machine
        .interpreter
        .start(host, &i32s(&[1]))
        .expect("it waits");
    let (tag, arguments) = thrown(&machine, E(7));
    assert!(!machine.interpreter.would_catch(Some(tag)));
    machine.interpreter.throw(tag, &arguments).expect("it fits");
    let trap = machine.interpreter.trap().expect("nothing catches it");
    assert_eq!((trap.kind, trap.depth), (TrapKind::UncaughtException, 1));
}

#[test]
fn the_tag_of_the_embedder_is_of_one_type_only_and_in_snapshots() {
    let wrong = r#"(module (import "env" "own" (tag (param i32))))"#;
    let mut imports = Imports::new();
    imports.existing("env", "own", Extern::Tag(TagRef::HOST.0));
    let refused =
        Interpreter::new(Config::default()).instantiate(&crate::machine::module(wrong), &imports);
    assert!(matches!(refused, Err(Error::Unlinkable(_))), "{refused:?}");
    // An exception with it lies on the heap.
    let body = "block (result exnref) try_table (catch_all_ref 0) local.get 0 call $host end unreachable end drop i32.const 3";
    let mut machine = machine(body, Translation::Folded);
    machine.start("f", &i32s(&[1]));
    machine.run();
    let thrown = [Value::ExternRef(Some(ExternRef(9)))];
    machine
        .interpreter
        .throw(TagRef::HOST, &thrown)
        .expect("it fits");
    let hash = machine.interpreter.state_hash();
    let snapshot = machine.interpreter.snapshot();
    let mut other = self::machine(body, Translation::Precise);
    other
        .interpreter
        .restore(&snapshot)
        .expect("it is the same module");
    assert_eq!(other.interpreter.state_hash(), hash);
    assert_eq!(other.interpreter.held_references(), [9]);
    let frame = other.interpreter.frame(0).expect("it is under way");
    let exception = other.interpreter.exception_of(frame.operands[0]);
    let exception = exception.expect("it is an exception");
    assert_eq!(
        (exception.tag, exception.name.as_deref()),
        (TagRef::HOST.0, Some("own"))
    );
    assert_eq!(exception.arguments, thrown);
    assert_eq!(other.run(), Stop::Finished);
}
