//! Vector instructions: the table of them, and how one is executed out of any loop.
//!
//! What they mean is said in the files of this folder, by pure functions named after them.
//! A vector is its bytes, lane 0 first; in a frame it takes two slots, the lower half first.

mod conversions;
mod floats;
mod integers;
mod lanes;
mod memory;
mod relaxed;
mod shuffles;

use flight_wasm::ValueType;
use flight_wasm::wasmparser::{MemArg, Operator};

use crate::TrapKind;
use crate::op::{Op, code};
use crate::operands::Operands;
use crate::rare::effective_address;
use crate::slot::{Slot, Typed};
use crate::store::Store;
use conversions::*;
use floats::*;
use integers::*;
use memory::*;
use relaxed::*;
use shuffles::*;

/// The functions of all vector instructions, for the loop's arms.
#[cfg(feature = "simd")]
pub(crate) mod arms {
    pub(crate) use super::{conversions::*, floats::*, integers::*};
    pub(crate) use super::{memory::*, relaxed::*, shuffles::*};
}

pub(crate) use lanes::Vector;
pub(crate) use shuffles::i8x16_shuffle;

/// Calls a macro with the table of all vector instructions, by the form of their operands.
///
/// `shift` takes a vector and a distance, `test` gives an integer, `extract` and `replace` name one lane.
/// What follows the callback's braces is put behind what is in them.
macro_rules! for_each_simd {
    ($callback:ident! { $($extra:tt)* } $($rest:tt)*) => { $callback! { $($extra)* $($rest)*
        constant {
            V128Const v128_const;
        }
        shuffle {
            I8x16Shuffle i8x16_shuffle;
        }
        unary {
            V128Not v128_not;
            I8x16Abs i8x16_abs; I8x16Neg i8x16_neg; I8x16Popcnt i8x16_popcnt;
            I16x8ExtAddPairwiseI8x16S i16x8_extadd_pairwise_i8x16_s;
            I16x8ExtAddPairwiseI8x16U i16x8_extadd_pairwise_i8x16_u; I16x8Abs i16x8_abs; I16x8Neg i16x8_neg;
            I16x8ExtendLowI8x16S i16x8_extend_low_i8x16_s; I16x8ExtendHighI8x16S i16x8_extend_high_i8x16_s;
            I16x8ExtendLowI8x16U i16x8_extend_low_i8x16_u; I16x8ExtendHighI8x16U i16x8_extend_high_i8x16_u;
            I32x4ExtAddPairwiseI16x8S i32x4_extadd_pairwise_i16x8_s;
            I32x4ExtAddPairwiseI16x8U i32x4_extadd_pairwise_i16x8_u; I32x4Abs i32x4_abs; I32x4Neg i32x4_neg;
            I32x4ExtendLowI16x8S i32x4_extend_low_i16x8_s; I32x4ExtendHighI16x8S i32x4_extend_high_i16x8_s;
            I32x4ExtendLowI16x8U i32x4_extend_low_i16x8_u; I32x4ExtendHighI16x8U i32x4_extend_high_i16x8_u;
            I32x4TruncSatF32x4S i32x4_trunc_sat_f32x4_s; I32x4TruncSatF32x4U i32x4_trunc_sat_f32x4_u;
            I32x4TruncSatF64x2SZero i32x4_trunc_sat_f64x2_s_zero;
            I32x4TruncSatF64x2UZero i32x4_trunc_sat_f64x2_u_zero;
            I64x2Abs i64x2_abs; I64x2Neg i64x2_neg; I64x2ExtendLowI32x4S i64x2_extend_low_i32x4_s;
            I64x2ExtendHighI32x4S i64x2_extend_high_i32x4_s; I64x2ExtendLowI32x4U i64x2_extend_low_i32x4_u;
            I64x2ExtendHighI32x4U i64x2_extend_high_i32x4_u;
            F32x4Ceil f32x4_ceil; F32x4Floor f32x4_floor; F32x4Trunc f32x4_trunc; F32x4Nearest f32x4_nearest;
            F32x4Abs f32x4_abs; F32x4Neg f32x4_neg; F32x4Sqrt f32x4_sqrt;
            F32x4ConvertI32x4S f32x4_convert_i32x4_s; F32x4ConvertI32x4U f32x4_convert_i32x4_u;
            F32x4DemoteF64x2Zero f32x4_demote_f64x2_zero;
            F64x2Ceil f64x2_ceil; F64x2Floor f64x2_floor; F64x2Trunc f64x2_trunc; F64x2Nearest f64x2_nearest;
            F64x2Abs f64x2_abs; F64x2Neg f64x2_neg; F64x2Sqrt f64x2_sqrt;
            F64x2ConvertLowI32x4S f64x2_convert_low_i32x4_s; F64x2ConvertLowI32x4U f64x2_convert_low_i32x4_u;
            F64x2PromoteLowF32x4 f64x2_promote_low_f32x4;
            I32x4RelaxedTruncF32x4S i32x4_relaxed_trunc_f32x4_s;
            I32x4RelaxedTruncF32x4U i32x4_relaxed_trunc_f32x4_u;
            I32x4RelaxedTruncF64x2SZero i32x4_relaxed_trunc_f64x2_s_zero;
            I32x4RelaxedTruncF64x2UZero i32x4_relaxed_trunc_f64x2_u_zero;
        }
        binary {
            V128And v128_and; V128AndNot v128_andnot; V128Or v128_or; V128Xor v128_xor;
            I8x16Swizzle i8x16_swizzle; I8x16Eq i8x16_eq; I8x16Ne i8x16_ne; I8x16LtS i8x16_lt_s;
            I8x16LtU i8x16_lt_u; I8x16GtS i8x16_gt_s; I8x16GtU i8x16_gt_u; I8x16LeS i8x16_le_s;
            I8x16LeU i8x16_le_u; I8x16GeS i8x16_ge_s; I8x16GeU i8x16_ge_u;
            I8x16NarrowI16x8S i8x16_narrow_i16x8_s; I8x16NarrowI16x8U i8x16_narrow_i16x8_u;
            I8x16Add i8x16_add; I8x16AddSatS i8x16_add_sat_s; I8x16AddSatU i8x16_add_sat_u;
            I8x16Sub i8x16_sub; I8x16SubSatS i8x16_sub_sat_s; I8x16SubSatU i8x16_sub_sat_u;
            I8x16MinS i8x16_min_s; I8x16MinU i8x16_min_u; I8x16MaxS i8x16_max_s; I8x16MaxU i8x16_max_u;
            I8x16AvgrU i8x16_avgr_u;
            I16x8Eq i16x8_eq; I16x8Ne i16x8_ne; I16x8LtS i16x8_lt_s; I16x8LtU i16x8_lt_u; I16x8GtS i16x8_gt_s;
            I16x8GtU i16x8_gt_u; I16x8LeS i16x8_le_s; I16x8LeU i16x8_le_u; I16x8GeS i16x8_ge_s;
            I16x8GeU i16x8_ge_u; I16x8Q15MulrSatS i16x8_q15mulr_sat_s; I16x8NarrowI32x4S i16x8_narrow_i32x4_s;
            I16x8NarrowI32x4U i16x8_narrow_i32x4_u; I16x8Add i16x8_add; I16x8AddSatS i16x8_add_sat_s;
            I16x8AddSatU i16x8_add_sat_u; I16x8Sub i16x8_sub; I16x8SubSatS i16x8_sub_sat_s;
            I16x8SubSatU i16x8_sub_sat_u; I16x8Mul i16x8_mul; I16x8MinS i16x8_min_s; I16x8MinU i16x8_min_u;
            I16x8MaxS i16x8_max_s; I16x8MaxU i16x8_max_u; I16x8AvgrU i16x8_avgr_u;
            I16x8ExtMulLowI8x16S i16x8_extmul_low_i8x16_s; I16x8ExtMulHighI8x16S i16x8_extmul_high_i8x16_s;
            I16x8ExtMulLowI8x16U i16x8_extmul_low_i8x16_u; I16x8ExtMulHighI8x16U i16x8_extmul_high_i8x16_u;
            I32x4Eq i32x4_eq; I32x4Ne i32x4_ne; I32x4LtS i32x4_lt_s; I32x4LtU i32x4_lt_u; I32x4GtS i32x4_gt_s;
            I32x4GtU i32x4_gt_u; I32x4LeS i32x4_le_s; I32x4LeU i32x4_le_u; I32x4GeS i32x4_ge_s;
            I32x4GeU i32x4_ge_u; I32x4Add i32x4_add; I32x4Sub i32x4_sub; I32x4Mul i32x4_mul;
            I32x4MinS i32x4_min_s; I32x4MinU i32x4_min_u; I32x4MaxS i32x4_max_s; I32x4MaxU i32x4_max_u;
            I32x4DotI16x8S i32x4_dot_i16x8_s; I32x4ExtMulLowI16x8S i32x4_extmul_low_i16x8_s;
            I32x4ExtMulHighI16x8S i32x4_extmul_high_i16x8_s; I32x4ExtMulLowI16x8U i32x4_extmul_low_i16x8_u;
            I32x4ExtMulHighI16x8U i32x4_extmul_high_i16x8_u;
            I64x2Eq i64x2_eq; I64x2Ne i64x2_ne; I64x2LtS i64x2_lt_s; I64x2GtS i64x2_gt_s; I64x2LeS i64x2_le_s;
            I64x2GeS i64x2_ge_s; I64x2Add i64x2_add; I64x2Sub i64x2_sub; I64x2Mul i64x2_mul;
            I64x2ExtMulLowI32x4S i64x2_extmul_low_i32x4_s; I64x2ExtMulHighI32x4S i64x2_extmul_high_i32x4_s;
            I64x2ExtMulLowI32x4U i64x2_extmul_low_i32x4_u; I64x2ExtMulHighI32x4U i64x2_extmul_high_i32x4_u;
            F32x4Eq f32x4_eq; F32x4Ne f32x4_ne; F32x4Lt f32x4_lt; F32x4Gt f32x4_gt; F32x4Le f32x4_le;
            F32x4Ge f32x4_ge; F32x4Add f32x4_add; F32x4Sub f32x4_sub; F32x4Mul f32x4_mul; F32x4Div f32x4_div;
            F32x4Min f32x4_min; F32x4Max f32x4_max; F32x4PMin f32x4_pmin; F32x4PMax f32x4_pmax;
            F64x2Eq f64x2_eq; F64x2Ne f64x2_ne; F64x2Lt f64x2_lt; F64x2Gt f64x2_gt; F64x2Le f64x2_le;
            F64x2Ge f64x2_ge; F64x2Add f64x2_add; F64x2Sub f64x2_sub; F64x2Mul f64x2_mul; F64x2Div f64x2_div;
            F64x2Min f64x2_min; F64x2Max f64x2_max; F64x2PMin f64x2_pmin; F64x2PMax f64x2_pmax;
            I8x16RelaxedSwizzle i8x16_relaxed_swizzle;
            I16x8RelaxedQ15mulrS i16x8_relaxed_q15mulr_s;
            I16x8RelaxedDotI8x16I7x16S i16x8_relaxed_dot_i8x16_i7x16_s;
            F32x4RelaxedMin f32x4_relaxed_min; F32x4RelaxedMax f32x4_relaxed_max;
            F64x2RelaxedMin f64x2_relaxed_min; F64x2RelaxedMax f64x2_relaxed_max;
        }
        ternary {
            V128Bitselect v128_bitselect;
            I8x16RelaxedLaneselect i8x16_relaxed_laneselect;
            I16x8RelaxedLaneselect i16x8_relaxed_laneselect;
            I32x4RelaxedLaneselect i32x4_relaxed_laneselect;
            I32x4RelaxedDotI8x16I7x16AddS i32x4_relaxed_dot_i8x16_i7x16_add_s;
            I64x2RelaxedLaneselect i64x2_relaxed_laneselect;
            F32x4RelaxedMadd f32x4_relaxed_madd; F32x4RelaxedNmadd f32x4_relaxed_nmadd;
            F64x2RelaxedMadd f64x2_relaxed_madd; F64x2RelaxedNmadd f64x2_relaxed_nmadd;
        }
        shift {
            I8x16Shl i8x16_shl; I8x16ShrS i8x16_shr_s; I8x16ShrU i8x16_shr_u; I16x8Shl i16x8_shl;
            I16x8ShrS i16x8_shr_s; I16x8ShrU i16x8_shr_u; I32x4Shl i32x4_shl; I32x4ShrS i32x4_shr_s;
            I32x4ShrU i32x4_shr_u; I64x2Shl i64x2_shl; I64x2ShrS i64x2_shr_s; I64x2ShrU i64x2_shr_u;
        }
        test {
            V128AnyTrue v128_any_true; I8x16AllTrue i8x16_all_true; I8x16Bitmask i8x16_bitmask;
            I16x8AllTrue i16x8_all_true; I16x8Bitmask i16x8_bitmask; I32x4AllTrue i32x4_all_true;
            I32x4Bitmask i32x4_bitmask; I64x2AllTrue i64x2_all_true; I64x2Bitmask i64x2_bitmask;
        }
        splat {
            I8x16Splat i8x16_splat; I16x8Splat i16x8_splat; I32x4Splat i32x4_splat; I64x2Splat i64x2_splat;
            F32x4Splat f32x4_splat; F64x2Splat f64x2_splat;
        }
        extract {
            I8x16ExtractLaneS i8x16_extract_lane_s; I8x16ExtractLaneU i8x16_extract_lane_u;
            I16x8ExtractLaneS i16x8_extract_lane_s; I16x8ExtractLaneU i16x8_extract_lane_u;
            I32x4ExtractLane i32x4_extract_lane; I64x2ExtractLane i64x2_extract_lane;
            F32x4ExtractLane f32x4_extract_lane; F64x2ExtractLane f64x2_extract_lane;
        }
        replace {
            I8x16ReplaceLane i8x16_replace_lane; I16x8ReplaceLane i16x8_replace_lane;
            I32x4ReplaceLane i32x4_replace_lane; I64x2ReplaceLane i64x2_replace_lane;
            F32x4ReplaceLane f32x4_replace_lane; F64x2ReplaceLane f64x2_replace_lane;
        }
        load {
            V128Load v128_load; V128Load8x8S v128_load8x8_s; V128Load8x8U v128_load8x8_u;
            V128Load16x4S v128_load16x4_s; V128Load16x4U v128_load16x4_u; V128Load32x2S v128_load32x2_s;
            V128Load32x2U v128_load32x2_u; V128Load8Splat v128_load8_splat; V128Load16Splat v128_load16_splat;
            V128Load32Splat v128_load32_splat; V128Load64Splat v128_load64_splat;
            V128Load32Zero v128_load32_zero; V128Load64Zero v128_load64_zero;
        }
        load_lane {
            V128Load8Lane v128_load8_lane; V128Load16Lane v128_load16_lane; V128Load32Lane v128_load32_lane;
            V128Load64Lane v128_load64_lane;
        }
        store {
            V128Store v128_store;
        }
        store_lane {
            V128Store8Lane v128_store8_lane; V128Store16Lane v128_store16_lane;
            V128Store32Lane v128_store32_lane; V128Store64Lane v128_store64_lane;
        }
    } };
}
pub(crate) use for_each_simd;

