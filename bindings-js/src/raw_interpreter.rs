//! The raw interpreter.

use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

use flight_runtime::{
    Config, Extern, FuncRef, InstanceId, Interpreter, Translation, TrapKind, Until,
};
use flight_wasm::{ExternIdx, FuncIdx, GlobalIdx, MemIdx, TableIdx, TagIdx};
use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::to_text;
use crate::errors::{runtime_error, usage};
use crate::imports::imports;
use crate::memory_view::close_views;
use crate::module::RawModule;
use crate::names::{state_name, stop_name};
use crate::values;
use crate::views::{FunctionTypeView, TypedValue, Viewer, function_type};

/// One instance and the machine that it lives in; the class `Interpreter` of the package stands on it.
///
/// Instances that are linked share a machine.
/// Every imported function is answered by the JavaScript side: `run` and `step` come back with `AwaitingHost`.
/// So no method is ever called while another one runs, and the machine is always free to be borrowed.
#[wasm_bindgen]
pub struct RawInterpreter {
    machine: Rc<RefCell<Interpreter>>,
    pub(crate) instance: InstanceId,
}

#[derive(Serialize)]
struct HostCallView {
    /// The imported function's address.
    function: u32,
    arguments: Vec<TypedValue>,
}

#[derive(Serialize)]
struct DescribedFunction {
    #[serde(rename = "type")]
    ty: FunctionTypeView,
    name: Option<String>,
    function: Option<u32>,
}

impl RawInterpreter {
    /// An instance in a machine of its own.
    pub(crate) fn of(interpreter: Interpreter, instance: InstanceId) -> Self {
        Self {
            machine: Rc::new(RefCell::new(interpreter)),
            instance,
        }
    }

    pub(crate) fn machine(&self) -> Ref<'_, Interpreter> {
        self.machine.borrow()
    }

    /// The machine to be changed or let go. What has been written through views of its memories is in its record.
    pub(crate) fn machine_mut(&self) -> RefMut<'_, Interpreter> {
        let mut machine = self.machine.borrow_mut();
        close_views(&mut machine);
        machine
    }

    /// The machine with views of its memories as they are.
    pub(crate) fn machine_open(&self) -> RefMut<'_, Interpreter> {
        self.machine.borrow_mut()
    }

    /// The machine to be asked about its record.
    pub(crate) fn settled(&self) -> Ref<'_, Interpreter> {
        drop(self.machine_mut());
        self.machine()
    }

    /// What can be seen of the machine, in the terms of this instance.
    pub(crate) fn look<T: Serialize>(&self, view: impl FnOnce(Viewer<'_>) -> T) -> String {
        to_text(&view(Viewer {
            interpreter: &self.machine(),
            instance: self.instance,
        }))
    }
}

