//! Features: which a module uses, and what becomes of it without them.

use flight_wasm::{Features, Module};

#[test]
fn exactly_the_needed_features_are_found() {
    for (text, names) in [
        (
            "(module (func (param i32) (result i32) local.get 0 i32.eqz))",
            &[][..],
        ),
        (
            "(func (result i32 i32) i32.const 1 i32.const 2)",
            &["multiple values"],
        ),
        (
            "(func (drop (i32.extend8_s (i32.const 1))))",
            &["sign extension"],
        ),
        (
            "(func (drop (i32.trunc_sat_f32_s (f32.const 1))))",
            &["saturating truncation"],
        ),
        (
            "(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))",
            &["memory.copy and memory.fill"],
        ),
        (
            "(memory 1) (data \"a\") (func (data.drop 0))",
            &["bulk memory"],
        ),
        (
            "(global (export \"g\") (mut i32) (i32.const 0))",
            &["imported and exported mutable globals"],
        ),
        ("(table 1 externref)", &["reference types"]),
        ("(func (param v128))", &["vector instructions"]),
        ("(memory 1) (memory 1)", &["multiple memories"]),
        ("(memory i64 1)", &["64-bit memories"]),
        ("(func $f return_call $f)", &["tail calls"]),
        (
            "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
            &["extended constants"],
        ),
        ("(memory 1 1 shared)", &["threads"]),
        ("(tag)", &["exceptions"]),
        ("(type (struct))", &["garbage collection"]),
        (
            "(type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0)))",
            &["reference types", "typed function references"],
        ),
    ] {
        let bytes = wat::parse_str(text).expect("the text is well-formed");
        let found = Features::used_by(&bytes).expect("the module is valid");
        let found: Vec<&str> = found.iter().map(|(feature, _)| feature.words).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn a_module_that_uses_a_feature_which_is_not_allowed_is_refused_by_its_name() {
    for (text, list, name) in [
        ("(func (param v128))", "-simd", "simd"),
        ("(memory 1) (memory 1)", "v2", "multi-memory"),
        (
            "(func (drop (i32.extend8_s (i32.const 1))))",
            "v1",
            "sign-extension",
        ),
        ("(func $f return_call $f)", "all,-tail-call", "tail-call"),
        ("(tag)", "v3,-exceptions,-legacy-exceptions", "exceptions"),
        ("(type (struct))", "v3,-gc", "gc"),
    ] {
        let bytes = wat::parse_str(text).expect("the text is well-formed");
        assert!(Module::from_bytes(&bytes).is_ok(), "{text}");
        let features = list.parse().expect("the names are known");
        let error = Module::from_bytes_with(&bytes, features).expect_err(text);
        let words = format!("(the feature {name} is not allowed)");
        assert!(error.message.contains(&words), "{text}: {error}");
    }
}

#[test]
fn every_feature_has_a_name() {
    let none: Features = "".parse().expect("an empty list is one");
    let all = Features::names().fold(none, |all, name| {
        all.with(Features::named(name.short).expect("its own name"))
    });
    assert!(all.contains(Features::ALL));
    let unknown = "v1,nonsense"
        .parse::<Features>()
        .expect_err("there is no such feature");
    assert!(unknown.to_string().contains("nonsense") && unknown.to_string().contains("tail-call"));
}
