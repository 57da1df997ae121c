//! Which operators access what.

use flight_wasm::wasmparser::{MemArg, MemArgTarget, Operator};

use super::{Access, Length, Mode, Operand, Part, Thing, Touch};
use crate::atomic;
use crate::numeric::{self, for_each_numeric};
use crate::op::code;
use crate::simd::{self, Immediate, Meaning};
use crate::store::{ModuleInstance, Store};

const fn range(thing: Thing, mode: Mode, first: u8, length: Length<Operand>) -> Part<Operand> {
    Part {
        thing,
        mode,
        first: Some(Operand::At(first)),
        offset: 0,
        length,
    }
}

/// What an instruction of a function of an instance may access; `None` if nothing.
pub(crate) fn touch(
    operator: &Operator<'_>,
    own: &ModuleInstance,
    function: u32,
) -> Option<Touch<Operand>> {
    use Mode::{Read, Write};
    let memory = |index: u32| Thing::Memory(own.memories[index as usize]);
    let table = |index: u32| Thing::Table(own.tables[index as usize]);
    let global = |index: u32| Thing::Global(own.globals[index as usize]);
    let local = |index: u32| Thing::Local { function, index };
    // Bulk instructions take their length behind two operands.
    let count = Length::Of(Operand::At(2));
    let one = Length::Fixed(1);
    let copy = |to: Thing, from: Thing| Touch {
        parts: [
            Some(range(to, Write, 0, count)),
            Some(range(from, Read, 1, count)),
        ],
        gives: false,
    };
    Some(match *operator {
        Operator::LocalGet { local_index } => Touch::whole(local(local_index), Read),
        Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
            Touch::whole(local(local_index), Write)
        }
        Operator::GlobalGet { global_index } => Touch::whole(global(global_index), Read),
        Operator::GlobalSet { global_index } => Touch::whole(global(global_index), Write),
        Operator::MemoryFill { mem } | Operator::MemoryInit { mem, .. } => {
            Touch::one(range(memory(mem), Write, 0, count), false)
        }
        Operator::MemoryCopy { dst_mem, src_mem } => copy(memory(dst_mem), memory(src_mem)),
        Operator::TableGet { table: index } => Touch::one(range(table(index), Read, 0, one), true),
        Operator::TableSet { table: index } => {
            Touch::one(range(table(index), Write, 0, one), false)
        }
        Operator::TableFill { table: index } | Operator::TableInit { table: index, .. } => {
            Touch::one(range(table(index), Write, 0, count), false)
        }
        Operator::TableCopy {
            dst_table,
            src_table,
        } => copy(table(dst_table), table(src_table)),
        Operator::CallIndirect { table_index, .. }
        | Operator::ReturnCallIndirect { table_index, .. } => {
            let mut part = range(table(table_index), Read, 0, one);
            part.first = Some(Operand::Last);
            Touch::one(part, false)
        }
        _ => {
            let found = memory_access(operator)?;
            let MemArgTarget::Memory(index) = found.memarg.target else {
                return None;
            };
            let mut part = range(memory(index), found.mode, 0, Length::Fixed(found.width));
            part.offset = found.memarg.offset;
            Touch::one(part, found.gives)
        }
    })
}

/// What a load, a store or an atomic instruction accesses.
pub(crate) struct MemoryAccess<'a> {
    pub(crate) memarg: &'a MemArg,
    /// How many bytes.
    pub(crate) width: u64,
    pub(crate) mode: Mode,
    /// Whether it has a result.
    gives: bool,
}

fn loaded_width<R, const N: usize>(_: impl Fn([u8; N]) -> R) -> u64 {
    N as u64
}

/// How many bytes a store writes.
fn stored_width<A, const N: usize>(_: impl Fn(A) -> [u8; N]) -> u64 {
    N as u64
}

macro_rules! by_operator {
    ($operator:ident unary $u:tt unary_trapping $ut:tt compare $c:tt binary $b:tt binary_trapping $bt:tt
     load { $($load:ident $f1:ident;)* } store { $($store:ident $f2:ident;)* }) => {
        match $operator {
            $(Operator::$load { memarg } => (memarg, loaded_width(numeric::$f1), Mode::Read),)*
            $(Operator::$store { memarg } => (memarg, stored_width(numeric::$f2), Mode::Write),)*
            _ => return None,
        }
    };
}

/// What a numeric load or store accesses; `None` for any other instruction.
pub(crate) fn numeric_access<'a>(operator: &'a Operator<'_>) -> Option<MemoryAccess<'a>> {
    let (memarg, width, mode) = for_each_numeric! { by_operator! { operator } };
    Some(MemoryAccess {
        memarg,
        width,
        mode,
        gives: mode.reads(),
    })
}

/// The same, of vector and atomic instructions too.
pub(crate) fn memory_access<'a>(operator: &'a Operator<'_>) -> Option<MemoryAccess<'a>> {
    numeric_access(operator).or_else(|| wide_access(operator))
}

/// What a vector or atomic instruction accesses.
pub(crate) fn wide_access<'a>(operator: &'a Operator<'_>) -> Option<MemoryAccess<'a>> {
    if let Some((op, memarg)) = atomic::decode(operator) {
        let (_, gives) = atomic::form(op as u32);
        let mode = match op as u32 {
            code::I32AtomicLoad..=code::I64AtomicLoad32U
            | code::MemoryAtomicWait32..=code::MemoryAtomicNotify => Mode::Read,
            code::I32AtomicStore..=code::I64AtomicStore32 => Mode::Write,
            _ => Mode::Both,
        };
        return Some(MemoryAccess {
            memarg,
            // As many bytes as it is aligned to.
            width: 1 << memarg.max_align,
            mode,
            gives,
        });
    }
    let (op, immediate) = simd::decode(operator)?;
    let (Immediate::Memory(memarg) | Immediate::MemoryLane(memarg, _)) = immediate else {
        return None;
    };
    let (width, mode) = match simd::meaning(op as u32)? {
        Meaning::Load(width, _) | Meaning::LoadLane(width, _) => (width, Mode::Read),
        Meaning::Store(width, _) | Meaning::StoreLane(width, _) => (width, Mode::Write),
        _ => return None,
    };
    Some(MemoryAccess {
        memarg,
        width,
        mode,
        gives: mode.reads(),
    })
}

/// Whether an atomic instruction that may write will not: a `cmpxchg` that finds another value than expected.
pub(crate) fn writes_nothing(
    store: &Store,
    operator: &Operator<'_>,
    access: &Access,
    operands: [u64; 2],
) -> bool {
    let (Some((op, _)), Thing::Memory(memory)) = (atomic::decode(operator), access.thing) else {
        return false;
    };
    let memory = &store.memories[memory as usize];
    let outcome = atomic::perform(op as u32, memory, access.first, operands);
    outcome.is_ok_and(|outcome| outcome.writes.is_none())
}
