//! Constant expressions: initial values of globals, offsets of segments, elements.

use alloc::boxed::Box;
use alloc::vec::Vec;

use wasmparser::Operator;

use crate::{FuncIdx, GlobalIdx, Value};

/// One instruction of a constant expression. Spec: valid-constant
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ConstInstruction {
    /// Pushes a number.
    Const(Value),
    /// Pushes a global's value.
    GlobalGet(GlobalIdx),
    /// Pushes a null reference, given as the value.
    RefNull(Value),
    /// Pushes a reference to a function.
    RefFunc(FuncIdx),
    /// `i32.add`
    I32Add,
    /// `i32.sub`
    I32Sub,
    /// `i32.mul`
    I32Mul,
    /// `i64.add`
    I64Add,
    /// `i64.sub`
    I64Sub,
    /// `i64.mul`
    I64Mul,
}

/// A constant expression: instructions in order, without the final `end`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstExpr(pub Box<[ConstInstruction]>);

impl ConstExpr {
    /// Decodes a validated expression.
    pub(crate) fn decode(expr: &wasmparser::ConstExpr<'_>) -> crate::decode::Result<Self> {
        let mut instructions = Vec::new();
        let mut reader = expr.get_operators_reader();
        loop {
            let offset = reader.original_position();
            instructions.push(match reader.read()? {
                Operator::End => break,
                Operator::I32Const { value } => ConstInstruction::Const(Value::I32(value)),
                Operator::I64Const { value } => ConstInstruction::Const(Value::I64(value)),
                Operator::F32Const { value } => {
                    ConstInstruction::Const(Value::F32(f32::from_bits(value.bits())))
                }
                Operator::F64Const { value } => {
                    ConstInstruction::Const(Value::F64(f64::from_bits(value.bits())))
                }
                Operator::V128Const { value } => ConstInstruction::Const(Value::V128(value.into())),
                Operator::GlobalGet { global_index } => {
                    ConstInstruction::GlobalGet(GlobalIdx(global_index))
                }
                Operator::RefNull { hty } => {
                    let ty = crate::decode::ref_type(true, hty, offset)?;
                    let ty = crate::ValueType::Ref(ty);
                    ConstInstruction::RefNull(Value::default_of(ty).unwrap_or(Value::FuncRef(None)))
                }
                Operator::RefFunc { function_index } => {
                    ConstInstruction::RefFunc(FuncIdx(function_index))
                }
                Operator::I32Add => ConstInstruction::I32Add,
                Operator::I32Sub => ConstInstruction::I32Sub,
                Operator::I32Mul => ConstInstruction::I32Mul,
                Operator::I64Add => ConstInstruction::I64Add,
                Operator::I64Sub => ConstInstruction::I64Sub,
                Operator::I64Mul => ConstInstruction::I64Mul,
                other => {
                    return Err(crate::decode::unsupported(
                        &crate::instruction::mnemonic(&other),
                        offset,
                    ));
                }
            });
        }
        Ok(Self(instructions.into()))
    }
}
