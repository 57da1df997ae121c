//! The text format: from text to bytes, with each instruction's place in the text.

use flight_runtime::LoadError;
use flight_wasm::wasmparser::{Parser, Payload};
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
    pub(crate) fn map(&self, text: &str) -> Vec<TextPosition> {
        let lines = Lines::of(text);
        let position = |(offset, position): (u32, &usize)| {
            let (line, column) = lines.locate(text, *position);
            TextPosition {
                line,
                column,
                offset,
            }
        };
        let functions = self.offsets().into_iter().zip(&self.functions);
        functions
            .flat_map(|(offsets, places)| offsets.into_iter().zip(places))
            .map(position)
            .collect()
    }

    /// The offsets of the instructions of each function, whether or not they are valid.
    fn offsets(&self) -> Vec<Vec<u32>> {
        let mut functions = Vec::new();
        for payload in Parser::new(0).parse_all(&self.bytes) {
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

    /// The error for a module that is not valid: with the place in the text of the instruction at its offset.
    pub(crate) fn load_error(&self, text: &str, failure: &LoadError) -> JsValue {
        let at_or_before = |position: &&TextPosition| u64::from(position.offset) <= failure.offset;
        let map = self.map(text);
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
