//! Watchpoints: things whose accesses a run stops behind.
//!
//! While there are any, the functions with instructions that may access what is watched, the *candidates*, are executed
//! in precise code, and each candidate's first word is replaced as by a breakpoint.
//! A run that comes to one looks at where its operands lead (`watch/hits.rs`) and, mostly, goes on.
//! So nothing is slower while nothing is watched, and nothing but the candidates while something is.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use flight_wasm::{Value, ValueType};
use hashbrown::HashMap;

use crate::access::{Candidate, Mode, Thing, Touch};
use crate::breakpoints::Breakpoints;
use crate::interpreter::{InstanceId, Interpreter};
use crate::{Error, Result};

mod hits;
mod sites;
#[cfg(test)]
mod tests;

/// What a watchpoint watches. What an instance imports is the same thing in the instance that exports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// Bytes of a memory. They may lie beyond its present end, since it may grow.
    Memory {
        /// The instance.
        instance: InstanceId,
        /// The memory's index.
        memory: u32,
        /// The first byte's address.
        address: u64,
        /// How many bytes: at least one.
        length: u64,
    },
    /// A global.
    Global {
        /// The instance.
        instance: InstanceId,
        /// The global's index.
        index: u32,
    },
    /// A local, in every call of its function. What a call gives to a parameter is no write.
    Local {
        /// The instance.
        instance: InstanceId,
        /// The function's index.
        function: u32,
        /// The local's index, parameters first.
        index: u32,
    },
    /// Entries of a table. They may lie beyond its present end. An indirect call reads one.
    Table {
        /// The instance.
        instance: InstanceId,
        /// The table's index.
        table: u32,
        /// The first entry.
        entry: u64,
        /// How many entries: at least one.
        count: u64,
    },
}

/// Which accesses a watchpoint stops behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchKind {
    /// Reads.
    Read,
    /// Writes, of the same value too.
    Write,
    /// Both.
    Access,
    /// Writes after which the value is another one; and those of so much that there is no room to keep what was there.
    Change,
}

impl WatchKind {
    const fn reads(self) -> bool {
        matches!(self, Self::Read | Self::Access)
    }

    const fn writes(self) -> bool {
        !matches!(self, Self::Read)
    }

    /// Whether an access in this mode may count.
    const fn wants(self, mode: Mode) -> bool {
        self.reads() && mode.reads() || self.writes() && mode.writes()
    }
}

/// A watchpoint that has been set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Watchpoint {
    /// Its number: another one for each watchpoint of an interpreter.
    pub id: u32,
    /// What it watches.
    pub watched: Watched,
    /// Which accesses it stops behind.
    pub kind: WatchKind,
}

/// Whether something was read or written. An atomic instruction that does both counts as what was asked for,
/// and as a write if both were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchAccess {
    /// It was read.
    Read,
    /// It was written.
    Write,
}

/// What a watched thing held.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchValue {
    /// The bytes of a memory that are both watched and accessed. Of more than 64, the 64 that begin at the first one
    /// that differs, or else at the first one, as far as there are so many behind it.
    Bytes {
        /// The first one's address.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// An entry of a table: of those that are both watched and accessed the first one that differs, or else the first.
    Entry {
        /// Which one.
        entry: u64,
        /// What it held.
        value: Value,
    },
    /// The value of a global or a local.
    Value(Value),
}

/// An access of what is watched.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchHit {
    /// The watchpoint.
    pub watchpoint: Watchpoint,
    /// What the instruction did.
    pub access: WatchAccess,
    /// The time of the instruction: how many had been executed before it.
    pub time: u64,
    /// The instance that the instruction's function belongs to.
    pub instance: InstanceId,
    /// The function's index in its module.
    pub function: u32,
    /// The instruction's byte offset in the module.
    pub offset: u32,
    /// The instruction with its immediates.
    pub instruction: String,
    /// How many calls lay on each other, the instruction's own included.
    pub depth: usize,
    /// What was there before the instruction.
    pub old: WatchValue,
    /// What is there after it: for a read the same as before.
    pub new: WatchValue,
}

/// A watchpoint, and what it comes down to in the store.
#[derive(Clone, Copy, Debug)]
struct Watch {
    point: Watchpoint,
    thing: Thing,
    first: u64,
    /// Behind the last one.
    end: u64,
    /// Of a global or a local its first cell or slot and its type; of anything else nothing.
    place: (u32, ValueType),
}

/// What is done about an access that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Heed {
    /// The run stops.
    #[default]
    Stop,
    /// Its time is noted, and the run goes on.
    Note,
    /// Nothing.
    Nothing,
}

/// All watchpoints, and the instructions that may access what they watch.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    watches: Vec<Watch>,
    /// The same, to be handed out.
    points: Vec<Watchpoint>,
    next_id: u32,
    /// The candidates of the functions that have been searched for them.
    candidates: HashMap<u32, Vec<Candidate>>,
    /// The candidates in precise code by their first word; operands are slots of the frame.
    sites: HashMap<u32, Touch<u32>>,
    heed: Heed,
    /// What the last step or run came behind.
    hits: Vec<WatchHit>,
    /// The time of the last access that counted, while they are noted.
    noted: Option<u64>,
}

impl Watches {
    /// Whether a run is to stop at all, and not only to come to its end.
    pub(crate) fn stop_runs(&self) -> bool {
        self.heed == Heed::Stop
    }

    /// Whether a function has candidates.
    pub(crate) fn any_in(&self, address: u32) -> bool {
        !self.watches.is_empty()
            && self
                .candidates
                .get(&address)
                .is_some_and(|candidates| !candidates.is_empty())
    }
}

