//! What the official scripts do not ask: time, stepping, breakpoints, host functions, states, inspection, limits.

mod asynchronous;
mod breakpoints;
mod collector;
mod core_dump;
mod depth;
mod exceptions;
mod exceptions_through_hosts;
mod features;
mod host;
mod host_exceptions;
mod inspection;
mod limits;
mod linking;
mod machine;
mod open_memory;
mod state_hash;
mod states;
mod time;
mod traps;
mod types_across;
