//! What was written inside of WebAssembly goes on natively. (The package's tests have the other direction.)

use super::*;
use crate::{InstanceId, Interpreter, State};

const FACTORIAL: &str = r#"(module
  (func $fac (export "fac") (param $n i64) (result i64)
    (if (result i64) (i64.eqz (local.get $n))
      (then (i64.const 1))
      (else (i64.mul (local.get $n)
        (call $fac (i64.sub (local.get $n) (i64.const 1))))))))"#;

/// Made by the npm package in Node, 20 instructions after the call of `fac` with 5.
const SNAPSHOT: &[u8] = include_bytes!("made/in-wasm.snapshot");
/// The whole call.
const RECORDING: &[u8] = include_bytes!("made/in-wasm.flight");

#[test]
fn a_snapshot_that_was_made_in_wasm_goes_on_natively() {
    let module = module(FACTORIAL);
    let (mut restored, _) = Interpreter::from_snapshot(&module, SNAPSHOT, &Imports::new(), FOLDED)
        .expect("it is of this module");
    let mut native = Interpreter::new(FOLDED);
    native
        .instantiate(&module, &Imports::new())
        .expect("it imports nothing");
    let fac = native.exported_function(InstanceId::FIRST, "fac");
    native
        .start(fac.expect("it is exported"), &[Value::I64(5)])
        .expect("it can start");
    for _ in 0..20 {
        native.step().expect("it steps");
    }
    assert_eq!(restored.state_hash(), native.state_hash());
    restored.run(Until::default()).expect("it goes on");
    assert_eq!(restored.results(), Some(&[Value::I64(120)][..]));
}

#[test]
fn a_recording_that_was_made_in_wasm_is_verified_natively() {
    let (mut opened, _) =
        Interpreter::from_recording(RECORDING, &Config::default()).expect("it is a recording");
    let verified = opened.verify().expect("nothing has changed");
    assert_eq!(
        (opened.state(), verified.instructions),
        (State::Finished, 61)
    );
}
