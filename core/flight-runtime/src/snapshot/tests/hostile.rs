//! Snapshots that somebody has made up, with a checksum that fits: they are refused, or they do no harm.

use super::programs::PROGRAMS;
use super::*;

/// Lets a machine go on for a while, and looks at it from all sides.
fn exercise(mut machine: Interpreter) {
    machine.state_hash();
    drop(machine.frames());
    drop(machine.held_references());
    machine.collect_garbage();
    for turn in 0..40 {
        if turn == 20 {
            let other = match machine.translation() {
                Translation::Precise => Translation::Folded,
                Translation::Folded => Translation::Precise,
            };
            machine.set_translation(other);
        }
        if !go_on(&mut machine, [1, 1, 7, 400][turn % 4]) {
            break;
        }
    }
    drop(machine.frames());
    machine.state_hash();
    machine.snapshot();
}

/// Changes bytes as somebody might who wants to do harm.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    const SLOTS: [u64; 12] = [
        0,
        1,
        2,
        3,
        4,
        6,
        9,
        0x16,
        0xffff_ffff,
        1 << 32,
        1 << 34 | 2,
        u64::MAX,
    ];
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        let number = random.next();
        match random.below(8) {
            0 => bytes[at] ^= 1 << (number & 7),
            1 => bytes[at] = number as u8,
            2 => bytes[at] = bytes[at].wrapping_add(1),
            3 => bytes[at] = bytes[at].wrapping_sub(1),
            4 => drop(bytes.remove(at)),
            5 => bytes.insert(at, number as u8 & 7),
            _ => {
                let slot = SLOTS[(number % 12) as usize].to_le_bytes();
                let end = bytes.len().min(at + 8);
                bytes[at..end].copy_from_slice(&slot[..end - at]);
            }
        }
        if bytes.is_empty() {
            return;
        }
    }
}

/// Tries so many changes of each program's snapshots: how many were accepted.
fn attack(turns: usize, seed: u64) -> usize {
    let mut random = Random(seed);
    let mut accepted = 0;
    for program in PROGRAMS {
        let modules: Vec<Module> = program.modules.iter().map(|text| module(text)).collect();
        let mut machine = started(program, FOLDED);
        for round in 0..8 {
            for _ in 0..random.below(200) {
                go_on(&mut machine, 20);
            }
            let bytes = machine.snapshot();
            let target = || fresh_of(&modules, [PRECISE, FOLDED][round % 2].clone());
            let mut unchanged = target();
            let hash = unchanged.state_hash();
            for _ in 0..turns {
                let changed = match random.below(8) {
                    0 => {
                        let mut body = bytes[HEADER..].to_vec();
                        mutate(&mut body, &mut random);
                        with_header(body)
                    }
                    _ => with_state(&machine, &bytes, |state| mutate(state, &mut random)),
                };
                match unchanged.restore(&changed) {
                    Ok(()) => {
                        accepted += 1;
                        exercise(core::mem::replace(&mut unchanged, target()));
                    }
                    Err(error) => {
                        assert!(matches!(error, Error::Snapshot { .. }), "{error}");
                        assert_eq!(unchanged.state_hash(), hash, "{error}");
                    }
                }
            }
        }
    }
    accepted
}

#[test]
fn made_up_snapshots_do_no_harm() {
    // Values of numbers may be any, so not all of them can be refused.
    assert!(attack(40, 1) > 20);
}

/// For longer: `FLIGHT_SEED=7 cargo test --release -- --ignored made_up_snapshots_of_many`.
#[test]
#[ignore = "takes minutes"]
fn made_up_snapshots_of_many_kinds_do_no_harm() {
    let seed = std::env::var("FLIGHT_SEED")
        .ok()
        .and_then(|it| it.parse().ok());
    let accepted = attack(4_000, seed.unwrap_or(2));
    std::println!("{accepted} accepted");
}
