//! The raw classes in a real browser.

#![cfg(target_arch = "wasm32")]

use bindings_js::{RawInterpreter, RawModule};
use js_sys::{Array, BigInt, Error, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const FACTORIAL: &str = r#"(module
  (func $fac (export "fac") (param $n i64) (result i64)
    (if (result i64) (i64.eqz (local.get $n))
      (then (i64.const 1))
      (else (i64.mul (local.get $n) (call $fac (i64.sub (local.get $n) (i64.const 1))))))))"#;

fn module(text: &str) -> RawModule {
    let parsed = flight_text::parse(text).expect("valid text");
    let bytes: Uint8Array = parsed.get(0).into();
    let places: Uint32Array = parsed.get(1).into();
    RawModule::from_text(&bytes.to_vec(), &places.to_vec(), "all").expect("a valid module")
}

fn interpreter(text: &str, given: &Array) -> RawInterpreter {
    let module = module(text);
    RawInterpreter::new(&module, given, -1.0, -1.0, -1.0, "folded", 1e6).expect("linkable")
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

/// The message of what was thrown, which must be an `Error` with the class that it is to become.
fn thrown(error: JsValue, class: &str) -> String {
    let error: Error = error.dyn_into().expect("an Error, never a bare string");
    assert_eq!(field(&field(&error, "flight"), "class"), class);
    error.message().into()
}

#[wasm_bindgen_test]
fn a_call_runs_to_its_end() {
    let mut vm = interpreter(FACTORIAL, &Array::new());
    vm.start("fac", &Array::of1(&BigInt::from(20).into()), false)
        .expect("an export");
    assert_eq!(vm.run(-1.0, -1.0).expect("paused"), "Finished");
    let results: Array = vm.results().into();
    assert_eq!(
        field(&results.get(0), "value"),
        JsValue::from(BigInt::from(2_432_902_008_176_640_000_i64))
    );
}

#[wasm_bindgen_test]
fn steps_count_and_show_the_machine() {
    let mut vm = interpreter(FACTORIAL, &Array::new());
    vm.start("fac", &Array::of1(&BigInt::from(3).into()), false)
        .expect("an export");
    assert_eq!(vm.state(), "Paused");
    for time in 0..3 {
        assert_eq!(vm.time(), time);
        assert_eq!(vm.step().expect("paused"), "Step");
    }
    let frame = vm.frame(0);
    assert_eq!(field(&frame, "name"), "fac");
    assert_eq!(field(&frame, "instruction"), "local.get 0");
    let locals: Array = field(&frame, "locals").into();
    assert_eq!(
        field(&locals.get(0), "value"),
        JsValue::from(BigInt::from(3))
    );
}

#[wasm_bindgen_test]
fn host_calls_are_requests() {
    let text = r#"(module (import "env" "ask" (func $ask (param i32) (result i32)))
        (func (export "main") (result i32) (call $ask (i32.const 7))))"#;
    let given = js_sys::Object::new();
    Reflect::set(&given, &"kind".into(), &"func".into()).expect("an object");
    let mut vm = interpreter(text, &Array::of1(&given));
    vm.start("main", &Array::new(), false).expect("an export");
    assert_eq!(vm.run(-1.0, -1.0).expect("paused"), "AwaitingHost");
    let call = vm.host_call();
    assert_eq!(field(&call, "name"), "env.ask");
    let arguments: Array = field(&call, "arguments").into();
    assert_eq!(field(&arguments.get(0), "value"), 7);
    thrown(
        vm.answer(&Array::new()).expect_err("a result is missing"),
        "UsageError",
    );
    vm.answer(&Array::of1(&8.into())).expect("one result");
    assert_eq!(vm.run(-1.0, -1.0).expect("paused"), "Finished");
}

#[wasm_bindgen_test]
fn bad_input_is_an_error_with_its_place() {
    let error = RawModule::from_bytes(&[0, 1, 2], "all")
        .err()
        .expect("no module");
    assert!(thrown(error, "CompileError").contains("offset 0x"));
    let error = flight_text::parse("(module (nonsense))").expect_err("no module");
    assert!(thrown(error, "CompileError").contains("line 1, column 10"));
    let module = module(r#"(module (import "a" "b" (func)))"#);
    let error = RawInterpreter::new(
        &module,
        &Array::of1(&JsValue::UNDEFINED),
        -1.0,
        -1.0,
        -1.0,
        "folded",
        -1.0,
    );
    assert!(thrown(error.err().expect("unlinkable"), "LinkError").contains("\"a\" \"b\""));
    let mut vm = interpreter(FACTORIAL, &Array::new());
    thrown(vm.step().expect_err("nothing runs"), "UsageError");
    thrown(
        vm.start("nope", &Array::new(), false)
            .expect_err("no export"),
        "UsageError",
    );
}

#[wasm_bindgen_test]
fn the_way_back_leads_through_the_same_states() {
    let mut vm = interpreter(FACTORIAL, &Array::new());
    vm.start("fac", &Array::of1(&BigInt::from(4).into()), false)
        .expect("an export");
    let mut hashes = Vec::new();
    while vm.state() == "Paused" {
        hashes.push(vm.state_hash());
        vm.step().expect("paused");
    }
    let end = vm.state_hash();
    for hash in hashes.iter().rev() {
        assert_eq!(vm.step_back().expect("recorded"), "Step");
        assert_eq!(vm.state_hash(), *hash);
    }
    assert_eq!(vm.step_back().expect("recorded"), "Beginning");
    assert!(vm.in_past());
    assert_eq!(vm.run(-1.0, -1.0).expect("paused"), "Finished");
    assert_eq!(vm.state_hash(), end);
    assert!(!vm.in_past());
    thrown(vm.seek(1_000_000).expect_err("not recorded"), "UsageError");
}
