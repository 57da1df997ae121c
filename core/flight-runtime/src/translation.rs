//! From one translation to the other, at the boundaries of instructions.
//!
//! Wherever the machine rests, the innermost frame is in precise code, or in folded code before the first instruction of
//! a run, with every operand in its slot. A frame that waits for a call has every operand in its slot too.
//! So what is looked at is the same in both translations.

use crate::Translation;
use crate::code::Callable;
use crate::context::{CallFrame, mark};
use crate::interpreter::Interpreter;
use crate::lower::{Boundary, Pending, Source};
use crate::store::FunctionKind;

#[cfg(test)]
mod tests;

impl Interpreter {
    /// How functions are translated that nothing asks to see more of.
    pub fn translation(&self) -> Translation {
        self.translation
    }

    /// Changes the translation, wherever the machine stands. Nothing that can be seen depends on it, except for speed.
    pub fn set_translation(&mut self, translation: Translation) {
        if self.translation == translation {
            return;
        }
        self.translation = translation;
        self.code.forget_entries();
        if translation == Translation::Precise {
            for position in 0..self.depth() {
                self.rest_precisely(position);
            }
        }
    }

    /// Whether a function is executed in folded code.
    pub(crate) fn folds(&self, address: u32) -> bool {
        self.translation == Translation::Folded
            && !self.breakpoints.any_in(address)
            && !self.watches.any_in(address)
    }

    /// Translates a function in the way that it is to be executed in.
    pub(crate) fn lower(&mut self, address: u32) {
        self.find_candidates(address);
        let translation = match self.folds(address) {
            true => Translation::Folded,
            false => Translation::Precise,
        };
        self.code.lower(&self.context.store, address, translation);
        if translation == Translation::Precise {
            self.patch_breaks(address);
        }
    }

    /// Lets a function that has been translated be executed as it now is to be, in the frames that there are too.
    pub(crate) fn translate_again(&mut self, address: u32) {
        if self.code.callables()[address as usize].entry != Callable::NOT_LOWERED {
            self.lower(address);
        }
        if !self.folds(address) {
            for position in 0..self.depth() {
                if self.context.frames[position].function == address {
                    self.rest_precisely(position);
                }
            }
            self.patch_breaks(address);
        }
    }

    /// Whether a frame is in folded code.
    pub(crate) fn is_folded(&self, frame: CallFrame) -> bool {
        !frame.is(mark::HOST) && self.code.is_folded(frame.function, frame.ip)
    }

    /// The byte offset of the instruction at which a frame in folded code rests or waits.
    pub(crate) fn folded_offset(&self, frame: CallFrame, waits: bool) -> Option<u32> {
        let (first, boundaries) = self.code.boundaries(&self.context.store, frame.function)?;
        let word = frame.ip - first;
        let boundary = match waits {
            true => boundaries.before(word),
            false => boundaries.run_at(word),
        };
        boundary.map(|boundary| boundary.offset)
    }

    /// Lets a frame that rests or waits in folded code do so in precise code.
    pub(crate) fn rest_precisely(&mut self, position: usize) {
        let frame = self.context.frames[position];
        if !self.is_folded(frame) {
            return;
        }
        let waits = position + 1 < self.depth();
        let Some(offset) = self.folded_offset(frame, waits) else {
            return;
        };
        self.prepare_precise(frame.function);
        let word = match waits {
            true => self.code.word_behind(frame.function, offset),
            false => self.code.word_at(frame.function, offset),
        };
        if let Some(word) = word {
            self.context.frames[position].ip = word;
        }
    }

    /// Makes a function's precise code unless there is some, with its breaks.
    pub(crate) fn prepare_precise(&mut self, address: u32) {
        let store = &self.context.store;
        if self.code.prepare(store, address, Translation::Precise) {
            self.find_candidates(address);
            self.patch_breaks(address);
        }
    }

    /// Lets the innermost frame, whose folded code was left before an instruction, go on in precise code:
    /// how many instructions of the run have been executed.
    pub(crate) fn leave_folded(&mut self) -> u32 {
        let Some(&top) = self.context.frames.last() else {
            return 0;
        };
        let found = self.code.boundaries(&self.context.store, top.function);
        let found = found.and_then(|(first, all)| all.code_at(top.ip - first).cloned());
        // Every instruction that folded code can be left at has a boundary.
        let Some(boundary) = found else {
            return 0;
        };
        self.settle_operands(top, &boundary);
        self.prepare_precise(top.function);
        if let (Some(word), Some(top)) = (
            self.code.word_at(top.function, boundary.offset),
            self.context.frames.last_mut(),
        ) {
            top.ip = word;
        }
        boundary.before
    }

    /// Writes the operands that are elsewhere to their slots.
    fn settle_operands(&mut self, frame: CallFrame, boundary: &Boundary) {
        let slots = &mut self.context.stack.slots_mut()[frame.base as usize..];
        for pending in &boundary.pending {
            let to = pending.slot as usize;
            match pending.source {
                Source::Slot => {}
                Source::Local(from) => {
                    let from = from as usize;
                    slots.copy_within(from..from + pending.width as usize, to);
                }
                Source::Const(_, bits) => slots[to] = bits,
            }
        }
    }

    /// Lets the innermost frame, which rests in precise code, go on in folded code, if both have a boundary here:
    /// how many instructions of the folded run have then been executed.
    pub(crate) fn enter_folded(&mut self) -> Option<u32> {
        let top = *self.context.frames.last()?;
        let offset = self.code.offset_at(top.function, top.ip)?;
        self.code
            .prepare(&self.context.store, top.function, Translation::Folded);
        let (first, boundaries) = self.code.boundaries(&self.context.store, top.function)?;
        let boundary = boundaries.at_offset(offset)?;
        // What has been changed by hand is no copy of a local or a number any more.
        let slots = &self.context.stack.slots()[top.base as usize..];
        let is_copy = |pending: &Pending| {
            let own = pending.slot as usize;
            match pending.source {
                Source::Slot => true,
                Source::Local(from) => (0..pending.width as usize)
                    .all(|part| slots[own + part] == slots[from as usize + part]),
                Source::Const(_, bits) => slots[own] == bits,
            }
        };
        if !boundary.pending.iter().all(is_copy) {
            return None;
        }
        let (ip, before) = (first + boundary.word, boundary.before);
        self.context.frames.last_mut()?.ip = ip;
        Some(before)
    }

    /// Whether the innermost frame is in precise code although its function is to be executed in folded code.
    pub(crate) fn may_enter_folded(&self) -> bool {
        self.context.frames.last().is_some_and(|top| {
            self.folds(top.function)
                && !self.is_folded(*top)
                && matches!(
                    self.context.store.functions[top.function as usize].kind,
                    FunctionKind::Guest { .. }
                )
        })
    }
}
