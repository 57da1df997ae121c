//! Values in scripts: arguments, and patterns for results.

use flight_runtime::{AnyRef, ExternRef, Interpreter, Value};
use wast::core::{AbstractHeapType, HeapType, NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::token::{F32, F64};
use wast::{WastArg, WastRet};

/// The value of an argument.
pub(crate) fn argument(argument: &WastArg<'_>) -> Result<Value, String> {
    let WastArg::Core(argument) = argument else {
        return Err("an argument of a component".to_string());
    };
    Ok(match argument {
        WastArgCore::I32(value) => Value::I32(*value),
        WastArgCore::I64(value) => Value::I64(*value),
        WastArgCore::F32(value) => Value::F32(f32::from_bits(value.bits)),
        WastArgCore::F64(value) => Value::F64(f64::from_bits(value.bits)),
        WastArgCore::V128(value) => Value::V128(u128::from_le_bytes(value.to_le_bytes())),
        WastArgCore::RefNull(HeapType::Abstract { ty, .. }) => match ty {
            AbstractHeapType::Func | AbstractHeapType::NoFunc => Value::FuncRef(None),
            AbstractHeapType::Extern | AbstractHeapType::NoExtern => Value::ExternRef(None),
            AbstractHeapType::Exn | AbstractHeapType::NoExn => Value::ExnRef(None),
            _ => Value::AnyRef(None),
        },
        WastArgCore::RefHost(number) => Value::AnyRef(Some(AnyRef::Extern(ExternRef(*number)))),
        WastArgCore::RefExtern(number) => Value::ExternRef(Some(ExternRef(*number))),
        other => return Err(format!("an argument {other:?} is not supported")),
    })
}

/// Whether results are as expected.
pub(crate) fn all_match(
    expected: &[WastRet<'_>],
    values: &[Value],
    interpreter: &Interpreter,
) -> bool {
    let one = |(expected, value): (&WastRet<'_>, &Value)| match expected {
        WastRet::Core(expected) => matches(expected, value, interpreter),
        _ => false,
    };
    expected.len() == values.len() && expected.iter().zip(values).all(one)
}

fn matches(expected: &WastRetCore<'_>, value: &Value, interpreter: &Interpreter) -> bool {
    match (expected, value) {
        (WastRetCore::I32(expected), Value::I32(value)) => expected == value,
        (WastRetCore::I64(expected), Value::I64(value)) => expected == value,
        (WastRetCore::F32(expected), Value::F32(value)) => f32_matches(expected, value.to_bits()),
        (WastRetCore::F64(expected), Value::F64(value)) => f64_matches(expected, value.to_bits()),
        (WastRetCore::V128(expected), Value::V128(value)) => v128_matches(expected, *value),
        (WastRetCore::RefNull(expected), value) if value.is_null() => {
            expected.as_ref().is_none_or(|ty| null_matches(ty, value))
        }
        (WastRetCore::RefExtern(None), Value::ExternRef(Some(_)) | Value::ConvertedAny(_)) => true,
        (WastRetCore::RefHost(expected), Value::AnyRef(Some(AnyRef::Extern(value)))) => {
            *expected == value.0
        }
        (WastRetCore::RefI31 | WastRetCore::RefI31Shared, Value::AnyRef(Some(AnyRef::I31(_)))) => {
            true
        }
        (WastRetCore::RefAny, Value::AnyRef(Some(_))) => true,
        (WastRetCore::RefEq, Value::AnyRef(Some(AnyRef::I31(_) | AnyRef::Object(_)))) => true,
        (WastRetCore::RefStruct, Value::AnyRef(Some(AnyRef::Object(object)))) => {
            interpreter.is_struct(*object)
        }
        (WastRetCore::RefArray, Value::AnyRef(Some(AnyRef::Object(object)))) => {
            interpreter.is_array(*object)
        }
        (WastRetCore::RefExtern(Some(expected)), Value::ExternRef(Some(value))) => {
            *expected == value.0
        }
        // Which function it is, an official script never says in a way that has a meaning outside of its module.
        (WastRetCore::RefFunc(_), Value::FuncRef(Some(_))) => true,
        (WastRetCore::Either(cases), value) => {
            cases.iter().any(|case| matches(case, value, interpreter))
        }
        _ => false,
    }
}

/// Whether a null is one of the hierarchy that this type belongs to.
fn null_matches(ty: &HeapType<'_>, null: &Value) -> bool {
    match ty {
        HeapType::Abstract { ty, .. } => match ty {
            AbstractHeapType::Func | AbstractHeapType::NoFunc => *null == Value::FuncRef(None),
            AbstractHeapType::Extern | AbstractHeapType::NoExtern => {
                *null == Value::ExternRef(None)
            }
            AbstractHeapType::Exn | AbstractHeapType::NoExn => *null == Value::ExnRef(None),
            _ => *null == Value::AnyRef(None),
        },
        HeapType::Concrete(_) | HeapType::Exact(_) => true,
    }
}

fn f32_matches(expected: &NanPattern<F32>, bits: u32) -> bool {
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(value) => value.bits == bits,
    }
}

fn f64_matches(expected: &NanPattern<F64>, bits: u64) -> bool {
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        NanPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        NanPattern::Value(value) => value.bits == bits,
    }
}

