//! Opcodes of the internal code.
//!
//! An internal instruction is a sequence of 32-bit words.
//! The low half of the first word is the opcode, the high half is its *tick*: how many WebAssembly instructions of its
//! straight-line run have been executed once it has, itself included.
//! A run ends with an instruction that *flushes*: it adds its tick to the time, and the next instruction's tick is 1.
//! Operands follow: `slot` is an offset in bytes from the frame's first slot, `target` an offset in words from the
//! instruction's own first word, `lo hi` the halves of a 64-bit number.
//!
//! What stands in the backquotes with which an opcode's description begins is its *form*: its operands, in order.
//! The names say what the words are (`listing/forms.rs`).
//! Numeric instructions have the form `dst a` or `dst a b`; loads `dst address offset`; stores `address value offset`.
//! Vector and atomic instructions have the form `dst? operands… (memory lo hi)? immediate…`: their memory is any one.

use crate::atomic::for_each_atomic;
use crate::numeric::for_each_numeric;
use crate::simd::for_each_simd;

macro_rules! define_ops {
    (by_hand { $($(#[doc = $doc:literal])* $hand:ident;)* }
     $($group:ident { $($name:ident $($function:ident)+;)* })*) => {
        /// An internal opcode.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub(crate) enum Op {
            $($(#[doc = $doc])* $hand,)*
            $($($name,)*)*
        }

        /// How many opcodes there are without the families.
        pub(crate) const COUNT: u32 = NAMES.len() as u32;

        /// The names of the opcodes.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($hand),)* $($(stringify!($name),)*)*];

        /// What is said of the opcodes above; of those from the tables their groups.
        pub(crate) const SAID: &[&str] = &[
            $(concat!($($doc),*),)*
            $($({ let _ = stringify!($name); stringify!($group) },)*)*
        ];

        /// The opcodes as numbers, for use in patterns.
        #[allow(non_upper_case_globals, dead_code, reason = "named after the opcodes")]
        pub(crate) mod code {
            $(pub(crate) const $hand: u32 = super::Op::$hand as u32;)*
            $($(pub(crate) const $name: u32 = super::Op::$name as u32;)*)*
        }
    };
}

for_each_numeric! { for_each_simd! { for_each_atomic! { define_ops! { by_hand {
    /// Leaves the loop: in a single step, what every instruction but the first is taken for.
    Halt;
    /// Executes an instruction that the loop has no arm for: its opcode and its operands follow.
    Rare;
    /// Traps: `unreachable`.
    Unreachable;
    /// Does nothing: `nop`, `drop`, `block`.
    Nop;
    /// Does nothing, and flushes: `end`.
    Flush;
    /// Does nothing, flushes, and is no WebAssembly instruction: stands before a join and in long runs.
    Tick;
    /// A breakpoint stands here; the first word that it replaces is kept aside.
    Break;
    /// `target`: goes there.
    Br;
    /// `target dst src count`: moves slots, goes there.
    BrMove;
    /// `condition target`: goes there if it is not zero.
    BrIf;
    /// `condition target dst src count`: if it is not zero, moves slots and goes there.
    BrIfMove;
    /// `condition target`: goes there if it is zero.
    BrUnless;
    /// `index entries src count (target dst)…`: the last of the `entries` is the default.
    BrTable;
    /// `src count`: moves the results to the frame's start and returns.
    Return;
    /// `src`: moves a result to the frame's start and returns.
    ReturnOne;
    /// `function base`: calls a function of the same instance.
    Call;
    /// `function base`: calls an imported function.
    CallImport;
    /// `table type index base`
    CallIndirect;
    /// `function src count`: replaces this frame.
    ReturnCall;
    /// `table type index src`: replaces this frame.
    ReturnCallIndirect;
    /// `dst src`
    Copy;
    /// `dst src`, two slots.
    Copy2;
    /// `dst lo hi`
    Const;
    /// `dst cell`
    GlobalGet;
    /// `cell src`
    GlobalSet;
    /// `dst a b condition`
    Select;
    /// `dst a b condition`, two slots.
    Select2;
    /// `dst a`
    RefIsNull;
    /// `count (kind tag target dst)…`: opens a block with handlers, which `exceptions` looks up.
    TryTable;
    /// `value target dst src count`: if it is null, moves slots and goes there.
    BrOnNull;
    /// `value target dst src count`: if it is not null, moves slots and goes there.
    BrOnNonNull;
    /// `value target dst src count type type`: if it is of the type, moves slots and goes there.
    BrOnCast;
    /// `value target dst src count type type`: if it is not of the type, moves slots and goes there.
    BrOnCastFail;
    /// `reference base`: calls the function that a slot refers to.
    CallRef;
    /// `reference src count`: replaces this frame.
    ReturnCallRef;
    /// `tag first count`: throws an exception with these slots.
    Throw;
    /// `exception`: throws what a slot refers to.
    ThrowRef;
    // From here to the numeric ones: rare instructions, executed out of the loop by `rare`.
    /// `dst memory`
    MemorySize;
    /// `dst delta memory`
    MemoryGrow;
    /// `address value length memory`
    MemoryFill;
    /// `to from length to_memory from_memory`
    MemoryCopy;
    /// `to from length memory segment`
    MemoryInit;
    /// `segment`
    DataDrop;
    /// `dst index table`
    TableGet;
    /// `index value table`
    TableSet;
    /// `dst table`
    TableSize;
    /// `dst value delta table`
    TableGrow;
    /// `index value length table`
    TableFill;
    /// `to from length to_table from_table`
    TableCopy;
    /// `to from length table segment`
    TableInit;
    /// `segment`
    ElemDrop;
    /// `dst cell`, two slots.
    GlobalGet2;
    /// `cell src`, two slots.
    GlobalSet2;
    /// `dst a_lo a_hi b_lo b_hi`, the result in two slots.
    I64Add128;
    /// `dst a_lo a_hi b_lo b_hi`, the result in two slots.
    I64Sub128;
    /// `dst a b`, the result in two slots.
    I64MulWideS;
    /// `dst a b`, the result in two slots.
    I64MulWideU;
    /// `dst address memory offset offset_hi opcode`: a load from any memory, with any offset.
    LoadAny;
    /// `address value memory offset offset_hi opcode`: a store to any memory, with any offset.
    StoreAny;
    /// `dst first count type`
    StructNew;
    /// `dst type`
    StructNewDefault;
    /// `dst structure field signed`
    StructGet;
    /// `structure value field`
    StructSet;
    /// `dst structure field`, two slots.
    StructGet2;
    /// `structure value field`, two slots.
    StructSet2;
    /// `dst value length type`
    ArrayNew;
    /// `dst value length type`, two slots.
    ArrayNew2;
    /// `dst length type`
    ArrayNewDefault;
    /// `dst first count type`: `count` slots.
    ArrayNewFixed;
    /// `dst from length type segment`
    ArrayNewData;
    /// `dst from length type segment`
    ArrayNewElem;
    /// `dst array index signed`
    ArrayGet;
    /// `dst array index`, two slots.
    ArrayGet2;
    /// `array index value`
    ArraySet;
    /// `array index value`, two slots.
    ArraySet2;
    /// `dst array`
    ArrayLen;
    /// `array index value length`
    ArrayFill;
    /// `array index value length`, two slots.
    ArrayFill2;
    /// `to to_index from from_index length`
    ArrayCopy;
    /// `array index from length segment`
    ArrayInitData;
    /// `array index from length segment`
    ArrayInitElem;
    /// `dst a`
    RefI31;
    /// `dst a`
    I31GetS;
    /// `dst a`
    I31GetU;
    /// `dst a b`
    RefEq;
    /// `dst a type type`
    RefTest;
    /// `dst a type type`
    RefCast;
    /// `dst a`
    RefAsNonNull;
} } } } }

/// The first vector instruction, and the last: executed by the loop in `execute/vectors.rs`, or singly by `simd`.
pub(crate) const SIMD: core::ops::RangeInclusive<u32> = code::V128Const..=code::V128Store64Lane;

/// The first atomic instruction, and the last: executed out of the loop by `atomic`.
pub(crate) const ATOMIC: core::ops::RangeInclusive<u32> =
    code::I32AtomicLoad..=code::MemoryAtomicNotify;

/// Whether the loop has no arm for an opcode: code has a [`Op::Rare`] before it.
pub(crate) fn is_rare(opcode: u32) -> bool {
    (code::MemorySize..=code::RefAsNonNull).contains(&opcode)
        || SIMD.contains(&opcode)
        || ATOMIC.contains(&opcode)
        || (NUMERIC.contains(&opcode) && !crate::family::is_hot(opcode))
}

/// The numeric instructions.
pub(crate) const NUMERIC: core::ops::RangeInclusive<u32> = code::I32Eqz..=code::I64Store32;

/// How many WebAssembly instructions a run may have at most before a [`Op::Tick`] ends it.
///
/// Fuel is checked where a run ends, so this is also how much fuel is held back for exact stops.
pub(crate) const MAX_RUN: u32 = 256;

/// The opcode in an instruction's first word.
#[inline(always)]
pub(crate) fn opcode(word: u32) -> u32 {
    word & 0xffff
}

/// The tick in an instruction's first word.
#[inline(always)]
pub(crate) fn tick(word: u32) -> u32 {
    word >> 16
}
