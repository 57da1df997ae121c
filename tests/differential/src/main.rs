//! Compares Flight with a second engine on generated modules: results, traps, memories, tables and globals.
//!
//! `cargo xtask test differential` runs it briefly; CONTRIBUTING.md says how to run it for long.

mod random;

mod canonicalize;
mod expose;
mod generate;
mod provide;

mod engine;
mod observe;

mod options;

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use flight_runtime::Module;

use engine::Engine;
use observe::{Manner, Observed, observe};
use options::Options;
use random::Random;

/// Modules for each process of the second engine, so that what they leave in it stays little.
const BATCH: u64 = 2000;

/// One module in so many is also run by steps.
const SHARE: u64 = 5;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(words) => {
            eprintln!("error: {words}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Compares as many modules as were asked for; gives the number of differences.
fn run(options: &Options) -> io::Result<u64> {
    let began = Instant::now();
    let mut next = options.first;
    let (mut compared, mut limited, mut differences) = (0, 0, 0);
    while compared + limited < options.modules && (next == options.first || !options.only) {
        let mut engine = Engine::start(&options.node)?;
        let mut wanted = BATCH.min(options.modules - compared - limited);
        while wanted > 0 {
            let number = next;
            next += 1;
            match examine(options.seed, number) {
                Examined::Unfit => {}
                Examined::Observed(bytes, observed) => {
                    if options.only {
                        print!("{}", observed.script);
                        save(options, number, &bytes)?;
                    }
                    engine.compare(number, &bytes, &observed.script)?;
                    wanted -= 1;
                }
                Examined::Wrong(bytes, words) => {
                    report(options, number, &bytes, &words)?;
                    differences += 1;
                    wanted -= 1;
                }
            }
            if options.only {
                break;
            }
        }
        let found = engine.finish()?;
        compared += found.compared;
        limited += found.limited;
        differences += found.differences.len() as u64;
        for (number, words) in found.differences {
            if let Examined::Observed(bytes, _) = examine(options.seed, number) {
                report(options, number, &bytes, &words)?;
            }
        }
        if next - options.first >= 10 * BATCH {
            let seconds = began.elapsed().as_secs();
            eprintln!(
                "{} modules after {seconds} s, {differences} differences",
                compared + limited
            );
        }
    }
    println!(
        "{} modules compared, {differences} differences (seed {}); {limited} of them up to a limit",
        compared + limited,
        options.seed
    );
    println!(
        "{} passed, {differences} failed",
        (compared + limited).saturating_sub(differences)
    );
    Ok(differences)
}

/// What came of one module in Flight alone.
enum Examined {
    /// There is nothing to be compared.
    Unfit,
    Observed(Vec<u8>, Observed),
    /// Flight does not agree with itself.
    Wrong(Vec<u8>, String),
}

fn examine(seed: u64, number: u64) -> Examined {
    let mut random = Random::of_module(seed, number);
    let Some(generated) = generate::generate(&mut random) else {
        return Examined::Unfit;
    };
    let examined = catch_unwind(AssertUnwindSafe(|| {
        let module =
            Module::from_bytes(&generated.bytes).map_err(|error| format!("refused: {error}"))?;
        let bytes = expose::expose(&generated, &module);
        let module = Module::from_bytes(&bytes)
            .map_err(|error| format!("refused with its wrappers: {error}"))?;
        let chance = random.next() ^ number;
        let observed = agreed(&module, chance, number.is_multiple_of(SHARE))?;
        Ok((bytes, observed))
    }));
    match examined {
        Ok(Ok((bytes, observed))) => Examined::Observed(bytes, observed),
        Ok(Err(words)) => Examined::Wrong(generated.bytes, words),
        Err(_) => Examined::Wrong(generated.bytes, "Flight has panicked".into()),
    }
}

/// What Flight does with a module, if it does the same in every manner.
fn agreed(module: &Module, chance: u64, steps: bool) -> Result<Observed, String> {
    let folded = observe(module, chance, Manner::Folded);
    let compare = |manner| {
        let other = observe(module, chance, manner);
        let [one, two] = [&other, &folded].map(|it| (&it.script, it.time, it.hash));
        match one == two {
            true => Ok(other),
            false => Err(format!(
                "{manner:?} took {} instead of {} instructions, led to {:016x} instead of {:016x}, and gave\n{}\n\
                 instead of\n{}",
                other.time, folded.time, other.hash, folded.hash, other.script, folded.script
            )),
        }
    };
    compare(Manner::Precise)?;
    if steps {
        compare(Manner::Steps)?;
    }
    let slices = compare(Manner::Slices)?;
    let switched = compare(Manner::Switched)?;
    let mut pairs = slices.rests.iter().zip(&switched.rests);
    match pairs.find(|(one, other)| one != other) {
        None if slices.rests.len() == switched.rests.len() => Ok(folded),
        None => Err("there are more or fewer slices".to_string()),
        Some((one, other)) => Err(format!(
            "the machine after a slice differs: time and hash are {other:x?} instead of {one:x?}"
        )),
    }
}

fn report(options: &Options, number: u64, bytes: &[u8], words: &str) -> io::Result<()> {
    let path = save(options, number, bytes)?;
    println!(
        "module {number} of seed {} ({path}):\n    {words}",
        options.seed
    );
    Ok(())
}

fn save(options: &Options, number: u64, bytes: &[u8]) -> io::Result<String> {
    fs::create_dir_all(&options.out)?;
    let path = options.out.join(format!("{}-{number}.wasm", options.seed));
    fs::write(&path, bytes)?;
    Ok(path.display().to_string())
}
