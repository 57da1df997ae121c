//! Looks for words in 16 KiB of text: byte by byte, and by the standard library.

use rust_guests::{checksum, guest, prose};

#[inline(never)]
fn naive(text: &[u8], word: &[u8]) -> u64 {
    let mut sum = 0;
    for at in 0..=text.len() - word.len() {
        if (0..word.len()).all(|index| text[at + index] == word[index]) {
            sum += at as u64;
        }
    }
    sum
}

guest!(|| {
    let text = prose(16 << 10, 9);
    move |index: u32| {
        let words = ["interpreter", "of the stack", "to a vector in", "register,"];
        let word = words[index as usize % words.len()];
        let found = text
            .match_indices(word)
            .map(|(at, _)| at as u64)
            .sum::<u64>();
        assert_eq!(
            found,
            naive(text.as_bytes(), word.as_bytes()),
            "both find the same"
        );
        found ^ checksum(word.as_bytes())
    }
});
