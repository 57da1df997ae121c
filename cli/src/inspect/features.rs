//! Which features of WebAssembly a module uses: those without which it would not be valid.

use flight_wasm::FEATURES;
use flight_wasm::wasmparser::{Validator, WasmFeatures};

/// A feature that a module uses.
pub(super) struct Feature {
    pub(super) name: &'static str,
    /// Whether Flight executes it.
    pub(super) supported: bool,
}

const REFERENCE_TYPES: &str = "reference types";
const LONG_TABLE_INDEX: &str = "call_indirect with a long table index";
const BULK_MEMORY: &str = "bulk memory";
const COPY_AND_FILL: &str = "memory.copy and memory.fill";

/// Features of which toolchains often use this part only: named by itself where the whole is not used.
const PARTS: [(&str, &str); 2] = [
    (LONG_TABLE_INDEX, REFERENCE_TYPES),
    (COPY_AND_FILL, BULK_MEMORY),
];

/// The features, newest first: one stands before those that it builds on.
#[rustfmt::skip]
const NAMED: &[(&str, WasmFeatures)] = &[
    ("multibyte array access",       WasmFeatures::MULTIBYTE_ARRAY_ACCESS),
    ("acquire-release atomics",      WasmFeatures::ACQUIRE_RELEASE_ATOMICS),
    ("compact imports",              WasmFeatures::COMPACT_IMPORTS),
    ("custom descriptors",           WasmFeatures::CUSTOM_DESCRIPTORS),
    ("stack switching",              WasmFeatures::STACK_SWITCHING),
    ("shared-everything threads",    WasmFeatures::SHARED_EVERYTHING_THREADS),
    ("memory control",               WasmFeatures::MEMORY_CONTROL),
    ("legacy exceptions",            WasmFeatures::LEGACY_EXCEPTIONS),
    ("wide arithmetic",              WasmFeatures::WIDE_ARITHMETIC),
    ("custom page sizes",            WasmFeatures::CUSTOM_PAGE_SIZES),
    ("threads",                      WasmFeatures::THREADS),
    ("garbage collection",           WasmFeatures::GC),
    ("exceptions",                   WasmFeatures::EXCEPTIONS),
    ("typed function references",    WasmFeatures::FUNCTION_REFERENCES),
    ("relaxed vector instructions",  WasmFeatures::RELAXED_SIMD),
    ("64-bit memories",              WasmFeatures::MEMORY64),
    ("multiple memories",            WasmFeatures::MULTI_MEMORY),
    ("tail calls",                   WasmFeatures::TAIL_CALL),
    ("extended constants",           WasmFeatures::EXTENDED_CONST),
    ("vector instructions",          WasmFeatures::SIMD),
    (REFERENCE_TYPES,                WasmFeatures::REFERENCE_TYPES.difference(WasmFeatures::CALL_INDIRECT_OVERLONG)),
    (LONG_TABLE_INDEX,               WasmFeatures::CALL_INDIRECT_OVERLONG),
    (BULK_MEMORY,                    WasmFeatures::BULK_MEMORY.difference(WasmFeatures::BULK_MEMORY_OPT)),
    (COPY_AND_FILL,                  WasmFeatures::BULK_MEMORY_OPT),
    ("multiple values",              WasmFeatures::MULTI_VALUE),
    ("saturating truncation",        WasmFeatures::SATURATING_FLOAT_TO_INT),
    ("sign extension",               WasmFeatures::SIGN_EXTENSION),
    ("imported and exported mutable globals", WasmFeatures::MUTABLE_GLOBAL),
];

/// The features that a module uses; `None` if it is not valid with all of them.
///
/// They are taken away one by one: one without which the module is still valid is not used, and stays away.
pub(super) fn used(bytes: &[u8]) -> Option<Vec<Feature>> {
    let is_valid = |features| {
        Validator::new_with_features(features)
            .validate_all(bytes)
            .is_ok()
    };
    // Most modules use nothing that Flight does not execute: then a few validations suffice.
    let mut features = [FEATURES, WasmFeatures::all()]
        .into_iter()
        .find(|features| is_valid(*features))?;
    let mut used: Vec<(&str, WasmFeatures)> = Vec::new();
    for (name, feature) in NAMED {
        if !features.contains(*feature) {
            continue;
        }
        let without = features.difference(*feature);
        if is_valid(without) {
            features = without;
        } else {
            used.push((name, *feature));
        }
    }
    for (part, whole) in PARTS {
        if used.iter().any(|(name, _)| *name == whole) {
            used.retain(|(name, _)| *name != part);
        }
    }
    let feature = |(name, feature): &(&'static str, WasmFeatures)| Feature {
        name,
        supported: FEATURES.contains(*feature),
    };
    Some(used.iter().rev().map(feature).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = used(&bytes).expect("the module is valid");
            let found: Vec<&str> = found.iter().map(|feature| feature.name).collect();
            assert_eq!(found, names, "{text}");
        }
    }

    #[test]
    fn every_supported_feature_has_a_name() {
        let named = NAMED
            .iter()
            .fold(WasmFeatures::MVP, |all, (_, feature)| all.union(*feature));
        assert!(named.contains(FEATURES));
    }
}
