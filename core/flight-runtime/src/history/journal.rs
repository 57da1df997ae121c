//! What the embedder has done: all that a machine's course depends on beside its beginning.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use flight_wasm::{FuncRef, ObjectRef, Value};

use super::Moment;
use crate::context::State;
use crate::interpreter::Interpreter;
use crate::slot::slots_of;
use crate::{TagRef, TrapKind};

/// One thing that the embedder has done, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// How many instructions had been executed.
    pub time: u64,
    /// The state that the machine was in.
    pub state: State,
    /// What was done.
    pub action: Action,
}

/// Something that the embedder did. Functions, memories, tables and globals are named by their addresses in the store.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// A function was called.
    Start {
        /// The function.
        function: FuncRef,
        /// Its arguments.
        arguments: Recorded,
    },
    /// A host function has returned.
    Answer {
        /// The host function.
        function: FuncRef,
        /// What it was called with.
        arguments: Recorded,
        /// What it returned.
        results: Recorded,
    },
    /// A host function has failed.
    Fail {
        /// The host function.
        function: FuncRef,
        /// What it was called with.
        arguments: Recorded,
        /// The kind of the trap that came of it.
        kind: TrapKind,
        /// What it said.
        explanation: String,
    },
    /// A host function has thrown an exception.
    Throw {
        /// The host function.
        function: FuncRef,
        /// What it was called with.
        arguments: Recorded,
        /// The exception's tag.
        tag: TagRef,
        /// What the exception carries.
        thrown: Recorded,
        /// Whether the guest has caught it; otherwise the machine has trapped.
        caught: bool,
    },
    /// The results of a call were taken.
    TakeResults {
        /// The results.
        results: Recorded,
    },
    /// The innermost call was dropped.
    Unwind,
    /// All calls were dropped.
    Reset,
    /// The calls that a host function had left under way were dropped.
    LeaveNested {
        /// How many calls were left.
        depth: usize,
    },
    /// Bytes of a memory were changed.
    WriteMemory {
        /// The memory.
        memory: u32,
        /// The first byte's address.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A memory was grown.
    GrowMemory {
        /// The memory.
        memory: u32,
        /// By how many pages.
        delta: u64,
    },
    /// A global was changed.
    SetGlobal {
        /// The global.
        global: u32,
        /// Its value.
        value: Value,
    },
    /// An entry of a table was changed.
    SetTableEntry {
        /// The table.
        table: u32,
        /// The entry's position.
        entry: u64,
        /// Its value.
        value: Value,
    },
    /// A table was grown.
    GrowTable {
        /// The table.
        table: u32,
        /// By how many entries.
        delta: u64,
        /// The value of the new entries.
        value: Value,
    },
    /// A local was changed.
    SetLocal {
        /// The frame's distance from the innermost one.
        distance: usize,
        /// The local's index.
        index: u32,
        /// Its value.
        value: Value,
    },
    /// An operand was changed.
    SetOperand {
        /// The frame's distance from the innermost one.
        distance: usize,
        /// Which of the frame's operands, from the bottom.
        position: u32,
        /// Its value.
        value: Value,
    },
    /// An object was kept alive.
    Keep(ObjectRef),
    /// An object was released.
    Release(ObjectRef),
    /// Garbage was collected early.
    CollectGarbage,
}

/// Values that are equal if their bits are: a NaN equals itself.
#[derive(Clone, Debug, Default)]
pub struct Recorded(Vec<Value>);

impl Deref for Recorded {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl From<&[Value]> for Recorded {
    fn from(values: &[Value]) -> Self {
        Self(values.into())
    }
}

impl From<Vec<Value>> for Recorded {
    fn from(values: Vec<Value>) -> Self {
        Self(values)
    }
}

impl Eq for Recorded {}

impl PartialEq for Recorded {
    fn eq(&self, other: &Self) -> bool {
        let same = |(left, right): (&Value, &Value)| {
            let numeric = matches!(left, Value::F32(_) | Value::F64(_));
            match numeric && left.ty() == right.ty() {
                true => slots_of(*left) == slots_of(*right),
                false => left == right,
            }
        };
        self.len() == other.len() && self.iter().zip(&**other).all(same)
    }
}

impl Entry {
    /// Whether the machine had trapped.
    pub(crate) fn trapped(&self) -> bool {
        self.state == State::Trapped
    }

    /// Whether it ended a host call by a trap.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(
            self.action,
            Action::Fail { .. } | Action::Throw { caught: false, .. }
        )
    }

    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> u64 {
        let values = match &self.action {
            Action::Start { arguments, .. } => size_of_val(&**arguments),
            Action::Answer {
                arguments, results, ..
            } => size_of_val(&**arguments) + size_of_val(&**results),
            Action::Fail {
                arguments,
                explanation,
                ..
            } => size_of_val(&**arguments) + explanation.len(),
            Action::Throw {
                arguments, thrown, ..
            } => size_of_val(&**arguments) + size_of_val(&**thrown),
            Action::TakeResults { results } => size_of_val(&**results),
            Action::WriteMemory { bytes, .. } => bytes.len(),
            _ => 0,
        };
        (size_of::<Self>() + values) as u64
    }
}

impl Interpreter {
    /// When the embedder is about to do something: for [`Interpreter::note`], once it has been done.
    /// `None` if it is not to be recorded.
    pub(crate) fn occasion(&mut self) -> Option<(u64, State)> {
        // What was done before in place is recorded before.
        self.settle_memories();
        self.recorded_here()
    }

    /// Records what the embedder has done at `occasion`.
    ///
    /// In the past, what has been done there before just goes on along the record; anything else gives up the future.
    pub(crate) fn note(&mut self, occasion: Option<(u64, State)>, action: impl FnOnce() -> Action) {
        let (Some((time, state)), Some(history)) = (occasion, &mut self.history) else {
            return;
        };
        let entry = Entry {
            time,
            state,
            action: action(),
        };
        if history.entry(history.actions) != Some(&entry) {
            history.drop_future(Moment {
                time,
                actions: history.actions,
                trapped: entry.trapped(),
            });
            history.entry_bytes += entry.bytes();
            history.entries.push(entry);
        }
        history.actions += 1;
        let room = history.budget / (32 * size_of::<Entry>() as u64);
        // In the past there may be more at the last checkpoint than here.
        let since = history
            .actions
            .saturating_sub(history.actions_at_checkpoint);
        if since >= room.min(super::MOST_ACTIONS) {
            history.next_checkpoint = history.next_checkpoint.min(time);
        }
    }
}
