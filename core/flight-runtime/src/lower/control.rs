//! Control instructions: blocks, branches, calls.

use alloc::vec::Vec;

use flight_wasm::wasmparser::{BlockType, BrTable, ValType};
use flight_wasm::{FuncIdx, FuncType, TypeIdx};

use super::{Lowering, byte};
use crate::op::Op;
use crate::slot::slot_count;

/// A block that has been opened and not yet closed.
pub(super) struct Control {
    pub(super) kind: Kind,
    /// The slot of the block's first parameter: where its results will lie too.
    pub(super) base: u32,
    /// How many operands lie below the block's parameters.
    below: usize,
    block_type: BlockResults,
    /// What a branch to it carries, in slots.
    branch_slots: u32,
    /// Words of branches that go to its end: the word to fill in, and the first word of its instruction.
    pub(super) to_end: Vec<(u32, u32)>,
    /// The arms of a `try`: the tag's address, and the word at which the arm begins.
    pub(super) arms: Vec<(Option<u32>, u32)>,
}

/// What a block leaves behind.
enum BlockResults {
    Empty,
    One(u8),
    Many(FuncType),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Block,
    /// With the word that branches go to.
    Loop(u32),
    /// With the branch to `else` or `end`: the word to fill in, and the first word of its instruction.
    If((u32, u32)),
    Else,
    /// `try_table`, with the word of its instruction and the one behind it.
    TryTable(u32, u32),
    /// The body of a `try`, with its first word.
    Try(u32),
    /// An arm of a `try`, with the body's first word and the one behind it.
    Catch(u32, u32),
}

impl Control {
    pub(super) fn function(ty: &FuncType, base: u32) -> Self {
        Self {
            kind: Kind::Function,
            base,
            below: 0,
            block_type: BlockResults::Many(FuncType::new([], ty.results().iter().copied())),
            branch_slots: slot_count(ty.results()),
            to_end: Vec::new(),
            arms: Vec::new(),
        }
    }
}

