//! The whole state of a machine.

use alloc::vec::Vec;

use flight_wasm::Value;

use crate::Config;
use crate::stack::Stack;
use crate::store::Store;
use crate::trap::Trap;

/// Where a machine stands. Each state says which operations may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is called. May follow: `start`.
    Idle,
    /// Before an instruction of the innermost frame. May follow: `step`, `run`, `reset`.
    Paused,
    /// A host function has been called and its answer is wanted.
    /// May follow: `answer`, `fail`, `throw`, `resolve_host_call`, `reset`, or a nested `start`.
    AwaitingHost,
    /// The innermost call has returned and its results are there. May follow: `take_results`, `start`, `reset`.
    Finished,
    /// The innermost call has trapped; its frames lie where they lay. May follow: `unwind`, `start`, `reset`.
    Trapped,
}

/// One call that has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallFrame {
    /// The function's address in the store.
    pub(crate) function: u32,
    /// The frame's first slot on the value stack.
    pub(crate) base: u32,
    /// The word of the internal code at which the frame goes on.
    pub(crate) ip: u32,
    /// A set of the marks in [`mark`]; 0 for most frames, so that returning is quick.
    pub(crate) marks: u32,
}

/// Marks of a frame: why its return is not an ordinary one.
pub(crate) mod mark {
    /// The embedder made this call: its return ends the run.
    pub(crate) const ENTRY: u32 = 1;
    /// The caller may have another memory 0.
    pub(crate) const CROSS: u32 = 2;
    /// The embedder wants to know of the return.
    pub(crate) const NOTIFY: u32 = 4;
    /// A function of the embedder's.
    pub(crate) const HOST: u32 = 8;
}

impl CallFrame {
    pub(crate) const fn is(&self, mark: u32) -> bool {
        self.marks & mark != 0
    }
}

/// The whole machine: store, value stack, call frames, position, state. No state hides anywhere else.
#[derive(Clone, Debug)]
pub struct ExecutionContext {
    pub(crate) store: Store,
    pub(crate) stack: Stack,
    pub(crate) frames: Vec<CallFrame>,
    pub(crate) state: State,
    pub(crate) time: u64,
    pub(crate) results: Vec<Value>,
    pub(crate) trap: Option<Trap>,
    pub(crate) max_call_depth: u32,
}

impl ExecutionContext {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            store: Store::new(config.memory_budget, config.heap_budget),
            stack: Stack::new(config.max_stack_bytes),
            frames: Vec::new(),
            state: State::Idle,
            time: 0,
            results: Vec::new(),
            trap: None,
            max_call_depth: config.max_call_depth,
        }
    }

    /// Where the machine stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// The number of instructions executed.
    pub fn time(&self) -> u64 {
        self.time
    }

    /// The value stack.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// How many calls have not returned, host functions' included.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }
}
