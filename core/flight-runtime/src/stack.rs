//! The value stack.

use alloc::vec::Vec;

/// The value stack: one contiguous array of 8-byte slots, on which each frame lays its parameters, locals and operands.
///
/// It begins small and grows with the calls, up to the limit of the configuration.
#[derive(Clone, Debug)]
pub struct Stack {
    slots: Vec<u64>,
    max_slots: usize,
}

/// The slots that the first call reserves.
const FIRST_SLOTS: usize = 256;

impl Stack {
    pub(crate) const fn new(max_bytes: u64) -> Self {
        let max_slots = if max_bytes > u32::MAX as u64 {
            u32::MAX as u64
        } else {
            max_bytes
        } / 8;
        Self {
            slots: Vec::new(),
            max_slots: max_slots as usize,
        }
    }

    /// The bytes that it may take.
    pub(crate) const fn max_bytes(&self) -> u64 {
        self.max_slots as u64 * 8
    }

    /// The slots reserved so far; what lies above the innermost frame has no meaning.
    pub fn slots(&self) -> &[u64] {
        &self.slots
    }

    pub(crate) fn slots_mut(&mut self) -> &mut [u64] {
        &mut self.slots
    }

    /// Makes room for `slots` slots in all; false if the limit or the host's memory does not allow it.
    pub(crate) fn reserve(&mut self, slots: usize) -> bool {
        if slots <= self.slots.len() {
            return true;
        }
        if slots > self.max_slots {
            return false;
        }
        let wanted = slots
            .max(self.slots.len() * 2)
            .max(FIRST_SLOTS)
            .min(self.max_slots);
        if self
            .slots
            .try_reserve_exact(wanted - self.slots.len())
            .is_err()
        {
            return false;
        }
        self.slots.resize(wanted, 0);
        true
    }
}
