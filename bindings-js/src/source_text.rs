//! The text format: from text to bytes, with each instruction's place in the text.

use flight_runtime::{Interpreter, Module};
use flight_wasm::FuncIdx;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wast::Wat;
use wast::core::{Expression, FuncKind, ModuleField, ModuleKind};
use wast::lexer::{Lexer, TokenKind};
use wast::parser::{self, ParseBuffer};

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

/// A module's bytes, and for each of its defined functions where the text has its instructions.
pub(crate) struct Parsed {
    pub(crate) bytes: Vec<u8>,
    /// Byte positions in the text: of each instruction, then of the function's closing parenthesis.
    functions: Vec<Vec<usize>>,
}

/// Parses text into a module's bytes.
pub(crate) fn parse(text: &str) -> Result<Parsed, JsValue> {
    let fail = |failure: wast::Error| text_error(text, &failure);
    let mut buffer = ParseBuffer::new(text).map_err(fail)?;
    buffer.track_instr_spans(true);
    let mut wat = parser::parse::<Wat<'_>>(&buffer).map_err(fail)?;
    let bytes = wat.encode().map_err(fail)?;
    let functions = match &wat {
        Wat::Module(module) => match &module.kind {
            ModuleKind::Text(fields) => fields.iter().filter_map(|f| positions(f, text)).collect(),
            ModuleKind::Binary(_) => Vec::new(),
        },
        Wat::Component(component) => {
            let message = "a module is expected, not a component";
            return Err(text_error(
                text,
                &wast::Error::new(component.span, message.to_string()),
            ));
        }
    };
    Ok(Parsed { bytes, functions })
}

/// Where a defined function's instructions stand in the text.
fn positions(field: &ModuleField<'_>, text: &str) -> Option<Vec<usize>> {
    let ModuleField::Func(function) = field else {
        return None;
    };
    let FuncKind::Inline {
        expression: Expression { instr_spans, .. },
        ..
    } = &function.kind
    else {
        return None;
    };
    let spans = instr_spans.iter().flatten().map(wast::token::Span::offset);
    Some(
        spans
            .chain(closing_parenthesis(text, function.span.offset()))
            .collect(),
    )
}

/// The parenthesis that closes the one around the token at `start`.
fn closing_parenthesis(text: &str, start: usize) -> Option<usize> {
    let lexer = Lexer::new(text);
    let mut position = start;
    let mut open = 1;
    while let Ok(Some(token)) = lexer.parse(&mut position) {
        match token.kind {
            TokenKind::LParen => open += 1,
            TokenKind::RParen => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(token.offset);
        }
    }
    None
}

impl Parsed {
    /// Ties the places in the text to the instructions of the module that was made of it.
    pub(crate) fn map(&self, text: &str, module: &Module) -> Vec<TextPosition> {
        let lines = Lines::of(text);
        let mut map = Vec::new();
        for (defined, positions) in self.functions.iter().enumerate() {
            let func = FuncIdx(module.imported_function_count() + defined as u32);
            for (offset, position) in Interpreter::instruction_offsets(module, func)
                .into_iter()
                .zip(positions)
            {
                let (line, column) = lines.locate(text, *position);
                map.push(TextPosition {
                    line,
                    column,
                    offset,
                });
            }
        }
        map
    }
}

/// Where the lines of a text begin.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(position, _)| position + 1);
        Self {
            starts: core::iter::once(0).chain(breaks).collect(),
        }
    }

    /// Line and column of a byte position, both from 1 on.
    fn locate(&self, text: &str, position: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= position);
        let start = self.starts[line - 1];
        let before = text.get(start..position).unwrap_or_default();
        (line as u32, before.encode_utf16().count() as u32 + 1)
    }
}

fn text_error(text: &str, failure: &wast::Error) -> JsValue {
    let (line, column) = Lines::of(text).locate(text, failure.span().offset());
    let message = format!("line {line}, column {column}: {}", failure.message());
    let fields = ErrorFields {
        class: "CompileError",
        kind: Some("text"),
        line: Some(line),
        column: Some(column),
        ..ErrorFields::default()
    };
    error(&message, &fields)
}
