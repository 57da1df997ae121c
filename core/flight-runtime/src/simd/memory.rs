//! Vectors from bytes of memory and back. Spec: exec-vload and the following

use core::array;

use super::lanes::{Vector, vector};

pub(crate) fn v128_load(bytes: [u8; 16]) -> Vector {
    Vector(bytes)
}

pub(crate) fn v128_store(a: Vector) -> [u8; 16] {
    a.0
}

/// Lanes of half the width, extended.
macro_rules! extending_loads {
    ($($name:ident $from:ident $to:ident;)*) => {$(
        pub(crate) fn $name(bytes: [u8; 8]) -> Vector {
            let (lanes, _) = bytes.as_chunks::<{ size_of::<$from>() }>();
            vector::<$to, { 16 / size_of::<$to>() }>(array::from_fn(|index| {
                $to::from($from::from_le_bytes(lanes[index]))
            }))
        }
    )*};
}

extending_loads! {
    v128_load8x8_s i8 i16;
    v128_load8x8_u u8 u16;
    v128_load16x4_s i16 i32;
    v128_load16x4_u u16 u32;
    v128_load32x2_s i32 i64;
    v128_load32x2_u u32 u64;
}

/// One lane, everywhere.
macro_rules! splat_loads {
    ($($name:ident $lane:ident;)*) => {$(
        pub(crate) fn $name(bytes: [u8; size_of::<$lane>()]) -> Vector {
            vector([$lane::from_le_bytes(bytes); 16 / size_of::<$lane>()])
        }
    )*};
}

splat_loads! {
    v128_load8_splat u8;
    v128_load16_splat u16;
    v128_load32_splat u32;
    v128_load64_splat u64;
}

pub(crate) fn v128_load32_zero(bytes: [u8; 4]) -> Vector {
    vector([u32::from_le_bytes(bytes), 0, 0, 0])
}

pub(crate) fn v128_load64_zero(bytes: [u8; 8]) -> Vector {
    vector([u64::from_le_bytes(bytes), 0])
}

/// One lane of a vector, of this many bytes.
macro_rules! lane_accesses {
    ($($load:ident $store:ident $width:literal;)*) => {$(
        pub(crate) fn $load(bytes: [u8; $width], a: Vector, index: u8) -> Vector {
            let mut lanes = a.0;
            lanes[usize::from(index) % (16 / $width) * $width..][..$width].copy_from_slice(&bytes);
            Vector(lanes)
        }
        pub(crate) fn $store(a: Vector, index: u8) -> [u8; $width] {
            let mut bytes = [0; $width];
            bytes.copy_from_slice(&a.0[usize::from(index) % (16 / $width) * $width..][..$width]);
            bytes
        }
    )*};
}

lane_accesses! {
    v128_load8_lane v128_store8_lane 1;
    v128_load16_lane v128_store16_lane 2;
    v128_load32_lane v128_store32_lane 4;
    v128_load64_lane v128_store64_lane 8;
}
