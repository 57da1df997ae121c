//! The raw module.

use flight_runtime::{Interpreter, Module};
use flight_wasm::{Features, FuncIdx, SectionInfo};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::to_text;
use crate::errors::{load_error, usage};
use crate::source_text::{self, TextPosition};
use crate::views::{self, FunctionTypeView};

/// A validated module; the class `Module` of the package stands on it.
#[wasm_bindgen]
pub struct RawModule {
    pub(crate) module: Module,
    text_map: Option<Vec<TextPosition>>,
}

#[derive(Serialize)]
struct FunctionDescriptor {
    index: u32,
    name: Option<String>,
    imported: bool,
    #[serde(rename = "type")]
    ty: FunctionTypeView,
    start: Option<u32>,
    end: Option<u32>,
}

#[derive(Serialize)]
struct PrintedText {
    text: String,
    offsets: Vec<Option<u32>>,
}

/// A section: its kind's name or a custom section's own, and the range of its contents.
#[derive(Serialize)]
struct SectionView {
    name: String,
    custom: bool,
    start: u32,
    end: u32,
}

impl RawModule {
    /// A module that has been validated.
    pub(crate) fn of(module: Module) -> Self {
        Self {
            module,
            text_map: None,
        }
    }
}

#[wasm_bindgen]
impl RawModule {
    /// Decodes and validates bytes.
    ///
    /// # Errors
    /// An error for the class `CompileError`.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &[u8], features: &str) -> Result<RawModule, JsValue> {
        let module = Module::from_bytes_with(bytes, parse_features(features)?)
            .map_err(|error| load_error(&error))?;
        Ok(Self {
            module,
            text_map: None,
        })
    }

    /// Decodes and validates bytes that `flight-text` has made of text, with the places that it gave.
    ///
    /// # Errors
    /// An error for the class `CompileError`, with the place in the text.
    #[wasm_bindgen(js_name = fromText)]
    pub fn from_text(bytes: &[u8], places: &[u32], features: &str) -> Result<RawModule, JsValue> {
        let text_map = source_text::text_map(bytes, places);
        let module = Module::from_bytes_with(bytes, parse_features(features)?)
            .map_err(|error| source_text::load_error(&text_map, &error))?;
        Ok(Self {
            module,
            text_map: Some(text_map),
        })
    }

    /// The module's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.module.bytes().to_vec()
    }

    /// Some of the module's bytes.
    #[wasm_bindgen(js_name = bytesBetween)]
    pub fn bytes_between(&self, start: u32, end: u32) -> Vec<u8> {
        let bytes = self.module.bytes().get(start as usize..end as usize);
        bytes.unwrap_or_default().to_vec()
    }

    /// The sections, in the order of the bytes.
    pub fn sections(&self) -> String {
        let view = |section: &SectionInfo| SectionView {
            name: section.name.clone(),
            custom: section.custom,
            start: section.range.start as u32,
            end: section.range.end as u32,
        };
        to_text(&self.module.sections().iter().map(view).collect::<Vec<_>>())
    }

    /// The module's name.
    pub fn name(&self) -> Option<String> {
        self.module.names().module().map(Into::into)
    }

    /// The short names of the features beyond version 1 that the module uses.
    pub fn features(&self) -> Vec<String> {
        let used = Features::used_by(self.module.bytes()).unwrap_or_default();
        used.iter()
            .map(|(name, _)| name.short.to_string())
            .collect()
    }

    /// Whether there is a start function.
    #[wasm_bindgen(js_name = hasStart)]
    pub fn has_start(&self) -> bool {
        self.module.start().is_some()
    }

    /// The imports.
    pub fn imports(&self) -> String {
        to_text(
            &self
                .module
                .imports()
                .iter()
                .map(views::import)
                .collect::<Vec<_>>(),
        )
    }

    /// The exports.
    pub fn exports(&self) -> String {
        let export = |export| views::export(export, &self.module.extern_type(export.idx));
        to_text(&self.module.exports().iter().map(export).collect::<Vec<_>>())
    }

    /// The functions, imported ones first.
    pub fn functions(&self) -> String {
        let function = |index| {
            let func = FuncIdx(index);
            let body = self.module.function_body(func);
            FunctionDescriptor {
                index,
                name: self.module.function_name(func).map(Into::into),
                imported: body.is_none(),
                ty: views::function_type(self.module.func_type(func)),
                start: body.map(|body| body.range.start as u32),
                end: body.map(|body| body.range.end as u32),
            }
        };
        to_text(
            &(0..self.module.function_count())
                .map(function)
                .collect::<Vec<_>>(),
        )
    }

    /// Prints the module as text, with the offset at which each line's item begins.
    ///
    /// # Errors
    /// If the module cannot be printed.
    #[wasm_bindgen(js_name = toWat)]
    pub fn to_wat(&self) -> Result<String, JsValue> {
        let mut text = String::new();
        let lines = wasmprinter::Config::new()
            .offsets_and_lines(self.module.bytes(), &mut text)
            .map_err(|error| usage(&format!("the module cannot be printed: {error}")))?;
        let offsets = lines
            .map(|(offset, _)| offset.map(|offset| offset as u32))
            .collect();
        Ok(to_text(&PrintedText { text, offsets }))
    }

    /// Where each instruction stands in the text that the module was made of; `null` if it was made of bytes.
    #[wasm_bindgen(js_name = textMap)]
    pub fn text_map(&self) -> String {
        to_text(&self.text_map)
    }

    /// The offsets of the instructions of a defined function.
    #[wasm_bindgen(js_name = instructionOffsets)]
    pub fn instruction_offsets(&self, function: u32) -> Vec<u32> {
        Interpreter::instruction_offsets(&self.module, FuncIdx(function))
    }
}

fn parse_features(list: &str) -> Result<Features, JsValue> {
    list.parse()
        .map_err(|error: flight_wasm::UnknownFeature| usage(&error.to_string()))
}
