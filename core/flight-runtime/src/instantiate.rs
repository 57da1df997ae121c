//! From a module and imports to an instance. Spec: exec-module

use alloc::boxed::Box;
use alloc::vec::Vec;

use flight_memory::{LinearMemory, MemoryLimits};
use flight_wasm::{
    ElementItems, FuncIdx, FuncType, GlobalType, Import, MemoryType, Module, SegmentMode,
    TableType, ValueType,
};
use hashbrown::HashMap;

use crate::collect::object_of;
use crate::error::LinkProblem;
use crate::evaluate::{Names, evaluate};
use crate::imports::{Extern, ImportValue, Imports};
use crate::interpreter::{InstanceId, Interpreter};
use crate::link::{Wanted, global_type, mismatch, table_type};
use crate::objects::Element;
use crate::rare;
use crate::slot::{self, function_slot};
use crate::store::{
    DataInstance, ElementInstance, FunctionInstance, FunctionKind, GlobalInstance, ModuleInstance,
    Store, TagInstance,
};
use crate::table::Table;
use crate::type_ids::may_refer;
use crate::{Error, Result, TrapKind};

impl Interpreter {
    /// Instantiates a module and runs its start function, if it has one.
    ///
    /// # Errors
    /// [`Error::Unlinkable`] with every import that is missing or of the wrong type; [`Error::OutOfMemory`];
    /// a trap of a segment or of the start function. Unless it is a trap, nothing has changed.
    pub fn instantiate(&mut self, module: &Module, imports: &Imports) -> Result<InstanceId> {
        let instance = self.instantiate_without_start(module, imports)?;
        if let Some(start) = self.start_function(instance) {
            self.call_function(start, &[])?;
        }
        Ok(instance)
    }

    /// The same, but leaves the start function to the embedder: see [`Interpreter::start_function`].
    ///
    /// # Errors
    /// As [`Interpreter::instantiate`].
    pub fn instantiate_without_start(
        &mut self,
        module: &Module,
        imports: &Imports,
    ) -> Result<InstanceId> {
        // Steps 1 to 5 of the specification: the imports match.
        let type_ids = self.context.store.types.of_module(module);
        let given = self.check_imports(module, imports, &type_ids)?;
        let mark = StoreMark::of(&self.context.store);
        let mut allocated = self.allocate(module, &given, type_ids.clone());
        if let Err(Error::OutOfMemory(_)) = allocated {
            // Garbage may be in the way; what is given is none.
            mark.restore(&mut self.context.store);
            let values = given.iter().filter_map(|value| match value {
                ImportValue::Global { value, .. } => object_of(*value),
                _ => None,
            });
            let values: Vec<_> = values.collect();
            values.iter().try_for_each(|value| self.keep(*value))?;
            self.collect_garbage();
            values.iter().for_each(|value| self.release(*value));
            allocated = self.allocate(module, &given, type_ids);
        }
        let instance = match allocated {
            Ok(instance) => instance,
            Err(error) => {
                mark.restore(&mut self.context.store);
                return Err(error);
            }
        };
        self.code.take_up(&self.context.store);
        // Steps 26 to 29: active segments, which are instructions of their own.
        let initialized = self.initialize(instance, module);
        // What some segments have written stays, even if another one traps.
        self.record_anew();
        initialized?;
        Ok(InstanceId(instance))
    }

