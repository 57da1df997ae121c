//! The operands of an instruction, for the functions that the execution loop calls.
#![allow(
    unsafe_code,
    reason = "operands are read through raw pointers, as in the loop"
)]

use crate::simd::Vector;

/// The operands of an instruction, for the functions out of the loop.
#[derive(Clone, Copy)]
pub(crate) struct Operands {
    ip: *const u32,
    frame: *mut u8,
}

impl Operands {
    /// The operands of the instruction at `ip` in the frame that begins at `frame`.
    ///
    /// # Safety
    /// The instruction must have been made of a validated function, the frame be that function's, and neither may move
    /// or go away while this value is used.
    #[inline(always)]
    pub(crate) unsafe fn new(ip: *const u32, frame: *mut u8) -> Self {
        Self { ip, frame }
    }

    /// The operand word at this position, 1 being the first.
    #[inline(always)]
    pub(crate) fn word(self, position: usize) -> u32 {
        // SAFETY: the functions that get this value ask for operands that their instruction has.
        unsafe { *self.ip.add(position) }
    }

    /// The slot that the operand names.
    #[inline(always)]
    pub(crate) fn get(self, position: usize) -> u64 {
        // SAFETY: a slot operand names an aligned slot of the frame.
        unsafe { *self.frame.add(self.word(position) as usize).cast::<u64>() }
    }

    /// Writes the slot that the operand names.
    #[inline(always)]
    pub(crate) fn set(self, position: usize, value: u64) {
        // SAFETY: as in `get`.
        unsafe { *self.frame.add(self.word(position) as usize).cast::<u64>() = value };
    }

    /// The two slots that the operand names, the lower half first.
    #[inline(always)]
    pub(crate) fn get_wide(self, position: usize) -> u128 {
        let slot = self.word(position) as usize;
        // SAFETY: as in `get`; a wide operand has both slots in the frame.
        let [low, high] = unsafe { *self.frame.add(slot).cast::<[u64; 2]>() };
        crate::numeric::wide(low, high)
    }

    /// Writes the two slots that the operand names.
    #[inline(always)]
    pub(crate) fn set_wide(self, position: usize, value: u128) {
        let slot = self.word(position) as usize;
        let halves = [value as u64, (value >> 64) as u64];
        // SAFETY: as in `get_wide`.
        unsafe { *self.frame.add(slot).cast::<[u64; 2]>() = halves };
    }

    /// The vector in the two slots that the operand names.
    #[inline(always)]
    pub(crate) fn get_vector(self, position: usize) -> Vector {
        let slot = self.word(position) as usize;
        // SAFETY: as in `get_wide`.
        unsafe { self.frame.add(slot).cast::<Vector>().read() }
    }

    /// Writes the two slots that the operand names.
    #[inline(always)]
    pub(crate) fn set_vector(self, position: usize, value: Vector) {
        let slot = self.word(position) as usize;
        // SAFETY: as in `get_wide`.
        unsafe { self.frame.add(slot).cast::<Vector>().write(value) };
    }

    /// Sixteen bytes, the operand words from this position on.
    #[inline(always)]
    pub(crate) fn bytes(self, position: usize) -> [u8; 16] {
        // SAFETY: as in `word`.
        unsafe { self.ip.add(position).cast::<[u8; 16]>().read() }
    }

    /// The slot above the one that the operand names: the high half of a vector.
    pub(crate) fn get_high(self, position: usize) -> u64 {
        // SAFETY: a vector takes two slots, both of the frame.
        unsafe {
            *self
                .frame
                .add(self.word(position) as usize)
                .cast::<u64>()
                .add(1)
        }
    }

    /// Writes the two slots from the one on that the operand names.
    pub(crate) fn set_pair(self, position: usize, (low, high): (u64, u64)) {
        self.set(position, low);
        // SAFETY: a vector takes two slots, both of the frame.
        unsafe {
            *self
                .frame
                .add(self.word(position) as usize)
                .cast::<u64>()
                .add(1) = high;
        };
    }

    /// The slots from the one on that the operand at `first` names, as many as the word at `count` says.
    pub(crate) fn slots<'a>(self, first: usize, count: usize) -> &'a [u64] {
        let start = self.word(first) as usize;
        // SAFETY: they lie inside the frame, which stays as it is while the instruction is executed.
        unsafe {
            let start = self.frame.add(start).cast::<u64>();
            core::slice::from_raw_parts(start, self.word(count) as usize)
        }
    }
}
