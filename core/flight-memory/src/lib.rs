//! Linear memory: its bytes, its limits, and the budget that all memories and tables of a machine share;
//! and the garbage-collected heap.
//!
//! This crate knows no modules and no instructions.
//! It alone knows where guest bytes live: everything else reads and writes them through [`LinearMemory`] or,
//! inside the execution loop, through a [`View`].
//!
//! ```
//! use flight_memory::{Budget, LinearMemory, MemoryLimits};
//!
//! let mut budget = Budget::new(1 << 20);
//! let limits = MemoryLimits { minimum: 1, maximum: Some(2), page_size_log2: 16, is64: false, shared: false };
//! let mut memory = LinearMemory::new(limits, &mut budget)?;
//! memory.write(65_532, &[1, 2, 3, 4])?;
//! assert_eq!(memory.read(65_532, 4)?, [1, 2, 3, 4]);
//! assert!(memory.read(65_533, 4).is_err());
//! assert_eq!(memory.grow(1, &mut budget), Some(1));
//! assert_eq!(memory.grow(1, &mut budget), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod budget;
mod heap;
mod linear_memory;
mod pages;
mod view;

pub use budget::{Budget, BudgetExceeded};
pub use heap::{Heap, HeapCopy, HeapFull, Object, Payload, References};
pub use linear_memory::{LinearMemory, MemoryLimits, OutOfBounds};
pub use pages::{Pages, Unit};
pub use view::View;
