//! What breakpoints have written, until the embedder takes it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::interpreter::{InstanceId, Interpreter};

/// How many messages are kept at most.
const MOST: usize = 1000;
/// How many bytes of text they have at most.
const MOST_BYTES: usize = 1 << 20;

/// A message that a breakpoint has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogMessage {
    /// The instance whose code the breakpoint is in.
    pub instance: InstanceId,
    /// The function's index in its module.
    pub function: u32,
    /// The instruction's byte offset in the module.
    pub offset: u32,
    /// The time at which it was written: how many instructions had been executed.
    pub time: u64,
    /// The text.
    pub text: String,
}

/// What has been written to the log since it was last taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenLog {
    /// The messages, in the order in which they were written.
    pub messages: Vec<LogMessage>,
    /// How many later ones there was no room for.
    pub lost: u64,
}

/// The log.
#[derive(Debug, Default)]
pub(super) struct Messages {
    log: TakenLog,
    bytes: usize,
}

impl Messages {
    pub(super) fn push(&mut self, message: LogMessage) {
        let bytes = self.bytes + message.text.len();
        if self.log.messages.len() >= MOST || bytes > MOST_BYTES {
            self.log.lost += 1;
            return;
        }
        self.bytes = bytes;
        self.log.messages.push(message);
    }
}

impl Interpreter {
    /// Takes what breakpoints have written since this was asked last.
    ///
    /// A run comes back for each message, as [`Stop::Log`](crate::Stop::Log), so whoever takes it then loses none and
    /// has it in order with the calls of host functions. Calls that are made to their end only collect messages: 1000,
    /// of 1 MiB together; a host function that wants to take them earlier reaches the machine by its
    /// [`Caller`](crate::Caller).
    pub fn take_log(&mut self) -> TakenLog {
        core::mem::take(&mut self.breakpoints.messages).log
    }
}
