//! Which features of WebAssembly a module may use, and which it does use.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use wasmparser::WasmFeatures;

use crate::validation;

/// A set of features of WebAssembly.
///
/// ```
/// use flight_wasm::Features;
///
/// let features: Features = "v2,memory64,-simd".parse()?;
/// assert!(features.contains(Features::named("memory64").unwrap()));
/// assert_eq!(features.contains(Features::V2), false);
/// # Ok::<(), flight_wasm::UnknownFeature>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features(pub(crate) WasmFeatures);

/// A word that names no feature and no set of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFeature(pub String);

/// What a feature is called, by short name and in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureName {
    /// The name to be written, as the proposals are called: `tail-call`.
    pub short: &'static str,
    /// The name to be read: `tail calls`.
    pub words: &'static str,
}

const REFERENCE_TYPES: &str = "reference-types";
const LONG_TABLE_INDEX: &str = "call-indirect-overlong";
const BULK_MEMORY: &str = "bulk-memory";
const COPY_AND_FILL: &str = "bulk-memory-opt";

/// Features of which toolchains often use this part only: named by itself where the whole is not used.
const PARTS: [(&str, &str); 2] = [
    (LONG_TABLE_INDEX, REFERENCE_TYPES),
    (COPY_AND_FILL, BULK_MEMORY),
];

/// The features, newest first: one stands before those that it builds on.
#[rustfmt::skip]
const NAMED: &[(&str, &str, WasmFeatures)] = &[
    ("multibyte-array-access",    "multibyte array access",       WasmFeatures::MULTIBYTE_ARRAY_ACCESS),
    ("acquire-release-atomics",   "acquire-release atomics",      WasmFeatures::ACQUIRE_RELEASE_ATOMICS),
    ("compact-imports",           "compact imports",              WasmFeatures::COMPACT_IMPORTS),
    ("custom-descriptors",        "custom descriptors",           WasmFeatures::CUSTOM_DESCRIPTORS),
    ("stack-switching",           "stack switching",              WasmFeatures::STACK_SWITCHING),
    ("shared-everything-threads", "shared-everything threads",    WasmFeatures::SHARED_EVERYTHING_THREADS),
    ("memory-control",            "memory control",               WasmFeatures::MEMORY_CONTROL),
    ("legacy-exceptions",         "legacy exceptions",            WasmFeatures::LEGACY_EXCEPTIONS),
    ("wide-arithmetic",           "wide arithmetic",              WasmFeatures::WIDE_ARITHMETIC),
    ("custom-page-sizes",         "custom page sizes",            WasmFeatures::CUSTOM_PAGE_SIZES),
    ("threads",                   "threads",                      WasmFeatures::THREADS),
    ("gc",                        "garbage collection",           WasmFeatures::GC),
    ("exceptions",                "exceptions",                   WasmFeatures::EXCEPTIONS),
    ("function-references",       "typed function references",    WasmFeatures::FUNCTION_REFERENCES),
    ("relaxed-simd",              "relaxed vector instructions",  WasmFeatures::RELAXED_SIMD),
    ("memory64",                  "64-bit memories",              WasmFeatures::MEMORY64),
    ("multi-memory",              "multiple memories",            WasmFeatures::MULTI_MEMORY),
    ("tail-call",                 "tail calls",                   WasmFeatures::TAIL_CALL),
    ("extended-const",            "extended constants",           WasmFeatures::EXTENDED_CONST),
    ("simd",                      "vector instructions",          WasmFeatures::SIMD),
    (REFERENCE_TYPES,             "reference types",              WasmFeatures::REFERENCE_TYPES.difference(WasmFeatures::CALL_INDIRECT_OVERLONG)),
    (LONG_TABLE_INDEX,            "call_indirect with a long table index", WasmFeatures::CALL_INDIRECT_OVERLONG),
    (BULK_MEMORY,                 "bulk memory",                  WasmFeatures::BULK_MEMORY.difference(WasmFeatures::BULK_MEMORY_OPT)),
    (COPY_AND_FILL,               "memory.copy and memory.fill",  WasmFeatures::BULK_MEMORY_OPT),
    ("multi-value",               "multiple values",              WasmFeatures::MULTI_VALUE),
    ("saturating-float-to-int",   "saturating truncation",        WasmFeatures::SATURATING_FLOAT_TO_INT),
    ("sign-extension",            "sign extension",               WasmFeatures::SIGN_EXTENSION),
    ("mutable-global",            "imported and exported mutable globals", WasmFeatures::MUTABLE_GLOBAL),
];

/// What the crate's feature `simd` stands for.
const VECTORS: WasmFeatures = WasmFeatures::SIMD.union(WasmFeatures::RELAXED_SIMD);

/// What the crate's feature `gc` stands for.
const OBJECTS: WasmFeatures = WasmFeatures::FUNCTION_REFERENCES
    .union(WasmFeatures::GC)
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::LEGACY_EXCEPTIONS);

