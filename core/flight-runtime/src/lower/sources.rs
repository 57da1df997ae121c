//! Operands: where their values are while a function is translated.

use super::{Lowering, byte};
use crate::op::Op;
use crate::slot::Slot;
use flight_wasm::ValueType;

/// Where an operand's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the slot of its height.
    Slot,
    /// In the local that begins at this slot.
    Local(u32),
    /// It is a number or reference with these bits.
    Const(Kind, u64),
}

/// The type of a constant, as far as immediates are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    I32,
    I64,
    F32,
    F64,
    Ref,
}

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operand {
    /// The slot of its height.
    pub(super) slot: u32,
    /// How many slots it takes.
    pub(super) width: u32,
    pub(super) source: Source,
}

impl Operand {
    /// The word that stands for it as an immediate, if one can.
    pub(super) fn immediate(&self) -> Option<u32> {
        let Source::Const(kind, bits) = self.source else {
            return None;
        };
        match kind {
            Kind::I32 | Kind::F32 => Some(bits as u32),
            Kind::I64 => (bits as u32 as i32 as i64 as u64 == bits).then_some(bits as u32),
            Kind::F64 => {
                let single = f64::from_slot(bits) as f32;
                (f64::from(single).to_bits() == bits && !single.is_nan())
                    .then_some(single.to_bits())
            }
            Kind::Ref => None,
        }
    }
}

/// How many operands may be out of their slots at once: each assignment to a local looks at all of them.
const MOST_PENDING: usize = 32;

impl Lowering<'_> {
    /// Pushes an operand of this width that lies in its slot: which that is.
    pub(super) fn push(&mut self, width: u32) -> u32 {
        let slot = self.top;
        self.operands.push(Operand {
            slot,
            width,
            source: Source::Slot,
        });
        self.top += width;
        self.highest = self.highest.max(self.top);
        slot
    }

    /// Pushes an operand that nothing writes to its slot for now.
    pub(super) fn push_pending(&mut self, width: u32, source: Source) {
        if self.pending.len() == MOST_PENDING {
            let lowest = self.pending.remove(0);
            self.settle(lowest);
        }
        self.push(width);
        self.pend(source);
    }

    /// Lets the topmost operand, which is settled, be elsewhere.
    pub(super) fn pend(&mut self, source: Source) {
        let position = self.operands.len() - 1;
        self.operands[position].source = source;
        self.pending.push(position as u32);
    }

    /// Pushes operands of these types.
    pub(super) fn push_types(&mut self, types: &[ValueType]) {
        for ty in types {
            self.push(ty.slots());
        }
    }

    /// Pops an operand.
    pub(super) fn pop_operand(&mut self) -> Operand {
        // Validated code never pops from an empty stack; an operand of width 0 keeps even that harmless.
        let operand = self.operands.pop().unwrap_or(Operand {
            slot: self.top,
            width: 0,
            source: Source::Slot,
        });
        self.top -= operand.width;
        if self.pending.last() == Some(&(self.operands.len() as u32)) {
            self.pending.pop();
        }
        operand
    }

    /// Pops an operand: the first slot in which its value can be read.
    pub(super) fn pop(&mut self) -> u32 {
        let operand = self.pop_operand();
        self.place(operand)
    }

    /// The first slot in which the value of an operand that has been popped can be read.
    pub(super) fn place(&mut self, operand: Operand) -> u32 {
        match operand.source {
            Source::Slot => operand.slot,
            Source::Local(slot) => slot,
            Source::Const(..) => {
                self.write(operand);
                operand.slot
            }
        }
    }

    pub(super) fn pop_count(&mut self, count: usize) {
        for _ in 0..count {
            self.pop_operand();
        }
    }

    /// Writes an operand's value to its slot.
    fn write(&mut self, operand: Operand) {
        self.last = None;
        let tick = self.run << 16;
        match operand.source {
            Source::Slot => {}
            Source::Local(from) => {
                let op = if operand.width == 2 {
                    Op::Copy2
                } else {
                    Op::Copy
                };
                self.words
                    .extend([op as u32 | tick, byte(operand.slot), byte(from)]);
            }
            Source::Const(_, bits) => self.words.extend([
                Op::Const as u32 | tick,
                byte(operand.slot),
                bits as u32,
                (bits >> 32) as u32,
            ]),
        }
    }

    /// Writes the operand at this position, which is not in its slot, there.
    pub(super) fn settle(&mut self, position: u32) {
        let operand = self.operands[position as usize];
        self.write(operand);
        self.operands[position as usize].source = Source::Slot;
    }

    /// Writes every operand to its slot.
    pub(super) fn settle_all(&mut self) {
        for position in core::mem::take(&mut self.pending) {
            self.settle(position);
        }
    }

    /// Writes every operand that is this local to its slot: before the local changes.
    pub(super) fn settle_local(&mut self, local: u32) {
        let mut at = 0;
        while let Some(&position) = self.pending.get(at) {
            if self.operands[position as usize].source == Source::Local(local) {
                self.pending.remove(at);
                self.settle(position);
            } else {
                at += 1;
            }
        }
    }

    /// Whether an operand is this local.
    pub(super) fn is_pending(&self, local: u32) -> bool {
        self.pending
            .iter()
            .any(|position| self.operands[*position as usize].source == Source::Local(local))
    }
}