/// What an instruction takes and gives, and the function that says how. The first number of a memory access is its width.
#[derive(Clone, Copy)]
pub(crate) enum Meaning {
    Constant,
    Shuffle,
    Unary(fn(Vector) -> Vector),
    Binary(fn(Vector, Vector) -> Vector),
    Ternary(fn(Vector, Vector, Vector) -> Vector),
    Shift(fn(Vector, i32) -> Vector),
    Test(fn(Vector) -> i32),
    Splat(fn(u64) -> Vector),
    Extract(ValueType, fn(Vector, u8) -> u64),
    Replace(fn(Vector, u64, u8) -> Vector),
    Load(u64, fn(&[u8]) -> Vector),
    LoadLane(u64, fn(&[u8], Vector, u8) -> Vector),
    Store(u64, fn(Vector) -> [u8; 16]),
    StoreLane(u64, fn(Vector, u8) -> [u8; 16]),
}

/// What stands behind an instruction's name.
#[derive(Clone, Copy)]
pub(crate) enum Immediate<'a> {
    None,
    Lane(u8),
    Memory(&'a MemArg),
    MemoryLane(&'a MemArg, u8),
    Bytes([u8; 16]),
}

fn splat<A: Slot>(function: fn(A) -> Vector, a: u64) -> Vector {
    function(A::from_slot(a))
}

fn extract<R: Slot>(function: fn(Vector, u8) -> R, a: Vector, lane: u8) -> u64 {
    function(a, lane).into_slot()
}

fn extracted<R: Typed>(_: fn(Vector, u8) -> R) -> ValueType {
    R::TYPE
}

fn replace<A: Slot>(
    function: fn(Vector, A, u8) -> Vector,
    a: Vector,
    value: u64,
    lane: u8,
) -> Vector {
    function(a, A::from_slot(value), lane)
}

fn load_width<const N: usize>(_: fn([u8; N]) -> Vector) -> u64 {
    N as u64
}

fn load_lane_width<const N: usize>(_: fn([u8; N], Vector, u8) -> Vector) -> u64 {
    N as u64
}

fn store_lane_width<const N: usize>(_: fn(Vector, u8) -> [u8; N]) -> u64 {
    N as u64
}

/// The bytes as an array: whoever calls a load hands it as many as it wants.
fn exactly<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

/// A few bytes at the beginning of sixteen.
fn padded<const N: usize>(bytes: [u8; N]) -> [u8; 16] {
    let mut padded = [0; 16];
    padded[..N].copy_from_slice(&bytes);
    padded
}

macro_rules! by_table {
    (meaning $opcode:ident
     constant { $constant:ident $f1:ident; } shuffle { $shuffle:ident $f2:ident; }
     unary { $($unary:ident $f3:ident;)* } binary { $($binary:ident $f4:ident;)* }
     ternary { $($ternary:ident $f5:ident;)* } shift { $($shift:ident $f6:ident;)* }
     test { $($test:ident $f7:ident;)* } splat { $($splat:ident $f8:ident;)* }
     extract { $($extract:ident $f9:ident;)* } replace { $($replace:ident $f10:ident;)* }
     load { $($load:ident $f11:ident;)* } load_lane { $($load_lane:ident $f12:ident;)* }
     store { $($store:ident $f13:ident;)* } store_lane { $($store_lane:ident $f14:ident;)* }) => {
        match $opcode {
            code::$constant => Meaning::Constant,
            code::$shuffle => Meaning::Shuffle,
            $(code::$unary => Meaning::Unary($f3),)*
            $(code::$binary => Meaning::Binary($f4),)*
            $(code::$ternary => Meaning::Ternary($f5),)*
            $(code::$shift => Meaning::Shift($f6),)*
            $(code::$test => Meaning::Test($f7),)*
            $(code::$splat => Meaning::Splat(|a| splat($f8, a)),)*
            $(code::$extract => {
                Meaning::Extract(extracted($f9), |a, lane| extract($f9, a, lane))
            })*
            $(code::$replace => Meaning::Replace(|a, value, lane| replace($f10, a, value, lane)),)*
            $(code::$load => Meaning::Load(load_width($f11), |bytes| $f11(exactly(bytes))),)*
            $(code::$load_lane => {
                Meaning::LoadLane(load_lane_width($f12), |bytes, a, lane| {
                    $f12(exactly(bytes), a, lane)
                })
            })*
            $(code::$store => Meaning::Store(16, $f13),)*
            $(code::$store_lane => {
                Meaning::StoreLane(store_lane_width($f14), |a, lane| padded($f14(a, lane)))
            })*
            _ => return None,
        }
    };
    (decode $operator:ident
     constant { $constant:ident $f1:ident; } shuffle { $shuffle:ident $f2:ident; }
     unary { $($unary:ident $f3:ident;)* } binary { $($binary:ident $f4:ident;)* }
     ternary { $($ternary:ident $f5:ident;)* } shift { $($shift:ident $f6:ident;)* }
     test { $($test:ident $f7:ident;)* } splat { $($splat:ident $f8:ident;)* }
     extract { $($extract:ident $f9:ident;)* } replace { $($replace:ident $f10:ident;)* }
     load { $($load:ident $f11:ident;)* } load_lane { $($load_lane:ident $f12:ident;)* }
     store { $($store:ident $f13:ident;)* } store_lane { $($store_lane:ident $f14:ident;)* }) => {
        match $operator {
            Operator::$constant { value } => (Op::$constant, Immediate::Bytes(*value.bytes())),
            Operator::$shuffle { lanes } => (Op::$shuffle, Immediate::Bytes(*lanes)),
            $(Operator::$unary => (Op::$unary, Immediate::None),)*
            $(Operator::$binary => (Op::$binary, Immediate::None),)*
            $(Operator::$ternary => (Op::$ternary, Immediate::None),)*
            $(Operator::$shift => (Op::$shift, Immediate::None),)*
            $(Operator::$test => (Op::$test, Immediate::None),)*
            $(Operator::$splat => (Op::$splat, Immediate::None),)*
            $(Operator::$extract { lane } => (Op::$extract, Immediate::Lane(*lane)),)*
            $(Operator::$replace { lane } => (Op::$replace, Immediate::Lane(*lane)),)*
            $(Operator::$load { memarg } => (Op::$load, Immediate::Memory(memarg)),)*
            $(Operator::$store { memarg } => (Op::$store, Immediate::Memory(memarg)),)*
            $(Operator::$load_lane { memarg, lane } => {
                (Op::$load_lane, Immediate::MemoryLane(memarg, *lane))
            })*
            $(Operator::$store_lane { memarg, lane } => {
                (Op::$store_lane, Immediate::MemoryLane(memarg, *lane))
            })*
            _ => return None,
        }
    };
}

/// What a vector instruction means; `None` for an opcode of another kind.
pub(crate) fn meaning(opcode: u32) -> Option<Meaning> {
    if !cfg!(feature = "simd") {
        return None;
    }
    Some(for_each_simd! { by_table! { meaning opcode } })
}

/// The opcode and immediate of a vector instruction; `None` for another one.
pub(crate) fn decode<'a>(operator: &'a Operator<'_>) -> Option<(Op, Immediate<'a>)> {
    if !cfg!(feature = "simd") {
        return None;
    }
    Some(for_each_simd! { by_table! { decode operator } })
}

