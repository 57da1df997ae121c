//! Instructions on references and on the heap.

use super::Interrupt;
use crate::TrapKind;
use crate::objects;
use crate::op::code;
use crate::operands::Operands;
use crate::refs;
use crate::slot::{NULL, i31_slot, slot_i31};
use crate::store::Store;

/// Executes one instruction: its length in words, or why not.
pub(super) fn execute(
    opcode: u32,
    store: &mut Store,
    operands: Operands,
) -> Result<usize, Interrupt> {
    if !cfg!(feature = "gc") {
        return Err(TrapKind::Unreachable.into());
    }
    let get = |position| operands.get(position);
    let get32 = |position| operands.get(position) as u32;
    let word = |position| operands.word(position);
    let pair = |position| (operands.get(position), operands.get_high(position));
    Ok(match opcode {
        code::StructNew => {
            let value = objects::new_struct(store, word(4), operands.slots(2, 3))?;
            operands.set(1, value);
            5
        }
        code::StructNewDefault => {
            let value = objects::new_default_struct(store, word(2))?;
            operands.set(1, value);
            3
        }
        code::StructGet => {
            let (value, _) = objects::get_field(store, get(2), word(3) as usize, word(4) != 0)?;
            operands.set(1, value);
            5
        }
        code::StructGet2 => {
            let value = objects::get_field(store, get(2), word(3) as usize, false)?;
            operands.set_pair(1, value);
            4
        }
        code::StructSet => {
            objects::set_field(store, get(1), word(3) as usize, (get(2), 0))?;
            4
        }
        code::StructSet2 => {
            objects::set_field(store, get(1), word(3) as usize, pair(2))?;
            4
        }
        code::ArrayNew => {
            let value = objects::new_array(store, word(4), get32(3), (get(2), 0))?;
            operands.set(1, value);
            5
        }
        code::ArrayNew2 => {
            let value = objects::new_array(store, word(4), get32(3), pair(2))?;
            operands.set(1, value);
            5
        }
        code::ArrayNewDefault => {
            let value = objects::new_array(store, word(3), get32(2), (0, 0))?;
            operands.set(1, value);
            4
        }
        code::ArrayNewFixed => {
            let value = objects::new_fixed_array(store, word(4), operands.slots(2, 3))?;
            operands.set(1, value);
            5
        }
        code::ArrayNewData => {
            let range = [get32(2), get32(3)];
            let value = objects::new_array_of_data(store, word(4), range, word(5) as usize)?;
            operands.set(1, value);
            6
        }
        code::ArrayNewElem => {
            let range = [get32(2), get32(3)];
            let value = objects::new_array_of_elements(store, word(4), range, word(5) as usize)?;
            operands.set(1, value);
            6
        }
        code::ArrayGet => {
            let (value, _) = objects::get_element(store, get(2), get32(3), word(4) != 0)?;
            operands.set(1, value);
            5
        }
        code::ArrayGet2 => {
            let value = objects::get_element(store, get(2), get32(3), false)?;
            operands.set_pair(1, value);
            4
        }
        code::ArraySet => {
            objects::fill(store, get(1), get32(2), (get(3), 0), 1)?;
            4
        }
        code::ArraySet2 => {
            objects::fill(store, get(1), get32(2), pair(3), 1)?;
            4
        }
        code::ArrayLen => {
            operands.set(1, u64::from(objects::length(store, get(2))?));
            3
        }
        code::ArrayFill => {
            objects::fill(store, get(1), get32(2), (get(3), 0), get32(4))?;
            5
        }
        code::ArrayFill2 => {
            objects::fill(store, get(1), get32(2), pair(3), get32(4))?;
            5
        }
        code::ArrayCopy => {
            objects::copy(store, (get(1), get32(2)), (get(3), get32(4)), get32(5))?;
            6
        }
        code::ArrayInitData => {
            let range = [get32(3), get32(4)];
            objects::init_data(store, (get(1), get32(2)), range, word(5) as usize)?;
            6
        }
        code::ArrayInitElem => {
            let range = [get32(3), get32(4)];
            objects::init_elements(store, (get(1), get32(2)), range, word(5) as usize)?;
            6
        }
        // Spec: exec-ref.i31
        code::RefI31 => {
            operands.set(1, i31_slot(get32(2)));
            3
        }
        // Spec: exec-i31.get
        code::I31GetS => {
            let bits = slot_i31(get(2)).ok_or(TrapKind::NullI31)?;
            operands.set(1, u64::from(((bits << 1) as i32 >> 1) as u32));
            3
        }
        code::I31GetU => {
            operands.set(1, u64::from(slot_i31(get(2)).ok_or(TrapKind::NullI31)?));
            3
        }
        // Spec: exec-ref.eq
        code::RefEq => {
            operands.set(1, u64::from(get(2) == get(3)));
            4
        }
        // Spec: exec-ref.test
        code::RefTest => {
            let ty = refs::decode([word(3), word(4)]);
            operands.set(1, u64::from(store.is_of_type(get(2), ty)));
            5
        }
        // Spec: exec-ref.cast
        code::RefCast => {
            if !store.is_of_type(get(2), refs::decode([word(3), word(4)])) {
                return Err(TrapKind::CastFailure.into());
            }
            operands.set(1, get(2));
            5
        }
        // Spec: exec-ref.as_non_null
        code::RefAsNonNull => {
            if get(2) == NULL {
                return Err(TrapKind::NullReference.into());
            }
            operands.set(1, get(2));
            3
        }
        _ => return Err(TrapKind::Unreachable.into()),
    })
}
