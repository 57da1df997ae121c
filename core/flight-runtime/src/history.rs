//! The past of a machine: what has been recorded, and how much of it is kept.
//!
//! The course of a machine follows from a [`Checkpoint`] and from what the embedder does, the journal.
//! So to go back is to restore the last checkpoint before the wanted moment and to execute from there;
//! host calls are answered from the journal, by nobody else.

mod back;
mod checkpoint;
mod home;
mod journal;
mod open_memory;
mod replay;
#[cfg(test)]
pub(crate) mod tests;

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::context::State;
use crate::interpreter::Interpreter;
use crate::recording::{Course, Marks};
use crate::{Error, Result};

pub(crate) use checkpoint::Checkpoint;
pub use journal::{Action, Entry, Recorded};
pub(crate) use open_memory::OpenMemory;
pub(crate) use replay::Gait;

/// A moment of a machine's course. Later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// How many instructions had been executed.
    pub time: u64,
    /// How many actions of the embedder had been recorded.
    pub actions: u64,
    /// Whether the machine had trapped.
    pub trapped: bool,
}

/// What is kept of a machine's past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryView {
    /// The earliest moment that can be gone back to.
    pub begin: Moment,
    /// The furthest moment that has been reached.
    pub end: Moment,
    /// How many copies of the machine are kept.
    pub checkpoints: usize,
    /// The bytes that they and the journal take.
    pub bytes: u64,
    /// The bytes that they may take.
    pub budget: u64,
}

/// A recorded future that was given up, since the machine went on in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Where the machine went on in another way.
    pub at: Moment,
    /// How far it had been before.
    pub dropped: Moment,
}

/// What is recorded.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) budget: u64,
    /// What the embedder has done, from the first action that is kept on.
    entries: Vec<Entry>,
    entry_bytes: u64,
    /// How many actions are not kept any more.
    forgotten: u64,
    /// How many actions lie before the present moment.
    actions: u64,
    /// In the order of their moments. The first is the beginning.
    checkpoints: Vec<Checkpoint>,
    copied_bytes: u64,
    /// The furthest moment that was reached before the last time that the machine went back.
    end: Moment,
    /// The time from which on the next checkpoint is to be made.
    next_checkpoint: u64,
    /// How many actions had been recorded at the last one.
    actions_at_checkpoint: u64,
    /// Whether what happens now comes out of the journal.
    pub(crate) replaying: bool,
    branch: Option<Branch>,
    /// Hashes of the machine that a file has brought along.
    marks: Marks,
}

/// Between two checkpoints this share of the past is executed at most, or else so many instructions:
const SHARE: u64 = 128;
/// in a small machine, since executing those is quick,
const LEAST_INTERVAL: u64 = 1 << 20;
/// and in a large one.
const LARGEST_INTERVAL: u64 = 1 << 23;
/// How many actions may lie between two, if there is room for so many.
const MOST_ACTIONS: u64 = 1 << 14;

impl History {
    fn begin(&self) -> Moment {
        let first = self.checkpoints.first();
        first.map_or(self.end, |first| first.moment)
    }

    fn bytes(&self) -> u64 {
        self.entry_bytes + self.copied_bytes
    }

    #[cfg(test)]
    pub(crate) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// The entry of an action, by its number.
    fn entry(&self, action: u64) -> Option<&Entry> {
        self.entries
            .get(usize::try_from(action.checked_sub(self.forgotten)?).ok()?)
    }

    /// How many actions had been recorded once a time was over.
    fn actions_at(&self, time: u64) -> u64 {
        let before = self.entries.partition_point(|entry| entry.time <= time);
        self.forgotten + before as u64
    }

    /// The last checkpoint that is not after a moment.
    fn checkpoint_before(&self, moment: Moment) -> Option<usize> {
        let after = self
            .checkpoints
            .partition_point(|checkpoint| checkpoint.moment <= moment);
        after.checked_sub(1)
    }

    /// Gives up what lies behind a moment.
    fn drop_future(&mut self, here: Moment) -> Option<Branch> {
        if here >= self.end {
            return None;
        }
        let branch = Branch {
            at: here,
            dropped: self.end,
        };
        let kept = (here.actions - self.forgotten) as usize;
        let dropped = self.entries.drain(kept..);
        self.entry_bytes -= dropped.map(|entry| entry.bytes()).sum::<u64>();
        while self
            .checkpoints
            .last()
            .is_some_and(|last| last.moment > here)
        {
            self.drop_checkpoint(self.checkpoints.len() - 1);
        }
        self.marks = Marks::default();
        self.end = here;
        self.actions_at_checkpoint = self.actions_at_checkpoint.min(here.actions);
        self.next_checkpoint = here.time;
        self.branch = Some(branch);
        self.branch
    }

    fn add_checkpoint(&mut self, checkpoint: Checkpoint) {
        self.copied_bytes += checkpoint.own_bytes();
        let at = self
            .checkpoints
            .partition_point(|other| other.moment < checkpoint.moment);
        self.checkpoints.insert(at, checkpoint);
        self.thin_out();
    }

