//! Runs any module in either translation and in both by turns: nothing may differ.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tests::switching::switching;

fuzz_target!(|bytes: &[u8]| {
    switching(bytes);
});
