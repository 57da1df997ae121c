//! Memories whose bytes the embedder changes in place, and what the record then tells.

use flight_runtime::{
    Action, Caller, Config, Doer, Error, HostError, Imports, InstanceId, Interpreter, Moment,
    State, Stop, Translation, Value, WrittenPlace,
};

use crate::machine::{Machine, i32s};

const HERE: InstanceId = InstanceId::FIRST;

/// Each turn asks the host and adds up what lies in memory.
const TEXT: &str = r#"(module
    (import "env" "fill" (func $fill (param i32)))
    (memory (export "memory") 3 9)
    (func (export "f") (param i32) (result i32) (local i32 i32 i32)
        (loop $turn
            (call $fill (local.get 1))
            (local.set 3 (i32.const 0))
            (loop $add
                (local.set 2 (i32.add (local.get 2) (i32.load8_u (i32.mul (local.get 3) (i32.const 331)))))
                (br_if $add (i32.lt_u (local.tee 3 (i32.add (local.get 3) (i32.const 1))) (i32.const 500))))
            (i32.store (i32.const 70000) (local.get 2))
            (br_if $turn (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (local.get 0))))
        (local.get 2)))"#;

fn machine(imports: &Imports, translation: Translation, history: Option<u64>) -> Machine {
    let config = Config {
        translation,
        history_budget: history,
        ..Config::default()
    };
    Machine::with(TEXT, imports, config)
}

fn by_hand(history: Option<u64>) -> Machine {
    let mut imports = Imports::new();
    imports.func_by_hand("env", "fill");
    machine(&imports, Translation::Folded, history)
}

const BUDGET: Option<u64> = Some(64 << 20);

fn bytes(machine: &mut Interpreter) -> &mut [u8] {
    let size = machine.memory_size(HERE, 0).expect("there is one");
    let bytes = machine.memory_bytes_mut(HERE, 0, 0, size);
    bytes.expect("they are there")
}

fn writes(machine: &Interpreter) -> Vec<(u64, Vec<u8>)> {
    let of = |action: &Action| match action {
        Action::WriteMemory { address, bytes, .. } => Some((*address, bytes.clone())),
        _ => None,
    };
    let entries = machine.journal().iter();
    entries.filter_map(|entry| of(&entry.action)).collect()
}

/// Fills memory from a host function in one of three ways.
fn fill(caller: &mut Caller<'_>, turn: i32) -> Result<(), HostError> {
    let machine = caller.interpreter();
    match turn % 3 {
        0 => {
            let all = bytes(machine);
            for at in (turn as usize..all.len()).step_by(4001) {
                all[at] = all[at].wrapping_add(at as u8 | 1);
            }
        }
        1 => {
            // Parts that overlap, and one through the other function.
            caller.memory_bytes_mut(100, 400)?.fill(turn as u8);
            caller.memory_bytes_mut(300, 400)?.fill(turn as u8 + 1);
            caller.write_memory(331, &[9, 9])?;
            caller.memory_bytes_mut(331 * 2, 1)?[0] = 1;
        }
        _ => {
            machine.grow_memory(HERE, 0, u64::from(turn < 9))?;
            let all = bytes(machine);
            *all.last_mut()
                .ok_or_else(|| HostError::new("it is not empty"))? = 7;
        }
    }
    Ok(())
}

#[test]
fn what_a_host_function_changes_in_place_is_done_again_in_the_past_and_from_a_file() {
    for translation in [Translation::Folded, Translation::Precise] {
        let mut imports = Imports::new();
        imports.func("env", "fill", fill);
        let mut unrecorded = machine(&imports, translation, None);
        let wanted = unrecorded.call("f", &i32s(&[10]));
        let mut machine = machine(&imports, translation, BUDGET);
        machine.start("f", &i32s(&[10]));
        let mut rests: Vec<(Moment, u64)> = Vec::new();
        let interpreter = &mut machine.interpreter;
        loop {
            interpreter.settle_memories();
            rests.push((interpreter.moment(), interpreter.state_hash()));
            match interpreter.state() {
                State::AwaitingHost => interpreter.resolve_host_call().expect("it answers"),
                State::Paused => {
                    let until = flight_runtime::Until {
                        fuel: Some(777),
                        depth: None,
                    };
                    interpreter.run(until).expect("it runs");
                }
                _ => break,
            }
        }
        assert_eq!(interpreter.results().map(Vec::from), wanted.ok());
        let end = (interpreter.moment(), interpreter.state_hash());
        let recording = interpreter.recording().expect("it is recorded");
        let (mut opened, _) =
            Interpreter::from_recording(&recording, &Config::default()).expect("it is a recording");
        opened.verify().expect("it is the same again");
        for machine in [interpreter, &mut opened] {
            for (moment, hash) in rests.iter().rev().chain(&rests) {
                machine.seek_moment(*moment).expect("it is recorded");
                assert_eq!(machine.state_hash(), *hash, "{moment:?}");
            }
            assert_eq!((machine.moment(), machine.state_hash()), end);
        }
    }
}

