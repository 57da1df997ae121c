//! Where folded code can be left for precise code, and entered from it.
//!
//! Nobody needs this while folded code runs, so it is not made with it: the function is translated once more, which
//! gives the same words, and this is noted down on the way.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Lowering, Source};

/// A place between two instructions of WebAssembly that lies before a word of folded code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Boundary {
    /// The word, counted from the function's first one.
    pub(crate) word: u32,
    /// The byte offset of the next instruction in the module.
    pub(crate) offset: u32,
    /// How many instructions of the run have been executed.
    pub(crate) before: u32,
    /// Whether a run begins here, with every operand in its slot.
    pub(crate) begins_run: bool,
    /// The operands that are not in their slots.
    pub(crate) pending: Box<[Pending]>,
}

/// An operand that is not in its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) slot: u32,
    pub(crate) width: u32,
    pub(crate) source: Source,
}

/// All boundaries of a function's folded code, in order.
#[derive(Debug, Default)]
pub(crate) struct Boundaries {
    all: Vec<Boundary>,
    /// The operands out of their slots before the instruction at hand.
    now: Vec<Pending>,
}

impl Boundaries {
    /// The boundary at a word at which a run begins.
    pub(crate) fn run_at(&self, word: u32) -> Option<&Boundary> {
        let first = self.all.partition_point(|boundary| boundary.word < word);
        self.all
            .get(first)
            .filter(|boundary| boundary.word == word && boundary.begins_run)
    }

    /// The boundary before the instruction at a word.
    pub(crate) fn code_at(&self, word: u32) -> Option<&Boundary> {
        let behind = self.all.partition_point(|boundary| boundary.word <= word);
        self.all[..behind]
            .last()
            .filter(|boundary| boundary.word == word)
    }

    /// The last boundary before a word.
    pub(crate) fn before(&self, word: u32) -> Option<&Boundary> {
        let behind = self.all.partition_point(|boundary| boundary.word < word);
        self.all[..behind].last()
    }

    /// The first boundary before the instruction at an offset.
    pub(crate) fn at_offset(&self, offset: u32) -> Option<&Boundary> {
        let first = self
            .all
            .partition_point(|boundary| boundary.offset < offset);
        self.all
            .get(first)
            .filter(|boundary| boundary.offset == offset)
    }
}

impl Lowering<'_> {
    /// Before an instruction of WebAssembly is counted.
    pub(super) fn note_operator(&mut self, offset: u32) {
        let Some(boundaries) = &mut self.boundaries else {
            return;
        };
        boundaries.now.clear();
        for position in &self.pending {
            let operand = self.operands[*position as usize];
            boundaries.now.push(Pending {
                slot: operand.slot,
                width: operand.width,
                source: operand.source,
            });
        }
        if self.run == 0 {
            let boundary = Boundary {
                word: self.words.len() as u32,
                offset,
                before: 0,
                begins_run: true,
                pending: boundaries.now.as_slice().into(),
            };
            boundaries.all.push(boundary);
        }
    }

    /// Before the code of the instruction that has been counted last.
    pub(super) fn note_code(&mut self, word: u32, offset: u32) {
        let before = self.run.saturating_sub(1);
        if let Some(boundaries) = &mut self.boundaries {
            let boundary = Boundary {
                word,
                offset,
                before,
                begins_run: false,
                pending: boundaries.now.as_slice().into(),
            };
            boundaries.all.push(boundary);
        }
    }

    /// Before a tick that stands before the instruction at this offset.
    pub(super) fn note_tick(&mut self, offset: u32) {
        let run = self.run;
        self.note_operator(offset);
        let word = self.words.len() as u32;
        self.note_code(word, offset);
        if let Some(boundaries) = &mut self.boundaries
            && let Some(boundary) = boundaries.all.last_mut()
        {
            boundary.before = run;
        }
    }

    /// Moves the last instruction noted down by some words, which now stand before it.
    pub(super) fn shift_last_boundary(&mut self, words: u32) {
        if let Some(boundaries) = &mut self.boundaries
            && let Some(boundary) = boundaries.all.last_mut()
        {
            boundary.word += words;
        }
    }

    /// Takes back the last instruction, whose code the next one's takes in: what was noted before it stays.
    pub(super) fn take_back(&mut self, word: u32) {
        self.words.truncate(word as usize);
        self.last = None;
    }
}
