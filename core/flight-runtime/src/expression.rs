//! Expressions over a machine that rests: the conditions of breakpoints, and what log messages tell.
//!
//! How they are written and what they mean stands at [`BreakpointOptions`](crate::BreakpointOptions).
//!
//! An expression is read by a parser with a bound on depth (`expression/parser.rs`) into a list of operations for a
//! stack (`expression/program.rs`).

use alloc::boxed::Box;
use alloc::string::String;

use crate::interpreter::{InstanceId, Interpreter};
use crate::{Error, Result};

mod compute;
mod decimal;
mod lexer;
mod parser;
mod program;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod value;

pub use value::Evaluated;

pub(crate) use program::Program;
pub(crate) use scope::Scope;
pub(crate) use template::Template;

/// How many bytes an expression or a log message has at most.
const LONGEST: usize = 4096;

/// A mistake in an expression, or why it cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The byte of the text that it is about.
    at: usize,
    message: String,
}

impl Wrong {
    fn new(at: usize, message: String) -> Self {
        Self { at, message }
    }

    /// The error that names the text in which it is.
    fn in_text(self, what: &'static str, text: &str) -> Error {
        let before = text.get(..self.at).unwrap_or(text);
        Error::Expression {
            what,
            column: before.chars().count() as u32 + 1,
            message: self.message,
        }
    }
}

fn must_be_short(text: &str) -> Result<(), Wrong> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    let why = alloc::format!("it is longer than {LONGEST} bytes");
    Err(Wrong::new(0, why))
}

/// The condition of a breakpoint.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) text: Box<str>,
    program: Program,
}

impl Condition {
    pub(crate) fn new(text: &str, scope: &Scope<'_>) -> Result<Self> {
        let program = parser::expression(text, scope);
        Ok(Self {
            text: text.into(),
            program: program.map_err(|wrong| wrong.in_text("condition", text))?,
        })
    }

    /// Whether it holds in the innermost frame.
    ///
    /// # Errors
    /// [`Error::Expression`].
    pub(crate) fn holds(&self, machine: &Interpreter) -> Result<bool> {
        let base = machine.context.frames.last().map_or(0, |top| top.base);
        let value = self.program.evaluate(machine, base);
        let value = value.map_err(|wrong| wrong.in_text("condition", &self.text))?;
        Ok(value.is_true())
    }
}

/// The message that a breakpoint logs.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) text: Box<str>,
    template: Template,
}

impl Log {
    pub(crate) fn new(text: &str, scope: &Scope<'_>) -> Result<Self> {
        let template = Template::new(text, scope);
        Ok(Self {
            text: text.into(),
            template: template.map_err(|wrong| wrong.in_text("log", text))?,
        })
    }

    /// The message in the innermost frame.
    pub(crate) fn message(&self, machine: &Interpreter) -> String {
        let base = machine.context.frames.last().map_or(0, |top| top.base);
        self.template.write(machine, base)
    }
}

impl Interpreter {
    /// Evaluates an expression at the frame at a distance from the innermost one, wherever the machine rests.
    /// Nothing is changed.
    ///
    /// What can be written is what the conditions of breakpoints can be made of; see
    /// [`BreakpointOptions`](crate::BreakpointOptions). In a frame that waits for a call to return `stack[0]` is the
    /// topmost operand below the call's arguments. A host function's frame has its arguments as locals, and no operands;
    /// globals and memories are those of the instance that called it.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such frame; [`Error::Expression`].
    pub fn evaluate(&self, expression: &str, distance: usize) -> Result<Evaluated> {
        let scope = self.scope_of_frame(distance)?;
        let base = scope.base();
        self.evaluate_in(expression, &scope, base)
    }

    /// The same where there is no frame, or whatever frames there are: an expression over an instance's globals and
    /// memories.
    ///
    /// # Errors
    /// [`Error::Expression`].
    pub fn evaluate_outside(&self, expression: &str, instance: InstanceId) -> Result<Evaluated> {
        let scope = Scope::outside(self, instance);
        self.evaluate_in(expression, &scope, 0)
    }

    fn evaluate_in(&self, text: &str, scope: &Scope<'_>, base: u32) -> Result<Evaluated> {
        let program = parser::expression(text, scope);
        let value = program.and_then(|program| program.evaluate(self, base));
        value.map_err(|wrong| wrong.in_text("expression", text))
    }
}
