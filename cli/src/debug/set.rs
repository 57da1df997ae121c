//! Changes by hand.

use flight_runtime::{LocalView, Value, ValueType};

use super::command::Change;
use super::{Debugger, Done, Problem};
use crate::values::{name_text, parse_one, value_text};

impl Debugger<'_> {
    pub(super) fn set(&mut self, change: Change) -> Done {
        match change {
            Change::Local {
                local,
                value,
                frame,
            } => self.set_local(&local, &value, frame),
            Change::Stack {
                position,
                value,
                frame,
            } => self.set_operand(position, &value, frame),
            Change::Global { global, value } => self.set_global(&global, &value),
            Change::Memory {
                address,
                bytes,
                memory,
            } => {
                let instance = self.session.instance;
                let machine = &mut self.session.interpreter;
                machine.write_memory(instance, memory, address, &bytes)?;
                self.show_memory(address, bytes.len() as u64, memory)
            }
            Change::Table {
                entry,
                value,
                table,
            } => self.set_table_entry(entry, &value, table),
        }
    }

    fn set_local(&mut self, local: &str, value: &str, distance: usize) -> Done {
        let frame = self.frame(distance)?;
        let names = |view: &LocalView| (view.index, view.name.clone());
        let names = frame.locals.iter().map(names);
        let index = position("local", local, names)?;
        let found = frame.locals.get(index as usize);
        let (value, label) = match found {
            Some(found) => {
                let label = match &found.name {
                    Some(name) => name_text(name),
                    None => format!("local{index}"),
                };
                (self.value(found.value.ty(), value)?, label)
            }
            // The engine says what is wrong with it.
            None => (Value::I32(0), String::new()),
        };
        let machine = &mut self.session.interpreter;
        machine.set_local(distance, index, value)?;
        self.tell_change(&label, found.map(|found| found.value), value)
    }

    fn set_operand(&mut self, position: u32, value: &str, distance: usize) -> Done {
        let frame = self.frame(distance)?;
        let old = frame.operands.get(position as usize).copied();
        let value = match old {
            Some(old) => self.value(old.ty(), value)?,
            // The engine says what is wrong with it.
            None => Value::I32(0),
        };
        let machine = &mut self.session.interpreter;
        machine.set_operand(distance, position, value)?;
        self.tell_change(&format!("operand {position}"), old, value)
    }

    fn set_global(&mut self, global: &str, value: &str) -> Done {
        let instance = self.session.instance;
        let globals = self.session.interpreter.globals(instance);
        let names = globals.iter().map(|view| (view.index, view.name.clone()));
        let index = position("global", global, names)?;
        let found = globals.get(index as usize);
        let (value, label) = match found {
            Some(found) => {
                let label = match &found.name {
                    Some(name) => name_text(name),
                    None => format!("global{index}"),
                };
                (self.value(found.value.ty(), value)?, label)
            }
            // The engine says what is wrong with it.
            None => (Value::I32(0), String::new()),
        };
        let machine = &mut self.session.interpreter;
        machine.set_global(instance, index, value)?;
        self.tell_change(&label, found.map(|found| found.value), value)
    }

    fn set_table_entry(&mut self, entry: u64, value: &str, table: u32) -> Done {
        let instance = self.session.instance;
        let machine = &self.session.interpreter;
        let ty = ValueType::Ref(machine.table_type(instance, table)?.element);
        let old = machine.table_entry(instance, table, entry)?;
        let value = self.value(old.map_or(ty, |old| old.ty()), value)?;
        let machine = &mut self.session.interpreter;
        machine.set_table_entry(instance, table, entry, value)?;
        self.tell_change(&format!("entry {entry}"), old, value)
    }

    fn value(&self, ty: ValueType, text: &str) -> Result<Value, Problem> {
        let read = parse_one(&self.session.interpreter, self.session.instance, ty, text);
        Ok(read?)
    }

    fn tell_change(&mut self, what: &str, old: Option<Value>, new: Value) -> Done {
        let text = |value| value_text(&self.session.interpreter, self.session.instance, value);
        let old = old.map_or(String::new(), |old| format!(", was {}", text(old)));
        let new = text(new);
        writeln!(self.out, "{what} = {new}{old}")?;
        Ok(())
    }
}

/// The index that is meant by an index or a name.
pub(super) fn position(
    what: &str,
    wanted: &str,
    names: impl Iterator<Item = (u32, Option<Box<str>>)>,
) -> Result<u32, Problem> {
    if let Ok(index) = wanted.parse() {
        return Ok(index);
    }
    let mut named = names.filter(|(_, name)| name.as_deref() == Some(wanted));
    match (named.next(), named.next()) {
        (Some((index, _)), None) => Ok(index),
        (None, _) => Err(format!("there is no {what} \"{}\"", name_text(wanted)).into()),
        _ => Err(format!(
            "several are called \"{}\": name its index",
            name_text(wanted)
        )
        .into()),
    }
}
