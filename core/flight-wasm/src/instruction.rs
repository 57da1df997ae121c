//! Names of instructions, derived from the decoder's one list of operators.
//!
//! One rule leads from the decoder's name to the text format's: `i32_div_s` is `i32.div_s`.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write;

use wasmparser::{BlockType, Catch, Operator};

use crate::convert::abstract_heap_type;

/// The prefixes behind which the text format writes a dot.
const DOTTED: &[&str] = &[
    "i32", "i64", "f32", "f64", "v128", "i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2",
    "local", "global", "table", "memory", "ref", "struct", "array", "elem", "data", "any",
    "extern", "i31", "atomic",
];

/// The instruction's name in the text format, such as `i32.div_s`.
pub fn mnemonic(operator: &Operator<'_>) -> String {
    macro_rules! visit_name {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match operator {
                $(Operator::$op { .. } => stringify!($visit),)*
                _ => "visit_unknown",
            }
        };
    }
    let name = wasmparser::for_each_operator!(visit_name);
    mnemonic_from_visit(name)
}

/// The derivation rule of names: `visit_i32_div_s` to `i32.div_s`.
pub(crate) fn mnemonic_from_visit(visit: &str) -> String {
    let name = visit.strip_prefix("visit_").unwrap_or(visit);
    match name {
        "ref_test_non_null" | "ref_test_nullable" => return "ref.test".to_string(),
        "ref_cast_non_null" | "ref_cast_nullable" => return "ref.cast".to_string(),
        "typed_select" | "typed_select_multi" => return "select".to_string(),
        "atomic_fence" => return "atomic.fence".to_string(),
        _ => {}
    }
    let Some((prefix, rest)) = name.split_once('_') else {
        return name.to_string();
    };
    if !DOTTED.contains(&prefix) {
        return name.to_string();
    }
    match rest.strip_prefix("atomic_") {
        None => format!("{prefix}.{rest}"),
        Some(rest) => match rest.split_once('_') {
            // i32.atomic.rmw8.add_u, but i32.atomic.load8_u and memory.atomic.wait32.
            Some((rmw, operation)) if rmw.starts_with("rmw") => {
                format!("{prefix}.atomic.{rmw}.{operation}")
            }
            _ => format!("{prefix}.atomic.{rest}"),
        },
    }
}

/// The instruction with its immediates, as the text format would write it with numeric indices.
pub fn instruction_text(operator: &Operator<'_>) -> String {
    let mut text = mnemonic(operator);
    // Writing into a string cannot fail.
    let _ = write_immediates(&mut text, operator);
    text
}

fn write_immediates(text: &mut String, operator: &Operator<'_>) -> core::fmt::Result {
    match operator {
        Operator::I32Const { value } => write!(text, " {value}"),
        Operator::I64Const { value } => write!(text, " {value}"),
        Operator::F32Const { value } => {
            write!(text, " {}", crate::Value::F32(f32::from_bits(value.bits())))
        }
        Operator::F64Const { value } => {
            write!(text, " {}", crate::Value::F64(f64::from_bits(value.bits())))
        }
        // As the text format's printers do: four lanes of 32 bits.
        Operator::V128Const { value } => {
            let (words, _) = value.bytes().as_chunks();
            text.push_str(" i32x4");
            words
                .iter()
                .try_for_each(|word| write!(text, " 0x{:08x}", u32::from_le_bytes(*word)))
        }
        Operator::I8x16Shuffle { lanes } => {
            lanes.iter().try_for_each(|lane| write!(text, " {lane}"))
        }
        // The one ordering that there is; the text format leaves it out.
        Operator::AtomicFence { .. } => Ok(()),
        Operator::Block { blockty }
        | Operator::Loop { blockty }
        | Operator::If { blockty }
        | Operator::Try { blockty } => match blockty {
            BlockType::Empty => Ok(()),
            BlockType::Type(ty) => write!(text, " (result {ty})"),
            BlockType::FuncType(index) => write!(text, " (type {index})"),
        },
        Operator::BrTable { targets } => {
            for target in targets.targets().flatten().chain([targets.default()]) {
                write!(text, " {target}")?;
            }
            Ok(())
        }
        Operator::CallIndirect {
            type_index,
            table_index,
        }
        | Operator::ReturnCallIndirect {
            type_index,
            table_index,
        } => {
            if *table_index != 0 {
                write!(text, " {table_index}")?;
            }
            write!(text, " (type {type_index})")
        }
        Operator::RefNull { hty } => {
            text.push(' ');
            write_heap_type(text, *hty)
        }
        Operator::RefTestNonNull { hty } | Operator::RefCastNonNull { hty } => {
            text.push_str(" (ref ");
            write_heap_type(text, *hty)?;
            text.push(')');
            Ok(())
        }
        Operator::RefTestNullable { hty } | Operator::RefCastNullable { hty } => {
            text.push_str(" (ref null ");
            write_heap_type(text, *hty)?;
            text.push(')');
            Ok(())
        }
        Operator::BrOnCast {
            relative_depth,
            from_ref_type,
            to_ref_type,
        }
        | Operator::BrOnCastFail {
            relative_depth,
            from_ref_type,
            to_ref_type,
        } => {
            write!(text, " {relative_depth}")?;
            write_ref_type(text, *from_ref_type)?;
            write_ref_type(text, *to_ref_type)
        }
        Operator::TryTable { try_table } => write_try_table(text, try_table),
        Operator::TypedSelect { ty } => write!(text, " (result {ty})"),
        _ => write_plain_immediates(text, operator),
    }
}