/// What the crate's feature `threads` stands for.
const THREADS: WasmFeatures = WasmFeatures::THREADS
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES);

/// What the crate's feature `post-mvp` stands for: the rest.
const POST_MVP: WasmFeatures = WasmFeatures::WASM3
    .difference(VECTORS)
    .difference(OBJECTS)
    .difference(THREADS);

impl Features {
    /// Version 1 of the specification, with imported and exported mutable globals.
    pub const V1: Self = Self(WasmFeatures::WASM1);
    /// Version 2 of the specification.
    pub const V2: Self = Self(WasmFeatures::WASM2);
    /// Version 3 of the specification.
    pub const V3: Self = Self(WasmFeatures::WASM3.difference(WasmFeatures::THREADS));
    /// Everything that Flight executes: version 3, and what tools emit beyond it; less what was left out of this build.
    pub const ALL: Self = Self(
        WasmFeatures::WASM1
            .union(if cfg!(feature = "post-mvp") {
                POST_MVP
            } else {
                WasmFeatures::MVP
            })
            .union(if cfg!(feature = "simd") {
                VECTORS
            } else {
                WasmFeatures::MVP
            })
            .union(if cfg!(feature = "gc") {
                OBJECTS
            } else {
                WasmFeatures::MVP
            })
            .union(if cfg!(feature = "threads") {
                THREADS
            } else {
                WasmFeatures::MVP
            }),
    );

    /// The names of all features that Flight executes, newest first.
    pub fn names() -> impl Iterator<Item = FeatureName> {
        let supported = NAMED
            .iter()
            .filter(|(_, _, feature)| Self::ALL.0.contains(*feature));
        supported.map(|(short, words, _)| FeatureName { short, words })
    }

    /// The feature of a short name, or one of the sets `v1`, `v2`, `v3` and `all`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "v1" => return Some(Self::V1),
            "v2" => return Some(Self::V2),
            "v3" => return Some(Self::V3),
            "all" => return Some(Self::ALL),
            _ => {}
        }
        let find = |name| NAMED.iter().find(|(short, ..)| *short == name);
        let mut feature = find(name)?.2;
        // The whole has its parts.
        for (part, _) in PARTS.iter().filter(|(_, whole)| *whole == name) {
            feature = feature.union(find(*part)?.2);
        }
        Some(Self(feature)).filter(|feature| Self::ALL.contains(*feature))
    }

    /// Whether all features of `other` are in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0.contains(other.0)
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0.union(other.0))
    }

    /// This set without those of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        // What every version has stays, whatever set is taken away.
        Self(self.0.difference(other.0.difference(WasmFeatures::MVP)))
    }

    /// The features that a module uses, oldest first, each with whether Flight executes it;
    /// `None` if the module is not valid with all features there are.
    ///
    /// They are taken away one by one: one without which the module is still valid is not used, and stays away.
    pub fn used_by(bytes: &[u8]) -> Option<Vec<(FeatureName, bool)>> {
        let is_valid = |features| validation::is_valid(bytes, features);
        // Most modules use nothing that Flight does not execute: then a few validations suffice.
        let mut features = [Self::ALL.0, WasmFeatures::all()]
            .into_iter()
            .find(|features| is_valid(*features))?;
        let mut used: Vec<(FeatureName, bool)> = Vec::new();
        for (short, words, feature) in NAMED {
            if !features.contains(*feature) {
                continue;
            }
            let without = features.difference(*feature);
            if is_valid(without) {
                features = without;
            } else {
                used.push((FeatureName { short, words }, Self::ALL.0.contains(*feature)));
            }
        }
        for (part, whole) in PARTS {
            if used.iter().any(|(name, _)| name.short == whole) {
                used.retain(|(name, _)| name.short != part);
            }
        }
        used.reverse();
        Some(used)
    }
}

impl Default for Features {
    /// [`Features::ALL`].
    fn default() -> Self {
        Self::ALL
    }
}

impl core::str::FromStr for Features {
    type Err = UnknownFeature;

    /// Names with commas between them, `-` before one that is taken away.
    /// A list that begins with `-` takes away from all features.
    fn from_str(list: &str) -> Result<Self, UnknownFeature> {
        let mut features = match list.starts_with('-') {
            true => Self::ALL,
            false => Self(WasmFeatures::MVP),
        };
        for word in list
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let unknown = || UnknownFeature(word.into());
            features = match word.strip_prefix('-') {
                Some(name) => features.without(Self::named(name).ok_or_else(unknown)?),
                None => features.with(Self::named(word).ok_or_else(unknown)?),
            };
        }
        Ok(features)
    }
}

impl fmt::Display for UnknownFeature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there is no feature \"{}\"; there are v1, v2, v3, all",
            self.0
        )?;
        Features::names().try_for_each(|name| write!(f, ", {}", name.short))
    }
}

impl core::error::Error for UnknownFeature {}
