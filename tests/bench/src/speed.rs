//! The programs, by both engines in turn.

use std::time::{Duration, Instant};

use crate::engine::{ENGINES, Guest};
use crate::options::Options;
use crate::programs::{PROGRAMS, Program};
use crate::table::{median, milliseconds, ratio};

pub(crate) fn measure(options: &Options) -> Result<(), String> {
    let wanted = |program: &&Program| {
        options
            .filter
            .as_ref()
            .is_none_or(|filter| program.name.contains(filter.as_str()))
    };
    let programs: Vec<&Program> = PROGRAMS.iter().filter(wanted).collect();
    if programs.is_empty() {
        let names: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
        return Err(format!(
            "no program's name contains that: there are {}.",
            names.join(", ")
        ));
    }
    println!(
        "{:<16} {:>10} {:>10} {:>8}   ms, median of {}",
        "program", "flight", "wasmi", "ratio", options.rounds
    );
    let mut logarithms = 0.0;
    for program in &programs {
        let [flight, peer] = measure_program(program, options)?;
        let ratio = ratio(flight, peer);
        logarithms += ratio.ln();
        println!(
            "{:<16} {:>10} {:>10} {ratio:>8.2}",
            program.name,
            milliseconds(flight),
            milliseconds(peer)
        );
    }
    let mean = (logarithms / programs.len() as f64).exp();
    println!("{:<16} {:>10} {:>10} {mean:>8.2}", "geometric mean", "", "");
    Ok(())
}

/// The median time of each engine.
fn measure_program(program: &Program, options: &Options) -> Result<[Duration; 2], String> {
    let size = if options.quick {
        program.quick
    } else {
        program.size
    };
    let bytes = program.bytes()?;
    let answer = (program.answer)(size);
    let mut guests = Vec::new();
    for engine in &ENGINES {
        let mut guest = (engine.load)(&bytes)?;
        // The host of a wasm build optimises what has run for a while: the first run is not measured.
        run(program, &mut *guest, engine.name, size, answer)?;
        guests.push(guest);
    }
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..options.rounds {
        // Who begins changes from round to round.
        for turn in 0..ENGINES.len() {
            let at = (round + turn) % ENGINES.len();
            times[at].push(run(
                program,
                &mut *guests[at],
                ENGINES[at].name,
                size,
                answer,
            )?);
        }
    }
    Ok(times.map(|mut times| median(&mut times)))
}

fn run(
    program: &Program,
    guest: &mut dyn Guest,
    engine: &str,
    size: u32,
    answer: u64,
) -> Result<Duration, String> {
    let begin = Instant::now();
    let found = guest.run(size)?;
    let time = begin.elapsed();
    if found != answer {
        let name = program.name;
        return Err(format!(
            "{name}({size}) by {engine} is {found:#x}, not {answer:#x}."
        ));
    }
    Ok(time)
}
