//! Running and stepping: loops over one step of the execution loop, with exact time.

use alloc::string::String;

use crate::context::{State, mark};
use crate::execute::execute;
use crate::interpreter::{Interpreter, Stop};
use crate::leave::{Leave, Pace};
use crate::op::{MAX_RUN, Op, opcode, tick};
use crate::slot;
use crate::{Error, Result, TrapKind};

/// How far to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Until {
    /// Stop after this many instructions.
    pub fuel: Option<u64>,
    /// Stop once no more than this many calls lie on each other.
    pub depth: Option<usize>,
}

/// How much fuel one entry of the execution loop gets at most.
///
/// Engines of WebAssembly optimise a function for its next call, not while it runs: so it must be left now and then.
const SLICE: u64 = 1_000_000;

impl Interpreter {
    /// Executes one instruction. If it accesses what is watched, [`Interpreter::watch_hit`] says so afterwards.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless the machine is `Paused`.
    pub fn step(&mut self) -> Result<Stop> {
        self.settle_memories();
        self.must_be_paused("step")?;
        self.keep_checkpoint();
        self.forget_hits();
        let stop = match self.watched_step() {
            Some((stop, _)) => stop,
            None => self.step_unchecked(),
        };
        let caught_up = self.catch_up();
        self.seen = Some(self.context.time);
        Ok(if caught_up? { self.stop_here() } else { stop })
    }

    /// Runs until the call finishes or traps, a host function is called, a breakpoint is met, what is watched has been
    /// accessed, or as far as `until` says.
    /// A breakpoint on the instruction that the machine was last stopped at is passed.
    /// Where a breakpoint and the end that `until` sets meet, it is the breakpoint that is told.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless the machine is `Paused`.
    pub fn run(&mut self, until: Until) -> Result<Stop> {
        self.must_be_paused("run")?;
        self.forget_hits();
        self.run_unchecked(until)
    }

    fn must_be_paused(&self, operation: &'static str) -> Result<()> {
        match self.state() {
            State::Paused => Ok(()),
            state => Err(Error::WrongState { operation, state }),
        }
    }

    pub(crate) fn run_unchecked(&mut self, until: Until) -> Result<Stop> {
        self.settle_memories();
        let stop = self.run_loop(until);
        let is_seen = match stop {
            Ok(Stop::AwaitingHost) => false,
            // The next run writes the message.
            Ok(Stop::Watchpoint) => !self.logs_here(),
            _ => true,
        };
        if is_seen {
            self.seen = Some(self.context.time);
        }
        stop
    }

    /// The stop that the state says.
    fn stop_here(&self) -> Stop {
        match self.state() {
            State::Paused | State::Idle => Stop::Step,
            State::AwaitingHost => Stop::AwaitingHost,
            State::Finished => Stop::Finished,
            State::Trapped => Stop::Trapped,
        }
    }

    fn run_loop(&mut self, until: Until) -> Result<Stop> {
        let begin = self.context.time;
        if let Some(depth) = until.depth {
            // The frame whose return leads to the wanted depth says so when it returns.
            match self.context.frames.get_mut(depth) {
                Some(frame) => frame.marks |= mark::NOTIFY,
                None => return Ok(Stop::Step),
            }
        }
        loop {
            // Before all else, so that a slice that ends here does not hide it.
            if self.at_breakpoint()
                && self.seen != Some(self.context.time)
                && let Some(stop) = self.meet_breakpoint()
            {
                return Ok(stop);
            }
            if until.depth.is_some_and(|depth| self.depth() <= depth) {
                return Ok(Stop::Step);
            }
            let mut left = until
                .fuel
                .map_or(u64::MAX, |fuel| fuel - (self.context.time - begin));
            if left == 0 {
                return Ok(Stop::OutOfFuel);
            }
            self.keep_checkpoint();
            left = left.min(self.fuel_to_next_action().unwrap_or(u64::MAX));
            let watched = self.watched_step();
            let stop = if let Some((stop, _)) = watched {
                (stop != Stop::Step).then_some(stop)
            } else if left <= 2 * u64::from(MAX_RUN) {
                match self.step_unchecked() {
                    Stop::Step => None,
                    stop => Some(stop),
                }
            } else {
                // A run may end later than the fuel does: the last instructions are stepped.
                self.advance_fast((left - u64::from(MAX_RUN)).min(SLICE))
            };
            // What the embedder did in the past is not left to it again.
            let caught_up = self.catch_up()?;
            match stop {
                _ if self.state() == State::Paused && watched.is_some_and(|(_, hit)| hit) => {
                    return Ok(Stop::Watchpoint);
                }
                _ if caught_up && self.state() == State::Paused => {}
                None if self.state() == State::Paused => {}
                Some(stop) if self.stop_here() == stop => return Ok(stop),
                _ => return Ok(self.stop_here()),
            }
        }
    }

    pub(crate) fn at_breakpoint(&self) -> bool {
        let top = self.context.frames.last();
        let replaced = top.and_then(|top| self.code.replaced(top.ip));
        replaced.is_some_and(|replaced| replaced.breakpoint)
            && self.breakpoints.count_at(self.depth())
    }

    pub(crate) fn step_unchecked(&mut self) -> Stop {
        let begin = self.context.time;
        while self.context.time == begin {
            if let Some(stop) = self.advance(Speed::Single, 2 * u64::from(MAX_RUN), None) {
                return stop;
            }
        }
        Stop::Step
    }

