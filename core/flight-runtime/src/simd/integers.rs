//! Integer lanes. Spec: op-viunop and the following

use core::array;

use super::lanes::{Lane, Vector, lanes, lanewise, map, vector, zip};

lanewise! { unary
    |a| a.wrapping_abs() => i8x16_abs i8, i16x8_abs i16, i32x4_abs i32, i64x2_abs i64;
    |a| a.wrapping_neg() => i8x16_neg i8, i16x8_neg i16, i32x4_neg i32, i64x2_neg i64;
    |a| a.count_ones() as u8 => i8x16_popcnt u8;
}

lanewise! { binary
    |a, b| a.wrapping_add(b) => i8x16_add i8, i16x8_add i16, i32x4_add i32, i64x2_add i64;
    |a, b| a.wrapping_sub(b) => i8x16_sub i8, i16x8_sub i16, i32x4_sub i32, i64x2_sub i64;
    |a, b| a.wrapping_mul(b) => i16x8_mul i16, i32x4_mul i32, i64x2_mul i64;
    |a, b| a.saturating_add(b) =>
        i8x16_add_sat_s i8, i8x16_add_sat_u u8, i16x8_add_sat_s i16, i16x8_add_sat_u u16;
    |a, b| a.saturating_sub(b) =>
        i8x16_sub_sat_s i8, i8x16_sub_sat_u u8, i16x8_sub_sat_s i16, i16x8_sub_sat_u u16;
    |a, b| a.min(b) => i8x16_min_s i8, i8x16_min_u u8, i16x8_min_s i16, i16x8_min_u u16,
        i32x4_min_s i32, i32x4_min_u u32;
    |a, b| a.max(b) => i8x16_max_s i8, i8x16_max_u u8, i16x8_max_s i16, i16x8_max_u u16,
        i32x4_max_s i32, i32x4_max_u u32;
    |a, b| (u32::from(a) + u32::from(b)).div_ceil(2) as _ => i8x16_avgr_u u8, i16x8_avgr_u u16;
    // Only the square of the smallest number is too large.
    |a, b| ((i32::from(a) * i32::from(b) + 0x4000) >> 15).min(0x7fff) as _ =>
        i16x8_q15mulr_sat_s i16;
}

lanewise! { compare
    |a, b| a == b => i8x16_eq i8, i16x8_eq i16, i32x4_eq i32, i64x2_eq i64;
    |a, b| a != b => i8x16_ne i8, i16x8_ne i16, i32x4_ne i32, i64x2_ne i64;
    |a, b| a < b => i8x16_lt_s i8, i8x16_lt_u u8, i16x8_lt_s i16, i16x8_lt_u u16,
        i32x4_lt_s i32, i32x4_lt_u u32, i64x2_lt_s i64;
    |a, b| a > b => i8x16_gt_s i8, i8x16_gt_u u8, i16x8_gt_s i16, i16x8_gt_u u16,
        i32x4_gt_s i32, i32x4_gt_u u32, i64x2_gt_s i64;
    |a, b| a <= b => i8x16_le_s i8, i8x16_le_u u8, i16x8_le_s i16, i16x8_le_u u16,
        i32x4_le_s i32, i32x4_le_u u32, i64x2_le_s i64;
    |a, b| a >= b => i8x16_ge_s i8, i8x16_ge_u u8, i16x8_ge_s i16, i16x8_ge_u u16,
        i32x4_ge_s i32, i32x4_ge_u u32, i64x2_ge_s i64;
}

// Shift distances are taken modulo the lane's width, as Rust's wrapping shifts do.
lanewise! { shift
    |a, by| a.wrapping_shl(by) => i8x16_shl i8, i16x8_shl i16, i32x4_shl i32, i64x2_shl i64;
    |a, by| a.wrapping_shr(by) => i8x16_shr_s i8, i8x16_shr_u u8, i16x8_shr_s i16, i16x8_shr_u u16,
        i32x4_shr_s i32, i32x4_shr_u u32, i64x2_shr_s i64, i64x2_shr_u u64;
}

