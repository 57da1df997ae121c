//! From the decoder's types to ours.

use alloc::vec::Vec;

use wasmparser::{AbstractHeapType, CompositeInnerType};

use crate::decode::{Result, unsupported};
use crate::{
    CompositeType, FieldType, FuncType, GlobalType, HeapType, Limits, MemoryType, RefType,
    StorageType, SubType, TableType, TypeIdx, ValueType,
};

/// What kind of type each of a module's types is: a reference to it says so.
#[derive(Debug, Default)]
pub(crate) struct Kinds(Vec<Kind>);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Func,
    Struct,
    Array,
}

impl Kinds {
    pub(crate) fn push(&mut self, ty: &CompositeInnerType) {
        self.0.push(match ty {
            CompositeInnerType::Struct(_) => Kind::Struct,
            CompositeInnerType::Array(_) => Kind::Array,
            CompositeInnerType::Func(_) | CompositeInnerType::Cont(_) => Kind::Func,
        });
    }

    /// Fails on types of proposals that Flight does not execute.
    pub(crate) fn value_type(&self, ty: wasmparser::ValType) -> Result<ValueType> {
        Ok(match ty {
            wasmparser::ValType::I32 => ValueType::I32,
            wasmparser::ValType::I64 => ValueType::I64,
            wasmparser::ValType::F32 => ValueType::F32,
            wasmparser::ValType::F64 => ValueType::F64,
            wasmparser::ValType::V128 => ValueType::V128,
            wasmparser::ValType::Ref(ty) => {
                ValueType::Ref(self.ref_type(ty.is_nullable(), ty.heap_type(), 0)?)
            }
        })
    }

    pub(crate) fn ref_type(
        &self,
        nullable: bool,
        heap: wasmparser::HeapType,
        offset: u64,
    ) -> Result<RefType> {
        let heap = match heap {
            wasmparser::HeapType::Abstract { ty, .. } => {
                abstract_heap_type(ty).ok_or_else(|| unsupported("a continuation", offset))?
            }
            wasmparser::HeapType::Concrete(idx) | wasmparser::HeapType::Exact(idx) => {
                let known = idx.as_module_index();
                let kind = known.and_then(|idx| Some((idx, self.0.get(idx as usize)?)));
                match kind {
                    Some((idx, Kind::Func)) => HeapType::ConcreteFunc(TypeIdx(idx)),
                    Some((idx, Kind::Struct)) => HeapType::ConcreteStruct(TypeIdx(idx)),
                    Some((idx, Kind::Array)) => HeapType::ConcreteArray(TypeIdx(idx)),
                    None => return Err(unsupported("a type index of this form", offset)),
                }
            }
        };
        Ok(RefType { nullable, heap })
    }

    pub(crate) fn sub_type(&self, ty: &wasmparser::SubType) -> Result<SubType> {
        let composite = match &ty.composite_type.inner {
            CompositeInnerType::Func(ty) => CompositeType::Func(self.func_type(ty)?),
            CompositeInnerType::Array(ty) => CompositeType::Array(self.field_type(&ty.0)?),
            CompositeInnerType::Struct(ty) => {
                let fields = ty.fields.iter().map(|field| self.field_type(field));
                CompositeType::Struct(fields.collect::<Result<_>>()?)
            }
            CompositeInnerType::Cont(_) => return Err(unsupported("a continuation type", 0)),
        };
        let supertype = ty
            .supertype_idxs
            .first()
            .and_then(|idx| idx.unpack().as_module_index());
        Ok(SubType {
            is_final: ty.is_final,
            supertype: supertype.map(TypeIdx),
            composite,
        })
    }

    fn field_type(&self, ty: &wasmparser::FieldType) -> Result<FieldType> {
        let storage = match ty.element_type {
            wasmparser::StorageType::I8 => StorageType::I8,
            wasmparser::StorageType::I16 => StorageType::I16,
            wasmparser::StorageType::Val(ty) => StorageType::Value(self.value_type(ty)?),
        };
        Ok(FieldType {
            storage,
            mutable: ty.mutable,
        })
    }

    fn func_type(&self, ty: &wasmparser::FuncType) -> Result<FuncType> {
        let convert = |types: &[wasmparser::ValType]| {
            types
                .iter()
                .map(|ty| self.value_type(*ty))
                .collect::<Result<Vec<_>>>()
        };
        Ok(FuncType::new(convert(ty.params())?, convert(ty.results())?))
    }

    pub(crate) fn table_type(&self, ty: &wasmparser::TableType) -> Result<TableType> {
        let element = ty.element_type;
        Ok(TableType {
            limits: Limits {
                minimum: ty.initial,
                maximum: ty.maximum,
            },
            is64: ty.table64,
            element: self.ref_type(element.is_nullable(), element.heap_type(), 0)?,
        })
    }

    pub(crate) fn global_type(&self, ty: &wasmparser::GlobalType) -> Result<GlobalType> {
        Ok(GlobalType {
            content: self.value_type(ty.content_type)?,
            mutable: ty.mutable,
        })
    }
}

/// The heap types that no module defines; `None` for those of proposals that Flight does not execute.
pub(crate) fn abstract_heap_type(ty: AbstractHeapType) -> Option<HeapType> {
    Some(match ty {
        AbstractHeapType::Func => HeapType::Func,
        AbstractHeapType::Extern => HeapType::Extern,
        AbstractHeapType::Any => HeapType::Any,
        AbstractHeapType::Eq => HeapType::Eq,
        AbstractHeapType::I31 => HeapType::I31,
        AbstractHeapType::Struct => HeapType::Struct,
        AbstractHeapType::Array => HeapType::Array,
        AbstractHeapType::Exn => HeapType::Exn,
        AbstractHeapType::None => HeapType::None,
        AbstractHeapType::NoExtern => HeapType::NoExtern,
        AbstractHeapType::NoFunc => HeapType::NoFunc,
        AbstractHeapType::NoExn => HeapType::NoExn,
        AbstractHeapType::Cont | AbstractHeapType::NoCont => return None,
    })
}

pub(crate) fn memory_type(ty: &wasmparser::MemoryType) -> MemoryType {
    MemoryType {
        limits: Limits {
            minimum: ty.initial,
            maximum: ty.maximum,
        },
        is64: ty.memory64,
        shared: ty.shared,
        page_size_log2: ty.page_size_log2.unwrap_or(16),
    }
}
