//! How values lie in the 8-byte slots of a frame.
//!
//! Every slot is written whole: 32-bit values are extended by zeros, so that equal states have equal bytes.

use flight_wasm::{ExternRef, FuncRef, HeapType, RefType, Value, ValueType};

use crate::TrapKind;

/// A Rust type that takes one slot.
pub(crate) trait Slot: Copy {
    /// Takes the value out of a slot.
    fn from_slot(slot: u64) -> Self;
    /// The slot that holds the value.
    fn into_slot(self) -> u64;
}

macro_rules! slots {
    ($($ty:ty: |$slot:ident| $from:expr, |$value:ident| $into:expr;)*) => {$(
        impl Slot for $ty {
            #[inline(always)]
            fn from_slot($slot: u64) -> Self { $from }
            #[inline(always)]
            fn into_slot(self) -> u64 { let $value = self; $into }
        }
    )*};
}

slots! {
    i32: |slot| slot as i32, |value| u64::from(value as u32);
    u32: |slot| slot as u32, |value| u64::from(value);
    i64: |slot| slot as i64, |value| value as u64;
    u64: |slot| slot, |value| value;
    f32: |slot| f32::from_bits(slot as u32), |value| u64::from(value.to_bits());
    f64: |slot| f64::from_bits(slot), |value| value.to_bits();
}

/// A reference takes one slot: 0 is null, otherwise one more than the address or the embedder's number.
pub(crate) const NULL: u64 = 0;

/// The slot of a reference to the function at this address in the store.
#[inline(always)]
pub(crate) fn function_slot(address: u32) -> u64 {
    u64::from(address) + 1
}

/// The address in a slot that holds a reference to a function; `None` for null.
#[inline(always)]
pub(crate) fn slot_function(slot: u64) -> Option<u32> {
    slot.checked_sub(1).map(|address| address as u32)
}

/// The value of type `ty` in a slot. `high` is the second slot of a vector, and not looked at for other types.
pub(crate) fn value_of(ty: ValueType, slot: u64, high: u64) -> Value {
    match ty {
        ValueType::I32 => Value::I32(i32::from_slot(slot)),
        ValueType::I64 => Value::I64(i64::from_slot(slot)),
        ValueType::F32 => Value::F32(f32::from_slot(slot)),
        ValueType::F64 => Value::F64(f64::from_slot(slot)),
        ValueType::V128 => Value::V128(u128::from(slot) | u128::from(high) << 64),
        ValueType::Ref(RefType {
            heap: HeapType::Extern | HeapType::NoExtern,
            ..
        }) => Value::ExternRef(slot.checked_sub(1).map(|number| ExternRef(number as u32))),
        ValueType::Ref(_) => Value::FuncRef(slot_function(slot).map(FuncRef)),
    }
}

/// The slot of a value, and the second slot of a vector.
pub(crate) fn slots_of(value: Value) -> (u64, u64) {
    let slot = match value {
        Value::I32(value) => value.into_slot(),
        Value::I64(value) => value.into_slot(),
        Value::F32(value) => value.into_slot(),
        Value::F64(value) => value.into_slot(),
        Value::V128(value) => return (value as u64, (value >> 64) as u64),
        Value::FuncRef(func) => func.map_or(NULL, |func| function_slot(func.0)),
        Value::ExternRef(value) => value.map_or(NULL, |value| u64::from(value.0) + 1),
    };
    (slot, 0)
}

/// Reads values of these types that lie one after the other in `slots`.
pub(crate) fn read_values(types: &[ValueType], slots: &[u64]) -> alloc::vec::Vec<Value> {
    let mut position = 0;
    types
        .iter()
        .map(|ty| {
            let high = slots.get(position + 1).copied().unwrap_or(0);
            let value = value_of(*ty, slots[position], high);
            position += ty.slots() as usize;
            value
        })
        .collect()
}

/// Writes values one after the other into `slots`.
pub(crate) fn write_values(values: &[Value], slots: &mut [u64]) {
    let mut position = 0;
    for value in values {
        let (low, high) = slots_of(*value);
        slots[position] = low;
        if value.ty() == ValueType::V128 {
            slots[position + 1] = high;
        }
        position += value.ty().slots() as usize;
    }
}

/// How many slots values of these types take together.
pub(crate) fn slot_count(types: &[ValueType]) -> u32 {
    types.iter().map(|ty| ty.slots()).sum()
}

/// Applies a function of typed values to a slot.
#[inline(always)]
pub(crate) fn apply1<A: Slot, R: Slot>(function: impl Fn(A) -> R, a: u64) -> u64 {
    function(A::from_slot(a)).into_slot()
}

/// Applies a function of typed values to two slots.
#[inline(always)]
pub(crate) fn apply2<A: Slot, B: Slot, R: Slot>(
    function: impl Fn(A, B) -> R,
    a: u64,
    b: u64,
) -> u64 {
    function(A::from_slot(a), B::from_slot(b)).into_slot()
}

/// The same for one that may trap.
#[inline(always)]
pub(crate) fn try_apply1<A: Slot, R: Slot>(
    function: impl Fn(A) -> Result<R, TrapKind>,
    a: u64,
) -> Result<u64, TrapKind> {
    function(A::from_slot(a)).map(Slot::into_slot)
}

/// The same for one that may trap, of two slots.
#[inline(always)]
pub(crate) fn try_apply2<A: Slot, B: Slot, R: Slot>(
    function: impl Fn(A, B) -> Result<R, TrapKind>,
    a: u64,
    b: u64,
) -> Result<u64, TrapKind> {
    function(A::from_slot(a), B::from_slot(b)).map(Slot::into_slot)
}
