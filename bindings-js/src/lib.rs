//! Flight for JavaScript.
//!
//! This crate is the only one that knows `wasm-bindgen`.
//! It hands out two raw classes; the npm package's own classes, written in JavaScript in `js/`, stand on them.
//! The loop that answers host calls runs there, in JavaScript: while an imported function runs no Rust frame is on the
//! stack, so it may look into the same machine or call the guest again.

mod breakpoints;
mod change;
mod crossing;
mod dump;
mod errors;
mod going_back;
mod imports;
mod journal;
mod looking;
mod memory_view;
mod module;
mod names;
mod past;
mod profile;
mod raw_interpreter;
mod saving;
mod source_text;
mod throwing;
mod values;
mod views;
mod watching;

pub use module::RawModule;
pub use raw_interpreter::RawInterpreter;
pub use throwing::host_tag;

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes a panic, should there ever be one, print its message on the console.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
