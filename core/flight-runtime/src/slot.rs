//! How values lie in the 8-byte slots of a frame.
//!
//! Every slot is written whole: 32-bit values are extended by zeros, so that equal states have equal bytes.

use flight_memory::Heap;
use flight_wasm::{AnyRef, ExternRef, FuncRef, Hierarchy, ObjectRef, Value, ValueType};

use crate::TrapKind;

/// A Rust type that takes one slot.
pub(crate) trait Slot: Copy {
    /// Takes the value out of a slot.
    fn from_slot(slot: u64) -> Self;
    /// The slot that holds the value.
    fn into_slot(self) -> u64;
    /// The value that an immediate word stands for: integers are extended by their sign, numbers are of single precision.
    fn from_immediate(word: u32) -> Self;
}

macro_rules! slots {
    ($($ty:ty: |$slot:ident| $from:expr, |$value:ident| $into:expr, |$word:ident| $immediate:expr;)*) => {$(
        impl Slot for $ty {
            #[inline(always)]
            fn from_slot($slot: u64) -> Self { $from }
            #[inline(always)]
            fn into_slot(self) -> u64 { let $value = self; $into }
            #[inline(always)]
            fn from_immediate($word: u32) -> Self { $immediate }
        }
    )*};
}

slots! {
    i32: |slot| slot as i32, |value| u64::from(value as u32), |word| word as i32;
    u32: |slot| slot as u32, |value| u64::from(value), |word| word;
    i64: |slot| slot as i64, |value| value as u64, |word| i64::from(word as i32);
    u64: |slot| slot, |value| value, |word| i64::from(word as i32) as u64;
    f32: |slot| f32::from_bits(slot as u32), |value| u64::from(value.to_bits()), |word| f32::from_bits(word);
    f64: |slot| f64::from_bits(slot), |value| value.to_bits(), |word| f64::from(f32::from_bits(word));
}

/// A Rust type that stands for one of WebAssembly's.
pub(crate) trait Typed: Slot {
    /// The type that it stands for.
    const TYPE: ValueType;
    /// The value that it stands for.
    fn into_value(self) -> Value;
}

macro_rules! typed {
    ($($rust:ty: $variant:ident;)*) => {$(
        impl Typed for $rust {
            const TYPE: ValueType = ValueType::$variant;
            fn into_value(self) -> Value { Value::$variant(self) }
        }
    )*};
}
typed! { i32: I32; i64: I64; f32: F32; f64: F64; }

/// The value that a Rust value stands for.
pub(crate) fn typed<R: Typed>(value: R) -> Value {
    value.into_value()
}

/// A reference takes one slot, and 0 is null.
///
/// A function is one more than its address. In the other hierarchies the lowest two bits tell what the rest is:
/// an unboxed integer, an object's handle, or the embedder's number; so conversions between them change nothing.
pub(crate) const NULL: u64 = 0;

const I31: u64 = 1;
const OBJECT: u64 = 2;
const EXTERN: u64 = 3;

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

/// The slot of a reference to an object.
pub(crate) fn object_slot(handle: u32) -> u64 {
    u64::from(handle) << 2 | OBJECT
}

/// The handle in a slot that refers to an object.
pub(crate) fn slot_object(slot: u64) -> Option<u32> {
    (slot & 3 == OBJECT).then_some((slot >> 2) as u32)
}

/// The slot of an unboxed integer: the lowest 31 bits of `value`. Spec: exec-ref.i31
pub(crate) fn i31_slot(value: u32) -> u64 {
    u64::from(value & 0x7fff_ffff) << 2 | I31
}

/// The 31 bits in a slot that holds an unboxed integer.
pub(crate) fn slot_i31(slot: u64) -> Option<u32> {
    (slot & 3 == I31).then_some((slot >> 2) as u32)
}

/// The embedder's number in a slot that refers to something of the embedder's.
pub(crate) fn slot_extern(slot: u64) -> Option<u32> {
    (slot & 3 == EXTERN).then_some((slot >> 2) as u32)
}