/// Whether no lane is zero, and the lanes' signs as bits.
macro_rules! tests {
    ($($all_true:ident $bitmask:ident $lane:ident $count:literal;)*) => {$(
        pub(crate) fn $all_true(a: Vector) -> i32 {
            let lanes = lanes::<$lane, $count>(a).into_iter();
            // Without a branch per lane.
            i32::from(lanes.fold(true, |all, lane| all & (lane != 0)))
        }
        pub(crate) fn $bitmask(a: Vector) -> i32 {
            const BITS: usize = 8 * size_of::<$lane>();
            // The factor brings the signs of half a vector together in its product's upper bits.
            let factor = (0..$count / 2)
                .fold(0, |factor, index| factor | 1u64 << (64 - BITS - index * (BITS - 1)));
            let [low, high] = lanes::<u64, 2>(a).map(|half| {
                let signs = half >> (BITS - 1) & u64::MAX / (u64::MAX >> (64 - BITS));
                (signs.wrapping_mul(factor) >> (64 - BITS)) as i32 & ((1 << $count / 2) - 1)
            });
            low | high << ($count / 2)
        }
    )*};
}

tests! {
    i8x16_all_true i8x16_bitmask i8 16;
    i16x8_all_true i16x8_bitmask i16 8;
    i32x4_all_true i32x4_bitmask i32 4;
    i64x2_all_true i64x2_bitmask i64 2;
}

/// Sums of neighbouring lanes, and products of the lower or upper lanes, in lanes of twice the width: nothing is lost.
macro_rules! widening {
    ($($add:ident $mul_low:ident $mul_high:ident $from:ident $to:ident;)*) => {$(
        widening! { @add $add $from $to }
        widening! { @multiply $mul_low $mul_high $from $to }
    )*};
    (@add $add:ident $from:ident $to:ident) => {
        pub(crate) fn $add(a: Vector) -> Vector {
            let a = lanes::<$from, { 16 / size_of::<$from>() }>(a);
            vector::<$to, { 16 / size_of::<$to>() }>(array::from_fn(|index| {
                $to::from(a[2 * index]) + $to::from(a[2 * index + 1])
            }))
        }
    };
    (@multiply $low:ident $high:ident $from:ident $to:ident) => {
        pub(crate) fn $low(a: Vector, b: Vector) -> Vector {
            const COUNT: usize = 16 / size_of::<$to>();
            let a = lanes::<$from, { 2 * COUNT }>(a);
            let b = lanes::<$from, { 2 * COUNT }>(b);
            vector::<$to, COUNT>(array::from_fn(|index| $to::from(a[index]) * $to::from(b[index])))
        }
        pub(crate) fn $high(a: Vector, b: Vector) -> Vector {
            const COUNT: usize = 16 / size_of::<$to>();
            let a = lanes::<$from, { 2 * COUNT }>(a);
            let b = lanes::<$from, { 2 * COUNT }>(b);
            vector::<$to, COUNT>(array::from_fn(|index| {
                $to::from(a[COUNT + index]) * $to::from(b[COUNT + index])
            }))
        }
    };
}

widening! {
    i16x8_extadd_pairwise_i8x16_s i16x8_extmul_low_i8x16_s i16x8_extmul_high_i8x16_s i8 i16;
    i16x8_extadd_pairwise_i8x16_u i16x8_extmul_low_i8x16_u i16x8_extmul_high_i8x16_u u8 u16;
    i32x4_extadd_pairwise_i16x8_s i32x4_extmul_low_i16x8_s i32x4_extmul_high_i16x8_s i16 i32;
    i32x4_extadd_pairwise_i16x8_u i32x4_extmul_low_i16x8_u i32x4_extmul_high_i16x8_u u16 u32;
}
widening! { @multiply i64x2_extmul_low_i32x4_s i64x2_extmul_high_i32x4_s i32 i64 }
widening! { @multiply i64x2_extmul_low_i32x4_u i64x2_extmul_high_i32x4_u u32 u64 }

/// Only four squares of the smallest number overflow, and wrap.
pub(crate) fn i32x4_dot_i16x8_s(a: Vector, b: Vector) -> Vector {
    // The halves of wider lanes, since neighbours would be gathered one by one.
    zip::<i32, i32, 4>(a, b, |a, b| {
        let low = i32::from(a as i16) * i32::from(b as i16);
        low.wrapping_add((a >> 16) * (b >> 16))
    })
}
