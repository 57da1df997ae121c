//! Values of constant expressions. Spec: exec-expr

use alloc::vec::Vec;

use flight_memory::BudgetExceeded;
use flight_wasm::{ConstExpr, ConstInstruction, ValueType};

use crate::numeric;
use crate::objects::{self, Element};
use crate::rare::Interrupt;
use crate::slot::{self, Slot, function_slot, i31_slot, slot_count};
use crate::store::Store;
use crate::type_ids::Layout;
use crate::{Error, Result};

/// What the indices in a constant expression stand for.
pub(crate) struct Names<'a> {
    pub(crate) functions: &'a [u32],
    pub(crate) globals: &'a [u32],
    pub(crate) type_ids: &'a [u32],
}

/// The value of a constant expression, as slots. Validation has made sure that it has exactly one.
///
/// # Errors
/// [`Error::OutOfMemory`] if its objects do not fit the heap.
pub(crate) fn evaluate(store: &mut Store, names: &Names<'_>, expr: &ConstExpr) -> Result<Element> {
    let mut stack: Vec<Element> = Vec::new();
    for instruction in &expr.0 {
        let value = match *instruction {
            ConstInstruction::Const(value) | ConstInstruction::RefNull(value) => {
                slot::slots_of(value)
            }
            ConstInstruction::GlobalGet(global) => {
                let global = store.globals[names.globals[global.index()] as usize];
                let cell = global.cell as usize;
                (
                    store.cells[cell],
                    store.cells.get(cell + 1).copied().unwrap_or(0),
                )
            }
            ConstInstruction::RefFunc(func) => (function_slot(names.functions[func.index()]), 0),
            ConstInstruction::I32Add => binary(&mut stack, numeric::i32_add),
            ConstInstruction::I32Sub => binary(&mut stack, numeric::i32_sub),
            ConstInstruction::I32Mul => binary(&mut stack, numeric::i32_mul),
            ConstInstruction::I64Add => binary(&mut stack, numeric::i64_add),
            ConstInstruction::I64Sub => binary(&mut stack, numeric::i64_sub),
            ConstInstruction::I64Mul => binary(&mut stack, numeric::i64_mul),
            ConstInstruction::RefI31 => (i31_slot(pop(&mut stack).0 as u32), 0),
            // Both hierarchies write the same thing in the same way.
            ConstInstruction::AnyConvertExtern | ConstInstruction::ExternConvertAny => {
                pop(&mut stack)
            }
            ConstInstruction::StructNew(ty) => {
                let id = names.type_ids[ty.index()];
                let types = field_types(store, id);
                let slots = pop_slots(&mut stack, &types);
                object(store, |store| objects::new_struct(store, id, &slots))?
            }
            ConstInstruction::StructNewDefault(ty) => {
                let id = names.type_ids[ty.index()];
                object(store, |store| objects::new_default_struct(store, id))?
            }
            ConstInstruction::ArrayNew(ty) => {
                let (length, value) = (pop(&mut stack).0 as u32, pop(&mut stack));
                let id = names.type_ids[ty.index()];
                object(store, |store| objects::new_array(store, id, length, value))?
            }
            ConstInstruction::ArrayNewDefault(ty) => {
                let length = pop(&mut stack).0 as u32;
                let id = names.type_ids[ty.index()];
                object(store, |store| objects::new_array(store, id, length, (0, 0)))?
            }
            ConstInstruction::ArrayNewFixed(ty, count) => {
                let id = names.type_ids[ty.index()];
                let element = field_types(store, id)
                    .first()
                    .copied()
                    .unwrap_or(ValueType::I32);
                let slots = pop_slots(&mut stack, &alloc::vec![element; count as usize]);
                object(store, |store| objects::new_fixed_array(store, id, &slots))?
            }
        };
        stack.push(value);
    }
    Ok(pop(&mut stack))
}

fn pop(stack: &mut Vec<Element>) -> Element {
    stack.pop().unwrap_or((0, 0))
}

fn binary<T: Slot>(stack: &mut Vec<Element>, function: impl Fn(T, T) -> T) -> Element {
    let b = T::from_slot(pop(stack).0);
    let a = T::from_slot(pop(stack).0);
    (function(a, b).into_slot(), 0)
}

/// The topmost values, as they would lie in a frame.
fn pop_slots(stack: &mut Vec<Element>, types: &[ValueType]) -> Vec<u64> {
    let mut slots = Vec::with_capacity(slot_count(types) as usize);
    let values = stack.split_off(stack.len().saturating_sub(types.len()));
    for (ty, (low, high)) in types.iter().zip(values) {
        slots.push(low);
        if ty.slots() == 2 {
            slots.push(high);
        }
    }
    slots
}

fn field_types(store: &Store, id: u32) -> Vec<ValueType> {
    match &store.types.get(id).layout {
        Layout::Struct { fields, .. } => fields
            .iter()
            .map(|(_, field)| field.storage.unpacked())
            .collect(),
        Layout::Array { element, .. } => alloc::vec![element.storage.unpacked()],
        Layout::Function => Vec::new(),
    }
}

/// Makes an object. Nothing can be collected while an instance is being made, so the whole budget counts.
fn object(
    store: &mut Store,
    make: impl Fn(&mut Store) -> Result<u64, Interrupt>,
) -> Result<Element> {
    let exceeded = |wanted, left| Error::OutOfMemory(BudgetExceeded { wanted, left });
    match make(store) {
        Ok(slot) => return Ok((slot, 0)),
        Err(Interrupt::Trap(_)) => return Err(exceeded(0, 0)),
        Err(Interrupt::Collect(wanted)) => {
            let left = store.heap.grow_threshold(wanted);
            left.map_err(|left| exceeded(wanted, left))?;
        }
    }
    match make(store) {
        Ok(slot) => Ok((slot, 0)),
        Err(_) => Err(exceeded(0, 0)),
    }
}
