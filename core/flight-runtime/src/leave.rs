//! How the execution loop is entered, and why it is left.

use crate::TrapKind;

/// Why the loop was left. Except where said otherwise the instruction at hand has not been executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    /// One instruction was executed, as asked for.
    Halted,
    /// The run would end beyond the fuel.
    Fuel,
    /// A breakpoint stands here.
    Break,
    /// The instruction traps.
    Trap(TrapKind),
    /// The instruction is to be executed out of the loop.
    Rare,
    /// The loop for vector code was left: the other one is to go on.
    #[cfg_attr(
        not(feature = "simd"),
        allow(dead_code, reason = "there is no such loop")
    )]
    Scalar,
    /// There is no room for another call frame.
    GrowFrames,
    /// The function at this address is to be translated before it can be called.
    Lower(u32),
    /// The heap has no room for this many bytes.
    Collect(u64),
    /// An exception is to be thrown.
    Throw,
    /// The value stack needs this many slots in all.
    GrowStack(u32),
    /// A host function was called: its frame is the innermost one.
    HostCall,
    /// A call of the embedder's returned, its frame is gone: the results begin at this slot.
    Finished { function: u32, base: u32 },
    /// A frame marked for it has returned.
    Returned,
}

/// How the loop is to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// The first instruction's first word: what stands in the code, or what a breakpoint has replaced.
    pub(crate) first: u32,
    /// What is left of every other first word: the opcode, or in a single step nothing, which is `Halt`.
    pub(crate) mask: u32,
}

impl Pace {
    /// On and on.
    pub(crate) const FAST: u32 = 0xffff;
    /// One instruction.
    pub(crate) const SINGLE: u32 = 0;
}
