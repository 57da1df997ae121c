//! Time is the number of instructions executed, however they are executed.

use flight_runtime::{Imports, Stop, Until, Value};

use crate::machine::{Machine, i32s};

/// A body of `f`, from i32 to i32, with an argument: the result, and how many instructions are executed.
struct Case {
    about: &'static str,
    body: &'static str,
    argument: i32,
    result: Option<i32>,
    time: u64,
}

const fn case(
    about: &'static str,
    body: &'static str,
    argument: i32,
    result: i32,
    time: u64,
) -> Case {
    Case {
        about,
        body,
        argument,
        result: Some(result),
        time,
    }
}

const COUNTDOWN: &str = "loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end local.get 0";
const CHOICE: &str = "local.get 0 if (result i32) i32.const 1 else i32.const 2 end";
const SWITCH: &str =
    "block block local.get 0 br_table 0 1 end i32.const 10 return end i32.const 20";

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("the end of the function counts", "i32.const 7", 0, 7, 2),
    case("block and end count", "block nop end i32.const 1", 0, 1, 5),
    case("a branch goes behind the end", "block (result i32) i32.const 3 br 0 end", 0, 3, 4),
    case("so does one from deep inside", "block (result i32) block i32.const 3 br 1 end i32.const 4 end", 0, 3, 5),
    case("a conditional branch that is taken", "block local.get 0 br_if 0 nop end i32.const 1", 1, 1, 5),
    case("a conditional branch that is not taken", "block local.get 0 br_if 0 nop end i32.const 1", 0, 1, 7),
    case("a branch that moves its operands", "block (result i32) i32.const 9 i32.const 3 local.get 0 br_if 0 drop drop i32.const 1 end", 1, 3, 6),
    case("else is executed at the end of the first arm, and skips the end", CHOICE, 1, 1, 5),
    case("the second arm begins behind else, and executes the end", CHOICE, 0, 2, 5),
    case("an if without else that is entered", "local.get 0 if nop end i32.const 1", 1, 1, 6),
    case("an if without else that is skipped", "local.get 0 if nop end i32.const 1", 0, 1, 4),
    case("each turn executes the loop instruction", COUNTDOWN, 3, 0, 21),
    case("a loop of one turn", COUNTDOWN, 1, 0, 9),
    case("return skips the end", "i32.const 5 return", 0, 5, 2),
    case("a branch to the function's label returns", "i32.const 5 br 0", 0, 5, 2),
    case("a conditional branch to the function's label", "i32.const 5 local.get 0 br_if 0", 1, 5, 3),
    case("the same, not taken", "i32.const 5 local.get 0 br_if 0", 0, 5, 4),
    case("the first target of a table", SWITCH, 0, 10, 6),
    case("its second target", SWITCH, 1, 20, 6),
    case("beyond its end", SWITCH, -1, 20, 6),
    case("a call", "call $g", 0, 42, 4),
    case("a call in a call", "call $h", 0, 43, 8),
    case("a call by a table", "i32.const 0 call_indirect (result i32)", 0, 42, 5),
    case("a tail call", "return_call $g", 0, 42, 3),
    case("a tail call by a table", "i32.const 0 return_call_indirect (result i32)", 0, 42, 4),
    case("a call of a host function", "call $host", 0, 99, 2),
    case("a tail call of a host function", "return_call $host", 0, 99, 1),
    case("instructions that move nothing", "local.get 0 drop nop i32.const 1", 0, 1, 5),
    case("select and memory", "i32.const 8 i32.const 5 i32.store i32.const 8 i32.load local.get 0 local.get 0 select", 1, 5, 9),
    case("code after a branch is never executed", "block br 0 i32.const 1 drop loop br 0 end end i32.const 2", 0, 2, 4),
    Case { about: "an instruction that traps has not been executed", body: "nop unreachable", argument: 0, result: None, time: 1 },
    Case { about: "in the middle of a run", body: "i32.const 1 local.get 0 i32.div_s i32.const 1 i32.add", argument: 0, result: None, time: 2 },
    Case { about: "inside a call", body: "nop call $traps i32.const 1", argument: 0, result: None, time: 3 },
];

