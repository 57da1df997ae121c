//! Everything that instances are made of, by address. Spec: syntax-store

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use flight_memory::{Budget, Heap, LinearMemory, References};
use flight_wasm::{
    ExternIdx, ExternType, FuncIdx, FuncType, GlobalType, Limits, MemoryType, Module, Value,
    ValueType,
};

use crate::imports::Extern;
use crate::table::Table;
use crate::type_ids::{EXCEPTION, TypeIds};

/// The address of the tag that every store has and no module defines: its exceptions carry one thing of the embedder's.
///
/// It lies beyond the list of tags, so that neither snapshots nor recordings have to tell of it.
pub(crate) const HOST_TAG: u32 = EXCEPTION - 1;

const HOST_TAG_PARAMS: [ValueType; 1] = [ValueType::EXTERNREF];

/// The store: an address is a position in one of these lists.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) types: TypeIds,
    pub(crate) functions: Vec<FunctionInstance>,
    pub(crate) tables: Vec<Table>,
    pub(crate) memories: Vec<LinearMemory>,
    pub(crate) globals: Vec<GlobalInstance>,
    /// The values of all globals.
    pub(crate) cells: Vec<u64>,
    pub(crate) elements: Vec<ElementInstance>,
    pub(crate) data: Vec<DataInstance>,
    pub(crate) instances: Vec<ModuleInstance>,
    pub(crate) tags: Vec<TagInstance>,
    pub(crate) heap: Heap,
    pub(crate) budget: Budget,
}

/// A function. Spec: syntax-funcinst
#[derive(Clone, Copy, Debug)]
pub(crate) struct FunctionInstance {
    pub(crate) type_id: u32,
    pub(crate) kind: FunctionKind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum FunctionKind {
    /// A function of a module.
    Guest { instance: u32, func: FuncIdx },
    /// A function of the embedder's, by its number among the interpreter's host functions.
    Host { host: u32 },
}

/// A global. Spec: syntax-globalinst
#[derive(Clone, Copy, Debug)]
pub(crate) struct GlobalInstance {
    pub(crate) ty: GlobalType,
    /// Its first cell.
    pub(crate) cell: u32,
}

/// An element segment; empty once dropped. Spec: syntax-eleminst
#[derive(Clone, Debug)]
pub(crate) struct ElementInstance {
    pub(crate) items: Arc<[u64]>,
    /// Whether they may refer to objects of the heap.
    pub(crate) may_refer: bool,
}

/// A tag of exceptions. Spec: syntax-taginst
#[derive(Clone, Debug)]
pub(crate) struct TagInstance {
    pub(crate) type_id: u32,
    /// Which slots of its exceptions may refer to objects.
    pub(crate) references: Box<[u32]>,
}

/// A data segment; empty once dropped. Spec: syntax-datainst
#[derive(Clone, Debug)]
pub(crate) struct DataInstance {
    pub(crate) instance: u32,
    pub(crate) range: Range<usize>,
}

/// A module instance: the addresses of what its index spaces name. Spec: syntax-moduleinst
#[derive(Clone, Debug)]
pub(crate) struct ModuleInstance {
    pub(crate) module: Module,
    /// What its imports were given, so that the instance can be made again elsewhere.
    pub(crate) given: Box<[Given]>,
    pub(crate) type_ids: Box<[u32]>,
    pub(crate) functions: Box<[u32]>,
    pub(crate) tables: Box<[u32]>,
    pub(crate) memories: Box<[u32]>,
    pub(crate) globals: Box<[u32]>,
    /// For each global its first cell.
    pub(crate) global_cells: Box<[u32]>,
    pub(crate) tags: Box<[u32]>,
    pub(crate) elements: Box<[u32]>,
    pub(crate) data: Box<[u32]>,
}

/// What an import was given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    /// Something that was in the store.
    Existing(Extern),
    /// A function of the embedder's.
    Function,
    /// A new memory with these sizes.
    Memory(Limits),
    /// A new table with these sizes.
    Table(Limits),
    /// A new tag.
    Tag,
    /// A new global.
    Global { value: Value, mutable: bool },
}

impl ModuleInstance {
    /// Where the store holds what an index names.
    pub(crate) fn resolve(&self, idx: ExternIdx) -> Extern {
        match idx {
            ExternIdx::Func(func) => Extern::Func(self.functions[func.index()]),
            ExternIdx::Table(table) => Extern::Table(self.tables[table.index()]),
            ExternIdx::Memory(memory) => Extern::Memory(self.memories[memory.index()]),
            ExternIdx::Global(global) => Extern::Global(self.globals[global.index()]),
            ExternIdx::Tag(tag) => Extern::Tag(self.tags[tag.index()]),
        }
    }
}

impl Store {
    pub(crate) fn new(memory_budget: u64, heap_budget: u64) -> Self {
        Self {
            types: TypeIds::default(),
            functions: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            cells: Vec::new(),
            elements: Vec::new(),
            data: Vec::new(),
            instances: Vec::new(),
            tags: Vec::new(),
            heap: Heap::new(heap_budget),
            budget: Budget::new(memory_budget),
        }
    }

    /// The type of the function at an address.
    pub(crate) fn func_type(&self, address: u32) -> &FuncType {
        self.types.func(self.functions[address as usize].type_id)
    }

    /// The type of a memory as it is now: its size is the minimum.
    pub(crate) fn memory_type(&self, address: u32) -> MemoryType {
        let memory = &self.memories[address as usize];
        let limits = memory.limits();
        MemoryType {
            limits: Limits {
                minimum: memory.pages(),
                maximum: limits.maximum,
            },
            is64: limits.is64,
            shared: limits.shared,
            page_size_log2: limits.page_size_log2,
        }
    }

    /// The type of anything in the store, as it is now. `None` if the address is not one of this store's.
    pub(crate) fn extern_type(&self, value: Extern) -> Option<ExternType> {
        Some(match value {
            Extern::Func(address) => {
                self.functions.get(address as usize)?;
                ExternType::Func(self.func_type(address).clone())
            }
            Extern::Table(address) => {
                ExternType::Table(self.tables.get(address as usize)?.current_type())
            }
            Extern::Memory(address) => {
                self.memories.get(address as usize)?;
                ExternType::Memory(self.memory_type(address))
            }
            Extern::Global(address) => ExternType::Global(self.globals.get(address as usize)?.ty),
            Extern::Tag(address) => {
                if !self.has_tag(address) {
                    return None;
                }
                ExternType::Tag(FuncType::new(self.tag_params(address).to_vec(), []))
            }
        })
    }

    /// Whether there is a tag at an address.
    pub(crate) fn has_tag(&self, address: u32) -> bool {
        address == HOST_TAG || (address as usize) < self.tags.len()
    }

    /// The arguments' types of a tag's exceptions.
    pub(crate) fn tag_params(&self, address: u32) -> &[ValueType] {
        if address == HOST_TAG {
            return &HOST_TAG_PARAMS;
        }
        self.types
            .func(self.tags[address as usize].type_id)
            .params()
    }

    /// Which slots of an object of this kind may refer to objects.
    pub(crate) fn references(&self, kind: u32) -> References<'_> {
        match kind & EXCEPTION {
            0 => self.types.references(kind),
            _ if kind == HOST_TAG | EXCEPTION => References::At(&[0]),
            _ => References::At(&self.tags[(kind & !EXCEPTION) as usize].references),
        }
    }
}
