//! Everything that may fail.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use flight_memory::BudgetExceeded;
use flight_wasm::{ExternType, LoadError, LoadErrorKind};

use crate::{Moment, State, Trap, TrapKind};

/// The result of everything that may fail.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What failed: one variant for each kind of assertion in the official scripts, then the caller's own mistakes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not follow the binary format.
    Malformed {
        /// Byte offset in the module.
        offset: u64,
        /// What is wrong.
        message: String,
    },
    /// The module breaks a rule of validation, or uses a feature that is not supported.
    Invalid {
        /// Byte offset in the module.
        offset: u64,
        /// What is wrong.
        message: String,
    },
    /// Imports are missing or have the wrong type: all of them.
    Unlinkable(Vec<LinkProblem>),
    /// Execution trapped.
    Trap(Box<Trap>),
    /// An exception was thrown that nothing catches; the trap holds it.
    Exception(Box<Trap>),
    /// Execution ran out of the call stack.
    Exhaustion(Box<Trap>),
    /// A memory or table does not fit the budget.
    OutOfMemory(BudgetExceeded),
    /// The instance has no such export.
    NoSuchExport(Box<str>),
    /// The export is not of the wanted kind.
    WrongExportKind {
        /// The export's name.
        name: Box<str>,
        /// The kind that was wanted.
        wanted: &'static str,
        /// The kind that it is.
        found: &'static str,
    },
    /// The arguments do not match the function's parameters.
    ArgumentMismatch {
        /// The parameters' types, as `[i32 i64]`.
        wanted: String,
        /// The arguments' types.
        found: String,
    },
    /// A host function's answer does not match its results.
    ResultMismatch {
        /// The results' types.
        wanted: String,
        /// The answer's types.
        found: String,
    },
    /// The operation is not allowed in the state that the machine is in.
    WrongState {
        /// What was to be done.
        operation: &'static str,
        /// The state.
        state: State,
    },
    /// A host function that answers later was called where only immediate answers are possible.
    AsyncHostFunction(Box<str>),
    /// The machine did not do again what is recorded: its record is of another one.
    Diverged {
        /// Where that was noticed.
        moment: Moment,
        /// What was different.
        message: String,
    },
    /// The bytes are no snapshot that this machine can go on from.
    Snapshot {
        /// Byte offset in the snapshot; for what is compressed, that of the compressed part.
        offset: u64,
        /// What is wrong.
        message: String,
    },
    /// The bytes are no recording that can be gone through here.
    Recording {
        /// Byte offset in the recording.
        offset: u64,
        /// What is wrong.
        message: String,
    },
    /// A mistake in an expression, or why it cannot be evaluated.
    Expression {
        /// What the text is: `condition`, `log` or `expression`.
        what: &'static str,
        /// The character of the text that it is about, counted from 1.
        column: u32,
        /// What is wrong.
        message: String,
    },
    /// A mistake of the caller's that has no variant of its own, in words.
    Usage(String),
}

/// One import that could not be satisfied.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkProblem {
    /// The first of the import's two names.
    pub module: Box<str>,
    /// The second.
    pub name: Box<str>,
    /// The type that is wanted.
    pub expected: ExternType,
    /// What was given instead; `None` if nothing was.
    pub found: Option<String>,
}

impl fmt::Display for LinkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            module,
            name,
            expected,
            found,
        } = self;
        match found {
            None => write!(
                f,
                "unknown import: \"{module}\" \"{name}\" ({expected}) is missing"
            ),
            Some(found) => write!(
                f,
                "incompatible import type: \"{module}\" \"{name}\" is wanted as {expected} but is {found}"
            ),
        }
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        let LoadError {
            kind,
            offset,
            message,
        } = error;
        match kind {
            LoadErrorKind::Malformed => Self::Malformed { offset, message },
            LoadErrorKind::Invalid => Self::Invalid { offset, message },
        }
    }
}

impl From<BudgetExceeded> for Error {
    fn from(error: BudgetExceeded) -> Self {
        Self::OutOfMemory(error)
    }
}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Self {
        match trap.kind {
            TrapKind::CallStackExhausted => Self::Exhaustion(Box::new(trap)),
            TrapKind::UncaughtException => Self::Exception(Box::new(trap)),
            _ => Self::Trap(Box::new(trap)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { offset, message } => {
                write!(f, "malformed module at offset 0x{offset:x}: {message}")
            }
            Self::Invalid { offset, message } => {
                write!(f, "invalid module at offset 0x{offset:x}: {message}")
            }
            Self::Unlinkable(problems) => {
                for (position, problem) in problems.iter().enumerate() {
                    if position > 0 {
                        f.write_str("\n")?;
                    }
                    problem.fmt(f)?;
                }
                Ok(())
            }
            Self::Trap(trap) | Self::Exception(trap) | Self::Exhaustion(trap) => trap.fmt(f),
            Self::OutOfMemory(error) => error.fmt(f),
            Self::NoSuchExport(name) => write!(f, "there is no export \"{name}\""),
            Self::WrongExportKind {
                name,
                wanted,
                found,
            } => {
                write!(f, "the export \"{name}\" is a {found}, not a {wanted}")
            }
            Self::ArgumentMismatch { wanted, found } => {
                write!(f, "the function takes {wanted} but is given {found}")
            }
            Self::ResultMismatch { wanted, found } => {
                write!(f, "the host function must give {wanted} but gave {found}")
            }
            Self::WrongState { operation, state } => {
                write!(
                    f,
                    "{operation} is not possible while the machine is {state:?}"
                )
            }
            Self::AsyncHostFunction(name) => write!(
                f,
                "the imported function {name} answers later: call it by call_function_async"
            ),
            Self::Diverged { moment, message } => {
                write!(f, "diverged at time {}: {message}", moment.time)
            }
            Self::Snapshot { offset, message } => {
                write!(f, "unusable snapshot at offset 0x{offset:x}: {message}")
            }
            Self::Recording { offset, message } => {
                write!(f, "unusable recording at offset 0x{offset:x}: {message}")
            }
            Self::Expression {
                what,
                column,
                message,
            } => write!(f, "{what}, column {column}: {message}"),
            Self::Usage(message) => f.write_str(message),
        }
    }
}

impl core::error::Error for Error {}
