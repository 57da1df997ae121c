//! The heap: every place an object has had, with its generation and the present object, and which are taken next.

use alloc::format;
use alloc::string::String;

use flight_memory::{Heap, Object, Payload};
use flight_wasm::StorageType;

use crate::codec::{Read, Reader, Writer};
use crate::slot::slot_count;
use crate::snapshot::check::Check;
use crate::snapshot::types::TypeNumbers;
use crate::store::Store;
use crate::type_ids::{EXCEPTION, Layout};

pub(super) fn write(to: &mut Writer, store: &Store, types: &TypeNumbers) {
    let heap = &store.heap;
    to.number(heap.threshold());
    to.number(heap.places().len() as u64);
    for (generation, object) in heap.places() {
        // Most places have had one object, or a few.
        to.number(u64::from(generation) << 1 | u64::from(object.is_some()));
        if let Some(object) = object {
            write_object(to, object, types);
        }
    }
    to.list(heap.free_places(), |to, place| to.number((*place).into()));
}

fn write_object(to: &mut Writer, object: &Object, types: &TypeNumbers) {
    let kind = match object.kind & EXCEPTION {
        0 => u64::from(types.number(object.kind)) << 1,
        _ => u64::from(object.kind & !EXCEPTION) << 1 | 1,
    };
    to.number(kind);
    match &object.payload {
        Payload::Slots(slots) => {
            to.number(slots.len() as u64);
            to.slots(slots);
        }
        Payload::Bytes(bytes) => to.bytes(bytes),
    }
}

/// Reads a heap within the budget of the store's own one.
pub(super) fn read(from: &mut Reader<'_>, store: &Store, types: &TypeNumbers) -> Read<Heap> {
    let budget = store.heap.budget();
    let begin = from.clone();
    let threshold = from.number()?;
    if threshold > budget {
        return Err(begin.wrong(too_large(budget)));
    }
    let mut heap = Heap::new(budget);
    for _ in 0..from.count(1)? {
        let begin = from.clone();
        let generation = from.number()?;
        let is_vacant = generation & 1 == 0;
        let Ok(generation) = u32::try_from(generation >> 1) else {
            return Err(begin.wrong("a place has had too many objects"));
        };
        let object = match is_vacant {
            true => None,
            false => Some(read_object(from, &heap, store, types)?),
        };
        let size = object.as_ref().map(|(_, payload)| payload.size());
        if heap.room_for_place(size).is_err() {
            return Err(begin.wrong(too_large(budget)));
        }
        heap.push_place(generation, object);
    }
    let begin = from.clone();
    let free = from.list(Reader::small)?;
    if !heap.set_free_places(free, threshold) {
        return Err(begin.wrong("the heap's free places are others than those without an object"));
    }
    check(from, &heap, store)?;
    Ok(heap)
}

fn too_large(budget: u64) -> String {
    format!("its objects take more than the heap's budget of {budget} bytes")
}

/// Reads an object of the length that its kind has. The slots in it are checked once all objects are there.
fn read_object(
    from: &mut Reader<'_>,
    heap: &Heap,
    store: &Store,
    types: &TypeNumbers,
) -> Read<(u32, Payload)> {
    let begin = from.clone();
    let unknown = || begin.wrong("an object is of a type that is not here");
    let number = from.number()?;
    let kind = u32::try_from(number >> 1).map_err(|_| unknown())?;
    let kind = match number & 1 {
        0 => types.id(kind).ok_or_else(unknown)?,
        _ if store.has_tag(kind) => kind | EXCEPTION,
        _ => return Err(unknown()),
    };
    let shape = shape_of(store, kind).ok_or_else(unknown)?;
    let least = match shape {
        Shape::Slots(_) | Shape::References => 8,
        Shape::Bytes(_) => 1,
    };
    let begin = from.clone();
    let length = from.count(least)?;
    if heap
        .room_for_place(Some(length as u64 * least as u64))
        .is_err()
    {
        return Err(begin.wrong(too_large(heap.budget())));
    }
    let fits = match shape {
        Shape::Slots(slots) => length == slots as usize,
        Shape::References => u32::try_from(length).is_ok(),
        Shape::Bytes(width) => {
            length % width as usize == 0 && u32::try_from(length / width as usize).is_ok()
        }
    };
    if !fits {
        return Err(begin.wrong("an object is larger or smaller than its type"));
    }
    let payload = match shape {
        Shape::Bytes(_) => Payload::Bytes(from.raw(length)?.into()),
        _ => Payload::Slots(from.slots(length)?.collect()),
    };
    Ok((kind, payload))
}

/// How the objects of a kind lie.
enum Shape {
    /// So many slots.
    Slots(u32),
    /// Any number of references.
    References,
    /// Any number of elements of so many bytes.
    Bytes(u32),
}

/// `None` for types without objects.
fn shape_of(store: &Store, kind: u32) -> Option<Shape> {
    if kind & EXCEPTION != 0 {
        let params = store.tag_params(kind & !EXCEPTION);
        return Some(Shape::Slots(slot_count(params)));
    }
    match &store.types.get(kind).layout {
        Layout::Function => None,
        Layout::Struct { slots, .. } => Some(Shape::Slots(*slots)),
        Layout::Array {
            references: true, ..
        } => Some(Shape::References),
        Layout::Array { width, .. } => Some(Shape::Bytes(*width)),
    }
}

/// Fails if an object holds what its type does not allow.
fn check(from: &Reader<'_>, heap: &Heap, store: &Store) -> Read<()> {
    let check = Check { store, heap };
    for (handle, (_, object)) in heap.places().enumerate() {
        if !object.is_none_or(|object| is_sound(check, object)) {
            return Err(from.wrong(format!(
                "object {handle} holds what its type does not allow"
            )));
        }
    }
    Ok(())
}

fn is_sound(check: Check<'_>, object: &Object) -> bool {
    // Bytes may be any.
    let Payload::Slots(slots) = &object.payload else {
        return true;
    };
    if object.kind & EXCEPTION != 0 {
        let params = check.store.tag_params(object.kind & !EXCEPTION);
        let mut at = 0;
        return params.iter().all(|ty| {
            let slots = &slots[at..];
            at += ty.slots() as usize;
            check.value(slots, *ty)
        });
    }
    match &check.store.types.get(object.kind).layout {
        Layout::Struct { fields, .. } => fields.iter().all(|(position, field)| {
            let slots = &slots[*position as usize..];
            match field.storage {
                StorageType::I8 => slots[0] >> 8 == 0,
                StorageType::I16 => slots[0] >> 16 == 0,
                StorageType::Value(ty) => check.value(slots, ty),
            }
        }),
        Layout::Array { element, .. } => {
            let ty = element.storage.unpacked();
            slots.iter().all(|slot| check.value(&[*slot], ty))
        }
        Layout::Function => false,
    }
}
