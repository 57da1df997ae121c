//! Breakpoints: places before which a run stops.
//!
//! A breakpoint replaces the first word of an instruction's internal code, so that without one nothing is slower.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use flight_wasm::FuncIdx;

use crate::expression::{Condition, Log};
use crate::interpreter::{InstanceId, Interpreter};
use crate::{Error, Result};

mod arrival;
mod log;
#[cfg(test)]
mod tests;

use log::Messages;
pub use log::{LogMessage, TakenLog};

/// A breakpoint that has been set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakpoint {
    /// The function's index in its module.
    pub function: u32,
    /// The instruction's byte offset in the module.
    pub offset: u32,
    /// Its condition, as it was given.
    pub condition: Option<Box<str>>,
    /// From which arrival on it counts.
    pub hits: u64,
    /// Its log message, as it was given.
    pub log: Option<Box<str>>,
    /// How many arrivals there have been.
    pub count: u64,
}

/// What a breakpoint does, if it is not to stop every run.
///
/// What counts as an *arrival* is that a run comes to the breakpoint's instruction and the condition holds: a run
/// forwards in whatever part of the record, and also a call that is made to its end, which does not stop.
/// Single steps are no runs, nor is what is executed again to go to some moment of the past.
/// A breakpoint on the instruction that the machine was last stopped at is passed, and that is no arrival.
///
/// # Expressions
///
/// | written | is |
/// | --- | --- |
/// | `42`, `0x2a`, `1_000`, `1.5`, `2e9`, `true`, `false`, `null` | a constant |
/// | `local[0]`, `local.count`, `local."odd name"` | a parameter or local of the frame, by its index or its name in the name section |
/// | `stack[0]` | an operand of the frame; 0 is the topmost one |
/// | `global[0]`, `global.heap` | a global of the frame's instance, by its index or by its name in the name section, as an export or as an import |
/// | `memory[p]` | the byte at an address of memory 0, as `u8[p]` |
/// | `i8[p]` `u8[p]` `i16[p]` `u16[p]` `i32[p]` `u32[p]` `i64[p]` `u64[p]` `f32[p]` `f64[p]` | what lies at an address of memory 0 |
/// | `i32[1, p]` | the same in memory 1; the memory is named by a number |
/// | `time`, `depth` | how many instructions have been executed, how many calls lie on each other |
/// | `u32(x)`, and so on for the ten types | `x` converted |
///
/// A `$` before a name is dropped, as in `local.$count`.
///
/// Operators, those that bind strongest first; operators of a line associate to the left:
///
/// | operators | take |
/// | --- | --- |
/// | `-x` `!x` `~x` | a number; anything; an integer |
/// | `*` `/` `%` | numbers; `%` integers |
/// | `+` `-` | numbers |
/// | `<<` `>>` | integers |
/// | `&`, then `^`, then `\|` | integers |
/// | `==` `!=` `<` `<=` `>` `>=` | numbers; the first two also references and vectors. They do not associate: `a < b < c` is an error |
/// | `&&`, then `\|\|` | anything; the right side is looked at only if the left one does not decide |
/// | `c ? a : b` | numbers, or twice the same |
///
/// So `local.flags & 4 == 4` asks for a bit: as in Rust, and other than in C, comparisons bind weaker.
///
/// - **Integers** are computed exactly, in 128 bits; what does not fit those is an error and never wraps.
///   What an `i32` or `i64` holds is taken as signed: `local.x < 0` is what `i32.lt_s` says, `u32(local.x)` is the same
///   bits unsigned. So `local.x == 0xffffffff` is never true of an `i32`, and `u32(local.x) == 0xffffffff` may be.
///   `/` rounds to zero, `%` has the sign of its left side, and `>>` keeps the sign; `u32(x) >> 4` does not.
/// - **Floats** are computed in double precision, as is an integer beside a float.
///   What an `f32` holds is widened: `local.f == 0.1` is never true of one, `local.f == f32(0.1)` may be.
/// - **Conversions** to integers take the lowest bits of an integer, and round a float to zero, saturating; a NaN gives 0.
/// - **True** is what is not false, not 0 and not null. As a number, true is 1.
/// - **An address** below zero is taken for the `i32` of the same bits, in a 64-bit memory for the `i64`, so that
///   pointers to the upper half work.
///
/// Names, places and types are checked when an expression is read, so that a mistake is told then, with its column.
/// What can only fail later are a load beyond the end of a memory, a division by zero, and a number that becomes too
/// large.
///
/// A log message is text with expressions in braces: `sum is {local.sum} at {local.at:x}`. `:x` writes an integer in
/// hexadecimal, `{{` and `}}` are braces. In place of an expression that fails stands why, as `<division by zero>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BreakpointOptions<'a> {
    /// An expression. While it is not true the breakpoint is passed. If it cannot be evaluated the run stops, and
    /// [`Interpreter::breakpoint_error`] says why; the message of one with a log then is the reason.
    pub condition: Option<&'a str>,
    /// From which arrival on the breakpoint counts; until then it is passed. 0 is the same as 1: from the first.
    pub hits: u64,
    /// A log message. A breakpoint that has one never stops a run for good: it writes the message, the run comes back
    /// as [`Stop::Log`](crate::Stop::Log), and the next run goes on. Calls that are made to their end do not come back,
    /// but write it too. [`Interpreter::take_log`] gives it.
    pub log: Option<&'a str>,
}

/// What a breakpoint does, and how often it has.
#[derive(Debug, Default)]
struct Point {
    condition: Option<Box<Condition>>,
    hits: u64,
    log: Option<Box<Log>>,
    count: u64,
}

