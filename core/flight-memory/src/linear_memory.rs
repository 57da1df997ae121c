//! One linear memory. Spec: syntax-meminst

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::{Budget, BudgetExceeded, Pages, View};

/// The shape of a memory: sizes in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLimits {
    /// The size at the beginning.
    pub minimum: u64,
    /// The size that it may reach, if bounded by its type.
    pub maximum: Option<u64>,
    /// The binary logarithm of the page size in bytes.
    pub page_size_log2: u32,
    /// Whether addresses are 64 bits wide.
    pub is64: bool,
    /// Whether threads may share it by its type; to a machine with one thread that says only what may wait on it.
    pub shared: bool,
}

/// An access of bytes outside of the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBounds {
    /// The first byte's address.
    pub address: u64,
    /// How many bytes were wanted.
    pub length: u64,
    /// The size of the memory in bytes.
    pub size: u64,
}

/// A linear memory: bytes, and how far they may grow.
#[derive(Clone, Debug)]
pub struct LinearMemory {
    bytes: Vec<u8>,
    limits: MemoryLimits,
}

impl LinearMemory {
    /// A memory of zeros with the minimum size of `limits`.
    ///
    /// # Errors
    /// [`BudgetExceeded`] if the budget or the host's own memory does not suffice.
    pub fn new(limits: MemoryLimits, budget: &mut Budget) -> Result<Self, BudgetExceeded> {
        let mut memory = Self {
            bytes: Vec::new(),
            limits,
        };
        match memory.grow(limits.minimum, budget) {
            Some(_) => Ok(memory),
            None => {
                let wanted = limits
                    .minimum
                    .saturating_mul(1 << limits.page_size_log2.min(63));
                Err(BudgetExceeded {
                    wanted,
                    left: budget.limit() - budget.used(),
                })
            }
        }
    }

    /// The shape that it was made with.
    pub const fn limits(&self) -> MemoryLimits {
        self.limits
    }

    /// The size in bytes.
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The size in pages.
    pub fn pages(&self) -> u64 {
        self.size() >> self.limits.page_size_log2
    }

    /// Grows by `delta` pages of zeros: the old size in pages, or `None` (and nothing changed) if the type's maximum,
    /// the index type, the budget or the host's memory does not allow it. Spec: grow-mem
    pub fn grow(&mut self, delta: u64, budget: &mut Budget) -> Option<u64> {
        let old = self.pages();
        let bytes = self.bytes_of(old.checked_add(delta)?)?;
        let added = bytes - self.bytes.len();
        budget.take(added as u64).ok()?;
        if self.bytes.try_reserve_exact(added).is_err() {
            budget.give_back(added as u64);
            return None;
        }
        self.bytes.resize(bytes, 0);
        Some(old)
    }

    /// The bytes of so many pages; `None` if the type's maximum or the index type does not allow them, or the host could
    /// not address them.
    fn bytes_of(&self, pages: u64) -> Option<usize> {
        let index_bits = if self.limits.is64 { 64 } else { 32 };
        // A 64-bit memory of 2^64 bytes is possible by type; the host's address space ends such wishes below.
        // The size in pages is a number of the index type too, so that pages of one byte end one earlier.
        let addressable = (1u128 << (index_bits - self.limits.page_size_log2.min(index_bits)))
            .min((1 << index_bits) - 1);
        if u128::from(pages) > addressable || self.limits.maximum.is_some_and(|max| pages > max) {
            return None;
        }
        let bytes = u128::from(pages) << self.limits.page_size_log2;
        usize::try_from(bytes)
            .ok()
            .filter(|bytes| *bytes <= isize::MAX as usize)
    }

    /// Whether it can have so many bytes: they are whole pages, and no fewer or more than its type allows.
    pub fn may_have(&self, bytes: u64) -> bool {
        let pages = bytes >> self.limits.page_size_log2;
        pages >= self.limits.minimum && self.bytes_of(pages).is_some_and(|own| own as u64 == bytes)
    }

