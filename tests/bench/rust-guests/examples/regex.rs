//! Compiles three regular expressions and finds all their matches in 16 KiB of text.

use regex::Regex;
use rust_guests::{checksum, guest, prose};

const PATTERNS: [&str; 3] = [
    r"(?i)\b(the|a)\s+([a-z]+)\s+of\b",
    r"[^.;,]*\b(stack|memory)\b[^.;,]*[.;]",
    r"(\w)\w*er\b|in[st]+\w+",
];

guest!(|| {
    let text = prose(16 << 10, 5);
    move |index: u32| {
        let mut sum = u64::from(index);
        for pattern in PATTERNS {
            let regex = Regex::new(pattern).expect("the patterns are right");
            for captures in regex.captures_iter(&text) {
                for found in captures.iter().flatten() {
                    sum = sum.rotate_left(3) ^ (found.start() * 8 + found.len()) as u64;
                }
            }
        }
        sum ^ checksum(&sum.to_le_bytes())
    }
});
