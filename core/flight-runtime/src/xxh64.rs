//! The hash XXH64 with seed 0, of a sequence of 64-bit words.
//!
//! It reads 32 bytes at a time with nothing but 64-bit multiplications, which WebAssembly has too.

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

/// Takes words, and gives the hash of their bytes, the lowest byte of each word first.
pub(crate) struct Xxh64 {
    lanes: [u64; 4],
    /// The words that have come since the last four went into the lanes.
    pending: [u64; 4],
    words: u64,
}

impl Xxh64 {
    pub(crate) const fn new() -> Self {
        Self {
            lanes: [
                PRIME_1.wrapping_add(PRIME_2),
                PRIME_2,
                0,
                0_u64.wrapping_sub(PRIME_1),
            ],
            pending: [0; 4],
            words: 0,
        }
    }

    #[inline]
    pub(crate) fn word(&mut self, word: u64) {
        self.pending[(self.words & 3) as usize] = word;
        self.words += 1;
        if self.words & 3 == 0 {
            self.stripe(self.pending);
        }
    }

    /// A list of words, and how many they are.
    pub(crate) fn words(&mut self, words: &[u64]) {
        self.word(words.len() as u64);
        for word in words {
            self.word(*word);
        }
    }

    /// Bytes, and how many they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        let (stripes, rest) = bytes.as_chunks::<32>();
        if !stripes.is_empty() {
            // From the beginning of a stripe on, the words need not be collected first.
            while self.words & 3 != 0 {
                self.word(0);
            }
            for stripe in stripes {
                let (words, _) = stripe.as_chunks::<8>();
                self.stripe([0, 1, 2, 3].map(|at| u64::from_le_bytes(words[at])));
            }
            self.words += 4 * stripes.len() as u64;
        }
        for part in rest.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.word(u64::from_le_bytes(word));
        }
    }

    #[inline(always)]
    fn stripe(&mut self, words: [u64; 4]) {
        for (lane, word) in self.lanes.iter_mut().zip(words) {
            *lane = round(*lane, word);
        }
    }

    pub(crate) fn finish(&self) -> u64 {
        let mut hash = if self.words >= 4 {
            let [a, b, c, d] = self.lanes;
            let sum = a
                .rotate_left(1)
                .wrapping_add(b.rotate_left(7))
                .wrapping_add(c.rotate_left(12))
                .wrapping_add(d.rotate_left(18));
            self.lanes.iter().fold(sum, |hash, lane| {
                (hash ^ round(0, *lane))
                    .wrapping_mul(PRIME_1)
                    .wrapping_add(PRIME_4)
            })
        } else {
            PRIME_5
        };
        hash = hash.wrapping_add(self.words.wrapping_mul(8));
        for word in &self.pending[..(self.words & 3) as usize] {
            hash = (hash ^ round(0, *word))
                .rotate_left(27)
                .wrapping_mul(PRIME_1)
                .wrapping_add(PRIME_4);
        }
        hash = (hash ^ hash >> 33).wrapping_mul(PRIME_2);
        hash = (hash ^ hash >> 29).wrapping_mul(PRIME_3);
        hash ^ hash >> 32
    }
}

#[inline(always)]
const fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(PRIME_2))
        .rotate_left(31)
        .wrapping_mul(PRIME_1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_reference_implementation() {
        // Word number n is n times `PRIME_1`.
        for (words, expected) in [
            (0, 0xef46_db37_51d8_e999),
            (1, 0x34c9_6acd_cadb_1bbb),
            (3, 0xabe8_5013_ee51_3cf8),
            (4, 0x290e_ebd9_a32f_fcd7),
            (5, 0xa948_e222_5940_6978),
            (8, 0x595c_bee3_e324_dcce),
            (31, 0x4373_1b7f_5eba_28d5),
            (1000, 0xf4e0_bdbf_3f2a_74ab),
        ] {
            let mut hash = Xxh64::new();
            for number in 0..words {
                hash.word(PRIME_1.wrapping_mul(number));
            }
            assert_eq!(hash.finish(), expected, "of {words} words");
        }
    }

    #[test]
    fn bytes_differ_if_their_content_or_number_does() {
        let of = |lists: &[&[u8]]| {
            let mut hash = Xxh64::new();
            lists.iter().for_each(|bytes| hash.bytes(bytes));
            hash.finish()
        };
        let zeros = [0; 200];
        let mut seen = std::collections::HashSet::new();
        for length in 0..zeros.len() {
            assert!(seen.insert(of(&[&zeros[..length]])), "{length} zeros");
            for at in 0..length {
                let mut bytes = zeros;
                bytes[at] = 1;
                assert!(seen.insert(of(&[&bytes[..length]])), "{at} of {length}");
            }
        }
        assert_ne!(of(&[b"ab", b""]), of(&[b"a", b"b"]));
    }
}
