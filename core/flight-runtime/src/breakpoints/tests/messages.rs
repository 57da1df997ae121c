//! Breakpoints that write messages.

use super::*;

#[test]
fn messages_come_in_order_with_host_calls() {
    let expected = [
        "show 0", "store 0", "twice 0", "show 1", "store 1", "twice 1", "show 2", "store 2",
        "twice 2",
    ];
    for translation in BOTH {
        // In slices too none is missing and none comes twice.
        for fuel in [None, Some(1), Some(2), Some(3), Some(7), Some(1000)] {
            let mut session = Session::new(translation);
            session.add((COUNT, STORE), "", 0, "store {local.i}");
            session.add((TWICE, "local.get"), "", 0, "twice {local.n}");
            session.start(3);
            while session.go_on(fuel) == Stop::OutOfFuel {}
            assert_eq!(session.take_written(), expected, "{fuel:?}");
            assert_eq!(session.counts(), [3, 3]);
        }
    }
}

#[test]
fn a_message_tells_where_and_when_it_was_written() {
    let mut session = Session::new(Translation::Folded);
    let set = session.add(
        (COUNT, GLOBAL_SET),
        "local.i == 1",
        0,
        "{{{local.i}}} {stack[0]:x} {-1:x} {i64(-1):x} {memory[local.i * 70000]} {null}",
    );
    session.start(2);
    session.machine.run(Until::default()).expect("it runs");
    session.machine.resolve_host_call().expect("it answers");
    session.machine.run(Until::default()).expect("it runs");
    session.machine.resolve_host_call().expect("it answers");
    assert_eq!(session.machine.run(Until::default()), Ok(Stop::Log));
    assert_eq!(session.machine.state(), crate::State::Paused);
    let message = LogMessage {
        instance: HERE,
        function: COUNT,
        offset: set.offset,
        time: session.machine.time(),
        text: "{1} 0x2 0xffffffff 0xffffffffffffffff \
               <address 70000 is past the end of the memory, 65536 bytes> null"
            .into(),
    };
    assert_eq!(session.machine.take_log().messages, [message]);
    session.machine.verify_nothing_is_logged();
    assert_eq!(session.machine.run(Until::default()), Ok(Stop::Finished));
}

#[test]
fn calls_to_their_end_collect_messages() {
    for translation in BOTH {
        let mut session = Session::new(translation);
        session.add((COUNT, "loop"), "", 0, "begin {local.to}");
        session.add(
            (TWICE, "i32.mul"),
            "local.n != 1",
            2,
            "{stack[1]} * {stack[0]}",
        );
        session.add((COUNT, STORE), "local.i == 1", 0, "");
        let function = session.machine.exported_function(HERE, "count");
        let function = function.expect("it is exported");
        let results = session.machine.call_function(function, &[Value::I32(4)]);
        assert_eq!(results, Ok([Value::I32(4)].into()));
        session.take_log();
        let written = session.take_written();
        let own: Vec<&String> = written
            .iter()
            .filter(|it| !it.starts_with("show"))
            .collect();
        assert_eq!(
            own[..2],
            ["begin 4", "begin 4"],
            "the loop is begun anew by each turn"
        );
        assert_eq!(own.len(), 6);
        assert_eq!([own[3].as_str(), own[5].as_str()], ["2 * 2", "3 * 2"]);
    }
}

#[test]
fn a_message_on_the_first_instruction_of_a_call_is_written() {
    let mut session = Session::new(Translation::Folded);
    session.add((COUNT, "loop"), "", 0, "count to {local.to}");
    session.start(1);
    assert_eq!(session.machine.run(Until::default()), Ok(Stop::Log));
    assert_eq!(session.machine.time(), 0);
    session.take_log();
    assert_eq!(session.go_on(None), Stop::Finished);
    assert_eq!(session.take_written(), ["count to 1", "show 0"]);
}

#[test]
fn the_log_has_a_bound() {
    let mut session = Session::new(Translation::Folded);
    session.add((COUNT, STORE), "", 0, "{local.i}");
    let function = session.machine.exported_function(HERE, "count");
    let function = function.expect("it is exported");
    let call = session.machine.call_function(function, &[Value::I32(1500)]);
    call.expect("it returns");
    let log = session.machine.take_log();
    assert_eq!((log.messages.len(), log.lost), (1000, 500));
    assert_eq!(log.messages[999].text, "999");
    // A run comes back for each, so that none is lost.
    session.take_written();
    session.start(1500);
    assert_eq!(session.go_on(None), Stop::Finished);
    assert_eq!(session.take_written().len(), 3000);
}

