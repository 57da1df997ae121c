//! What there is to see of a machine, printed.

use flight_runtime::{FrameView, State, Stop};
use flight_wasm::FuncIdx;

use super::{Debugger, Done, Problem};
use crate::functions::{self, function_name};
use crate::report;
use crate::values::{counted, name_text, value_text, values_text};

/// How many bytes stand on a line.
const LINE: u64 = 16;

impl Debugger<'_> {
    /// Says why the machine stopped, and where.
    pub(super) fn show_stop(&mut self, stop: Stop) -> Done {
        match stop {
            Stop::Breakpoint => write!(self.out, "breakpoint, ")?,
            Stop::Watchpoint => write!(self.out, "watchpoint, ")?,
            Stop::OutOfFuel => write!(self.out, "stopped after {} instructions, ", self.limit)?,
            Stop::Beginning => write!(self.out, "beginning of the record, ")?,
            Stop::Step | Stop::Log | Stop::AwaitingHost | Stop::Finished | Stop::Trapped => {}
        }
        self.show_place()?;
        if let Some(error) = self.session.interpreter.breakpoint_error() {
            writeln!(self.out, "{error}")?;
        }
        if stop == Stop::AwaitingHost {
            writeln!(self.out, "answer gives it results, fail lets it trap")?;
        }
        self.show_hits()
    }

    /// Says where the machine stands.
    pub(super) fn show_place(&mut self) -> Done {
        let machine = &self.session.interpreter;
        let instance = self.session.instance;
        let time = match machine.history().filter(|_| machine.in_past()) {
            Some(history) => format!("time {} of {}", machine.time(), history.end.time),
            None => format!("time {}", machine.time()),
        };
        let place = match machine.state() {
            State::Idle => "nothing is called".to_string(),
            State::Paused => self.paused_place(),
            State::AwaitingHost => match machine.host_call() {
                Some(call) => format!(
                    "calls {}({})",
                    name_text(&call.name),
                    values_text(machine, instance, &call.arguments)
                ),
                None => "an imported function is called".to_string(),
            },
            State::Finished => {
                let results = machine.results().unwrap_or_default();
                let results = values_text(machine, instance, results);
                format!("returned {results}").trim_end().to_string()
            }
            State::Trapped => format!("trap: {}", self.session.trap_report()),
        };
        writeln!(self.out, "{time}: {place}")?;
        Ok(())
    }

    fn paused_place(&self) -> String {
        let machine = &self.session.interpreter;
        let (Some(frame), Some(explanation)) = (machine.frame(0), machine.explain()) else {
            return "nowhere".to_string();
        };
        let name = function_name(frame.name.as_deref(), frame.function);
        let mut text = format!(
            "{name}  0x{:04x}  {}",
            explanation.offset, explanation.instruction
        );
        if !explanation.takes.is_empty() {
            text += "  takes ";
            text += &values_text(machine, self.session.instance, &explanation.takes);
        }
        text
    }

    pub(super) fn show_time(&mut self) -> Done {
        let machine = &self.session.interpreter;
        let here = machine.moment();
        write!(self.out, "time {}", here.time)?;
        if let Some(history) = machine.history() {
            let past = if machine.in_past() {
                ", in the past"
            } else {
                ""
            };
            let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
            write!(
                self.out,
                "{past}: the record goes from {} to {} and takes {} of {} MiB",
                history.begin.time,
                history.end.time,
                mebibytes(history.bytes),
                mebibytes(history.budget),
            )?;
        }
        writeln!(self.out)?;
        Ok(())
    }

    pub(super) fn show_frames(&mut self, most: usize) -> Done {
        let machine = &self.session.interpreter;
        if machine.depth() == 0 {
            writeln!(self.out, "no call is under way")?;
            return Ok(());
        }
        let calls = report::calls_under_way(machine, self.session.instance, most);
        writeln!(self.out, "{}", calls.trim_start())?;
        Ok(())
    }

    /// A frame by its distance from the innermost one.
    pub(super) fn frame(&self, distance: usize) -> Result<FrameView, Problem> {
        let machine = &self.session.interpreter;
        let frame = machine.frame(distance);
        frame.ok_or_else(|| {
            let depth = machine.depth();
            Problem::Told(match depth {
                0 => "no call is under way".to_string(),
                depth => format!("there is no frame {distance}: there are {depth}"),
            })
        })
    }

    pub(super) fn show_locals(&mut self, frame: usize) -> Done {
        let frame = self.frame(frame)?;
        if frame.locals.is_empty() {
            writeln!(self.out, "no locals")?;
        }
        for local in &frame.locals {
            let value = value_text(
                &self.session.interpreter,
                self.session.instance,
                local.value,
            );
            let kind = if local.parameter { "param" } else { "local" };
            let name = local.name.as_deref().map_or(String::new(), name_text);
            writeln!(
                self.out,
                "{:>4}  {kind}  {:<9}  {name:<12}  {value}",
                local.index,
                local.value.ty().to_string(),
            )?;
        }
        Ok(())
    }

    pub(super) fn show_stack(&mut self, frame: usize) -> Done {
        let frame = self.frame(frame)?;
        if frame.operands.is_empty() {
            writeln!(self.out, "no operands")?;
        }
        for (position, value) in frame.operands.iter().enumerate().rev() {
            let text = value_text(&self.session.interpreter, self.session.instance, *value);
            let ty = value.ty().to_string();
            writeln!(self.out, "{position:>4}  {ty:<9}  {text}")?;
        }
        Ok(())
    }

    /// A memory's size in bytes.
    ///
    /// # Errors
    /// If it does not reach to an address.
    pub(super) fn memory_reaches(&self, address: u64, memory: u32) -> Result<u64, Problem> {
        let machine = &self.session.interpreter;
        let size = machine.memory_size(self.session.instance, memory)?;
        if address < size {
            return Ok(size);
        }
        let wrong = format!("address 0x{address:x} is past the end: the memory has {size} bytes");
        Err(wrong.into())
    }

    pub(super) fn show_memory(&mut self, address: u64, length: u64, memory: u32) -> Done {
        let machine = &self.session.interpreter;
        let instance = self.session.instance;
        let size = self.memory_reaches(address, memory)?;
        let there = length.min(size - address);
        let bytes = machine.read_memory(instance, memory, address, there)?;
        for (line, chunk) in bytes.chunks(LINE as usize).enumerate() {
            let digits: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
            let (left, right) = digits.split_at(digits.len().min(LINE as usize / 2));
            let text = |byte: &u8| match byte {
                0x20..=0x7e => char::from(*byte),
                _ => '.',
            };
            let text: String = chunk.iter().map(text).collect();
            writeln!(
                self.out,
                "0x{:08x}  {:<23}  {:<23}  |{text}|",
                address + line as u64 * LINE,
                left.join(" "),
                right.join(" "),
            )?;
        }
        if there < length {
            writeln!(self.out, "the memory ends here: it has {size} bytes")?;
        }
        Ok(())
    }

    pub(super) fn show_globals(&mut self) -> Done {
        let machine = &self.session.interpreter;
        let globals = machine.globals(self.session.instance);
        if globals.is_empty() {
            writeln!(self.out, "no globals")?;
        }
        for global in globals {
            let name = global.name.as_deref().map_or(String::new(), name_text);
            writeln!(
                self.out,
                "{:>4}  {:<5}  {:<9}  {name:<12}  {}",
                global.index,
                if global.mutable { "mut" } else { "const" },
                global.value.ty().to_string(),
                value_text(machine, self.session.instance, global.value),
            )?;
        }
        Ok(())
    }

    pub(super) fn show_table(&mut self, table: u32, first: u64, count: u64) -> Done {
        let machine = &self.session.interpreter;
        let instance = self.session.instance;
        let size = machine.table_type(instance, table)?.limits.minimum;
        let end = first.saturating_add(count).min(size);
        for entry in first..end {
            let value = machine.table_entry(instance, table, entry)?;
            let text = value.map_or(String::new(), |value| value_text(machine, instance, value));
            writeln!(self.out, "{entry:>4}  {text}")?;
        }
        let size = counted(size, "entry", "entries");
        writeln!(self.out, "the table has {size}")?;
        Ok(())
    }

    pub(super) fn explain(&mut self) -> Done {
        let machine = &self.session.interpreter;
        match (machine.explain(), machine.trap()) {
            (Some(explanation), _) => writeln!(self.out, "{}", explanation.text)?,
            (None, Some(trap)) => writeln!(
                self.out,
                "{}: {}",
                trap.kind.message(),
                name_text(&trap.explanation)
            )?,
            (None, None) => self.show_place()?,
        }
        Ok(())
    }

    pub(super) fn show_code(&mut self, around: usize, frame: usize) -> Done {
        let frame = self.frame(frame)?;
        let Some(here) = frame.offset else {
            return Err("it is an imported function's frame: it has no code"
                .to_string()
                .into());
        };
        let instance = frame.instance.unwrap_or(self.session.instance);
        let module = self.session.interpreter.module(instance);
        let instructions = functions::instructions(module, FuncIdx(frame.function));
        let position = instructions.partition_point(|(offset, _)| *offset < here);
        let end = position.saturating_add(around).saturating_add(1);
        let shown = position.saturating_sub(around)..end.min(instructions.len());
        let breakpoints = self.session.interpreter.breakpoints(instance);
        for (offset, text) in &instructions[shown] {
            let mark = if *offset == here { '>' } else { ' ' };
            let has_breakpoint = breakpoints.iter().any(|at| at.offset == *offset);
            let breakpoint = if has_breakpoint { '*' } else { ' ' };
            writeln!(self.out, "{mark}{breakpoint} 0x{offset:04x}  {text}")?;
        }
        Ok(())
    }
}
