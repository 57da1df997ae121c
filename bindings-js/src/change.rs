//! The raw interpreter's ways of changing a machine by hand.
//!
//! A value is converted to the type of the one that it takes the place of. Where there is none, any will do:
//! the runtime refuses the change and says why.

use flight_runtime::{Value, ValueType};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::{runtime_error, usage};
use crate::raw_interpreter::RawInterpreter;
use crate::values;

#[wasm_bindgen]
impl RawInterpreter {
    /// The type of a local of the frame at a distance from the innermost one, if there is one.
    #[wasm_bindgen(js_name = localType)]
    pub fn local_type(&self, frame: u32, index: u32) -> Option<String> {
        self.type_of_local(frame, index).map(|ty| ty.to_string())
    }

    /// Changes a local.
    ///
    /// # Errors
    /// An error for the class `UsageError`, as in all that follows.
    #[wasm_bindgen(js_name = setLocal)]
    pub fn set_local(&self, frame: u32, index: u32, given: &JsValue) -> Result<(), JsValue> {
        let value = value(self.type_of_local(frame, index), given)?;
        self.machine_mut()
            .set_local(frame as usize, index, value)
            .map_err(|error| runtime_error(&error))
    }

    /// The type of an operand of the frame at a distance from the innermost one, counted from the bottom.
    #[wasm_bindgen(js_name = operandType)]
    pub fn operand_type(&self, frame: u32, position: u32) -> Option<String> {
        let ty = self.type_of_operand(frame, position);
        ty.map(|ty| ty.to_string())
    }

    /// Changes an operand.
    ///
    /// # Errors
    /// As `setLocal`.
    #[wasm_bindgen(js_name = setOperand)]
    pub fn set_operand(&self, frame: u32, position: u32, given: &JsValue) -> Result<(), JsValue> {
        let value = value(self.type_of_operand(frame, position), given)?;
        self.machine_mut()
            .set_operand(frame as usize, position, value)
            .map_err(|error| runtime_error(&error))
    }

    /// The type of a global's value.
    #[wasm_bindgen(js_name = globalType)]
    pub fn global_type(&self, index: u32) -> Option<String> {
        self.type_of_global(index).map(|ty| ty.to_string())
    }

    /// Changes a global.
    ///
    /// # Errors
    /// As `setLocal`.
    #[wasm_bindgen(js_name = setGlobal)]
    pub fn set_global(&self, index: u32, given: &JsValue) -> Result<(), JsValue> {
        let value = value(self.type_of_global(index), given)?;
        self.machine_mut()
            .set_global(self.instance, index, value)
            .map_err(|error| runtime_error(&error))
    }

    /// Changes an entry of a table.
    ///
    /// # Errors
    /// As `setLocal`.
    #[wasm_bindgen(js_name = setTableEntry)]
    pub fn set_table_entry(&self, table: u32, entry: u64, given: &JsValue) -> Result<(), JsValue> {
        let value = value(self.type_of_entries(table), given)?;
        self.machine_mut()
            .set_table_entry(self.instance, table, entry, value)
            .map_err(|error| runtime_error(&error))
    }

    /// Grows a table by so many entries: its size before.
    ///
    /// # Errors
    /// As `setLocal`.
    #[wasm_bindgen(js_name = growTable)]
    pub fn grow_table(&self, table: u32, delta: u64, given: &JsValue) -> Result<f64, JsValue> {
        let value = value(self.type_of_entries(table), given)?;
        self.machine_mut()
            .grow_table(self.instance, table, delta, value)
            .map(|before| before as f64)
            .map_err(|error| runtime_error(&error))
    }

    /// Grows a memory by so many pages: its size before.
    ///
    /// # Errors
    /// As `setLocal`.
    #[wasm_bindgen(js_name = growMemory)]
    pub fn grow_memory(&self, memory: u32, delta: u64) -> Result<f64, JsValue> {
        self.machine_mut()
            .grow_memory(self.instance, memory, delta)
            .map(|before| before as f64)
            .map_err(|error| runtime_error(&error))
    }
}

impl RawInterpreter {
    fn type_of_local(&self, frame: u32, index: u32) -> Option<ValueType> {
        let frame = self.machine().frame(frame as usize)?;
        Some(frame.locals.get(index as usize)?.value.ty())
    }

    fn type_of_operand(&self, frame: u32, position: u32) -> Option<ValueType> {
        let frame = self.machine().frame(frame as usize)?;
        Some(frame.operands.get(position as usize)?.ty())
    }

    fn type_of_global(&self, index: u32) -> Option<ValueType> {
        let globals = self.machine().globals(self.instance);
        Some(globals.get(index as usize)?.value.ty())
    }

    fn type_of_entries(&self, table: u32) -> Option<ValueType> {
        let ty = self.machine().table_type(self.instance, table).ok()?;
        Some(ValueType::Ref(ty.element))
    }
}

fn value(ty: Option<ValueType>, given: &JsValue) -> Result<Value, JsValue> {
    let Some(ty) = ty else {
        return Ok(Value::I32(0));
    };
    values::value(ty, given).ok_or_else(|| usage(&format!("the value is no {ty}")))
}
