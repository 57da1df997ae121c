//! What a module's imports are given.

use flight_runtime::{Extern, ExternType, Imports, Module, Value};
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

use crate::errors::usage;
use crate::values;

/// The imports for a module from what the JavaScript side gives; what is missing is left to linking to say.
pub(crate) fn imports(module: &Module, given: &Array) -> Result<Imports, JsValue> {
    let mut imports = Imports::new();
    for (position, import) in module.imports().iter().enumerate() {
        let entry = given.get(position as u32);
        let field = |name: &str| Reflect::get(&entry, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if entry.is_undefined() || imports.contains(&import.module, &import.name) {
            continue;
        }
        let kind = field("kind").as_string().unwrap_or_default();
        let (from, name) = (&*import.module, &*import.name);
        if let Some(address) = field("address").as_f64() {
            imports.existing(from, name, existing(&kind, address as u32));
            continue;
        }
        let bound = |name: &str| field(name).as_f64().map(|bound| bound as u64);
        match (&import.ty, kind.as_str()) {
            (ExternType::Func(_), "func") => {
                imports.func_by_hand(from, name);
            }
            (ExternType::Global(ty), "global") => {
                let value = values::value(ty.content, &field("value")).ok_or_else(|| {
                    usage(&format!(
                        "the global \"{from}\" \"{name}\" is given no {}",
                        ty.content
                    ))
                })?;
                imports.global(from, name, value, ty.mutable);
            }
            (ExternType::Memory(ty), "memory") => {
                let mut ty = *ty;
                ty.limits.minimum = bound("minimum").unwrap_or(ty.limits.minimum);
                ty.limits.maximum = bound("maximum").or(ty.limits.maximum);
                imports.memory(from, name, ty);
            }
            (ExternType::Table(ty), "table") => {
                let mut ty = *ty;
                ty.limits.minimum = bound("minimum").unwrap_or(ty.limits.minimum);
                ty.limits.maximum = bound("maximum").or(ty.limits.maximum);
                imports.table(from, name, ty);
            }
            (ExternType::Tag(_), "tag") => {
                imports.tag(from, name);
            }
            // Something of another kind: stands in so that linking reports both types.
            (_, "func") => {
                imports.func_by_hand(from, name);
            }
            (_, _) => {
                imports.global(from, name, Value::I32(0), false);
            }
        }
    }
    Ok(imports)
}

/// Something that is in the machine already. The JavaScript side gives no other addresses.
fn existing(kind: &str, address: u32) -> Extern {
    match kind {
        "func" => Extern::Func(address),
        "table" => Extern::Table(address),
        "memory" => Extern::Memory(address),
        "global" => Extern::Global(address),
        _ => Extern::Tag(address),
    }
}