    /// Sees to it that [`LinearMemory::set_size`] finds room for so many bytes: whether the host could give it.
    pub fn reserve(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes.len());
        self.bytes.try_reserve_exact(more).is_ok()
    }

    /// Gives it a size in bytes that it may have, for a state that is put back. What is added is zero, what lies beyond is lost.
    /// The budget is not asked: whoever puts back a state has seen to that.
    pub fn set_size(&mut self, bytes: usize) {
        self.bytes.resize(bytes, 0);
        self.bytes.shrink_to_fit();
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// All bytes, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// The bytes `address .. address + length`.
    ///
    /// # Errors
    /// [`OutOfBounds`] if any of them is outside.
    pub fn read(&self, address: u64, length: u64) -> Result<&[u8], OutOfBounds> {
        let range = self.range(address, length)?;
        Ok(&self.bytes[range])
    }

    /// Writes `bytes` at `address`.
    ///
    /// # Errors
    /// [`OutOfBounds`] if any of them would be outside; then nothing is written.
    pub fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), OutOfBounds> {
        let range = self.range(address, bytes.len() as u64)?;
        self.bytes[range].copy_from_slice(bytes);
        Ok(())
    }

    /// Sets `length` bytes from `address` on to `value`.
    ///
    /// # Errors
    /// [`OutOfBounds`] if any of them is outside; then nothing is written.
    pub fn fill(&mut self, address: u64, value: u8, length: u64) -> Result<(), OutOfBounds> {
        let range = self.range(address, length)?;
        self.bytes[range].fill(value);
        Ok(())
    }

    /// Copies within this memory; the ranges may overlap.
    ///
    /// # Errors
    /// [`OutOfBounds`] if either range is partly outside; then nothing is written.
    pub fn copy_within(&mut self, to: u64, from: u64, length: u64) -> Result<(), OutOfBounds> {
        let source = self.range(from, length)?;
        let target = self.range(to, length)?;
        self.bytes.copy_within(source, target.start);
        Ok(())
    }

    /// Lets the memory hold what it held when it was copied, at the size that it then had.
    ///
    /// # Errors
    /// [`BudgetExceeded`] if it then was larger and the budget or the host's memory does not allow that any more.
    pub fn restore(&mut self, copy: &Pages<u8>, budget: &mut Budget) -> Result<(), BudgetExceeded> {
        let wanted = copy.length();
        if let Some(added) = wanted.checked_sub(self.bytes.len()) {
            budget.take(added as u64)?;
            if self.bytes.try_reserve_exact(added).is_err() {
                budget.give_back(added as u64);
                return Err(BudgetExceeded {
                    wanted: added as u64,
                    left: 0,
                });
            }
        } else {
            budget.give_back((self.bytes.len() - wanted) as u64);
        }
        self.bytes.resize(wanted, 0);
        copy.write_to(&mut self.bytes);
        Ok(())
    }

    /// What the execution loop holds while it runs: see [`View`].
    pub fn view(&mut self) -> View {
        View::new(&mut self.bytes)
    }

    /// The range as positions in the bytes, if it is inside.
    fn range(&self, address: u64, length: u64) -> Result<Range<usize>, OutOfBounds> {
        match address.checked_add(length) {
            // Both fit `usize`, since they are at most the length of a vector.
            Some(end) if end <= self.size() => Ok(address as usize..end as usize),
            _ => Err(OutOfBounds {
                address,
                length,
                size: self.size(),
            }),
        }
    }
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            address,
            length,
            size,
        } = self;
        write!(
            f,
            "address {address} + {length} bytes is past the end of memory, {size} bytes"
        )
    }
}

impl core::error::Error for OutOfBounds {}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_PAGE: MemoryLimits = MemoryLimits {
        minimum: 1,
        maximum: None,
        page_size_log2: 16,
        is64: false,
        shared: false,
    };

    #[test]
    fn growth_obeys_type_and_budget() {
        for (limits, budget, delta, grown) in [
            (ONE_PAGE, 1 << 17, 1, Some(1)),
            (ONE_PAGE, (1 << 17) - 1, 1, None),
            (
                MemoryLimits {
                    maximum: Some(1),
                    ..ONE_PAGE
                },
                1 << 20,
                1,
                None,
            ),
            (ONE_PAGE, u64::MAX, 65_536, None),
            (ONE_PAGE, u64::MAX, u64::MAX, None),
            (
                MemoryLimits {
                    is64: true,
                    ..ONE_PAGE
                },
                u64::MAX,
                1 << 48,
                None,
            ),
        ] {
            let mut budget = Budget::new(budget);
            let mut memory = LinearMemory::new(limits, &mut budget).expect("one page fits");
            assert_eq!(
                memory.grow(delta, &mut budget),
                grown,
                "{limits:?} by {delta}"
            );
            assert_eq!(budget.used(), memory.size());
        }
    }

    #[test]
    fn accesses_outside_change_nothing() {
        let mut budget = Budget::new(1 << 20);
        let mut memory = LinearMemory::new(ONE_PAGE, &mut budget).expect("one page fits");
        assert!(memory.write(65_535, &[1, 2]).is_err());
        assert!(memory.fill(u64::MAX, 1, 2).is_err());
        assert!(memory.copy_within(0, 65_535, 2).is_err());
        assert!(memory.bytes().iter().all(|byte| *byte == 0));
        assert!(memory.read(65_536, 0).is_ok());
    }
}
