//! Compresses and decompresses 32 KiB of text with miniz_oxide: tables, bits, and copies of a few bytes.

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec};
use rust_guests::{checksum, guest, prose};

guest!(|| {
    let text = prose(32 << 10, 3).into_bytes();
    move |index: u32| {
        let packed = compress_to_vec(&text, 6 - index as u8 % 2);
        let unpacked = decompress_to_vec(&packed).expect("it was packed right");
        assert_eq!(text, unpacked, "what is unpacked is what was packed");
        checksum(&packed)
    }
});
