//! What references refer to: tests and casts. Spec: exec-ref.test, exec-ref.cast

use flight_wasm::{AnyRef, CompositeType, HeapType, Hierarchy, RefType, TypeIdx, Value, ValueType};

use crate::slot::{NULL, slot_function, slot_i31, slot_object, slots_of};
use crate::store::Store;

/// A reference type as two operand words of internal code: its heap type with nullability, and the type's number.
pub(crate) fn encode(ty: RefType) -> [u32; 2] {
    let (kind, number) = match ty.heap {
        HeapType::Func => (0, 0),
        HeapType::Extern => (1, 0),
        HeapType::Any => (2, 0),
        HeapType::Eq => (3, 0),
        HeapType::I31 => (4, 0),
        HeapType::Struct => (5, 0),
        HeapType::Array => (6, 0),
        HeapType::Exn => (7, 0),
        HeapType::None => (8, 0),
        HeapType::NoExtern => (9, 0),
        HeapType::NoFunc => (10, 0),
        HeapType::NoExn => (11, 0),
        HeapType::ConcreteFunc(idx) => (12, idx.0),
        HeapType::ConcreteStruct(idx) => (13, idx.0),
        HeapType::ConcreteArray(idx) => (14, idx.0),
    };
    [kind | u32::from(ty.nullable) << 16, number]
}

/// The reference type that [`encode`] has made words of.
pub(crate) fn decode([kind, number]: [u32; 2]) -> RefType {
    let idx = TypeIdx(number);
    let heap = match kind & 0xffff {
        0 => HeapType::Func,
        1 => HeapType::Extern,
        2 => HeapType::Any,
        3 => HeapType::Eq,
        4 => HeapType::I31,
        5 => HeapType::Struct,
        6 => HeapType::Array,
        7 => HeapType::Exn,
        8 => HeapType::None,
        9 => HeapType::NoExtern,
        10 => HeapType::NoFunc,
        11 => HeapType::NoExn,
        12 => HeapType::ConcreteFunc(idx),
        13 => HeapType::ConcreteStruct(idx),
        _ => HeapType::ConcreteArray(idx),
    };
    RefType {
        nullable: kind >> 16 != 0,
        heap,
    }
}

impl Store {
    /// Whether a value of the embedder's is of a type; a stale reference is of none.
    pub(crate) fn value_fits(&self, value: Value, ty: ValueType) -> bool {
        let ValueType::Ref(ty) = ty else {
            return value.ty() == ty;
        };
        let ValueType::Ref(own) = value.ty() else {
            return false;
        };
        let alive = match value {
            Value::FuncRef(Some(func)) => (func.0 as usize) < self.functions.len(),
            Value::ExnRef(Some(object))
            | Value::AnyRef(Some(AnyRef::Object(object)))
            | Value::ConvertedAny(AnyRef::Object(object)) => {
                self.heap.generation(object.handle) == Some(object.generation)
            }
            _ => true,
        };
        alive
            && own.heap.hierarchy() == ty.heap.hierarchy()
            && self.is_of_type(slots_of(value).0, ty)
    }

    /// Whether a reference is of a type.
    pub(crate) fn is_of_type(&self, slot: u64, ty: RefType) -> bool {
        if slot == NULL {
            return ty.nullable;
        }
        match ty.heap.hierarchy() {
            Hierarchy::Func => match ty.heap {
                HeapType::Func => true,
                HeapType::ConcreteFunc(wanted) => slot_function(slot).is_some_and(|address| {
                    let function = self.functions[address as usize];
                    self.types.is_subtype(function.type_id, wanted.0)
                }),
                _ => false,
            },
            Hierarchy::Extern => ty.heap == HeapType::Extern,
            Hierarchy::Exn => ty.heap == HeapType::Exn,
            Hierarchy::Any => self.is_any_of_type(slot, ty.heap),
        }
    }

    fn is_any_of_type(&self, slot: u64, wanted: HeapType) -> bool {
        if slot_i31(slot).is_some() {
            return matches!(wanted, HeapType::I31 | HeapType::Eq | HeapType::Any);
        }
        let Some(object) = slot_object(slot).and_then(|handle| self.heap.get(handle)) else {
            // Something of the embedder's.
            return wanted == HeapType::Any;
        };
        match wanted {
            HeapType::Any | HeapType::Eq => true,
            HeapType::Struct => {
                matches!(
                    self.types.get(object.kind).composite,
                    CompositeType::Struct(_)
                )
            }
            HeapType::Array => {
                matches!(
                    self.types.get(object.kind).composite,
                    CompositeType::Array(_)
                )
            }
            HeapType::ConcreteStruct(wanted) | HeapType::ConcreteArray(wanted) => {
                self.types.is_subtype(object.kind, wanted.0)
            }
            _ => false,
        }
    }
}
