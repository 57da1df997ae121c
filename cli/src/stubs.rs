//! Imports made up, so that a module can be instantiated at all.

use std::io::{self, Write};

use flight_runtime::{ExternType, FuncType, HostError, Imports, Module, Value};

use crate::values::name_text;

/// Something for every import of a module: functions log their calls to the error output and return zero,
/// memories, tables and globals have the wanted type and begin with zeros.
pub(crate) fn imports(module: &Module) -> Imports {
    let mut imports = Imports::new();
    for import in module.imports() {
        let (from, name) = (&*import.module, &*import.name);
        match &import.ty {
            ExternType::Func(ty) => {
                let label = format!("{}.{}", name_text(from), name_text(name));
                let own_type = ty.clone();
                imports.func_of_any_type(from, name, move |_, arguments| {
                    answer(&label, &own_type, arguments)
                });
            }
            ExternType::Memory(ty) => {
                imports.memory(from, name, *ty);
            }
            ExternType::Table(ty) => {
                imports.table(from, name, *ty);
            }
            ExternType::Global(ty) => {
                // A type without a default value is left out, and so reported as missing.
                if let Some(value) = Value::default_of(ty.content) {
                    imports.global(from, name, value, ty.mutable);
                }
            }
            ExternType::Tag(_) => {
                imports.tag(from, name);
            }
        }
    }
    imports
}

fn answer(label: &str, ty: &FuncType, arguments: &[Value]) -> Result<Vec<Value>, HostError> {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    // The log is a help: that it cannot be written is no reason to stop.
    let _ = writeln!(
        io::stderr().lock(),
        "stub: {label}({})",
        arguments.join(", ")
    );
    let zero = |ty: &flight_runtime::ValueType| {
        Value::default_of(*ty)
            .ok_or_else(|| HostError::new(format!("{label}: a stub has no value of type {ty}")))
    };
    ty.results().iter().map(zero).collect()
}
