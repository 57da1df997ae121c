//! Bits and whole lanes: nothing is computed with them, they are moved and chosen.

use super::lanes::{Lane, vector};

pub(crate) fn v128_not(a: u128) -> u128 {
    !a
}

pub(crate) fn v128_and(a: u128, b: u128) -> u128 {
    a & b
}

pub(crate) fn v128_andnot(a: u128, b: u128) -> u128 {
    a & !b
}

pub(crate) fn v128_or(a: u128, b: u128) -> u128 {
    a | b
}

pub(crate) fn v128_xor(a: u128, b: u128) -> u128 {
    a ^ b
}

/// The bits of `a` where the mask has ones, those of `b` where it has zeros.
pub(crate) fn v128_bitselect(a: u128, b: u128, mask: u128) -> u128 {
    a & mask | b & !mask
}

pub(crate) fn v128_any_true(a: u128) -> i32 {
    i32::from(a != 0)
}

/// An index past the last lane gives 0.
pub(crate) fn i8x16_swizzle(a: u128, indices: u128) -> u128 {
    let a = a.to_le_bytes();
    let indices = indices.to_le_bytes();
    u128::from_le_bytes(indices.map(|index| a.get(usize::from(index)).copied().unwrap_or(0)))
}

/// The indices count through the lanes of `a`, then those of `b`; validation has bounded them.
pub(crate) fn i8x16_shuffle(a: u128, b: u128, indices: [u8; 16]) -> u128 {
    let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
    let lane = |index: u8| match index {
        0..16 => a[usize::from(index)],
        _ => b[usize::from(index % 16)],
    };
    u128::from_le_bytes(indices.map(lane))
}

macro_rules! splats {
    ($($name:ident $value:ident $lane:ident;)*) => {$(
        pub(crate) fn $name(a: $value) -> u128 {
            vector([a as $lane; 16 / size_of::<$lane>()])
        }
    )*};
}

splats! {
    i8x16_splat i32 i8;
    i16x8_splat i32 i16;
    i32x4_splat i32 i32;
    i64x2_splat i64 i64;
    f32x4_splat f32 f32;
    f64x2_splat f64 f64;
}

/// Indices of lanes are immediates, which validation has bounded.
macro_rules! single_lanes {
    (extract $($extract:ident $lane:ident $value:ident;)*) => {$(
        pub(crate) fn $extract(a: u128, index: u8) -> $value {
            $value::from(<$lane as Lane>::read(&a.to_le_bytes(), usize::from(index)))
        }
    )*};
    (replace $($replace:ident $lane:ident $value:ident;)*) => {$(
        pub(crate) fn $replace(a: u128, value: $value, index: u8) -> u128 {
            let mut bytes = a.to_le_bytes();
            (value as $lane).write(&mut bytes, usize::from(index));
            u128::from_le_bytes(bytes)
        }
    )*};
}

single_lanes! { extract
    i8x16_extract_lane_s i8 i32;
    i8x16_extract_lane_u u8 i32;
    i16x8_extract_lane_s i16 i32;
    i16x8_extract_lane_u u16 i32;
    i32x4_extract_lane i32 i32;
    i64x2_extract_lane i64 i64;
    f32x4_extract_lane f32 f32;
    f64x2_extract_lane f64 f64;
}

single_lanes! { replace
    i8x16_replace_lane i8 i32;
    i16x8_replace_lane i16 i32;
    i32x4_replace_lane i32 i32;
    i64x2_replace_lane i64 i64;
    f32x4_replace_lane f32 f32;
    f64x2_replace_lane f64 f64;
}
