//! BLAKE3 of 16 KiB, by its portable code.

use rust_guests::{Numbers, checksum, guest};

guest!(|| {
    let mut message = Numbers::new(2).bytes(16 << 10);
    move |index: u32| {
        message[0] = index as u8;
        checksum(blake3::hash(&message).as_bytes())
    }
});
