//! What becomes of a run that comes to a breakpoint.

use crate::breakpoints::LogMessage;
use crate::interpreter::{InstanceId, Interpreter, Stop};
use crate::{Error, Result};

use super::Point;

/// What a breakpoint at which a run has arrived asks for.
enum Wants {
    Stop,
    Message(alloc::string::String),
}

impl Interpreter {
    /// What the run is to come back with at the breakpoint at hand; `None` if it goes on past it.
    pub(crate) fn meet_breakpoint(&mut self) -> Option<Stop> {
        // Those of a search of the past are simply stopped at.
        if self.breakpoints.levels.is_some() {
            return Some(Stop::Breakpoint);
        }
        let replaying = self
            .history
            .as_ref()
            .is_some_and(|history| history.replaying);
        let stop = match (replaying, self.watches.stop_runs()) {
            (true, false) => None,
            (true, true) => self.arrive_again(),
            (false, stops) => self.arrive(stops),
        };
        if stop.is_none() {
            // Should the instruction have to be begun twice, it is met once.
            self.seen = Some(self.context.time);
        }
        stop
    }

    /// Whether the breakpoint at hand, if there is one, writes messages.
    pub(crate) fn logs_here(&self) -> bool {
        self.at_breakpoint()
            && self
                .point_here()
                .is_some_and(|(_, point)| point.log.is_some())
    }

    /// The breakpoint at hand: the function's address in the store and the offset, and what it does.
    fn point_here(&self) -> Option<((u32, u32), &Point)> {
        let top = self.context.frames.last()?;
        let offset = self.code.offset_at(top.function, top.ip)?;
        let place = (top.function, offset);
        self.breakpoints
            .places
            .get(&place)
            .map(|point| (place, point))
    }

    /// On the way back: only the condition is asked.
    fn arrive_again(&mut self) -> Option<Stop> {
        let (_, point) = self.point_here()?;
        if point.log.is_some() {
            return None;
        }
        match point.holds(self) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => self.breakpoints.error = Some(error),
        }
        Some(Stop::Breakpoint)
    }

    fn arrive(&mut self, stops: bool) -> Option<Stop> {
        let (place, point) = self.point_here()?;
        let held = point.holds(self);
        if held == Ok(false) {
            return None;
        }
        let count = point.count.saturating_add(1);
        // What is wrong is told at once, however many arrivals are waited for.
        let counts = count >= point.hits || held.is_err();
        let wants = match (&point.log, &held) {
            _ if !counts => None,
            (Some(_), Err(error)) => Some(Wants::Message(alloc::format!("{error}"))),
            (Some(log), _) => Some(Wants::Message(log.message(self))),
            (None, _) => Some(Wants::Stop),
        };
        if let Some(point) = self.breakpoints.places.get_mut(&place) {
            point.count = count;
        }
        match wants? {
            Wants::Stop => {
                self.breakpoints.error = held.err().filter(|_| stops);
                stops.then_some(Stop::Breakpoint)
            }
            Wants::Message(text) => {
                let place = self.place_of(self.depth().checked_sub(1)?)?;
                let message = LogMessage {
                    instance: InstanceId(place.instance),
                    function: place.func.0,
                    offset: place.offset,
                    time: self.context.time,
                    text,
                };
                self.breakpoints.messages.push(message);
                stops.then_some(Stop::Log)
            }
        }
    }

    /// Why the condition of the breakpoint that the last run stopped at could not be evaluated, as
    /// [`Error::Expression`]; `None` if it held, or the run stopped for another reason. The next step or run forgets it.
    pub fn breakpoint_error(&self) -> Option<&Error> {
        self.breakpoints.error.as_ref()
    }
}

impl Point {
    fn holds(&self, machine: &Interpreter) -> Result<bool> {
        match &self.condition {
            Some(condition) => condition.holds(machine),
            None => Ok(true),
        }
    }
}
