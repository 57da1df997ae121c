//! Types as numbers: equal types have equal numbers, among all modules of a machine.
//!
//! Types are equal if their recursive groups are. Spec: aux-roll-rectype
//! Inside the store a concrete heap type's index is such a number, not an index of some module.

use alloc::boxed::Box;
use alloc::vec::Vec;

use flight_memory::References;
use flight_wasm::{
    CompositeType, FieldType, FuncType, HeapType, Hierarchy, Module, RefType, StorageType, SubType,
    TypeIdx, ValueType,
};
use hashbrown::HashMap;

/// Gives each type its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeIds {
    /// For each recursive group the number of its first type. References inside of the group are relative.
    groups: HashMap<Box<[SubType]>, u32>,
    types: Vec<CanonicalType>,
}

/// A type by its number.
#[derive(Clone, Debug)]
pub(crate) struct CanonicalType {
    pub(crate) composite: CompositeType,
    /// The numbers of its supertypes from the root down, and its own last.
    supers: Box<[u32]>,
    pub(crate) layout: Layout,
}

/// How objects of a type lie on the heap.
#[derive(Clone, Debug)]
pub(crate) enum Layout {
    /// It has no objects.
    Function,
    /// Slots, with each field's first one, and those that may refer to objects.
    Struct {
        fields: Box<[(u32, FieldType)]>,
        slots: u32,
        references: Box<[u32]>,
    },
    /// Elements of so many bytes; references lie in slots, others in bytes.
    Array {
        element: FieldType,
        width: u32,
        references: bool,
    },
}

/// Marks a reference to a type of the same group by its position there.
const RELATIVE: u32 = 1 << 31;

/// The number that objects have which are exceptions; added to the tag's address.
pub(crate) const EXCEPTION: u32 = 1 << 31;

impl TypeIds {
    /// The numbers of a module's types.
    pub(crate) fn of_module(&mut self, module: &Module) -> Box<[u32]> {
        let mut ids: Vec<u32> = Vec::new();
        for group in module.rec_groups() {
            let relative = |idx: TypeIdx| match idx.0.checked_sub(group.start) {
                Some(position) => TypeIdx(position | RELATIVE),
                None => TypeIdx(ids[idx.index()]),
            };
            let range = group.start as usize..group.end as usize;
            let types = module.types()[range]
                .iter()
                .map(|ty| renumber(ty, &relative))
                .collect();
            let first = self.group(types);
            ids.extend((0..group.end - group.start).map(|position| first + position));
        }
        ids.into()
    }

    /// The number of a function type that stands alone.
    pub(crate) fn of_func(&mut self, ty: &FuncType) -> u32 {
        self.group(Box::new([SubType::plain(CompositeType::Func(ty.clone()))]))
    }

    /// The number of the first type of a group whose inner references are relative.
    fn group(&mut self, types: Box<[SubType]>) -> u32 {
        if let Some(first) = self.groups.get(&types) {
            return *first;
        }
        let first = self.types.len() as u32;
        let absolute = |idx: TypeIdx| match idx.0 & RELATIVE {
            0 => idx,
            _ => TypeIdx(first + (idx.0 & !RELATIVE)),
        };
        for (position, ty) in types.iter().enumerate() {
            let ty = renumber(ty, &absolute);
            let mut supers = match ty.supertype {
                Some(supertype) => self.types[supertype.index()].supers.to_vec(),
                None => Vec::new(),
            };
            supers.push(first + position as u32);
            let layout = Layout::of(&ty.composite);
            let supers = supers.into();
            self.types.push(CanonicalType {
                composite: ty.composite,
                supers,
                layout,
            });
        }
        self.groups.insert(types, first);
        first
    }

    /// How many numbers there are.
    pub(crate) fn count(&self) -> u32 {
        self.types.len() as u32
    }

    pub(crate) fn get(&self, id: u32) -> &CanonicalType {
        &self.types[id as usize]
    }

    /// The function type of a number that is one's.
    pub(crate) fn func(&self, id: u32) -> &FuncType {
        match &self.get(id).composite {
            CompositeType::Func(ty) => ty,
            _ => unreachable!("validation has made sure that it is a function type"),
        }
    }

    /// Whether the first type is the second or declared a subtype of it. Spec: match-deftype
    #[inline(always)]
    pub(crate) fn is_subtype(&self, id: u32, of: u32) -> bool {
        // An embedder's own function type may name a number that is none.
        let Some(wanted) = self.types.get(of as usize) else {
            return false;
        };
        id == of || self.get(id).supers.get(wanted.supers.len() - 1) == Some(&of)
    }