fn write_try_table(text: &mut String, try_table: &wasmparser::TryTable) -> core::fmt::Result {
    match try_table.ty {
        BlockType::Empty => {}
        BlockType::Type(ty) => write!(text, " (result {ty})")?,
        BlockType::FuncType(index) => write!(text, " (type {index})")?,
    }
    for catch in &try_table.catches {
        match catch {
            Catch::One { tag, label } => write!(text, " (catch {tag} {label})")?,
            Catch::OneRef { tag, label } => write!(text, " (catch_ref {tag} {label})")?,
            Catch::All { label } => write!(text, " (catch_all {label})")?,
            Catch::AllRef { label } => write!(text, " (catch_all_ref {label})")?,
        }
    }
    Ok(())
}

fn write_heap_type(text: &mut String, ty: wasmparser::HeapType) -> core::fmt::Result {
    match ty {
        wasmparser::HeapType::Abstract { ty, .. } => match abstract_heap_type(ty) {
            Some(ty) => write!(text, "{ty}"),
            None => Ok(()),
        },
        wasmparser::HeapType::Concrete(idx) | wasmparser::HeapType::Exact(idx) => {
            write!(text, "{}", idx.as_module_index().unwrap_or_default())
        }
    }
}

fn write_ref_type(text: &mut String, ty: wasmparser::RefType) -> core::fmt::Result {
    text.push_str(if ty.is_nullable() {
        " (ref null "
    } else {
        " (ref "
    });
    write_heap_type(text, ty.heap_type())?;
    text.push(')');
    Ok(())
}

/// Immediates that are indices or memory arguments, for every operator alike.
fn write_plain_immediates(text: &mut String, operator: &Operator<'_>) -> core::fmt::Result {
    macro_rules! write_all {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match operator {
                $(Operator::$op $({ $($arg),* })? => { $($($arg.write(text)?;)*)? Ok(()) })*
                _ => Ok(()),
            }
        };
    }
    wasmparser::for_each_operator!(write_all)
}

/// How one immediate is written behind the mnemonic.
trait Immediate {
    fn write(&self, text: &mut String) -> core::fmt::Result;
}

macro_rules! immediates {
    (numbers: $($number:ty)*; debug: $($debug:ty)*) => {
        $(impl Immediate for $number {
            fn write(&self, text: &mut String) -> core::fmt::Result { write!(text, " {self}") }
        })*
        $(impl Immediate for $debug {
            fn write(&self, text: &mut String) -> core::fmt::Result { write!(text, " {self:?}") }
        })*
    };
}

immediates! {
    numbers: u8 u32 i32 i64 wasmparser::ValType;
    debug: wasmparser::Ordering wasmparser::Ieee32 wasmparser::Ieee64 wasmparser::V128 BlockType
        wasmparser::BrTable<'_> wasmparser::TryTable wasmparser::ResumeTable wasmparser::HeapType
        wasmparser::RefType alloc::vec::Vec<wasmparser::ValType> [u8; 16]
}

impl Immediate for wasmparser::MemArg {
    fn write(&self, text: &mut String) -> core::fmt::Result {
        if let wasmparser::MemArgTarget::Memory(memory @ 1..) = self.target {
            write!(text, " {memory}")?;
        }
        if self.offset != 0 {
            write!(text, " offset={}", self.offset)?;
        }
        if self.align != self.max_align {
            write!(text, " align={}", 1u64 << self.align)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::mnemonic_from_visit;

    #[test]
    fn names_follow_the_rule() {
        for (visit, text) in [
            ("visit_i32_div_s", "i32.div_s"),
            ("visit_i32_wrap_i64", "i32.wrap_i64"),
            ("visit_br_if", "br_if"),
            ("visit_return_call_indirect", "return_call_indirect"),
            ("visit_local_get", "local.get"),
            ("visit_typed_select", "select"),
            ("visit_memory_atomic_wait32", "memory.atomic.wait32"),
            ("visit_i64_atomic_rmw16_add_u", "i64.atomic.rmw16.add_u"),
            ("visit_i32_atomic_load8_u", "i32.atomic.load8_u"),
            ("visit_i8x16_extract_lane_s", "i8x16.extract_lane_s"),
            ("visit_any_convert_extern", "any.convert_extern"),
            ("visit_ref_as_non_null", "ref.as_non_null"),
            ("visit_ref_test_nullable", "ref.test"),
            ("visit_array_new_fixed", "array.new_fixed"),
            ("visit_unreachable", "unreachable"),
        ] {
            assert_eq!(mnemonic_from_visit(visit), text);
        }
    }
}
