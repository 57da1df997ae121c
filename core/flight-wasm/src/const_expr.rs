//! Constant expressions: initial values of globals, offsets of segments, elements.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use wasmparser::Operator;

use crate::convert::Kinds;
use crate::{FuncIdx, GlobalIdx, TypeIdx, Value};

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
    /// `struct.new`
    StructNew(TypeIdx),
    /// `struct.new_default`
    StructNewDefault(TypeIdx),
    /// `array.new`
    ArrayNew(TypeIdx),
    /// `array.new_default`
    ArrayNewDefault(TypeIdx),
    /// `array.new_fixed` with its number of elements
    ArrayNewFixed(TypeIdx, u32),
    /// `ref.i31`
    RefI31,
    /// `any.convert_extern`
    AnyConvertExtern,
    /// `extern.convert_any`
    ExternConvertAny,
}

impl fmt::Display for ConstInstruction {
    /// As the text format writes it, with indices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Const(value) => write!(f, "{}.const {value}", value.ty()),
            Self::GlobalGet(global) => write!(f, "global.get {}", global.0),
            Self::RefNull(Value::ExternRef(_)) => f.write_str("ref.null extern"),
            Self::RefNull(Value::FuncRef(_)) => f.write_str("ref.null func"),
            Self::RefNull(Value::ExnRef(_)) => f.write_str("ref.null exn"),
            Self::RefNull(_) => f.write_str("ref.null any"),
            Self::RefFunc(func) => write!(f, "ref.func {}", func.0),
            Self::I32Add => f.write_str("i32.add"),
            Self::I32Sub => f.write_str("i32.sub"),
            Self::I32Mul => f.write_str("i32.mul"),
            Self::I64Add => f.write_str("i64.add"),
            Self::I64Sub => f.write_str("i64.sub"),
            Self::I64Mul => f.write_str("i64.mul"),
            Self::StructNew(ty) => write!(f, "struct.new {}", ty.0),
            Self::StructNewDefault(ty) => write!(f, "struct.new_default {}", ty.0),
            Self::ArrayNew(ty) => write!(f, "array.new {}", ty.0),
            Self::ArrayNewDefault(ty) => write!(f, "array.new_default {}", ty.0),
            Self::ArrayNewFixed(ty, count) => write!(f, "array.new_fixed {} {count}", ty.0),
            Self::RefI31 => f.write_str("ref.i31"),
            Self::AnyConvertExtern => f.write_str("any.convert_extern"),
            Self::ExternConvertAny => f.write_str("extern.convert_any"),
        }
    }
}

/// A constant expression: instructions in order, without the final `end`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstExpr(pub Box<[ConstInstruction]>);

impl ConstExpr {
    /// Decodes a validated expression.
    pub(crate) fn decode(
        expr: &wasmparser::ConstExpr<'_>,
        kinds: &Kinds,
    ) -> crate::decode::Result<Self> {
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
                    let ty = kinds.ref_type(true, hty, offset)?;
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
                Operator::StructNew { struct_type_index } => {
                    ConstInstruction::StructNew(TypeIdx(struct_type_index))
                }
                Operator::StructNewDefault { struct_type_index } => {
                    ConstInstruction::StructNewDefault(TypeIdx(struct_type_index))
                }
                Operator::ArrayNew { array_type_index } => {
                    ConstInstruction::ArrayNew(TypeIdx(array_type_index))
                }
                Operator::ArrayNewDefault { array_type_index } => {
                    ConstInstruction::ArrayNewDefault(TypeIdx(array_type_index))
                }
                Operator::ArrayNewFixed {
                    array_type_index,
                    array_size,
                } => ConstInstruction::ArrayNewFixed(TypeIdx(array_type_index), array_size),
                Operator::RefI31 => ConstInstruction::RefI31,
                Operator::AnyConvertExtern => ConstInstruction::AnyConvertExtern,
                Operator::ExternConvertAny => ConstInstruction::ExternConvertAny,
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
