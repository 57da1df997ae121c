//! Breakpoints: setting them, and what there is of them.

use flight_runtime::{Breakpoint, Interpreter};
use flight_wasm::FuncIdx;

use super::command::Spot;
use super::{Debugger, Done, Problem};
use crate::functions::{self, function_name};

impl Debugger<'_> {
    pub(super) fn set_breakpoint(&mut self, spot: &Spot) -> Done {
        let offset = self.offset(spot)?;
        let instance = self.session.instance;
        let machine = &mut self.session.interpreter;
        let breakpoint = machine.add_breakpoint(instance, offset)?;
        self.show_breakpoint(breakpoint)
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
                Some(here) => Ok(here.offset),
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
            .into_iter()
            .try_for_each(|breakpoint| self.show_breakpoint(breakpoint))
    }

    pub(super) fn show_breakpoint(&mut self, breakpoint: Breakpoint) -> Done {
        let Breakpoint { function, offset } = breakpoint;
        let module = self.session.module();
        let name = function_name(module.function_name(FuncIdx(function)), function);
        let instructions = functions::instructions(module, FuncIdx(function));
        let text = instructions.iter().find(|(at, _)| *at == offset);
        let text = text.map_or("", |(_, text)| text);
        writeln!(self.out, "breakpoint: {name}  0x{offset:04x}  {text}")?;
        Ok(())
    }

    /// Whether there is a breakpoint where the machine stands.
    pub(super) fn at_breakpoint(&self) -> bool {
        let here = self.here();
        here.is_some_and(|here| self.breakpoints().contains(&here))
    }

    fn here(&self) -> Option<Breakpoint> {
        let frame = self.session.interpreter.frame(0)?;
        Some(Breakpoint {
            function: frame.function,
            offset: frame.offset?,
        })
    }

    fn breakpoints(&self) -> Vec<Breakpoint> {
        self.session.interpreter.breakpoints(self.session.instance)
    }
}
