//! What expressions evaluate to.

use alloc::format;
use alloc::string::String;
use core::fmt;

use flight_wasm::{FuncRef, Value};

use crate::slot;

/// What an expression evaluates to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evaluated {
    /// Whether something is so.
    Bool(bool),
    /// An integer.
    Integer {
        /// Its value.
        value: i128,
        /// Whether something with 64 bits had a part in it: an `i64`, a load or conversion of that size, or the time.
        wide: bool,
    },
    /// A number of single precision: what an `f32` holds, or what was converted to one.
    F32(f32),
    /// Any other number that is no integer.
    F64(f64),
    /// A reference.
    Reference(Value),
    /// A vector.
    Vector(u128),
}

impl Evaluated {
    pub(super) const NULL: Self = Self::Reference(Value::FuncRef(None));

    pub(super) const fn integer(value: i128) -> Self {
        Self::Integer { value, wide: false }
    }

    pub(super) const fn wide(value: i128) -> Self {
        Self::Integer { value, wide: true }
    }

    pub(super) fn of(value: Value) -> Self {
        match value {
            Value::I32(value) => Self::integer(value.into()),
            Value::I64(value) => Self::wide(value.into()),
            Value::F32(value) => Self::F32(value),
            Value::F64(value) => Self::F64(value),
            Value::V128(value) => Self::Vector(value),
            reference => Self::Reference(reference),
        }
    }

    /// Whether it counts as true: what is not false, not zero and not null. A NaN does.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            Self::Integer { value, .. } => *value != 0,
            Self::F32(value) => *value != 0.0,
            Self::F64(value) => *value != 0.0,
            Self::Reference(value) => !value.is_null(),
            Self::Vector(value) => *value != 0,
        }
    }

    /// It as an integer, if it is one or a truth value, and whether it is wide.
    pub(super) fn as_integer(self) -> Option<(i128, bool)> {
        match self {
            Self::Bool(value) => Some((value.into(), false)),
            Self::Integer { value, wide } => Some((value, wide)),
            _ => None,
        }
    }

    /// It as a float; of what is no number, a NaN.
    pub(super) fn as_float(self) -> f64 {
        match self {
            Self::F32(value) => value.into(),
            Self::F64(value) => value,
            other => other
                .as_integer()
                .map_or(f64::NAN, |(value, _)| value as f64),
        }
    }

    /// Whether two references are the same, or two vectors, or two numbers.
    pub(super) fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Reference(one), Self::Reference(other)) => {
                let is_function = |value| matches!(value, Value::FuncRef(Some(FuncRef(_))));
                slot::slots_of(one) == slot::slots_of(other)
                    && (one.is_null() || is_function(one) == is_function(other))
            }
            (Self::Vector(one), Self::Vector(other)) => one == other,
            _ => match (self.as_integer(), other.as_integer()) {
                (Some((one, _)), Some((other, _))) => one == other,
                _ => self.as_float() == other.as_float(),
            },
        }
    }

    /// An integer in hexadecimal, negative ones in two's complement of 32 or 64 bits; anything else as it is written.
    pub(super) fn hexadecimal(self) -> String {
        match self.as_integer() {
            Some((value, wide)) if value < 0 => {
                match (i32::try_from(value), i64::try_from(value)) {
                    (Ok(value), _) if !wide => format!("0x{:x}", value as u32),
                    (_, Ok(value)) => format!("0x{:x}", value as u64),
                    _ => format!("-0x{:x}", value.unsigned_abs()),
                }
            }
            Some((value, _)) => format!("0x{value:x}"),
            None => format!("{self}"),
        }
    }
}

impl fmt::Display for Evaluated {
    /// As values are written, truth values as `true` and `false`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Integer { value, .. } => value.fmt(f),
            Self::F32(value) => Value::F32(*value).fmt(f),
            Self::F64(value) => Value::F64(*value).fmt(f),
            Self::Reference(value) => value.fmt(f),
            Self::Vector(value) => Value::V128(*value).fmt(f),
        }
    }
}
