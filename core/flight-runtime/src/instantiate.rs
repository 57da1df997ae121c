//! From a module and imports to an instance. Spec: exec-module

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use flight_memory::{LinearMemory, MemoryLimits};
use flight_wasm::{
    ConstExpr, ConstInstruction, ElementItems, ExternType, FuncIdx, GlobalType, Import, MemoryType,
    Module, SegmentMode, TableType, Value,
};
use hashbrown::HashMap;

use crate::error::LinkProblem;
use crate::imports::{Extern, ImportValue, Imports};
use crate::interpreter::{InstanceId, Interpreter};
use crate::numeric;
use crate::rare;
use crate::slot::{self, Slot, function_slot};
use crate::store::{
    DataInstance, FunctionInstance, FunctionKind, GlobalInstance, ModuleInstance, Store,
};
use crate::table::Table;
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
        let given = self.check_imports(module, imports)?;
        let mark = StoreMark::of(&self.context.store);
        let instance = match self.allocate(module, given) {
            Ok(instance) => instance,
            Err(error) => {
                mark.restore(&mut self.context.store);
                return Err(error);
            }
        };
        self.code.take_up(&self.context.store);
        // Steps 26 to 29: active segments, which are instructions of their own.
        self.initialize(instance, module)?;
        Ok(InstanceId(instance))
    }

    /// Finds every import and compares its type; all problems at once.
    fn check_imports<'a>(
        &self,
        module: &Module,
        imports: &'a Imports,
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
                Some(value) => match self.type_of(value) {
                    Some(found) if matches(&found, &import.ty) => given.push(value),
                    Some(found) => problems.push(problem(Some(found.to_string()))),
                    None => problems.push(problem(Some("not of this interpreter".to_string()))),
                },
            }
        }
        if problems.is_empty() {
            Ok(given)
        } else {
            Err(Error::Unlinkable(problems))
        }
    }

    fn type_of(&self, value: &ImportValue) -> Option<ExternType> {
        Some(match value {
            ImportValue::Existing(value) => return self.context.store.extern_type(*value),
            ImportValue::Function(function) => ExternType::Func(function.ty.clone()),
            ImportValue::Memory(ty) => ExternType::Memory(*ty),
            ImportValue::Table(ty) => ExternType::Table(*ty),
            ImportValue::Global { value, mutable } => ExternType::Global(GlobalType {
                content: value.ty(),
                mutable: *mutable,
            }),
        })
    }

    /// Makes everything that the instance consists of. Spec: alloc-module
    fn allocate(&mut self, module: &Module, given: Vec<&ImportValue>) -> Result<u32> {
        let mut addresses = Addresses::default();
        let mut fresh = HashMap::new();
        for (import, value) in module.imports().iter().zip(given) {
            let key = (&*import.module, &*import.name);
            let value = match fresh.get(&key) {
                Some(value) => *value,
                None => self.import(import, value)?,
            };
            fresh.insert(key, value);
            addresses.push(value);
        }
        let store = &mut self.context.store;
        let type_ids: Box<[u32]> = module.types().iter().map(|ty| store.types.id(ty)).collect();
        let instance = store.instances.len() as u32;
        for index in module.imported_function_count()..module.function_count() {
            let func = FuncIdx(index);
            addresses.functions.push(store.functions.len() as u32);
            store.functions.push(FunctionInstance {
                type_id: type_ids[module.func_type_idx(func).index()],
                kind: FunctionKind::Guest { instance, func },
            });
        }
        for ty in module.defined_memories() {
            addresses.memories.push(new_memory(store, ty)?);
        }
        for global in module.defined_globals() {
            let value = evaluate(store, &addresses, &global.init);
            addresses.globals.push(new_global(store, global.ty, value));
        }
        for table in module.defined_tables() {
            let init = table.init.as_ref().map_or(slot::NULL, |init| {
                slot::slots_of(evaluate(store, &addresses, init)).0
            });
            addresses.tables.push(new_table(store, table.ty, init)?);
        }
        for segment in module.elements() {
            let elements = match &segment.items {
                ElementItems::Functions(functions) => functions
                    .iter()
                    .map(|func| function_slot(addresses.functions[func.index()]))
                    .collect(),
                ElementItems::Expressions(exprs) => exprs
                    .iter()
                    .map(|expr| slot::slots_of(evaluate(store, &addresses, expr)).0)
                    .collect(),
            };
            addresses.elements.push(store.elements.len() as u32);
            store.elements.push(elements);
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
            type_ids,
            functions: addresses.functions.into(),
            tables: addresses.tables.into(),
            memories: addresses.memories.into(),
            globals: addresses.globals.into(),
            global_cells,
            elements: addresses.elements.into(),
            data: addresses.data.into(),
        });
        Ok(instance)
    }

    /// Puts what an import is given into the store, unless it is there already.
    fn import(&mut self, import: &Import, value: &ImportValue) -> Result<Extern> {
        let store = &mut self.context.store;
        Ok(match value {
            ImportValue::Existing(value) => *value,
            ImportValue::Function(function) => {
                let host = self.hosts.len() as u32;
                let name = alloc::format!("{}.{}", import.module, import.name);
                self.hosts.push((name.into(), function.clone()));
                let type_id = store.types.id(&function.ty);
                store.functions.push(FunctionInstance {
                    type_id,
                    kind: FunctionKind::Host { host },
                });
                Extern::Func(store.functions.len() as u32 - 1)
            }
            ImportValue::Memory(ty) => Extern::Memory(new_memory(store, ty)?),
            ImportValue::Table(ty) => Extern::Table(new_table(store, *ty, slot::NULL)?),
            ImportValue::Global { value, mutable } => {
                let ty = GlobalType {
                    content: value.ty(),
                    mutable: *mutable,
                };
                Extern::Global(new_global(store, ty, *value))
            }
        })
    }

    /// Copies active segments to their places, then drops them; elements before data.
    fn initialize(&mut self, instance: u32, module: &Module) -> Result<()> {
        let store = &mut self.context.store;
        let own = store.instances[instance as usize].clone();
        let addresses = Addresses::of(&own);
        let trap = |kind: TrapKind, what: &str, index: usize| {
            Error::from(crate::Trap::outside_of_code(
                kind,
                alloc::format!("active {what} segment {index} does not fit"),
            ))
        };
        for (index, segment) in module.elements().iter().enumerate() {
            let address = own.elements[index] as usize;
            if let SegmentMode::Active { target, offset } = &segment.mode {
                let to = slot::slots_of(evaluate(store, &addresses, offset)).0;
                let length = store.elements[address].len() as u64;
                let table = own.tables[target.index()] as usize;
                rare::table_init(store, [to, 0, length], table, address)
                    .map_err(|kind| trap(kind, "element", index))?;
            }
            if segment.mode != SegmentMode::Passive {
                store.elements[address] = [].into();
            }
        }
        for (index, segment) in module.data().iter().enumerate() {
            let address = own.data[index] as usize;
            if let SegmentMode::Active { target, offset } = &segment.mode {
                let to = slot::slots_of(evaluate(store, &addresses, offset)).0;
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

/// Whether something of type `found` may stand where `wanted` is asked for. Spec: match-externtype
fn matches(found: &ExternType, wanted: &ExternType) -> bool {
    match (found, wanted) {
        (ExternType::Func(found), ExternType::Func(wanted)) => found == wanted,
        (ExternType::Table(found), ExternType::Table(wanted)) => {
            found.limits.matches(&wanted.limits)
                && found.is64 == wanted.is64
                && found.element == wanted.element
        }
        (ExternType::Memory(found), ExternType::Memory(wanted)) => {
            found.limits.matches(&wanted.limits)
                && found.is64 == wanted.is64
                && found.shared == wanted.shared
                && found.page_size_log2 == wanted.page_size_log2
        }
        (ExternType::Global(found), ExternType::Global(wanted)) => found == wanted,
        _ => false,
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

fn new_global(store: &mut Store, ty: GlobalType, value: Value) -> u32 {
    let cell = store.cells.len() as u32;
    let (low, high) = slot::slots_of(value);
    store.cells.push(low);
    if ty.content.slots() == 2 {
        store.cells.push(high);
    }
    store.globals.push(GlobalInstance { ty, cell });
    store.globals.len() as u32 - 1
}

/// The value of a constant expression. Validation has made sure that it has exactly one.
fn evaluate(store: &Store, addresses: &Addresses, expr: &ConstExpr) -> Value {
    let mut stack: Vec<Value> = Vec::new();
    for instruction in &expr.0 {
        let value = match *instruction {
            ConstInstruction::Const(value) | ConstInstruction::RefNull(value) => value,
            ConstInstruction::GlobalGet(global) => {
                let global = store.globals[addresses.globals[global.index()] as usize];
                let cell = global.cell as usize;
                let high = store.cells.get(cell + 1).copied().unwrap_or(0);
                slot::value_of(global.ty.content, store.cells[cell], high)
            }
            ConstInstruction::RefFunc(func) => Value::FuncRef(Some(flight_wasm::FuncRef(
                addresses.functions[func.index()],
            ))),
            ConstInstruction::I32Add => binary(&mut stack, numeric::i32_add, Value::I32),
            ConstInstruction::I32Sub => binary(&mut stack, numeric::i32_sub, Value::I32),
            ConstInstruction::I32Mul => binary(&mut stack, numeric::i32_mul, Value::I32),
            ConstInstruction::I64Add => binary(&mut stack, numeric::i64_add, Value::I64),
            ConstInstruction::I64Sub => binary(&mut stack, numeric::i64_sub, Value::I64),
            ConstInstruction::I64Mul => binary(&mut stack, numeric::i64_mul, Value::I64),
        };
        stack.push(value);
    }
    stack.pop().unwrap_or(Value::I32(0))
}

fn binary<T: Slot>(
    stack: &mut Vec<Value>,
    function: impl Fn(T, T) -> T,
    value: impl Fn(T) -> Value,
) -> Value {
    let mut pop = || {
        let (low, _) = slot::slots_of(stack.pop().unwrap_or(Value::I32(0)));
        T::from_slot(low)
    };
    let b = pop();
    let a = pop();
    value(function(a, b))
}

/// The addresses that an instance's index spaces name, while it is being made.
#[derive(Default)]
struct Addresses {
    functions: Vec<u32>,
    tables: Vec<u32>,
    memories: Vec<u32>,
    globals: Vec<u32>,
    elements: Vec<u32>,
    data: Vec<u32>,
}

impl Addresses {
    fn of(instance: &ModuleInstance) -> Self {
        Self {
            functions: instance.functions.to_vec(),
            globals: instance.globals.to_vec(),
            ..Self::default()
        }
    }

    fn push(&mut self, value: Extern) {
        match value {
            Extern::Func(address) => self.functions.push(address),
            Extern::Table(address) => self.tables.push(address),
            Extern::Memory(address) => self.memories.push(address),
            Extern::Global(address) => self.globals.push(address),
            Extern::Tag(_) => {}
        }
    }
}

/// How far the store was filled, to take back what a failed allocation has put in.
struct StoreMark {
    lengths: [usize; 7],
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
        let taken = store.budget.used() - self.used;
        store.budget.give_back(taken);
    }
}
