//! Instructions on whole memories and tables: the execution loop calls them here.

mod heap;

use flight_memory::HeapFull;

use crate::TrapKind;
use crate::numeric::{
    self, for_each_numeric, i64_add128, i64_mul_wide_s, i64_mul_wide_u, i64_sub128, wide,
};
use crate::op::{ATOMIC, code};
use crate::operands::Operands;
use crate::slot::Slot;
use crate::store::Store;
use crate::table::TableOutOfBounds;

impl From<flight_memory::OutOfBounds> for TrapKind {
    fn from(_: flight_memory::OutOfBounds) -> Self {
        Self::MemoryOutOfBounds
    }
}

impl From<TableOutOfBounds> for TrapKind {
    fn from(_: TableOutOfBounds) -> Self {
        Self::TableOutOfBounds
    }
}

/// Why an instruction out of the loop was not executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// It traps.
    Trap(TrapKind),
    /// The heap has no room for this many bytes: to be executed again after a collection.
    Collect(u64),
}

impl From<TrapKind> for Interrupt {
    fn from(kind: TrapKind) -> Self {
        Self::Trap(kind)
    }
}

impl From<HeapFull> for Interrupt {
    fn from(full: HeapFull) -> Self {
        Self::Collect(full.wanted)
    }
}

impl From<flight_memory::OutOfBounds> for Interrupt {
    fn from(error: flight_memory::OutOfBounds) -> Self {
        Self::Trap(error.into())
    }
}

impl From<TableOutOfBounds> for Interrupt {
    fn from(error: TableOutOfBounds) -> Self {
        Self::Trap(error.into())
    }
}

