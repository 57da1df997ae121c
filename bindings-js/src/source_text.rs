//! Modules made from text: which instruction stands at which place of the text.
//!
//! The parser of text is a wasm of its own (`flight-text`), which knows the places; the offsets are found here.

use flight_runtime::LoadError;
use flight_wasm::wasmparser::{Parser, Payload};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::errors::{ErrorFields, error};

/// Where an instruction of the module stands in the text that the module was made of.
#[derive(Serialize, Clone, Copy)]
pub(crate) struct TextPosition {
    /// The line, from 1 on.
    line: u32,
    /// The column, from 1 on, in UTF-16 units as editors count.
    column: u32,
    /// The byte offset in the module.
    offset: u32,
}

/// Ties the places that `flight-text` gives to the instructions of the module that it made, valid or not.
/// What one of the two has more than the other is left out.
pub(crate) fn text_map(bytes: &[u8], mut places: &[u32]) -> Vec<TextPosition> {
    let mut map = Vec::new();
    for offsets in function_offsets(bytes) {
        let Some((count, rest)) = places.split_first() else {
            break;
        };
        let length = (*count as usize).saturating_mul(2).min(rest.len());
        let (of_function, rest) = rest.split_at(length);
        places = rest;
        let of_instructions = of_function.chunks_exact(2).zip(offsets);
        map.extend(of_instructions.map(|(place, offset)| TextPosition {
            line: place[0],
            column: place[1],
            offset,
        }));
    }
    map
}

/// The offsets of the instructions of each function, whether or not they are valid.
fn function_offsets(bytes: &[u8]) -> Vec<Vec<u32>> {
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Ok(Payload::CodeSectionEntry(body)) = payload {
            let mut offsets = Vec::new();
            if let Ok(mut operators) = body.get_operators_reader() {
                while !operators.eof() {
                    offsets.push(operators.original_position() as u32);
                    if operators.read().is_err() {
                        break;
                    }
                }
            }
            functions.push(offsets);
        }
    }
    functions
}

/// The error for a module from text that is not valid: with the place in the text of the instruction at its offset.
pub(crate) fn load_error(map: &[TextPosition], failure: &LoadError) -> JsValue {
    let at_or_before = |position: &&TextPosition| u64::from(position.offset) <= failure.offset;
    let found = map.iter().rev().find(at_or_before);
    // Offsets before the first instruction belong to other sections, of which the text has no map.
    let fields = ErrorFields {
        class: "CompileError",
        kind: Some("invalid"),
        offset: u32::try_from(failure.offset).ok(),
        line: found.map(|position| position.line),
        column: found.map(|position| position.column),
        ..ErrorFields::default()
    };
    error(&failure.to_string(), &fields)
}