    fn drop_checkpoint(&mut self, index: usize) {
        let dropped = self.checkpoints.remove(index);
        self.copied_bytes = self.copied_bytes.saturating_sub(dropped.own_bytes());
    }

    /// Drops checkpoints until the budget is kept: those first that were made in passing, then those whose
    /// neighbours are close together, by the distance from the end.
    fn thin_out(&mut self) {
        while self.bytes() > self.budget && self.checkpoints.len() > 2 {
            let last = self.checkpoints.len() - 1;
            let passing = (1..last).find(|at| self.checkpoints[*at].passing);
            let worth = |at: &usize| {
                let time = |at: usize| self.checkpoints[at].moment.time;
                let gap = u128::from(time(at + 1) - time(at - 1));
                let age = u128::from(time(last) - time(*at));
                // Both are far below 2^64.
                (gap << 40) / (age + u128::from(LEAST_INTERVAL))
            };
            match passing.or_else(|| (1..last).min_by_key(worth)) {
                Some(at) => self.drop_checkpoint(at),
                None => return,
            }
        }
    }

    /// Lets the beginning be later, when the journal alone takes too much.
    fn forget_beginning(&mut self) {
        if self.entry_bytes <= self.budget / 2 || self.checkpoints.len() < 2 {
            return;
        }
        let middle = self.forgotten + self.entries.len() as u64 / 2;
        let later = self
            .checkpoints
            .partition_point(|checkpoint| checkpoint.moment.actions < middle);
        for _ in 0..later.clamp(1, self.checkpoints.len() - 1) {
            self.drop_checkpoint(0);
        }
        let begin = self.begin().actions;
        let forgotten = (begin - self.forgotten) as usize;
        let dropped = self.entries.drain(..forgotten);
        self.entry_bytes -= dropped.map(|entry| entry.bytes()).sum::<u64>();
        self.forgotten = begin;
    }
}

impl Interpreter {
    /// Begins to record, so that the machine can go back to any moment from now on.
    /// What has been recorded before is given up.
    ///
    /// `budget` is the number of bytes that may be kept: copies of the machine and what the embedder did.
    /// When it is used up, copies get fewer, and going back takes longer; if what the embedder did takes more than
    /// half of it, the earliest past is forgotten. The copies at the two ends are kept in any case.
    ///
    /// A module that is instantiated later begins a new record.
    pub fn record(&mut self, budget: u64) {
        self.history_budget = Some(budget);
        self.history = None;
        let here = Moment {
            time: self.context.time,
            actions: 0,
            trapped: self.state() == State::Trapped,
        };
        let mut history = Box::new(History {
            budget,
            entries: Vec::new(),
            entry_bytes: 0,
            forgotten: 0,
            actions: 0,
            checkpoints: Vec::new(),
            copied_bytes: 0,
            end: here,
            next_checkpoint: 0,
            actions_at_checkpoint: 0,
            replaying: false,
            branch: None,
            marks: Marks::default(),
        });
        history.add_checkpoint(Checkpoint::of(self, here, false, None));
        self.history = Some(history);
        self.reopen_memories();
        self.plan_checkpoint();
    }

    /// Begins a new record, if one is to be made: the machine has been changed from outside.
    pub(crate) fn record_anew(&mut self) {
        if let Some(budget) = self.history_budget {
            self.record(budget);
        }
    }

    /// Takes over the course that a file tells of; the machine is at its beginning.
    pub(crate) fn put_course(&mut self, course: Course) {
        let Course {
            begin,
            end,
            entries,
            marks,
        } = course;
        if let Some(history) = &mut self.history {
            history.entry_bytes = entries.iter().map(Entry::bytes).sum();
            history.entries = entries;
            history.forgotten = begin.actions;
            history.actions = begin.actions;
            history.end = end;
            history.marks = marks.into();
            for checkpoint in &mut history.checkpoints {
                checkpoint.moment = begin;
            }
        }
    }

    /// The moments of the copies that are kept for long.
    pub(crate) fn checkpoint_moments(&self) -> Vec<Moment> {
        let checkpoints = self.history.iter().flat_map(|history| &history.checkpoints);
        let lasting = checkpoints.filter(|checkpoint| !checkpoint.passing);
        lasting.map(|checkpoint| checkpoint.moment).collect()
    }

    /// The marks that a file has brought along.
    pub(crate) fn recorded_marks(&self) -> Vec<(Moment, u64)> {
        let marks = self.history.as_ref().map(|history| history.marks.to_vec());
        marks.unwrap_or_default()
    }

    /// Goes to the beginning and drops every copy but that one, so that everything is executed again.
    pub(crate) fn forget_copies(&mut self) -> Result<()> {
        let begin = self.must_record("verify")?.begin();
        self.go_to(begin)?;
        if let Some(history) = &mut self.history {
            history.checkpoints.truncate(1);
            history.copied_bytes = history.checkpoints.iter().map(Checkpoint::own_bytes).sum();
        }
        Ok(())
    }

    /// Ends the record and gives up what has been recorded.
    pub fn stop_recording(&mut self) {
        self.history_budget = None;
        self.history = None;
        self.reopen_memories();
    }

