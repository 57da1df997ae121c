//! The internal code of all functions that have been called: a cache that can be made again from the modules.

use alloc::vec::Vec;
use core::cell::OnceCell;

use hashbrown::HashMap;

use crate::Translation;
use crate::lower::{Boundaries, Handler, Lowered, Position, Wanted, lower};
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

/// One translation of a function.
#[derive(Debug)]
struct Extent {
    first: u32,
    /// The word behind the last one.
    end: u32,
    positions: Vec<Position>,
    handlers: Vec<Handler>,
}

impl Extent {
    fn contains(&self, ip: u32) -> bool {
        (self.first..self.end).contains(&ip)
    }
}

/// The translations of a function: those that have been wanted.
#[derive(Debug, Default)]
struct Translations {
    precise: Option<Extent>,
    folded: Option<Extent>,
    /// What lies where in the folded one, once that has been asked for.
    boundaries: OnceCell<Boundaries>,
    local_slots: u32,
}

impl Translations {
    /// The translation that a word belongs to.
    fn around(&self, ip: u32) -> Option<&Extent> {
        let both = [&self.precise, &self.folded];
        both.into_iter()
            .flatten()
            .find(|extent| extent.contains(ip))
    }
}

/// All internal code, in one array.
#[derive(Debug)]
pub(crate) struct Code {
    words: Vec<u32>,
    /// For each function of the store.
    callables: Vec<Callable>,
    functions: HashMap<u32, Translations>,
    /// The first words that a [`Op::Break`] has replaced.
    replaced: HashMap<u32, Replaced>,
}

/// A first word that a [`Op::Break`] has replaced, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replaced {
    pub(crate) word: u32,
    /// A run stops before it.
    pub(crate) breakpoint: bool,
    /// It may access what is watched.
    pub(crate) watched: bool,
    /// It is counted.
    pub(crate) probe: bool,
}

