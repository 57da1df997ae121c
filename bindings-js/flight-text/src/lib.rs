//! The text format for JavaScript: from text to a module's bytes, with each instruction's place in the text.
//!
//! It is a wasm of its own, beside the one that executes, so that only those who parse text load it.
//! It neither validates the module nor knows where the bytes of an instruction lie: the other one does.

mod lines;
mod places;

use js_sys::{Array, Error, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wast::Wat;
use wast::core::ModuleKind;
use wast::parser::{self, ParseBuffer};

use crate::lines::Lines;

/// Parses text: the module's bytes, and the places of its instructions.
///
/// Of each function with a body, in their order, the places are: how many instructions it has, its final `end`
/// included, and of each the line and the column, both from 1 on, the column in UTF-16 units.
/// They are empty for a module that is written as bytes (`module binary`).
///
/// # Errors
/// An error for the class `CompileError`, of kind `text`, with `line` and `column`.
#[wasm_bindgen]
pub fn parse(text: &str) -> Result<Array, JsValue> {
    console_error_panic_hook::set_once();
    let lines = Lines::of(text);
    let (bytes, places) = read(text, &lines).map_err(|failure| text_error(&lines, &failure))?;
    let bytes = Uint8Array::from(bytes.as_slice());
    let places = Uint32Array::from(places.as_slice());
    Ok(Array::of2(&bytes, &places))
}

fn read(text: &str, lines: &Lines<'_>) -> Result<(Vec<u8>, Vec<u32>), wast::Error> {
    let mut buffer = ParseBuffer::new(text)?;
    buffer.track_instr_spans(true);
    let mut wat = parser::parse::<Wat<'_>>(&buffer)?;
    let bytes = wat.encode()?;
    let places = match &wat {
        Wat::Module(module) => match &module.kind {
            ModuleKind::Text(fields) => places::of(fields, text, lines),
            ModuleKind::Binary(_) => Vec::new(),
        },
        Wat::Component(component) => {
            let message = "a module is expected, not a component";
            return Err(wast::Error::new(component.span, message.to_string()));
        }
    };
    Ok((bytes, places))
}

/// An error whose field `flight` says, as a JSON text, what the package is to make of it.
fn text_error(lines: &Lines<'_>, failure: &wast::Error) -> JsValue {
    let (line, column) = lines.locate(failure.span().offset());
    let message = format!("line {line}, column {column}: {}", failure.message());
    let fields =
        format!(r#"{{"class":"CompileError","kind":"text","line":{line},"column":{column}}}"#);
    let error = Error::new(&message);
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(&error, &"flight".into(), &fields.into());
    error.into()
}
