//! The raw interpreter's core dump.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::runtime_error;
use crate::raw_interpreter::RawInterpreter;

#[wasm_bindgen]
impl RawInterpreter {
    /// The machine as a core dump in the format of the WebAssembly tool conventions.
    ///
    /// # Errors
    /// An error for the class `UsageError` if the dump does not fit memory.
    #[wasm_bindgen(js_name = coreDump)]
    pub fn core_dump(&self, name: &str) -> Result<Uint8Array, JsValue> {
        let dump = self.machine().core_dump(name);
        let dump = dump.map_err(|error| runtime_error(&error))?;
        Ok(Uint8Array::from(&dump[..]))
    }
}
