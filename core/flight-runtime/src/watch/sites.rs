//! From what is watched to the instructions that a run looks at: in the store, in the modules, in the internal code.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use flight_wasm::{FuncIdx, ValueType};

use super::{Watched, Watches};
use crate::access::{Candidate, Thing, candidates};
use crate::interpreter::Interpreter;
use crate::op::{Op, opcode};
use crate::store::{FunctionKind, ModuleInstance};
use crate::{Error, Result};

impl Interpreter {
    /// What is watched in the store, and for a global or a local where its value lies.
    pub(crate) fn resolve_watched(&self, watched: Watched) -> Result<(Thing, (u32, ValueType))> {
        let (Watched::Memory { instance, .. }
        | Watched::Global { instance, .. }
        | Watched::Local { instance, .. }
        | Watched::Table { instance, .. }) = watched;
        let Some(own) = self.context.store.instances.get(instance.0 as usize) else {
            return Err(Error::Usage("there is no such instance".into()));
        };
        let address = |what: &str, all: &[u32], index: u32| match all.get(index as usize) {
            Some(address) => Ok(*address),
            None => Err(Error::Usage(format!(
                "there is no {what} {index}: the module has {}",
                all.len()
            ))),
        };
        let nowhere = (0, ValueType::I32);
        Ok(match watched {
            Watched::Memory { memory, .. } => {
                let address = address("memory", &own.memories, memory)?;
                (Thing::Memory(address), nowhere)
            }
            Watched::Table { table, .. } => {
                let address = address("table", &own.tables, table)?;
                (Thing::Table(address), nowhere)
            }
            Watched::Global { index, .. } => {
                let address = address("global", &own.globals, index)?;
                let global = self.context.store.globals[address as usize];
                (Thing::Global(address), (global.cell, global.ty.content))
            }
            Watched::Local {
                function, index, ..
            } => {
                let address = address("function", &own.functions, function)?;
                let place = self.local_place(address, index)?;
                (
                    Thing::Local {
                        function: address,
                        index,
                    },
                    place,
                )
            }
        })
    }

    /// A local's first slot in its frame, and its type.
    fn local_place(&self, address: u32, index: u32) -> Result<(u32, ValueType)> {
        let FunctionKind::Guest { instance, func } =
            self.context.store.functions[address as usize].kind
        else {
            return Err(Error::Usage("a host function has no locals".into()));
        };
        let analysis = self.analysis(instance, func);
        let before = analysis.locals.get(..index as usize);
        match (before, analysis.locals.get(index as usize)) {
            (Some(before), Some(ty)) => Ok((crate::slot::slot_count(before), *ty)),
            _ => Err(Error::Usage(format!(
                "there is no local {index}: the function has {}",
                analysis.locals.len()
            ))),
        }
    }

    /// Changes breakpoints or watchpoints, and lets every function be executed as it then is to be.
    pub(super) fn change_breaks<R>(&mut self, change: impl FnOnce(&mut Self) -> R) -> R {
        let mut affected = self.broken_functions();
        self.code.clear_breaks();
        let result = change(self);
        self.watches.sites.clear();
        self.watches.candidates.clear();
        for address in self.code.translated() {
            self.find_candidates(address);
        }
        affected.extend(self.broken_functions());
        for address in affected {
            self.translate_again(address);
        }
        result
    }

    /// The functions with breakpoints or candidates.
    fn broken_functions(&self) -> BTreeSet<u32> {
        let with_candidates = self.watches.candidates.iter();
        let with_candidates = with_candidates.filter(|(_, candidates)| !candidates.is_empty());
        let with_candidates = with_candidates.map(|(address, _)| *address);
        self.breakpoints
            .functions()
            .chain(with_candidates)
            .collect()
    }

    /// Searches a function for candidates, unless that has been done or nothing is watched.
    pub(crate) fn find_candidates(&mut self, address: u32) {
        let watches = &mut self.watches;
        if watches.watches.is_empty() || watches.candidates.contains_key(&address) {
            return;
        }
        let store = &self.context.store;
        let FunctionKind::Guest { instance, func } = store.functions[address as usize].kind else {
            return;
        };
        let own = &store.instances[instance as usize];
        let found = watches.search(own, func);
        watches.candidates.insert(address, found);
    }

    /// Puts breaks into a function's precise code, once it has that, where its candidates are.
    pub(crate) fn patch_candidates(&mut self, address: u32) {
        let Some(candidates) = self.watches.candidates.get(&address) else {
            return;
        };
        for candidate in candidates {
            // Code that cannot be reached has no word.
            let Some(first) = self.code.word_at(address, candidate.offset) else {
                continue;
            };
            let is_rare = opcode(self.code.first_word(first)) == Op::Rare as u32;
            let start = first + u32::from(is_rare);
            let words = self.code.words();
            let touch = candidate
                .touch
                .in_slots(|position| words[(start + position) as usize]);
            self.watches.sites.insert(first, touch);
            self.code.set_watched(first);
        }
    }
}

impl Watches {
    fn search(&self, own: &ModuleInstance, func: FuncIdx) -> Vec<Candidate> {
        candidates(own, func, |thing, mode| {
            self.watches
                .iter()
                .any(|watch| watch.thing == thing && watch.point.kind.wants(mode))
        })
    }
}