#[test]
fn what_a_question_to_the_past_executes_is_not_logged() {
    let mut session = Session::new(Translation::Folded);
    session.add((COUNT, STORE), "", 0, "{local.i}");
    session.start(30);
    assert_eq!(session.go_on(None), Stop::Finished);
    session.take_written();
    let counts = session.counts();
    let place = crate::WrittenPlace::Memory {
        instance: HERE,
        memory: 0,
        address: 0,
        length: 4,
    };
    let origin = session.machine.last_write(place);
    assert!(origin.expect("it is recorded").is_some());
    session.machine.verify_nothing_is_logged();
    assert_eq!(session.counts(), counts);
    assert_eq!(
        session.machine.breakpoints(HERE)[0].log.as_deref(),
        Some("{local.i}")
    );
}

#[test]
fn a_run_over_or_out_that_ends_at_a_breakpoint_tells_of_it() {
    for (log, expected) in [("", Stop::Breakpoint), ("out", Stop::Log)] {
        let mut session = Session::new(Translation::Folded);
        session.start(2);
        let function = session.offset(TWICE, "i32.mul");
        session
            .machine
            .add_breakpoint(HERE, function)
            .expect("it is there");
        assert_eq!(session.go_on(None), Stop::Breakpoint);
        session.machine.remove_breakpoint(HERE, function);
        // The instruction behind the call.
        session.add((COUNT, "drop"), "", 0, log);
        let until = Until {
            fuel: None,
            depth: Some(session.machine.depth() - 1),
        };
        assert_eq!(session.machine.run(until), Ok(expected));
        assert_eq!(session.machine.depth(), 1);
        assert_eq!(
            session.machine.run(until),
            Ok(Stop::Step),
            "it is there already"
        );
        assert_eq!(session.counts(), [1]);
    }
}

#[test]
fn a_message_behind_a_watched_access_is_written_by_the_next_run() {
    let mut session = Session::new(Translation::Folded);
    let watched = Watched::Memory {
        instance: HERE,
        memory: 0,
        address: 0,
        length: 4,
    };
    session
        .machine
        .add_watchpoint(watched, WatchKind::Write)
        .expect("it is there");
    // The instruction behind the store.
    session.add((COUNT, "global.get"), "", 0, "{local.i}");
    session.start(3);
    let mut stops = 0;
    while session.go_on(None) == Stop::Watchpoint {
        stops += 1;
        assert!(session.machine.watch_hit().is_some());
    }
    assert_eq!(stops, 3);
    let written = session.take_written();
    assert_eq!(written, ["show 0", "0", "show 1", "1", "show 2", "2"]);
}

#[test]
fn a_host_function_takes_what_was_written_before_it() {
    let bytes = wat::parse_str(
        r#"(module (import "host" "f" (func $f)) (func (export "g") nop call $f nop call $f))"#,
    );
    let module = Module::from_bytes(&bytes.expect("it is well-formed")).expect("it is valid");
    let seen = Written::default();
    let own = seen.clone();
    let mut imports = Imports::new();
    imports.func("host", "f", move |caller: &mut crate::Caller<'_>| {
        let log = caller.interpreter().take_log();
        own.borrow_mut()
            .extend(log.messages.into_iter().map(|message| message.text));
        own.borrow_mut().push("host".into());
    });
    let mut machine = Interpreter::new(Config::default());
    machine.instantiate(&module, &imports).expect("it links");
    let offsets = Interpreter::instruction_offsets(&module, FuncIdx(1));
    for at in [0, 2] {
        let options = BreakpointOptions {
            log: Some("at {time}"),
            ..BreakpointOptions::default()
        };
        machine
            .add_breakpoint_with(HERE, offsets[at], options)
            .expect("it is there");
    }
    let g = machine.exported_function(HERE, "g").expect("it is there");
    machine.call_function(g, &[]).expect("it returns");
    assert_eq!(*seen.borrow(), ["at 0", "host", "at 2", "host"]);
}