impl Code {
    pub(crate) fn new() -> Self {
        // Two words that are never executed, so that no function's code begins at one of the two special entries.
        let unreachable = Op::Unreachable as u32;
        Self {
            words: Vec::from([unreachable; 2]),
            callables: Vec::new(),
            functions: HashMap::new(),
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

    /// Translates a guest function in this way unless that has been done; calls then go to that translation.
    pub(crate) fn lower(&mut self, store: &Store, address: u32, translation: Translation) {
        if self.callables[address as usize].entry == Callable::HOST {
            return;
        }
        let entry = match self.extent(address, translation) {
            Some(extent) => extent.first,
            None => self.translate(store, address, translation),
        };
        self.callables[address as usize].entry = entry;
    }

    /// Translates a guest function in this way unless that has been done; calls go where they went.
    /// Whether it had to.
    pub(crate) fn prepare(
        &mut self,
        store: &Store,
        address: u32,
        translation: Translation,
    ) -> bool {
        let wanted = self.extent(address, translation).is_none();
        if wanted {
            self.translate(store, address, translation);
        }
        wanted
    }

    fn translate(&mut self, store: &Store, address: u32, translation: Translation) -> u32 {
        let wanted = Wanted {
            translation,
            boundaries: false,
            origins: false,
        };
        let lowered = lowered(store, address, wanted);
        let first = self.words.len() as u32;
        self.words.extend_from_slice(&lowered.words);
        let callable = &mut self.callables[address as usize];
        callable.zero_from = lowered.param_slots * 8;
        callable.zero_to = lowered.local_slots * 8;
        callable.frame_bytes = lowered.frame_slots * 8;
        let function = self.functions.entry(address).or_default();
        function.local_slots = lowered.local_slots;
        let extent = Some(Extent {
            first,
            end: self.words.len() as u32,
            positions: lowered.positions,
            handlers: lowered.handlers,
        });
        match translation {
            Translation::Precise => function.precise = extent,
            Translation::Folded => function.folded = extent,
        }
        first
    }

    fn extent(&self, address: u32, translation: Translation) -> Option<&Extent> {
        let function = self.functions.get(&address)?;
        match translation {
            Translation::Precise => function.precise.as_ref(),
            Translation::Folded => function.folded.as_ref(),
        }
    }

    /// Whether a word belongs to a function's folded code.
    pub(crate) fn is_folded(&self, address: u32, ip: u32) -> bool {
        self.extent(address, Translation::Folded)
            .is_some_and(|extent| extent.contains(ip))
    }

    /// Where a function's folded code can be left and entered, with its first word. Makes that if need be.
    pub(crate) fn boundaries(&self, store: &Store, address: u32) -> Option<(u32, &Boundaries)> {
        let function = self.functions.get(&address)?;
        let first = function.folded.as_ref()?.first;
        let boundaries = function.boundaries.get_or_init(|| {
            let wanted = Wanted {
                translation: Translation::Folded,
                boundaries: true,
                origins: false,
            };
            lowered(store, address, wanted).boundaries
        });
        Some((first, boundaries))
    }

    /// Lets every function be translated anew, in whatever way, before it is called again.
    pub(crate) fn forget_entries(&mut self) {
        for callable in &mut self.callables {
            if callable.entry != Callable::HOST {
                callable.entry = Callable::NOT_LOWERED;
            }
        }
    }

    /// The byte offset of the instruction at, or next after, a word of a function's precise code.
    pub(crate) fn offset_at(&self, address: u32, ip: u32) -> Option<u32> {
        let extent = self.extent(address, Translation::Precise)?;
        let word = ip.checked_sub(extent.first)?;
        let next = extent
            .positions
            .partition_point(|position| position.word < word);
        extent.positions.get(next).map(|position| position.offset)
    }

    /// The byte offset of the last instruction before a word of a function's precise code: of the call, for a frame
    /// that waits for its return.
    pub(crate) fn offset_before(&self, address: u32, ip: u32) -> Option<u32> {
        let extent = self.extent(address, Translation::Precise)?;
        let word = ip.checked_sub(extent.first)?;
        let next = extent
            .positions
            .partition_point(|position| position.word < word);
        extent
            .positions
            .get(next.checked_sub(1)?)
            .map(|position| position.offset)
    }

    /// The word of the instruction at a byte offset in a function's precise code, if there is that and the instruction
    /// can be reached.
    pub(crate) fn word_at(&self, address: u32, offset: u32) -> Option<u32> {
        let extent = self.extent(address, Translation::Precise)?;
        let found = extent
            .positions
            .binary_search_by_key(&offset, |position| position.offset);
        found
            .ok()
            .map(|position| extent.first + extent.positions[position].word)
    }

    /// The word behind the call at a byte offset in a function's precise code.
    pub(crate) fn word_behind(&self, address: u32, offset: u32) -> Option<u32> {
        let extent = self.extent(address, Translation::Precise)?;
        let next = extent
            .positions
            .partition_point(|position| position.offset <= offset);
        let word = extent.positions.get(next)?.word;
        Some(extent.first + word)
    }

    /// The first word of a function's precise code, if there is that, and where its instructions are.
    pub(crate) fn precise(&self, address: u32) -> Option<(u32, &[Position])> {
        let extent = self.extent(address, Translation::Precise)?;
        Some((extent.first, &extent.positions))
    }

    /// The first word of the translation that a word belongs to, and its handlers of exceptions.
    pub(crate) fn handlers(&self, address: u32, ip: u32) -> Option<(u32, &[Handler])> {
        let extent = self.functions.get(&address)?.around(ip)?;
        Some((extent.first, &extent.handlers))
    }

    /// The slots of a translated function's parameters and locals.
    pub(crate) fn local_slots(&self, address: u32) -> Option<u32> {
        self.functions
            .get(&address)
            .map(|function| function.local_slots)
    }

    /// The first word of the instruction at `ip` as it would be without a break.
    pub(crate) fn first_word(&self, ip: u32) -> u32 {
        match self.replaced.get(&ip) {
            Some(replaced) => replaced.word,
            None => self.words[ip as usize],
        }
    }

    /// What stood where a break now stands.
    pub(crate) fn replaced(&self, ip: u32) -> Option<&Replaced> {
        match opcode(self.words[ip as usize]) == Op::Break as u32 {
            true => self.replaced.get(&ip),
            false => None,
        }
    }

    /// Puts a breakpoint at a word, or takes it away.
    pub(crate) fn set_break(&mut self, ip: u32, on: bool) {
        self.replace(ip, |replaced| replaced.breakpoint = on);
    }

    /// Lets a run look at a word's instruction before it is executed.
    pub(crate) fn set_watched(&mut self, ip: u32) {
        self.replace(ip, |replaced| replaced.watched = true);
    }

    /// Lets a run count that it comes to a word, or no more.
    pub(crate) fn set_probe(&mut self, ip: u32, on: bool) {
        self.replace(ip, |replaced| replaced.probe = on);
    }

    /// Changes why a word is replaced, and keeps the word in step.
    fn replace(&mut self, ip: u32, change: impl FnOnce(&mut Replaced)) {
        let word = &mut self.words[ip as usize];
        let mut replaced = self.replaced.get(&ip).copied().unwrap_or(Replaced {
            word: *word,
            breakpoint: false,
            watched: false,
            probe: false,
        });
        change(&mut replaced);
        if replaced.breakpoint || replaced.watched || replaced.probe {
            *word = replaced.word & 0xffff_0000 | Op::Break as u32;
            self.replaced.insert(ip, replaced);
        } else {
            *word = replaced.word;
            self.replaced.remove(&ip);
        }
    }

    /// Takes every break away.
    pub(crate) fn clear_breaks(&mut self) {
        for (ip, replaced) in self.replaced.drain() {
            self.words[ip as usize] = replaced.word;
        }
    }

    /// The functions that have been translated, in whatever way, in the order of their addresses.
    pub(crate) fn translated(&self) -> Vec<u32> {
        let mut addresses: Vec<u32> = self.functions.keys().copied().collect();
        addresses.sort_unstable();
        addresses
    }
}

/// A guest function's translation.
fn lowered(store: &Store, address: u32, wanted: Wanted) -> Lowered {
    let FunctionKind::Guest { instance, func } = store.functions[address as usize].kind else {
        return Lowered::unreachable();
    };
    let instance = &store.instances[instance as usize];
    lower(&instance.module, func, instance, wanted).unwrap_or_else(Lowered::unreachable)
}