#[test]
fn changes_are_recorded_by_ranges_and_once() {
    let mut machine = by_hand(BUDGET);
    let interpreter = &mut machine.interpreter;
    assert!(!interpreter.has_open_memories());
    let all = bytes(interpreter);
    all[5..9].copy_from_slice(&[1, 2, 0, 3]);
    all[20] = 4;
    all[100] = 5;
    all[65_535..65_538].fill(6);
    assert!(interpreter.has_open_memories());
    assert_eq!(interpreter.journal(), [], "nothing is told yet");
    interpreter.settle_memories();
    let mut first = vec![1, 2, 0, 3];
    first.extend([0; 11]);
    first.push(4);
    let wanted = [(5, first), (100, vec![5]), (65_535, vec![6; 3])];
    assert_eq!(writes(interpreter), wanted);
    assert!(!interpreter.has_open_memories());
    interpreter.settle_memories();
    let mut again = bytes(interpreter)[100];
    again += 1;
    bytes(interpreter)[100] = again;
    bytes(interpreter)[100] -= 1;
    interpreter.settle_memories();
    assert_eq!(writes(interpreter), wanted, "nothing is another");
    // Many parts, one after the other, and overlapping ones.
    for at in 0..1000 {
        let part = interpreter.memory_bytes_mut(HERE, 0, at * 100, 150);
        part.expect("it is there")[20] = 9;
    }
    interpreter.settle_memories();
    assert!(writes(interpreter).len() <= 3 + 1000 + 40);
    assert!((0..1000).all(|at| bytes(interpreter)[at * 100 + 20] == 9));
}

