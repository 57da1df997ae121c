//! Vectors from bytes of memory and back. Spec: exec-vload and the following

use core::array;

use super::lanes::vector;

pub(crate) fn v128_load(bytes: [u8; 16]) -> u128 {
    u128::from_le_bytes(bytes)
}

pub(crate) fn v128_store(a: u128) -> [u8; 16] {
    a.to_le_bytes()
}

/// Lanes of half the width, extended.
macro_rules! extending_loads {
    ($($name:ident $from:ident $to:ident;)*) => {$(
        pub(crate) fn $name(bytes: [u8; 8]) -> u128 {
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
        pub(crate) fn $name(bytes: [u8; size_of::<$lane>()]) -> u128 {
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

pub(crate) fn v128_load32_zero(bytes: [u8; 4]) -> u128 {
    u32::from_le_bytes(bytes).into()
}

pub(crate) fn v128_load64_zero(bytes: [u8; 8]) -> u128 {
    u64::from_le_bytes(bytes).into()
}

/// One lane of a vector, of this many bytes.
macro_rules! lane_accesses {
    ($($load:ident $store:ident $width:literal;)*) => {$(
        pub(crate) fn $load(bytes: [u8; $width], a: u128, index: u8) -> u128 {
            let mut lanes = a.to_le_bytes();
            lanes[usize::from(index) * $width..][..$width].copy_from_slice(&bytes);
            u128::from_le_bytes(lanes)
        }
        pub(crate) fn $store(a: u128, index: u8) -> [u8; $width] {
            let mut bytes = [0; $width];
            bytes.copy_from_slice(&a.to_le_bytes()[usize::from(index) * $width..][..$width]);
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
