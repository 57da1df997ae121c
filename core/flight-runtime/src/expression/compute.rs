//! What the operators and conversions of expressions mean.

use super::Evaluated;

/// The types of numbers that are loaded and converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

/// A number as one of a kind, by the language's own casts.
macro_rules! cast {
    ($kind:expr, $value:expr) => {
        match $kind {
            Kind::I8 => Evaluated::integer(($value as i8).into()),
            Kind::U8 => Evaluated::integer(($value as u8).into()),
            Kind::I16 => Evaluated::integer(($value as i16).into()),
            Kind::U16 => Evaluated::integer(($value as u16).into()),
            Kind::I32 => Evaluated::integer(($value as i32).into()),
            Kind::U32 => Evaluated::integer(($value as u32).into()),
            Kind::I64 => Evaluated::wide(($value as i64).into()),
            Kind::U64 => Evaluated::wide(($value as u64).into()),
            Kind::F32 => Evaluated::F32($value as f32),
            Kind::F64 => Evaluated::F64($value as f64),
        }
    };
}

impl Kind {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "i8" => Self::I8,
            "u8" => Self::U8,
            "i16" => Self::I16,
            "u16" => Self::U16,
            "i32" => Self::I32,
            "u32" => Self::U32,
            "i64" => Self::I64,
            "u64" => Self::U64,
            "f32" => Self::F32,
            "f64" => Self::F64,
            _ => return None,
        })
    }

    pub(super) const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    pub(super) const fn bytes(self) -> u64 {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    /// The number of this type in as many bytes as it has.
    pub(super) fn read(self, bytes: &[u8]) -> Evaluated {
        let mut whole = [0; 8];
        let length = bytes.len().min(8);
        whole[..length].copy_from_slice(&bytes[..length]);
        let bits = u64::from_le_bytes(whole);
        match self {
            Self::F32 => Evaluated::F32(f32::from_bits(bits as u32)),
            Self::F64 => Evaluated::F64(f64::from_bits(bits)),
            kind => kind.wrap(bits.into()),
        }
    }

    /// The lowest bits of an integer as one of this type; of a float its nearest value.
    fn wrap(self, value: i128) -> Evaluated {
        cast!(self, value)
    }

    /// A float, rounded to zero and saturated, as an integer of this type; or as a float of its size.
    fn saturate(self, value: f64) -> Evaluated {
        cast!(self, value)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Negate,
    Not,
    Complement,
    /// Makes a truth value of anything.
    Truth,
    Convert(Kind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Or,
    Xor,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Binary {
    /// Whether it takes integers only.
    pub(super) const fn is_for_integers(self) -> bool {
        matches!(
            self,
            Self::Or | Self::Xor | Self::And | Self::ShiftLeft | Self::ShiftRight | Self::Remainder
        )
    }

    pub(super) const fn compares(self) -> bool {
        self.tells_equality()
            || matches!(
                self,
                Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual
            )
    }

    pub(super) const fn tells_equality(self) -> bool {
        matches!(self, Self::Equal | Self::Unequal)
    }
}

const TOO_LARGE: &str = "the number does not fit 128 bits";

pub(super) fn unary(op: Unary, value: Evaluated) -> Result<Evaluated, &'static str> {
    let integer = value.as_integer();
    Ok(match (op, integer, value) {
        (Unary::Not, ..) => Evaluated::Bool(!value.is_true()),
        (Unary::Truth, ..) => Evaluated::Bool(value.is_true()),
        (Unary::Convert(kind), Some((value, _)), _) => kind.wrap(value),
        (Unary::Convert(kind), None, value) => kind.saturate(value.as_float()),
        (Unary::Negate, Some((value, wide)), _) => Evaluated::Integer {
            value: value.checked_neg().ok_or(TOO_LARGE)?,
            wide,
        },
        (Unary::Negate, None, Evaluated::F32(value)) => Evaluated::F32(-value),
        (Unary::Negate, None, value) => Evaluated::F64(-value.as_float()),
        (Unary::Complement, integer, _) => {
            let (value, wide) = integer.unwrap_or_default();
            Evaluated::Integer {
                value: !value,
                wide,
            }
        }
    })
}

pub(super) fn binary(
    op: Binary,
    left: Evaluated,
    right: Evaluated,
) -> Result<Evaluated, &'static str> {
    if op.tells_equality() {
        return Ok(Evaluated::Bool(left.equals(right) == (op == Binary::Equal)));
    }
    match (left.as_integer(), right.as_integer()) {
        (Some((left, left_wide)), Some((right, right_wide))) => {
            integers(op, left, right, left_wide || right_wide)
        }
        _ => Ok(floats(op, left.as_float(), right.as_float())),
    }
}

fn integers(op: Binary, left: i128, right: i128, wide: bool) -> Result<Evaluated, &'static str> {
    let value = match op {
        Binary::Or => left | right,
        Binary::Xor => left ^ right,
        Binary::And => left & right,
        Binary::Add => left.checked_add(right).ok_or(TOO_LARGE)?,
        Binary::Subtract => left.checked_sub(right).ok_or(TOO_LARGE)?,
        Binary::Multiply => left.checked_mul(right).ok_or(TOO_LARGE)?,
        Binary::Divide | Binary::Remainder if right == 0 => return Err("division by zero"),
        Binary::Divide => left.checked_div(right).ok_or(TOO_LARGE)?,
        Binary::Remainder => left.wrapping_rem(right),
        Binary::ShiftLeft | Binary::ShiftRight => {
            let Ok(by @ 0..=127) = u32::try_from(right) else {
                return Err("a shift is by 0 to 127 bits");
            };
            match op {
                Binary::ShiftRight => left >> by,
                _ if left << by >> by == left => left << by,
                _ => return Err(TOO_LARGE),
            }
        }
        Binary::Equal
        | Binary::Unequal
        | Binary::Less
        | Binary::LessOrEqual
        | Binary::Greater
        | Binary::GreaterOrEqual => return Ok(Evaluated::Bool(compare(op, &left, &right))),
    };
    Ok(Evaluated::Integer { value, wide })
}

fn floats(op: Binary, left: f64, right: f64) -> Evaluated {
    Evaluated::F64(match op {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        op if op.compares() => return Evaluated::Bool(compare(op, &left, &right)),
        // The others take integers, which the parser has seen to.
        _ => f64::NAN,
    })
}

fn compare<T: PartialOrd>(op: Binary, left: &T, right: &T) -> bool {
    match op {
        Binary::Less => left < right,
        Binary::LessOrEqual => left <= right,
        Binary::Greater => left > right,
        Binary::GreaterOrEqual => left >= right,
        op => (left == right) == (op == Binary::Equal),
    }
}
