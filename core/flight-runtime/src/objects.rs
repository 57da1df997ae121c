//! Structures and arrays on the heap.

use alloc::boxed::Box;
use alloc::vec::Vec;

use flight_memory::{Object, Payload};
use flight_wasm::{StorageType, ValueType};

use crate::TrapKind;
use crate::rare::Interrupt;
use crate::slot::{self, slot_object};
use crate::store::Store;
use crate::type_ids::Layout;

/// One element of an array: as slots, the second one for vectors only.
pub(crate) type Element = (u64, u64);

/// Puts an object onto the heap: the slot that refers to it.
pub(crate) fn allocate(store: &mut Store, kind: u32, payload: Payload) -> Result<u64, Interrupt> {
    store.heap.room_for(payload.size())?;
    Ok(slot::object_slot(store.heap.insert(kind, payload)))
}

/// A structure with these slots. Spec: exec-struct.new
pub(crate) fn new_struct(store: &mut Store, ty: u32, slots: &[u64]) -> Result<u64, Interrupt> {
    store.heap.room_for(slots.len() as u64 * 8)?;
    let mut slots: Box<[u64]> = slots.into();
    if let Layout::Struct { fields, .. } = &store.types.get(ty).layout {
        for (position, field) in fields {
            let slot = &mut slots[*position as usize];
            *slot = packed(field.storage, *slot);
        }
    }
    allocate(store, ty, Payload::Slots(slots))
}

/// A structure of zeros and nulls. Spec: exec-struct.new_default
pub(crate) fn new_default_struct(store: &mut Store, ty: u32) -> Result<u64, Interrupt> {
    let Layout::Struct { slots, .. } = store.types.get(ty).layout else {
        return Err(TrapKind::NullReference.into());
    };
    let zeros = alloc::vec![0; slots as usize];
    new_struct(store, ty, &zeros)
}

/// The bits of a value that its storage keeps.
fn packed(storage: StorageType, slot: u64) -> u64 {
    match storage {
        StorageType::I8 => slot & 0xff,
        StorageType::I16 => slot & 0xffff,
        StorageType::Value(_) => slot,
    }
}

/// A value read from its storage; `signed` matters to packed ones only.
fn unpacked(storage: StorageType, slot: u64, signed: bool) -> u64 {
    match (storage, signed) {
        (StorageType::I8, true) => u64::from(slot as i8 as i32 as u32),
        (StorageType::I16, true) => u64::from(slot as i16 as i32 as u32),
        _ => slot,
    }
}

fn structure(store: &Store, reference: u64) -> Result<&Object, TrapKind> {
    let object = slot_object(reference).and_then(|handle| store.heap.get(handle));
    object.ok_or(TrapKind::NullStructure)
}

/// A field of a structure. Spec: exec-struct.get
pub(crate) fn get_field(
    store: &Store,
    reference: u64,
    field: usize,
    signed: bool,
) -> Result<Element, TrapKind> {
    let object = structure(store, reference)?;
    let Layout::Struct { fields, .. } = &store.types.get(object.kind).layout else {
        return Err(TrapKind::NullStructure);
    };
    let Payload::Slots(slots) = &object.payload else {
        return Err(TrapKind::NullStructure);
    };
    let (position, ty) = fields[field];
    let low = unpacked(ty.storage, slots[position as usize], signed);
    let high = slots.get(position as usize + 1).copied().unwrap_or(0);
    Ok((low, high))
}

/// Changes a field of a structure. Spec: exec-struct.set
pub(crate) fn set_field(
    store: &mut Store,
    reference: u64,
    field: usize,
    (low, high): Element,
) -> Result<(), TrapKind> {
    let kind = structure(store, reference)?.kind;
    let Layout::Struct { fields, .. } = &store.types.get(kind).layout else {
        return Err(TrapKind::NullStructure);
    };
    let (position, ty) = fields[field];
    let object = slot_object(reference).and_then(|handle| store.heap.get_mut(handle));
    if let Some(Object {
        payload: Payload::Slots(slots),
        ..
    }) = object
    {
        slots[position as usize] = packed(ty.storage, low);
        if ty.storage == StorageType::Value(ValueType::V128) {
            slots[position as usize + 1] = high;
        }
    }
    Ok(())
}

/// The bytes that each element of an array type takes.
pub(crate) fn width(store: &Store, ty: u32) -> u64 {
    element(store, ty).1.into()
}

/// The storage and the width in bytes of an array type's elements.
fn element(store: &Store, ty: u32) -> (StorageType, u32, bool) {
    match store.types.get(ty).layout {
        Layout::Array {
            element,
            width,
            references,
        } => (element.storage, width, references),
        // Validation has made sure that it is an array type.
        _ => (StorageType::I8, 1, false),
    }
}

