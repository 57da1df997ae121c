//! Snapshots and recordings of the raw interpreter.

use flight_runtime::Interpreter;
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::to_text;
use crate::errors::{runtime_error, usage};
use crate::module::RawModule;
use crate::raw_interpreter::{RawInterpreter, config};

#[derive(Serialize)]
struct VerifiedView {
    instructions: u64,
    actions: f64,
    marks: u32,
}

#[wasm_bindgen]
impl RawInterpreter {
    /// The whole machine as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        self.machine().snapshot()
    }

    /// Lets the machine be the one of a snapshot.
    ///
    /// # Errors
    /// An error for the class `UsageError`; then nothing has changed.
    pub fn restore(&self, bytes: &[u8]) -> Result<(), JsValue> {
        let restored = self.machine_mut().restore(bytes);
        restored.map_err(|error| runtime_error(&error))
    }

    /// The numbers of the values that the JavaScript side keeps and the machine still reaches.
    #[wasm_bindgen(js_name = heldReferences)]
    pub fn held_references(&self) -> Vec<u32> {
        self.machine().held_references()
    }

    /// What is recorded, as the bytes of a file.
    ///
    /// # Errors
    /// An error for the classes `UsageError` or `DivergedError`.
    pub fn recording(&self) -> Result<Uint8Array, JsValue> {
        let bytes = self.machine_mut().recording();
        let bytes = bytes.map_err(|error| runtime_error(&error))?;
        Ok(Uint8Array::from(&bytes[..]))
    }

    /// A machine with the record of a file, of whose instances it shows the last.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = fromRecording)]
    pub fn from_recording(
        bytes: &[u8],
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
        let opened = Interpreter::from_recording(bytes, &config);
        let (interpreter, instances) = opened.map_err(|error| runtime_error(&error))?;
        let Some(instance) = instances.last().copied() else {
            return Err(usage("the recording is of a machine without instances"));
        };
        Ok(Self::of(interpreter, instance))
    }

    /// The module of the instance.
    pub fn module(&self) -> RawModule {
        RawModule::of(self.machine().module(self.instance).clone())
    }

    /// Executes the record again and compares.
    ///
    /// # Errors
    /// An error for the classes `UsageError` or `DivergedError`.
    pub fn verify(&self) -> Result<String, JsValue> {
        let verified = self.machine_mut().verify();
        let verified = verified.map_err(|error| runtime_error(&error))?;
        Ok(to_text(&VerifiedView {
            instructions: verified.instructions,
            actions: verified.actions as f64,
            marks: verified.marks as u32,
        }))
    }
}
