//! Fast access to guest bytes for the execution loop.
//!
//! The only file of this crate with unsafe code: a view is a pointer and a length, checked at each access.
#![allow(
    unsafe_code,
    reason = "the execution loop reads guest bytes through a checked raw view"
)]

/// The bytes of one memory as the execution loop holds them: valid until that memory grows, moves or is dropped.
#[derive(Clone, Copy, Debug)]
pub struct View {
    base: *mut u8,
    size: u64,
}

impl View {
    /// A view without bytes: every access is out of bounds.
    pub const EMPTY: Self = Self {
        base: core::ptr::null_mut(),
        size: 0,
    };

    pub(crate) fn new(bytes: &mut [u8]) -> Self {
        Self {
            base: bytes.as_mut_ptr(),
            size: bytes.len() as u64,
        }
    }

    /// Reads `N` bytes at `address + offset`; `None` if one of them is outside.
    ///
    /// The sum is taken in 64 bits, so that it cannot wrap: both are below 2^32.
    ///
    /// # Safety
    /// The memory that this view was made of must not have grown, moved or been dropped since.
    #[inline(always)]
    pub unsafe fn load<const N: usize>(self, address: u32, offset: u32) -> Option<[u8; N]> {
        let start = u64::from(address) + u64::from(offset);
        if start + N as u64 > self.size {
            return None;
        }
        // SAFETY: the N bytes are inside by the check above, and the view is valid by the caller's promise.
        Some(unsafe { self.base.add(start as usize).cast::<[u8; N]>().read() })
    }

    /// Writes `N` bytes at `address + offset`; `None`, and nothing written, if one of them is outside.
    ///
    /// # Safety
    /// As [`View::load`].
    #[inline(always)]
    pub unsafe fn store<const N: usize>(
        self,
        address: u32,
        offset: u32,
        bytes: [u8; N],
    ) -> Option<()> {
        let start = u64::from(address) + u64::from(offset);
        if start + N as u64 > self.size {
            return None;
        }
        // SAFETY: as in `load`.
        unsafe { self.base.add(start as usize).cast::<[u8; N]>().write(bytes) };
        Some(())
    }
}