/// Executes one rare instruction: its length in words, or why it traps.
///
/// Addresses and lengths of 32-bit memories and tables lie in their slots extended by zeros,
/// so that reading the whole slot is right for both widths.
#[cold]
#[inline(never)]
pub(crate) fn execute(
    opcode: u16,
    store: &mut Store,
    operands: Operands,
) -> Result<usize, Interrupt> {
    let get = |position| operands.get(position);
    let word = |position| operands.word(position) as usize;
    Ok(match opcode {
        // Spec: exec-memory.size
        code::MemorySize => {
            operands.set(1, store.memories[word(2)].pages());
            3
        }
        // Spec: exec-memory.grow
        code::MemoryGrow => {
            let memory = &mut store.memories[word(3)];
            let is64 = memory.limits().is64;
            let old = memory.grow(get(2), &mut store.budget);
            operands.set(1, grown(old, is64));
            4
        }
        // Spec: exec-memory.fill
        code::MemoryFill => {
            store.memories[word(4)].fill(get(1), get(2) as u8, get(3))?;
            5
        }
        // Spec: exec-memory.copy
        code::MemoryCopy => {
            let (to, from) = (word(4), word(5));
            if to == from {
                store.memories[to].copy_within(get(1), get(2), get(3))?;
            } else {
                let [target, source] = two(&mut store.memories, to, from);
                target.write(get(1), source.read(get(2), get(3))?)?;
            }
            6
        }
        // Spec: exec-memory.init
        code::MemoryInit => {
            memory_init(store, [get(1), get(2), get(3)], word(4), word(5))?;
            6
        }
        // Spec: exec-data.drop
        code::DataDrop => {
            store.data[word(1)].range = 0..0;
            2
        }
        // Spec: exec-table.get
        code::TableGet => {
            let value = store.tables[word(3)]
                .get(get(2))
                .ok_or(TrapKind::TableOutOfBounds)?;
            operands.set(1, value);
            4
        }
        // Spec: exec-table.set
        code::TableSet => {
            store.tables[word(3)].set(get(1), get(2))?;
            4
        }
        // Spec: exec-table.size
        code::TableSize => {
            operands.set(1, store.tables[word(2)].size());
            3
        }
        // Spec: exec-table.grow
        code::TableGrow => {
            let table = &mut store.tables[word(4)];
            let old = table.grow(get(3), get(2), &mut store.budget);
            operands.set(1, grown(old, table.ty.is64));
            5
        }
        // Spec: exec-table.fill
        code::TableFill => {
            store.tables[word(4)].fill(get(1), get(2), get(3))?;
            5
        }
        // Spec: exec-table.copy
        code::TableCopy => {
            let (to, from) = (word(4), word(5));
            if to == from {
                store.tables[to].copy_within(get(1), get(2), get(3))?;
            } else {
                let [target, source] = two(&mut store.tables, to, from);
                target.write(get(1), source.read(get(2), get(3))?)?;
            }
            6
        }
        // Spec: exec-table.init
        code::TableInit => {
            table_init(store, [get(1), get(2), get(3)], word(4), word(5))?;
            6
        }
        // Spec: exec-elem.drop
        code::ElemDrop => {
            store.elements[word(1)].items = [].into();
            2
        }
        code::LoadAny => {
            let value = load_any(store, word(6) as u16, word(3), get(2), offset(operands))?;
            operands.set(1, value);
            7
        }
        code::StoreAny => {
            store_any(
                store,
                word(6) as u16,
                word(3),
                get(1),
                get(2),
                offset(operands),
            )?;
            7
        }
        code::GlobalGet2 => {
            let cell = word(2) / 8;
            operands.set_wide(1, wide(store.cells[cell], store.cells[cell + 1]));
            3
        }
        code::GlobalSet2 => {
            let (cell, value) = (word(1) / 8, operands.get_wide(2));
            store.cells[cell] = value as u64;
            store.cells[cell + 1] = (value >> 64) as u64;
            3
        }
        code::I64Add128 => {
            operands.set_wide(1, i64_add128(wide(get(2), get(3)), wide(get(4), get(5))));
            6
        }
        code::I64Sub128 => {
            operands.set_wide(1, i64_sub128(wide(get(2), get(3)), wide(get(4), get(5))));
            6
        }
        code::I64MulWideS => {
            operands.set_wide(1, i64_mul_wide_s(get(2) as i64, get(3) as i64));
            4
        }
        code::I64MulWideU => {
            operands.set_wide(1, i64_mul_wide_u(get(2) as i64, get(3) as i64));
            4
        }
        opcode if ATOMIC.contains(&opcode) => {
            return Ok(crate::atomic::execute(opcode, store, operands)?);
        }
        _ => return heap::execute(opcode, store, operands),
    })
}

/// The offset of a load or store in its long form.
fn offset(operands: Operands) -> u64 {
    u64::from(operands.word(4)) | u64::from(operands.word(5)) << 32
}

/// The result of growing: the old size, or -1 of the index type.
fn grown(old: Option<u64>, is64: bool) -> u64 {
    match (old, is64) {
        (Some(old), _) => old,
        (None, true) => u64::MAX,
        (None, false) => u64::from(u32::MAX),
    }
}

/// Two different elements of a slice.
fn two<T>(slice: &mut [T], first: usize, second: usize) -> [&mut T; 2] {
    match slice.get_disjoint_mut([first, second]) {
        Ok(two) => two,
        Err(_) => unreachable!("two different addresses of one store"),
    }
}

/// Copies from a data segment to a memory. `operands` are target, source and length. Spec: exec-memory.init
pub(crate) fn memory_init(
    store: &mut Store,
    operands: [u64; 3],
    memory: usize,
    segment: usize,
) -> Result<(), TrapKind> {
    let [to, from, length] = operands;
    let segment = &store.data[segment];
    let module = &store.instances[segment.instance as usize].module;
    let bytes = &module.bytes()[segment.range.clone()];
    let bytes = part(bytes, from, length).ok_or(TrapKind::MemoryOutOfBounds)?;
    Ok(store.memories[memory].write(to, bytes)?)
}

