//! Looking into the raw interpreter.

use flight_runtime::{ObjectRef, Value};
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::to_text;
use crate::errors::runtime_error;
use crate::raw_interpreter::RawInterpreter;

#[derive(Serialize)]
struct TableView {
    element: String,
    size: u64,
}

#[wasm_bindgen]
impl RawInterpreter {
    /// The frame at a distance from the innermost one, or `null`.
    pub fn frame(&self, distance: u32) -> String {
        self.look(|viewer| {
            let frame = viewer.interpreter.frame(distance as usize);
            frame.map(|frame| viewer.frame(&frame))
        })
    }

    /// Up to `count` frames, innermost first; `first` is the distance of the first one from the innermost.
    pub fn frames(&self, first: u32, count: u32) -> String {
        self.look(|viewer| {
            let machine = viewer.interpreter;
            let end = (first as usize).saturating_add(count as usize);
            (first as usize..end.min(machine.depth()))
                .filter_map(|at| machine.frame(at))
                .map(|frame| viewer.frame(&frame))
                .collect::<Vec<_>>()
        })
    }

    /// What the next instruction will do, or `null`.
    pub fn explanation(&self) -> String {
        self.look(|viewer| {
            let explanation = viewer.interpreter.explain();
            explanation.map(|explanation| viewer.explanation(&explanation))
        })
    }

    /// The globals.
    pub fn globals(&self) -> String {
        self.look(|viewer| {
            let globals = viewer.interpreter.globals(viewer.instance);
            globals
                .iter()
                .map(|global| viewer.global(global))
                .collect::<Vec<_>>()
        })
    }

    /// The global at an index, or `null`.
    pub fn global(&self, index: u32) -> String {
        self.look(|viewer| {
            let globals = viewer.interpreter.globals(viewer.instance);
            globals
                .get(index as usize)
                .map(|global| viewer.global(global))
        })
    }

    /// How many memories there are.
    #[wasm_bindgen(js_name = memoryCount)]
    pub fn memory_count(&self) -> u32 {
        self.machine().module(self.instance).memories().len() as u32
    }

    /// The size of a memory in bytes.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = memorySize)]
    pub fn memory_size(&self, index: u32) -> Result<f64, JsValue> {
        let size = self.machine().memory_size(self.instance, index);
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
        let machine = self.machine();
        let size = machine.memory_size(self.instance, index).map_err(fail)?;
        let address = address.min(size);
        let length = (length.max(0.0) as u64).min(size - address);
        let bytes = machine.read_memory(self.instance, index, address, length);
        Ok(Uint8Array::from(bytes.map_err(fail)?))
    }

    /// Writes bytes into a memory.
    ///
    /// # Errors
    /// An error for the class `UsageError`; nothing is written.
    #[wasm_bindgen(js_name = writeMemory)]
    pub fn write_memory(&self, index: u32, address: u64, bytes: &[u8]) -> Result<(), JsValue> {
        let written = self
            .machine_mut()
            .write_memory(self.instance, index, address, bytes);
        written.map_err(|error| runtime_error(&error))
    }

    /// How many tables there are.
    #[wasm_bindgen(js_name = tableCount)]
    pub fn table_count(&self) -> u32 {
        self.machine().module(self.instance).tables().len() as u32
    }

    /// A table's type of entries and its size.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn table(&self, index: u32) -> Result<String, JsValue> {
        let ty = self.machine().table_type(self.instance, index);
        let ty = ty.map_err(|error| runtime_error(&error))?;
        Ok(to_text(&TableView {
            element: ty.element.to_string(),
            size: ty.limits.minimum,
        }))
    }

    /// Entries of a table as values, fewer where it ends.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = tableEntries)]
    pub fn table_entries(&self, index: u32, first: u64, count: u32) -> Result<String, JsValue> {
        let mut entries = Vec::new();
        for position in 0..u64::from(count) {
            let Some(entry) = first.checked_add(position) else {
                break;
            };
            let value = self.machine().table_entry(self.instance, index, entry);
            match value.map_err(|error| runtime_error(&error))? {
                Some(value) => entries.push(value),
                None => break,
            }
        }
        Ok(self.look(|viewer| viewer.values(&entries)))
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
    ) -> Result<String, JsValue> {
        let object = ObjectRef { handle, generation };
        let view = self.machine().object(object, first, count);
        let view = view.map_err(|error| runtime_error(&error))?;
        Ok(self.look(|viewer| viewer.object_view(&view)))
    }

    /// Keeps an object alive.
    ///
    /// # Errors
    /// An error for the class `UsageError` if it has been collected.
    pub fn keep(&self, handle: u32, generation: u32) -> Result<(), JsValue> {
        let kept = self.machine_mut().keep(ObjectRef { handle, generation });
        kept.map_err(|error| runtime_error(&error))
    }

    /// Takes back one `keep`.
    pub fn release(&self, handle: u32, generation: u32) {
        self.machine_mut().release(ObjectRef { handle, generation });
    }

    /// The results of a finished call, or `null`.
    pub fn results(&self) -> String {
        self.look(|viewer| {
            let results = viewer.interpreter.results();
            results.map(|results| viewer.values(results))
        })
    }

    /// Takes the results of a finished call: the machine goes back to what it was before it.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = takeResults)]
    pub fn take_results(&self) -> Result<String, JsValue> {
        let results: Vec<Value> = self
            .machine_mut()
            .take_results()
            .map_err(|error| runtime_error(&error))?;
        Ok(self.look(|viewer| viewer.values(&results)))
    }

    /// The trap, or `null`.
    pub fn trap(&self) -> String {
        self.look(|viewer| viewer.interpreter.trap().map(|trap| viewer.trap(trap)))
    }

    /// The trap in one line, or the empty string.
    #[wasm_bindgen(js_name = trapMessage)]
    pub fn trap_message(&self) -> String {
        self.machine()
            .trap()
            .map(ToString::to_string)
            .unwrap_or_default()
    }
}
