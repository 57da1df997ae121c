//! Whether what is given for an import has the wanted type. Spec: match-externtype

use alloc::string::{String, ToString};

use flight_wasm::{
    ExternIdx, ExternType, FuncType, GlobalType, Import, MemoryType, Module, RefType, TableType,
};

use crate::imports::{Extern, ImportValue};
use crate::store::{HOST_TAG, Store};
use crate::type_ids::{canonical, canonical_ref};

/// The type that an import is wanted of, with the store's numbers.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    /// A function, by the number of its type.
    Func(u32),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
    /// A tag, by the number of its type.
    Tag(u32),
}

impl Wanted {
    pub(crate) fn of(module: &Module, import: &Import, type_ids: &[u32]) -> Self {
        match import.idx {
            ExternIdx::Func(func) => Self::Func(type_ids[module.func_type_idx(func).index()]),
            ExternIdx::Table(table) => {
                Self::Table(table_type(module.tables()[table.index()], type_ids))
            }
            ExternIdx::Memory(memory) => Self::Memory(module.memories()[memory.index()]),
            ExternIdx::Global(global) => {
                Self::Global(global_type(module.globals()[global.index()], type_ids))
            }
            ExternIdx::Tag(tag) => Self::Tag(type_ids[module.tags()[tag.index()].index()]),
        }
    }
}

/// A module's global type with the store's numbers.
pub(crate) fn global_type(ty: GlobalType, type_ids: &[u32]) -> GlobalType {
    GlobalType {
        content: canonical(ty.content, type_ids),
        ..ty
    }
}

/// A module's table type with the store's numbers.
pub(crate) fn table_type(ty: TableType, type_ids: &[u32]) -> TableType {
    TableType {
        element: canonical_ref(ty.element, type_ids),
        ..ty
    }
}

/// What is given, in words, if it may not stand where `wanted` is asked for; `None` if it may.
pub(crate) fn mismatch(store: &mut Store, given: &ImportValue, wanted: &Wanted) -> Option<String> {
    let (fits, found) = match given {
        ImportValue::Existing(existing) => {
            let Some(found) = store.extern_type(*existing) else {
                return Some("not of this interpreter".to_string());
            };
            (existing_fits(store, *existing, wanted), found.to_string())
        }
        ImportValue::Function(function) => match &function.ty {
            None => (matches!(wanted, Wanted::Func(_)), "a function".to_string()),
            Some(ty) => {
                let id = store.types.of_func(ty);
                let fits =
                    matches!(wanted, Wanted::Func(wanted) if store.types.is_subtype(id, *wanted));
                (fits, ExternType::Func(ty.clone()).to_string())
            }
        },
        ImportValue::Tag => (matches!(wanted, Wanted::Tag(_)), "a tag".to_string()),
        ImportValue::Memory(ty) => {
            let fits = matches!(wanted, Wanted::Memory(wanted) if memory_fits(ty, wanted));
            (fits, ty.to_string())
        }
        ImportValue::Table(ty) => {
            let fits = matches!(wanted, Wanted::Table(wanted)
                if ty.limits.matches(&wanted.limits)
                    && ty.is64 == wanted.is64
                    && new_table_fits(ty.element, wanted.element));
            (fits, ty.to_string())
        }
        ImportValue::Global { value, mutable } => {
            let fits = matches!(wanted, Wanted::Global(wanted)
                if *mutable == wanted.mutable && store.value_fits(*value, wanted.content));
            let ty = GlobalType {
                content: value.ty(),
                mutable: *mutable,
            };
            (fits, ty.to_string())
        }
    };
    (!fits).then_some(found)
}

fn existing_fits(store: &mut Store, existing: Extern, wanted: &Wanted) -> bool {
    if let (Extern::Tag(HOST_TAG), Wanted::Tag(wanted)) = (existing, wanted) {
        let ty = FuncType::new(store.tag_params(HOST_TAG).to_vec(), []);
        return store.types.of_func(&ty) == *wanted;
    }
    let types = &store.types;
    match (existing, wanted) {
        (Extern::Func(address), Wanted::Func(wanted)) => {
            types.is_subtype(store.functions[address as usize].type_id, *wanted)
        }
        (Extern::Tag(address), Wanted::Tag(wanted)) => {
            store.tags[address as usize].type_id == *wanted
        }
        (Extern::Memory(address), Wanted::Memory(wanted)) => {
            memory_fits(&store.memory_type(address), wanted)
        }
        (Extern::Table(address), Wanted::Table(wanted)) => {
            let found = store.tables[address as usize].current_type();
            found.limits.matches(&wanted.limits)
                && found.is64 == wanted.is64
                && types.ref_matches(found.element, wanted.element)
                && types.ref_matches(wanted.element, found.element)
        }
        (Extern::Global(address), Wanted::Global(wanted)) => {
            let found = store.globals[address as usize].ty;
            found.mutable == wanted.mutable
                && types.value_matches(found.content, wanted.content)
                && (!found.mutable || types.value_matches(wanted.content, found.content))
        }
        _ => false,
    }
}

/// Whether a new table of the embedder's, with null in every entry, may have the wanted type of entries.
/// The embedder has no numbers for defined types, so such a type stands for the wanted one of its kind.
fn new_table_fits(given: RefType, wanted: RefType) -> bool {
    let heap = match given.heap.concrete() {
        Some(_) => given
            .heap
            .with_index(|own| wanted.heap.concrete().unwrap_or(own)),
        None => given.heap,
    };
    given.nullable && wanted.nullable && heap == wanted.heap
}

fn memory_fits(found: &MemoryType, wanted: &MemoryType) -> bool {
    found.limits.matches(&wanted.limits)
        && found.is64 == wanted.is64
        && found.shared == wanted.shared
        && found.page_size_log2 == wanted.page_size_log2
}