    /// Whether the machine's course is being recorded.
    pub fn is_recording(&self) -> bool {
        self.history.is_some()
    }

    /// The present moment. Without a record it counts no actions.
    pub fn moment(&self) -> Moment {
        Moment {
            time: self.context.time,
            actions: self.history.as_ref().map_or(0, |history| history.actions),
            trapped: self.state() == State::Trapped,
        }
    }

    /// What is recorded; `None` if nothing is.
    pub fn history(&self) -> Option<HistoryView> {
        let history = self.history.as_ref()?;
        Some(HistoryView {
            begin: history.begin(),
            end: history.end.max(self.moment()),
            checkpoints: history.checkpoints.len(),
            bytes: history.bytes(),
            budget: history.budget,
        })
    }

    /// Whether the machine has gone back and is not yet as far as it was.
    pub fn in_past(&self) -> bool {
        self.history
            .as_ref()
            .is_some_and(|history| self.moment() < history.end)
    }

    /// What the embedder has done since the beginning of the record, the future of the present moment included.
    pub fn journal(&self) -> &[Entry] {
        self.history
            .as_ref()
            .map_or(&[], |history| &history.entries)
    }

    /// Gives up the recorded future: from here on host functions are called again.
    /// What was given up, if the machine was in its past.
    pub fn branch(&mut self) -> Option<Branch> {
        self.settle_memories();
        let here = self.moment();
        let branch = self.history.as_mut()?.drop_future(here);
        if let Some(history) = &mut self.history {
            history.branch = None;
        }
        branch
    }

    /// What was given up since this was asked last, because the embedder changed the past.
    pub fn take_branch(&mut self) -> Option<Branch> {
        self.settle_memories();
        self.history.as_mut()?.branch.take()
    }

    /// Makes a checkpoint if it is time to. The machine must be `Paused`.
    pub(crate) fn keep_checkpoint(&mut self) {
        // In the midst of an instruction that has collected garbage the machine is not as it is found later.
        let is_due = |history: &History| {
            self.context.time >= history.next_checkpoint
                && self.collected != Some(self.context.time)
        };
        if !self.history.as_deref().is_some_and(is_due) {
            return;
        }
        self.copy_here(false);
        if let Some(history) = &mut self.history
            && !history.replaying
        {
            history.forget_beginning();
            history.actions_at_checkpoint = history.actions;
        }
        self.plan_checkpoint();
    }

    /// Copies the machine as it is, unless that has been done.
    fn copy_here(&mut self, passing: bool) {
        let here = self.moment();
        let Some(history) = &self.history else {
            return;
        };
        let before = history.checkpoint_before(here);
        let earlier = before.map(|at| &history.checkpoints[at]);
        if earlier.is_some_and(|earlier| earlier.moment == here) {
            return;
        }
        make_room(earlier.map_or(0, Checkpoint::own_bytes));
        let checkpoint = Checkpoint::of(self, here, passing, earlier);
        if let Some(history) = &mut self.history {
            history.add_checkpoint(checkpoint);
        }
    }

    /// Decides when the next checkpoint is to be made: so long after the one before the present moment.
    fn plan_checkpoint(&mut self) {
        let size = self.state_bytes();
        let here = self.moment();
        if let Some(history) = &mut self.history {
            let lasting = |checkpoint: &&Checkpoint| !checkpoint.passing;
            let earlier = |checkpoint: &&Checkpoint| checkpoint.moment <= here;
            let checkpoints = history.checkpoints.iter().rev();
            let Some(last) = checkpoints.filter(lasting).find(earlier) else {
                return;
            };
            let past = last.moment.time - history.begin().time;
            // To compare and to copy is to take a small part of the time of executing.
            let least = (size * 2 + last.own_bytes() * 4).clamp(LEAST_INTERVAL, LARGEST_INTERVAL);
            history.next_checkpoint = last.moment.time + least.max(past / SHARE);
        }
    }

    fn must_record(&self, operation: &str) -> Result<&History> {
        if self.answering > 0 {
            return Err(Error::Usage(alloc::format!(
                "{operation} is not possible from inside of a host function"
            )));
        }
        let history = self.history.as_deref();
        history.ok_or_else(|| {
            Error::Usage(alloc::format!(
                "{operation} is not possible: nothing is recorded"
            ))
        })
    }
}

/// Inside WebAssembly, lets the memory grow by what a copy may take at once: growing it page by page, as the copy is
/// made, takes far longer than copying.
fn make_room(bytes: u64) {
    const LEAST: u64 = 1 << 18;
    const MOST: u64 = 1 << 24;
    if cfg!(target_family = "wasm") {
        let room = bytes.clamp(LEAST, MOST) as usize;
        let mut reserved = Vec::<u8>::new();
        // What cannot be had at once may be had piece by piece.
        let _ = reserved.try_reserve_exact(room);
        core::hint::black_box(&reserved);
    }
}

/// The error for a machine that did not do again what is recorded.
fn diverged(moment: Moment, what: &str) -> Error {
    Error::Diverged {
        moment,
        message: what.to_string(),
    }
}
