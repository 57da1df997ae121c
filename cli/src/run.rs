//! `flight run`: calls a function and prints its results.

use std::io::{self, Write};

use crate::arguments::RunOptions;
use crate::failure::Failure;
use crate::profile::table;
use crate::session::{Call, Session, exported_functions};
use crate::values::value_text;

/// The bytes that the record for a profile may take.
const RECORD: u64 = 256 << 20;

pub(crate) fn run(options: &RunOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut session = Session::open(&options.call)?;
    let calls = session.calls(&options.call)?;
    if calls.is_empty() {
        note_nothing_called(&session);
    }
    if !options.profile {
        return call_all(&mut session, &calls, out);
    }
    session.interpreter.record(RECORD);
    let outcome = call_all(&mut session, &calls, out);
    out.flush()?;
    // However it ended, that is what is told of.
    let table = table(&mut session)?;
    // What cannot be written to the error output is no reason to fail.
    let _ = io::stderr().lock().write_all(table.as_bytes());
    outcome
}

/// Makes calls one after the other and prints their results.
pub(crate) fn call_all(
    session: &mut Session,
    calls: &[Call],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for call in calls {
        session.start(call)?;
        // The start function has no results.
        for result in session.finish()? {
            let text = value_text(&session.interpreter, session.instance, result);
            writeln!(out, "{text}")?;
        }
    }
    Ok(())
}

/// Says why nothing happened.
fn note_nothing_called(session: &Session) {
    let exports = exported_functions(session.module());
    let hint = match &exports[..] {
        [] => "it exports none either".to_string(),
        names => format!(
            "--invoke NAME calls one that it exports: {}",
            names.join(", ")
        ),
    };
    let mut err = io::stderr().lock();
    // A note that cannot be written is no reason to fail.
    let _ = writeln!(
        err,
        "note: nothing was called: the module has no start function; {hint}"
    );
    if exports.iter().any(|name| name == "\"_start\"") {
        let _ = writeln!(
            err,
            "note: `_start`, where programs for WASI begin, is not called by itself: WASI comes in a later version"
        );
    }
}
