//! Reads the counts from what test programs print.

use std::ops::Add;

/// How many tests came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    /// One failure: that of something which should have run tests, or was a test itself.
    pub(super) const FAILURE: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };
    /// One success.
    pub(super) const SUCCESS: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };

    /// Adds up all the totals in an output, in any of the forms that our test programs use.
    pub(super) fn read(output: &str) -> Self {
        output
            .lines()
            .map(|line| of_line(line.trim()))
            .fold(Self::default(), Add::add)
    }

    /// Counts a failure where the program failed without a failed test: it did not compile, or it crashed.
    pub(super) fn and_end(self, success: bool) -> Self {
        if success || self.failed > 0 {
            self
        } else {
            self + Self::FAILURE
        }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// The part of cargo's test output that belongs to the test target of that name, and the rest.
pub(super) fn split_target(output: &str, name: &str) -> (String, String) {
    let (mut inside, mut outside) = (String::new(), String::new());
    let mut is_inside = false;
    for line in output.lines() {
        let header = line.trim_start();
        if header.starts_with("Running ") || header.starts_with("Doc-tests ") {
            is_inside = header.contains(&format!("{name}.rs ("))
                || header.contains(&format!("{name}\\main.rs ("))
                || header.contains(&format!("{name}/main.rs ("));
        }
        let part = if is_inside { &mut inside } else { &mut outside };
        part.push_str(line);
        part.push('\n');
    }
    (inside, outside)
}

fn of_line(line: &str) -> Counts {
    // Rust's harness: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    if let Some((_, counts)) = line
        .strip_prefix("test result: ")
        .and_then(|rest| rest.split_once(". "))
    {
        return of_pairs(counts.split("; "));
    }
    // Vitest: `Tests  1 failed | 11 passed (12)`.
    if let Some(counts) = line.strip_prefix("Tests  ") {
        return of_pairs(counts.split('(').next().unwrap_or_default().split(" | "));
    }
    // Node's runner: `ℹ pass 12`.
    if let Some((word, number)) = line
        .strip_prefix("ℹ ")
        .and_then(|rest| rest.split_once(' '))
    {
        return of_word(word, number);
    }
    // Ours: `3 passed, 0 failed`.
    if line.ends_with(" failed") && line.contains(" passed, ") {
        return of_pairs(line.split(", "));
    }
    Counts::default()
}

fn of_pairs<'a>(pairs: impl Iterator<Item = &'a str>) -> Counts {
    let pairs = pairs.filter_map(|pair| pair.trim().split_once(' '));
    pairs
        .map(|(number, word)| of_word(word, number))
        .fold(Counts::default(), Add::add)
}

fn of_word(word: &str, number: &str) -> Counts {
    let mut counts = Counts::default();
    let Ok(number) = number.parse() else {
        return counts;
    };
    match word {
        "passed" | "pass" => counts.passed = number,
        "failed" | "fail" | "cancelled" => counts.failed = number,
        "ignored" | "skipped" | "todo" => counts.skipped = number,
        _ => {}
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn rusts_harness_is_read() {
        let output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s\n\
                      noise\n\
                      test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s\n";
        assert_eq!(Counts::read(output), counts(7, 2, 1));
    }

    #[test]
    fn nodes_runner_is_read() {
        let output = "✔ adds (0.4ms)\nℹ tests 6\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 63.5\n";
        assert_eq!(Counts::read(output), counts(3, 2, 1));
    }

    #[test]
    fn vitest_is_read() {
        let output = " Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 11 passed | 2 skipped (14)\n   Duration  1.2s\n";
        assert_eq!(Counts::read(output), counts(11, 1, 2));
        assert_eq!(
            Counts::read("      Tests  12 passed (12)\n"),
            counts(12, 0, 0)
        );
    }

    #[test]
    fn our_own_line_is_read_only_when_it_stands_alone() {
        assert_eq!(Counts::read("148 passed, 2 failed\n"), counts(148, 2, 0));
        assert_eq!(
            Counts::read("148 passed, 3 skipped, 2 failed\n"),
            counts(148, 2, 3)
        );
        assert_eq!(
            Counts::read("i32.wast: 148 passed, 2 failed\n"),
            counts(0, 2, 0)
        );
    }

    #[test]
    fn a_program_that_fails_without_a_failed_test_counts_as_one() {
        assert_eq!(counts(2, 0, 0).and_end(false), counts(2, 1, 0));
        assert_eq!(counts(2, 1, 0).and_end(false), counts(2, 1, 0));
        assert_eq!(counts(2, 0, 0).and_end(true), counts(2, 0, 0));
    }

    #[test]
    fn one_target_is_told_from_the_others() {
        let output = "     Running unittests src/main.rs (target/debug/deps/xtask-1)\n1 passed, 0 failed\n\
                      \x20    Running official.rs (target/debug/deps/official-1)\n2 passed, 0 failed\n\
                      \x20    Running tidy.rs (target/debug/deps/tidy-1)\n4 passed, 0 failed\n\
                      \x20  Doc-tests flight_wasm\n8 passed, 0 failed\n";
        let (official, rest) = split_target(output, "official");
        assert_eq!(Counts::read(&official), counts(2, 0, 0));
        assert_eq!(Counts::read(&rest), counts(13, 0, 0));
    }
}
