//! Why bytes are not a module.

use alloc::string::{String, ToString};
use core::fmt;

/// Which of the two ways a module can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadErrorKind {
    /// The bytes do not follow the binary format. Spec: binary-module
    Malformed,
    /// The module is well-formed but breaks a rule of validation. Spec: valid-module
    Invalid,
}

/// Bytes that are not a valid module, with the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Malformed or invalid.
    pub kind: LoadErrorKind,
    /// The byte offset in the module at which it was noticed.
    pub offset: u64,
    /// What is wrong, in words.
    pub message: String,
}

impl From<wasmparser::Error> for LoadError {
    fn from(error: wasmparser::Error) -> Self {
        // Which of the two kinds it is, `decode::module` finds out afterwards.
        let kind = LoadErrorKind::Invalid;
        // Of a message that goes on over several lines, the first says what is wrong.
        let message = error
            .message()
            .lines()
            .next()
            .unwrap_or_default()
            .to_string();
        Self {
            kind,
            offset: error.offset(),
            message,
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            LoadErrorKind::Malformed => "malformed",
            LoadErrorKind::Invalid => "invalid",
        };
        write!(
            f,
            "{kind} module at offset 0x{:x}: {}",
            self.offset, self.message
        )
    }
}

impl core::error::Error for LoadError {}