    /// Enters the execution loop, in folded code if it may be.
    fn advance_fast(&mut self, slice: u64) -> Option<Stop> {
        if !self.may_enter_folded() {
            return self.advance(Speed::Fast, slice, None);
        }
        match self.enter_folded() {
            Some(before) => self.advance(Speed::Fast, slice, Some(before)),
            // Folded code has a boundary a few instructions further on.
            None => match self.step_unchecked() {
                Stop::Step => None,
                stop => Some(stop),
            },
        }
    }

    /// Enters the execution loop once. `None` if the machine is still `Paused` and nothing asks to stop.
    ///
    /// `entered` says how many instructions of its run lie before the place in folded code at which it is entered.
    fn advance(&mut self, speed: Speed, budget: u64, entered: Option<u32>) -> Option<Stop> {
        if speed == Speed::Single
            && let Some(top) = self.depth().checked_sub(1)
        {
            self.rest_precisely(top);
        }
        let Some(&top) = self.context.frames.last() else {
            return Some(Stop::Finished);
        };
        let mut pace = Pace {
            first: self.code.first_word(top.ip),
            mask: match speed {
                Speed::Fast => Pace::FAST,
                Speed::Single => Pace::SINGLE,
            },
        };
        let before = match entered {
            Some(before) => before,
            None if self.is_folded(top) => 0,
            None => executed_before(pace.first),
        };
        if self.probes.is_some() {
            self.begin_pass();
        }
        // The ticks of the run at hand count from its beginning, which may lie before `ip`.
        let mut fuel = budget as i64 + i64::from(before);
        let begin = fuel;
        let leave = loop {
            match execute(&mut self.context, &self.code, pace, &mut fuel) {
                Leave::Lower(function) => self.lower(function),
                Leave::GrowStack(slots) => {
                    if !self.context.stack.reserve(slots as usize) {
                        break Leave::Trap(TrapKind::CallStackExhausted);
                    }
                }
                Leave::Break
                    if let Some(first) = self.passes_probe(begin - fuel - i64::from(before)) =>
                {
                    pace.first = first;
                    continue;
                }
                Leave::Break if let Some(first) = self.passes_break() => {
                    pace.first = first;
                    continue;
                }
                leave => break leave,
            }
            // The call is executed again.
            let ip = self.context.frames.last().map_or(0, |top| top.ip);
            pace.first = self.code.first_word(ip);
        };
        self.context.time += (begin - fuel) as u64;
        self.context.time -= u64::from(before);
        if !matches!(leave, Leave::Finished { .. } | Leave::HostCall)
            && let Some(&top) = self.context.frames.last()
        {
            let executed = match leave {
                _ if !self.is_folded(top) => executed_before(self.code.first_word(top.ip)),
                // A run begins here.
                Leave::Halted | Leave::Returned => 0,
                _ => self.leave_folded(),
            };
            self.context.time += u64::from(executed);
        }
        match leave {
            // The caller looks at where the machine stands.
            Leave::Fuel | Leave::Returned | Leave::Break => {}
            Leave::Halted => {
                if speed == Speed::Single {
                    self.settle();
                }
            }
            Leave::Trap(kind) => self.trap_with(kind, None),
            // Done above.
            Leave::Lower(_) | Leave::GrowStack(_) | Leave::GrowFrames => {}
            Leave::Collect(bytes) => self.make_room(bytes),
            Leave::Throw => {
                self.execute_throw();
                self.settle();
            }
            Leave::HostCall => self.context.state = State::AwaitingHost,
            Leave::Finished { function, base } => self.finish(function, base),
        }
        if self.probes.is_some() {
            self.end_pass();
        }
        match self.context.state {
            State::Paused | State::Idle => None,
            State::AwaitingHost => Some(Stop::AwaitingHost),
            State::Finished => Some(Stop::Finished),
            State::Trapped => Some(Stop::Trapped),
        }
    }

    /// Executes what is no instruction of WebAssembly, so that the machine always rests before one that is.
    pub(crate) fn settle(&mut self) {
        while self.context.state == State::Paused {
            let Some(&top) = self.context.frames.last() else {
                return;
            };
            let word = self.code.first_word(top.ip);
            // Where folded code rests a run begins: what a tick counts there has still to be executed.
            let is_counted = opcode(word) == Op::Tick as u32 && !self.is_folded(top);
            let counts_nothing = is_counted || tick(word) == 0;
            if !counts_nothing
                || self
                    .advance(Speed::Single, 2 * u64::from(MAX_RUN), None)
                    .is_some()
            {
                return;
            }
        }
    }

    /// Takes the results of a call that has returned, the first of them in the slot `base`.
    pub(crate) fn finish(&mut self, function: u32, base: u32) {
        let ty = self.context.store.func_type(function);
        let slots = &self.context.stack.slots()[base as usize..];
        self.context.results = slot::read_values(ty.results(), slots, &self.context.store.heap);
        self.context.state = State::Finished;
    }

    /// Lets the machine trap where it stands.
    pub(crate) fn trap_with(&mut self, kind: TrapKind, explanation: Option<String>) {
        // The frames are looked at as they lie, so the trap is described before the state changes.
        let trap = self.describe_trap(kind, explanation);
        self.context.trap = Some(trap);
        self.context.state = State::Trapped;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    Fast,
    Single,
}

/// How many instructions of its run have been executed before the one with this first word.
pub(crate) fn executed_before(word: u32) -> u32 {
    if opcode(word) == Op::Tick as u32 {
        tick(word)
    } else {
        tick(word).saturating_sub(1)
    }
}
