//! How many bytes a machine may take.

use core::fmt;

/// The bytes that all memories and tables of one machine may take together.
#[derive(Clone, Debug)]
pub struct Budget {
    limit: u64,
    used: u64,
}

/// More bytes were wanted than the budget has left, or than the host could give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetExceeded {
    /// The bytes that were wanted.
    pub wanted: u64,
    /// The bytes that were left.
    pub left: u64,
}

impl Budget {
    /// A budget of this many bytes.
    pub const fn new(limit: u64) -> Self {
        Self { limit, used: 0 }
    }

    /// The whole budget, in bytes.
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// The bytes taken so far.
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// Takes bytes out of the budget.
    ///
    /// # Errors
    /// [`BudgetExceeded`] if it has fewer left; then nothing is taken.
    pub fn take(&mut self, bytes: u64) -> Result<(), BudgetExceeded> {
        let left = self.limit - self.used;
        if bytes > left {
            return Err(BudgetExceeded {
                wanted: bytes,
                left,
            });
        }
        self.used += bytes;
        Ok(())
    }

    /// Gives bytes back that were taken before.
    pub fn give_back(&mut self, bytes: u64) {
        self.used = self.used.saturating_sub(bytes);
    }
}

impl fmt::Display for BudgetExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} bytes are wanted, the memory budget has {} left",
            self.wanted, self.left
        )
    }
}

impl core::error::Error for BudgetExceeded {}
