//! Measures Flight against another interpreter, in the same process and by turns.
//!
//! `cargo xtask bench` runs it natively, then compiled to WebAssembly in Node and in browsers; `README.md` says how.
//! What is measured: programs, loading, peak memory, the bytes of an instance that does nothing, and the time until
//! full speed.

mod options;

mod answers;
mod pack;
mod programs;

mod engine;
mod flight;
mod peer;

mod allocation;
mod back;
mod large_module;

mod loading;
mod memory;
mod speed;
mod start;

mod output;
mod statistics;

#[cfg(not(target_family = "wasm"))]
mod sizes;

use std::process::ExitCode;

use options::{Mode, Options};
use pack::Pack;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(words) => {
            eprintln!("error: {words}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    let done = match &options.mode {
        Mode::Help => {
            print!("{}", options::HELP);
            Ok(())
        }
        Mode::List => {
            list();
            Ok(())
        }
        Mode::Load { engine, task } => memory::load(engine, *task),
        Mode::Start { engine, already } => start::measure(&options, engine, *already),
        Mode::Measure => measure(&options),
        Mode::Back(lengths) => {
            pack(&options).and_then(|pack| back::measure(&options, &pack, lengths))
        }
        #[cfg(not(target_family = "wasm"))]
        Mode::Sizes { file } => sizes::print(file),
        #[cfg(target_family = "wasm")]
        Mode::Sizes { .. } => Err("there are no files here.".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Names all programs, and says which are handed over compiled.
fn list() {
    for program in programs::PROGRAMS {
        let kind = match program.code {
            programs::Code::Text { .. } => "text",
            programs::Code::Compiled => "rust",
        };
        println!("{kind} {}", program.name);
    }
}

/// The compiled programs, if they are handed over.
fn pack(options: &Options) -> Result<Pack, String> {
    match options.guests {
        true => Pack::from_standard_input(),
        false => Ok(Pack::default()),
    }
}

fn measure(options: &Options) -> Result<(), String> {
    let pack = pack(options)?;
    println!("{}, {}", flight::VERSION, peer::VERSION);
    output::record(
        options.record,
        &[&"engines", &flight::VERSION, &peer::VERSION],
    );
    speed::measure(options, &pack)?;
    loading::measure(options)?;
    memory::measure_idle(options)?;
    memory::measure_peaks(options)
}
