//! Why a command did not do what it was asked for.

use std::fmt::Display;
use std::io::{self, Write};

use flight_runtime::Error;

/// A failure: its kind decides the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that is not there or makes no sense.
    CommandLine(String),
    /// The module or script is at fault.
    Module(String),
    /// Execution was ended by a trap or by a limit.
    Trapped(String),
    /// A script failed, as its output has already told.
    Told,
    /// The output could not be written.
    Output(io::Error),
}

impl Failure {
    /// The exit code that tells of it.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Module(_) | Self::Told => 1,
            Self::CommandLine(_) => 2,
            Self::Trapped(_) => 134,
            // The reader has seen enough, as `head` has: nothing is wrong.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Output(_) => 1,
        }
    }

    /// Tells of it on the error output.
    pub(crate) fn tell(&self, err: &mut dyn Write) {
        let told = match self {
            Self::CommandLine(words) | Self::Module(words) | Self::Trapped(words) => {
                writeln!(err, "error: {}", words.trim_end())
            }
            Self::Output(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                writeln!(err, "error: the output cannot be written: {error}")
            }
            Self::Told | Self::Output(_) => Ok(()),
        };
        // There is nobody left to be told that nobody can be told.
        drop(told);
    }

    /// The failure for an error of the engine that is the module's fault, `name` being the module's file.
    pub(crate) fn of_module(name: impl Display, error: &Error) -> Self {
        Self::Module(format!("{name}: {error}"))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
