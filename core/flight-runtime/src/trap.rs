//! Why execution stopped.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use flight_wasm::Value;

use crate::inspect::LocalView;

macro_rules! trap_kinds {
    ($($(#[$doc:meta])* $kind:ident $words:literal;)*) => {
        /// The closed list of causes of a trap.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TrapKind {
            $($(#[$doc])* $kind,)*
        }

        impl TrapKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The kind in words, beginning with those of the official test-suite.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$kind => $words,)* }
            }

            /// The kind's name: `IntegerDivideByZero`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }
        }
    };
}

trap_kinds! {
    /// `unreachable` was executed.
    Unreachable "unreachable";
    /// An integer was divided by zero.
    IntegerDivideByZero "integer divide by zero";
    /// A quotient, or a truncated number, does not fit the integer type.
    IntegerOverflow "integer overflow";
    /// A NaN was to become an integer.
    InvalidConversionToInteger "invalid conversion to integer";
    /// Bytes outside of a memory were accessed.
    MemoryOutOfBounds "out of bounds memory access";
    /// Entries outside of a table were accessed.
    TableOutOfBounds "out of bounds table access";
    /// `call_indirect` was given an index outside of its table.
    UndefinedElement "undefined element";
    /// `call_indirect` met a null entry.
    UninitializedElement "uninitialized element";
    /// `call_indirect` met a function of another type.
    IndirectCallTypeMismatch "indirect call type mismatch";
    /// An atomic instruction's address is no multiple of its width.
    UnalignedAtomic "unaligned atomic";
    /// An instruction waits on a memory that is not shared.
    ExpectedSharedMemory "expected shared memory";
    /// An instruction waits without a timeout: on the only thread, it would be for ever.
    EndlessWait "endless wait: no other thread can wake it";
    /// Too many calls lie on each other, or their frames do not fit the value stack.
    CallStackExhausted "call stack exhausted";
    /// A null reference was to be used as one that is not.
    NullReference "null reference";
    /// `call_ref` met null.
    NullFunction "null function reference";
    /// A field of null was accessed.
    NullStructure "null structure reference";
    /// An element or the length of null was accessed.
    NullArray "null array reference";
    /// The integer of null was asked for.
    NullI31 "null i31 reference";
    /// Null was thrown.
    NullException "null exception reference";
    /// Elements outside of an array were accessed.
    ArrayOutOfBounds "out of bounds array access";
    /// A reference is not of the type that it is cast to.
    CastFailure "cast failure";
    /// The heap's budget does not suffice, though everything unreachable has been collected.
    HeapExhausted "heap exhausted";
    /// An exception was thrown that nothing catches.
    UncaughtException "uncaught exception";
    /// A host function failed.
    Host "host function failed";
}

impl fmt::Display for TrapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// One call that had not returned when execution trapped.
#[derive(Clone, Debug, PartialEq)]
pub struct TrapFrame {
    /// The function's index in its module; for a host function its address in the store.
    pub function: u32,
    /// The function's name.
    pub name: Option<Box<str>>,
    /// The instruction's byte offset in the module: the failing one, or the call; `None` in a host function.
    pub offset: Option<u32>,
    /// The locals, parameters first.
    pub locals: Vec<LocalView>,
}

/// A tag of exceptions, by its address in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TagRef(pub u32);

impl TagRef {
    /// The tag that every interpreter has from the beginning, for what host functions throw that is no exception of a
    /// guest's: its exceptions carry one `externref`. The JavaScript interface calls it `JSTag`.
    pub const HOST: Self = Self(crate::store::HOST_TAG);
}

/// An exception as it can be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Exception {
    /// The tag's address in the store.
    pub tag: u32,
    /// The tag's name, if the module at hand has one for it.
    pub name: Option<Box<str>>,
    /// The arguments that it was thrown with.
    pub arguments: Vec<Value>,
}

/// A trap: why, where, and with which operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Trap {
    /// Why.
    pub kind: TrapKind,
    /// What happened with the operands at hand, in a sentence.
    pub explanation: String,
    /// The failing instruction's byte offset in the module.
    pub offset: Option<u32>,
    /// The failing instruction with its immediates.
    pub instruction: Option<String>,
    /// The operands that the failing instruction took, deepest first.
    pub operands: Vec<Value>,
    /// The exception that nothing catches.
    pub exception: Option<Exception>,
    /// The calls, innermost first; of very many only the innermost ones.
    pub frames: Vec<TrapFrame>,
    /// How many calls had not returned.
    pub depth: usize,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.message())?;
        if let Some(offset) = self.offset {
            write!(f, " at offset 0x{offset:x}")?;
        }
        if !self.explanation.is_empty() {
            write!(f, ": {}", self.explanation)?;
        }
        Ok(())
    }
}

impl Trap {
    /// A trap that no instruction made: of an active segment, or of a call that could not begin.
    pub(crate) fn outside_of_code(kind: TrapKind, explanation: String) -> Self {
        Self {
            kind,
            explanation,
            offset: None,
            instruction: None,
            operands: Vec::new(),
            exception: None,
            frames: Vec::new(),
            depth: 0,
        }
    }
}
