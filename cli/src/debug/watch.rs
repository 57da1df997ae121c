//! Watchpoints: setting them, and what they have stopped for.

use flight_runtime::{WatchAccess, WatchHit, WatchKind, WatchValue, Watched, Watchpoint};
use flight_wasm::{FuncIdx, GlobalIdx, LocalIdx};

use super::command::{LocalOfFunction, Subject};
use super::set::position;
use super::{Debugger, Done, Problem};
use crate::functions::{self, function_name};
use crate::values::{counted, name_text, value_text};

/// No function has more locals. Spec: js-api, implementation-defined limits
const MOST_LOCALS: u32 = 50_000;

impl Debugger<'_> {
    pub(super) fn set_watchpoint(
        &mut self,
        subject: Subject<LocalOfFunction>,
        kind: WatchKind,
    ) -> Done {
        let watched = self.watched(subject)?;
        let machine = &mut self.session.interpreter;
        let id = machine.add_watchpoint(watched, kind)?;
        let point = Watchpoint { id, watched, kind };
        self.show_watchpoint(point)
    }

    fn watched(&self, subject: Subject<LocalOfFunction>) -> Result<Watched, Problem> {
        let instance = self.session.instance;
        Ok(match subject {
            Subject::Memory {
                address,
                length,
                memory,
            } => Watched::Memory {
                instance,
                memory,
                address,
                length,
            },
            Subject::Global(global) => Watched::Global {
                instance,
                index: self.global(&global)?,
            },
            Subject::Local(LocalOfFunction { local, function }) => {
                let module = self.session.module();
                let function = match function {
                    Some(function) => functions::find(module, &function)?,
                    None => match self.frame(0)? {
                        frame if frame.host => {
                            return Err("an imported function has no locals".to_string().into());
                        }
                        frame => FuncIdx(frame.function),
                    },
                };
                let name = |index| Some(module.names().local(function, LocalIdx(index))?.into());
                let names = (0..MOST_LOCALS).map(|index| (index, name(index)));
                let index = position("local", &local, names)?;
                Watched::Local {
                    instance,
                    function: function.0,
                    index,
                }
            }
            Subject::Table {
                entry,
                count,
                table,
            } => Watched::Table {
                instance,
                table,
                entry,
                count,
            },
        })
    }

    /// A global's index by that or its name.
    pub(super) fn global(&self, global: &str) -> Result<u32, Problem> {
        let globals = self.session.interpreter.globals(self.session.instance);
        let names = globals.into_iter().map(|view| (view.index, view.name));
        position("global", global, names)
    }

    pub(super) fn delete_watchpoint(&mut self, id: Option<u32>) -> Done {
        let machine = &mut self.session.interpreter;
        let ids: Vec<u32> = match id {
            Some(id) => vec![id],
            None => machine.watchpoints().iter().map(|point| point.id).collect(),
        };
        match ids
            .into_iter()
            .filter(|id| machine.remove_watchpoint(*id))
            .count()
        {
            0 => Err("there is no such watchpoint; watches lists them"
                .to_string()
                .into()),
            1 => Ok(writeln!(self.out, "1 watchpoint was taken away")?),
            count => Ok(writeln!(self.out, "{count} watchpoints were taken away")?),
        }
    }

    pub(super) fn show_watchpoints(&mut self) -> Done {
        let points = self.session.interpreter.watchpoints().to_vec();
        if points.is_empty() {
            writeln!(self.out, "no watchpoints")?;
        }
        points
            .into_iter()
            .try_for_each(|point| self.show_watchpoint(point))
    }

    fn show_watchpoint(&mut self, point: Watchpoint) -> Done {
        let kind = match point.kind {
            WatchKind::Read => "reads",
            WatchKind::Write => "writes",
            WatchKind::Access => "accesses",
            WatchKind::Change => "changes",
        };
        let what = self.thing(&point.watched);
        writeln!(self.out, "watchpoint {}: {kind} of {what}", point.id)?;
        Ok(())
    }

    /// What is watched, in words.
    fn thing(&self, watched: &Watched) -> String {
        match *watched {
            Watched::Memory {
                memory,
                address,
                length,
                ..
            } => format!(
                "memory{memory} at 0x{address:x} ({})",
                counted(length, "byte", "bytes")
            ),
            Watched::Global { instance, index } => {
                let global = GlobalIdx(index);
                let globals = self.session.interpreter.globals(instance);
                let found = globals.into_iter().find(|view| view.index == index);
                let name = found.and_then(|view| view.name);
                name.map_or(global.to_string(), |name| name_text(&name))
            }
            Watched::Local {
                instance,
                function,
                index,
            } => {
                let module = self.session.interpreter.module(instance);
                let (func, local) = (FuncIdx(function), LocalIdx(index));
                let name = module.names().local(func, local);
                format!(
                    "{} of {}",
                    name.map_or(local.to_string(), name_text),
                    function_name(module.function_name(func), function)
                )
            }
            Watched::Table {
                table,
                entry,
                count,
                ..
            } => format!(
                "table{table} at {entry} ({})",
                counted(count, "entry", "entries")
            ),
        }
    }

    /// Says what the last step or run has accessed of what is watched.
    pub(super) fn show_hits(&mut self) -> Done {
        for hit in self.session.interpreter.watch_hits().to_vec() {
            let WatchHit {
                watchpoint,
                access,
                time,
                instance,
                function,
                offset,
                instruction,
                old,
                new,
                ..
            } = hit;
            let module = self.session.interpreter.module(instance);
            let name = function_name(module.function_name(FuncIdx(function)), function);
            let what = self.thing(&watchpoint.watched);
            let happened = match access {
                WatchAccess::Read => format!("read: {}", self.held(&new)),
                WatchAccess::Write => {
                    format!("written: {}, was {}", self.held(&new), self.held(&old))
                }
            };
            writeln!(
                self.out,
                "  watchpoint {}: {what}\n    {happened}\n    at time {time} by {name}  0x{offset:04x}  {instruction}",
                watchpoint.id
            )?;
        }
        Ok(())
    }

    /// What a watched thing held.
    pub(super) fn held(&self, value: &WatchValue) -> String {
        let text = |value| value_text(&self.session.interpreter, self.session.instance, value);
        match value {
            WatchValue::Value(value) => text(*value),
            WatchValue::Entry { entry, value } => format!("{} in entry {entry}", text(*value)),
            WatchValue::Bytes { address, bytes } => {
                let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{} at 0x{address:x}", bytes.join(" "))
            }
        }
    }
}
