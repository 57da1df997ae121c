//! `flight record`: calls a function as `flight run` does, and writes what happened to a file.

use std::fs;
use std::io::{self, Write};

use crate::arguments::RecordOptions;
use crate::failure::Failure;
use crate::run::call_all;
use crate::session::Session;

pub(crate) fn record(options: &RecordOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut session = Session::open(&options.call)?;
    let calls = session.calls(&options.call)?;
    session.interpreter.record(options.history);
    let outcome = call_all(&mut session, &calls, out);
    if let Err(Failure::Output(_)) = outcome {
        return outcome;
    }
    // However it ended, that is what is recorded.
    let written = write(&mut session, options);
    match (outcome, written) {
        (Ok(()), written) => written,
        (outcome, Ok(())) => outcome,
        (Err(failure), Err(wrong)) => {
            wrong.tell(&mut io::stderr().lock());
            Err(failure)
        }
    }
}

fn write(session: &mut Session, options: &RecordOptions) -> Result<(), Failure> {
    let file = options.output.display();
    let bytes = session.interpreter.recording();
    let bytes = bytes.map_err(|error| session.failure(error))?;
    fs::write(&options.output, &bytes).map_err(|error| {
        Failure::CommandLine(format!("the record cannot be written to {file}: {error}"))
    })?;
    // A note that cannot be written is no reason to fail.
    let _ = writeln!(
        io::stderr().lock(),
        "note: {} instructions are recorded in {file}, {} bytes",
        session.interpreter.time(),
        bytes.len()
    );
    Ok(())
}
