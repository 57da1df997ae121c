//! What crosses crates: official scripts, real programs, hostile input.
