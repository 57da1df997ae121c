//! Backwards in all the ways that forwards has.

use super::Moment;
use super::replay::Gait;
use crate::Result;
use crate::context::State;
use crate::interpreter::{Interpreter, Stop};

impl Interpreter {
    /// Takes back the last instruction, and what the embedder did behind it: the machine is before that instruction.
    /// [`Stop::Beginning`], and the machine stays where it is, if the record begins here.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] if nothing is recorded; [`crate::Error::Diverged`].
    pub fn step_back(&mut self) -> Result<Stop> {
        self.settle_memories();
        match self.previous()? {
            None => Ok(Stop::Beginning),
            Some(previous) => {
                self.go_to(previous)?;
                Ok(Stop::Step)
            }
        }
    }

    /// Takes back the last instruction; if that was a function's return, everything up to before its call.
    ///
    /// # Errors
    /// As [`Interpreter::step_back`].
    pub fn step_back_over(&mut self) -> Result<Stop> {
        self.settle_memories();
        let level = self.level();
        let stop = self.step_back()?;
        if stop == Stop::Beginning || self.depth() <= level {
            return Ok(stop);
        }
        self.back_to_level(level)
    }

    /// Goes back to before the call of the innermost function.
    /// [`Stop::Beginning`] if it was under way when the record began, or the embedder called it.
    ///
    /// # Errors
    /// As [`Interpreter::step_back`].
    pub fn step_back_out(&mut self) -> Result<Stop> {
        self.settle_memories();
        self.must_record("step_back_out")?;
        match self.level() {
            0 | 1 => Ok(Stop::Beginning),
            level => self.back_to_level(level - 1),
        }
    }

    /// Goes back to the last time that a breakpoint or a watchpoint would have stopped the machine:
    /// before the instruction with the breakpoint, behind the one that did what is watched.
    /// Conditions must have held there; what a breakpoint counts plays no part, and those that write to the log none either.
    /// [`Stop::Beginning`], and the machine is at the first instruction of the record, if there was none.
    ///
    /// # Errors
    /// As [`Interpreter::step_back`].
    pub fn reverse_continue(&mut self) -> Result<Stop> {
        self.settle_memories();
        self.must_record("reverse_continue")?;
        let mut found = None;
        self.search_back(|machine, end| {
            while let Some(stop) = machine.forward(end, Gait::ToStop)? {
                if machine.moment() < end {
                    let error = machine.breakpoints.error.take();
                    found = Some((machine.moment(), stop, machine.take_hits(), error));
                }
            }
            Ok(found.is_some())
        })?;
        match found {
            None => self.back_to_beginning(),
            Some((moment, stop, hits, error)) => {
                self.go_to(moment)?;
                self.set_hits(hits);
                self.breakpoints.error = error;
                Ok(stop)
            }
        }
    }

    fn back_to_beginning(&mut self) -> Result<Stop> {
        let begin = self.must_record("going back")?.begin();
        let first = self.last_moment_at(begin.time)?;
        self.go_to(first)?;
        Ok(Stop::Beginning)
    }

    /// How many calls lie on each other where the next or last instruction is one of the innermost function.
    fn level(&self) -> usize {
        match self.state() {
            State::Paused | State::Trapped | State::Idle => self.depth(),
            // The call's own frame is gone, or is the host function's.
            State::Finished => self.depth() + 1,
            State::AwaitingHost => self.depth().saturating_sub(1),
        }
    }

    /// The last moment before the present one at which the machine stood before an instruction that then was executed.
    pub(super) fn previous(&self) -> Result<Option<Moment>> {
        let history = self.must_record("going back")?;
        let begin = history.begin();
        let here = self.moment();
        // Instructions that trapped have taken no time.
        let mut actions = here.actions;
        if here.trapped && !self.failed(actions) {
            return Ok(Some(Moment {
                trapped: false,
                ..here
            }));
        }
        while let Some(before) = actions.checked_sub(1) {
            match history.entry(before) {
                Some(entry) if entry.time == here.time => {
                    if entry.trapped() && !self.failed(before) {
                        return Ok(Some(Moment {
                            actions: before,
                            ..here
                        }));
                    }
                }
                _ => break,
            }
            actions = before;
        }
        match here.time.checked_sub(1) {
            Some(time) if time >= begin.time => {
                let previous = self.last_moment_at(time)?;
                Ok((previous >= begin).then_some(previous))
            }
            _ => Ok(None),
        }
    }

    /// Whether the action before the one with this number let a host call trap.
    fn failed(&self, action: u64) -> bool {
        let history = self.history.as_deref();
        let last = history.and_then(|history| history.entry(action.checked_sub(1)?));
        last.is_some_and(super::Entry::is_failure)
    }

    /// Goes back to the last instruction at which no more than `level` calls lay on each other.
    fn back_to_level(&mut self, level: usize) -> Result<Stop> {
        let start = self.moment();
        let mut found = None;
        let mut searched = start;
        self.search_back(|machine, end| {
            found = machine.last_at_level(level, searched.min(end))?;
            searched = end;
            Ok(found.is_some())
        })?;
        match found {
            Some(moment) => {
                self.go_to(moment)?;
                Ok(Stop::Step)
            }
            None => {
                self.go_to(start)?;
                Ok(Stop::Beginning)
            }
        }
    }

    /// The last moment before `end`, from here on, at which the machine stood before an instruction and no more than
    /// `level` calls lay on each other.
    fn last_at_level(&mut self, level: usize, end: Moment) -> Result<Option<Moment>> {
        let mut found = None;
        loop {
            if self.state() == State::Paused && self.depth() <= level && self.moment() < end {
                found = Some(self.moment());
                if self.forward(end, Gait::Step)?.is_none() {
                    return Ok(found);
                }
            } else if self.moment() >= end || self.forward(end, Gait::ToDepth(level))?.is_none() {
                return Ok(found);
            }
        }
    }

    /// Searches the past backwards, from one checkpoint to the next: `search` is called with the machine at the
    /// beginning of an interval and is told its end; it says whether it has found what it looks for.
    pub(crate) fn search_back(
        &mut self,
        search: impl FnMut(&mut Self, Moment) -> Result<bool>,
    ) -> Result<()> {
        self.search_back_from(self.moment(), search)
    }

    /// The same for what lies before a moment, wherever the machine is.
    pub(crate) fn search_back_from(
        &mut self,
        mut end: Moment,
        mut search: impl FnMut(&mut Self, Moment) -> Result<bool>,
    ) -> Result<()> {
        loop {
            let history = self.must_record("going back")?;
            let before = history
                .checkpoints
                .partition_point(|checkpoint| checkpoint.moment < end);
            let Some(index) = before.checked_sub(1) else {
                return Ok(());
            };
            let begin = history.checkpoints[index].moment;
            self.restore_checkpoint(index)?;
            if search(self, end)? {
                return Ok(());
            }
            end = begin;
        }
    }
}
