//! What the embedder has done: all that a machine's course depends on beside its beginning.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use flight_wasm::{FuncRef, ObjectRef, Value};

use crate::TrapKind;
use crate::context::State;
use crate::slot::slots_of;

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
        matches!(self.action, Action::Fail { .. })
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
            Action::TakeResults { results } => size_of_val(&**results),
            Action::WriteMemory { bytes, .. } => bytes.len(),
            _ => 0,
        };
        (size_of::<Self>() + values) as u64
    }
}
