//! Hashes passwords with Argon2id in 256 KiB of memory: additions, multiplications and rotations of 64-bit integers.

use argon2::{Algorithm, Argon2, Params, Version};
use rust_guests::{checksum, guest};

guest!(|| {
    let params = Params::new(256, 2, 1, Some(32)).expect("the parameters are in range");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    move |index: u32| {
        let mut hash = [0; 32];
        argon2
            .hash_password_into(&index.to_le_bytes(), b"salted enough", &mut hash)
            .expect("the salt is long enough");
        checksum(&hash)
    }
});
