//! Breakpoints: setting them, what there is of them, and what they print; expressions.

use flight_runtime::{Breakpoint, BreakpointOptions, Interpreter, TakenLog};
use flight_wasm::FuncIdx;

use super::command::{BreakOptions, Spot};
use super::{Debugger, Done, Problem};
use crate::functions::{self, function_name};
use crate::values::counted;

impl Debugger<'_> {
    pub(super) fn set_breakpoint(&mut self, spot: &Spot, options: &BreakOptions) -> Done {
        let offset = self.offset(spot)?;
        let instance = self.session.instance;
        let machine = &mut self.session.interpreter;
        let options = BreakpointOptions {
            condition: options.condition.as_deref(),
            hits: options.hits,
            log: options.log.as_deref(),
        };
        let breakpoint = machine.add_breakpoint_with(instance, offset, options)?;
        self.show_breakpoint(&breakpoint)
    }

    /// Prints what breakpoints have written.
    pub(super) fn show_log(&mut self) -> Done {
        let TakenLog { messages, lost } = self.session.interpreter.take_log();
        for message in messages {
            writeln!(self.out, "time {}: {}", message.time, message.text)?;
        }
        if lost > 0 {
            let lost = counted(lost, "message", "messages");
            writeln!(self.out, "note: there was no room for {lost}")?;
        }
        Ok(())
    }

    /// Evaluates an expression and prints its value.
    pub(super) fn print(&mut self, expression: &str) -> Done {
        let machine = &self.session.interpreter;
        let value = match machine.depth() {
            0 => machine.evaluate_outside(expression, self.session.instance)?,
            _ => machine.evaluate(expression, 0)?,
        };
        writeln!(self.out, "{value}")?;
        Ok(())
    }

    pub(super) fn delete_breakpoint(&mut self, spot: &Spot) -> Done {
        let instance = self.session.instance;
        let offsets = match spot {
            Spot::All => self.breakpoints().iter().map(|at| at.offset).collect(),
            spot => vec![self.offset(spot)?],
        };
        let machine = &mut self.session.interpreter;
        let is_removed = |offset: &u32| machine.remove_breakpoint(instance, *offset);
        match offsets.into_iter().filter(is_removed).count() {
            0 => Err("there is no such breakpoint; breaks lists them"
                .to_string()
                .into()),
            1 => Ok(writeln!(self.out, "1 breakpoint was taken away")?),
            count => Ok(writeln!(self.out, "{count} breakpoints were taken away")?),
        }
    }

    /// The offset of the instruction that is meant.
    fn offset(&self, spot: &Spot) -> Result<u32, Problem> {
        match spot {
            Spot::Offset(offset) => Ok(*offset),
            Spot::Here | Spot::All => match self.here() {
                Some((_, offset)) => Ok(offset),
                None => Err("the machine stands before no instruction"
                    .to_string()
                    .into()),
            },
            Spot::Function(name) => {
                let module = self.session.module();
                let function = functions::find(module, name)?;
                let offsets = Interpreter::instruction_offsets(module, function);
                let first = offsets.first().copied();
                first.ok_or_else(|| "the function has no instruction".to_string().into())
            }
        }
    }

    pub(super) fn show_breakpoints(&mut self) -> Done {
        let breakpoints = self.breakpoints();
        if breakpoints.is_empty() {
            writeln!(self.out, "no breakpoints")?;
        }
        breakpoints
            .iter()
            .try_for_each(|breakpoint| self.show_breakpoint(breakpoint))
    }

    pub(super) fn show_breakpoint(&mut self, breakpoint: &Breakpoint) -> Done {
        let (function, offset) = (breakpoint.function, breakpoint.offset);
        let module = self.session.module();
        let name = function_name(module.function_name(FuncIdx(function)), function);
        let instructions = functions::instructions(module, FuncIdx(function));
        let text = instructions.iter().find(|(at, _)| *at == offset);
        let text = text.map_or("", |(_, text)| text);
        writeln!(self.out, "breakpoint: {name}  0x{offset:04x}  {text}")?;
        if let Some(condition) = &breakpoint.condition {
            writeln!(self.out, "  if {condition}")?;
        }
        if breakpoint.hits > 1 {
            writeln!(self.out, "  hits {}", breakpoint.hits)?;
        }
        if let Some(log) = &breakpoint.log {
            writeln!(self.out, "  log {log}")?;
        }
        if breakpoint.count > 0 {
            let times = counted(breakpoint.count, "time", "times");
            writeln!(self.out, "  reached {times}")?;
        }
        Ok(())
    }

    /// Whether there is a breakpoint where the machine stands at the beginning of a call that stops it there.
    pub(super) fn at_breakpoint(&self) -> bool {
        let Some((function, offset)) = self.here() else {
            return false;
        };
        let breakpoints = self.breakpoints();
        let here = breakpoints
            .iter()
            .find(|at| (at.function, at.offset) == (function, offset));
        here.is_some_and(|here| {
            let holds = |condition: &str| {
                let value = self.session.interpreter.evaluate(condition, 0);
                // What is wrong with it is told by stopping.
                value.map_or(true, |value| value.is_true())
            };
            here.log.is_none() && here.hits <= 1 && here.condition.as_deref().is_none_or(holds)
        })
    }

    /// The function of the instruction that the machine stands before, and its offset.
    fn here(&self) -> Option<(u32, u32)> {
        let frame = self.session.interpreter.frame(0)?;
        Some((frame.function, frame.offset?))
    }

    fn breakpoints(&self) -> Vec<Breakpoint> {
        self.session.interpreter.breakpoints(self.session.instance)
    }
}
