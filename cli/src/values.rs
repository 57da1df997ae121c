//! Values as they are typed and printed in a terminal.

use ::wast::parser::{self, Parse, ParseBuffer};
use ::wast::token::{F32, F64};
use flight_runtime::{ExternRef, FuncRef, InstanceId, Interpreter, Value, ValueType};
use flight_wasm::HeapType;

/// Reads a function's arguments by the types of its parameters.
///
/// # Errors
/// A sentence that names the argument and what is wrong with it.
pub(crate) fn parse_arguments(
    interpreter: &Interpreter,
    instance: InstanceId,
    types: &[ValueType],
    texts: &[String],
) -> Result<Vec<Value>, String> {
    if types.len() != texts.len() {
        let wanted: Vec<String> = types.iter().map(ToString::to_string).collect();
        let count = |count: usize| match count {
            1 => "1 argument".to_string(),
            count => format!("{count} arguments"),
        };
        return Err(format!(
            "the function takes {} ([{}]), but {} given",
            count(types.len()),
            wanted.join(" "),
            match texts.len() {
                1 => "1 is".to_string(),
                given => format!("{given} are"),
            },
        ));
    }
    let parse = |(position, (ty, text)): (usize, (&ValueType, &String))| {
        parse_value(interpreter, instance, *ty, text).ok_or_else(|| {
            format!(
                "argument {}: \"{}\" is not {}",
                position + 1,
                text.escape_debug(),
                a(*ty)
            )
        })
    };
    types.iter().zip(texts).enumerate().map(parse).collect()
}

/// Reads one value of a type.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn parse_one(
    interpreter: &Interpreter,
    instance: InstanceId,
    ty: ValueType,
    text: &str,
) -> Result<Value, String> {
    parse_value(interpreter, instance, ty, text)
        .ok_or_else(|| format!("\"{}\" is not {}", text.escape_debug(), a(ty)))
}

/// Reads what is to be written to a memory, by the word for its type.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn parse_bytes(ty: &str, text: &str) -> Result<Vec<u8>, String> {
    let hexadecimal = |text: &str| -> Option<Vec<u8>> {
        let digits = text.chars().map(|digit| digit.to_digit(16));
        let digits: Vec<u32> = digits.collect::<Option<_>>()?;
        let pairs = digits.chunks(2);
        pairs
            .map(|pair| match pair {
                [high, low] => Some((high * 16 + low) as u8),
                _ => None,
            })
            .collect()
    };
    let bytes = match ty {
        "i8" => token::<i8>(text).map(|value| value.to_le_bytes().to_vec()),
        "i16" => token::<i16>(text).map(|value| value.to_le_bytes().to_vec()),
        "i32" => token::<i32>(text).map(|value| value.to_le_bytes().to_vec()),
        "i64" => token::<i64>(text).map(|value| value.to_le_bytes().to_vec()),
        "f32" => float32(text).map(|value| value.to_le_bytes().to_vec()),
        "f64" => float64(text).map(|value| value.to_le_bytes().to_vec()),
        "v128" => vector(text).map(|value| value.to_le_bytes().to_vec()),
        "bytes" => hexadecimal(text),
        _ => {
            return Err(format!(
                "TYPE is to be i8, i16, i32, i64, f32, f64, v128 or bytes, not \"{}\"",
                ty.escape_debug()
            ));
        }
    };
    let wanted = match ty {
        "bytes" => "pairs of hexadecimal digits".to_string(),
        ty => format!("a number of type {ty}"),
    };
    bytes.ok_or_else(|| format!("\"{}\" is not {wanted}", text.escape_debug()))
}

/// A type as a noun with its article.
fn a(ty: ValueType) -> String {
    match ty {
        ValueType::I32 | ValueType::I64 | ValueType::F32 | ValueType::F64 => format!("an {ty}"),
        ValueType::V128 => "a v128: 0x and up to 32 hexadecimal digits".to_string(),
        ValueType::Ref(ty) => match ty.heap {
            HeapType::Extern => format!("of type {ty}: null or a number"),
            HeapType::Func => format!("of type {ty}: null or the index of a function"),
            _ => format!("of type {ty}: only null can be written"),
        },
    }
}

