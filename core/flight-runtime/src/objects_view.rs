//! Looking into the heap: structures, arrays and exceptions as plain data.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use flight_wasm::{CompositeType, ObjectRef, TypeIdx, Value, ValueType};

use crate::interpreter::Interpreter;
use crate::objects;
use crate::slot::{object_slot, value_of};
use crate::type_ids::{EXCEPTION, Layout};
use crate::{Error, Result};

/// What an object of the heap is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A structure: its parts are fields.
    Struct,
    /// An array: its parts are elements.
    Array,
    /// An exception: its parts are arguments.
    Exception,
}

/// An object of the heap, or a page of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectView {
    /// What it is.
    pub kind: ObjectKind,
    /// Its type's name, or its tag's, in the name section of a module.
    pub name: Option<Box<str>>,
    /// Its type, as `struct (mut i32) i64`; for an exception the types of its arguments.
    pub ty: String,
    /// How many parts it has.
    pub length: u32,
    /// The parts asked for.
    pub parts: Vec<PartView>,
}

/// A field, an element or an argument.
#[derive(Clone, Debug, PartialEq)]
pub struct PartView {
    /// Its position.
    pub index: u32,
    /// A field's name in the name section.
    pub name: Option<Box<str>>,
    /// What it is stored as: `i8`, `i16`, or a value type.
    pub storage: String,
    /// Whether it can be changed.
    pub mutable: bool,
    /// Its value; of packed ones without sign.
    pub value: Value,
}

impl Interpreter {
    /// Looks into an object: up to `count` of its parts from `first` on.
    ///
    /// # Errors
    /// [`Error::Usage`] if the object has been collected.
    pub fn object(&self, object: ObjectRef, first: u32, count: u32) -> Result<ObjectView> {
        self.check_object(object)?;
        let store = &self.context.store;
        let stale = || Error::Usage("the object has been collected".to_string());
        let kind = store.heap.get(object.handle).ok_or_else(stale)?.kind;
        if kind & EXCEPTION != 0 {
            return self.exception_view(object, first, count).ok_or_else(stale);
        }
        let slot = object_slot(object.handle);
        let ty = store.types.get(kind);
        let named = self.named_type(kind);
        let name = named.and_then(|(instance, idx)| self.type_name(instance, idx));
        let value = |ty: ValueType, (low, high)| value_of(ty, low, high, &store.heap);
        let (kind, length, parts) = match &ty.layout {
            Layout::Struct { fields, .. } => {
                let length = fields.len() as u32;
                let part = |index: u32| {
                    let (_, field) = fields[index as usize];
                    let part = objects::get_field(store, slot, index as usize, false).ok()?;
                    Some(PartView {
                        index,
                        name: named.and_then(|(instance, idx)| {
                            let names = store.instances[instance].module.names();
                            names.field(idx, index).map(Into::into)
                        }),
                        storage: field.storage.to_string(),
                        mutable: field.mutable,
                        value: value(field.storage.unpacked(), part),
                    })
                };
                (
                    ObjectKind::Struct,
                    length,
                    page(length, first, count).filter_map(part).collect(),
                )
            }
            Layout::Array { element, .. } => {
                let length = objects::length(store, slot).unwrap_or(0);
                let part = |index: u32| {
                    let part = objects::get_element(store, slot, index, false).ok()?;
                    Some(PartView {
                        index,
                        name: None,
                        storage: element.storage.to_string(),
                        mutable: element.mutable,
                        value: value(element.storage.unpacked(), part),
                    })
                };
                (
                    ObjectKind::Array,
                    length,
                    page(length, first, count).filter_map(part).collect(),
                )
            }
            Layout::Function => return Err(stale()),
        };
        Ok(ObjectView {
            kind,
            name,
            ty: ty.composite.to_string(),
            length,
            parts,
        })
    }

    fn exception_view(&self, object: ObjectRef, first: u32, count: u32) -> Option<ObjectView> {
        let exception = self.exception_of(Value::ExnRef(Some(object)))?;
        let length = exception.arguments.len() as u32;
        let types = self.context.store.tag_params(exception.tag);
        let part = |index: u32| PartView {
            index,
            name: None,
            storage: types[index as usize].to_string(),
            mutable: false,
            value: exception.arguments[index as usize],
        };
        let words: Vec<String> = types.iter().map(ToString::to_string).collect();
        Some(ObjectView {
            kind: ObjectKind::Exception,
            ty: words.join(" "),
            length,
            parts: page(length, first, count).map(part).collect(),
            name: exception.name,
        })
    }

    /// Whether an object is a structure; false for a stale reference.
    pub fn is_struct(&self, object: ObjectRef) -> bool {
        matches!(self.composite_of(object), Some(CompositeType::Struct(_)))
    }

    /// Whether an object is an array; false for a stale reference.
    pub fn is_array(&self, object: ObjectRef) -> bool {
        matches!(self.composite_of(object), Some(CompositeType::Array(_)))
    }

    fn composite_of(&self, object: ObjectRef) -> Option<&CompositeType> {
        self.check_object(object).ok()?;
        let kind = self.context.store.heap.get(object.handle)?.kind;
        (kind & EXCEPTION == 0).then(|| &self.context.store.types.get(kind).composite)
    }

    /// Where a type is defined: the position of an instance, and the index in its module. One with a name comes first.
    fn named_type(&self, id: u32) -> Option<(usize, TypeIdx)> {
        let defined = self
            .context
            .store
            .instances
            .iter()
            .enumerate()
            .flat_map(|(at, instance)| {
                let indices = (0..).zip(&instance.type_ids).filter(|(_, own)| **own == id);
                indices.map(move |(index, _)| (at, TypeIdx(index)))
            });
        let mut first = None;
        for place in defined {
            if self.type_name(place.0, place.1).is_some() {
                return Some(place);
            }
            first = first.or(Some(place));
        }
        first
    }

    fn type_name(&self, instance: usize, idx: TypeIdx) -> Option<Box<str>> {
        self.context.store.instances[instance]
            .module
            .names()
            .ty(idx)
            .map(Into::into)
    }
}

/// The positions of a page, as far as there are any.
fn page(length: u32, first: u32, count: u32) -> core::ops::Range<u32> {
    let first = first.min(length);
    first..first.saturating_add(count).min(length)
}
