//! Blurs an image of 128 by 64 bytes and counts the bytes of one value in it, sixteen at a time.

use std::arch::wasm32::*;

use rust_guests::{Numbers, checksum, guest};

const WIDTH: usize = 128;
const HEIGHT: usize = 64;

/// Sixteen bytes from this place on.
#[target_feature(enable = "simd128")]
fn load(bytes: &[u8], at: usize) -> v128 {
    let sixteen: &[u8] = &bytes[at..at + 16];
    // SAFETY: so many bytes are there, and any address may be loaded from.
    unsafe { v128_load(sixteen.as_ptr().cast()) }
}

#[target_feature(enable = "simd128")]
fn blur(from: &[u8], to: &mut [u8]) {
    for y in 1..HEIGHT - 1 {
        for x in (1..WIDTH - 17).step_by(16) {
            let at = y * WIDTH + x;
            let (mut low, mut high) = (u16x8_splat(8), u16x8_splat(8));
            for (near, shift) in [
                (at - WIDTH, 1),
                (at - 1, 1),
                (at, 3),
                (at + 1, 1),
                (at + WIDTH, 1),
            ] {
                let pixels = load(from, near);
                low = u16x8_add(low, u16x8_shl(u16x8_extend_low_u8x16(pixels), shift));
                high = u16x8_add(high, u16x8_shl(u16x8_extend_high_u8x16(pixels), shift));
            }
            let pixels = u8x16_narrow_i16x8(u16x8_shr(low, 4), u16x8_shr(high, 4));
            let sixteen: &mut [u8] = &mut to[at..at + 16];
            // SAFETY: so many bytes are there, and any address may be stored to.
            unsafe { v128_store(sixteen.as_mut_ptr().cast(), pixels) };
        }
    }
}

#[target_feature(enable = "simd128")]
fn count(bytes: &[u8], byte: u8) -> u32 {
    let wanted = u8x16_splat(byte);
    let equal = |at: usize| u8x16_bitmask(u8x16_eq(load(bytes, at), wanted)).count_ones();
    (0..bytes.len()).step_by(16).map(equal).sum()
}

guest!(|| {
    let mut image = Numbers::new(11).bytes(WIDTH * HEIGHT);
    let mut blurred = image.clone();
    move |index: u32| {
        blur(&image, &mut blurred);
        let found = count(&blurred, 100 + index as u8 % 50);
        image.swap_with_slice(&mut blurred);
        image[index as usize % (WIDTH * HEIGHT)] ^= 0x55;
        u64::from(found) ^ checksum(&image[..64])
    }
});
