//! Explanations of instructions on references, structures and arrays: they call what executes them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use flight_wasm::wasmparser::{HeapType, Operator};
use flight_wasm::{AnyRef, CompositeType, ObjectRef, RefType, TypeIdx, Value, ValueType};

use super::{Effect, list, with};
use crate::TrapKind;
use crate::inspect::{FrameView, Place};
use crate::interpreter::Interpreter;
use crate::objects::{self, Element};
use crate::slot::{NULL, i31_slot, slots_of, value_of};
use crate::store::ModuleInstance;
use crate::type_ids::canonical_ref;

/// The words of an operand: its first slot.
pub(super) fn slot_at(takes: &[Value], position: usize) -> u64 {
    takes.get(position).map_or(NULL, |value| slots_of(*value).0)
}

impl Interpreter {
    /// What an instruction on references or objects will do; `None` for another one.
    pub(super) fn object_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        frame: &FrameView,
        place: &Place,
    ) -> Option<Effect> {
        let own = &self.context.store.instances[place.instance as usize];
        let effect = self.reference_effect(operator, takes, frame, own);
        let effect = effect.or_else(|| self.struct_effect(operator, takes, own));
        Some(
            match effect.or_else(|| self.array_effect(operator, takes, own))? {
                Ok(effect) => effect,
                Err(kind) => Effect::Traps(kind),
            },
        )
    }

    fn value(&self, ty: ValueType, (low, high): Element) -> Value {
        value_of(ty, low, high, &self.context.store.heap)
    }

    fn reference_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        frame: &FrameView,
        own: &ModuleInstance,
    ) -> Option<Result<Effect, TrapKind>> {
        let slot = slot_at(takes, 0);
        let last = takes.last().map_or(NULL, |value| slots_of(*value).0);
        let of_type = |nullable: bool, heap: HeapType| {
            let ty = own.module.ref_type(nullable, heap)?;
            Some(
                self.context
                    .store
                    .is_of_type(last, canonical_ref(ty, &own.type_ids)),
            )
        };
        let branch = |branches: bool, depth: u32| match branches {
            true => Effect::Does(super::target(frame, depth)),
            false => Effect::Does("does not branch".to_string()),
        };
        Some(Ok(match *operator {
            Operator::RefNull { hty } => {
                let ty = own.module.ref_type(true, hty)?;
                pushes(Value::null(ty.heap.hierarchy()))
            }
            Operator::RefI31 => pushes(self.value(ValueType::ANYREF, (i31_slot(slot as u32), 0))),
            Operator::I31GetS | Operator::I31GetU => {
                let Some(bits) = crate::slot::slot_i31(slot) else {
                    return Some(Err(TrapKind::NullI31));
                };
                pushes(match operator {
                    Operator::I31GetS => ((bits << 1) as i32 >> 1).into(),
                    _ => bits.into(),
                })
            }
            Operator::RefEq => pushes((slot == slot_at(takes, 1)).into()),
            Operator::RefAsNonNull if slot == NULL => return Some(Err(TrapKind::NullReference)),
            Operator::RefAsNonNull => pushes(*takes.first()?),
            Operator::AnyConvertExtern => pushes(self.value(ValueType::ANYREF, (slot, 0))),
            Operator::ExternConvertAny => pushes(self.value(ValueType::EXTERNREF, (slot, 0))),
            Operator::RefTestNonNull { hty } => pushes(of_type(false, hty)?.into()),
            Operator::RefTestNullable { hty } => pushes(of_type(true, hty)?.into()),
            Operator::RefCastNonNull { hty } | Operator::RefCastNullable { hty } => {
                let nullable = matches!(operator, Operator::RefCastNullable { .. });
                match of_type(nullable, hty)? {
                    true => pushes(*takes.first()?),
                    false => return Some(Err(TrapKind::CastFailure)),
                }
            }
            Operator::BrOnNull { relative_depth } => branch(last == NULL, relative_depth),
            Operator::BrOnNonNull { relative_depth } => branch(last != NULL, relative_depth),
            Operator::BrOnCast {
                relative_depth,
                to_ref_type: to,
                ..
            } => branch(of_type(to.is_nullable(), to.heap_type())?, relative_depth),
            Operator::BrOnCastFail {
                relative_depth,
                to_ref_type: to,
                ..
            } => branch(!of_type(to.is_nullable(), to.heap_type())?, relative_depth),
            _ => return None,
        }))
    }

    fn struct_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        own: &ModuleInstance,
    ) -> Option<Result<Effect, TrapKind>> {
        let get = |ty: u32, field: u32, signed: bool| {
            let found = objects::get_field(
                &self.context.store,
                slot_at(takes, 0),
                field as usize,
                signed,
            );
            found.map(|found| pushes(self.value(stored_type(own, ty, field), found)))
        };
        let makes = |ty: u32, with: &str| {
            Ok(Effect::Does(format!(
                "makes a structure of {}{with}",
                type_words(own, ty)
            )))
        };
        Some(match *operator {
            Operator::StructNew { struct_type_index } => makes(struct_type_index, ""),
            Operator::StructNewDefault { struct_type_index } => {
                makes(struct_type_index, " from zeros and nulls")
            }
            Operator::StructGet {
                struct_type_index,
                field_index,
            }
            | Operator::StructGetU {
                struct_type_index,
                field_index,
            } => get(struct_type_index, field_index, false),
            Operator::StructGetS {
                struct_type_index,
                field_index,
            } => get(struct_type_index, field_index, true),
            Operator::StructSet {
                struct_type_index,
                field_index,
            } => {
                let [reference, value] = takes else {
                    return None;
                };
                match reference.is_null() {
                    true => Err(TrapKind::NullStructure),
                    false => Ok(Effect::Does(format!(
                        "puts {value} into {} of {reference}",
                        field_words(own, struct_type_index, field_index)
                    ))),
                }
            }
            _ => return None,
        })
    }

    fn array_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        own: &ModuleInstance,
    ) -> Option<Result<Effect, TrapKind>> {
        let store = &self.context.store;
        let index = |position| slot_at(takes, position) as u32;
        let does = |words: String| Ok(Effect::Does(words));
        let makes = |ty: u32, length: u64, rest: String| {
            does(format!(
                "makes an array of {} with {}{rest}",
                type_words(own, ty),
                elements(length)
            ))
        };
        // The array whose position among the operands this is, with a range of its elements.
        let range = |array, from, length| {
            let (reference, length) = (slot_at(takes, array), index(length));
            objects::check(store, reference, index(from), length)
                .map(|()| format!("{} of {}", span(index(from), length), takes[array]))
        };
        Some(match *operator {
            Operator::ArrayNew { array_type_index } => {
                let [value, _] = takes else { return None };
                makes(array_type_index, index(1).into(), format!(", each {value}"))
            }
            Operator::ArrayNewDefault { array_type_index } => makes(
                array_type_index,
                index(0).into(),
                ", each zero or null".to_string(),
            ),
            Operator::ArrayNewFixed {
                array_type_index, ..
            } => makes(array_type_index, takes.len() as u64, String::new()),
            Operator::ArrayNewData {
                array_type_index,
                array_data_index,
            } => {
                let segment = own.data[array_data_index as usize] as usize;
                let size = u64::from(index(1))
                    * objects::width(store, own.type_ids[array_type_index as usize]);
                match objects::data(store, segment, index(0), size) {
                    Err(kind) => Err(kind),
                    Ok(_) => makes(
                        array_type_index,
                        index(1).into(),
                        format!(" from data segment {array_data_index}"),
                    ),
                }
            }
            Operator::ArrayNewElem {
                array_type_index,
                array_elem_index,
            } => match self.segment_has(own, array_elem_index, index(0), index(1)) {
                false => Err(TrapKind::TableOutOfBounds),
                true => makes(
                    array_type_index,
                    index(1).into(),
                    format!(" from element segment {array_elem_index}"),
                ),
            },
            Operator::ArrayGet { array_type_index }
            | Operator::ArrayGetS { array_type_index }
            | Operator::ArrayGetU { array_type_index } => {
                let signed = matches!(operator, Operator::ArrayGetS { .. });
                let found = objects::get_element(store, slot_at(takes, 0), index(1), signed);
                found.map(|found| pushes(self.value(stored_type(own, array_type_index, 0), found)))
            }
            Operator::ArraySet { .. } => {
                let [array, _, value] = takes else {
                    return None;
                };
                let fits = objects::check(store, slot_at(takes, 0), index(1), 1);
                fits.map(|()| {
                    Effect::Does(format!("puts {value} into element {} of {array}", index(1)))
                })
            }
            Operator::ArrayLen => {
                objects::length(store, slot_at(takes, 0)).map(|length| pushes(length.into()))
            }
            Operator::ArrayFill { .. } => {
                let value = takes.get(2)?;
                range(0, 1, 3).map(|range| Effect::Does(format!("puts {value} into {range}")))
            }
            Operator::ArrayCopy { .. } => {
                let null = [0, 2].iter().any(|array| slot_at(takes, *array) == NULL);
                match (null, range(0, 1, 4), range(2, 3, 4)) {
                    (true, ..) => Err(TrapKind::NullArray),
                    (_, Ok(to), Ok(from)) => does(format!("copies {from} to {to}")),
                    (_, Err(kind), _) | (_, _, Err(kind)) => Err(kind),
                }
            }
            Operator::ArrayInitData {
                array_type_index,
                array_data_index,
            } => {
                let segment = own.data[array_data_index as usize] as usize;
                let size = u64::from(index(3))
                    * objects::width(store, own.type_ids[array_type_index as usize]);
                let to = range(0, 1, 3);
                let to =
                    to.and_then(|to| objects::data(store, segment, index(2), size).map(|_| to));
                to.map(|to| {
                    Effect::Does(format!(
                        "copies from data segment {array_data_index} to {to}"
                    ))
                })
            }
            Operator::ArrayInitElem {
                array_elem_index, ..
            } => match range(0, 1, 3) {
                Ok(_) if !self.segment_has(own, array_elem_index, index(2), index(3)) => {
                    Err(TrapKind::TableOutOfBounds)
                }
                Ok(to) => does(format!(
                    "copies from element segment {array_elem_index} to {to}"
                )),
                Err(kind) => Err(kind),
            },
            _ => return None,
        })
    }

    /// Whether an element segment has this range.
    pub(super) fn segment_has(
        &self,
        own: &ModuleInstance,
        segment: u32,
        from: u32,
        length: u32,
    ) -> bool {
        let items = &self.context.store.elements[own.elements[segment as usize] as usize].items;
        u64::from(from) + u64::from(length) <= items.len() as u64
    }

    /// A reference with what it refers to: `object 3, a $point`.
    fn described(&self, value: Value) -> String {
        let object: ObjectRef = match value {
            Value::AnyRef(Some(AnyRef::Object(object))) => object,
            _ => return value.to_string(),
        };
        match self.object(object, 0, 0) {
            Ok(view) => match view.name {
                Some(name) => format!("{value}, a ${name},"),
                None => format!("{value}, a {},", view.ty),
            },
            Err(_) => value.to_string(),
        }
    }

    /// Why an instruction on references or objects traps.
    pub(super) fn why_object(
        &self,
        kind: TrapKind,
        operator: &Operator<'_>,
        takes: &[Value],
        own: &ModuleInstance,
    ) -> Option<String> {
        let index = |position| slot_at(takes, position) as u32;
        Some(match kind {
            TrapKind::NullReference => {
                "null was to be taken for a reference that is not".to_string()
            }
            TrapKind::NullI31 => "null has no integer".to_string(),
            TrapKind::NullStructure => match *operator {
                Operator::StructGet {
                    struct_type_index,
                    field_index,
                }
                | Operator::StructGetS {
                    struct_type_index,
                    field_index,
                }
                | Operator::StructGetU {
                    struct_type_index,
                    field_index,
                }
                | Operator::StructSet {
                    struct_type_index,
                    field_index,
                } => {
                    let field = field_words(own, struct_type_index, field_index);
                    format!("null has no {field}")
                }
                _ => return None,
            },
            TrapKind::NullArray => match operator {
                Operator::ArrayLen => "null has no length".to_string(),
                _ => format!("null has no elements; the operands are {}", list(takes)),
            },
            TrapKind::ArrayOutOfBounds => {
                let ranges = match operator {
                    Operator::ArrayGet { .. }
                    | Operator::ArrayGetS { .. }
                    | Operator::ArrayGetU { .. }
                    | Operator::ArraySet { .. } => Vec::from([(0, index(1), 1)]),
                    Operator::ArrayCopy { .. } => {
                        Vec::from([(0, index(1), index(4)), (2, index(3), index(4))])
                    }
                    _ => Vec::from([(0, index(1), index(3))]),
                };
                let store = &self.context.store;
                let outside = ranges.into_iter().find(|(array, from, length)| {
                    objects::check(store, slot_at(takes, *array), *from, *length).is_err()
                });
                let (array, from, length) = outside?;
                let has = objects::length(store, slot_at(takes, array)).ok()?;
                let what = format!("{} of {}", span(from, length), takes[array]);
                format!("not in bounds: {what}, which has {}", elements(has.into()))
            }
            TrapKind::CastFailure => {
                let (nullable, heap) = match *operator {
                    Operator::RefCastNonNull { hty } => (false, hty),
                    Operator::RefCastNullable { hty } => (true, hty),
                    _ => return None,
                };
                let ty = own.module.ref_type(nullable, heap)?;
                format!(
                    "{} is no {}",
                    self.described(*takes.first()?),
                    ref_words(own, ty)
                )
            }
            TrapKind::HeapExhausted => {
                let (used, objects) = self.heap_use();
                let budget = self.context.store.heap.budget();
                format!("{objects} objects that can be reached take {used} of {budget} bytes")
            }
            _ => return None,
        })
    }
}

