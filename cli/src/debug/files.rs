//! The machine and its record, to files and from them.

use std::fs;
use std::path::Path;

use super::{Debugger, Done};

impl Debugger<'_> {
    pub(super) fn write_coredump(&mut self, file: &str) -> Done {
        self.session.write_coredump(Path::new(file))?;
        Ok(writeln!(self.out, "the core dump was written to {file}")?)
    }

    pub(super) fn write_snapshot(&mut self, file: &str) -> Done {
        let bytes = self.session.interpreter.snapshot();
        self.write_file("snapshot", file, &bytes)
    }

    pub(super) fn write_record(&mut self, file: &str) -> Done {
        let bytes = self.session.interpreter.recording()?;
        self.write_file("record", file, &bytes)
    }

    fn write_file(&mut self, what: &str, file: &str, bytes: &[u8]) -> Done {
        fs::write(file, bytes)
            .map_err(|error| format!("the {what} cannot be written to {file}: {error}"))?;
        Ok(writeln!(self.out, "the {what} was written to {file}")?)
    }

    pub(super) fn restore(&mut self, file: &str) -> Done {
        let bytes = fs::read(file).map_err(|error| format!("{file} cannot be read: {error}"))?;
        self.session.interpreter.restore(&bytes)?;
        // What was to be called from where the machine was is not to be called from where it is.
        self.calls.clear();
        self.started.clear();
        writeln!(self.out, "a new record begins here")?;
        self.show_place()
    }
}
