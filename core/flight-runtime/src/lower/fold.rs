//! The folded translation: what it makes of the instructions that it knows better than the precise one.

use flight_wasm::wasmparser::Operator;

use super::operators::{Numeric, numeric};
use super::sources::{Kind, Operand, Source};
use super::{Lowering, byte};
use crate::family::{br, br_imm, br_not, imm, load_at, store_at, store_imm, wide_imm};
use crate::op::{Op, code, opcode};
use crate::pairs;

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
        let made = |start: &u32| self.words[self.result_word(*start)] == byte(operand.slot);
        self.last
            .filter(|start| operand.source == Source::Slot && made(start))
    }

    /// The word that says where the result of the instruction at a word goes.
    fn result_word(&self, start: u32) -> usize {
        let rare = opcode(self.words[start as usize]) == code::Rare;
        start as usize + if rare { 2 } else { 1 }
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
        if let Some(maker_at) = self.maker(&operand) {
            // What makes the value writes it to the local, after everything that still needs the old one.
            let maker = self.words.split_off(maker_at as usize);
            self.chain.pop();
            self.settle_local(local);
            self.shift_last_boundary(self.words.len() as u32 - maker_at);
            let start = self.words.len();
            self.chain.push(start as u32);
            self.words.extend(maker);
            let word = self.result_word(start as u32);
            self.words[word] = byte(local);
            self.move_origins(maker_at, start as u32);
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
                self.words[start as usize] = word & 0xffff_0000 | opposite;
                self.note_origins(start);
                self.push(1);
                return;
            }
        }
        let a = byte(self.place(operand));
        let dst = byte(self.push(1));
        let opcode = imm::of(eq as u32).unwrap_or(eq as u32);
        self.emit_code(opcode, offset, &[dst, a, 0], true);
    }

    fn emit_code(&mut self, opcode: u32, offset: u32, operands: &[u32], result: bool) {
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
                if self.fold_constant(op as u32, a, b, offset) {
                    return true;
                }
                if let Some(op) = mirrored(op as u32)
                    && self.fold_constant(op, b, a, offset)
                {
                    return true;
                }
                let (a, b) = (byte(self.place(a)), byte(self.place(b)));
                let dst = byte(self.push(1));
                self.emit_code(op as u32, offset, &[dst, a, b], true);
            }
            Numeric::Load(op, memarg) => {
                let address = match self.operands.last() {
                    Some(operand) if self.is_short(memarg) => constant_address(operand, memarg),
                    _ => None,
                };
                let (Some(address), Some(opcode)) = (address, load_at::of(op as u32)) else {
                    return false;
                };
                self.pop_operand();
                let dst = byte(self.push(1));
                self.emit_code(opcode, offset, &[dst, address], true);
            }
            Numeric::Store(op, memarg) => {
                if !self.is_short(memarg) {
                    return false;
                }
                let value = self.pop_operand();
                let address = self.pop_operand();
                let constant = constant_address(&address, memarg);
                if let (Some(address), Some(opcode)) = (constant, store_at::of(op as u32)) {
                    let value = byte(self.place(value));
                    self.emit_code(opcode, offset, &[address, value], false);
                } else if let (Some(immediate), Some(opcode)) =
                    (value.immediate(), store_imm::of(op as u32))
                {
                    let operands = [byte(self.place(address)), immediate, memarg.offset as u32];
                    self.emit_code(opcode, offset, &operands, false);
                } else {
                    let (address, value) = (byte(self.place(address)), byte(self.place(value)));
                    let operands = [address, value, memarg.offset as u32];
                    self.emit_code(op as u32, offset, &operands, false);
                }
            }
        }
        true
    }

    /// An instruction whose second operand is a constant that can be a part of it; false if it is none.
    fn fold_constant(&mut self, op: u32, a: Operand, b: Operand, offset: u32) -> bool {
        let Source::Const(_, bits) = b.source else {
            return false;
        };
        if let Some(immediate) = b.immediate() {
            let (op, immediate) = without_minus(op, immediate);
            if let Some(opcode) = imm::of(op) {
                let a = byte(self.place(a));
                let dst = byte(self.push(1));
                self.emit_code(opcode, offset, &[dst, a, immediate], true);
                return true;
            }
        }
        if op == code::I64And && bits == u64::from(u32::MAX) {
            // What is left is the lower half, extended by zeros.
            let a = byte(self.place(a));
            let dst = byte(self.push(1));
            self.emit_code(code::I64ExtendI32U, offset, &[dst, a], true);
            return true;
        }
        let Some(opcode) = wide_imm::of(op) else {
            return false;
        };
        let a = byte(self.place(a));
        let dst = byte(self.push(1));
        let halves = [bits as u32, (bits >> 32) as u32];
        self.emit_code(opcode, offset, &[dst, a, halves[0], halves[1]], true);
        true
    }

    /// A place that branches may go to: nothing before it is made one with what is behind it.
    pub(super) fn at_label(&mut self) {
        self.last = None;
        let chain = core::mem::take(&mut self.chain);
        if let Some(origins) = &mut self.origins {
            origins.starts(&chain, &self.words);
        }
        let mut rest = &chain[..];
        while let [first, second, ..] = *rest {
            let end = rest.get(2).map_or(self.words.len(), |next| *next as usize);
            let (before, takes) = self.words[..end].split_at_mut(second as usize);
            // What is one word only, as a tick, gives nothing.
            let pair = match &mut before[first as usize..] {
                [word, gives, ..] => {
                    let pair = pairs::pair(opcode(*word), opcode(takes[0]), *gives, takes);
                    if let Some(pair) = pair {
                        *word = *word & 0xffff_0000 | pair;
                    }
                    pair
                }
                _ => None,
            };
            rest = &rest[if pair.is_some() { 2 } else { 1 }..];
        }
        self.chain = chain;
        self.chain.clear();
    }

    /// Makes one instruction of a branch and the comparison that has made its condition: its first word.
    pub(super) fn fold_condition(
        &mut self,
        when: bool,
        condition: Operand,
        offset: u32,
    ) -> Option<u32> {
        if !self.folds {
            return None;
        }
        self.fold_comparison(when, &condition).or_else(|| {
            let condition = byte(self.place(condition));
            let op = if when { Op::I32Ne } else { Op::I32Eq };
            let word = self.begin_code(br_imm::of(op as u32).unwrap_or_default(), offset);
            self.words.extend([condition, 0]);
            self.run = 0;
            Some(word)
        })
    }

    fn fold_comparison(&mut self, when: bool, condition: &Operand) -> Option<u32> {
        let start = self.maker(condition)?;
        let made_by = opcode(self.words[start as usize]);
        let fused = if imm::base_of(made_by).is_some() {
            let made_by = if when { made_by } else { opposite(made_by)? };
            br_imm::of(imm::base_of(made_by)?)?
        } else if when {
            br::of(made_by)?
        } else {
            match opposite(made_by) {
                Some(opposite) => br::of(opposite)?,
                None => br_not::of(made_by)?,
            }
        };
        let [a, b] = [2, 3].map(|at| self.words[start as usize + at]);
        self.take_back(start);
        self.chain.push(start);
        self.words.extend([fused | self.run << 16, a, b]);
        self.note_origins(start);
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

/// Subtracting a constant is adding another, and turning to the right is turning to the left.
fn without_minus(op: u32, immediate: u32) -> (u32, u32) {
    match op {
        code::I32Sub => (code::I32Add, immediate.wrapping_neg()),
        // Its negative would not be an immediate.
        code::I64Sub if immediate != 1 << 31 => (code::I64Add, immediate.wrapping_neg()),
        code::I32Rotr => (code::I32Rotl, immediate.wrapping_neg()),
        code::I64Rotr => (code::I64Rotl, immediate.wrapping_neg()),
        _ => (op, immediate),
    }
}

/// The instruction that gives the same with its operands exchanged.
pub(crate) fn mirrored(opcode: u32) -> Option<u32> {
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
fn opposite(opcode: u32) -> Option<u32> {
    if let Some(base) = imm::base_of(opcode) {
        return opposite(base).and_then(imm::of);
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