/// An array of `length` elements, each `value`. Spec: exec-array.new
pub(crate) fn new_array(
    store: &mut Store,
    ty: u32,
    length: u32,
    value: Element,
) -> Result<u64, Interrupt> {
    let payload = room(store, ty, u64::from(length))?;
    let (storage, width, _) = element(store, ty);
    let payload = match payload {
        Room::Slots(mut slots) => {
            slots.resize(length as usize, value.0);
            Payload::Slots(slots.into())
        }
        Room::Bytes(mut bytes) => {
            let pattern = bytes_of(storage, value);
            for _ in 0..length {
                bytes.extend_from_slice(&pattern[..width as usize]);
            }
            Payload::Bytes(bytes.into())
        }
    };
    allocate(store, ty, payload)
}

/// An array of these elements, given as they lie in a frame. Spec: exec-array.new_fixed
pub(crate) fn new_fixed_array(store: &mut Store, ty: u32, slots: &[u64]) -> Result<u64, Interrupt> {
    let (storage, width, _) = element(store, ty);
    let per_element = storage.unpacked().slots() as usize;
    let length = slots.len() / per_element;
    let payload = match room(store, ty, length as u64)? {
        Room::Slots(mut own) => {
            own.extend_from_slice(slots);
            Payload::Slots(own.into())
        }
        Room::Bytes(mut bytes) => {
            for element in slots.chunks_exact(per_element) {
                let high = element.get(1).copied().unwrap_or(0);
                bytes.extend_from_slice(&bytes_of(storage, (element[0], high))[..width as usize]);
            }
            Payload::Bytes(bytes.into())
        }
    };
    allocate(store, ty, payload)
}

/// An array of the bytes of a data segment. Spec: exec-array.new_data
pub(crate) fn new_array_of_data(
    store: &mut Store,
    ty: u32,
    [from, length]: [u32; 2],
    segment: usize,
) -> Result<u64, Interrupt> {
    let (_, width, _) = element(store, ty);
    let bytes = data(store, segment, from, u64::from(length) * u64::from(width))?;
    let size = bytes.len() as u64;
    store.heap.room_for(size)?;
    let bytes: Box<[u8]> = bytes.into();
    allocate(store, ty, Payload::Bytes(bytes))
}

/// An array of the references of an element segment. Spec: exec-array.new_elem
pub(crate) fn new_array_of_elements(
    store: &mut Store,
    ty: u32,
    [from, length]: [u32; 2],
    segment: usize,
) -> Result<u64, Interrupt> {
    let slots =
        part(&store.elements[segment].items, from, length).ok_or(TrapKind::TableOutOfBounds)?;
    store.heap.room_for(slots.len() as u64 * 8)?;
    let slots: Box<[u64]> = slots.into();
    allocate(store, ty, Payload::Slots(slots))
}

/// Bytes of a data segment.
pub(crate) fn data(store: &Store, segment: usize, from: u32, size: u64) -> Result<&[u8], TrapKind> {
    let segment = &store.data[segment];
    let module = &store.instances[segment.instance as usize].module;
    let bytes = &module.bytes()[segment.range.clone()];
    let end = u64::from(from) + size;
    if end > bytes.len() as u64 {
        return Err(TrapKind::MemoryOutOfBounds);
    }
    Ok(&bytes[from as usize..end as usize])
}

fn part<T>(all: &[T], from: u32, length: u32) -> Option<&[T]> {
    let end = u64::from(from) + u64::from(length);
    if end > all.len() as u64 {
        return None;
    }
    all.get(from as usize..end as usize)
}

/// Room for the elements of an array: reserved before anything is written.
enum Room {
    Slots(Vec<u64>),
    Bytes(Vec<u8>),
}

fn room(store: &Store, ty: u32, length: u64) -> Result<Room, Interrupt> {
    let (_, width, references) = element(store, ty);
    let size = length * u64::from(width);
    store.heap.room_for(size)?;
    let full = || Interrupt::Collect(size);
    if references {
        let mut slots = Vec::new();
        slots
            .try_reserve_exact(length as usize)
            .map_err(|_| full())?;
        return Ok(Room::Slots(slots));
    }
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(usize::try_from(size).map_err(|_| full())?)
        .map_err(|_| full())?;
    Ok(Room::Bytes(bytes))
}

/// An element as it lies in an array, in as many of the bytes as its storage takes.
fn bytes_of(storage: StorageType, (low, high): Element) -> [u8; 16] {
    debug_assert!(
        !matches!(storage, StorageType::Value(ValueType::Ref(_))),
        "lies in slots"
    );
    (u128::from(low) | u128::from(high) << 64).to_le_bytes()
}

fn array(store: &Store, reference: u64) -> Result<&Object, TrapKind> {
    let object = slot_object(reference).and_then(|handle| store.heap.get(handle));
    object.ok_or(TrapKind::NullArray)
}

/// The number of elements of an array. Spec: exec-array.len
pub(crate) fn length(store: &Store, reference: u64) -> Result<u32, TrapKind> {
    let object = array(store, reference)?;
    Ok(match &object.payload {
        Payload::Slots(slots) => slots.len() as u32,
        Payload::Bytes(bytes) => bytes.len() as u32 / element(store, object.kind).1,
    })
}