fn v128_matches(expected: &V128Pattern, value: u128) -> bool {
    let lane = |width: usize, index: usize| value >> (width * index);
    match expected {
        V128Pattern::I8x16(lanes) => (0..16).all(|index| lanes[index] == lane(8, index) as i8),
        V128Pattern::I16x8(lanes) => (0..8).all(|index| lanes[index] == lane(16, index) as i16),
        V128Pattern::I32x4(lanes) => (0..4).all(|index| lanes[index] == lane(32, index) as i32),
        V128Pattern::I64x2(lanes) => (0..2).all(|index| lanes[index] == lane(64, index) as i64),
        V128Pattern::F32x4(lanes) => {
            (0..4).all(|index| f32_matches(&lanes[index], lane(32, index) as u32))
        }
        V128Pattern::F64x2(lanes) => {
            (0..2).all(|index| f64_matches(&lanes[index], lane(64, index) as u64))
        }
    }
}

/// Values in words: `[1 2.5 null]`.
pub(crate) fn list(values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("[{}]", words.join(" "))
}

/// Expected results in words: `[i32 1 f64 nan:canonical]`.
pub(crate) fn words(expected: &[WastRet<'_>]) -> String {
    let one = |expected: &WastRet<'_>| match expected {
        WastRet::Core(expected) => pattern(expected),
        other => format!("{other:?}"),
    };
    let words: Vec<String> = expected.iter().map(one).collect();
    format!("[{}]", words.join(" "))
}

fn pattern(expected: &WastRetCore<'_>) -> String {
    fn number<T>(expected: &NanPattern<T>, value: impl Fn(&T) -> Value) -> String {
        match expected {
            NanPattern::CanonicalNan => "nan:canonical".to_string(),
            NanPattern::ArithmeticNan => "nan:arithmetic".to_string(),
            NanPattern::Value(bits) => value(bits).to_string(),
        }
    }
    match expected {
        WastRetCore::I32(value) => format!("i32 {value}"),
        WastRetCore::I64(value) => format!("i64 {value}"),
        WastRetCore::F32(expected) => {
            format!(
                "f32 {}",
                number(expected, |value| f32::from_bits(value.bits).into())
            )
        }
        WastRetCore::F64(expected) => {
            format!(
                "f64 {}",
                number(expected, |value| f64::from_bits(value.bits).into())
            )
        }
        WastRetCore::RefNull(_) => "a null reference".to_string(),
        WastRetCore::RefExtern(Some(number)) => format!("extern {number}"),
        WastRetCore::RefExtern(None) => "an external reference".to_string(),
        WastRetCore::RefFunc(_) => "a function reference".to_string(),
        WastRetCore::Either(cases) => {
            let words: Vec<String> = cases.iter().map(pattern).collect();
            words.join(" or ")
        }
        other => format!("{other:?}"),
    }
}
