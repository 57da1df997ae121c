//! From JavaScript's values to WebAssembly's. What each type accepts, `js/values.js` has made sure of.

use flight_runtime::{AnyRef, ExternRef, FuncRef, ObjectRef, Value, ValueType};
use flight_wasm::Hierarchy;
use js_sys::{Array, BigInt, Reflect};
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

/// One value. A function is the number of its address; other references are objects that say what they are.
pub(crate) fn value(ty: ValueType, given: &JsValue) -> Option<Value> {
    let number = || given.as_f64();
    Some(match ty {
        ValueType::I32 => Value::I32(number()? as i32),
        ValueType::I64 => Value::I64(i64::try_from(given.dyn_ref::<BigInt>()?.clone()).ok()?),
        ValueType::F32 => Value::F32(number()? as f32),
        ValueType::F64 => Value::F64(number()?),
        ValueType::V128 => Value::V128(u128::try_from(given.dyn_ref::<BigInt>()?.clone()).ok()?),
        ValueType::Ref(ty) => match ty.heap.hierarchy() {
            Hierarchy::Func => Value::FuncRef(number().map(|address| FuncRef(address as u32))),
            Hierarchy::Extern => match any(given)? {
                None => Value::ExternRef(None),
                Some(AnyRef::Extern(kept)) => Value::ExternRef(Some(kept)),
                Some(value) => Value::ConvertedAny(value),
            },
            Hierarchy::Any => Value::AnyRef(any(given)?),
            Hierarchy::Exn => match any(given)? {
                None => Value::ExnRef(None),
                Some(AnyRef::Object(object)) => Value::ExnRef(Some(object)),
                Some(_) => return None,
            },
        },
    })
}

/// A reference outside of the hierarchy of functions: `null`, `{ kept }`, `{ i31 }` or `{ handle, generation }`.
fn any(given: &JsValue) -> Option<Option<AnyRef>> {
    if given.is_null() || given.is_undefined() {
        return Some(None);
    }
    let field = |name: &str| Reflect::get(given, &name.into()).ok()?.as_f64();
    if let Some(kept) = field("kept") {
        return Some(Some(AnyRef::Extern(ExternRef(kept as u32))));
    }
    if let Some(i31) = field("i31") {
        return Some(Some(AnyRef::I31(i31 as i32)));
    }
    let object = ObjectRef {
        handle: field("handle")? as u32,
        generation: field("generation")? as u32,
    };
    Some(Some(AnyRef::Object(object)))
}
