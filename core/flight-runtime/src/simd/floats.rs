//! Number lanes: the scalar instructions, lane by lane. Spec: op-vfunop and the following

use super::lanes::{Lane, Vector, lanewise, map, zip};
use crate::numeric::*;

lanewise! { unary
    |a| f32_abs(a) => f32x4_abs f32;
    |a| f32_neg(a) => f32x4_neg f32;
    |a| f32_ceil(a) => f32x4_ceil f32;
    |a| f32_floor(a) => f32x4_floor f32;
    |a| f32_trunc(a) => f32x4_trunc f32;
    |a| f32_nearest(a) => f32x4_nearest f32;
    |a| f32_sqrt(a) => f32x4_sqrt f32;
    |a| f64_abs(a) => f64x2_abs f64;
    |a| f64_neg(a) => f64x2_neg f64;
    |a| f64_ceil(a) => f64x2_ceil f64;
    |a| f64_floor(a) => f64x2_floor f64;
    |a| f64_trunc(a) => f64x2_trunc f64;
    |a| f64_nearest(a) => f64x2_nearest f64;
    |a| f64_sqrt(a) => f64x2_sqrt f64;
}

lanewise! { binary
    |a, b| f32_add(a, b) => f32x4_add f32;
    |a, b| f32_sub(a, b) => f32x4_sub f32;
    |a, b| f32_mul(a, b) => f32x4_mul f32;
    |a, b| f32_div(a, b) => f32x4_div f32;
    |a, b| f32_min(a, b) => f32x4_min f32;
    |a, b| f32_max(a, b) => f32x4_max f32;
    |a, b| f64_add(a, b) => f64x2_add f64;
    |a, b| f64_sub(a, b) => f64x2_sub f64;
    |a, b| f64_mul(a, b) => f64x2_mul f64;
    |a, b| f64_div(a, b) => f64x2_div f64;
    |a, b| f64_min(a, b) => f64x2_min f64;
    |a, b| f64_max(a, b) => f64x2_max f64;
    // One of the operands with all its bits, whatever they are: no NaN is made here.
    |a, b| if b < a { b } else { a } => f32x4_pmin f32, f64x2_pmin f64;
    |a, b| if a < b { b } else { a } => f32x4_pmax f32, f64x2_pmax f64;
}

lanewise! { compare
    |a, b| a == b => f32x4_eq f32, f64x2_eq f64;
    |a, b| a != b => f32x4_ne f32, f64x2_ne f64;
    |a, b| a < b => f32x4_lt f32, f64x2_lt f64;
    |a, b| a > b => f32x4_gt f32, f64x2_gt f64;
    |a, b| a <= b => f32x4_le f32, f64x2_le f64;
    |a, b| a >= b => f32x4_ge f32, f64x2_ge f64;
}
