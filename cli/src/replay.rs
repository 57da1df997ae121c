//! `flight replay`: opens what `flight record` has written.

use std::io::Write;

use flight_runtime::Error;

use crate::arguments::ReplayOptions;
use crate::debug::Debugger;
use crate::failure::Failure;
use crate::profile;
use crate::session::Session;

pub(crate) fn replay(options: &ReplayOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut session = Session::open_recording(options)?;
    if options.verify {
        return verify(&mut session, out);
    }
    if options.profile {
        let end = session.interpreter.history().map(|history| history.end);
        let gone = session.interpreter.seek_moment(end.unwrap_or_default());
        gone.map_err(|error| session.failure(error))?;
        let table = profile::table(&mut session)?;
        out.write_all(table.as_bytes())?;
        return Ok(());
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
