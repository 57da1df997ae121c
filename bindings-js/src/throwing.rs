//! Exceptions that imported functions throw into the guest.
//!
//! A tag is the number of its address in the machine, which `address("tag", index)` gives; `hostTag` is the one whose
//! exceptions carry one value of JavaScript's.

use flight_runtime::{ObjectRef, State, TagRef, Value};
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::runtime_error;
use crate::raw_interpreter::RawInterpreter;
use crate::values;

/// The tag that every machine has for what is thrown and is no exception of a guest's. It takes one `externref`.
#[wasm_bindgen(js_name = hostTag)]
pub fn host_tag() -> u32 {
    TagRef::HOST.0
}

#[wasm_bindgen]
impl RawInterpreter {
    /// The types of what the exceptions of a tag carry.
    ///
    /// # Errors
    /// An error for the class `UsageError`, as in all that follows.
    #[wasm_bindgen(js_name = tagParameters)]
    pub fn tag_parameters(&self, tag: u32) -> Result<Vec<String>, JsValue> {
        let machine = self.machine();
        let types = machine.tag_parameters(TagRef(tag));
        let types = types.map_err(|error| runtime_error(&error))?;
        Ok(types.iter().map(ToString::to_string).collect())
    }

    /// Ends the waiting host call by an exception: whether the guest catches it. If not, the machine has trapped.
    ///
    /// # Errors
    /// As `tagParameters`; then the call still waits.
    #[wasm_bindgen(js_name = throwException)]
    pub fn throw_exception(&self, tag: u32, given: &Array) -> Result<bool, JsValue> {
        let tag = TagRef(tag);
        let mut machine = self.machine_mut();
        let types = machine.tag_parameters(tag);
        let types = types.map_err(|error| runtime_error(&error))?;
        let arguments = values::values(types, given)?;
        machine
            .throw(tag, &arguments)
            .map_err(|error| runtime_error(&error))?;
        Ok(machine.state() != State::Trapped)
    }

    /// Whether the guest would catch what the waiting host function throws with this tag; without one, whatever it is.
    #[wasm_bindgen(js_name = wouldCatch)]
    pub fn would_catch(&self, tag: Option<u32>) -> bool {
        self.machine().would_catch(tag.map(TagRef))
    }

    /// The exception that a reference of the guest's refers to, or `null`.
    #[wasm_bindgen(js_name = exceptionOf)]
    pub fn exception_of(&self, handle: u32, generation: u32) -> String {
        self.look(|viewer| {
            let value = Value::ExnRef(Some(ObjectRef { handle, generation }));
            let exception = viewer.interpreter.exception_of(value);
            exception.map(|exception| viewer.exception(&exception))
        })
    }
}
