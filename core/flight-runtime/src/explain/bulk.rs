//! Explanations of instructions on tables and segments, and of the bulk instructions on memories.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use flight_wasm::wasmparser::Operator;
use flight_wasm::{Value, ValueType};

use super::Effect;
use super::objects::slot_at;
use crate::TrapKind;
use crate::inspect::Place;
use crate::interpreter::Interpreter;
use crate::slot::value_of;
use crate::store::ModuleInstance;

impl Interpreter {
    /// What such an instruction will do; `None` for another one.
    pub(super) fn bulk_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        place: &Place,
    ) -> Option<Effect> {
        let own = &self.context.store.instances[place.instance as usize];
        let effect = self.memory_effect(operator, takes, own);
        Some(
            match effect.or_else(|| self.table_effect(operator, takes, own))? {
                Ok(effect) => effect,
                Err(kind) => Effect::Traps(kind),
            },
        )
    }

    fn memory_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        own: &ModuleInstance,
    ) -> Option<Result<Effect, TrapKind>> {
        let store = &self.context.store;
        let memory = |index: u32| &store.memories[own.memories[index as usize] as usize];
        let slot = |position| slot_at(takes, position);
        // A range of a memory in words, if it is inside.
        let range =
            |index: u32, from: u64, length: u64| match inside(from, length, memory(index).size()) {
                true => Ok(format!("{} of memory {index}", span(&BYTES, from, length))),
                false => Err(TrapKind::MemoryOutOfBounds),
            };
        Some(match *operator {
            Operator::MemoryGrow { mem } => Ok(Effect::Does(format!(
                "grows memory {mem} from {} pages and pushes that, or pushes -1 if it cannot",
                memory(mem).pages()
            ))),
            Operator::MemoryFill { mem } => range(mem, slot(0), slot(2))
                .map(|range| Effect::Does(format!("puts {} into {range}", slot(1) as u8))),
            Operator::MemoryCopy { dst_mem, src_mem } => copies(
                range(dst_mem, slot(0), slot(2)),
                range(src_mem, slot(1), slot(2)),
            ),
            Operator::MemoryInit { data_index, mem } => {
                let segment = &store.data[own.data[data_index as usize] as usize].range;
                let from = match inside(slot(1), slot(2), segment.len() as u64) {
                    true => Ok(format!(
                        "{} of data segment {data_index}",
                        span(&BYTES, slot(1), slot(2))
                    )),
                    false => Err(TrapKind::MemoryOutOfBounds),
                };
                copies(range(mem, slot(0), slot(2)), from)
            }
            Operator::DataDrop { data_index } => {
                Ok(Effect::Does(format!("empties data segment {data_index}")))
            }
            _ => return None,
        })
    }

    fn table_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        own: &ModuleInstance,
    ) -> Option<Result<Effect, TrapKind>> {
        let store = &self.context.store;
        let table = |index: u32| &store.tables[own.tables[index as usize] as usize];
        let slot = |position| slot_at(takes, position);
        let range =
            |index: u32, from: u64, length: u64| match inside(from, length, table(index).size()) {
                true => Ok(format!("{} of table {index}", span(&ENTRIES, from, length))),
                false => Err(TrapKind::TableOutOfBounds),
            };
        let pushes = |value: Value| Effect::Pushes(Vec::from([value]));
        Some(match *operator {
            Operator::RefFunc { function_index } => {
                let address = own.functions[function_index as usize];
                Ok(pushes(Value::FuncRef(Some(flight_wasm::FuncRef(address)))))
            }
            Operator::TableGet { table: index } => {
                let table = table(index);
                let ty = ValueType::Ref(table.ty.element);
                let found = table.get(slot(0)).ok_or(TrapKind::TableOutOfBounds);
                found.map(|found| pushes(value_of(ty, found, 0, &store.heap)))
            }
            Operator::TableSet { table } => {
                let value = takes.get(1)?;
                range(table, slot(0), 1)
                    .map(|range| Effect::Does(format!("puts {value} into {range}")))
            }
            Operator::TableSize { table: index } => {
                let (size, is64) = (table(index).size(), table(index).ty.is64);
                Ok(pushes(if is64 {
                    size.into()
                } else {
                    (size as u32).into()
                }))
            }
            Operator::TableGrow { table: index } => Ok(Effect::Does(format!(
                "grows table {index} from {} entries and pushes that, or pushes -1 if it cannot",
                table(index).size()
            ))),
            Operator::TableFill { table } => {
                let value = takes.get(1)?;
                let range = range(table, slot(0), slot(2));
                range.map(|range| Effect::Does(format!("puts {value} into {range}")))
            }
            Operator::TableCopy {
                dst_table,
                src_table,
            } => copies(
                range(dst_table, slot(0), slot(2)),
                range(src_table, slot(1), slot(2)),
            ),
            Operator::TableInit { elem_index, table } => {
                let (first, length) = (slot(1) as u32, slot(2) as u32);
                let from = match self.segment_has(own, elem_index, first, length) {
                    true => Ok(format!(
                        "{} of element segment {elem_index}",
                        span(&ENTRIES, first.into(), length.into())
                    )),
                    false => Err(TrapKind::TableOutOfBounds),
                };
                copies(range(table, slot(0), slot(2)), from)
            }
            Operator::ElemDrop { elem_index } => Ok(Effect::Does(format!(
                "empties element segment {elem_index}"
            ))),
            _ => return None,
        })
    }
}

fn copies(
    to: Result<String, TrapKind>,
    from: Result<String, TrapKind>,
) -> Result<Effect, TrapKind> {
    Ok(Effect::Does(format!("copies {} to {}", from?, to?)))
}

/// Whether `from .. from + length` lies inside of `size`.
fn inside(from: u64, length: u64, size: u64) -> bool {
    from.checked_add(length).is_some_and(|end| end <= size)
}

/// What a range consists of: of one, of several.
type Unit = [&'static str; 2];

const BYTES: Unit = ["byte", "bytes"];
const ENTRIES: Unit = ["entry", "entries"];

/// A range in words: `byte 4`, `bytes 4 to 6`, `no bytes`.
fn span([one, many]: &Unit, from: u64, length: u64) -> String {
    match length {
        0 => format!("no {many}"),
        1 => format!("{one} {from}"),
        _ => format!("{many} {from} to {}", from + (length - 1)),
    }
}
