//! Going to a moment of the past, and forward again along the record.

use alloc::vec::Vec;

use flight_wasm::FuncRef;

use super::{Action, Entry, Moment, Recorded, diverged};
use crate::context::{State, mark};
use crate::host_call::HostCall;
use crate::interpreter::{Interpreter, Stop};
use crate::run::Until;
use crate::{Error, Result};

/// Over more instructions than this, breakpoints and watchpoints are set aside: that takes a while by itself.
const FAR: u64 = 200_000;

/// How to go forward along the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gait {
    /// To the end.
    Freely,
    /// To the next breakpoint or watchpoint.
    ToStop,
    /// The same, also where the embedder has just seen the machine: a breakpoint at hand is not passed.
    ToMark,
    /// To the next instruction; behind a call of a host function when that has been answered.
    Step,
    /// Until no more than this many calls lie on each other.
    ToDepth(usize),
}

impl Interpreter {
    /// Goes to a time of the recorded past, or back towards its end: to where the machine was when so many
    /// instructions had been executed, before the next one and behind all that the embedder did there.
    ///
    /// Host functions are not called: what they did is in the record. Breakpoints do not stop the machine.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing is recorded or the time is not in the record; [`Error::Diverged`].
    pub fn seek(&mut self, time: u64) -> Result<()> {
        self.settle_memories();
        let target = self.last_moment_at(time)?;
        self.go_to(target)
    }

    /// Goes to a moment of the record: one that [`Interpreter::moment`] gave.
    ///
    /// # Errors
    /// As [`Interpreter::seek`].
    pub fn seek_moment(&mut self, moment: Moment) -> Result<()> {
        self.settle_memories();
        self.must_be_recorded(moment)?;
        self.go_to(moment)
    }

    fn must_be_recorded(&self, moment: Moment) -> Result<()> {
        let history = self.must_record("seek")?;
        let (begin, end) = (history.begin(), history.end.max(self.moment()));
        if (begin..=end).contains(&moment) {
            return Ok(());
        }
        Err(Error::Usage(alloc::format!(
            "time {} is not recorded: the record goes from {} to {}",
            moment.time,
            begin.time,
            end.time
        )))
    }

    /// The first moment with a time: before all that the embedder did there.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing is recorded or the time is not in the record.
    pub fn first_moment_at(&self, time: u64) -> Result<Moment> {
        let history = self.must_record("seek")?;
        let before = history.entries.partition_point(|entry| entry.time < time);
        let moment = Moment {
            time,
            actions: history.forgotten + before as u64,
            trapped: false,
        };
        let begin = history.begin();
        let moment = match time == begin.time {
            true => moment.max(begin),
            false => moment,
        };
        self.must_be_recorded(moment)?;
        Ok(moment)
    }

    /// The last moment with a time.
    pub(crate) fn last_moment_at(&self, time: u64) -> Result<Moment> {
        let history = self.must_record("seek")?;
        let end = history.end.max(self.moment());
        let moment = Moment {
            time,
            actions: history.actions_at(time),
            trapped: false,
        };
        let moment = if time == end.time { end } else { moment };
        self.must_be_recorded(moment)?;
        Ok(moment)
    }

    /// Goes to a moment within the record.
    pub(crate) fn go_to(&mut self, target: Moment) -> Result<()> {
        self.forget_hits();
        self.approach(target)?;
        let distance = target.time - self.context.time;
        match distance > FAR && self.has_breaks() {
            true => self.without_breaks(|own| own.replay(target))?,
            false => self.replay(target)?,
        }
        self.seen = Some(self.context.time);
        self.plan_checkpoint();
        Ok(())
    }

    /// Restores the last checkpoint before a moment, unless the machine is between the two.
    fn approach(&mut self, target: Moment) -> Result<()> {
        let here = self.moment();
        let history = self.must_record("seek")?;
        let Some(base) = history.checkpoint_before(target) else {
            return Err(diverged(
                target,
                "there is no copy of the machine before it",
            ));
        };
        let from = history.checkpoints[base].moment;
        if (from..=target).contains(&here) {
            return Ok(());
        }
        self.restore_checkpoint(base)
    }

    /// Restores a checkpoint by its number.
    pub(super) fn restore_checkpoint(&mut self, index: usize) -> Result<()> {
        let here = self.moment();
        let Some(mut history) = self.history.take() else {
            return Ok(());
        };
        history.end = history.end.max(here);
        let restored = history.checkpoints[index].restore(self);
        history.actions = history.checkpoints[index].moment.actions;
        self.history = Some(history);
        self.seen = None;
        self.collected = None;
        self.plan_checkpoint();
        restored
    }

    /// How many instructions are executed about as quickly as the machine is copied.
    pub(super) fn grain(&self) -> u64 {
        (self.state_bytes() / 256).max(128)
    }

