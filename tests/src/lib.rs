//! What crosses crates: official scripts, hostile input.

pub mod load_and_run;
pub mod packages;
pub mod random;
pub mod scripts;
pub mod switching;