fn parse_value(
    interpreter: &Interpreter,
    instance: InstanceId,
    ty: ValueType,
    text: &str,
) -> Option<Value> {
    let null = text == "null";
    Some(match ty {
        ValueType::I32 => Value::I32(token(text)?),
        ValueType::I64 => Value::I64(token(text)?),
        ValueType::F32 => Value::F32(float32(text)?),
        ValueType::F64 => Value::F64(float64(text)?),
        ValueType::V128 => Value::V128(vector(text)?),
        ValueType::Ref(ty) => match ty.heap {
            HeapType::Func if null => Value::FuncRef(None),
            HeapType::Func => {
                let index = text.strip_prefix("func").unwrap_or(text).trim();
                let func: FuncRef = interpreter.function(instance, index.parse().ok()?).ok()?;
                Value::FuncRef(Some(func))
            }
            HeapType::Extern if null => Value::ExternRef(None),
            HeapType::Extern => {
                let number = text.strip_prefix("extern").unwrap_or(text).trim();
                Value::ExternRef(Some(ExternRef(number.parse().ok()?)))
            }
            _ if null => return Value::default_of(ValueType::Ref(ty)),
            _ => return None,
        },
    })
}

fn float32(text: &str) -> Option<f32> {
    match token::<F32>(text) {
        Some(value) => Some(f32::from_bits(value.bits)),
        None => plain_float(text)?
            .parse()
            .ok()
            .filter(|value: &f32| value.is_finite()),
    }
}

fn float64(text: &str) -> Option<f64> {
    match token::<F64>(text) {
        Some(value) => Some(f64::from_bits(value.bits)),
        None => plain_float(text)?
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite()),
    }
}

fn vector(text: &str) -> Option<u128> {
    match text.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(&digits.replace('_', ""), 16).ok(),
        None => text.parse().ok(),
    }
}

/// A number in the notation of the text format.
fn token<T: for<'a> Parse<'a>>(text: &str) -> Option<T> {
    // The text format also knows comments, which no argument has.
    if text.contains(['(', ';']) || text.trim() != text {
        return None;
    }
    let buffer = ParseBuffer::new(text).ok()?;
    parser::parse(&buffer).ok()
}

/// A number that the text format does not allow but that everybody understands, such as `.5`.
fn plain_float(text: &str) -> Option<&str> {
    text.chars()
        .all(|c| c.is_ascii_digit() || ".eE+-".contains(c))
        .then_some(text)
}

/// A value as a result or operand is printed.
pub(crate) fn value_text(interpreter: &Interpreter, instance: InstanceId, value: Value) -> String {
    match value {
        Value::FuncRef(Some(func)) => match interpreter.function_index(instance, func) {
            Some(index) => format!("func {index}"),
            None => "func of another module".to_string(),
        },
        value => value.to_string(),
    }
}

