//! Log messages: text with expressions in braces.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

use super::parser::Parser;
use super::program::Program;
use super::scope::Scope;
use super::{Wrong, must_be_short};
use crate::interpreter::Interpreter;

/// A log message whose expressions have been read and checked.
#[derive(Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Expression { program: Program, hexadecimal: bool },
}

impl Template {
    pub(super) fn new(text: &str, scope: &Scope<'_>) -> Result<Self, Wrong> {
        must_be_short(text)?;
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut next = 0;
        while let Some(found) = text[next..].find(['{', '}']) {
            let brace = next + found;
            plain += &text[next..brace];
            let rest = &text[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain += &rest[..1];
                next = brace + 2;
                continue;
            }
            if rest.starts_with('}') {
                let why = "no brace is open here: `}}` writes one";
                return Err(Wrong::new(brace, why.into()));
            }
            parts.push(Part::Text(core::mem::take(&mut plain)));
            let (part, behind) = expression(text, brace + 1, scope)?;
            parts.push(part);
            next = behind;
        }
        plain += &text[next..];
        parts.push(Part::Text(plain));
        Ok(Self { parts })
    }

    /// The message with the frame that begins at a slot.
    pub(super) fn write(&self, machine: &Interpreter, base: u32) -> String {
        let mut message = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => message += text,
                Part::Expression {
                    program,
                    hexadecimal,
                } => match program.evaluate(machine, base) {
                    Ok(value) if *hexadecimal => message += &value.hexadecimal(),
                    Ok(value) => message += &value.to_string(),
                    Err(wrong) => {
                        // Writing to a string does not fail.
                        let _ = write!(message, "<{}>", wrong.message);
                    }
                },
            }
        }
        message
    }
}

/// Reads an expression from a byte on, and what is behind it up to the brace: also the byte behind that.
fn expression(text: &str, begin: usize, scope: &Scope<'_>) -> Result<(Part, usize), Wrong> {
    let mut parser = Parser::new(text, begin, scope)?;
    let ty = parser.expression()?;
    let hexadecimal = parser.is(":");
    if hexadecimal {
        let at = parser.position();
        parser.takes(":")?;
        if !parser.takes_word("x")? {
            return Err(parser.unexpected("`x`"));
        }
        if !ty.is_integer() {
            let why = alloc::format!(
                "only integers are written in hexadecimal, not {}",
                ty.name()
            );
            return Err(Wrong::new(at, why));
        }
    }
    if !parser.is("}") {
        return Err(parser.unexpected("`}`"));
    }
    let behind = parser.position();
    let part = Part::Expression {
        program: parser.program,
        hexadecimal,
    };
    Ok((part, behind))
}