/// Copies from an element segment to a table. `operands` are target, source and length. Spec: exec-table.init
pub(crate) fn table_init(
    store: &mut Store,
    operands: [u64; 3],
    table: usize,
    segment: usize,
) -> Result<(), TrapKind> {
    let [to, from, length] = operands;
    let elements = &store.elements[segment].items;
    let elements = part(elements, from, length).ok_or(TrapKind::TableOutOfBounds)?;
    Ok(store.tables[table].write(to, elements)?)
}

/// The part `from .. from + length`, if it is inside.
fn part<T>(all: &[T], from: u64, length: u64) -> Option<&[T]> {
    let end = from
        .checked_add(length)
        .filter(|end| *end <= all.len() as u64)?;
    all.get(from as usize..end as usize)
}

fn load_bytes<const N: usize>(
    store: &Store,
    memory: usize,
    address: u64,
    offset: u64,
) -> Result<[u8; N], TrapKind> {
    // An address that wraps around is far outside of any memory.
    let address = address
        .checked_add(offset)
        .ok_or(TrapKind::MemoryOutOfBounds)?;
    let bytes = store.memories[memory].read(address, N as u64)?;
    bytes.try_into().map_err(|_| TrapKind::MemoryOutOfBounds)
}

macro_rules! access_any {
    ($opcode:ident, $store:ident, $memory:ident, $address:ident, $value:ident, $offset:ident, $what:ident
     unary $unary:tt unary_trapping $unary_trapping:tt compare $compare:tt binary $binary:tt binary_trapping $binary_trapping:tt
     load { $($load:ident $load_fn:ident;)* } store { $($store_op:ident $store_fn:ident;)* }) => {
        access_any! { @$what $opcode, $store, $memory, $address, $value, $offset,
            { $($load $load_fn;)* } { $($store_op $store_fn;)* } }
    };
    (@load $opcode:ident, $store:ident, $memory:ident, $address:ident, $value:ident, $offset:ident,
     { $($load:ident $load_fn:ident;)* } $stores:tt) => {
        match $opcode {
            $(code::$load => {
                numeric::$load_fn(load_bytes($store, $memory, $address, $offset)?).into_slot()
            })*
            _ => return Err(TrapKind::Unreachable),
        }
    };
    (@store $opcode:ident, $store:ident, $memory:ident, $address:ident, $value:ident, $offset:ident,
     $loads:tt { $($store_op:ident $store_fn:ident;)* }) => {
        match $opcode {
            $(code::$store_op => {
                let bytes = numeric::$store_fn(Slot::from_slot($value));
                $store.memories[$memory].write($address, &bytes)?;
            })*
            _ => return Err(TrapKind::Unreachable),
        }
    };
}

/// A load from any memory: `opcode` says of what.
fn load_any(
    store: &Store,
    opcode: u16,
    memory: usize,
    address: u64,
    offset: u64,
) -> Result<u64, TrapKind> {
    Ok(for_each_numeric! { access_any! { opcode, store, memory, address, address, offset, load } })
}

/// A store to any memory: `opcode` says of what.
fn store_any(
    store: &mut Store,
    opcode: u16,
    memory: usize,
    address: u64,
    value: u64,
    offset: u64,
) -> Result<(), TrapKind> {
    let address = address
        .checked_add(offset)
        .ok_or(TrapKind::MemoryOutOfBounds)?;
    for_each_numeric! { access_any! { opcode, store, memory, address, value, offset, store } }
    Ok(())
}

/// The sum of an address operand and the offset in two words. One that wraps around is far outside of any memory.
pub(crate) fn effective_address(
    operands: Operands,
    address: usize,
    offset: usize,
) -> Result<u64, TrapKind> {
    let offset = u64::from(operands.word(offset)) | u64::from(operands.word(offset + 1)) << 32;
    let address = operands.get(address).checked_add(offset);
    address.ok_or(TrapKind::MemoryOutOfBounds)
}
