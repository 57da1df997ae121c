//! Loads any bytes as a module, and runs what it exports if it is one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tests::load_and_run::load_and_run;

fuzz_target!(|bytes: &[u8]| {
    load_and_run(bytes);
});
