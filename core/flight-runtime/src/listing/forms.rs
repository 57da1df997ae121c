//! What the words behind an opcode are: by the form that its description begins with (`op.rs`, `family.rs`).

use alloc::vec::Vec;

use super::OperandValue;
use crate::family;
use crate::op::{ATOMIC, SAID, SIMD, code};

/// What a word is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A byte offset in the frame.
    Slot,
    /// A byte offset in the globals.
    Cell,
    /// An offset in words.
    Target,
    Integer,
    /// A number of single precision.
    Single,
    /// The lower half of a number of 64 bits, and what to make of that.
    Low(fn(u64) -> OperandValue),
    Word,
}

/// The names of an instruction's operands: as many as it has words.
pub(super) fn names(opcode: u32, words: usize) -> Vec<&'static str> {
    let form = form(opcode);
    let (once, again) = match form.split_once(" (") {
        Some((once, again)) => (once, again.trim_end_matches(")…")),
        None => (form, ""),
    };
    let again = again.split(' ').filter(|name| !name.is_empty()).cycle();
    let once = once.split(' ').filter(|name| !name.is_empty());
    once.chain(again).take(words).collect()
}

/// What the word is that a form calls so.
pub(super) fn kind(opcode: u32, name: &str) -> Kind {
    match name {
        "dst" | "src" | "a" | "b" | "c" | "condition" | "index" | "length" | "value"
        | "address" | "reference" | "exception" | "base" | "first" | "from" | "to" | "delta"
        | "structure" | "array" | "to_index" | "from_index" | "a_lo" | "a_hi" | "b_lo" | "b_hi"
        | "expected" | "timeout" | "number" => Kind::Slot,
        "cell" => Kind::Cell,
        "target" => Kind::Target,
        "immediate" if base_name(opcode).starts_with('F') => Kind::Single,
        "immediate" => Kind::Integer,
        "lo" => Kind::Low(match base_name(opcode).get(..3) {
            Some("F64") => |bits| OperandValue::Number(f64::from_bits(bits)),
            Some("I64") => |bits| OperandValue::Integer(bits as i64),
            _ => OperandValue::Bits,
        }),
        "bytes" => Kind::Low(OperandValue::Bits),
        "offset" if is_wide(opcode) => Kind::Low(|bits| OperandValue::Integer(bits as i64)),
        _ => Kind::Word,
    }
}

/// The name of the opcode that one comes from.
fn base_name(opcode: u32) -> &'static str {
    family::name(opcode).1
}

/// The form of an instruction's operands.
fn form(opcode: u32) -> &'static str {
    if let Some((said, _)) = family::said(opcode) {
        return quoted(said);
    }
    let Some(&said) = SAID.get(opcode as usize) else {
        return "";
    };
    if SIMD.contains(&opcode) {
        return vector(said);
    }
    if ATOMIC.contains(&opcode) {
        return match said {
            "load" => "dst address memory offset offset_hi",
            "store" => "address value memory offset offset_hi",
            "rmw" => "dst address value memory offset offset_hi",
            "notify" => "dst address number memory offset offset_hi",
            "wait" => "dst address expected timeout memory offset offset_hi",
            _ => "dst address expected value memory offset offset_hi",
        };
    }
    match said {
        "unary" | "unary_trapping" => "dst a",
        "compare" | "binary" | "binary_trapping" => "dst a b",
        "load" => "dst address offset",
        "store" => "address value offset",
        by_hand => quoted(by_hand),
    }
}

fn vector(group: &str) -> &'static str {
    match group {
        "constant" => "dst bytes bytes bytes bytes",
        "shuffle" => "dst a b bytes bytes bytes bytes",
        "binary" | "shift" => "dst a b",
        "ternary" => "dst a b c",
        "extract" => "dst a lane",
        "replace" => "dst a b lane",
        "load" => "dst address memory offset offset_hi",
        "load_lane" => "dst address value memory offset offset_hi lane",
        "store" => "address value memory offset offset_hi",
        "store_lane" => "address value memory offset offset_hi lane",
        _ => "dst a",
    }
}

/// The form at the beginning of a description.
fn quoted(said: &'static str) -> &'static str {
    let form = said.trim_start().strip_prefix('`');
    form.and_then(|form| form.split_once('`'))
        .map_or("", |(form, _)| form)
}

/// Whether an instruction's offset has two words.
fn is_wide(opcode: u32) -> bool {
    SIMD.contains(&opcode)
        || ATOMIC.contains(&opcode)
        || [code::LoadAny, code::StoreAny].contains(&opcode)
}
