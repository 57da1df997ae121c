//! From JavaScript's values to WebAssembly's. What each type accepts, `js/values.js` has made sure of.

use flight_runtime::{ExternRef, FuncRef, Value, ValueType};
use js_sys::{Array, BigInt};
use wasm_bindgen::{JsCast, JsValue};

use crate::errors::usage;

/// The values of these types in a JavaScript array.
pub(crate) fn values(types: &[ValueType], array: &Array) -> Result<Vec<Value>, JsValue> {
    let found = array.length() as usize;
    if found != types.len() {
        return Err(usage(&format!(
            "{} values are wanted, {found} are given",
            types.len()
        )));
    }
    let value = |(position, ty): (usize, &ValueType)| {
        let given = array.get(position as u32);
        value(*ty, &given).ok_or_else(|| usage(&format!("value {position} is no {ty}")))
    };
    types.iter().enumerate().map(value).collect()
}

/// One value. References are numbers: an address for a function, the number of a kept value otherwise.
pub(crate) fn value(ty: ValueType, given: &JsValue) -> Option<Value> {
    let number = || given.as_f64();
    Some(match ty {
        ValueType::I32 => Value::I32(number()? as i32),
        ValueType::I64 => Value::I64(i64::try_from(given.dyn_ref::<BigInt>()?.clone()).ok()?),
        ValueType::F32 => Value::F32(number()? as f32),
        ValueType::F64 => Value::F64(number()?),
        ValueType::V128 => Value::V128(u128::try_from(given.dyn_ref::<BigInt>()?.clone()).ok()?),
        ValueType::Ref(_) if ty == ValueType::EXTERNREF => {
            Value::ExternRef(number().map(|kept| ExternRef(kept as u32)))
        }
        ValueType::Ref(_) => Value::FuncRef(number().map(|address| FuncRef(address as u32))),
    })
}
