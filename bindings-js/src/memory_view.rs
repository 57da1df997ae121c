//! Memories of guests as bytes that JavaScript reads and writes in place.

use flight_runtime::Interpreter;
use js_sys::WebAssembly::Memory;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::errors::{runtime_error, usage};
use crate::raw_interpreter::RawInterpreter;

#[wasm_bindgen]
impl RawInterpreter {
    /// Where in Flight's own memory bytes of a guest's memory lie, for a view of them. What is written there is recorded
    /// before the machine is let go or changed; then every view that JavaScript has loses its bytes, so that none is
    /// used for too long.
    ///
    /// # Errors
    /// An error for the class `UsageError` if the bytes are not all inside of the memory.
    #[wasm_bindgen(js_name = openMemory)]
    pub fn open_memory(&self, index: u32, address: u64, length: f64) -> Result<f64, JsValue> {
        if !(length >= 0.0 && length.fract() == 0.0) {
            return Err(usage(&format!("{length} is no length")));
        }
        let mut machine = self.machine_open();
        let bytes = machine.memory_bytes_mut(self.instance, index, address, length as u64);
        let bytes = bytes.map_err(|error| runtime_error(&error))?;
        Ok(bytes.as_ptr() as usize as f64)
    }

    /// The sizes of all memories of the instance, in bytes, and then of all its tables, in entries.
    #[wasm_bindgen(js_name = memorySizes)]
    pub fn memory_sizes(&self) -> Vec<f64> {
        let machine = self.machine();
        let module = machine.module(self.instance);
        let (memories, tables) = (module.memories().len(), module.tables().len());
        let memories = (0..memories as u32).map(|at| machine.memory_size(self.instance, at));
        let tables = (0..tables as u32).map(|at| {
            let ty = machine.table_type(self.instance, at);
            ty.map(|ty| ty.limits.minimum)
        });
        let sizes = memories.chain(tables);
        sizes.map(|size| size.unwrap_or(0) as f64).collect()
    }
}

/// Records what has been written through views, and takes them away.
pub(crate) fn close_views(machine: &mut Interpreter) {
    if !machine.has_open_memories() {
        return;
    }
    machine.settle_memories();
    // Growing by nothing detaches the buffer that all views are of. It cannot fail, and there is always a memory.
    if let Ok(memory) = wasm_bindgen::memory().dyn_into::<Memory>() {
        memory.grow(0);
    }
}
