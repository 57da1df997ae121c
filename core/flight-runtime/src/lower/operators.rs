//! One arm for each instruction.

use flight_wasm::FuncIdx;
use flight_wasm::wasmparser::{MemArg, MemArgTarget, Operator};

use super::{Lowering, byte};
use crate::numeric::for_each_numeric;
use crate::op::Op;

/// What an operator of the numeric table is: its opcode, and what operands it takes.
pub(super) enum Numeric<'a> {
    Unary(Op),
    Binary(Op),
    Load(Op, &'a MemArg),
    Store(Op, &'a MemArg),
}

macro_rules! classify {
    ($operator:ident
     unary { $($unary:ident $f1:ident;)* } unary_trapping { $($unary_trapping:ident $f2:ident;)* }
     compare { $($compare:ident $f7:ident;)* }
     binary { $($binary:ident $f3:ident;)* } binary_trapping { $($binary_trapping:ident $f4:ident;)* }
     load { $($load:ident $f5:ident;)* } store { $($store:ident $f6:ident;)* }) => {
        match $operator {
            $(Operator::$unary => Numeric::Unary(Op::$unary),)*
            $(Operator::$unary_trapping => Numeric::Unary(Op::$unary_trapping),)*
            $(Operator::$compare => Numeric::Binary(Op::$compare),)*
            $(Operator::$binary => Numeric::Binary(Op::$binary),)*
            $(Operator::$binary_trapping => Numeric::Binary(Op::$binary_trapping),)*
            $(Operator::$load { memarg } => Numeric::Load(Op::$load, memarg),)*
            $(Operator::$store { memarg } => Numeric::Store(Op::$store, memarg),)*
            _ => return None,
        }
    };
}

pub(super) fn numeric<'a>(operator: &'a Operator<'_>) -> Option<Numeric<'a>> {
    Some(for_each_numeric! { classify! { operator } })
}

impl Lowering<'_> {
    pub(super) fn operator(&mut self, operator: &Operator<'_>, offset: u32) {
        if self.skipped > 0 && self.skip(operator) {
            return;
        }
        if self.skipped == 0 {
            self.count(offset);
        }
        if self.folds && self.fold(operator, offset) {
            return;
        }
        if let Some(numeric) = numeric(operator) {
            return self.numeric(numeric, offset);
        }
        match *operator {
            Operator::Nop => drop(self.emit(Op::Nop, offset, &[])),
            Operator::Unreachable => self.unreachable(offset),
            Operator::Block { blockty } => self.block(blockty, offset),
            Operator::Loop { blockty } => self.loop_(blockty, offset),
            Operator::If { blockty } => self.if_(blockty, offset),
            Operator::Else => self.else_(offset),
            Operator::End => self.end(offset),
            Operator::Br { relative_depth } => self.br(relative_depth, offset),
            Operator::BrIf { relative_depth } => self.br_if(relative_depth, offset),
            Operator::BrTable { ref targets } => self.br_table(targets, offset),
            Operator::Return => self.return_(offset),
            Operator::Call { function_index } => self.call(FuncIdx(function_index), offset),
            Operator::CallIndirect {
                type_index,
                table_index,
            } => {
                self.call_indirect(type_index, table_index, offset);
            }
            Operator::ReturnCall { function_index } => {
                self.return_call(FuncIdx(function_index), offset);
            }
            Operator::ReturnCallIndirect {
                type_index,
                table_index,
            } => {
                self.return_call_indirect(type_index, table_index, offset);
            }
            Operator::I32Const { value } => self.constant(value as u32 as u64, offset),
            Operator::I64Const { value } => self.constant(value as u64, offset),
            Operator::F32Const { value } => self.constant(u64::from(value.bits()), offset),
            Operator::F64Const { value } => self.constant(value.bits(), offset),
            Operator::RefNull { .. } => self.constant(crate::slot::NULL, offset),
            Operator::RefFunc { function_index } => {
                let address = self.instance.functions[function_index as usize];
                self.constant(crate::slot::function_slot(address), offset);
            }
            Operator::RefIsNull => self.unary(Op::RefIsNull, offset),
            Operator::Drop => {
                self.pop_operand();
                self.emit(Op::Nop, offset, &[]);
            }
            Operator::Select | Operator::TypedSelect { .. } => self.select(offset),
            Operator::LocalGet { local_index } => {
                let (slot, width) = self.locals.get(local_index);
                let to = self.push(width);
                self.copy(to, slot, width, offset);
            }
            Operator::LocalSet { local_index } => {
                let (slot, width) = self.locals.get(local_index);
                let from = self.pop();
                self.copy(slot, from, width, offset);
            }
            Operator::LocalTee { local_index } => {
                let (slot, width) = self.locals.get(local_index);
                self.copy(slot, self.top - width, width, offset);
            }
            Operator::GlobalGet { global_index } => {
                let cell = self.instance.global_cells[global_index as usize];
                let width = self.global_width(global_index);
                let op = if width == 2 {
                    Op::GlobalGet2
                } else {
                    Op::GlobalGet
                };
                let to = self.push(width);
                self.emit_result(op, offset, &[byte(to), byte(cell)]);
            }
            Operator::GlobalSet { global_index } => {
                let cell = self.instance.global_cells[global_index as usize];
                let width = self.global_width(global_index);
                let op = if width == 2 {
                    Op::GlobalSet2
                } else {
                    Op::GlobalSet
                };
                let from = self.pop();
                self.emit(op, offset, &[byte(cell), byte(from)]);
            }
            Operator::TryTable { ref try_table } => self.try_table(try_table, offset),
            Operator::Try { blockty } => self.try_(blockty, offset),
            Operator::Catch { tag_index } => self.catch(Some(tag_index), offset),
            Operator::CatchAll => self.catch(None, offset),
            Operator::Delegate { relative_depth } => self.delegate(relative_depth, offset),
            Operator::Throw { tag_index } => self.throw(tag_index, offset),
            Operator::ThrowRef => self.throw_ref(offset),
            Operator::Rethrow { relative_depth } => self.rethrow(relative_depth, offset),
            Operator::CallRef { type_index } => self.call_ref(type_index, offset),
            Operator::ReturnCallRef { type_index } => self.return_call_ref(type_index, offset),
            Operator::BrOnNull { relative_depth } => self.br_on_null(true, relative_depth, offset),
            Operator::BrOnNonNull { relative_depth } => {
                self.br_on_null(false, relative_depth, offset);
            }
            Operator::BrOnCast {
                relative_depth,
                to_ref_type,
                ..
            } => {
                self.br_on_cast(Op::BrOnCast, relative_depth, to_ref_type, offset);
            }
            Operator::BrOnCastFail {
                relative_depth,
                to_ref_type,
                ..
            } => {
                self.br_on_cast(Op::BrOnCastFail, relative_depth, to_ref_type, offset);
            }
            _ if self.object_operator(operator, offset) => {}
            _ => self.rare(operator, offset),
        }
    }

    /// Whether an operator in code that cannot be reached is passed over; keeps count of the blocks in it.
    fn skip(&mut self, operator: &Operator<'_>) -> bool {
        match operator {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. } => {
                self.skipped += 1;
            }
            Operator::Else | Operator::Catch { .. } | Operator::CatchAll => {
                return self.skipped > 1;
            }
            Operator::End | Operator::Delegate { .. } if self.skipped > 1 => self.skipped -= 1,
            Operator::End | Operator::Delegate { .. } => return false,
            _ => {}
        }
        true
    }

    fn numeric(&mut self, numeric: Numeric<'_>, offset: u32) {
        match numeric {
            Numeric::Unary(op) => self.unary(op, offset),
            Numeric::Binary(op) => {
                let b = self.pop();
                let a = self.pop();
                let dst = self.push(1);
                self.emit_result(op, offset, &[byte(dst), byte(a), byte(b)]);
            }
            Numeric::Load(op, memarg) => {
                let address = self.pop();
                let dst = self.push(1);
                let word = self.access(Op::LoadAny, op, [byte(dst), byte(address)], memarg, offset);
                self.last = word;
            }
            Numeric::Store(op, memarg) => {
                let value = self.pop();
                let address = self.pop();
                self.access(
                    Op::StoreAny,
                    op,
                    [byte(address), byte(value)],
                    memarg,
                    offset,
                );
            }
        }
    }

    pub(super) fn unary(&mut self, op: Op, offset: u32) {
        let a = self.pop();
        let dst = self.push(1);
        self.emit_result(op, offset, &[byte(dst), byte(a)]);
    }

    /// A load or store: the short form for a 32-bit memory 0, the long one for any other.
    fn access(
        &mut self,
        any: Op,
        op: Op,
        slots: [u32; 2],
        memarg: &MemArg,
        offset: u32,
    ) -> Option<u32> {
        let MemArgTarget::Memory(memory) = memarg.target else {
            return None;
        };
        Some(if self.is_short(memarg) {
            self.emit(op, offset, &[slots[0], slots[1], memarg.offset as u32])
        } else {
            let address = self.instance.memories[memory as usize];
            let (lo, hi) = (memarg.offset as u32, (memarg.offset >> 32) as u32);
            self.emit(
                any,
                offset,
                &[slots[0], slots[1], address, lo, hi, op as u32],
            )
        })
    }

    /// Whether a memory argument is for a 32-bit memory 0.
    pub(super) fn is_short(&self, memarg: &MemArg) -> bool {
        memarg.target == MemArgTarget::Memory(0) && !self.module.memories()[0].is64
    }

    fn constant(&mut self, bits: u64, offset: u32) {
        let dst = self.push(1);
        self.emit(
            Op::Const,
            offset,
            &[byte(dst), bits as u32, (bits >> 32) as u32],
        );
    }

    fn copy(&mut self, to: u32, from: u32, width: u32, offset: u32) {
        let op = if width == 2 { Op::Copy2 } else { Op::Copy };
        self.emit(op, offset, &[byte(to), byte(from)]);
    }

    // Spec: exec-select
    fn select(&mut self, offset: u32) {
        let condition = self.pop();
        let b = self.pop_operand();
        let width = b.width;
        let b = self.place(b);
        let a = self.pop();
        let dst = self.push(width);
        let op = if width == 2 { Op::Select2 } else { Op::Select };
        self.emit_result(op, offset, &[byte(dst), byte(a), byte(b), byte(condition)]);
    }

    /// Instructions that the loop leaves to functions of their own.
    fn rare(&mut self, operator: &Operator<'_>, offset: u32) {
        let instance = self.instance;
        let memory = |index: u32| instance.memories[index as usize];
        let table = |index: u32| instance.tables[index as usize];
        match *operator {
            Operator::MemorySize { mem } => {
                self.rare_op(Op::MemorySize, offset, 0, true, &[memory(mem)]);
            }
            Operator::MemoryGrow { mem } => {
                self.rare_op(Op::MemoryGrow, offset, 1, true, &[memory(mem)]);
            }
            Operator::MemoryFill { mem } => {
                self.rare_op(Op::MemoryFill, offset, 3, false, &[memory(mem)]);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                let memories = [memory(dst_mem), memory(src_mem)];
                self.rare_op(Op::MemoryCopy, offset, 3, false, &memories);
            }
            Operator::MemoryInit { data_index, mem } => {
                let segment = instance.data[data_index as usize];
                self.rare_op(Op::MemoryInit, offset, 3, false, &[memory(mem), segment]);
            }
            Operator::DataDrop { data_index } => {
                let segment = instance.data[data_index as usize];
                self.rare_op(Op::DataDrop, offset, 0, false, &[segment]);
            }
            Operator::TableGet { table: index } => {
                self.rare_op(Op::TableGet, offset, 1, true, &[table(index)]);
            }
            Operator::TableSet { table: index } => {
                self.rare_op(Op::TableSet, offset, 2, false, &[table(index)]);
            }
            Operator::TableSize { table: index } => {
                self.rare_op(Op::TableSize, offset, 0, true, &[table(index)]);
            }
            Operator::TableGrow { table: index } => {
                self.rare_op(Op::TableGrow, offset, 2, true, &[table(index)]);
            }
            Operator::TableFill { table: index } => {
                self.rare_op(Op::TableFill, offset, 3, false, &[table(index)]);
            }
            Operator::TableCopy {
                dst_table,
                src_table,
            } => {
                let tables = [table(dst_table), table(src_table)];
                self.rare_op(Op::TableCopy, offset, 3, false, &tables);
            }
            Operator::TableInit {
                elem_index,
                table: index,
            } => {
                let segment = instance.elements[elem_index as usize];
                self.rare_op(Op::TableInit, offset, 3, false, &[table(index), segment]);
            }
            Operator::ElemDrop { elem_index } => {
                let segment = instance.elements[elem_index as usize];
                self.rare_op(Op::ElemDrop, offset, 0, false, &[segment]);
            }
            _ if self.wide(operator, offset) => {}
            // Modules that use anything else are refused when they are loaded; this stays safe all the same.
            _ => self.unreachable(offset),
        }
    }

    /// Emits an instruction of the form `dst? operands… immediates…`.
    pub(super) fn rare_op(
        &mut self,
        op: Op,
        offset: u32,
        takes: usize,
        gives: bool,
        immediates: &[u32],
    ) {
        let mut operands = [0; 5];
        for operand in operands[..takes].iter_mut().rev() {
            *operand = byte(self.pop());
        }
        let word = self.begin(op, offset);
        if gives {
            let dst = self.push(1);
            self.words.push(byte(dst));
            self.last = Some(word);
        }
        self.words.extend_from_slice(&operands[..takes]);
        self.words.extend_from_slice(immediates);
    }
}