/// Values with commas between them.
pub(crate) fn values_text(
    interpreter: &Interpreter,
    instance: InstanceId,
    values: &[Value],
) -> String {
    let text = |value: &Value| value_text(interpreter, instance, *value);
    values.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// A number of things with their word.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A name out of a module, fit for a terminal: control characters and line ends are escaped.
pub(crate) fn name_text(name: &str) -> String {
    if name.chars().any(|c| c.is_control() || is_direction(c)) {
        name.chars()
            .map(|c| match c.is_control() || is_direction(c) {
                true => c.escape_default().to_string(),
                false => c.to_string(),
            })
            .collect()
    } else {
        name.to_string()
    }
}

/// Characters that turn the direction of writing, and so could make a line read as another one.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number of bytes: `65536`, `64K`, `16MiB`, `1G`.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("a number of bytes is wanted, such as 65536, 64K, 16M or 1G".to_string()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "a number of bytes is wanted".to_string())?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "that is more than can be counted".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flight_runtime::Config;

    fn value(ty: ValueType, text: &str) -> Option<Value> {
        let interpreter = Interpreter::new(Config::default());
        parse_value(&interpreter, InstanceId::FIRST, ty, text)
    }

    #[test]
    fn integers_are_read_signed_and_unsigned() {
        for (text, number) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("+7", Some(7)),
            ("4294967295", Some(-1)),
            ("0xffff_ffff", Some(-1)),
            ("-0x10", Some(-16)),
            ("-2147483648", Some(i32::MIN)),
            ("4294967296", None),
            ("-2147483649", None),
            ("1.0", None),
            ("", None),
            ("5 ", None),
            ("(;x;)5", None),
            ("five", None),
        ] {
            assert_eq!(
                value(ValueType::I32, text),
                number.map(Value::I32),
                "{text}"
            );
        }
        assert_eq!(
            value(ValueType::I64, "18446744073709551615"),
            Some(Value::I64(-1))
        );
    }

    #[test]
    fn floats_are_read_to_the_bit() {
        for (text, bits) in [
            ("1.5", Some(1.5f64.to_bits())),
            ("-3", Some((-3f64).to_bits())),
            (".5", Some(0.5f64.to_bits())),
            ("1e400", None),
            ("0x1.8p3", Some(12f64.to_bits())),
            ("-0", Some((-0f64).to_bits())),
            ("inf", Some(f64::INFINITY.to_bits())),
            ("-inf", Some(f64::NEG_INFINITY.to_bits())),
            ("1.", Some(1f64.to_bits())),
            ("Infinity", None),
            ("nan", Some(0x7ff8_0000_0000_0000)),
            ("-nan", Some(0xfff8_0000_0000_0000)),
            ("nan:0x123", Some(0x7ff0_0000_0000_0123)),
            ("one", None),
        ] {
            let found = value(ValueType::F64, text).map(|value| match value {
                Value::F64(value) => value.to_bits(),
                other => panic!("{other:?} is no f64"),
            });
            assert_eq!(found, bits, "{text}");
        }
    }

    #[test]
    fn references_are_null_or_a_number() {
        assert_eq!(
            value(ValueType::EXTERNREF, "null"),
            Some(Value::ExternRef(None))
        );
        assert_eq!(
            value(ValueType::EXTERNREF, "7"),
            Some(Value::ExternRef(Some(ExternRef(7))))
        );
        assert_eq!(
            value(ValueType::FUNCREF, "null"),
            Some(Value::FuncRef(None))
        );
    }

    #[test]
    fn bytes_are_read_by_the_word_for_their_type() {
        for (ty, text, bytes) in [
            ("i8", "-1", Some(&[255][..])),
            ("i8", "256", None),
            ("i16", "0x1234", Some(&[0x34, 0x12])),
            ("i32", "-2", Some(&[254, 255, 255, 255])),
            ("i64", "1", Some(&[1, 0, 0, 0, 0, 0, 0, 0])),
            ("f32", "1.5", Some(&[0, 0, 0xc0, 0x3f])),
            ("f64", "-.5", Some(&[0, 0, 0, 0, 0, 0, 0xe0, 0xbf])),
            ("f64", "x", None),
            ("bytes", "00ff1A", Some(&[0, 255, 26])),
            ("bytes", "00f", None),
            ("bytes", "0x00", None),
            ("u8", "1", None),
        ] {
            assert_eq!(parse_bytes(ty, text).ok().as_deref(), bytes, "{ty} {text}");
        }
    }

    #[test]
    fn sizes_have_units_of_1024() {
        assert_eq!(parse_size("65536"), Ok(65_536));
        assert_eq!(parse_size("64k"), Ok(65_536));
        assert_eq!(parse_size("3MiB"), Ok(3 << 20));
        assert!(parse_size("lots").is_err());
        assert!(parse_size("").is_err());
        assert!(parse_size("99999999999999G").is_err());
    }
}
