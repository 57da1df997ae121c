//! Scalar products of vectors of 4,096 numbers, four singles or eight 16-bit integers at a time.

use std::arch::wasm32::*;

use rust_guests::{Numbers, guest};

const LENGTH: usize = 4096;

#[target_feature(enable = "simd128")]
fn floats(a: &[[f32; 4]], b: &[[f32; 4]]) -> f32 {
    let load = |four: &[f32; 4]| f32x4(four[0], four[1], four[2], four[3]);
    let sum = a.iter().zip(b).fold(f32x4_splat(0.0), |sum, (a, b)| {
        f32x4_add(sum, f32x4_mul(load(a), load(b)))
    });
    f32x4_extract_lane::<0>(sum)
        + f32x4_extract_lane::<1>(sum)
        + f32x4_extract_lane::<2>(sum)
        + f32x4_extract_lane::<3>(sum)
}

#[target_feature(enable = "simd128")]
fn integers(a: &[[i16; 8]], b: &[[i16; 8]]) -> i32 {
    let load = |x: &[i16; 8]| i16x8(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]);
    let sum = a.iter().zip(b).fold(i32x4_splat(0), |sum, (a, b)| {
        i32x4_add(sum, i32x4_dot_i16x8(load(a), load(b)))
    });
    i32x4_extract_lane::<0>(sum)
        .wrapping_add(i32x4_extract_lane::<1>(sum))
        .wrapping_add(i32x4_extract_lane::<2>(sum))
        .wrapping_add(i32x4_extract_lane::<3>(sum))
}

guest!(|| {
    let mut numbers = Numbers::new(10);
    let mut small = || numbers.below(2000) as i16 - 1000;
    let whole: [Vec<[i16; 8]>; 2] = std::array::from_fn(|_| {
        (0..LENGTH / 8)
            .map(|_| std::array::from_fn(|_| small()))
            .collect()
    });
    let mut single = || f32::from(small()) / 16.0;
    let singles: [Vec<[f32; 4]>; 2] = std::array::from_fn(|_| {
        (0..LENGTH / 4)
            .map(|_| std::array::from_fn(|_| single()))
            .collect()
    });
    move |index: u32| {
        let [a, b] = &singles;
        let [c, d] = &whole;
        let at = index as usize % 16;
        let (float, integer) = (floats(&a[at..], b), integers(&c[at..], d));
        u64::from(float.to_bits()) << 32 | u64::from(integer as u32)
    }
});
