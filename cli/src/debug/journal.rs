//! What was done to the machine, as it is recorded.

use flight_runtime::{Action, FuncRef, Value};

use super::{Debugger, Done};
use crate::values::{counted, name_text, value_text, values_text};

impl Debugger<'_> {
    pub(super) fn show_journal(&mut self, around: usize) -> Done {
        let machine = &self.session.interpreter;
        let entries = machine.journal();
        let all = machine.history().map_or(0, |history| history.end.actions);
        let later = usize::try_from(all - machine.moment().actions).unwrap_or(usize::MAX);
        let now = entries.len().saturating_sub(later);
        let first = now.saturating_sub(around);
        let end = now.saturating_add(around).min(entries.len());
        if first > 0 {
            writeln!(self.out, "      {first} earlier")?;
        }
        for (position, entry) in entries.iter().enumerate().take(end).skip(first) {
            if position == now {
                writeln!(self.out, "      now, at time {}", machine.time())?;
            }
            writeln!(
                self.out,
                "{:>4}  {}",
                entry.time,
                self.action(&entry.action)
            )?;
        }
        match entries.len() - end {
            0 if entries.is_empty() => writeln!(self.out, "nothing was done")?,
            0 => {}
            left => writeln!(self.out, "      {left} later")?,
        }
        Ok(())
    }

    /// What was done, in words.
    pub(super) fn action(&self, action: &Action) -> String {
        let machine = &self.session.interpreter;
        let value = |value: &Value| value_text(machine, self.session.instance, *value);
        let values = |values: &[Value]| values_text(machine, self.session.instance, values);
        let name = |func: &FuncRef| match machine.function_name(*func) {
            Some(name) => name_text(name),
            None => value(&Value::FuncRef(Some(*func))),
        };
        match action {
            Action::Start {
                function,
                arguments,
            } => format!("call {}({})", name(function), values(arguments)),
            Action::Answer {
                function,
                arguments,
                results,
            } => format!(
                "answer {}({}) -> {}",
                name(function),
                values(arguments),
                match results.is_empty() {
                    true => "nothing".to_string(),
                    false => values(results),
                }
            ),
            Action::Fail {
                function,
                arguments,
                explanation,
                ..
            } => format!(
                "failure of {}({}): {}",
                name(function),
                values(arguments),
                name_text(explanation)
            ),
            Action::Throw {
                function,
                arguments,
                tag,
                thrown,
                caught,
            } => format!(
                "exception of {}({}): {}({}), {}",
                name(function),
                values(arguments),
                match machine.tag_name(*tag) {
                    Some(tag) => name_text(&tag),
                    None => "tag".to_string(),
                },
                values(thrown),
                match caught {
                    true => "caught",
                    false => "not caught",
                }
            ),
            Action::TakeResults { .. } => "the results are taken".to_string(),
            Action::Unwind => "the innermost call is dropped".to_string(),
            Action::Reset => "all calls are dropped".to_string(),
            Action::LeaveNested { depth } => format!("calls are dropped down to {depth}"),
            Action::WriteMemory {
                memory,
                address,
                bytes,
            } => format!(
                "memory{memory}: {} written at 0x{address:x}",
                counted(bytes.len() as u64, "byte", "bytes")
            ),
            Action::GrowMemory { memory, delta } => {
                format!(
                    "memory{memory}: grown by {}",
                    counted(*delta, "page", "pages")
                )
            }
            Action::SetGlobal { global, value: new } => format!("global{global} = {}", value(new)),
            Action::SetTableEntry {
                table,
                entry,
                value: new,
            } => format!("table{table}: entry {entry} = {}", value(new)),
            Action::GrowTable { table, delta, .. } => {
                format!(
                    "table{table}: grown by {}",
                    counted(*delta, "entry", "entries")
                )
            }
            Action::SetLocal {
                distance,
                index,
                value: new,
            } => format!("frame {distance}: local{index} = {}", value(new)),
            Action::SetOperand {
                distance,
                position,
                value: new,
            } => format!("frame {distance}: operand {position} = {}", value(new)),
            Action::Keep(object) => format!("object {} is kept", object.handle),
            Action::Release(object) => format!("object {} is released", object.handle),
            Action::CollectGarbage => "garbage is collected".to_string(),
            other => format!("{other:?}"),
        }
    }
}
