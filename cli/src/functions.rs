//! Functions of a module: by the words that people use for them, and what stands in them.

use flight_runtime::Module;
use flight_wasm::{ExternIdx, FuncIdx, instruction_text};

use crate::values::name_text;

/// A function's name, fit for a terminal, or its index.
pub(crate) fn function_name(name: Option<&str>, index: u32) -> String {
    name.map_or_else(|| FuncIdx(index).to_string(), name_text)
}

/// The defined function that is meant by an index, a name, or `func` and an index.
///
/// # Errors
/// A sentence that says what there is instead.
pub(crate) fn find(module: &Module, wanted: &str) -> Result<FuncIdx, String> {
    let functions = (0..module.function_count()).map(FuncIdx);
    let named: Vec<FuncIdx> = functions
        .filter(|func| module.function_name(*func) == Some(wanted))
        .collect();
    let exported = module
        .exports()
        .iter()
        .find(|export| &*export.name == wanted);
    let exported = exported.and_then(|export| match export.idx {
        ExternIdx::Func(func) => Some(func),
        _ => None,
    });
    let is_there = |index: &u32| *index < module.function_count();
    let number = |text: &str| text.parse().ok().filter(is_there).map(FuncIdx);
    let func = match (number(wanted), exported, &named[..]) {
        (Some(func), ..) | (_, Some(func), _) | (_, None, &[func]) => func,
        (_, None, []) => {
            let numbered = wanted.strip_prefix("func").and_then(number);
            numbered.ok_or_else(|| {
                format!(
                    "there is no function \"{}\"; there are {}",
                    name_text(wanted),
                    module.function_count()
                )
            })?
        }
        (_, None, several) => {
            let several: Vec<String> = several.iter().map(|func| func.0.to_string()).collect();
            return Err(format!(
                "several functions are called \"{}\": {}",
                name_text(wanted),
                several.join(", ")
            ));
        }
    };
    if func.0 < module.imported_function_count() {
        return Err(format!("{func} is imported: it has no code"));
    }
    Ok(func)
}

/// The instructions of a function in their order: byte offsets and texts.
pub(crate) fn instructions(module: &Module, func: FuncIdx) -> Vec<(u32, String)> {
    let mut instructions = Vec::new();
    let operators = module
        .function_reader(func)
        .and_then(|body| body.get_operators_reader().ok());
    if let Some(mut operators) = operators {
        while let Ok((operator, offset)) = operators.read_with_offset() {
            instructions.push((offset as u32, instruction_text(&operator)));
        }
    }
    instructions
}
