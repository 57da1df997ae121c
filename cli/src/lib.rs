//! The `flight` command: runs, traces, debugs, checks and describes WebAssembly modules in a terminal.
//!
//! [`main`] is all that the binary calls. Each subcommand is a module of its own; around them lie
//! what reads the command line, files and numbers, and what tells of failures.
//!
//! The exit code says what became of it: 0 all went well, 1 the module or script is at fault,
//! 2 the command line is, 134 the module's execution was ended by a trap or by a limit.

mod arguments;
mod failure;

mod functions;
mod source;
mod values;

mod session;
mod stubs;

mod debug;
mod inspect;
mod profile;
mod record;
mod replay;
mod run;
mod trace;
mod validate;
mod wast;

mod report;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use arguments::{Arguments, Command};
use failure::Failure;

/// Reads the command line of this process, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Whoever has closed the terminal does not want to read it.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let stdout = io::stdout();
    // In a terminal each line shows at once; through a pipe whole blocks go faster.
    let outcome = if stdout.is_terminal() {
        execute(arguments.command, &mut stdout.lock())
    } else {
        let mut out = BufWriter::new(stdout.lock());
        let outcome = execute(arguments.command, &mut out);
        outcome.and(out.flush().map_err(Failure::from))
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(&mut io::stderr().lock());
            ExitCode::from(failure.exit_code())
        }
    }
}

fn execute(command: Command, out: &mut dyn Write) -> Result<(), Failure> {
    let outcome = match command {
        Command::Run(options) => run::run(&options, out),
        Command::Trace(options) => trace::trace(&options, out),
        Command::Debug(options) => debug::debug(&options, out),
        Command::Record(options) => record::record(&options, out),
        Command::Replay(options) => replay::replay(&options, out),
        Command::Wast(options) => wast::wast(&options, out),
        Command::Validate(options) => validate::validate(&options, out),
        Command::Inspect(options) => inspect::inspect(&options, out),
    };
    // What was printed before a failure is shown before it.
    out.flush()?;
    outcome
}