impl Meaning {
    /// How many operands an instruction takes, and how many slots its result does.
    pub(crate) fn form(self) -> (usize, u32) {
        match self {
            Self::Constant => (0, 2),
            Self::Unary(_) | Self::Splat(_) | Self::Load(..) => (1, 2),
            Self::Test(_) | Self::Extract(..) => (1, 1),
            Self::Shuffle | Self::Binary(_) | Self::Shift(_) => (2, 2),
            Self::Replace(_) | Self::LoadLane(..) => (2, 2),
            Self::Ternary(_) => (3, 2),
            Self::Store(..) | Self::StoreLane(..) => (2, 0),
        }
    }
}

/// Executes one vector instruction: its length in words, or why it traps.
#[inline(never)]
pub(crate) fn execute(
    opcode: u32,
    store: &mut Store,
    operands: Operands,
) -> Result<usize, TrapKind> {
    let wide = |position| operands.get_vector(position);
    let lane = |position| operands.word(position) as u8;
    let memory = |position| operands.word(position) as usize;
    let Some(meaning) = meaning(opcode) else {
        return Err(TrapKind::Unreachable);
    };
    Ok(match meaning {
        Meaning::Constant => {
            operands.set_vector(1, Vector(operands.bytes(2)));
            6
        }
        Meaning::Shuffle => {
            let indices = operands.bytes(4);
            operands.set_vector(1, i8x16_shuffle(wide(2), wide(3), indices));
            8
        }
        Meaning::Unary(function) => {
            operands.set_vector(1, function(wide(2)));
            3
        }
        Meaning::Binary(function) => {
            operands.set_vector(1, function(wide(2), wide(3)));
            4
        }
        Meaning::Ternary(function) => {
            operands.set_vector(1, function(wide(2), wide(3), wide(4)));
            5
        }
        Meaning::Shift(function) => {
            operands.set_vector(1, function(wide(2), operands.get(3) as i32));
            4
        }
        Meaning::Test(function) => {
            operands.set(1, function(wide(2)).into_slot());
            3
        }
        Meaning::Splat(function) => {
            operands.set_vector(1, function(operands.get(2)));
            3
        }
        Meaning::Extract(_, function) => {
            operands.set(1, function(wide(2), lane(3)));
            4
        }
        Meaning::Replace(function) => {
            operands.set_vector(1, function(wide(2), operands.get(3), lane(4)));
            5
        }
        Meaning::Load(width, function) => {
            let address = effective_address(operands, 2, 4)?;
            operands.set_vector(1, function(store.memories[memory(3)].read(address, width)?));
            6
        }
        Meaning::LoadLane(width, function) => {
            let address = effective_address(operands, 2, 5)?;
            let bytes = store.memories[memory(4)].read(address, width)?;
            operands.set_vector(1, function(bytes, wide(3), lane(7)));
            8
        }
        Meaning::Store(width, function) => {
            let address = effective_address(operands, 1, 4)?;
            let bytes = function(wide(2));
            store.memories[memory(3)].write(address, &bytes[..width as usize])?;
            6
        }
        Meaning::StoreLane(width, function) => {
            let address = effective_address(operands, 1, 4)?;
            let bytes = function(wide(2), lane(6));
            store.memories[memory(3)].write(address, &bytes[..width as usize])?;
            7
        }
    })
}
