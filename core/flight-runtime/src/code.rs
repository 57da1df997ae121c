//! The internal code of all functions that have been called: a cache that can be made again from the modules.

use alloc::vec::Vec;

use hashbrown::HashMap;

use crate::lower::{Handler, Lowered, Position, lower};
use crate::op::{Op, opcode};
use crate::store::{FunctionKind, Store};

/// What a call needs to know of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callable {
    /// The first word of its code, or [`Callable::NOT_LOWERED`] or [`Callable::HOST`].
    pub(crate) entry: u32,
    /// Bytes of the frame: where the locals behind the parameters begin.
    pub(crate) zero_from: u32,
    /// Where they end.
    pub(crate) zero_to: u32,
    /// All bytes of the frame.
    pub(crate) frame_bytes: u32,
    pub(crate) type_id: u32,
    /// The address of its memory 0, or [`Callable::NO_MEMORY`].
    pub(crate) memory: u32,
}

impl Callable {
    pub(crate) const NOT_LOWERED: u32 = 0;
    pub(crate) const HOST: u32 = 1;
    pub(crate) const NO_MEMORY: u32 = u32::MAX;
}

/// Where a function's code lies.
#[derive(Debug)]
struct Extent {
    first: u32,
    positions: Vec<Position>,
    handlers: Vec<Handler>,
    local_slots: u32,
}

/// All internal code, in one array.
#[derive(Debug)]
pub(crate) struct Code {
    words: Vec<u32>,
    /// For each function of the store.
    callables: Vec<Callable>,
    extents: HashMap<u32, Extent>,
    /// The first words that breakpoints have replaced.
    replaced: HashMap<u32, u32>,
}

impl Code {
    pub(crate) fn new() -> Self {
        // Two words that are never executed, so that no function's code begins at one of the two special entries.
        let unreachable = u32::from(Op::Unreachable as u16);
        Self {
            words: Vec::from([unreachable; 2]),
            callables: Vec::new(),
            extents: HashMap::new(),
            replaced: HashMap::new(),
        }
    }

    pub(crate) fn words(&self) -> &[u32] {
        &self.words
    }

    pub(crate) fn callables(&self) -> &[Callable] {
        &self.callables
    }

    /// Takes up the functions that have come into the store since the last time.
    pub(crate) fn take_up(&mut self, store: &Store) {
        for function in &store.functions[self.callables.len()..] {
            let (entry, memory) = match function.kind {
                FunctionKind::Host { .. } => (Callable::HOST, None),
                FunctionKind::Guest { instance, .. } => {
                    let instance = &store.instances[instance as usize];
                    (Callable::NOT_LOWERED, instance.memories.first().copied())
                }
            };
            self.callables.push(Callable {
                entry,
                zero_from: 0,
                zero_to: 0,
                frame_bytes: 0,
                type_id: function.type_id,
                memory: memory.unwrap_or(Callable::NO_MEMORY),
            });
        }
    }

    /// Translates a guest function unless that has been done.
    pub(crate) fn lower(&mut self, store: &Store, address: u32) {
        let FunctionKind::Guest { instance, func } = store.functions[address as usize].kind else {
            return;
        };
        if self.callables[address as usize].entry != Callable::NOT_LOWERED {
            return;
        }
        let instance = &store.instances[instance as usize];
        let lowered = lower(&instance.module, func, instance, &instance.type_ids)
            .unwrap_or_else(Lowered::unreachable);
        let first = self.words.len() as u32;
        self.words.extend_from_slice(&lowered.words);
        let callable = &mut self.callables[address as usize];
        callable.entry = first;
        callable.zero_from = lowered.param_slots * 8;
        callable.zero_to = lowered.local_slots * 8;
        callable.frame_bytes = lowered.frame_slots * 8;
        let extent = Extent {
            first,
            positions: lowered.positions,
            handlers: lowered.handlers,
            local_slots: lowered.local_slots,
        };
        self.extents.insert(address, extent);
    }

    /// The byte offset of the instruction at, or next after, a word of a function's code.
    pub(crate) fn offset_at(&self, address: u32, ip: u32) -> Option<u32> {
        let extent = self.extents.get(&address)?;
        let word = ip.checked_sub(extent.first)?;
        let next = extent
            .positions
            .partition_point(|position| position.word < word);
        extent.positions.get(next).map(|position| position.offset)
    }

    /// The byte offset of the last instruction before a word: of the call, for a frame that waits for its return.
    pub(crate) fn offset_before(&self, address: u32, ip: u32) -> Option<u32> {
        let extent = self.extents.get(&address)?;
        let word = ip.checked_sub(extent.first)?;
        let next = extent
            .positions
            .partition_point(|position| position.word < word);
        extent
            .positions
            .get(next.checked_sub(1)?)
            .map(|position| position.offset)
    }

    /// The word of the instruction at a byte offset, if the function is lowered and the instruction can be reached.
    pub(crate) fn word_at(&self, address: u32, offset: u32) -> Option<u32> {
        let extent = self.extents.get(&address)?;
        let found = extent
            .positions
            .binary_search_by_key(&offset, |position| position.offset);
        found
            .ok()
            .map(|position| extent.first + extent.positions[position].word)
    }

    /// The first word of a lowered function's code and its handlers of exceptions.
    pub(crate) fn handlers(&self, address: u32) -> Option<(u32, &[Handler])> {
        self.extents
            .get(&address)
            .map(|extent| (extent.first, &extent.handlers[..]))
    }

    /// The slots of a lowered function's parameters and locals.
    pub(crate) fn local_slots(&self, address: u32) -> Option<u32> {
        self.extents.get(&address).map(|extent| extent.local_slots)
    }

    /// The first word of the instruction at `ip` as it would be without breakpoints.
    pub(crate) fn first_word(&self, ip: u32) -> u32 {
        match self.replaced.get(&ip) {
            Some(word) => *word,
            None => self.words[ip as usize],
        }
    }

    /// Puts a breakpoint at a word, or takes it away.
    pub(crate) fn set_break(&mut self, ip: u32, on: bool) {
        let word = self.words[ip as usize];
        match (on, opcode(word) == Op::Break as u16) {
            (true, false) => {
                self.replaced.insert(ip, word);
                self.words[ip as usize] = word & 0xffff_0000 | u32::from(Op::Break as u16);
            }
            (false, true) => {
                if let Some(word) = self.replaced.remove(&ip) {
                    self.words[ip as usize] = word;
                }
            }
            _ => {}
        }
    }
}
