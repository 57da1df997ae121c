//! `flight replay`: opens what `flight record` has written.

use std::io::Write;

use flight_runtime::Error;

use crate::arguments::ReplayOptions;
use crate::debug::Debugger;
use crate::failure::Failure;
use crate::session::Session;

pub(crate) fn replay(options: &ReplayOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut session = Session::open_recording(options)?;
    if options.verify {
        return verify(&mut session, out);
    }
    Debugger::of_record(session, options.fuel, out).prompt(&options.prompt)
}

fn verify(session: &mut Session, out: &mut dyn Write) -> Result<(), Failure> {
    let verified = session.interpreter.verify();
    let verified = verified.map_err(|error| match error {
        Error::Diverged { moment, message } => Failure::Module(format!(
            "{}: not the same again: at time {}: {message}",
            session.name, moment.time
        )),
        error => session.failure(error),
    })?;
    writeln!(
        out,
        "{}: the same again: {} instructions, {} actions, {} whole machines compared",
        session.name, verified.instructions, verified.actions, verified.marks
    )?;
    Ok(())
}
