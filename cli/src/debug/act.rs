//! Movements of the machine, forwards and backwards.

use flight_runtime::{
    Branch, Error, Interpreter, Result as RuntimeResult, State, Stop, TrapKind, Until,
};

use super::command::Goal;
use super::{Debugger, Done, Problem};
use crate::values::{counted, parse_one};

/// How far to go forward.
#[derive(Clone, Copy, Debug)]
struct Course {
    /// How many instructions at most.
    fuel: u64,
    /// Until no more than this many calls lie on each other.
    depth: Option<usize>,
    /// Whether breakpoints end it.
    breakpoints: bool,
    /// Whether it goes on from the end of a call to the next call.
    calls: bool,
}

impl Debugger<'_> {
    pub(super) fn step(&mut self, count: u64) -> Done {
        if self.begin_next_call()? {
            return self.show_place();
        }
        let stop = self.forward(Course {
            fuel: count,
            depth: None,
            breakpoints: false,
            calls: false,
        })?;
        self.show_stop(match stop {
            Stop::OutOfFuel => Stop::Step,
            stop => stop,
        })
    }

    pub(super) fn over(&mut self) -> Done {
        if self.begin_next_call()? {
            return self.show_place();
        }
        let depth = self.session.interpreter.depth();
        let one = Course {
            fuel: 1,
            depth: None,
            breakpoints: false,
            calls: false,
        };
        let mut stop = self.forward(one)?;
        if stop == Stop::OutOfFuel {
            stop = self.forward(Course {
                fuel: self.limit,
                depth: Some(depth),
                breakpoints: true,
                ..one
            })?;
        }
        self.show_stop(stop)
    }

    pub(super) fn out_of_function(&mut self) -> Done {
        if self.begin_next_call()? {
            return self.show_place();
        }
        let depth = self.session.interpreter.depth();
        let stop = self.forward(Course {
            fuel: self.limit,
            depth: Some(depth.saturating_sub(1)),
            breakpoints: true,
            calls: false,
        })?;
        self.show_stop(stop)
    }

    pub(super) fn run_on(&mut self) -> Done {
        if self.begin_next_call()? && self.at_breakpoint() {
            return self.show_stop(Stop::Breakpoint);
        }
        let stop = self.forward(Course {
            fuel: self.limit,
            depth: None,
            breakpoints: true,
            calls: true,
        })?;
        self.show_stop(stop)
    }

    /// If no call is under way: makes the next one.
    ///
    /// # Errors
    /// If there is none.
    fn begin_next_call(&mut self) -> Result<bool, Problem> {
        if matches!(
            self.session.interpreter.state(),
            State::Paused | State::AwaitingHost
        ) {
            return Ok(false);
        }
        if self.next_call()? {
            return Ok(true);
        }
        let why = match self.session.interpreter.state() {
            State::Trapped => "the call has trapped: back goes back, call makes another",
            State::Finished => "the call has returned: back goes back, call makes another",
            _ => "nothing is called: call makes a call",
        };
        Err(why.to_string().into())
    }

    /// Makes the next of the calls that were asked for, or the next that is recorded. Whether there was one.
    pub(super) fn next_call(&mut self) -> Result<bool, Problem> {
        let machine = &mut self.session.interpreter;
        let here = machine.moment();
        if machine.in_past() {
            // Behind all that was done at this time the next call has begun, if there was one.
            machine.seek(here.time)?;
            return Ok(machine.moment() != here);
        }
        let Some(call) = self.calls.get(self.started.len()) else {
            return Ok(false);
        };
        if machine.state() == State::Trapped {
            // What was to be done behind it is not done.
            return Ok(false);
        }
        machine.start(call.function, &call.arguments)?;
        self.started.push(machine.moment());
        Ok(true)
    }

    /// Goes forward, and answers the calls of imported functions.
    fn forward(&mut self, course: Course) -> Result<Stop, Problem> {
        let begin = self.session.interpreter.time();
        loop {
            let machine = &mut self.session.interpreter;
            match machine.state() {
                State::Paused => {
                    let left = course.fuel.saturating_sub(machine.time() - begin);
                    if left == 0 {
                        return Ok(Stop::OutOfFuel);
                    }
                    let stop = machine.run(Until {
                        fuel: Some(left),
                        depth: course.depth,
                    })?;
                    let now = machine.time();
                    self.show_log()?;
                    match stop {
                        // The machine stands at it already, or it is to be passed.
                        Stop::Breakpoint if !course.breakpoints || now == begin => {}
                        Stop::Watchpoint if !course.breakpoints => {}
                        Stop::Log | Stop::AwaitingHost | Stop::Finished | Stop::Trapped => {}
                        stop => return Ok(stop),
                    }
                }
                State::AwaitingHost => {
                    // What an imported function writes comes behind what was printed so far.
                    self.out.flush()?;
                    match machine.resolve_host_call() {
                        Err(Error::AsyncHostFunction(_)) => return Ok(Stop::AwaitingHost),
                        answered => answered?,
                    }
                    self.show_log()?;
                }
                State::Finished if course.calls && self.next_call()? => {
                    if self.at_breakpoint() {
                        return Ok(Stop::Breakpoint);
                    }
                }
                State::Finished | State::Idle => return Ok(Stop::Finished),
                State::Trapped => return Ok(Stop::Trapped),
            }
        }
    }

    pub(super) fn back(&mut self, count: u64) -> Done {
        if count == 0 {
            return self.show_place();
        }
        self.backwards(|machine| {
            let stop = machine.step_back()?;
            let begin = machine.history().map_or(0, |history| history.begin.time);
            match machine.time().checked_sub(count - 1) {
                _ if count == 1 || stop == Stop::Beginning => Ok(stop),
                Some(time) if time >= begin => machine.seek(time).map(|()| stop),
                _ => machine.seek(begin).map(|()| Stop::Beginning),
            }
        })
    }

    pub(super) fn back_out(&mut self) -> Done {
        match self.session.interpreter.step_back_out()? {
            Stop::Beginning => Err("no function of the record has called this one"
                .to_string()
                .into()),
            stop => self.show_stop(stop),
        }
    }

    /// Goes back in some way, and shows where that led to.
    pub(super) fn backwards(
        &mut self,
        go: impl FnOnce(&mut Interpreter) -> RuntimeResult<Stop>,
    ) -> Done {
        let stop = go(&mut self.session.interpreter)?;
        self.show_stop(stop)
    }

    pub(super) fn seek(&mut self, goal: Goal) -> Done {
        let machine = &mut self.session.interpreter;
        match (goal, machine.history()) {
            (Goal::Time(time), _) => machine.seek(time)?,
            (Goal::Start, Some(history)) => machine.seek(history.begin.time)?,
            (Goal::End, Some(history)) => machine.seek_moment(history.end)?,
            (_, None) => {}
        }
        self.show_place()
    }

    pub(super) fn call(&mut self, name: &str, arguments: &[String]) -> Done {
        if matches!(
            self.session.interpreter.state(),
            State::Paused | State::AwaitingHost
        ) {
            let why = "a call is under way: continue runs it to its end, seek end goes to the end";
            return Err(why.to_string().into());
        }
        let call = self.session.invocation(name, arguments)?;
        let machine = &mut self.session.interpreter;
        machine.start(call.function, &call.arguments)?;
        let here = machine.moment();
        self.note_branch()?;
        self.started.push(here);
        self.show_place()
    }

    pub(super) fn answer(&mut self, texts: &[String]) -> Done {
        let instance = self.session.instance;
        let machine = &mut self.session.interpreter;
        let Some(call) = machine.host_call() else {
            return Err("no imported function waits for an answer"
                .to_string()
                .into());
        };
        let types = call.ty.results();
        if types.len() != texts.len() {
            let wanted: Vec<String> = types.iter().map(ToString::to_string).collect();
            let wanted = wanted.join(" ");
            return Err(format!("the function is to give [{wanted}]").into());
        }
        let values = types.iter().zip(texts);
        let values = values.map(|(ty, text)| parse_one(machine, instance, *ty, text));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        machine.answer(&values)?;
        self.show_place()
    }

    pub(super) fn fail(&mut self, words: &str) -> Done {
        self.session.interpreter.fail(TrapKind::Host, words)?;
        self.show_place()
    }

    pub(super) fn branch(&mut self) -> Done {
        match self.session.interpreter.branch() {
            Some(branch) => self.tell_branch(branch),
            None => {
                let why = "the machine is not in its past: there is no recorded future to give up";
                Err(why.to_string().into())
            }
        }
    }

    /// Tells of the recorded future if the last command has given it up.
    pub(super) fn note_branch(&mut self) -> Done {
        match self.session.interpreter.take_branch() {
            Some(branch) => self.tell_branch(branch),
            None => Ok(()),
        }
    }

    fn tell_branch(&mut self, branch: Branch) -> Done {
        self.started.retain(|moment| *moment <= branch.at);
        let Branch { at, dropped } = branch;
        let what = match dropped.time - at.time {
            0 => format!("what happened at time {}", at.time),
            count => format!(
                "{}, up to time {}",
                counted(count, "instruction", "instructions"),
                dropped.time
            ),
        };
        writeln!(self.out, "note: the recorded future was given up: {what}")?;
        Ok(())
    }
}
