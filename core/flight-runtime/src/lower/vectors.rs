//! Instructions with wide operands or from tables of their own: vectors, atomics, wide arithmetic.

use flight_wasm::wasmparser::{MemArg, MemArgTarget, Operator};

use super::{Lowering, byte};
use crate::op::Op;
use crate::simd::Immediate;
use crate::{atomic, simd};

impl Lowering<'_> {
    /// Translates the operator if it is one of these.
    pub(super) fn wide(&mut self, operator: &Operator<'_>, offset: u32) -> bool {
        if let Some((op, immediate)) = simd::decode(operator) {
            self.vector(op, immediate, offset);
            return true;
        }
        if let Some((op, memarg)) = atomic::decode(operator) {
            let (takes, gives) = atomic::form(op as u16);
            self.wide_op(op, offset, takes, &[1][..usize::from(gives)]);
            self.push_memarg(memarg);
            return true;
        }
        match operator {
            // On one thread everything is in order already.
            Operator::AtomicFence { .. } => {
                self.emit(Op::Nop, offset, &[]);
            }
            Operator::I64Add128 => self.wide_op(Op::I64Add128, offset, 4, &[1, 1]),
            Operator::I64Sub128 => self.wide_op(Op::I64Sub128, offset, 4, &[1, 1]),
            Operator::I64MulWideS => self.wide_op(Op::I64MulWideS, offset, 2, &[1, 1]),
            Operator::I64MulWideU => self.wide_op(Op::I64MulWideU, offset, 2, &[1, 1]),
            _ => return false,
        }
        true
    }

    /// How many slots a global takes.
    pub(super) fn global_width(&self, index: u32) -> u32 {
        self.module.globals()[index as usize].content.slots()
    }

    fn vector(&mut self, op: Op, immediate: Immediate<'_>, offset: u32) {
        let Some(meaning) = simd::meaning(op as u16) else {
            return;
        };
        let (takes, width) = meaning.form();
        self.wide_op(op, offset, takes, &[width][..usize::from(width > 0)]);
        match immediate {
            Immediate::None => {}
            Immediate::Lane(lane) => self.words.push(u32::from(lane)),
            Immediate::Memory(memarg) => self.push_memarg(memarg),
            Immediate::MemoryLane(memarg, lane) => {
                self.push_memarg(memarg);
                self.words.push(u32::from(lane));
            }
            Immediate::Bytes(bytes) => {
                let (words, _) = bytes.as_chunks();
                self.words
                    .extend(words.iter().map(|word| u32::from_le_bytes(*word)));
            }
        }
    }

    /// Emits `dst? operands…`; the results, of these widths, lie one behind the other.
    fn wide_op(&mut self, op: Op, offset: u32, takes: usize, gives: &[u32]) {
        let mut operands = [0; 4];
        for operand in operands[..takes].iter_mut().rev() {
            *operand = byte(self.pop());
        }
        let word = self.begin(op, offset);
        if !gives.is_empty() {
            self.words.push(byte(self.top));
        }
        if gives.len() == 1 {
            self.last = Some(word);
        }
        for width in gives {
            self.push(*width);
        }
        self.words.extend_from_slice(&operands[..takes]);
    }

    /// The memory's address in the store and the offset.
    fn push_memarg(&mut self, memarg: &MemArg) {
        let memory = match memarg.target {
            MemArgTarget::Memory(memory) => self.instance.memories[memory as usize],
            // Not decoded without the feature that it belongs to.
            MemArgTarget::Array(_) => 0,
        };
        let (lo, hi) = (memarg.offset as u32, (memarg.offset >> 32) as u32);
        self.words.extend([memory, lo, hi]);
    }
}