impl Lowering<'_> {
    pub(super) fn open(&mut self, kind: Kind, block_type: BlockType) {
        let (params, results) = match block_type {
            BlockType::Empty => (0, BlockResults::Empty),
            BlockType::Type(ty) => (
                0,
                BlockResults::One(if ty == ValType::V128 { 2 } else { 1 }),
            ),
            BlockType::FuncType(idx) => {
                let ty = self.module.func_type_at(TypeIdx(idx)).clone();
                (ty.params().len(), BlockResults::Many(ty))
            }
        };
        let below = self.operands.len() - params;
        let param_slots: u32 = self.operands[below..]
            .iter()
            .map(|operand| operand.width)
            .sum();
        let branch_slots = match (kind, &results) {
            (Kind::Loop(_), _) => param_slots,
            (_, BlockResults::Empty) => 0,
            (_, BlockResults::One(width)) => u32::from(*width),
            (_, BlockResults::Many(ty)) => slot_count(ty.results()),
        };
        self.controls.push(Control {
            kind,
            base: self.top - param_slots,
            below,
            block_type: results,
            branch_slots,
            to_end: Vec::new(),
            arms: Vec::new(),
        });
    }

    // Spec: exec-block
    pub(super) fn block(&mut self, block_type: BlockType, offset: u32) {
        self.settle_all();
        if !self.folds {
            self.emit(Op::Nop, offset, &[]);
        }
        self.open(Kind::Block, block_type);
    }

    // Spec: exec-loop. A branch goes to the `loop` instruction itself, which is executed again.
    pub(super) fn loop_(&mut self, block_type: BlockType, offset: u32) {
        self.settle_all();
        self.run -= 1;
        self.end_run(offset);
        let word = if self.folds {
            // `loop` is counted with what follows it.
            self.at_label();
            self.note_operator(offset);
            self.run = 1;
            self.words.len() as u32
        } else {
            self.run = 1;
            self.begin_flushing(Op::Flush, offset)
        };
        self.open(Kind::Loop(word), block_type);
    }

    // Spec: exec-if
    pub(super) fn if_(&mut self, block_type: BlockType, offset: u32) {
        let condition = self.pop_operand();
        self.settle_all();
        let word = self.conditional(false, condition, offset);
        let hole = self.words.len() as u32;
        self.words.push(0);
        self.open(Kind::If((hole, word)), block_type);
    }

    /// `else` ends the first arm: reached from it, it goes behind the `end`.
    pub(super) fn else_(&mut self, offset: u32) {
        let reachable = self.skipped == 0;
        self.skipped = 0;
        let Some(mut control) = self.controls.pop() else {
            return;
        };
        if reachable {
            self.settle_all();
            let word = self.begin_flushing(Op::Br, offset);
            self.words.push(0);
            control.to_end.push((word + 1, word));
        }
        self.run = 0;
        self.at_label();
        if let Kind::If(branch) = control.kind {
            self.fill_in(branch, self.words.len() as u32);
        }
        self.reset_to(&control);
        if let BlockResults::Many(ty) = &control.block_type {
            let ty = ty.clone();
            self.push_types(ty.params());
        }
        control.kind = Kind::Else;
        self.controls.push(control);
    }

    // Spec: exec-instr-seq-exit
    pub(super) fn end(&mut self, offset: u32) {
        let reachable = self.skipped == 0;
        self.skipped = 0;
        let Some(control) = self.controls.pop() else {
            return;
        };
        if control.kind == Kind::Function {
            return self.end_function(&control, reachable, offset);
        }
        self.end_handlers(&control);
        let joins = !control.to_end.is_empty() || matches!(control.kind, Kind::If(_));
        if self.folds && reachable && !joins {
            self.last = None;
            return;
        }
        if reachable {
            self.settle_all();
            self.begin_flushing(Op::Flush, offset);
        }
        self.run = 0;
        self.at_label();
        let behind = self.words.len() as u32;
        for branch in &control.to_end {
            self.fill_in(*branch, behind);
        }
        if let Kind::If(branch) = control.kind {
            self.fill_in(branch, behind);
        }
        // Behind a loop that cannot be left by falling out of it, or a block that nothing leaves, code is unreachable.
        if !reachable && control.to_end.is_empty() && !matches!(control.kind, Kind::If(_)) {
            self.skipped = 1;
        }
        self.reset_to(&control);
        match &control.block_type {
            BlockResults::Empty => {}
            BlockResults::One(width) => {
                self.push(u32::from(*width));
            }
            BlockResults::Many(ty) => self.push_types(ty.results()),
        }
    }

    fn end_function(&mut self, control: &Control, reachable: bool, offset: u32) {
        if reachable {
            self.emit_return(offset);
        }
        if !control.to_end.is_empty() {
            // Branches to the function's own label return: by an instruction that counts for nothing of its own.
            self.at_label();
            let behind = self.words.len() as u32;
            let results = [byte(control.base), control.branch_slots];
            self.chain.push(behind);
            self.words.push(Op::Return as u32);
            self.words.extend(results);
            for branch in &control.to_end {
                self.fill_in(*branch, behind);
            }
        }
    }

    /// Returns the topmost operands.
    fn emit_return(&mut self, offset: u32) {
        match self.result_slots {
            1 if self.folds => {
                let result = self.pop();
                self.begin_flushing(Op::ReturnOne, offset);
                self.words.push(byte(result));
            }
            slots => {
                self.settle_all();
                self.begin_flushing(Op::Return, offset);
                self.words.extend([byte(self.top - slots), slots]);
            }
        }
    }

    pub(super) fn reset_to(&mut self, control: &Control) {
        self.operands.truncate(control.below);
        self.top = control.base;
        // What lies below a block is settled when it is opened.
        self.pending.clear();
    }

    fn fill_in(&mut self, (hole, instruction): (u32, u32), target: u32) {
        self.words[hole as usize] = target.wrapping_sub(instruction);
    }

    /// Everything up to the matching `else` or `end` cannot be reached.
    pub(super) fn unreachable_from_here(&mut self) {
        self.skipped = 1;
    }

    /// The label `depth` blocks out: the slots that a branch carries, and where they must lie.
    pub(super) fn label(&self, depth: u32) -> (u32, u32) {
        let control = &self.controls[self.controls.len() - 1 - depth as usize];
        (control.branch_slots, control.base)
    }

    /// Pushes the word for a branch's target; `instruction` is the branch's first word.
    pub(super) fn push_target(&mut self, depth: u32, instruction: u32) {
        let hole = self.words.len() as u32;
        let position = self.controls.len() - 1 - depth as usize;
        let control = &mut self.controls[position];
        match control.kind {
            Kind::Loop(word) => self.words.push(word.wrapping_sub(instruction)),
            _ => {
                control.to_end.push((hole, instruction));
                self.words.push(0);
            }
        }
    }

    // Spec: exec-br
    pub(super) fn br(&mut self, depth: u32, offset: u32) {
        let (slots, base) = self.label(depth);
        if self.folds && depth as usize == self.controls.len() - 1 {
            self.emit_return(offset);
            return self.unreachable_from_here();
        }
        if slots > 0 {
            self.settle_all();
        }
        let from = self.top - slots;
        if slots == 0 || from == base {
            let word = self.begin_flushing(Op::Br, offset);
            self.push_target(depth, word);
        } else {
            let word = self.begin_flushing(Op::BrMove, offset);
            self.push_target(depth, word);
            self.words.extend([byte(base), byte(from), slots]);
        }
        self.unreachable_from_here();
    }

    // Spec: exec-br_if
    pub(super) fn br_if(&mut self, depth: u32, offset: u32) {
        let condition = self.pop_operand();
        let (slots, base) = self.label(depth);
        if slots > 0 {
            self.settle_all();
        }
        let from = self.top - slots;
        if slots == 0 || from == base {
            let word = self.conditional(true, condition, offset);
            self.push_target(depth, word);
        } else {
            let condition = byte(self.place(condition));
            let word = self.begin_flushing(Op::BrIfMove, offset);
            self.words.push(condition);
            self.push_target(depth, word);
            self.words.extend([byte(base), byte(from), slots]);
        }
    }

    /// Begins a branch that is taken if a condition is not zero, or if it is: up to the word for the target.
    fn conditional(&mut self, when: bool, condition: super::Operand, offset: u32) -> u32 {
        if let Some(word) = self.fold_condition(when, condition, offset) {
            return word;
        }
        let condition = byte(self.place(condition));
        let op = if when { Op::BrIf } else { Op::BrUnless };
        let word = self.begin_flushing(op, offset);
        self.words.push(condition);
        word
    }

    // Spec: exec-br_table
    pub(super) fn br_table(&mut self, targets: &BrTable<'_>, offset: u32) {
        let index = byte(self.pop());
        self.settle_all();
        let (slots, _) = self.label(targets.default());
        let from = byte(self.top - slots);
        let word = self.begin_flushing(Op::BrTable, offset);
        self.words.extend([index, targets.len() + 1, from, slots]);
        for depth in targets.targets().flatten().chain([targets.default()]) {
            let (_, base) = self.label(depth);
            self.push_target(depth, word);
            self.words.push(byte(base));
        }
        self.unreachable_from_here();
    }

    // Spec: exec-return
    pub(super) fn return_(&mut self, offset: u32) {
        self.emit_return(offset);
        self.unreachable_from_here();
    }

    // Spec: exec-unreachable
    pub(super) fn unreachable(&mut self, offset: u32) {
        self.emit(Op::Unreachable, offset, &[]);
        self.unreachable_from_here();
    }

    // Spec: exec-call
    pub(super) fn call(&mut self, func: FuncIdx, offset: u32) {
        let module = self.module;
        let ty = module.func_type(func);
        self.settle_all();
        self.pop_count(ty.params().len());
        let imported = func.0 < module.imported_function_count();
        let op = if imported { Op::CallImport } else { Op::Call };
        self.begin_flushing(op, offset);
        self.words
            .extend([self.instance.functions[func.index()], byte(self.top)]);
        self.push_types(ty.results());
    }

    // Spec: exec-call_indirect
    pub(super) fn call_indirect(&mut self, type_index: u32, table: u32, offset: u32) {
        let index = byte(self.pop());
        self.settle_all();
        let module = self.module;
        let ty = module.func_type_at(TypeIdx(type_index));
        self.pop_count(ty.params().len());
        self.begin_flushing(Op::CallIndirect, offset);
        let type_id = self.type_ids[type_index as usize];
        self.words.extend([
            self.instance.tables[table as usize],
            type_id,
            index,
            byte(self.top),
        ]);
        self.push_types(ty.results());
    }

    // Spec: exec-return_call
    pub(super) fn return_call(&mut self, func: FuncIdx, offset: u32) {
        let slots = slot_count(self.module.func_type(func).params());
        self.settle_all();
        self.begin_flushing(Op::ReturnCall, offset);
        let function = self.instance.functions[func.index()];
        self.words.extend([function, byte(self.top - slots), slots]);
        self.unreachable_from_here();
    }

    // Spec: exec-return_call_indirect
    pub(super) fn return_call_indirect(&mut self, type_index: u32, table: u32, offset: u32) {
        let index = byte(self.pop());
        self.settle_all();
        let slots = slot_count(self.module.func_type_at(TypeIdx(type_index)).params());
        self.begin_flushing(Op::ReturnCallIndirect, offset);
        let type_id = self.type_ids[type_index as usize];
        let table = self.instance.tables[table as usize];
        self.words
            .extend([table, type_id, index, byte(self.top - slots), slots]);
        self.unreachable_from_here();
    }
}
