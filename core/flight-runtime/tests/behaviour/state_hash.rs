//! The hash of the machine does not depend on how the machine came to where it stands.

use flight_runtime::{Config, Imports, State, Translation, Until};

use crate::machine::{Machine, i32s};

/// Calls, memory, garbage, exceptions, vectors and a host function; some ten thousand instructions.
const PROGRAM: &str = r#"(module
    (import "host" "note" (func $note (param i32) (result i32)))
    (type $node (struct (field (mut i32)) (field (mut (ref null $node)))))
    (memory 1) (table funcref (elem $fib $twice))
    (tag $odd (param i32))
    (global $list (mut (ref null $node)) (ref.null $node))
    (func $fib (param i32) (result i32)
        local.get 0 i32.const 2 i32.lt_u
        if (result i32)
            local.get 0
        else
            local.get 0 i32.const 1 i32.sub call $fib
            local.get 0 i32.const 2 i32.sub i32.const 0 call_indirect (param i32) (result i32)
            i32.add
        end)
    (func $twice (param i32) (result i32) local.get 0 i32.const 1 i32.shl)
    (func $check (param i32) (result i32) (local v128)
        local.get 0 i32x4.splat local.tee 1 local.get 1 i32x4.add local.set 1
        block $odd (result i32)
            try_table (catch $odd $odd)
                local.get 0 i32.const 1 i32.and if local.get 0 throw $odd end
            end
            local.get 1 i32x4.extract_lane 3
        end)
    (func $main (export "main") (param i32) (result i32) (local $sum i32) (local $count i32)
        loop $again
            local.get $count i32.const 9 i32.and call $fib
            local.get $count call $check i32.add
            local.get $sum i32.add local.set $sum
            (struct.new $node (local.get $sum) (ref.null $node)) drop
            (global.set $list (struct.new $node (local.get $sum) (global.get $list)))
            local.get $count i32.const 2 i32.shl local.get $sum i32.store
            local.get $count i32.const 7 i32.and i32.eqz if
                local.get $sum local.get $count call $note i32.add local.set $sum
            end
            local.get $count i32.const 1 i32.add local.tee $count
            local.get 0 i32.lt_u br_if $again
        end
        local.get $sum i32.const 0 local.get $sum select
        i32.const 0 i32.div_u))"#;

fn machine() -> Machine {
    let mut imports = Imports::new();
    imports.func("host", "note", |number: i32| number * 3);
    let mut machine = Machine::with(PROGRAM, &imports, Config::default());
    machine.start("main", &i32s(&[60]));
    machine
}

/// The hash at each time, of a machine that is stepped.
fn hashes() -> Vec<u64> {
    let mut machine = machine();
    let mut hashes = Vec::new();
    loop {
        let interpreter = &machine.interpreter;
        match interpreter.state() {
            State::Paused => {
                hashes.resize(interpreter.time() as usize, 0);
                hashes.push(interpreter.state_hash());
                machine.step();
            }
            State::AwaitingHost => machine.interpreter.resolve_host_call().expect("it answers"),
            _ => {
                // It has trapped, where no time passes: the last hash was that before the trap.
                hashes.push(interpreter.state_hash());
                return hashes;
            }
        }
    }
}

/// Runs as `until` says, and compares the hash wherever the machine rests.
fn compare(hashes: &[u64], mut until: impl FnMut(&mut Machine) -> Until) {
    let mut machine = machine();
    let mut rests = 0;
    loop {
        let until = until(&mut machine);
        let interpreter = &mut machine.interpreter;
        match interpreter.state() {
            State::Paused => {
                let time = interpreter.time();
                assert_eq!(interpreter.state_hash(), hashes[time as usize], "at {time}");
                rests += 1;
                interpreter.run(until).expect("it is paused");
            }
            State::AwaitingHost => interpreter.resolve_host_call().expect("it answers"),
            State::Trapped => {
                assert_eq!(Some(&interpreter.state_hash()), hashes.last());
                assert_eq!(interpreter.time() as usize + 2, hashes.len());
                assert!(rests > 8);
                return;
            }
            state => panic!("it is {state:?}"),
        }
    }
}

#[test]
fn steps_and_runs_of_any_length_lead_to_the_same_machines() {
    let hashes = hashes();
    assert!(hashes.len() > 5_000, "there are {}", hashes.len());
    for translation in [Translation::Precise, Translation::Folded] {
        compare(&hashes, |machine| {
            machine.interpreter.set_translation(translation);
            Until::default()
        });
    }
    for seed in 1..=20 {
        let mut random: u64 = seed;
        compare(&hashes, |machine| {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let translation = match random >> 63 {
                0 => Translation::Precise,
                _ => Translation::Folded,
            };
            machine.interpreter.set_translation(translation);
            Until {
                fuel: Some(1 + (random >> 33) % [3, 60, 900, 2_500][(random >> 61 & 3) as usize]),
                depth: None,
            }
        });
    }
}

#[test]
fn steps_over_and_out_lead_to_the_same_machines() {
    let hashes = hashes();
    for translation in [Translation::Precise, Translation::Folded] {
        for fuel in [1, 7, 1_000] {
            let mut out = false;
            compare(&hashes, |machine| {
                machine.interpreter.set_translation(translation);
                // In turns into calls and out of them.
                out = !out;
                match out && machine.interpreter.depth() > 1 {
                    true => Until {
                        depth: Some(machine.interpreter.depth() - 1),
                        fuel: None,
                    },
                    false => Until {
                        fuel: Some(fuel),
                        depth: None,
                    },
                }
            });
        }
    }
}

#[test]
fn breakpoints_stop_at_the_same_machines() {
    let hashes = hashes();
    for translation in [Translation::Precise, Translation::Folded] {
        compare(&hashes, |machine| {
            machine.interpreter.set_translation(translation);
            for function in 1..=3 {
                for instruction in [0, 4, 9] {
                    if function != 2 || instruction == 0 {
                        let offset = machine.offset(function, instruction);
                        let id = machine.instance;
                        machine
                            .interpreter
                            .add_breakpoint(id, offset)
                            .expect("it is there");
                    }
                }
            }
            Until::default()
        });
    }
}
