//! What the guests share: repeatable input, and the one export.

/// Exports `run`: so many iterations of some work, folded into one checksum.
///
/// The argument is a closure that prepares the input and gives the work, a closure from the number of the iteration
/// to a part of the checksum.
#[macro_export]
macro_rules! guest {
    ($prepare:expr) => {
        /// Does the work so many times.
        #[unsafe(no_mangle)]
        pub extern "C" fn run(iterations: i32) -> i64 {
            let mut work = $prepare();
            (0..iterations as u32).fold(0u64, |sum, index| {
                sum.rotate_left(7) ^ u64::from(work(index))
            }) as i64
        }
    };
}

/// A repeatable sequence of numbers.
pub struct Numbers(u64);

impl Numbers {
    /// The sequence that begins here.
    pub fn new(seed: u32) -> Self {
        Self((u64::from(seed) << 1) | 1)
    }

    /// The next number.
    #[expect(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32
    }

    /// The next number, brought below a limit.
    pub fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(limit)) >> 32) as u32
    }

    /// As many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    /// One of these.
    pub fn choose<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u32) as usize]
    }
}

/// The words that texts are made of: some are frequent, as in all languages.
const WORDS: [&str; 48] = [
    "the",
    "the",
    "the",
    "of",
    "of",
    "and",
    "and",
    "to",
    "to",
    "a",
    "a",
    "in",
    "in",
    "is",
    "it",
    "that",
    "was",
    "for",
    "on",
    "with",
    "as",
    "be",
    "at",
    "by",
    "from",
    "machine",
    "memory",
    "instruction",
    "stack",
    "function",
    "value",
    "program",
    "counter",
    "register",
    "branch",
    "interpreter",
    "module",
    "table",
    "address",
    "number",
    "result",
    "operand",
    "frame",
    "host",
    "compiler",
    "loop",
    "float",
    "vector",
];

/// Text of about so many bytes that looks like prose.
pub fn prose(bytes: usize, seed: u32) -> String {
    let mut numbers = Numbers::new(seed);
    let mut text = String::with_capacity(bytes + 32);
    while text.len() < bytes {
        for _ in 0..4 + numbers.below(12) {
            text.push_str(numbers.choose(&WORDS));
            text.push(' ');
        }
        text.pop();
        text.push_str(numbers.choose(&[". ", ". ", ", ", "; ", ".\n"]));
    }
    text
}

/// A checksum of bytes.
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
