//! What the official scripts do not ask: time, stepping, breakpoints, host functions, states, inspection, limits.

mod asynchronous;
mod breakpoints;
mod depth;
mod host;
mod machine;
mod states;
mod time;
