//! The folded translation: what it makes of the instructions that it knows better than the precise one.

use flight_wasm::wasmparser::Operator;

use super::operators::{Numeric, numeric};
use super::sources::{Kind, Operand, Source};
use super::{Lowering, byte};
use crate::family::{br, br_imm, br_not, br_not_imm, imm, load_at, store_at, store_imm};
use crate::op::{Op, code, opcode};

impl Lowering<'_> {
    /// Translates an operator; false if the precise translation's way is right for this one too.
    pub(super) fn fold(&mut self, operator: &Operator<'_>, offset: u32) -> bool {
        match *operator {
            Operator::Nop => {}
            Operator::Drop => drop(self.pop_operand()),
            Operator::LocalGet { local_index } => {
                let (slot, width) = self.locals.get(local_index);
                self.push_pending(width, Source::Local(slot));
            }
            Operator::LocalSet { local_index } => self.set_local(local_index, false, offset),
            Operator::LocalTee { local_index } => self.set_local(local_index, true, offset),
            Operator::I32Const { value } => self.push_const(Kind::I32, u64::from(value as u32)),
            Operator::I64Const { value } => self.push_const(Kind::I64, value as u64),
            Operator::F32Const { value } => self.push_const(Kind::F32, u64::from(value.bits())),
            Operator::F64Const { value } => self.push_const(Kind::F64, value.bits()),
            Operator::RefNull { .. } => self.push_const(Kind::Ref, crate::slot::NULL),
            Operator::RefFunc { function_index } => {
                let address = self.instance.functions[function_index as usize];
                self.push_const(Kind::Ref, crate::slot::function_slot(address));
            }
            Operator::I32Eqz => self.fold_eqz(Op::I32Eq, offset),
            Operator::I64Eqz => self.fold_eqz(Op::I64Eq, offset),
            _ => {
                return numeric(operator).is_some_and(|numeric| self.fold_numeric(numeric, offset));
            }
        }
        true
    }

    fn push_const(&mut self, kind: Kind, bits: u64) {
        self.push_pending(1, Source::Const(kind, bits));
    }

    /// The instruction that has just made this operand and can still be changed.
    fn maker(&self, operand: &Operand) -> Option<u32> {
        let made = |start: &u32| self.words[*start as usize + 1] == byte(operand.slot);
        self.last
            .filter(|start| operand.source == Source::Slot && made(start))
    }

    // Spec: exec-local.set, exec-local.tee
    fn set_local(&mut self, index: u32, tee: bool, offset: u32) {
        let (local, width) = self.locals.get(index);
        let operand = self.pop_operand();
        if operand.source == Source::Local(local) {
            if tee {
                self.push_pending(width, operand.source);
            }
            return;
        }
        let mut then = operand.source;
        if let Some(start) = self.maker(&operand) {
            // What makes the value writes it to the local, after everything that still needs the old one.
            let maker = self.words.split_off(start as usize);
            self.settle_local(local);
            self.shift_last_boundary(self.words.len() as u32 - start);
            let start = self.words.len();
            self.words.extend(maker);
            self.words[start + 1] = byte(local);
            self.last = None;
            then = Source::Local(local);
        } else {
            self.settle_local(local);
            let op = if width == 2 { Op::Copy2 } else { Op::Copy };
            match operand.source {
                Source::Slot => self.emit(op, offset, &[byte(local), byte(operand.slot)]),
                Source::Local(from) => self.emit(op, offset, &[byte(local), byte(from)]),
                Source::Const(_, bits) => {
                    let halves = [bits as u32, (bits >> 32) as u32];
                    self.emit(Op::Const, offset, &[byte(local), halves[0], halves[1]])
                }
            };
        }
        if tee && then == Source::Slot {
            self.push(width);
        } else if tee {
            self.push_pending(width, then);
        }
    }

    /// `eqz`: the opposite of the comparison that made the operand, or a comparison with zero.
    fn fold_eqz(&mut self, eq: Op, offset: u32) {
        let operand = self.pop_operand();
        if let Some(start) = self.maker(&operand) {
            let word = self.words[start as usize];
            if let Some(opposite) = opposite(opcode(word)) {
                self.words[start as usize] = word & 0xffff_0000 | u32::from(opposite);
                self.push(1);
                return;
            }
        }
        let a = byte(self.place(operand));
        let dst = byte(self.push(1));
        self.emit_code(imm::of(eq as u16), offset, &[dst, a, 0], true);
    }

    fn emit_code(&mut self, opcode: u16, offset: u32, operands: &[u32], result: bool) {
        let word = self.begin_code(opcode, offset);
        self.words.extend_from_slice(operands);
        self.last = result.then_some(word);
    }

    fn fold_numeric(&mut self, numeric: Numeric<'_>, offset: u32) -> bool {
        match numeric {
            Numeric::Unary(_) => return false,
            Numeric::Binary(op) => {
                let b = self.pop_operand();
                let a = self.pop_operand();
                if let Some(immediate) = b.immediate() {
                    let (op, immediate) = without_minus(op, immediate);
                    let a = byte(self.place(a));
                    let dst = byte(self.push(1));
                    self.emit_code(imm::of(op as u16), offset, &[dst, a, immediate], true);
                } else if let (Some(immediate), Some(op)) = (a.immediate(), mirrored(op as u16)) {
                    let b = byte(self.place(b));
                    let dst = byte(self.push(1));
                    self.emit_code(imm::of(op), offset, &[dst, b, immediate], true);
                } else {
                    let (a, b) = (byte(self.place(a)), byte(self.place(b)));
                    let dst = byte(self.push(1));
                    self.emit_code(op as u16, offset, &[dst, a, b], true);
                }
            }
            Numeric::Load(op, memarg) => {
                let address = match self.operands.last() {
                    Some(operand) if self.is_short(memarg) => constant_address(operand, memarg),
                    _ => None,
                };
                let Some(address) = address else {
                    return false;
                };
                self.pop_operand();
                let dst = byte(self.push(1));
                self.emit_code(load_at::of(op as u16), offset, &[dst, address], true);
            }
            Numeric::Store(op, memarg) => {
                if !self.is_short(memarg) {
                    return false;
                }
                let value = self.pop_operand();
                let address = self.pop_operand();
                if let Some(address) = constant_address(&address, memarg) {
                    let value = byte(self.place(value));
                    self.emit_code(store_at::of(op as u16), offset, &[address, value], false);
                } else if let Some(immediate) = value.immediate() {
                    let operands = [byte(self.place(address)), immediate, memarg.offset as u32];
                    self.emit_code(store_imm::of(op as u16), offset, &operands, false);
                } else {
                    let (address, value) = (byte(self.place(address)), byte(self.place(value)));
                    let operands = [address, value, memarg.offset as u32];
                    self.emit_code(op as u16, offset, &operands, false);
                }
            }
        }
        true
    }

    /// Makes one instruction of a branch and the comparison that has made its condition: its first word.
    pub(super) fn fold_condition(&mut self, when: bool, condition: Operand) -> Option<u32> {
        if !self.folds {
            return None;
        }
        let start = self.maker(&condition)?;
        let made_by = opcode(self.words[start as usize]);
        let is_compare = |opcode: u16| (code::I32Eq..=code::F64Ge).contains(&opcode);
        let fused = if is_compare(made_by) {
            if when {
                br::of(made_by)
            } else {
                br_not::of(made_by)
            }
        } else {
            let made_by = imm::base_of(made_by).filter(|base| is_compare(*base))?;
            if when {
                br_imm::of(made_by)
            } else {
                br_not_imm::of(made_by)
            }
        };
        let [a, b] = [2, 3].map(|at| self.words[start as usize + at]);
        self.take_back(start);
        self.words.extend([u32::from(fused) | self.run << 16, a, b]);
        self.run = 0;
        Some(start)
    }
}

