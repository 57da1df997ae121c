//! Atomic instructions: the table of them, and what they do to a memory.
//!
//! Everything is executed on one thread, so that each is a plain access; what remains of threads is checked or answered:
//! an address must be a multiple of the access's width, and nobody waits or can wake.
//!
//! - `notify` wakes nobody: it gives 0.
//! - `wait` gives 1 if the value is not the expected one. If it is, a wait with a timeout gives 2 at once, since there is
//!   no clock and nobody could end it earlier; a wait without end traps.
//! - Alignment is checked first, then (by `wait`) that the memory is shared, then the bounds.

use flight_memory::LinearMemory;
use flight_wasm::Value;
use flight_wasm::wasmparser::{MemArg, Operator};

use crate::TrapKind;
use crate::numeric::*;
use crate::op::{Op, code};
use crate::operands::Operands;
use crate::rare::effective_address;
use crate::slot::{self, Slot, Typed};
use crate::store::Store;

/// Calls a macro with the table of all atomic instructions on memory.
///
/// An instruction is made of others: those of its load, of its operation and of its store.
/// What follows the callback's braces is put behind what is in them.
macro_rules! for_each_atomic {
    ($callback:ident! { $($extra:tt)* } $($rest:tt)*) => { $callback! { $($extra)* $($rest)*
        load {
            I32AtomicLoad i32_load;
            I64AtomicLoad i64_load;
            I32AtomicLoad8U i32_load8_u;
            I32AtomicLoad16U i32_load16_u;
            I64AtomicLoad8U i64_load8_u;
            I64AtomicLoad16U i64_load16_u;
            I64AtomicLoad32U i64_load32_u;
        }
        store {
            I32AtomicStore i32_store;
            I64AtomicStore i64_store;
            I32AtomicStore8 i32_store8;
            I32AtomicStore16 i32_store16;
            I64AtomicStore8 i64_store8;
            I64AtomicStore16 i64_store16;
            I64AtomicStore32 i64_store32;
        }
        rmw {
            I32AtomicRmwAdd i32_load i32_add i32_store;
            I64AtomicRmwAdd i64_load i64_add i64_store;
            I32AtomicRmw8AddU i32_load8_u i32_add i32_store8;
            I32AtomicRmw16AddU i32_load16_u i32_add i32_store16;
            I64AtomicRmw8AddU i64_load8_u i64_add i64_store8;
            I64AtomicRmw16AddU i64_load16_u i64_add i64_store16;
            I64AtomicRmw32AddU i64_load32_u i64_add i64_store32;
            I32AtomicRmwSub i32_load i32_sub i32_store;
            I64AtomicRmwSub i64_load i64_sub i64_store;
            I32AtomicRmw8SubU i32_load8_u i32_sub i32_store8;
            I32AtomicRmw16SubU i32_load16_u i32_sub i32_store16;
            I64AtomicRmw8SubU i64_load8_u i64_sub i64_store8;
            I64AtomicRmw16SubU i64_load16_u i64_sub i64_store16;
            I64AtomicRmw32SubU i64_load32_u i64_sub i64_store32;
            I32AtomicRmwAnd i32_load i32_and i32_store;
            I64AtomicRmwAnd i64_load i64_and i64_store;
            I32AtomicRmw8AndU i32_load8_u i32_and i32_store8;
            I32AtomicRmw16AndU i32_load16_u i32_and i32_store16;
            I64AtomicRmw8AndU i64_load8_u i64_and i64_store8;
            I64AtomicRmw16AndU i64_load16_u i64_and i64_store16;
            I64AtomicRmw32AndU i64_load32_u i64_and i64_store32;
            I32AtomicRmwOr i32_load i32_or i32_store;
            I64AtomicRmwOr i64_load i64_or i64_store;
            I32AtomicRmw8OrU i32_load8_u i32_or i32_store8;
            I32AtomicRmw16OrU i32_load16_u i32_or i32_store16;
            I64AtomicRmw8OrU i64_load8_u i64_or i64_store8;
            I64AtomicRmw16OrU i64_load16_u i64_or i64_store16;
            I64AtomicRmw32OrU i64_load32_u i64_or i64_store32;
            I32AtomicRmwXor i32_load i32_xor i32_store;
            I64AtomicRmwXor i64_load i64_xor i64_store;
            I32AtomicRmw8XorU i32_load8_u i32_xor i32_store8;
            I32AtomicRmw16XorU i32_load16_u i32_xor i32_store16;
            I64AtomicRmw8XorU i64_load8_u i64_xor i64_store8;
            I64AtomicRmw16XorU i64_load16_u i64_xor i64_store16;
            I64AtomicRmw32XorU i64_load32_u i64_xor i64_store32;
            I32AtomicRmwXchg i32_load i32_xchg i32_store;
            I64AtomicRmwXchg i64_load i64_xchg i64_store;
            I32AtomicRmw8XchgU i32_load8_u i32_xchg i32_store8;
            I32AtomicRmw16XchgU i32_load16_u i32_xchg i32_store16;
            I64AtomicRmw8XchgU i64_load8_u i64_xchg i64_store8;
            I64AtomicRmw16XchgU i64_load16_u i64_xchg i64_store16;
            I64AtomicRmw32XchgU i64_load32_u i64_xchg i64_store32;
        }
        cmpxchg {
            I32AtomicRmwCmpxchg i32_load i32_store;
            I64AtomicRmwCmpxchg i64_load i64_store;
            I32AtomicRmw8CmpxchgU i32_load8_u i32_store8;
            I32AtomicRmw16CmpxchgU i32_load16_u i32_store16;
            I64AtomicRmw8CmpxchgU i64_load8_u i64_store8;
            I64AtomicRmw16CmpxchgU i64_load16_u i64_store16;
            I64AtomicRmw32CmpxchgU i64_load32_u i64_store32;
        }
        wait {
            MemoryAtomicWait32 i32_load;
            MemoryAtomicWait64 i64_load;
        }
        notify {
            MemoryAtomicNotify i32_load;
        }
    } };
}
pub(crate) use for_each_atomic;