    /// Finds every import and compares its type; all problems at once.
    fn check_imports<'a>(
        &mut self,
        module: &Module,
        imports: &'a Imports,
        type_ids: &[u32],
    ) -> Result<Vec<&'a ImportValue>> {
        let mut given = Vec::new();
        let mut problems = Vec::new();
        for import in module.imports() {
            let problem = |found| LinkProblem {
                module: import.module.clone(),
                name: import.name.clone(),
                expected: import.ty.clone(),
                found,
            };
            match imports.get(&import.module, &import.name) {
                None => problems.push(problem(None)),
                Some(value) => {
                    let wanted = Wanted::of(module, import, type_ids);
                    match mismatch(&mut self.context.store, value, &wanted) {
                        None => given.push(value),
                        Some(found) => problems.push(problem(Some(found))),
                    }
                }
            }
        }
        if problems.is_empty() {
            Ok(given)
        } else {
            Err(Error::Unlinkable(problems))
        }
    }

    /// Makes everything that the instance consists of. Spec: alloc-module
    fn allocate(
        &mut self,
        module: &Module,
        given: &[&ImportValue],
        type_ids: Box<[u32]>,
    ) -> Result<u32> {
        let mut addresses = Addresses::default();
        let mut fresh = HashMap::new();
        for (import, value) in module.imports().iter().zip(given) {
            let key = (&*import.module, &*import.name);
            let value = match fresh.get(&key) {
                Some(value) => *value,
                None => self.import(module, import, value, &type_ids)?,
            };
            fresh.insert(key, value);
            addresses.push(value);
        }
        let store = &mut self.context.store;
        let instance = store.instances.len() as u32;
        for index in module.imported_function_count()..module.function_count() {
            let func = FuncIdx(index);
            addresses.functions.push(store.functions.len() as u32);
            store.functions.push(FunctionInstance {
                type_id: type_ids[module.func_type_idx(func).index()],
                kind: FunctionKind::Guest { instance, func },
            });
        }
        for ty in module.defined_tags() {
            addresses.tags.push(new_tag(store, type_ids[ty.index()]));
        }
        for ty in module.defined_memories() {
            addresses.memories.push(new_memory(store, ty)?);
        }
        for global in module.defined_globals() {
            let value = evaluate(store, &addresses.names(&type_ids), &global.init)?;
            addresses
                .globals
                .push(new_global(store, global_type(global.ty, &type_ids), value));
        }
        for table in module.defined_tables() {
            let init = match &table.init {
                Some(init) => evaluate(store, &addresses.names(&type_ids), init)?.0,
                None => slot::NULL,
            };
            addresses
                .tables
                .push(new_table(store, table_type(table.ty, &type_ids), init)?);
        }
        for segment in module.elements() {
            let elements = match &segment.items {
                ElementItems::Functions(functions) => functions
                    .iter()
                    .map(|func| function_slot(addresses.functions[func.index()]))
                    .collect(),
                ElementItems::Expressions(exprs) => {
                    let names = addresses.names(&type_ids);
                    let item = |expr| Ok(evaluate(store, &names, expr)?.0);
                    exprs.iter().map(item).collect::<Result<_>>()?
                }
            };
            addresses.elements.push(store.elements.len() as u32);
            let may_refer = may_refer(ValueType::Ref(segment.ty));
            store.elements.push(ElementInstance {
                items: elements,
                may_refer,
            });
        }
        for segment in module.data() {
            addresses.data.push(store.data.len() as u32);
            store.data.push(DataInstance {
                instance,
                range: segment.range.clone(),
            });
        }
        let global_cells = addresses
            .globals
            .iter()
            .map(|global| store.globals[*global as usize].cell)
            .collect();
        store.instances.push(ModuleInstance {
            module: module.clone(),
            given: given.iter().map(|value| value.kind()).collect(),
            type_ids,
            functions: addresses.functions.into(),
            tables: addresses.tables.into(),
            memories: addresses.memories.into(),
            globals: addresses.globals.into(),
            global_cells,
            tags: addresses.tags.into(),
            elements: addresses.elements.into(),
            data: addresses.data.into(),
        });
        Ok(instance)
    }

    /// Puts what an import is given into the store, unless it is there already.
    fn import(
        &mut self,
        module: &Module,
        import: &Import,
        value: &ImportValue,
        type_ids: &[u32],
    ) -> Result<Extern> {
        let wanted = Wanted::of(module, import, type_ids);
        let store = &mut self.context.store;
        Ok(match value {
            ImportValue::Existing(value) => *value,
            ImportValue::Function(function) => {
                let host = self.hosts.len() as u32;
                let name = alloc::format!("{}.{}", import.module, import.name);
                self.hosts.push((name.into(), function.clone()));
                let type_id = match (&function.ty, wanted) {
                    (Some(ty), _) => store.types.of_func(ty),
                    (None, Wanted::Func(type_id)) => type_id,
                    // The types have been compared.
                    (None, _) => store.types.of_func(&FuncType::default()),
                };
                let kind = FunctionKind::Host { host };
                store.functions.push(FunctionInstance { type_id, kind });
                Extern::Func(store.functions.len() as u32 - 1)
            }
            ImportValue::Tag => match wanted {
                Wanted::Tag(type_id) => Extern::Tag(new_tag(store, type_id)),
                // The types have been compared.
                _ => Extern::Tag(u32::MAX),
            },
            ImportValue::Memory(ty) => Extern::Memory(new_memory(store, ty)?),
            ImportValue::Table(ty) => {
                let element = match wanted {
                    Wanted::Table(wanted) => wanted.element,
                    _ => ty.element,
                };
                Extern::Table(new_table(store, TableType { element, ..*ty }, slot::NULL)?)
            }
            ImportValue::Global { value, mutable } => {
                let content = match wanted {
                    Wanted::Global(wanted) => wanted.content,
                    _ => value.ty(),
                };
                let ty = GlobalType {
                    content,
                    mutable: *mutable,
                };
                Extern::Global(new_global(store, ty, slot::slots_of(*value)))
            }
        })
    }

    /// Copies active segments to their places, then drops them; elements before data.
    fn initialize(&mut self, instance: u32, module: &Module) -> Result<()> {
        let store = &mut self.context.store;
        let own = store.instances[instance as usize].clone();
        let names = Names {
            functions: &own.functions,
            globals: &own.globals,
            type_ids: &own.type_ids,
        };
        let trap = |kind: TrapKind, what: &str, index: usize| {
            Error::from(crate::Trap::outside_of_code(
                kind,
                alloc::format!("active {what} segment {index} does not fit"),
            ))
        };
        for (index, segment) in module.elements().iter().enumerate() {
            let address = own.elements[index] as usize;
            if let SegmentMode::Active { target, offset } = &segment.mode {
                let (to, _) = evaluate(store, &names, offset)?;
                let length = store.elements[address].items.len() as u64;
                let table = own.tables[target.index()] as usize;
                rare::table_init(store, [to, 0, length], table, address)
                    .map_err(|kind| trap(kind, "element", index))?;
            }
            if segment.mode != SegmentMode::Passive {
                store.elements[address].items = [].into();
            }
        }
        for (index, segment) in module.data().iter().enumerate() {
            let address = own.data[index] as usize;
            if let SegmentMode::Active { target, offset } = &segment.mode {
                let (to, _) = evaluate(store, &names, offset)?;
                let length = segment.range.len() as u64;
                let memory = own.memories[target.index()] as usize;
                rare::memory_init(store, [to, 0, length], memory, address)
                    .map_err(|kind| trap(kind, "data", index))?;
                store.data[address].range = 0..0;
            }
        }
        Ok(())
    }
}

