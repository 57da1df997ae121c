//! The smallest embedder there is: loads a module, calls a function of it, steps through another call.
//!
//! Built with and without the engine's features it tells what each takes: `cargo xtask footprint`.
#![allow(
    unsafe_code,
    reason = "the embedder hands over its bytes by address, and calls by an unmangled name"
)]

use flight_runtime::{Config, Imports, Interpreter, Module, State};

/// Room for a module's bytes, to be filled by the embedder.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Loads the module in `length` bytes at `address`, calls its export `run` to the end, then again by steps:
/// the instructions executed, or -1.
///
/// # Safety
/// The bytes must be those that [`reserve`] gave.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run(address: *const u8, length: usize) -> i64 {
    // SAFETY: by the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(address, length) };
    call_and_step(bytes).map_or(-1, |time| time as i64)
}

fn call_and_step(bytes: &[u8]) -> flight_runtime::Result<u64> {
    let module = Module::from_bytes(bytes)?;
    let mut interpreter = Interpreter::new(Config::default());
    let instance = interpreter.instantiate(&module, &Imports::new())?;
    let run = interpreter.exported_function(instance, "run")?;
    interpreter.call_function(run, &[])?;
    interpreter.start(run, &[])?;
    while interpreter.state() == State::Paused {
        interpreter.step()?;
    }
    Ok(interpreter.time())
}
