//! Measures Flight against another interpreter, in the same process and by turns.
//!
//! `cargo xtask bench` runs it natively, then compiled to WebAssembly in Node (`run.mjs`).
//! What is measured: programs (`guests`), loading, peak memory, and the bytes of an instance that does nothing.

mod options;

mod answers;
mod programs;

mod engine;
mod flight;
mod peer;

mod allocation;
mod large_module;

mod loading;
mod memory;
mod speed;
mod table;

use std::process::ExitCode;

use options::{Mode, Options};

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(words) => {
            eprintln!("error: {words}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    let measured = match &options.mode {
        Mode::Help => {
            print!("{}", options::HELP);
            Ok(())
        }
        Mode::Load { engine, task } => memory::load(engine, *task),
        Mode::Measure => measure(&options),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), String> {
    speed::measure(options)?;
    loading::measure(options)?;
    memory::measure_idle(options)?;
    memory::measure_peaks(options)
}
