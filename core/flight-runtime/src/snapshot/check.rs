//! Whether slots hold what their types say.
//!
//! The execution loop trusts its slots: an address of a function that is none would be read beyond a list.

use flight_memory::Heap;
use flight_wasm::{
    AnyRef, CompositeType, HeapType, Hierarchy, ObjectRef, RefType, Value, ValueType,
};

use crate::slot::{NULL, slot_extern, slot_i31, slot_object};
use crate::store::Store;
use crate::type_ids::EXCEPTION;

/// What slots are checked against: the functions and types of a store, and the objects of a heap that is to be its.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    pub(super) store: &'a Store,
    pub(super) heap: &'a Heap,
}

impl Check<'_> {
    /// Whether the slots of one value hold one of this type.
    pub(super) fn value(self, slots: &[u64], ty: ValueType) -> bool {
        match ty {
            ValueType::I32 | ValueType::F32 => slots[0] >> 32 == 0,
            ValueType::I64 | ValueType::F64 | ValueType::V128 => true,
            ValueType::Ref(ty) => self.reference(slots[0], ty),
        }
    }

    /// The same for a local: before it is assigned to it holds null, though its type may have none.
    pub(super) fn local(self, slots: &[u64], ty: ValueType) -> bool {
        let is_null = matches!(ty, ValueType::Ref(_)) && slots[0] == NULL;
        is_null || self.value(slots, ty)
    }

    pub(super) fn reference(self, slot: u64, ty: RefType) -> bool {
        if slot == NULL {
            return ty.nullable;
        }
        match ty.heap.hierarchy() {
            Hierarchy::Func => self.function(slot, ty.heap),
            Hierarchy::Extern => ty.heap == HeapType::Extern && self.any(slot, HeapType::Any),
            Hierarchy::Exn => ty.heap == HeapType::Exn && self.exception(slot),
            Hierarchy::Any => self.any(slot, ty.heap),
        }
    }

    fn function(self, slot: u64, wanted: HeapType) -> bool {
        let Some(function) = usize::try_from(slot - 1)
            .ok()
            .and_then(|address| self.store.functions.get(address))
        else {
            return false;
        };
        match wanted {
            HeapType::Func => true,
            HeapType::ConcreteFunc(wanted) => {
                self.store.types.is_subtype(function.type_id, wanted.0)
            }
            _ => false,
        }
    }

    /// Whether a slot refers to an exception.
    pub(super) fn exception(self, slot: u64) -> bool {
        self.kind(slot).is_some_and(|kind| kind & EXCEPTION != 0)
    }

    /// The kind of the object that a slot refers to.
    fn kind(self, slot: u64) -> Option<u32> {
        let handle = slot_object(slot).filter(|_| slot >> 34 == 0)?;
        self.heap.get(handle).map(|object| object.kind)
    }

    fn any(self, slot: u64, wanted: HeapType) -> bool {
        if slot >> 34 != 0 {
            return false;
        }
        if let Some(bits) = slot_i31(slot) {
            return bits >> 31 == 0
                && matches!(wanted, HeapType::I31 | HeapType::Eq | HeapType::Any);
        }
        if slot_extern(slot).is_some() {
            return wanted == HeapType::Any;
        }
        let Some(kind) = self.kind(slot).filter(|kind| kind & EXCEPTION == 0) else {
            return false;
        };
        let composite = &self.store.types.get(kind).composite;
        match wanted {
            HeapType::Any | HeapType::Eq => true,
            HeapType::Struct => matches!(composite, CompositeType::Struct(_)),
            HeapType::Array => matches!(composite, CompositeType::Array(_)),
            HeapType::ConcreteStruct(wanted) | HeapType::ConcreteArray(wanted) => {
                self.store.types.is_subtype(kind, wanted.0)
            }
            _ => false,
        }
    }

    /// Whether what a value refers to is there, if it refers to something.
    pub(super) fn embedder_value(self, value: Value) -> bool {
        match value {
            Value::FuncRef(Some(func)) => (func.0 as usize) < self.store.functions.len(),
            _ => {
                object_in(value).is_none_or(|(object, _)| self.is_alive(object))
                    && self.is_of_its_kind(value)
            }
        }
    }

    /// Whether an object that a value refers to is of the value's kind, unless it is gone.
    pub(super) fn is_of_its_kind(self, value: Value) -> bool {
        object_in(value).is_none_or(|(object, is_exception)| {
            let kind = self.heap.get(object.handle).map(|object| object.kind);
            !self.is_alive(object)
                || kind.is_some_and(|kind| (kind & EXCEPTION != 0) == is_exception)
        })
    }

    fn is_alive(self, object: ObjectRef) -> bool {
        self.heap.generation(object.handle) == Some(object.generation)
    }
}

/// The object that a value refers to, and whether it is to be an exception.
fn object_in(value: Value) -> Option<(ObjectRef, bool)> {
    match value {
        Value::ExnRef(Some(object)) => Some((object, true)),
        Value::AnyRef(Some(AnyRef::Object(object)))
        | Value::ConvertedAny(AnyRef::Object(object)) => Some((object, false)),
        _ => None,
    }
}