/// What an atomic instruction does.
pub(crate) struct Outcome {
    /// What it pushes.
    pub(crate) gives: Option<Value>,
    /// What it writes at its address: bytes, of which so many count.
    pub(crate) writes: Option<([u8; 8], usize)>,
}

/// The timeout's answer of `wait`.
const NOT_EQUAL: i32 = 1;
const TIMED_OUT: i32 = 2;

/// The operation of `xchg`: the new value.
fn i32_xchg(_: i32, b: i32) -> i32 {
    b
}

/// The operation of `xchg`: the new value.
fn i64_xchg(_: i64, b: i64) -> i64 {
    b
}

fn aligned<const N: usize>(address: u64) -> Result<(), TrapKind> {
    match address % N as u64 {
        0 => Ok(()),
        _ => Err(TrapKind::UnalignedAtomic),
    }
}

fn read<const N: usize>(memory: &LinearMemory, address: u64) -> Result<[u8; N], TrapKind> {
    aligned::<N>(address)?;
    let bytes = memory.read(address, N as u64)?;
    bytes.try_into().map_err(|_| TrapKind::MemoryOutOfBounds)
}

fn written<const N: usize>(bytes: [u8; N]) -> Option<([u8; 8], usize)> {
    let mut padded = [0; 8];
    padded[..N].copy_from_slice(&bytes);
    Some((padded, N))
}

fn load<T: Typed, const N: usize>(
    bytes: Result<[u8; N], TrapKind>,
    load: impl Fn([u8; N]) -> T,
) -> Result<Outcome, TrapKind> {
    Ok(Outcome {
        gives: Some(slot::typed(load(bytes?))),
        writes: None,
    })
}

fn store<T: Slot, const N: usize>(
    memory: &LinearMemory,
    address: u64,
    value: u64,
    store: impl Fn(T) -> [u8; N],
) -> Result<Outcome, TrapKind> {
    // Read for the checks' sake: a store fails as a load does.
    read::<N>(memory, address)?;
    Ok(Outcome {
        gives: None,
        writes: written(store(T::from_slot(value))),
    })
}

fn rmw<T: Typed, const N: usize>(
    bytes: Result<[u8; N], TrapKind>,
    operand: u64,
    load: impl Fn([u8; N]) -> T,
    operation: impl Fn(T, T) -> T,
    store: impl Fn(T) -> [u8; N],
) -> Result<Outcome, TrapKind> {
    let old = load(bytes?);
    let new = operation(old, T::from_slot(operand));
    Ok(Outcome {
        gives: Some(slot::typed(old)),
        writes: written(store(new)),
    })
}

/// The expected value is narrowed to the access's width before it is compared, as browsers and the threads proposal do.
fn cmpxchg<T: Typed, const N: usize>(
    bytes: Result<[u8; N], TrapKind>,
    [expected, replacement]: [u64; 2],
    load: impl Fn([u8; N]) -> T,
    store: impl Fn(T) -> [u8; N],
) -> Result<Outcome, TrapKind> {
    let bytes = bytes?;
    let equal = bytes == store(T::from_slot(expected));
    Ok(Outcome {
        gives: Some(slot::typed(load(bytes))),
        writes: if equal {
            written(store(T::from_slot(replacement)))
        } else {
            None
        },
    })
}

fn wait<T: Slot + PartialEq, const N: usize>(
    memory: &LinearMemory,
    address: u64,
    [expected, timeout]: [u64; 2],
    load: impl Fn([u8; N]) -> T,
) -> Result<Outcome, TrapKind> {
    aligned::<N>(address)?;
    if !memory.limits().shared {
        return Err(TrapKind::ExpectedSharedMemory);
    }
    let equal = load(read(memory, address)?) == T::from_slot(expected);
    let answer = match (equal, timeout as i64) {
        (false, _) => NOT_EQUAL,
        (true, 0..) => TIMED_OUT,
        (true, _) => return Err(TrapKind::EndlessWait),
    };
    Ok(Outcome {
        gives: Some(answer.into()),
        writes: None,
    })
}

