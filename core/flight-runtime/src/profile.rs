//! Profiles and coverage: which functions and instructions of the recorded past ran, and how often.
//!
//! Nothing is counted while the machine runs. Like every question to the past this one is answered by executing the
//! record again: in precise code, with a probe before every block (`profile/blocks.rs`), which counts how often it is
//! come to and follows the calls (`profile/probes.rs`). Passes through a block that begin or end in its midst are kept
//! apart, so the counts are exact: what all functions executed is the time that has passed.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use flight_wasm::{FuncIdx, FuncRef};

use crate::history::Gait;
use crate::interpreter::{InstanceId, Interpreter};
use crate::store::FunctionKind;
use crate::{Error, Moment, Result, Translation};

mod blocks;
mod probes;
#[cfg(test)]
mod tests;

pub(crate) use probes::Probes;
use probes::Purpose;

/// What was executed between two moments, function by function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The moment from which on it was counted.
    pub begin: Moment,
    /// The moment up to which.
    pub end: Moment,
    /// The functions that ran or were called: the one that executed the most instructions first, equal ones in the
    /// order in which they came into the store.
    pub functions: Vec<FunctionProfile>,
}

impl Profile {
    /// How many instructions were executed: the sum of what the functions executed, and the difference of the two times.
    pub fn instructions(&self) -> u64 {
        self.end.time - self.begin.time
    }
}

/// What a function did between two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionProfile {
    /// The function; [`Interpreter::function_name`] tells its name.
    pub function: FuncRef,
    /// The instance whose module defines it, and its index there; `None` for the embedder's own.
    pub defined: Option<(InstanceId, u32)>,
    /// How often it was called, by the guest or the embedder; also by a tail call. A call that was under way at the
    /// beginning is none of these.
    pub calls: u64,
    /// How many instructions it executed itself. A call belongs to the caller, a return to the function that returns.
    /// An instruction that trapped took no time and does not count.
    pub instructions: u64,
    /// How many instructions were executed while a call of it was under way: its own and those of all that it called,
    /// each once, also if the function called itself. A host function's are those of the guest that it called.
    pub total: u64,
    /// How often each of its instructions was executed, in the order of the code; empty for a host function.
    pub counts: Vec<InstructionCount>,
}

/// How often an instruction was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstructionCount {
    /// Its byte offset in the module.
    pub offset: u32,
    /// How often.
    pub count: u64,
}

/// Which instructions ran between two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The moment from which on it was looked.
    pub begin: Moment,
    /// The moment up to which.
    pub end: Moment,
    /// All functions that the instances' modules define, in their order.
    pub functions: Vec<FunctionCoverage>,
}

/// Which instructions of a function ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCoverage {
    /// The instance whose module defines it.
    pub instance: InstanceId,
    /// The function's index in the module.
    pub function: u32,
    /// The byte offsets in the module of the instructions that ran, in order; one that trapped was come to and is here.
    pub ran: Vec<u32>,
    /// Those of all others.
    pub missed: Vec<u32>,
}

impl Interpreter {
    /// Counts what was executed from a moment of the record, or its beginning, up to the present one.
    ///
    /// The record is executed again in precise code; the machine stays where it is, and host functions are not called.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing is recorded, from inside of a host function, or if the moment is not between the
    /// beginning of the record and the present; [`Error::Diverged`].
    pub fn profile(&mut self, from: Option<Moment>) -> Result<Profile> {
        let (begin, end, probes) = self.probe_past("profile", from, Purpose::Counts)?;
        let addresses = 0..self.context.store.functions.len() as u32;
        let concerned = addresses.filter(|address| probes.calls(*address) != (0, 0));
        let mut functions: Vec<FunctionProfile> = concerned
            .map(|address| self.function_profile(&probes, address))
            .collect();
        functions.sort_by_key(|function| core::cmp::Reverse(function.instructions));
        Ok(Profile {
            begin,
            end,
            functions,
        })
    }

    /// Tells which instructions ran from a moment of the record, or its beginning, up to the present one.
    ///
    /// This is a [profile](Interpreter::profile) that takes less time: a place that has been come to is looked at no
    /// more. The machine stays where it is.
    ///
    /// # Errors
    /// As [`Interpreter::profile`].
    pub fn coverage(&mut self, from: Option<Moment>) -> Result<Coverage> {
        let (begin, end, probes) = self.probe_past("coverage", from, Purpose::Coverage)?;
        let mut functions = Vec::new();
        for (address, function) in self.context.store.functions.iter().enumerate() {
            let FunctionKind::Guest { instance, func } = function.kind else {
                continue;
            };
            let counts = self.counts(&probes, address as u32, instance, func);
            let offsets = |ran: bool| {
                let wanted = counts.iter().filter(|it| (it.count > 0) == ran);
                wanted.map(|it| it.offset).collect()
            };
            functions.push(FunctionCoverage {
                instance: InstanceId(instance),
                function: func.0,
                ran: offsets(true),
                missed: offsets(false),
            });
        }
        Ok(Coverage {
            begin,
            end,
            functions,
        })
    }

    /// Executes the record again with probes, from a moment on up to the present one.
    fn probe_past(
        &mut self,
        operation: &str,
        from: Option<Moment>,
        purpose: Purpose,
    ) -> Result<(Moment, Moment, Box<Probes>)> {
        self.ask_past(operation, |own| {
            let end = own.moment();
            let first = own.history().map_or(end, |history| history.begin);
            let begin = from.unwrap_or(first);
            if !(first..=end).contains(&begin) {
                return Err(Error::Usage(format!(
                    "{operation} is not possible from time {} on: what is recorded up to the present goes from {} to {}",
                    begin.time, first.time, end.time
                )));
            }
            let probes = own.without_breaks(|own| {
                own.go_to(begin)?;
                own.hold_checkpoints();
                let translation = own.translation();
                own.set_translation(Translation::Precise);
                own.attach_probes(purpose);
                let went = own.forward(end, Gait::Freely);
                let probes = own.detach_probes();
                own.set_translation(translation);
                went.map(|_| probes)
            })?;
            Ok((begin, end, probes))
        })
    }

    fn function_profile(&self, probes: &Probes, address: u32) -> FunctionProfile {
        let (defined, counts) = match self.context.store.functions[address as usize].kind {
            FunctionKind::Host { .. } => (None, Vec::new()),
            FunctionKind::Guest { instance, func } => {
                let counts = self.counts(probes, address, instance, func);
                (Some((InstanceId(instance), func.0)), counts)
            }
        };
        let (calls, total) = probes.calls(address);
        FunctionProfile {
            function: FuncRef(address),
            defined,
            calls,
            instructions: counts.iter().map(|it| it.count).sum(),
            total,
            counts,
        }
    }

    /// How often each instruction of a function was executed. Those that cannot be reached have no internal code.
    fn counts(
        &self,
        probes: &Probes,
        address: u32,
        instance: u32,
        func: FuncIdx,
    ) -> Vec<InstructionCount> {
        let module = &self.context.store.instances[instance as usize].module;
        let positions = self.code.precise(address).map_or(&[][..], |(_, all)| all);
        let executed = probes.executed(address);
        let mut known = positions.iter().zip(executed).peekable();
        let instructions = blocks::instructions(module, func);
        let counts = instructions.map(|instruction| {
            let offset = instruction.offset;
            let here = known.next_if(|(position, _)| position.offset == offset);
            InstructionCount {
                offset,
                count: here.map_or(0, |(_, count)| count),
            }
        });
        counts.collect()
    }
}
