//! References and objects of the heap.

use flight_wasm::wasmparser::{HeapType, Operator};
use flight_wasm::{CompositeType, FieldType, RefType, TypeIdx, ValueType};

use super::{Lowering, byte};
use crate::op::Op;
use crate::refs;
use crate::slot::slot_count;
use crate::type_ids::canonical_ref;

impl Lowering<'_> {
    /// Emits an instruction on references or objects; false if the operator is none.
    pub(super) fn object_operator(&mut self, operator: &Operator<'_>, offset: u32) -> bool {
        if !cfg!(feature = "gc") {
            return false;
        }
        match *operator {
            Operator::StructNew { struct_type_index } => {
                let (types, id) = (
                    self.field_types(struct_type_index),
                    self.id(struct_type_index),
                );
                self.new_of_operands(Op::StructNew, &types, id, offset);
            }
            Operator::StructNewDefault { struct_type_index } => {
                let id = self.id(struct_type_index);
                self.rare_op(Op::StructNewDefault, offset, 0, true, &[id]);
            }
            Operator::StructGet {
                struct_type_index,
                field_index,
            }
            | Operator::StructGetU {
                struct_type_index,
                field_index,
            } => {
                self.struct_get(struct_type_index, field_index, 0, offset);
            }
            Operator::StructGetS {
                struct_type_index,
                field_index,
            } => {
                self.struct_get(struct_type_index, field_index, 1, offset);
            }
            Operator::StructSet {
                struct_type_index,
                field_index,
            } => {
                let two = self.field_types(struct_type_index)[field_index as usize].slots() == 2;
                let op = if two { Op::StructSet2 } else { Op::StructSet };
                self.rare_op(op, offset, 2, false, &[field_index]);
            }
            Operator::ArrayNew { array_type_index } => {
                let op = self.by_width(array_type_index, Op::ArrayNew, Op::ArrayNew2);
                let id = self.id(array_type_index);
                self.rare_op(op, offset, 2, true, &[id]);
            }
            Operator::ArrayNewDefault { array_type_index } => {
                let id = self.id(array_type_index);
                self.rare_op(Op::ArrayNewDefault, offset, 1, true, &[id]);
            }
            Operator::ArrayNewFixed {
                array_type_index,
                array_size,
            } => {
                let ty = self.element_type(array_type_index);
                let types = alloc::vec![ty; array_size as usize];
                let id = self.id(array_type_index);
                self.new_of_operands(Op::ArrayNewFixed, &types, id, offset);
            }
            Operator::ArrayNewData {
                array_type_index,
                array_data_index,
            } => {
                let segment = self.instance.data[array_data_index as usize];
                let id = self.id(array_type_index);
                self.rare_op(Op::ArrayNewData, offset, 2, true, &[id, segment]);
            }
            Operator::ArrayNewElem {
                array_type_index,
                array_elem_index,
            } => {
                let segment = self.instance.elements[array_elem_index as usize];
                let id = self.id(array_type_index);
                self.rare_op(Op::ArrayNewElem, offset, 2, true, &[id, segment]);
            }
            Operator::ArrayGet { array_type_index } | Operator::ArrayGetU { array_type_index } => {
                self.array_get(array_type_index, 0, offset);
            }
            Operator::ArrayGetS { array_type_index } => self.array_get(array_type_index, 1, offset),
            Operator::ArraySet { array_type_index } => {
                let op = self.by_width(array_type_index, Op::ArraySet, Op::ArraySet2);
                self.rare_op(op, offset, 3, false, &[]);
            }
            Operator::ArrayLen => self.unary(Op::ArrayLen, offset),
            Operator::ArrayFill { array_type_index } => {
                let op = self.by_width(array_type_index, Op::ArrayFill, Op::ArrayFill2);
                self.rare_op(op, offset, 4, false, &[]);
            }
            Operator::ArrayCopy { .. } => self.rare_op(Op::ArrayCopy, offset, 5, false, &[]),
            Operator::ArrayInitData {
                array_data_index, ..
            } => {
                let segment = self.instance.data[array_data_index as usize];
                self.rare_op(Op::ArrayInitData, offset, 4, false, &[segment]);
            }
            Operator::ArrayInitElem {
                array_elem_index, ..
            } => {
                let segment = self.instance.elements[array_elem_index as usize];
                self.rare_op(Op::ArrayInitElem, offset, 4, false, &[segment]);
            }
            Operator::RefI31 => self.unary(Op::RefI31, offset),
            Operator::I31GetS => self.unary(Op::I31GetS, offset),
            Operator::I31GetU => self.unary(Op::I31GetU, offset),
            Operator::RefAsNonNull => self.unary(Op::RefAsNonNull, offset),
            // The two hierarchies write the same thing in the same way.
            Operator::AnyConvertExtern | Operator::ExternConvertAny => {
                if !self.folds {
                    self.emit(Op::Nop, offset, &[]);
                }
            }
            Operator::RefEq => self.rare_op(Op::RefEq, offset, 2, true, &[]),
            Operator::RefTestNonNull { hty } => self.test(Op::RefTest, false, hty, offset),
            Operator::RefTestNullable { hty } => self.test(Op::RefTest, true, hty, offset),
            Operator::RefCastNonNull { hty } => self.test(Op::RefCast, false, hty, offset),
            Operator::RefCastNullable { hty } => self.test(Op::RefCast, true, hty, offset),
            _ => return false,
        }
        true
    }

    /// The number in the store of one of the module's types.
    fn id(&self, type_index: u32) -> u32 {
        self.type_ids[type_index as usize]
    }

    fn field_types(&self, type_index: u32) -> alloc::vec::Vec<ValueType> {
        let unpacked = |field: &FieldType| field.storage.unpacked();
        match &self.module.types()[type_index as usize].composite {
            CompositeType::Struct(fields) => fields.iter().map(unpacked).collect(),
            CompositeType::Array(element) => alloc::vec![unpacked(element)],
            CompositeType::Func(_) => alloc::vec::Vec::new(),
        }
    }

    fn element_type(&self, type_index: u32) -> ValueType {
        self.field_types(type_index)
            .first()
            .copied()
            .unwrap_or(ValueType::I32)
    }

    fn by_width(&self, type_index: u32, one: Op, two: Op) -> Op {
        if self.element_type(type_index).slots() == 2 {
            two
        } else {
            one
        }
    }

    /// Emits `dst first count type`: an object made of the topmost operands.
    fn new_of_operands(&mut self, op: Op, types: &[ValueType], id: u32, offset: u32) {
        let slots = slot_count(types);
        self.settle_all();
        self.pop_count(types.len());
        let first = self.push(1);
        self.emit_result(op, offset, &[byte(first), byte(first), slots, id]);
    }

    fn struct_get(&mut self, type_index: u32, field: u32, signed: u32, offset: u32) {
        let two = self.field_types(type_index)[field as usize].slots() == 2;
        let structure = self.pop();
        let dst = self.push(if two { 2 } else { 1 });
        let (op, immediates) = match two {
            true => (Op::StructGet2, &[field][..]),
            false => (Op::StructGet, &[field, signed][..]),
        };
        self.emit_result(op, offset, &[byte(dst), byte(structure)]);
        self.words.extend_from_slice(immediates);
    }

    fn array_get(&mut self, type_index: u32, signed: u32, offset: u32) {
        let two = self.element_type(type_index).slots() == 2;
        let index = self.pop();
        let array = self.pop();
        let dst = self.push(if two { 2 } else { 1 });
        let op = if two { Op::ArrayGet2 } else { Op::ArrayGet };
        self.emit_result(op, offset, &[byte(dst), byte(array), byte(index)]);
        if !two {
            self.words.push(signed);
        }
    }

    /// The operand words of a reference type, with the store's number for the module's index.
    fn type_words(&self, nullable: bool, heap: HeapType) -> [u32; 2] {
        let ty = self
            .module
            .ref_type(nullable, heap)
            .unwrap_or(RefType::EXTERNREF);
        refs::encode(canonical_ref(ty, self.type_ids))
    }

    fn test(&mut self, op: Op, nullable: bool, heap: HeapType, offset: u32) {
        let words = self.type_words(nullable, heap);
        self.rare_op(op, offset, 1, true, &words);
    }

    // Spec: exec-br_on_null, exec-br_on_non_null
    pub(super) fn br_on_null(&mut self, on_null: bool, depth: u32, offset: u32) {
        self.settle_all();
        let value = self.pop();
        let (slots, base) = self.label(depth);
        let (op, from) = match on_null {
            true => (Op::BrOnNull, self.top - slots),
            // The reference itself is the last that the branch carries.
            false => (Op::BrOnNonNull, self.top + 1 - slots),
        };
        let word = self.begin_flushing(op, offset);
        self.words.push(byte(value));
        self.push_target(depth, word);
        self.words.extend([byte(base), byte(from), slots]);
        if on_null {
            self.push(1);
        }
    }

    // Spec: exec-br_on_cast, exec-br_on_cast_fail
    pub(super) fn br_on_cast(
        &mut self,
        op: Op,
        depth: u32,
        to: flight_wasm::wasmparser::RefType,
        offset: u32,
    ) {
        self.settle_all();
        let value = self.top - 1;
        let (slots, base) = self.label(depth);
        let from = self.top - slots;
        let ty = self.type_words(to.is_nullable(), to.heap_type());
        let word = self.begin_flushing(op, offset);
        self.words.push(byte(value));
        self.push_target(depth, word);
        self.words.extend([byte(base), byte(from), slots]);
        self.words.extend(ty);
    }

    // Spec: exec-call_ref
    pub(super) fn call_ref(&mut self, type_index: u32, offset: u32) {
        let function = byte(self.pop());
        self.settle_all();
        let module = self.module;
        let ty = module.func_type_at(TypeIdx(type_index));
        self.pop_count(ty.params().len());
        self.begin_flushing(Op::CallRef, offset);
        self.words.extend([function, byte(self.top)]);
        self.push_types(ty.results());
    }

    // Spec: exec-return_call_ref
    pub(super) fn return_call_ref(&mut self, type_index: u32, offset: u32) {
        let function = byte(self.pop());
        self.settle_all();
        let slots = slot_count(self.module.func_type_at(TypeIdx(type_index)).params());
        self.begin_flushing(Op::ReturnCallRef, offset);
        self.words.extend([function, byte(self.top - slots), slots]);
        self.unreachable_from_here();
    }
}
