//! Compresses an image of 96 by 96 pixels with jpeg-encoder, and decodes it with zune-jpeg.

use jpeg_encoder::{ColorType, Encoder};
use rust_guests::{Numbers, checksum, guest};
use zune_jpeg::JpegDecoder;

const WIDTH: u16 = 96;

/// Gradients, a disc, and some noise.
fn image() -> Vec<u8> {
    let mut numbers = Numbers::new(7);
    let mut pixels = Vec::new();
    for y in 0..i32::from(WIDTH) {
        for x in 0..i32::from(WIDTH) {
            let is_in_disc = (x - 40).pow(2) + (y - 50).pow(2) < 30 * 30;
            let noise = numbers.below(16) as i32;
            let blue = if is_in_disc { 220 } else { 30 };
            pixels.extend([x * 2 + noise, y * 2 + noise, blue + noise].map(|part| part as u8));
        }
    }
    pixels
}

guest!(|| {
    let pixels = image();
    move |index: u32| {
        let mut file = Vec::new();
        Encoder::new(&mut file, 70 + index as u8 % 20)
            .encode(&pixels, WIDTH, WIDTH, ColorType::Rgb)
            .expect("the image is as large as said");
        let decoded = JpegDecoder::new(&file)
            .decode()
            .expect("it was encoded right");
        checksum(&file) ^ checksum(&decoded)
    }
});
