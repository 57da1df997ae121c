//! Breakpoints: places before which a run stops.
//!
//! A breakpoint replaces the first word of an instruction's internal code, so that without one nothing is slower.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use flight_wasm::FuncIdx;

use crate::interpreter::{InstanceId, Interpreter};
use crate::{Error, Result};

/// A place before which a run stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Breakpoint {
    /// The function's index in its module.
    pub function: u32,
    /// The instruction's byte offset in the module.
    pub offset: u32,
}

/// The breakpoints of all functions: address in the store, and offset.
#[derive(Debug, Default)]
pub(crate) struct Breakpoints {
    places: BTreeSet<(u32, u32)>,
    /// Only where so many calls lie on each other.
    levels: Option<RangeInclusive<usize>>,
}

impl Breakpoints {
    /// Some that only count where so many calls lie on each other.
    pub(crate) fn at_levels(places: BTreeSet<(u32, u32)>, levels: RangeInclusive<usize>) -> Self {
        Self {
            places,
            levels: Some(levels),
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
        self.places.iter().map(|(address, _)| *address)
    }

    /// The offsets of those in a function.
    fn of(&self, address: u32) -> impl Iterator<Item = u32> {
        self.places
            .range((address, 0)..=(address, u32::MAX))
            .map(|(_, offset)| *offset)
    }
}

impl Interpreter {
    /// Sets a breakpoint before the instruction at a byte offset in the module of an instance.
    ///
    /// # Errors
    /// [`Error::Usage`] if no instruction of a function begins there.
    pub fn add_breakpoint(&mut self, instance: InstanceId, offset: u32) -> Result<Breakpoint> {
        let (address, breakpoint) = self.place(instance, offset)?;
        self.breakpoints.places.insert((address, offset));
        self.translate_again(address);
        Ok(breakpoint)
    }

    /// Takes a breakpoint away: whether there was one.
    pub fn remove_breakpoint(&mut self, instance: InstanceId, offset: u32) -> bool {
        let Ok((address, _)) = self.place(instance, offset) else {
            return false;
        };
        let removed = self.breakpoints.places.remove(&(address, offset));
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
        let of = |&(address, offset): &(u32, u32)| {
            let function = own
                .functions
                .iter()
                .position(|function| *function == address)?;
            Some(Breakpoint {
                function: function as u32,
                offset,
            })
        };
        self.breakpoints.places.iter().filter_map(of).collect()
    }

    /// The function whose body holds an instruction at this offset.
    fn place(&self, instance: InstanceId, offset: u32) -> Result<(u32, Breakpoint)> {
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
        Ok((
            own.functions[function as usize],
            Breakpoint { function, offset },
        ))
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
