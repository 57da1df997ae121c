//! Relaxed instructions, of which the specification allows several results.
//!
//! The choices are those of its deterministic profile: what equals an instruction that is not relaxed is that one.
//! Sums of products are rounded twice (not fused), signed products are signed in both operands.

use core::array;

use super::floats::{f32x4_add, f32x4_mul, f32x4_neg, f64x2_add, f64x2_mul, f64x2_neg};
use super::integers::{i32x4_add, i32x4_extadd_pairwise_i16x8_s};
use super::lanes::{Vector, lanes, vector};

pub(crate) use super::conversions::{
    i32x4_trunc_sat_f32x4_s as i32x4_relaxed_trunc_f32x4_s,
    i32x4_trunc_sat_f32x4_u as i32x4_relaxed_trunc_f32x4_u,
    i32x4_trunc_sat_f64x2_s_zero as i32x4_relaxed_trunc_f64x2_s_zero,
    i32x4_trunc_sat_f64x2_u_zero as i32x4_relaxed_trunc_f64x2_u_zero,
};
pub(crate) use super::floats::{
    f32x4_max as f32x4_relaxed_max, f32x4_min as f32x4_relaxed_min, f64x2_max as f64x2_relaxed_max,
    f64x2_min as f64x2_relaxed_min,
};
pub(crate) use super::integers::i16x8_q15mulr_sat_s as i16x8_relaxed_q15mulr_s;
pub(crate) use super::shuffles::{
    i8x16_swizzle as i8x16_relaxed_swizzle, v128_bitselect as i8x16_relaxed_laneselect,
    v128_bitselect as i16x8_relaxed_laneselect, v128_bitselect as i32x4_relaxed_laneselect,
    v128_bitselect as i64x2_relaxed_laneselect,
};

pub(crate) fn f32x4_relaxed_madd(a: Vector, b: Vector, c: Vector) -> Vector {
    f32x4_add(f32x4_mul(a, b), c)
}

pub(crate) fn f32x4_relaxed_nmadd(a: Vector, b: Vector, c: Vector) -> Vector {
    f32x4_relaxed_madd(f32x4_neg(a), b, c)
}

pub(crate) fn f64x2_relaxed_madd(a: Vector, b: Vector, c: Vector) -> Vector {
    f64x2_add(f64x2_mul(a, b), c)
}

pub(crate) fn f64x2_relaxed_nmadd(a: Vector, b: Vector, c: Vector) -> Vector {
    f64x2_relaxed_madd(f64x2_neg(a), b, c)
}

/// Only the sum of two squares of the smallest number does not fit; it saturates.
pub(crate) fn i16x8_relaxed_dot_i8x16_i7x16_s(a: Vector, b: Vector) -> Vector {
    let (a, b) = (lanes::<i8, 16>(a), lanes::<i8, 16>(b));
    let product = |index: usize| i16::from(a[index]) * i16::from(b[index]);
    vector::<i16, 8>(array::from_fn(|index| {
        product(2 * index).saturating_add(product(2 * index + 1))
    }))
}

pub(crate) fn i32x4_relaxed_dot_i8x16_i7x16_add_s(a: Vector, b: Vector, c: Vector) -> Vector {
    let sums = i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b));
    i32x4_add(sums, c)
}
