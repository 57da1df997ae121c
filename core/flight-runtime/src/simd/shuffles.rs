//! Bits and whole lanes: nothing is computed with them, they are moved and chosen.

use super::lanes::{Lane, Vector, lanes, lanewise, map, vector, zip};

lanewise! { unary
    |a| !a => v128_not u64;
}

lanewise! { binary
    |a, b| a & b => v128_and u64;
    |a, b| a & !b => v128_andnot u64;
    |a, b| a | b => v128_or u64;
    |a, b| a ^ b => v128_xor u64;
}

/// The bits of `a` where the mask has ones, those of `b` where it has zeros.
pub(crate) fn v128_bitselect(a: Vector, b: Vector, mask: Vector) -> Vector {
    v128_or(v128_and(a, mask), v128_andnot(b, mask))
}

pub(crate) fn v128_any_true(a: Vector) -> i32 {
    i32::from(lanes::<u64, 2>(a) != [0, 0])
}

/// An index past the last lane gives 0.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn i8x16_swizzle(a: Vector, indices: Vector) -> Vector {
    let lane = |index: u8| a.0.get(usize::from(index)).copied().unwrap_or(0);
    Vector(indices.0.map(lane))
}

/// Compilers do not find this instruction in what it does.
#[cfg(target_family = "wasm")]
#[target_feature(enable = "simd128")]
pub(crate) fn i8x16_swizzle(a: Vector, indices: Vector) -> Vector {
    use core::arch::wasm32::{i8x16_swizzle, u64x2, u64x2_extract_lane};
    let [a, indices] = [a, indices].map(|vector| {
        let [low, high] = lanes::<u64, 2>(vector);
        u64x2(low, high)
    });
    let swizzled = i8x16_swizzle(a, indices);
    vector([
        u64x2_extract_lane::<0>(swizzled),
        u64x2_extract_lane::<1>(swizzled),
    ])
}

/// The indices count through the lanes of `a`, then those of `b`; validation has bounded them.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn i8x16_shuffle(a: Vector, b: Vector, indices: [u8; 16]) -> Vector {
    let mut both = [0; 32];
    both[..16].copy_from_slice(&a.0);
    both[16..].copy_from_slice(&b.0);
    Vector(indices.map(|index| both[usize::from(index) % 32]))
}

/// From each vector what its indices are for, and 0 elsewhere.
#[cfg(target_family = "wasm")]
pub(crate) fn i8x16_shuffle(a: Vector, b: Vector, indices: [u8; 16]) -> Vector {
    let of_b = indices.map(|index| index.wrapping_sub(16));
    v128_or(
        i8x16_swizzle(a, Vector(indices)),
        i8x16_swizzle(b, Vector(of_b)),
    )
}

macro_rules! splats {
    ($($name:ident $value:ident $lane:ident;)*) => {$(
        pub(crate) fn $name(a: $value) -> Vector {
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
        pub(crate) fn $extract(a: Vector, index: u8) -> $value {
            let index = usize::from(index) % (16 / size_of::<$lane>());
            $value::from(<$lane as Lane>::read(&a.0, index))
        }
    )*};
    (replace $($replace:ident $lane:ident $value:ident;)*) => {$(
        pub(crate) fn $replace(a: Vector, value: $value, index: u8) -> Vector {
            let mut lanes = lanes::<$lane, { 16 / size_of::<$lane>() }>(a);
            for (at, lane) in lanes.iter_mut().enumerate() {
                // All lanes are looked at, since one at any place would have to go through memory.
                *lane = if at == usize::from(index) { value as $lane } else { *lane };
            }
            vector(lanes)
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