fn machine(body: &str) -> Machine {
    let mut imports = Imports::new();
    imports.func("env", "host", || 99);
    let text = format!(
        "(module (import \"env\" \"host\" (func $host (result i32)))
           (memory 1) (table funcref (elem $g))
           (func $g (result i32) i32.const 42)
           (func $h (result i32) call $g i32.const 1 i32.add)
           (func $traps nop unreachable)
           (func (export \"f\") (param i32) (result i32) {body}))"
    );
    Machine::with(&text, &imports, flight_runtime::Config::default())
}

/// Runs the call that is under way to its end, answering the host function.
fn finish(machine: &mut Machine, mut advance: impl FnMut(&mut Machine) -> Stop) {
    loop {
        match advance(machine) {
            Stop::AwaitingHost => machine.interpreter.resolve_host_call().expect("it answers"),
            Stop::Finished | Stop::Trapped => return,
            _ => {}
        }
        if machine.interpreter.results().is_some() {
            return;
        }
    }
}

fn check(case: &Case, machine: &Machine, how: &str) {
    let Case {
        about,
        body,
        argument,
        result,
        time,
    } = case;
    let results = machine.interpreter.results().map(<[Value]>::to_vec);
    let wanted = result.map(|result| i32s(&[result]));
    assert_eq!(results, wanted, "{about}: {body} of {argument}, {how}");
    assert_eq!(
        machine.interpreter.time(),
        *time,
        "{about}: {body} of {argument}, {how}"
    );
}

#[test]
fn every_way_to_execute_counts_alike() {
    for case in CASES {
        let mut whole = machine(case.body);
        whole.start("f", &i32s(&[case.argument]));
        finish(&mut whole, Machine::run);
        check(case, &whole, "run");
        let mut stepped = machine(case.body);
        stepped.start("f", &i32s(&[case.argument]));
        let mut steps = 0;
        finish(&mut stepped, |machine| {
            steps += 1;
            machine.step()
        });
        check(case, &stepped, "stepped");
        let trapping = u64::from(case.result.is_none());
        assert_eq!(
            steps,
            case.time + trapping,
            "{}: one step for each instruction",
            case.about
        );
    }
}

#[test]
fn fuel_stops_at_exactly_every_instruction() {
    for case in CASES {
        for fuel in 0..=case.time {
            let mut machine = machine(case.body);
            machine.start("f", &i32s(&[case.argument]));
            let mut left = fuel;
            loop {
                let before = machine.interpreter.time();
                let until = Until {
                    fuel: Some(left),
                    ..Until::default()
                };
                let stop = machine
                    .interpreter
                    .run(until)
                    .expect("the machine is paused");
                left -= machine.interpreter.time() - before;
                if stop != Stop::AwaitingHost {
                    break;
                }
                machine
                    .interpreter
                    .resolve_host_call()
                    .expect("the host answers");
                if machine.interpreter.results().is_some() {
                    break;
                }
            }
            assert_eq!(
                machine.interpreter.time(),
                fuel,
                "{} with fuel {fuel}",
                case.about
            );
            if machine.interpreter.state() == flight_runtime::State::Paused {
                finish(&mut machine, Machine::run);
            }
            check(case, &machine, &format!("paused after {fuel}"));
        }
    }
}

/// Longer than the longest run of code that is executed without looking at the fuel.
#[test]
fn fuel_stops_exactly_inside_long_straight_code() {
    let body = "local.get 0 i32.const 1 i32.add local.set 0 ".repeat(300) + "local.get 0";
    for fuel in (0..=1202)
        .step_by(7)
        .chain([255, 256, 257, 511, 512, 513, 1202])
    {
        let mut machine = machine(&body);
        machine.start("f", &i32s(&[0]));
        let until = Until {
            fuel: Some(fuel),
            ..Until::default()
        };
        machine
            .interpreter
            .run(until)
            .expect("the machine is paused");
        assert_eq!(machine.interpreter.time(), fuel);
        if fuel < 1202 {
            let added = machine.interpreter.frame(0).expect("it is paused").locals[0].value;
            assert_eq!(added, Value::I32((fuel / 4) as i32), "with fuel {fuel}");
            machine.run();
        }
        assert_eq!(machine.interpreter.results(), Some(&i32s(&[300])[..]));
        assert_eq!(machine.interpreter.time(), 1202);
    }
}

#[test]
fn time_goes_on_from_call_to_call() {
    let mut machine = machine(COUNTDOWN);
    machine.call("f", &i32s(&[3])).expect("it returns");
    machine.call("f", &i32s(&[1])).expect("it returns");
    assert_eq!(machine.interpreter.time(), 30);
}