/// The effective address of an access to a constant address, if it is one word.
fn constant_address(operand: &Operand, memarg: &flight_wasm::wasmparser::MemArg) -> Option<u32> {
    match operand.source {
        Source::Const(_, address) => u32::try_from(address + memarg.offset).ok(),
        _ => None,
    }
}

/// Subtracting a constant is adding another.
fn without_minus(op: Op, immediate: u32) -> (Op, u32) {
    match op {
        Op::I32Sub => (Op::I32Add, immediate.wrapping_neg()),
        // Its negative would not be an immediate.
        Op::I64Sub if immediate != 1 << 31 => (Op::I64Add, immediate.wrapping_neg()),
        _ => (op, immediate),
    }
}

/// The instruction that gives the same with its operands exchanged.
fn mirrored(opcode: u16) -> Option<u16> {
    Some(match opcode {
        code::I32LtS => code::I32GtS,
        code::I32LtU => code::I32GtU,
        code::I32GtS => code::I32LtS,
        code::I32GtU => code::I32LtU,
        code::I32LeS => code::I32GeS,
        code::I32LeU => code::I32GeU,
        code::I32GeS => code::I32LeS,
        code::I32GeU => code::I32LeU,
        code::I64LtS => code::I64GtS,
        code::I64LtU => code::I64GtU,
        code::I64GtS => code::I64LtS,
        code::I64GtU => code::I64LtU,
        code::I64LeS => code::I64GeS,
        code::I64LeU => code::I64GeU,
        code::I64GeS => code::I64LeS,
        code::I64GeU => code::I64LeU,
        code::F32Lt => code::F32Gt,
        code::F32Gt => code::F32Lt,
        code::F32Le => code::F32Ge,
        code::F32Ge => code::F32Le,
        code::F64Lt => code::F64Gt,
        code::F64Gt => code::F64Lt,
        code::F64Le => code::F64Ge,
        code::F64Ge => code::F64Le,
        // NaNs are canonical, so even these do not tell their operands apart.
        code::I32Eq
        | code::I32Ne
        | code::I64Eq
        | code::I64Ne
        | code::F32Eq
        | code::F32Ne
        | code::F64Eq
        | code::F64Ne
        | code::I32Add
        | code::I32Mul
        | code::I32And
        | code::I32Or
        | code::I32Xor
        | code::I64Add
        | code::I64Mul
        | code::I64And
        | code::I64Or
        | code::I64Xor
        | code::F32Add
        | code::F32Mul
        | code::F32Min
        | code::F32Max
        | code::F64Add
        | code::F64Mul
        | code::F64Min
        | code::F64Max => opcode,
        _ => return None,
    })
}