    /// Executes along the record up to a moment that is not before the present one.
    /// Leaves copies on the way: the closer to the moment, the closer together.
    fn replay(&mut self, target: Moment) -> Result<()> {
        // What lies behind the target is not gone back from.
        if let Some(history) = &mut self.history {
            let is_over = |at: &usize| {
                let checkpoint = &history.checkpoints[*at];
                checkpoint.passing && checkpoint.moment > target
            };
            let over: Vec<usize> = (0..history.checkpoints.len())
                .rev()
                .filter(is_over)
                .collect();
            over.into_iter().for_each(|at| history.drop_checkpoint(at));
        }
        let grain = self.grain();
        loop {
            let left = target.time.saturating_sub(self.context.time);
            if left <= grain {
                break;
            }
            let midway = self.last_moment_at(target.time - left / 2)?;
            self.forward(midway, Gait::Freely)?;
            self.copy_here(true);
        }
        self.forward(target, Gait::Freely)?;
        Ok(())
    }

    /// Goes forward along the record, at most to `limit`. `None` if that has been reached.
    pub(crate) fn forward(&mut self, limit: Moment, gait: Gait) -> Result<Option<Stop>> {
        if let Some(history) = &mut self.history {
            history.replaying = true;
        }
        let stop = self.forward_replaying(limit, gait);
        if let Some(history) = &mut self.history {
            history.replaying = false;
        }
        stop
    }

    fn forward_replaying(&mut self, limit: Moment, gait: Gait) -> Result<Option<Stop>> {
        let mut stopped = None;
        loop {
            let here = self.moment();
            if here >= limit {
                return Ok(stopped);
            }
            let next = self.next_entry().filter(|_| here.actions < limit.actions);
            if next.is_some_and(|next| (next.time, next.state) == (here.time, self.state())) {
                self.repeat_next()?;
                continue;
            }
            if stopped.is_some() {
                return Ok(stopped);
            }
            // Where the embedder did something while a host function waited or a call had ended, the machine
            // stops by itself.
            let time = match next {
                Some(next) if next.state == State::Paused => next.time,
                Some(next) if next.time < here.time => return Err(Self::overtaken(next, here)),
                _ => limit.time,
            };
            if self.state() != State::Paused || time < here.time {
                return Err(match next {
                    Some(next) => Self::overtaken(next, here),
                    None => diverged(here, "the call ended earlier than it is recorded"),
                });
            }
            let until = Until {
                fuel: Some(time - here.time),
                depth: match gait {
                    Gait::ToDepth(depth) => Some(depth),
                    _ => None,
                },
            };
            self.forget_hits();
            let stop = match gait {
                // The next instruction is the one that trapped.
                _ if here.time == time => self.step_unchecked(),
                Gait::Step => self.step_unchecked(),
                Gait::Freely | Gait::ToDepth(_) => self.run_unwatched(until)?,
                Gait::ToStop => self.run_unchecked(until)?,
                Gait::ToMark => {
                    self.seen = None;
                    self.run_unchecked(until)?
                }
            };
            if here.time == time && self.state() != State::Trapped {
                return Err(diverged(here, "a trap is recorded, but there was none"));
            }
            // A host function that was called by a watched entry of a table has been answered.
            let stop = match gait {
                Gait::ToStop if self.watch_hit().is_some() => Stop::Watchpoint,
                _ => stop,
            };
            let wanted = match gait {
                Gait::Freely => false,
                Gait::ToStop => matches!(stop, Stop::Breakpoint | Stop::Watchpoint),
                Gait::ToMark => stop == Stop::Breakpoint,
                // A call of a host function, or the end of a nested call, is one too.
                Gait::Step => true,
                Gait::ToDepth(_) => stop == Stop::Step,
            };
            if wanted {
                stopped = Some(stop);
            }
        }
    }

    /// The error for a machine that has come past something that is recorded, or stopped before it.
    fn overtaken(entry: &Entry, here: Moment) -> Error {
        let Entry { time, state, .. } = entry;
        diverged(
            here,
            &alloc::format!("at time {time} the machine is recorded as {state:?}"),
        )
    }

    fn next_entry(&self) -> Option<&Entry> {
        let history = self.history.as_ref()?;
        history.entry(history.actions)
    }

    /// Does again what the embedder did next.
    fn repeat_next(&mut self) -> Result<()> {
        let Some(entry) = self.next_entry().cloned() else {
            return Ok(());
        };
        let here = self.moment();
        if let Some((function, arguments)) = entry.action.answered()
            && !self.host_call().is_some_and(|call| {
                call.function == function && *arguments == Recorded::from(call.arguments)
            })
        {
            return Err(diverged(here, &self.other_call(function)));
        }
        if let Action::TakeResults { results } = &entry.action
            && *results != Recorded::from(self.results().unwrap_or_default())
        {
            return Err(diverged(
                here,
                "the call has other results than are recorded",
            ));
        }
        let begins = matches!(entry.action, Action::Start { .. });
        let was_replaying = self.set_replaying(true);
        let repeated = self.repeat(entry.action);
        self.set_replaying(was_replaying);
        repeated.map_err(|error| diverged(here, &alloc::format!("an action failed: {error}")))?;
        self.follow_action(begins);
        if let Some(history) = &mut self.history {
            history.actions += 1;
        }
        Ok(())
    }

