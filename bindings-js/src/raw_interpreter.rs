//! The raw interpreter.

use flight_runtime::{
    Config, FuncRef, InstanceId, Interpreter, ObjectRef, Translation, TrapKind, Until, Value,
};
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::{runtime_error, usage};
use crate::imports::imports;
use crate::module::RawModule;
use crate::names::{state_name, stop_name};
use crate::values;
use crate::views::{TypedValue, Viewer, to_js};

/// One instance and its machine; the class `Interpreter` of the package stands on it.
///
/// Every imported function is answered by the JavaScript side: `run` and `step` come back with `AwaitingHost`.
#[wasm_bindgen]
pub struct RawInterpreter {
    pub(crate) interpreter: Interpreter,
    pub(crate) instance: InstanceId,
}

#[derive(Serialize)]
struct HostCallView {
    /// The imported function's index.
    function: Option<u32>,
    name: String,
    arguments: Vec<TypedValue>,
}

#[derive(Serialize)]
struct BreakpointView {
    function: u32,
    offset: u32,
}

#[derive(Serialize)]
struct TableView {
    element: String,
    size: u64,
}

#[wasm_bindgen]
impl RawInterpreter {
    /// Instantiates a module; a start function is left to `startStartFunction`.
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
        Ok(Self {
            interpreter,
            instance,
        })
    }

    pub(crate) fn viewer(&self) -> Viewer<'_> {
        Viewer {
            interpreter: &self.interpreter,
            instance: self.instance,
        }
    }

    /// Prepares the call of the start function; false if there is none.
    ///
    /// # Errors
    /// As `start`.
    #[wasm_bindgen(js_name = startStartFunction)]
    pub fn start_start_function(&mut self) -> Result<bool, JsValue> {
        let Some(start) = self.interpreter.start_function(self.instance) else {
            return Ok(false);
        };
        self.interpreter
            .start(start, &[])
            .map_err(|error| runtime_error(&error))?;
        Ok(true)
    }

    /// Prepares the call of an exported function. With `nested`, a host call that waits keeps waiting; otherwise
    /// whatever was under way is dropped.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn start(&mut self, name: &str, arguments: &Array, nested: bool) -> Result<(), JsValue> {
        let fail = |error| runtime_error(&error);
        let func = self
            .interpreter
            .exported_function(self.instance, name)
            .map_err(fail)?;
        let ty = self.interpreter.func_type(func).map_err(fail)?;
        let arguments = values::values(ty.params(), arguments)?;
        if !nested {
            self.interpreter.reset();
        }
        self.interpreter.start(func, &arguments).map_err(fail)
    }

    /// The parameter types of an exported function.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = parameterTypes)]
    pub fn parameter_types(&self, name: &str) -> Result<Vec<String>, JsValue> {
        let fail = |error| runtime_error(&error);
        let func = self
            .interpreter
            .exported_function(self.instance, name)
            .map_err(fail)?;
        let ty = self.interpreter.func_type(func).map_err(fail)?;
        Ok(ty.params().iter().map(ToString::to_string).collect())
    }

    /// Executes one instruction: why it came back, as the name of a `Stop`.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn step(&mut self) -> Result<String, JsValue> {
        self.interpreter
            .step()
            .map(stop_name)
            .map_err(|error| runtime_error(&error))
    }

    /// Runs: negative `fuel` or `depth` means no bound.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn run(&mut self, fuel: f64, depth: f64) -> Result<String, JsValue> {
        let until = Until {
            fuel: (fuel >= 0.0 && fuel.is_finite()).then_some(fuel as u64),
            depth: (depth >= 0.0).then_some(depth as usize),
        };
        self.interpreter
            .run(until)
            .map(stop_name)
            .map_err(|error| runtime_error(&error))
    }

    /// The host call that waits for its answer, or `null`.
    #[wasm_bindgen(js_name = hostCall)]
    pub fn host_call(&self) -> JsValue {
        let Some(call) = self.interpreter.host_call() else {
            return JsValue::NULL;
        };
        to_js(&HostCallView {
            function: self
                .interpreter
                .function_index(self.instance, call.function),
            name: call.name.to_string(),
            arguments: self.viewer().values(&call.arguments),
        })
    }

    /// Answers the waiting host call.
    ///
    /// # Errors
    /// An error for the class `UsageError`; the call still waits.
    pub fn answer(&mut self, results: &Array) -> Result<(), JsValue> {
        let Some(call) = self.interpreter.host_call() else {
            return Err(usage("no imported function waits for an answer"));
        };
        let results = values::values(call.ty.results(), results)?;
        self.interpreter
            .answer(&results)
            .map_err(|error| runtime_error(&error))
    }

    /// Lets the waiting host call trap.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn fail(&mut self, message: &str) -> Result<(), JsValue> {
        self.interpreter
            .fail(TrapKind::Host, message)
            .map_err(|error| runtime_error(&error))
    }

    /// Drops the innermost call.
    pub fn unwind(&mut self) {
        self.interpreter.unwind();
    }

    /// Drops every call.
    pub fn reset(&mut self) {
        self.interpreter.reset();
    }

    /// The name of the machine's state.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        state_name(self.interpreter.state()).into()
    }

    /// The number of instructions executed.
    #[wasm_bindgen(getter)]
    pub fn time(&self) -> u64 {
        self.interpreter.time()
    }

    /// A hash of the whole machine.
    #[wasm_bindgen(getter, js_name = stateHash)]
    pub fn state_hash(&self) -> u64 {
        self.interpreter.state_hash()
    }

    /// How many calls have not returned.
    #[wasm_bindgen(getter)]
    pub fn depth(&self) -> u32 {
        self.interpreter.depth() as u32
    }

    /// The frame at a distance from the innermost one, or `null`.
    pub fn frame(&self, distance: u32) -> JsValue {
        let frame = self.interpreter.frame(distance as usize);
        to_js(&frame.map(|frame| self.viewer().frame(&frame)))
    }

    /// Up to `count` frames, innermost first; `first` is the distance of the first one from the innermost.
    pub fn frames(&self, first: u32, count: u32) -> JsValue {
        let end = (first as usize).saturating_add(count as usize);
        let frames = first as usize..end.min(self.interpreter.depth());
        let frames: Vec<_> = frames.filter_map(|at| self.interpreter.frame(at)).collect();
        to_js(
            &frames
                .iter()
                .map(|frame| self.viewer().frame(frame))
                .collect::<Vec<_>>(),
        )
    }

    /// What the next instruction will do, or `null`.
    pub fn explanation(&self) -> JsValue {
        let explanation = self.interpreter.explain();
        to_js(&explanation.map(|explanation| self.viewer().explanation(&explanation)))
    }

    /// The globals.
    pub fn globals(&self) -> JsValue {
        let globals = self.interpreter.globals(self.instance);
        to_js(
            &globals
                .iter()
                .map(|global| self.viewer().global(global))
                .collect::<Vec<_>>(),
        )
    }

    /// How many memories there are.
    #[wasm_bindgen(js_name = memoryCount)]
    pub fn memory_count(&self) -> u32 {
        self.interpreter.module(self.instance).memories().len() as u32
    }

    /// The size of a memory in bytes.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = memorySize)]
    pub fn memory_size(&self, index: u32) -> Result<f64, JsValue> {
        let size = self.interpreter.memory_size(self.instance, index);
        size.map(|size| size as f64)
            .map_err(|error| runtime_error(&error))
    }

    /// A copy of bytes of a memory, shorter where it ends.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = readMemory)]
    pub fn read_memory(
        &self,
        index: u32,
        address: u64,
        length: f64,
    ) -> Result<Uint8Array, JsValue> {
        let fail = |error| runtime_error(&error);
        let size = self
            .interpreter
            .memory_size(self.instance, index)
            .map_err(fail)?;
        let address = address.min(size);
        let length = (length.max(0.0) as u64).min(size - address);
        let bytes = self
            .interpreter
            .read_memory(self.instance, index, address, length);
        Ok(Uint8Array::from(bytes.map_err(fail)?))
    }

    /// Writes bytes into a memory.
    ///
    /// # Errors
    /// An error for the class `UsageError`; nothing is written.
    #[wasm_bindgen(js_name = writeMemory)]
    pub fn write_memory(&mut self, index: u32, address: u64, bytes: &[u8]) -> Result<(), JsValue> {
        let written = self
            .interpreter
            .write_memory(self.instance, index, address, bytes);
        written.map_err(|error| runtime_error(&error))
    }

    /// How many tables there are.
    #[wasm_bindgen(js_name = tableCount)]
    pub fn table_count(&self) -> u32 {
        self.interpreter.module(self.instance).tables().len() as u32
    }

    /// A table's type of entries and its size.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn table(&self, index: u32) -> Result<JsValue, JsValue> {
        let ty = self.interpreter.table_type(self.instance, index);
        let ty = ty.map_err(|error| runtime_error(&error))?;
        Ok(to_js(&TableView {
            element: ty.element.to_string(),
            size: ty.limits.minimum,
        }))
    }

    /// Entries of a table as values, fewer where it ends.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = tableEntries)]
    pub fn table_entries(&self, index: u32, first: u64, count: u32) -> Result<JsValue, JsValue> {
        let mut entries = Vec::new();
        for position in 0..u64::from(count) {
            let Some(entry) = first.checked_add(position) else {
                break;
            };
            let value = self.interpreter.table_entry(self.instance, index, entry);
            match value.map_err(|error| runtime_error(&error))? {
                Some(value) => entries.push(self.viewer().value(value)),
                None => break,
            }
        }
        Ok(to_js(&entries))
    }

    /// An object of the heap: up to `count` of its parts from `first` on.
    ///
    /// # Errors
    /// An error for the class `UsageError` if it has been collected.
    pub fn object(
        &self,
        handle: u32,
        generation: u32,
        first: u32,
        count: u32,
    ) -> Result<JsValue, JsValue> {
        let object = ObjectRef { handle, generation };
        let view = self.interpreter.object(object, first, count);
        let view = view.map_err(|error| runtime_error(&error))?;
        Ok(to_js(&self.viewer().object_view(&view)))
    }

    /// The results of a finished call, or `null`.
    pub fn results(&self) -> JsValue {
        to_js(
            &self
                .interpreter
                .results()
                .map(|results| self.viewer().values(results)),
        )
    }

    /// Takes the results of a finished call: the machine goes back to what it was before it.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = takeResults)]
    pub fn take_results(&mut self) -> Result<JsValue, JsValue> {
        let results: Vec<Value> = self
            .interpreter
            .take_results()
            .map_err(|error| runtime_error(&error))?;
        Ok(to_js(&self.viewer().values(&results)))
    }

    /// The trap, or `null`.
    pub fn trap(&self) -> JsValue {
        to_js(&self.interpreter.trap().map(|trap| self.viewer().trap(trap)))
    }

    /// The trap in one line, or the empty string.
    #[wasm_bindgen(js_name = trapMessage)]
    pub fn trap_message(&self) -> String {
        self.interpreter
            .trap()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// Sets a breakpoint: where it is.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = addBreakpoint)]
    pub fn add_breakpoint(&mut self, offset: u32) -> Result<JsValue, JsValue> {
        let added = self.interpreter.add_breakpoint(self.instance, offset);
        let added = added.map_err(|error| runtime_error(&error))?;
        Ok(to_js(&BreakpointView {
            function: added.function,
            offset: added.offset,
        }))
    }

    /// Takes a breakpoint away: whether there was one.
    #[wasm_bindgen(js_name = removeBreakpoint)]
    pub fn remove_breakpoint(&mut self, offset: u32) -> bool {
        self.interpreter.remove_breakpoint(self.instance, offset)
    }

    /// All breakpoints.
    pub fn breakpoints(&self) -> JsValue {
        let breakpoints = self.interpreter.breakpoints(self.instance);
        let view = |at: &flight_runtime::Breakpoint| BreakpointView {
            function: at.function,
            offset: at.offset,
        };
        to_js(&breakpoints.iter().map(view).collect::<Vec<_>>())
    }

    /// The address of a function by its index: what stands for it among arguments.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = functionAddress)]
    pub fn function_address(&self, index: u32) -> Result<u32, JsValue> {
        let function = self.interpreter.function(self.instance, index);
        function
            .map(|FuncRef(address)| address)
            .map_err(|error| runtime_error(&error))
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