fn notify<const N: usize, T>(
    bytes: Result<[u8; N], TrapKind>,
    _: impl Fn([u8; N]) -> T,
) -> Result<Outcome, TrapKind> {
    bytes?;
    Ok(Outcome {
        gives: Some(Value::I32(0)),
        writes: None,
    })
}

macro_rules! by_table {
    (perform $opcode:ident, $memory:ident, $address:ident, $operands:ident,
     load { $($load:ident $load_fn:ident;)* } store { $($store:ident $store_fn:ident;)* }
     rmw { $($rmw:ident $rmw_load:ident $rmw_fn:ident $rmw_store:ident;)* }
     cmpxchg { $($cmpxchg:ident $cmpxchg_load:ident $cmpxchg_store:ident;)* }
     wait { $($wait:ident $wait_load:ident;)* } notify { $($notify:ident $notify_load:ident;)* }) => {
        match $opcode {
            $(code::$load => load(read($memory, $address), $load_fn),)*
            $(code::$store => store($memory, $address, $operands[0], $store_fn),)*
            $(code::$rmw => {
                rmw(read($memory, $address), $operands[0], $rmw_load, $rmw_fn, $rmw_store)
            })*
            $(code::$cmpxchg => {
                cmpxchg(read($memory, $address), $operands, $cmpxchg_load, $cmpxchg_store)
            })*
            $(code::$wait => wait($memory, $address, $operands, $wait_load),)*
            $(code::$notify => notify(read($memory, $address), $notify_load),)*
            _ => Err(TrapKind::Unreachable),
        }
    };
    (decode $operator:ident
     load { $($load:ident $f1:ident;)* } store { $($store:ident $f2:ident;)* }
     rmw { $($rmw:ident $f3:ident $f4:ident $f5:ident;)* }
     cmpxchg { $($cmpxchg:ident $f6:ident $f7:ident;)* }
     wait { $($wait:ident $f8:ident;)* } notify { $($notify:ident $f9:ident;)* }) => {
        match $operator {
            $(Operator::$load { memarg } => (Op::$load, memarg),)*
            $(Operator::$store { memarg } => (Op::$store, memarg),)*
            $(Operator::$rmw { memarg } => (Op::$rmw, memarg),)*
            $(Operator::$cmpxchg { memarg } => (Op::$cmpxchg, memarg),)*
            $(Operator::$wait { memarg } => (Op::$wait, memarg),)*
            $(Operator::$notify { memarg } => (Op::$notify, memarg),)*
            _ => return None,
        }
    };
    (form $opcode:ident
     load { $($load:ident $f1:ident;)* } store { $($store:ident $f2:ident;)* }
     rmw { $($rmw:ident $f3:ident $f4:ident $f5:ident;)* }
     cmpxchg { $($cmpxchg:ident $f6:ident $f7:ident;)* }
     wait { $($wait:ident $f8:ident;)* } notify { $($notify:ident $f9:ident;)* }) => {
        match $opcode {
            $(code::$load => (1, true),)*
            $(code::$store => (2, false),)*
            $(code::$rmw => (2, true),)*
            $(code::$cmpxchg => (3, true),)*
            $(code::$wait => (3, true),)*
            $(code::$notify => (2, true),)*
            _ => (0, false),
        }
    };
}

/// What an atomic instruction does at an address, with the operands behind it; nothing has been written yet.
pub(crate) fn perform(
    opcode: u32,
    memory: &LinearMemory,
    address: u64,
    operands: [u64; 2],
) -> Result<Outcome, TrapKind> {
    if !cfg!(feature = "threads") {
        return Err(TrapKind::Unreachable);
    }
    for_each_atomic! { by_table! { perform opcode, memory, address, operands, } }
}

/// The opcode and memory argument of an atomic instruction; `None` for another one.
pub(crate) fn decode<'a>(operator: &'a Operator<'_>) -> Option<(Op, &'a MemArg)> {
    if !cfg!(feature = "threads") {
        return None;
    }
    Some(for_each_atomic! { by_table! { decode operator } })
}

/// How many operands an atomic instruction takes, and whether it gives a result.
pub(crate) fn form(opcode: u32) -> (usize, bool) {
    for_each_atomic! { by_table! { form opcode } }
}

/// Executes one atomic instruction: its length in words, or why it traps.
pub(crate) fn execute(
    opcode: u32,
    store: &mut Store,
    operands: Operands,
) -> Result<usize, TrapKind> {
    let (takes, gives) = form(opcode);
    let first = 1 + usize::from(gives);
    let behind = first + takes;
    let operand = |index: usize| match index < takes {
        true => operands.get(first + index),
        false => 0,
    };
    let address = effective_address(operands, first, behind + 1)?;
    let memory = &mut store.memories[operands.word(behind) as usize];
    let outcome = perform(opcode, memory, address, [operand(1), operand(2)])?;
    if let Some((bytes, length)) = outcome.writes {
        memory.write(address, &bytes[..length])?;
    }
    if let Some(value) = outcome.gives {
        operands.set(1, slot::slots_of(value).0);
    }
    Ok(behind + 3)
}