    /// Spec: match-heaptype
    pub(crate) fn heap_matches(&self, found: HeapType, wanted: HeapType) -> bool {
        if let (Some(found), Some(wanted)) = (found.concrete(), wanted.concrete()) {
            return self.is_subtype(found.0, wanted.0);
        }
        if found == wanted {
            return true;
        }
        if found.hierarchy() != wanted.hierarchy() {
            return false;
        }
        match found {
            // The bottom types.
            HeapType::None | HeapType::NoFunc | HeapType::NoExtern | HeapType::NoExn => true,
            HeapType::ConcreteFunc(_) => wanted == HeapType::Func,
            HeapType::ConcreteStruct(_) => {
                matches!(wanted, HeapType::Struct | HeapType::Eq | HeapType::Any)
            }
            HeapType::ConcreteArray(_) => {
                matches!(wanted, HeapType::Array | HeapType::Eq | HeapType::Any)
            }
            HeapType::I31 | HeapType::Struct | HeapType::Array => {
                matches!(wanted, HeapType::Eq | HeapType::Any)
            }
            HeapType::Eq => wanted == HeapType::Any,
            _ => false,
        }
    }

    /// Spec: match-reftype
    pub(crate) fn ref_matches(&self, found: RefType, wanted: RefType) -> bool {
        (wanted.nullable || !found.nullable) && self.heap_matches(found.heap, wanted.heap)
    }

    /// Spec: match-valtype
    pub(crate) fn value_matches(&self, found: ValueType, wanted: ValueType) -> bool {
        match (found, wanted) {
            (ValueType::Ref(found), ValueType::Ref(wanted)) => self.ref_matches(found, wanted),
            _ => found == wanted,
        }
    }

    /// Which slots of an object of a type may refer to objects.
    pub(crate) fn references(&self, id: u32) -> References<'_> {
        match &self.get(id).layout {
            Layout::Struct { references, .. } => References::At(references),
            Layout::Array { element, .. } if may_refer(element.storage.unpacked()) => {
                References::All
            }
            Layout::Array { .. } | Layout::Function => References::None,
        }
    }
}

impl Layout {
    fn of(ty: &CompositeType) -> Self {
        match ty {
            CompositeType::Func(_) => Self::Function,
            CompositeType::Struct(types) => {
                let (mut fields, mut references) = (Vec::new(), Vec::new());
                let mut slots = 0;
                for field in types {
                    fields.push((slots, *field));
                    if may_refer(field.storage.unpacked()) {
                        references.push(slots);
                    }
                    slots += field.storage.unpacked().slots();
                }
                Self::Struct {
                    fields: fields.into(),
                    slots,
                    references: references.into(),
                }
            }
            CompositeType::Array(element) => Self::Array {
                element: *element,
                width: width(element.storage),
                references: matches!(element.storage, StorageType::Value(ValueType::Ref(_))),
            },
        }
    }
}

/// Whether a value of this type can refer to an object of the heap.
pub(crate) fn may_refer(ty: ValueType) -> bool {
    matches!(ty, ValueType::Ref(ty) if ty.heap.hierarchy() != Hierarchy::Func)
}

/// The bytes that an element takes.
fn width(storage: StorageType) -> u32 {
    match storage {
        StorageType::I8 => 1,
        StorageType::I16 => 2,
        StorageType::Value(ValueType::I32 | ValueType::F32) => 4,
        StorageType::Value(ValueType::V128) => 16,
        StorageType::Value(_) => 8,
    }
}

/// The type with every index in it exchanged.
fn renumber(ty: &SubType, renumber: &impl Fn(TypeIdx) -> TypeIdx) -> SubType {
    let value = |ty: ValueType| renumbered(ty, renumber);
    let field = |field: &FieldType| FieldType {
        storage: match field.storage {
            StorageType::Value(ty) => StorageType::Value(value(ty)),
            packed => packed,
        },
        mutable: field.mutable,
    };
    let values = |types: &[ValueType]| types.iter().map(|ty| value(*ty)).collect::<Vec<_>>();
    SubType {
        is_final: ty.is_final,
        supertype: ty.supertype.map(renumber),
        composite: match &ty.composite {
            CompositeType::Func(ty) => {
                CompositeType::Func(FuncType::new(values(ty.params()), values(ty.results())))
            }
            CompositeType::Struct(fields) => {
                CompositeType::Struct(fields.iter().map(field).collect())
            }
            CompositeType::Array(element) => CompositeType::Array(field(element)),
        },
    }
}

fn renumbered(ty: ValueType, renumber: &impl Fn(TypeIdx) -> TypeIdx) -> ValueType {
    match ty {
        ValueType::Ref(ty) => ValueType::Ref(RefType {
            heap: ty.heap.with_index(renumber),
            ..ty
        }),
        other => other,
    }
}

/// A module's value type with the store's numbers instead of the module's indices.
pub(crate) fn canonical(ty: ValueType, ids: &[u32]) -> ValueType {
    renumbered(ty, &|idx| TypeIdx(ids[idx.index()]))
}

/// A module's reference type with the store's numbers instead of the module's indices.
pub(crate) fn canonical_ref(ty: RefType, ids: &[u32]) -> RefType {
    RefType {
        heap: ty.heap.with_index(|idx| TypeIdx(ids[idx.index()])),
        ..ty
    }
}