#[wasm_bindgen]
impl RawInterpreter {
    /// Instantiates a module in a machine of its own; a start function is left to `startStartFunction`.
    ///
    /// `given` has an entry for each import: `undefined` if nothing is given, else an object with a `kind`, and for a
    /// global its `value`, for a memory or table its `minimum` and `maximum`.
    /// A budget or depth below zero is the default; below zero `history_budget` says that nothing is to be recorded.
    ///
    /// # Errors
    /// An error for the classes `LinkError` or `Trap`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        module: &RawModule,
        given: &Array,
        memory_budget: f64,
        call_depth: f64,
        gc_budget: f64,
        translation: &str,
        history_budget: f64,
    ) -> Result<RawInterpreter, JsValue> {
        let config = config(
            memory_budget,
            call_depth,
            gc_budget,
            translation,
            history_budget,
        )?;
        let imports = imports(&module.module, given)?;
        let mut interpreter = Interpreter::new(config);
        let instance = interpreter
            .instantiate_without_start(&module.module, &imports)
            .map_err(|error| runtime_error(&error))?;
        Ok(Self::of(interpreter, instance))
    }

    /// Instantiates a module in the machine of this instance. An entry of `given` may be an object with a `kind` and the
    /// `address` of something in that machine.
    ///
    /// # Errors
    /// As `new`.
    pub fn link(&self, module: &RawModule, given: &Array) -> Result<RawInterpreter, JsValue> {
        let imports = imports(&module.module, given)?;
        let instance = self
            .machine_mut()
            .instantiate_without_start(&module.module, &imports)
            .map_err(|error| runtime_error(&error))?;
        Ok(Self {
            machine: Rc::clone(&self.machine),
            instance,
        })
    }

    /// Another instance of the same machine, by its number; `undefined` if there is none.
    pub fn neighbour(&self, instance: u32) -> Option<RawInterpreter> {
        let instance = self
            .machine()
            .instances()
            .find(|one| one.number() == instance)?;
        Some(Self {
            machine: Rc::clone(&self.machine),
            instance,
        })
    }

    /// The number of the instance in its machine.
    #[wasm_bindgen(getter)]
    pub fn instance(&self) -> u32 {
        self.instance.number()
    }

    /// The address of what an index of the module names, `kind` being `func`, `table`, `memory`, `global` or `tag`;
    /// `undefined` if there is no such thing.
    pub fn address(&self, kind: &str, index: u32) -> Option<u32> {
        let index = match kind {
            "func" => ExternIdx::Func(FuncIdx(index)),
            "table" => ExternIdx::Table(TableIdx(index)),
            "memory" => ExternIdx::Memory(MemIdx(index)),
            "global" => ExternIdx::Global(GlobalIdx(index)),
            _ => ExternIdx::Tag(TagIdx(index)),
        };
        let found = self.machine().extern_at(self.instance, index)?;
        Some(match found {
            Extern::Func(address)
            | Extern::Table(address)
            | Extern::Memory(address)
            | Extern::Global(address)
            | Extern::Tag(address) => address,
        })
    }

    /// The address of an exported function.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = exportedFunction)]
    pub fn exported_function(&self, name: &str) -> Result<u32, JsValue> {
        let function = self.machine().exported_function(self.instance, name);
        function
            .map(|FuncRef(address)| address)
            .map_err(|error| runtime_error(&error))
    }

    /// The types of a function's parameters and results, its name, and its index in the module if it is one of it.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = describeFunction)]
    pub fn describe_function(&self, address: u32) -> Result<String, JsValue> {
        let machine = self.machine();
        let function = FuncRef(address);
        let ty = machine.func_type(function);
        let ty = ty.map_err(|error| runtime_error(&error))?;
        Ok(to_text(&DescribedFunction {
            ty: function_type(ty),
            name: machine.function_name(function).map(ToString::to_string),
            function: machine.function_index(self.instance, function),
        }))
    }

    /// Prepares the call of the start function; false if there is none. As `start`.
    ///
    /// # Errors
    /// As `start`.
    #[wasm_bindgen(js_name = startStartFunction)]
    pub fn start_start_function(&self, nested: bool) -> Result<bool, JsValue> {
        let start = self.machine().start_function(self.instance);
        let Some(FuncRef(start)) = start else {
            return Ok(false);
        };
        self.start(start, &Array::new(), nested)?;
        Ok(true)
    }

    /// Prepares the call of the function at an address. With `nested`, a host call that waits keeps waiting; otherwise
    /// whatever was under way is dropped.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn start(&self, function: u32, arguments: &Array, nested: bool) -> Result<(), JsValue> {
        let fail = |error| runtime_error(&error);
        let function = FuncRef(function);
        let mut machine = self.machine_mut();
        let ty = machine.func_type(function).map_err(fail)?;
        let arguments = values::values(ty.params(), arguments)?;
        if !nested {
            machine.reset();
        }
        machine.start(function, &arguments).map_err(fail)
    }

    /// Executes one instruction: why it came back, as the name of a `Stop`.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn step(&self) -> Result<String, JsValue> {
        self.machine_mut()
            .step()
            .map(stop_name)
            .map_err(|error| runtime_error(&error))
    }

    /// Runs: negative `fuel` or `depth` means no bound.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn run(&self, fuel: f64, depth: f64) -> Result<String, JsValue> {
        let until = Until {
            fuel: (fuel >= 0.0 && fuel.is_finite()).then_some(fuel as u64),
            depth: (depth >= 0.0).then_some(depth as usize),
        };
        self.machine_mut()
            .run(until)
            .map(stop_name)
            .map_err(|error| runtime_error(&error))
    }

    /// The host call that waits for its answer, or `null`.
    #[wasm_bindgen(js_name = hostCall)]
    pub fn host_call(&self) -> String {
        self.look(|viewer| {
            let call = viewer.interpreter.host_call()?;
            Some(HostCallView {
                function: call.function.0,
                arguments: viewer.values(&call.arguments),
            })
        })
    }

    /// Answers the waiting host call.
    ///
    /// # Errors
    /// An error for the class `UsageError`; the call still waits.
    pub fn answer(&self, results: &Array) -> Result<(), JsValue> {
        let Some(call) = self.machine().host_call() else {
            return Err(usage("no imported function waits for an answer"));
        };
        let results = values::values(call.ty.results(), results)?;
        self.machine_mut()
            .answer(&results)
            .map_err(|error| runtime_error(&error))
    }

    /// Lets the waiting host call trap.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn fail(&self, message: &str) -> Result<(), JsValue> {
        self.machine_mut()
            .fail(TrapKind::Host, message)
            .map_err(|error| runtime_error(&error))
    }

    /// Drops the innermost call.
    pub fn unwind(&self) {
        self.machine_mut().unwind();
    }

    /// Drops what an imported function has left under way: its own call, the `depth`-th from outside, waits again.
    #[wasm_bindgen(js_name = leaveNested)]
    pub fn leave_nested(&self, depth: u32) {
        self.machine_mut().leave_nested_calls(depth as usize);
    }

    /// Drops every call.
    pub fn reset(&self) {
        self.machine_mut().reset();
    }

    /// The name of the machine's state.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        state_name(self.machine().state()).into()
    }

    /// The number of instructions executed.
    #[wasm_bindgen(getter)]
    pub fn time(&self) -> u64 {
        self.machine().time()
    }

    /// A hash of the whole machine.
    #[wasm_bindgen(getter, js_name = stateHash)]
    pub fn state_hash(&self) -> u64 {
        self.machine().state_hash()
    }

    /// How many calls have not returned.
    #[wasm_bindgen(getter)]
    pub fn depth(&self) -> u32 {
        self.machine().depth() as u32
    }
}

/// What a machine may use: a number below zero is the default, and of the history nothing.
pub(crate) fn config(
    memory_budget: f64,
    call_depth: f64,
    gc_budget: f64,
    translation: &str,
    history_budget: f64,
) -> Result<Config, JsValue> {
    let defaults = Config::default();
    let or = |number: f64, default: u64| {
        if number >= 0.0 {
            number as u64
        } else {
            default
        }
    };
    Ok(Config {
        memory_budget: or(memory_budget, defaults.memory_budget),
        heap_budget: or(gc_budget, defaults.heap_budget),
        max_call_depth: or(call_depth, u64::from(defaults.max_call_depth)) as u32,
        translation: match translation {
            "precise" => Translation::Precise,
            "folded" => Translation::Folded,
            _ => return Err(usage("translation is \"precise\" or \"folded\"")),
        },
        history_budget: (history_budget >= 0.0).then_some(history_budget as u64),
        ..defaults
    })
}
