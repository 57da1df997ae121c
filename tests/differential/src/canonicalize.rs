//! Makes NaNs equal where the generator leaves them to the engine: behind conversions between the two widths.
//!
//! Behind each of them a call is inserted, of a function that replaces NaNs by one and the same.

use wasm_encoder::{Encode, Function, InstructionSink, ValType};
use wasmparser::{BinaryReader, FunctionBody, Operator};

/// The functions that have to be added, in this order: parameter, which is also the result, and body.
pub(crate) fn functions() -> [(ValType, Function); 4] {
    const F32: u32 = 0x7fc0_0000;
    const F64: u64 = 0x7ff8 << 48;
    const F32X4: u128 = F32 as u128 * 0x1_0000_0001_0000_0001_0000_0001;
    const F64X2: u128 = F64 as u128 * 0x1_0000_0000_0000_0001;
    let function = |ty, write: fn(&mut InstructionSink<'_>)| {
        let mut body = Function::new([]);
        write(&mut body.instructions());
        body.instructions().end();
        (ty, body)
    };
    [
        function(ValType::F32, |code| {
            let nan = f32::from_bits(F32).into();
            code.local_get(0)
                .f32_const(nan)
                .local_get(0)
                .local_get(0)
                .f32_eq()
                .select();
        }),
        function(ValType::F64, |code| {
            let nan = f64::from_bits(F64).into();
            code.local_get(0)
                .f64_const(nan)
                .local_get(0)
                .local_get(0)
                .f64_eq()
                .select();
        }),
        function(ValType::V128, |code| {
            code.local_get(0)
                .v128_const(F32X4 as i128)
                .local_get(0)
                .local_get(0)
                .f32x4_eq()
                .v128_bitselect();
        }),
        function(ValType::V128, |code| {
            code.local_get(0)
                .v128_const(F64X2 as i128)
                .local_get(0)
                .local_get(0)
                .f64x2_eq()
                .v128_bitselect();
        }),
    ]
}

/// A function's body, with the calls inserted; `first` is the index of the first added function.
pub(crate) fn body(bytes: &[u8], first: u32) -> Vec<u8> {
    let body = FunctionBody::new(BinaryReader::new(bytes, 0));
    let mut written = Vec::with_capacity(bytes.len());
    let mut copied = 0;
    let operators = body
        .get_operators_reader()
        .expect("the generator encodes well");
    let mut inserted = None;
    for operator in operators.into_iter_with_offsets() {
        let (operator, offset) = operator.expect("the generator encodes well");
        if let Some(function) = inserted.take() {
            written.extend(&bytes[copied..offset as usize]);
            copied = offset as usize;
            Encode::encode(
                &wasm_encoder::Instruction::Call(first + function),
                &mut written,
            );
        }
        inserted = match operator {
            Operator::F32DemoteF64 => Some(0),
            Operator::F64PromoteF32 => Some(1),
            Operator::F32x4DemoteF64x2Zero => Some(2),
            Operator::F64x2PromoteLowF32x4 => Some(3),
            _ => None,
        };
    }
    written.extend(&bytes[copied..]);
    written
}