/// What the embedder does, and whether what it changed in place before must be in the record by then.
type Deed = (&'static str, fn(&mut Machine) -> Result<(), Error>);

#[test]
fn whatever_is_done_what_was_changed_in_place_is_recorded_before() {
    let deeds: &[Deed] = &[
        ("answer", |own| own.interpreter.answer(&[])),
        ("fail", |own| {
            own.interpreter
                .fail(flight_runtime::TrapKind::Host, "it fails")
        }),
        ("throw", |own| {
            own.interpreter
                .throw(flight_runtime::TagRef::HOST, &[Value::ExternRef(None)])
        }),
        ("start", |own| {
            let f = own.function("f");
            own.interpreter.start(f, &i32s(&[1]))
        }),
        ("unwind", |own| {
            own.interpreter.unwind();
            Ok(())
        }),
        ("reset", |own| {
            own.interpreter.reset();
            Ok(())
        }),
        ("write", |own| {
            own.interpreter.write_memory(HERE, 0, 0, &[1])
        }),
        ("grow", |own| {
            own.interpreter.grow_memory(HERE, 0, 1).map(drop)
        }),
        ("collect", |own| {
            own.interpreter.collect_garbage();
            Ok(())
        }),
    ];
    for (about, deed) in deeds {
        let mut machine = by_hand(BUDGET);
        machine.start("f", &i32s(&[2]));
        machine.run();
        bytes(&mut machine.interpreter)[150_000] = 77;
        deed(&mut machine).unwrap_or_else(|error| panic!("{about}: {error}"));
        let journal = machine.interpreter.journal();
        let second = &journal[1];
        assert!(
            matches!(
                second.action,
                Action::WriteMemory {
                    address: 150_000,
                    ..
                }
            ),
            "{about}: {journal:?}"
        );
        assert_eq!(second.state, State::AwaitingHost, "{about}");
        assert_eq!(journal.len(), 3, "{about}");
        machine
            .interpreter
            .verify()
            .unwrap_or_else(|error| panic!("{about}: {error}"));
    }
}

#[test]
fn looking_and_going_back_settle_first() {
    let goings: &[Deed] = &[
        ("step", |own| own.interpreter.step().map(drop)),
        ("run", |own| {
            let until = flight_runtime::Until::default();
            own.interpreter.run(until).map(drop)
        }),
        ("seek", |own| own.interpreter.seek(0)),
        ("step_back", |own| own.interpreter.step_back().map(drop)),
        ("step_back_over", |own| {
            own.interpreter.step_back_over().map(drop)
        }),
        ("step_back_out", |own| {
            own.interpreter.step_back_out().map(drop)
        }),
        ("reverse_continue", |own| {
            own.interpreter.reverse_continue().map(drop)
        }),
        ("verify", |own| own.interpreter.verify().map(drop)),
        ("recording", |own| own.interpreter.recording().map(drop)),
        ("branch", |own| {
            own.interpreter.branch();
            Ok(())
        }),
        ("take_branch", |own| {
            own.interpreter.take_branch();
            Ok(())
        }),
        ("last_write", |own| {
            let place = WrittenPlace::Memory {
                instance: HERE,
                memory: 0,
                address: 150_000,
                length: 1,
            };
            let origin = own.interpreter.last_write(place)?.expect("it was written");
            assert!(matches!(
                origin.doer,
                Doer::Embedder(Action::WriteMemory { .. })
            ));
            Ok(())
        }),
    ];
    for (about, going) in goings {
        let mut machine = by_hand(BUDGET);
        machine.start("f", &i32s(&[2]));
        machine.step();
        let before = machine.interpreter.moment();
        bytes(&mut machine.interpreter)[150_000] = 77;
        let hash = machine.interpreter.state_hash();
        going(&mut machine).unwrap_or_else(|error| panic!("{about}: {error}"));
        let interpreter = &mut machine.interpreter;
        assert!(!interpreter.has_open_memories(), "{about}");
        assert_eq!(writes(interpreter), [(150_000, vec![77])], "{about}");
        let behind = Moment {
            actions: before.actions + 1,
            ..before
        };
        interpreter.seek_moment(before).expect("it is recorded");
        assert_ne!(interpreter.state_hash(), hash, "{about}");
        interpreter.seek_moment(behind).expect("it is recorded");
        assert_eq!(interpreter.state_hash(), hash, "{about}");
    }
}

#[test]
fn a_change_in_the_past_begins_a_branch_and_no_change_does_not() {
    let mut machine = by_hand(BUDGET);
    machine.start("f", &i32s(&[2]));
    machine.run();
    bytes(&mut machine.interpreter)[662] = 50;
    machine.interpreter.answer(&[]).expect("it waits");
    assert_eq!(machine.run(), Stop::AwaitingHost);
    machine.interpreter.answer(&[]).expect("it waits");
    assert_eq!(machine.run(), Stop::Finished);
    assert_eq!(machine.interpreter.results(), Some(&i32s(&[100])[..]));
    let interpreter = &mut machine.interpreter;
    let end = interpreter.moment();
    // Nothing is changed.
    interpreter.seek(40).expect("it is recorded");
    assert_eq!(bytes(interpreter)[662], 50);
    assert_eq!(interpreter.take_branch(), None);
    assert_eq!(interpreter.history().map(|view| view.end), Some(end));
    // The same as before is changed where that was.
    let at = interpreter.journal()[1].time;
    let before = Moment {
        time: at,
        actions: 1,
        trapped: false,
    };
    interpreter.seek_moment(before).expect("it is recorded");
    bytes(interpreter)[662] = 50;
    interpreter.settle_memories();
    assert_eq!(interpreter.take_branch(), None);
    assert_eq!(interpreter.moment().actions, 2);
    assert!(interpreter.in_past());
    // Something else is.
    interpreter.seek_moment(before).expect("it is recorded");
    bytes(interpreter)[662] = 51;
    interpreter.settle_memories();
    let branch = interpreter.take_branch().expect("the future is another");
    assert_eq!((branch.at, branch.dropped), (before, end));
    assert!(!interpreter.in_past());
}

#[test]
fn a_record_that_begins_or_ends_meanwhile_knows_what_it_has_to() {
    let mut machine = by_hand(None);
    machine.start("f", &i32s(&[1]));
    machine.run();
    let interpreter = &mut machine.interpreter;
    bytes(interpreter)[5] = 1;
    interpreter.record(64 << 20);
    assert!(interpreter.has_open_memories());
    // Whoever holds a pointer goes on writing.
    let memory = interpreter.memory_bytes_mut(HERE, 0, 6, 1);
    memory.expect("it is there")[0] = 2;
    interpreter.answer(&[]).expect("it waits");
    assert_eq!(writes(interpreter), [(6, vec![2])]);
    interpreter.verify().expect("it is the same again");
    bytes(interpreter)[7] = 3;
    interpreter.stop_recording();
    interpreter.settle_memories();
    assert_eq!(interpreter.journal(), []);
    assert_eq!(bytes(interpreter)[5..8], [1, 2, 3]);
}

#[test]
fn bytes_that_are_not_there_are_refused() {
    let mut machine = by_hand(BUDGET);
    let interpreter = &mut machine.interpreter;
    for (memory, address, length) in [
        (1, 0, 0),
        (0, 3 * 65_536, 1),
        (0, 0, 3 * 65_536 + 1),
        (0, u64::MAX, 2),
        (0, 1, u64::MAX),
    ] {
        let refused = interpreter.memory_bytes_mut(HERE, memory, address, length);
        assert!(
            matches!(refused, Err(Error::Usage(_))),
            "{memory} {address} {length}"
        );
    }
    assert!(!interpreter.has_open_memories());
    let none = interpreter.memory_bytes_mut(HERE, 0, 3 * 65_536, 0);
    assert_eq!(none.map(|bytes| bytes.len()), Ok(0));
}
