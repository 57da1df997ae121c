//! The journal as bytes.

use flight_wasm::{FuncRef, ObjectRef};

use crate::TagRef;
use crate::codec::{Read, Reader, Writer};
use crate::history::{Action, Entry, Moment};

impl Writer {
    pub(super) fn moment(&mut self, moment: Moment) {
        let Moment {
            time,
            actions,
            trapped,
        } = moment;
        self.number(time);
        self.number(actions);
        self.flag(trapped);
    }

    /// Writes an entry, with its time as the distance from that of the one before.
    pub(super) fn entry(&mut self, entry: &Entry, before: u64) {
        let Entry {
            time,
            state,
            action,
        } = entry;
        self.number(time - before);
        self.state(*state);
        self.action(action);
    }

    fn action(&mut self, action: &Action) {
        match action {
            Action::Start {
                function,
                arguments,
            } => {
                self.byte(0);
                self.number(function.0.into());
                self.values(arguments);
            }
            Action::Answer {
                function,
                arguments,
                results,
            } => {
                self.byte(1);
                self.number(function.0.into());
                self.values(arguments);
                self.values(results);
            }
            Action::Fail {
                function,
                arguments,
                kind,
                explanation,
            } => {
                self.byte(2);
                self.number(function.0.into());
                self.values(arguments);
                self.trap_kind(*kind);
                self.text(explanation);
            }
            Action::TakeResults { results } => {
                self.byte(3);
                self.values(results);
            }
            Action::Unwind => self.byte(4),
            Action::Reset => self.byte(5),
            Action::LeaveNested { depth } => {
                self.byte(6);
                self.number(*depth as u64);
            }
            Action::WriteMemory {
                memory,
                address,
                bytes,
            } => {
                self.byte(7);
                self.number((*memory).into());
                self.number(*address);
                self.bytes(bytes);
            }
            Action::GrowMemory { memory, delta } => {
                self.byte(8);
                self.number((*memory).into());
                self.number(*delta);
            }
            Action::SetGlobal { global, value } => {
                self.byte(9);
                self.number((*global).into());
                self.value(*value);
            }
            Action::SetTableEntry {
                table,
                entry,
                value,
            } => {
                self.byte(10);
                self.number((*table).into());
                self.number(*entry);
                self.value(*value);
            }
            Action::GrowTable {
                table,
                delta,
                value,
            } => {
                self.byte(11);
                self.number((*table).into());
                self.number(*delta);
                self.value(*value);
            }
            Action::SetLocal {
                distance,
                index,
                value,
            } => {
                self.byte(12);
                self.number(*distance as u64);
                self.number((*index).into());
                self.value(*value);
            }
            Action::SetOperand {
                distance,
                position,
                value,
            } => {
                self.byte(13);
                self.number(*distance as u64);
                self.number((*position).into());
                self.value(*value);
            }
            Action::Keep(object) => {
                self.byte(14);
                self.object(*object);
            }
            Action::Release(object) => {
                self.byte(15);
                self.object(*object);
            }
            Action::CollectGarbage => self.byte(16),
            Action::Throw {
                function,
                arguments,
                tag,
                thrown,
                caught,
            } => {
                self.byte(17);
                self.number(function.0.into());
                self.values(arguments);
                self.number(tag.0.into());
                self.values(thrown);
                self.flag(*caught);
            }
        }
    }

    fn object(&mut self, object: ObjectRef) {
        self.number(object.handle.into());
        self.number(object.generation.into());
    }
}

impl Reader<'_> {
    pub(super) fn moment(&mut self) -> Read<Moment> {
        Ok(Moment {
            time: self.number()?,
            actions: self.number()?,
            trapped: self.flag()?,
        })
    }

    pub(super) fn entry(&mut self, before: u64) -> Read<Entry> {
        let begin = self.clone();
        let later = self.number()?;
        let time = before
            .checked_add(later)
            .filter(|time| *time <= i64::MAX as u64)
            .ok_or_else(|| begin.wrong("nothing can have happened so late"))?;
        Ok(Entry {
            time,
            state: self.state()?,
            action: self.action()?,
        })
    }

    fn action(&mut self) -> Read<Action> {
        let begin = self.clone();
        Ok(match self.byte()? {
            0 => Action::Start {
                function: FuncRef(self.small()?),
                arguments: self.values()?.into(),
            },
            1 => Action::Answer {
                function: FuncRef(self.small()?),
                arguments: self.values()?.into(),
                results: self.values()?.into(),
            },
            2 => Action::Fail {
                function: FuncRef(self.small()?),
                arguments: self.values()?.into(),
                kind: self.trap_kind()?,
                explanation: self.text()?.into(),
            },
            3 => Action::TakeResults {
                results: self.values()?.into(),
            },
            4 => Action::Unwind,
            5 => Action::Reset,
            6 => Action::LeaveNested {
                depth: self.small()? as usize,
            },
            7 => Action::WriteMemory {
                memory: self.small()?,
                address: self.number()?,
                bytes: self.bytes()?.into(),
            },
            8 => Action::GrowMemory {
                memory: self.small()?,
                delta: self.number()?,
            },
            9 => Action::SetGlobal {
                global: self.small()?,
                value: self.value()?,
            },
            10 => Action::SetTableEntry {
                table: self.small()?,
                entry: self.number()?,
                value: self.value()?,
            },
            11 => Action::GrowTable {
                table: self.small()?,
                delta: self.number()?,
                value: self.value()?,
            },
            12 => Action::SetLocal {
                distance: self.small()? as usize,
                index: self.small()?,
                value: self.value()?,
            },
            13 => Action::SetOperand {
                distance: self.small()? as usize,
                position: self.small()?,
                value: self.value()?,
            },
            14 => Action::Keep(self.object()?),
            15 => Action::Release(self.object()?),
            16 => Action::CollectGarbage,
            17 => Action::Throw {
                function: FuncRef(self.small()?),
                arguments: self.values()?.into(),
                tag: TagRef(self.small()?),
                thrown: self.values()?.into(),
                caught: self.flag()?,
            },
            other => return Err(begin.wrong(alloc::format!("there is no action {other}"))),
        })
    }

    fn object(&mut self) -> Read<ObjectRef> {
        Ok(ObjectRef {
            handle: self.small()?,
            generation: self.small()?,
        })
    }
}
