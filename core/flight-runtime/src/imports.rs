//! What an embedder gives to a module.

use alloc::boxed::Box;

use flight_wasm::{FuncType, MemoryType, TableType, Value};
use hashbrown::HashMap;

use crate::host::{AsyncHostFn, Caller, HostError, HostFunction, IntoHostFunction};
use crate::store::Given;
use crate::{AsyncReply, HostFuture};

/// Something in the store of an interpreter, by its address: what instances import and export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extern {
    /// A function.
    Func(u32),
    /// A table.
    Table(u32),
    /// A memory.
    Memory(u32),
    /// A global.
    Global(u32),
    /// A tag.
    Tag(u32),
}

/// What one import is given.
#[derive(Clone)]
pub(crate) enum ImportValue {
    /// Something that is already in the interpreter's store.
    Existing(Extern),
    /// A function of the embedder's.
    Function(HostFunction),
    /// A new memory of this type.
    Memory(MemoryType),
    /// A new table of this type, every entry null.
    Table(TableType),
    /// A new tag of the wanted type.
    Tag,
    /// A new global.
    Global { value: Value, mutable: bool },
}

impl ImportValue {
    /// What it is, without what only the embedder has.
    pub(crate) fn kind(&self) -> Given {
        match self {
            Self::Existing(value) => Given::Existing(*value),
            Self::Function(_) => Given::Function,
            Self::Memory(ty) => Given::Memory(ty.limits),
            Self::Table(ty) => Given::Table(ty.limits),
            Self::Tag => Given::Tag,
            Self::Global { value, mutable } => Given::Global {
                value: *value,
                mutable: *mutable,
            },
        }
    }
}

/// What an embedder gives to a module, by the two names of each import, found by hash table.
///
/// ```
/// use flight_runtime::{Caller, Imports, Instance, Module};
///
/// # let bytes = wat::parse_str(r#"(module
/// #   (import "env" "scale" (func $scale (param i32 i64) (result f32)))
/// #   (import "env" "log" (func $log (param i32 i32)))
/// #   (memory (export "memory") 1) (data (i32.const 8) "hello")
/// #   (func (export "main") (result f32)
/// #     (call $log (i32.const 8) (i32.const 5)) (call $scale (i32.const 3) (i64.const 4))))"#)?;
/// let mut imports = Imports::new();
/// imports.func("env", "scale", |a: i32, b: i64| -> f32 { a as f32 * b as f32 });
/// imports.func("env", "log", |caller: &mut Caller<'_>, address: i32, length: i32| {
///     let text = caller.read_memory(address as u64, length as u64)?;
///     assert_eq!(text, b"hello");
///     Ok::<(), flight_runtime::HostError>(())
/// });
/// let mut instance = Instance::instantiate(&Module::from_bytes(&bytes)?, &imports)?;
/// assert_eq!(instance.call_function("main", &[])?, [12.0f32.into()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Imports {
    modules: HashMap<Box<str>, HashMap<Box<str>, ImportValue>>,
}

impl Imports {
    /// No imports.
    pub fn new() -> Self {
        Self::default()
    }

    fn insert(&mut self, module: &str, name: &str, value: ImportValue) -> &mut Self {
        self.modules
            .entry(module.into())
            .or_default()
            .insert(name.into(), value);
        self
    }

    pub(crate) fn get(&self, module: &str, name: &str) -> Option<&ImportValue> {
        self.modules.get(module)?.get(name)
    }

    /// Whether something is given for an import of these names.
    pub fn contains(&self, module: &str, name: &str) -> bool {
        self.get(module, name).is_some()
    }

    /// Gives a typed closure: its parameters and results are WebAssembly's, optionally behind a `&mut Caller`.
    pub fn func<Shape>(
        &mut self,
        module: &str,
        name: &str,
        function: impl IntoHostFunction<Shape>,
    ) -> &mut Self {
        self.insert(
            module,
            name,
            ImportValue::Function(function.into_host_function()),
        )
    }

    /// Gives a closure over slices of values, with its type. Its results are checked against the type when it is called.
    pub fn func_dynamic(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        function: impl Fn(&mut Caller<'_>, &[Value]) -> Result<alloc::vec::Vec<Value>, HostError>
        + 'static,
    ) -> &mut Self {
        self.insert(
            module,
            name,
            ImportValue::Function(HostFunction::new(ty, function)),
        )
    }

    /// Gives a function that answers later: only `call_function_async` can call it.
    ///
    /// The closure gets access to the caller before the future begins; the future's [`AsyncReply`] may get it again
    /// once it is done.
    pub fn func_async<F>(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        function: impl Fn(&mut Caller<'_>, &[Value]) -> F + 'static,
    ) -> &mut Self
    where
        F: Future<Output = Result<AsyncReply, HostError>> + 'static,
    {
        let function: AsyncHostFn = alloc::rc::Rc::new(move |caller, arguments| {
            Box::pin(function(caller, arguments)) as HostFuture
        });
        self.insert(
            module,
            name,
            ImportValue::Function(HostFunction::new_async(ty, function)),
        )
    }

    /// Gives a closure over slices of values for a function of whatever type the module wants.
    pub fn func_of_any_type(
        &mut self,
        module: &str,
        name: &str,
        function: impl Fn(&mut Caller<'_>, &[Value]) -> Result<alloc::vec::Vec<Value>, HostError>
        + 'static,
    ) -> &mut Self {
        let function = HostFunction::of_any_type(function);
        self.insert(module, name, ImportValue::Function(function))
    }

    /// Gives a function that the embedder answers by hand, each time that the machine is
    /// [`AwaitingHost`](crate::State::AwaitingHost).
    pub fn func_by_hand(&mut self, module: &str, name: &str) -> &mut Self {
        self.insert(module, name, ImportValue::Function(HostFunction::by_hand()))
    }

    /// Gives a new memory of this type.
    pub fn memory(&mut self, module: &str, name: &str, ty: MemoryType) -> &mut Self {
        self.insert(module, name, ImportValue::Memory(ty))
    }

    /// Gives a new table of this type, every entry null.
    pub fn table(&mut self, module: &str, name: &str, ty: TableType) -> &mut Self {
        self.insert(module, name, ImportValue::Table(ty))
    }

    /// Gives a new global that begins with this value.
    pub fn global(&mut self, module: &str, name: &str, value: Value, mutable: bool) -> &mut Self {
        self.insert(module, name, ImportValue::Global { value, mutable })
    }

    /// Gives a new tag of the type that the module wants.
    pub fn tag(&mut self, module: &str, name: &str) -> &mut Self {
        self.insert(module, name, ImportValue::Tag)
    }

    /// Gives something that is already in the interpreter that will instantiate the module.
    pub fn existing(&mut self, module: &str, name: &str, value: Extern) -> &mut Self {
        self.insert(module, name, ImportValue::Existing(value))
    }
}
