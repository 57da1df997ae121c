//! Random numbers that are the same in each run.

/// A sequence of numbers that its seed determines: SplitMix64.
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    #[expect(clippy::should_implement_trait, reason = "there is always a next one")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// The length of a slice of execution: mostly short, now and then longer than the longest straight run of code.
    pub fn slice(&mut self) -> u64 {
        let random = self.next();
        let longest = [3, 40, 700, 5_000][(random >> 62) as usize];
        1 + (random & 0xffff_ffff) % longest
    }
}