/// What a reference outside of the hierarchy of functions refers to; `None` for null.
fn any_ref(slot: u64, heap: &Heap) -> Option<AnyRef> {
    let rest = (slot >> 2) as u32;
    Some(match slot & 3 {
        I31 => AnyRef::I31((rest << 1) as i32 >> 1),
        OBJECT => AnyRef::Object(object_ref(rest, heap)),
        EXTERN => AnyRef::Extern(ExternRef(rest)),
        _ => return None,
    })
}

fn object_ref(handle: u32, heap: &Heap) -> ObjectRef {
    ObjectRef {
        handle,
        generation: heap.generation(handle).unwrap_or(0),
    }
}

fn any_slot(value: AnyRef) -> u64 {
    match value {
        AnyRef::I31(value) => i31_slot(value as u32),
        AnyRef::Object(object) => object_slot(object.handle),
        AnyRef::Extern(value) => u64::from(value.0) << 2 | EXTERN,
    }
}

/// The number of type `ty` in a slot.
pub(crate) fn number_of(ty: ValueType, slot: u64) -> Value {
    match ty {
        ValueType::I64 => Value::I64(i64::from_slot(slot)),
        ValueType::F32 => Value::F32(f32::from_slot(slot)),
        ValueType::F64 => Value::F64(f64::from_slot(slot)),
        _ => Value::I32(i32::from_slot(slot)),
    }
}

/// The value of type `ty` in a slot. `high` is the second slot of a vector, and not looked at for other types.
pub(crate) fn value_of(ty: ValueType, slot: u64, high: u64, heap: &Heap) -> Value {
    match ty {
        ValueType::I32 | ValueType::I64 | ValueType::F32 | ValueType::F64 => number_of(ty, slot),
        ValueType::V128 => Value::V128(u128::from(slot) | u128::from(high) << 64),
        ValueType::Ref(ty) => match ty.heap.hierarchy() {
            Hierarchy::Func => Value::FuncRef(slot_function(slot).map(FuncRef)),
            Hierarchy::Any => Value::AnyRef(any_ref(slot, heap)),
            Hierarchy::Exn => {
                Value::ExnRef(slot_object(slot).map(|handle| object_ref(handle, heap)))
            }
            Hierarchy::Extern => match any_ref(slot, heap) {
                None => Value::ExternRef(None),
                Some(AnyRef::Extern(value)) => Value::ExternRef(Some(value)),
                Some(value) => Value::ConvertedAny(value),
            },
        },
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
        Value::ExternRef(value) => value.map_or(NULL, |value| any_slot(AnyRef::Extern(value))),
        Value::AnyRef(value) => value.map_or(NULL, any_slot),
        Value::ConvertedAny(value) => any_slot(value),
        Value::ExnRef(object) => object.map_or(NULL, |object| object_slot(object.handle)),
    };
    (slot, 0)
}

/// Reads values of these types that lie one after the other in `slots`.
pub(crate) fn read_values(
    types: &[ValueType],
    slots: &[u64],
    heap: &Heap,
) -> alloc::vec::Vec<Value> {
    let mut position = 0;
    types
        .iter()
        .map(|ty| {
            let high = slots.get(position + 1).copied().unwrap_or(0);
            let value = value_of(*ty, slots[position], high, heap);
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

/// Applies a function of typed values to a slot and an immediate.
#[inline(always)]
pub(crate) fn apply_immediate<A: Slot, B: Slot, R: Slot>(
    function: impl Fn(A, B) -> R,
    a: u64,
    b: u32,
) -> u64 {
    function(A::from_slot(a), B::from_immediate(b)).into_slot()
}

/// Applies a function that may trap to a slot.
#[inline(always)]
pub(crate) fn try_apply1<A: Slot, R: Slot>(
    function: impl Fn(A) -> Result<R, TrapKind>,
    a: u64,
) -> Result<u64, TrapKind> {
    function(A::from_slot(a)).map(Slot::into_slot)
}

/// Applies a function that may trap to two slots.
#[inline(always)]
pub(crate) fn try_apply2<A: Slot, B: Slot, R: Slot>(
    function: impl Fn(A, B) -> Result<R, TrapKind>,
    a: u64,
    b: u64,
) -> Result<u64, TrapKind> {
    function(A::from_slot(a), B::from_slot(b)).map(Slot::into_slot)
}