/// Checks that `index .. index + length` lies inside an array.
pub(crate) fn check(
    store: &Store,
    reference: u64,
    index: u32,
    length: u32,
) -> Result<(), TrapKind> {
    match u64::from(index) + u64::from(length) <= u64::from(self::length(store, reference)?) {
        true => Ok(()),
        false => Err(TrapKind::ArrayOutOfBounds),
    }
}

/// An element of an array. Spec: exec-array.get
pub(crate) fn get_element(
    store: &Store,
    reference: u64,
    index: u32,
    signed: bool,
) -> Result<Element, TrapKind> {
    check(store, reference, index, 1)?;
    let object = array(store, reference)?;
    let (storage, width, _) = element(store, object.kind);
    Ok(match &object.payload {
        Payload::Slots(slots) => (slots[index as usize], 0),
        Payload::Bytes(bytes) => {
            let width = width as usize;
            let mut whole = [0; 16];
            let at = index as usize * width;
            whole[..width].copy_from_slice(&bytes[at..at + width]);
            let bits = u128::from_le_bytes(whole);
            (unpacked(storage, bits as u64, signed), (bits >> 64) as u64)
        }
    })
}

/// Sets `count` elements from `index` on. Spec: exec-array.set, exec-array.fill
pub(crate) fn fill(
    store: &mut Store,
    reference: u64,
    index: u32,
    value: Element,
    count: u32,
) -> Result<(), TrapKind> {
    check(store, reference, index, count)?;
    let (storage, width, _) = element(store, array(store, reference)?.kind);
    let Some(object) = slot_object(reference).and_then(|handle| store.heap.get_mut(handle)) else {
        return Err(TrapKind::NullArray);
    };
    match &mut object.payload {
        Payload::Slots(slots) => slots[index as usize..][..count as usize].fill(value.0),
        Payload::Bytes(bytes) => {
            let width = width as usize;
            let pattern = bytes_of(storage, value);
            let bytes = &mut bytes[index as usize * width..][..count as usize * width];
            for element in bytes.chunks_exact_mut(width) {
                element.copy_from_slice(&pattern[..width]);
            }
        }
    }
    Ok(())
}

/// Copies elements from one array to another, or within one. Spec: exec-array.copy
pub(crate) fn copy(
    store: &mut Store,
    (to, to_index): (u64, u32),
    (from, from_index): (u64, u32),
    count: u32,
) -> Result<(), TrapKind> {
    // Both references are looked at before any bounds.
    length(store, to)?;
    length(store, from)?;
    check(store, to, to_index, count)?;
    check(store, from, from_index, count)?;
    let (_, width, _) = element(store, array(store, from)?.kind);
    let source = match &array(store, from)?.payload {
        Payload::Slots(slots) => {
            Payload::Slots(slots[from_index as usize..][..count as usize].into())
        }
        Payload::Bytes(bytes) => {
            let width = width as usize;
            Payload::Bytes(bytes[from_index as usize * width..][..count as usize * width].into())
        }
    };
    write(store, to, to_index, &source)
}

/// Writes elements from `index` on, which must fit.
fn write(store: &mut Store, to: u64, index: u32, source: &Payload) -> Result<(), TrapKind> {
    let (_, width, _) = element(store, array(store, to)?.kind);
    let Some(object) = slot_object(to).and_then(|handle| store.heap.get_mut(handle)) else {
        return Err(TrapKind::NullArray);
    };
    match (&mut object.payload, source) {
        (Payload::Slots(to), Payload::Slots(from)) => {
            to[index as usize..][..from.len()].copy_from_slice(from);
        }
        (Payload::Bytes(to), Payload::Bytes(from)) => {
            to[index as usize * width as usize..][..from.len()].copy_from_slice(from);
        }
        // Validation has made sure that both hold the same.
        _ => {}
    }
    Ok(())
}

/// Copies from a data segment into an array. Spec: exec-array.init_data
pub(crate) fn init_data(
    store: &mut Store,
    (to, to_index): (u64, u32),
    [from, count]: [u32; 2],
    segment: usize,
) -> Result<(), TrapKind> {
    check(store, to, to_index, count)?;
    let (_, width, _) = element(store, array(store, to)?.kind);
    let bytes = data(store, segment, from, u64::from(count) * u64::from(width))?.into();
    write(store, to, to_index, &Payload::Bytes(bytes))
}

/// Copies from an element segment into an array. Spec: exec-array.init_elem
pub(crate) fn init_elements(
    store: &mut Store,
    (to, to_index): (u64, u32),
    [from, count]: [u32; 2],
    segment: usize,
) -> Result<(), TrapKind> {
    check(store, to, to_index, count)?;
    let slots =
        part(&store.elements[segment].items, from, count).ok_or(TrapKind::TableOutOfBounds)?;
    let slots = slots.into();
    write(store, to, to_index, &Payload::Slots(slots))
}