/// The comparison, of two slots or with an immediate, that holds when this one does not. Numbers may be unordered.
fn opposite(opcode: u16) -> Option<u16> {
    if let Some(base) = imm::base_of(opcode) {
        return opposite(base).map(imm::of);
    }
    Some(match opcode {
        code::I32Eq => code::I32Ne,
        code::I32Ne => code::I32Eq,
        code::I32LtS => code::I32GeS,
        code::I32LtU => code::I32GeU,
        code::I32GtS => code::I32LeS,
        code::I32GtU => code::I32LeU,
        code::I32LeS => code::I32GtS,
        code::I32LeU => code::I32GtU,
        code::I32GeS => code::I32LtS,
        code::I32GeU => code::I32LtU,
        code::I64Eq => code::I64Ne,
        code::I64Ne => code::I64Eq,
        code::I64LtS => code::I64GeS,
        code::I64LtU => code::I64GeU,
        code::I64GtS => code::I64LeS,
        code::I64GtU => code::I64LeU,
        code::I64LeS => code::I64GtS,
        code::I64LeU => code::I64GtU,
        code::I64GeS => code::I64LtS,
        code::I64GeU => code::I64LtU,
        code::F32Eq => code::F32Ne,
        code::F32Ne => code::F32Eq,
        code::F64Eq => code::F64Ne,
        code::F64Ne => code::F64Eq,
        _ => return None,
    })
}