fn new_memory(store: &mut Store, ty: &MemoryType) -> Result<u32> {
    let limits = MemoryLimits {
        minimum: ty.limits.minimum,
        maximum: ty.limits.maximum,
        page_size_log2: ty.page_size_log2,
        is64: ty.is64,
        shared: ty.shared,
    };
    store
        .memories
        .push(LinearMemory::new(limits, &mut store.budget)?);
    Ok(store.memories.len() as u32 - 1)
}

fn new_table(store: &mut Store, ty: TableType, init: u64) -> Result<u32> {
    store.tables.push(Table::new(ty, init, &mut store.budget)?);
    Ok(store.tables.len() as u32 - 1)
}

fn new_global(store: &mut Store, ty: GlobalType, (low, high): Element) -> u32 {
    let cell = store.cells.len() as u32;
    store.cells.push(low);
    if ty.content.slots() == 2 {
        store.cells.push(high);
    }
    store.globals.push(GlobalInstance { ty, cell });
    store.globals.len() as u32 - 1
}

fn new_tag(store: &mut Store, type_id: u32) -> u32 {
    let mut references = Vec::new();
    let mut slot = 0;
    for ty in store.types.func(type_id).params() {
        if may_refer(*ty) {
            references.push(slot);
        }
        slot += ty.slots();
    }
    store.tags.push(TagInstance {
        type_id,
        references: references.into(),
    });
    store.tags.len() as u32 - 1
}

/// The addresses that an instance's index spaces name, while it is being made.
#[derive(Default)]
struct Addresses {
    functions: Vec<u32>,
    tables: Vec<u32>,
    memories: Vec<u32>,
    globals: Vec<u32>,
    tags: Vec<u32>,
    elements: Vec<u32>,
    data: Vec<u32>,
}

impl Addresses {
    fn names<'a>(&'a self, type_ids: &'a [u32]) -> Names<'a> {
        Names {
            functions: &self.functions,
            globals: &self.globals,
            type_ids,
        }
    }

    fn push(&mut self, value: Extern) {
        match value {
            Extern::Func(address) => self.functions.push(address),
            Extern::Table(address) => self.tables.push(address),
            Extern::Memory(address) => self.memories.push(address),
            Extern::Global(address) => self.globals.push(address),
            Extern::Tag(address) => self.tags.push(address),
        }
    }
}

/// How far the store was filled, to take back what a failed allocation has put in.
struct StoreMark {
    lengths: [usize; 8],
    used: u64,
}

impl StoreMark {
    fn of(store: &Store) -> Self {
        let lengths = [
            store.functions.len(),
            store.tables.len(),
            store.memories.len(),
            store.globals.len(),
            store.cells.len(),
            store.elements.len(),
            store.data.len(),
            store.tags.len(),
        ];
        Self {
            lengths,
            used: store.budget.used(),
        }
    }

    fn restore(&self, store: &mut Store) {
        store.functions.truncate(self.lengths[0]);
        store.tables.truncate(self.lengths[1]);
        store.memories.truncate(self.lengths[2]);
        store.globals.truncate(self.lengths[3]);
        store.cells.truncate(self.lengths[4]);
        store.elements.truncate(self.lengths[5]);
        store.data.truncate(self.lengths[6]);
        store.tags.truncate(self.lengths[7]);
        let taken = store.budget.used() - self.used;
        store.budget.give_back(taken);
    }
}