impl Interpreter {
    /// Watches something: a run then stops behind each instruction that accesses it in this way, as
    /// [`Stop::Watchpoint`](crate::Stop::Watchpoint), and [`Interpreter::watch_hit`] says what happened.
    /// Gives the watchpoint's number.
    ///
    /// Only what the guest's instructions do counts: not what the embedder changes, its host functions included,
    /// and not that a memory or table grows. An instruction that traps has accessed nothing.
    /// Calls that are made to their end, as by [`Interpreter::call_function`], do not stop.
    /// An indirect call of a host function by a watched entry stops as [`Stop::AwaitingHost`](crate::Stop::AwaitingHost):
    /// that has to be answered; [`Interpreter::watch_hit`] tells of it all the same.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such thing, or a range is empty or ends beyond 2^64.
    pub fn add_watchpoint(&mut self, watched: Watched, kind: WatchKind) -> Result<u32> {
        let (thing, place) = self.resolve_watched(watched)?;
        let (first, length) = match watched {
            Watched::Memory {
                address, length, ..
            } => (address, length),
            Watched::Table { entry, count, .. } => (entry, count),
            Watched::Global { .. } | Watched::Local { .. } => (0, 1),
        };
        let end = first.checked_add(length).filter(|end| *end > first);
        let end = end.ok_or_else(|| {
            Error::Usage(format!(
                "{length} from {first} on is no range that can be watched"
            ))
        })?;
        self.change_breaks(|own| {
            let watches = &mut own.watches;
            watches.next_id += 1;
            let id = watches.next_id;
            let point = Watchpoint { id, watched, kind };
            watches.points.push(point);
            watches.watches.push(Watch {
                point,
                thing,
                first,
                end,
                place,
            });
            Ok(id)
        })
    }

    /// Takes a watchpoint away: whether there was one of this number.
    pub fn remove_watchpoint(&mut self, id: u32) -> bool {
        if !self.watches.points.iter().any(|point| point.id == id) {
            return false;
        }
        self.change_breaks(|own| {
            own.watches.points.retain(|point| point.id != id);
            own.watches.watches.retain(|watch| watch.point.id != id);
        });
        true
    }

    /// The watchpoints, in the order in which they were set.
    pub fn watchpoints(&self) -> &[Watchpoint] {
        &self.watches.points
    }

    /// The access that the last run stopped behind, or that the last step made; if it is one for several watchpoints,
    /// for the one that was set first. The next step or run forgets it.
    pub fn watch_hit(&self) -> Option<&WatchHit> {
        self.watches.hits.first()
    }

    /// The same for all watchpoints that the instruction was one for.
    pub fn watch_hits(&self) -> &[WatchHit] {
        &self.watches.hits
    }

    pub(crate) fn forget_hits(&mut self) {
        self.watches.hits.clear();
        self.breakpoints.error = None;
    }

    pub(crate) fn take_hits(&mut self) -> Vec<WatchHit> {
        core::mem::take(&mut self.watches.hits)
    }

    /// Lets the last stop be one for these.
    pub(crate) fn set_hits(&mut self, hits: Vec<WatchHit>) {
        self.watches.hits = hits;
    }

    /// Does something while this alone is watched: the embedder's breakpoints and watchpoints are set aside, with what
    /// the last stop was for, and come back afterwards.
    ///
    /// # Errors
    /// As [`Interpreter::add_watchpoint`]; then nothing is done.
    pub(crate) fn with_watch<R>(
        &mut self,
        watched: Watched,
        kind: WatchKind,
        act: impl FnOnce(&mut Self) -> R,
    ) -> Result<R> {
        self.without_breaks(|own| own.add_watchpoint(watched, kind).map(|_| act(own)))
    }

    /// Does something while the embedder's breakpoints and watchpoints are set aside.
    pub(crate) fn without_breaks<R>(&mut self, act: impl FnOnce(&mut Self) -> R) -> R {
        let set_aside = self.change_breaks(|own| {
            (
                core::mem::take(&mut own.breakpoints),
                core::mem::take(&mut own.watches),
            )
        });
        let result = act(self);
        self.change_breaks(|own| (own.breakpoints, own.watches) = set_aside);
        result
    }

    /// Whether there are breakpoints or watchpoints.
    pub(crate) fn has_breaks(&self) -> bool {
        !self.watches.points.is_empty() || self.breakpoints.functions().next().is_some()
    }

    /// Does something with breakpoints before these instructions alone: addresses in the store, and offsets.
    /// They count only where so many calls lie on each other.
    pub(crate) fn with_marks<R>(
        &mut self,
        marks: BTreeSet<(u32, u32)>,
        levels: RangeInclusive<usize>,
        act: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let set_aside = self.change_breaks(|own| {
            let marks = Breakpoints::at_levels(&marks, levels);
            let breakpoints = core::mem::replace(&mut own.breakpoints, marks);
            (breakpoints, core::mem::take(&mut own.watches))
        });
        let result = act(self);
        self.change_breaks(|own| (own.breakpoints, own.watches) = set_aside);
        result
    }

    /// The same as [`Interpreter::with_watch`], but nothing stops behind an access: [`Interpreter::take_noted`] tells of the last one.
    ///
    /// # Errors
    /// As [`Interpreter::add_watchpoint`]; then nothing is done.
    pub(crate) fn with_noted<R>(
        &mut self,
        watched: Watched,
        kind: WatchKind,
        act: impl FnOnce(&mut Self) -> R,
    ) -> Result<R> {
        self.with_watch(watched, kind, |own| {
            own.watches.heed = Heed::Note;
            act(own)
        })
    }

    /// The time of the last instruction that has made an access that counts, since this was asked last.
    pub(crate) fn take_noted(&mut self) -> Option<u64> {
        self.watches.noted.take()
    }
}
