//! Between shapes. Spec: op-vcvtop, op-narrow

use core::array;

use super::lanes::{Vector, lanes, map, vector};
use crate::numeric::*;

/// The lower, or the upper, lanes in lanes of twice the width.
macro_rules! extensions {
    ($($low:ident $high:ident $from:ident $to:ident;)*) => {$(
        pub(crate) fn $low(a: Vector) -> Vector {
            const COUNT: usize = 16 / size_of::<$to>();
            let a = lanes::<$from, { 2 * COUNT }>(a);
            vector::<$to, COUNT>(array::from_fn(|index| $to::from(a[index])))
        }
        pub(crate) fn $high(a: Vector) -> Vector {
            const COUNT: usize = 16 / size_of::<$to>();
            let a = lanes::<$from, { 2 * COUNT }>(a);
            vector::<$to, COUNT>(array::from_fn(|index| $to::from(a[COUNT + index])))
        }
    )*};
}

extensions! {
    i16x8_extend_low_i8x16_s i16x8_extend_high_i8x16_s i8 i16;
    i16x8_extend_low_i8x16_u i16x8_extend_high_i8x16_u u8 u16;
    i32x4_extend_low_i16x8_s i32x4_extend_high_i16x8_s i16 i32;
    i32x4_extend_low_i16x8_u i32x4_extend_high_i16x8_u u16 u32;
    i64x2_extend_low_i32x4_s i64x2_extend_high_i32x4_s i32 i64;
    i64x2_extend_low_i32x4_u i64x2_extend_high_i32x4_u u32 u64;
}

/// The signed lanes of both vectors in lanes of half the width, saturated.
macro_rules! narrowings {
    ($($name:ident $from:ident $to:ident;)*) => {$(
        pub(crate) fn $name(a: Vector, b: Vector) -> Vector {
            const COUNT: usize = 16 / size_of::<$from>();
            let (a, b) = (lanes::<$from, COUNT>(a), lanes::<$from, COUNT>(b));
            vector::<$to, { 2 * COUNT }>(array::from_fn(|index| {
                let lane = if index < COUNT { a[index] } else { b[index - COUNT] };
                lane.clamp($from::from($to::MIN), $from::from($to::MAX)) as $to
            }))
        }
    )*};
}

narrowings! {
    i8x16_narrow_i16x8_s i16 i8;
    i8x16_narrow_i16x8_u i16 u8;
    i16x8_narrow_i32x4_s i32 i16;
    i16x8_narrow_i32x4_u i32 u16;
}

pub(crate) fn i32x4_trunc_sat_f32x4_s(a: Vector) -> Vector {
    map::<f32, i32, 4>(a, i32_trunc_sat_f32_s)
}

pub(crate) fn i32x4_trunc_sat_f32x4_u(a: Vector) -> Vector {
    map::<f32, i32, 4>(a, i32_trunc_sat_f32_u)
}

pub(crate) fn f32x4_convert_i32x4_s(a: Vector) -> Vector {
    map::<i32, f32, 4>(a, f32_convert_i32_s)
}

pub(crate) fn f32x4_convert_i32x4_u(a: Vector) -> Vector {
    map::<i32, f32, 4>(a, f32_convert_i32_u)
}

pub(crate) fn i32x4_trunc_sat_f64x2_s_zero(a: Vector) -> Vector {
    let [a, b] = lanes::<f64, 2>(a).map(i32_trunc_sat_f64_s);
    vector([a, b, 0, 0])
}

pub(crate) fn i32x4_trunc_sat_f64x2_u_zero(a: Vector) -> Vector {
    let [a, b] = lanes::<f64, 2>(a).map(i32_trunc_sat_f64_u);
    vector([a, b, 0, 0])
}

pub(crate) fn f64x2_convert_low_i32x4_s(a: Vector) -> Vector {
    let [a, b, ..] = lanes::<i32, 4>(a).map(f64_convert_i32_s);
    vector([a, b])
}

pub(crate) fn f64x2_convert_low_i32x4_u(a: Vector) -> Vector {
    let [a, b, ..] = lanes::<i32, 4>(a).map(f64_convert_i32_u);
    vector([a, b])
}

pub(crate) fn f32x4_demote_f64x2_zero(a: Vector) -> Vector {
    let [a, b] = lanes::<f64, 2>(a).map(f32_demote_f64);
    vector([a, b, 0.0, 0.0])
}

pub(crate) fn f64x2_promote_low_f32x4(a: Vector) -> Vector {
    let [a, b, ..] = lanes::<f32, 4>(a).map(f64_promote_f32);
    vector([a, b])
}