/// The breakpoints of all functions: address in the store, and offset.
#[derive(Debug, Default)]
pub(crate) struct Breakpoints {
    places: BTreeMap<(u32, u32), Point>,
    /// Only where so many calls lie on each other.
    levels: Option<RangeInclusive<usize>>,
    messages: Messages,
    /// Why the condition could not be evaluated where the last run stopped.
    pub(crate) error: Option<Error>,
}

impl Breakpoints {
    /// Some that only count where so many calls lie on each other.
    pub(crate) fn at_levels(places: &BTreeSet<(u32, u32)>, levels: RangeInclusive<usize>) -> Self {
        let places = places.iter().map(|place| (*place, Point::default()));
        Self {
            places: places.collect(),
            levels: Some(levels),
            ..Self::default()
        }
    }

    /// Whether they count where so many calls lie on each other.
    pub(crate) fn count_at(&self, level: usize) -> bool {
        let levels = self.levels.as_ref();
        levels.is_none_or(|levels| levels.contains(&level))
    }

    /// Whether there are any in a function.
    pub(crate) fn any_in(&self, address: u32) -> bool {
        self.of(address).next().is_some()
    }

    /// The addresses of the functions that have any.
    pub(crate) fn functions(&self) -> impl Iterator<Item = u32> {
        self.places.keys().map(|(address, _)| *address)
    }

    /// The offsets of those in a function.
    fn of(&self, address: u32) -> impl Iterator<Item = u32> {
        self.places
            .range((address, 0)..=(address, u32::MAX))
            .map(|((_, offset), _)| *offset)
    }
}

impl Point {
    fn view(&self, function: u32, offset: u32) -> Breakpoint {
        Breakpoint {
            function,
            offset,
            condition: self
                .condition
                .as_ref()
                .map(|condition| condition.text.clone()),
            hits: self.hits,
            log: self.log.as_ref().map(|log| log.text.clone()),
            count: self.count,
        }
    }
}

impl Interpreter {
    /// Sets a breakpoint before the instruction at a byte offset in the module of an instance: every run stops there.
    ///
    /// # Errors
    /// [`Error::Usage`] if no instruction of a function begins there.
    pub fn add_breakpoint(&mut self, instance: InstanceId, offset: u32) -> Result<Breakpoint> {
        self.add_breakpoint_with(instance, offset, BreakpointOptions::default())
    }

    /// Sets a breakpoint with a condition, a number of arrivals that it waits for, or a log message.
    /// One that is there already is replaced, and counts anew.
    ///
    /// # Errors
    /// [`Error::Usage`] if no instruction of a function begins there; [`Error::Expression`] if there is a mistake in the
    /// condition or the log message. Then nothing has changed.
    pub fn add_breakpoint_with(
        &mut self,
        instance: InstanceId,
        offset: u32,
        options: BreakpointOptions<'_>,
    ) -> Result<Breakpoint> {
        let (address, function) = self.place(instance, offset)?;
        let BreakpointOptions {
            condition,
            hits,
            log,
        } = options;
        let mut point = Point {
            hits,
            ..Point::default()
        };
        if condition.is_some() || log.is_some() {
            // Where the operands begin is known of functions that have been translated.
            self.prepare_precise(address);
            let scope = self.scope_at(instance, FuncIdx(function), offset);
            if let Some(text) = condition {
                point.condition = Some(Box::new(Condition::new(text, &scope)?));
            }
            if let Some(text) = log {
                point.log = Some(Box::new(Log::new(text, &scope)?));
            }
        }
        let view = point.view(function, offset);
        self.breakpoints.places.insert((address, offset), point);
        self.translate_again(address);
        Ok(view)
    }

    /// Takes a breakpoint away: whether there was one.
    pub fn remove_breakpoint(&mut self, instance: InstanceId, offset: u32) -> bool {
        let Ok((address, _)) = self.place(instance, offset) else {
            return false;
        };
        let removed = self.breakpoints.places.remove(&(address, offset)).is_some();
        if let Some(word) = self.code.word_at(address, offset) {
            self.code.set_break(word, false);
        }
        if removed {
            self.translate_again(address);
        }
        removed
    }

    /// The breakpoints of an instance, in the order of its code.
    pub fn breakpoints(&self, instance: InstanceId) -> Vec<Breakpoint> {
        let own = self.instance(instance);
        let of = |(&(address, offset), point): (&(u32, u32), &Point)| {
            let function = own
                .functions
                .iter()
                .position(|function| *function == address)?;
            Some(point.view(function as u32, offset))
        };
        self.breakpoints.places.iter().filter_map(of).collect()
    }

    /// The function whose body holds an instruction at this offset: its address in the store, and its index.
    fn place(&self, instance: InstanceId, offset: u32) -> Result<(u32, u32)> {
        let own = self.instance(instance);
        let module = &own.module;
        let nowhere = || {
            Error::Usage(alloc::format!(
                "no instruction of a function begins at offset 0x{offset:x}"
            ))
        };
        let found = (module.imported_function_count()..module.function_count()).find(|index| {
            let body = module.function_body(FuncIdx(*index));
            body.is_some_and(|body| body.range.contains(&(offset as usize)))
        });
        let function = found.ok_or_else(nowhere)?;
        if !self
            .analysis(instance.0, FuncIdx(function))
            .is_instruction(offset)
        {
            return Err(nowhere());
        }
        Ok((own.functions[function as usize], function))
    }

    /// Puts the breakpoints of a function into its precise code, once it has that, the breaks for what is watched, and
    /// the probes.
    pub(crate) fn patch_breaks(&mut self, address: u32) {
        for offset in self.breakpoints.of(address) {
            if let Some(word) = self.code.word_at(address, offset) {
                self.code.set_break(word, true);
            }
        }
        self.patch_candidates(address);
        self.patch_probes(address);
    }
}