    fn set_replaying(&mut self, replaying: bool) -> bool {
        match &mut self.history {
            Some(history) => core::mem::replace(&mut history.replaying, replaying),
            None => false,
        }
    }

    fn other_call(&self, function: FuncRef) -> alloc::string::String {
        let name = |function| self.function_name(function).unwrap_or("a function");
        let call = |call: HostCall| alloc::format!("{} {:?}", call.name, call.arguments);
        alloc::format!(
            "a call of {} is recorded, made was {}",
            name(function),
            self.host_call().map_or("none".into(), call)
        )
    }

    fn repeat(&mut self, action: Action) -> Result<()> {
        match action {
            Action::Start {
                function,
                arguments,
            } => self.start(function, &arguments),
            Action::Answer { results, .. } => self.answer(&results),
            Action::Fail {
                kind, explanation, ..
            } => self.fail(kind, &explanation),
            Action::Throw {
                tag,
                thrown,
                caught,
                ..
            } => {
                self.throw(tag, &thrown)?;
                match caught == (self.state() == State::Paused) {
                    true => Ok(()),
                    false => Err(Error::Usage("another thing became of an exception".into())),
                }
            }
            Action::TakeResults { .. } => self.take_results().map(drop),
            Action::Unwind => {
                self.unwind();
                Ok(())
            }
            Action::Reset => {
                self.reset();
                Ok(())
            }
            Action::LeaveNested { depth } => {
                let frames = self.context.frames.get(..depth).and_then(<[_]>::last);
                if !frames.is_some_and(|frame| frame.is(mark::HOST)) {
                    return Err(Error::Usage("no host function made such calls".into()));
                }
                self.leave_nested_calls(depth);
                Ok(())
            }
            Action::WriteMemory {
                memory,
                address,
                bytes,
            } => self.write_memory_at(memory, address, &bytes),
            Action::GrowMemory { memory, delta } => self.grow_memory_at(memory, delta).map(drop),
            Action::SetGlobal { global, value } => self.set_global_at(global, value),
            Action::SetTableEntry {
                table,
                entry,
                value,
            } => self.set_table_entry_at(table, entry, value),
            Action::GrowTable {
                table,
                delta,
                value,
            } => self.grow_table_at(table, delta, value).map(drop),
            Action::SetLocal {
                distance,
                index,
                value,
            } => self.set_local(distance, index, value),
            Action::SetOperand {
                distance,
                position,
                value,
            } => self.set_operand(distance, position, value),
            Action::Keep(object) => self.keep(object),
            Action::Release(object) => {
                self.release(object);
                Ok(())
            }
            Action::CollectGarbage => {
                self.collect_garbage();
                Ok(())
            }
        }
    }

    /// How many instructions may be executed before the next thing that is recorded. `None` in the present.
    pub(crate) fn fuel_to_next_action(&self) -> Option<u64> {
        let history = self.history.as_ref()?;
        if history.replaying {
            return None;
        }
        let entry = history.entry(history.actions)?;
        // Everywhere else the machine stops by itself.
        (entry.state == State::Paused).then(|| entry.time.saturating_sub(self.context.time))
    }

    /// In the past: does again what the embedder did at this moment, as far as it belongs to the call under way.
    /// Whether anything was done.
    ///
    /// # Errors
    /// [`Error::Diverged`].
    pub(crate) fn catch_up(&mut self) -> Result<bool> {
        let mut done = false;
        while self.is_next_due() {
            self.repeat_next()?;
            done = true;
        }
        Ok(done)
    }

    fn is_next_due(&self) -> bool {
        let Some(history) = self.history.as_deref() else {
            return false;
        };
        let here = (self.time(), self.state());
        !history.replaying
            && history
                .entry(history.actions)
                .is_some_and(|entry| (entry.time, entry.state) == here)
            && match self.state() {
                State::Paused | State::AwaitingHost | State::Idle => true,
                // What becomes of a whole call is up to the embedder.
                State::Finished => self.depth() > 0,
                State::Trapped => self.is_nested(),
            }
    }

    /// Whether the innermost call was made by a host function.
    fn is_nested(&self) -> bool {
        let frames = &self.context.frames;
        let entry = frames.iter().rposition(|frame| frame.is(mark::ENTRY));
        entry.is_some_and(|position| position > 0)
    }
}

impl Action {
    /// The host call that was answered by it.
    fn answered(&self) -> Option<(FuncRef, &Recorded)> {
        match self {
            Self::Answer {
                function,
                arguments,
                ..
            }
            | Self::Fail {
                function,
                arguments,
                ..
            }
            | Self::Throw {
                function,
                arguments,
                ..
            } => Some((*function, arguments)),
            _ => None,
        }
    }
}
