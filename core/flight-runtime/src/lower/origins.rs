//! Which instructions of WebAssembly the internal code comes from.
//!
//! Only a listing needs this: like the boundaries, it is noted down in a translation of its own.

use alloc::vec::Vec;

use super::Lowering;
use crate::op::opcode;

/// What is noted down.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// Each instruction of the folded code: its first word, and its opcode before it was made one of a pair.
    pub(crate) starts: Vec<(u32, u32)>,
    /// Each instruction of WebAssembly: its byte offset, and the first word of what was made of it.
    /// One of which nothing is made by itself belongs to the code that comes next.
    pub(crate) places: Vec<(u32, u32)>,
    /// The byte offsets of those that belong to the code that comes next.
    waiting: Vec<u32>,
    /// For each local its first slot, then the slot behind the last one's.
    pub(crate) locals: Vec<u32>,
}

impl Origins {
    /// An instruction of WebAssembly is translated next.
    pub(super) fn count(&mut self, offset: u32) {
        self.waiting.push(offset);
    }

    /// These instructions are as they stand in the code, but for pairs.
    pub(super) fn starts(&mut self, chain: &[u32], words: &[u32]) {
        let start = |word: &u32| (*word, opcode(words[*word as usize]));
        self.starts.extend(chain.iter().map(start));
    }
}

impl Lowering<'_> {
    /// The instruction at a word comes from what has been counted and has no other code.
    pub(super) fn note_origins(&mut self, word: u32) {
        if let Some(origins) = &mut self.origins {
            let waiting = origins.waiting.drain(..);
            origins.places.extend(waiting.map(|offset| (offset, word)));
        }
    }

    /// The last instruction, which has been moved, comes from what has been counted too.
    pub(super) fn move_origins(&mut self, from: u32, to: u32) {
        if let Some(origins) = &mut self.origins {
            let moved = origins.places.iter_mut().rev();
            for (_, word) in moved.take_while(|(_, word)| *word == from) {
                *word = to;
            }
        }
        self.note_origins(to);
    }
}
