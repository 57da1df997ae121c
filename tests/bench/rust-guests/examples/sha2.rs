//! SHA-256 of 16 KiB: shifts, rotations and additions of 32-bit integers.

use rust_guests::{Numbers, checksum, guest};
use sha2::{Digest, Sha256};

guest!(|| {
    let mut message = Numbers::new(1).bytes(16 << 10);
    move |index: u32| {
        message[0] = index as u8;
        checksum(&Sha256::digest(&message))
    }
});