fn pushes(value: Value) -> Effect {
    Effect::Pushes(Vec::from([value]))
}

/// The type of the value that is read from a field of a structure, or from an array.
fn stored_type(own: &ModuleInstance, ty: u32, field: u32) -> ValueType {
    match &own.module.types()[ty as usize].composite {
        CompositeType::Struct(fields) => fields[field as usize].storage.unpacked(),
        CompositeType::Array(element) => element.storage.unpacked(),
        CompositeType::Func(_) => ValueType::I32,
    }
}

/// `type 3` or `type 3 ($point)`.
fn type_words(own: &ModuleInstance, ty: u32) -> String {
    with(format!("type {ty}"), own.module.names().ty(TypeIdx(ty)))
}

fn field_words(own: &ModuleInstance, ty: u32, field: u32) -> String {
    with(
        format!("field {field}"),
        own.module.names().field(TypeIdx(ty), field),
    )
}

/// A reference type with the name of the defined type in it.
fn ref_words(own: &ModuleInstance, ty: RefType) -> String {
    with(
        ty.to_string(),
        ty.heap
            .concrete()
            .and_then(|idx| own.module.names().ty(idx)),
    )
}

/// `1 element`, `5 elements`.
fn elements(count: u64) -> String {
    match count {
        1 => "1 element".to_string(),
        _ => format!("{count} elements"),
    }
}

/// A range in words: `element 4`, `elements 4 to 6`, `elements`.
fn span(from: u32, length: u32) -> String {
    match length {
        0 => format!("elements behind place {from}"),
        1 => format!("element {from}"),
        _ => format!(
            "elements {from} to {}",
            u64::from(from) + u64::from(length) - 1
        ),
    }
}
