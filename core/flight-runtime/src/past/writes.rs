//! Who wrote bytes of a memory, a global or entries of a table last.

use crate::access::Thing;
use crate::history::{Action, Gait};
use crate::interpreter::{InstanceId, Interpreter};
use crate::slot::slots_of;
use crate::watch::{WatchKind, WatchValue, Watched};
use crate::{Moment, Result};

/// How many bytes are shown at most.
pub(super) const SHOWN: u64 = 64;

/// A write.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// The moment before it.
    pub(super) moment: Moment,
    /// The action of the embedder that it was.
    pub(super) action: Option<u64>,
    pub(super) value: Option<WatchValue>,
}

/// What is asked about, in the store.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) thing: Thing,
    pub(super) first: u64,
    /// Behind the last one.
    pub(super) end: u64,
}

impl Wanted {
    /// What of a range is asked about.
    fn part(&self, first: u64, length: u64) -> Option<(u64, u64)> {
        let begin = self.first.max(first);
        let end = self.end.min(first.saturating_add(length));
        (begin < end).then_some((begin, end))
    }
}

impl Interpreter {
    /// The last write of something before the moment at which the machine is.
    pub(super) fn find_written(&mut self, watched: Watched) -> Result<Option<Written>> {
        let here = self.moment();
        let (thing, _) = self.resolve_watched(watched)?;
        let (first, length) = match watched {
            Watched::Memory {
                address, length, ..
            } => (address, length),
            Watched::Table { entry, count, .. } => (entry, count),
            Watched::Global { .. } | Watched::Local { .. } => (0, 1),
        };
        let wanted = Wanted {
            thing,
            first,
            end: first.saturating_add(length),
        };
        let now = match watched {
            Watched::Global { instance, index } => {
                let address = self.instance(instance).globals[index as usize];
                Some(WatchValue::Value(self.global_value(address)))
            }
            _ => None,
        };
        // The embedder's last write, then what was executed later than that, then what came with growing.
        let by_embedder = self.last_action_on(&wanted, here);
        let since = by_embedder.as_ref().map(|written| written.moment);
        self.leave_copies()?;
        let time =
            self.with_noted(watched, WatchKind::Write, |own| own.last_noted(here, since))??;
        let by_guest = match time {
            Some(time) => Some(self.guest_write(watched, time)?),
            None => None,
        };
        let later = |one: Option<Written>, other: Option<Written>| match (one, other) {
            (Some(one), Some(other)) if other.moment > one.moment => Some(other),
            (one, other) => one.or(other),
        };
        let mut last = later(by_embedder, by_guest);
        let since = last.as_ref().map(|written| written.moment);
        last = later(last, self.find_growth(&wanted, here, since)?);
        if let (Some(last), Some(now)) = (&mut last, now) {
            last.value = Some(now);
        }
        Ok(last)
    }

    /// The time of the last instruction that has made an access that is noted, before `here` and not before `since`.
    fn last_noted(&mut self, here: Moment, since: Option<Moment>) -> Result<Option<u64>> {
        let mut found = None;
        self.take_noted();
        self.search_back_from(here, |own, end| {
            if since.is_some_and(|since| end <= since) {
                return Ok(true);
            }
            own.forward(end, Gait::Freely)?;
            found = own.take_noted();
            Ok(found.is_some())
        })?;
        let counts = |time: &u64| since.is_none_or(|since| *time >= since.time);
        Ok(found.filter(counts))
    }

    /// Executes the instruction that wrote once more, to see what it wrote.
    fn guest_write(&mut self, watched: Watched, time: u64) -> Result<Written> {
        let moment = self.last_moment_at(time)?;
        self.go_to(moment)?;
        let hit = self.with_watch(watched, WatchKind::Write, |own| {
            own.watched_step();
            own.take_hits().pop()
        })?;
        Ok(Written {
            moment,
            action: None,
            value: hit.map(|hit| hit.new),
        })
    }

    /// What the embedder last did to something.
    fn last_action_on(&self, wanted: &Wanted, here: Moment) -> Option<Written> {
        let mut actions = self.actions(0, here.actions).rev();
        actions.find_map(|(moment, action)| {
            Some(Written {
                moment,
                action: Some(moment.actions),
                value: Some(wanted.written_by(action)?),
            })
        })
    }
}

impl Wanted {
    /// What an action writes.
    fn written_by(&self, action: &Action) -> Option<WatchValue> {
        match (action, self.thing) {
            (
                Action::WriteMemory {
                    memory,
                    address,
                    bytes,
                },
                Thing::Memory(thing),
            ) if *memory == thing => {
                let (begin, end) = self.part(*address, bytes.len() as u64)?;
                let end = end.min(begin + SHOWN);
                let part = (begin - address) as usize..(end - address) as usize;
                Some(WatchValue::Bytes {
                    address: begin,
                    bytes: bytes.get(part)?.into(),
                })
            }
            (Action::SetGlobal { global, value }, Thing::Global(thing)) if *global == thing => {
                Some(WatchValue::Value(*value))
            }
            (
                Action::SetTableEntry {
                    table,
                    entry,
                    value,
                },
                Thing::Table(thing),
            ) if *table == thing => {
                self.part(*entry, 1)?;
                Some(WatchValue::Entry {
                    entry: *entry,
                    value: *value,
                })
            }
            _ => None,
        }
    }
}

impl Interpreter {
    /// Something of an instance that lies at an address in the store.
    pub(super) fn watched_at(
        &self,
        instance: InstanceId,
        thing: Thing,
        first: u64,
        length: u64,
    ) -> Option<Watched> {
        let own = self.instance(instance);
        let index = |all: &[u32], address: u32| {
            let found = all.iter().position(|other| *other == address)?;
            Some(found as u32)
        };
        Some(match thing {
            Thing::Memory(address) => Watched::Memory {
                instance,
                memory: index(&own.memories, address)?,
                address: first,
                length,
            },
            Thing::Table(address) => Watched::Table {
                instance,
                table: index(&own.tables, address)?,
                entry: first,
                count: length,
            },
            Thing::Global(address) => Watched::Global {
                instance,
                index: index(&own.globals, address)?,
            },
            Thing::Local { .. } => return None,
        })
    }
}

/// A number that an operand is.
pub(super) fn number(value: flight_wasm::Value) -> u64 {
    slots_of(value).0
}
