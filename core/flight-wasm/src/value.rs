//! Values as they cross between the guest and its embedder.

use core::fmt;

use crate::{Hierarchy, RefType, ValueType};

/// A reference to a function: its address in the store of the interpreter that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FuncRef(pub u32);

/// A reference to something of the embedder's: a number of the embedder's choice, opaque to the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExternRef(pub u32);

/// An object on the heap of the interpreter that made it: a structure, an array or an exception.
///
/// The object is collected once neither the guest reaches it nor the embedder keeps it;
/// the reference then is stale, which using it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    /// The object's place on the heap.
    pub handle: u32,
    /// Which of the objects that have been at this place.
    pub generation: u32,
}

/// A reference of the internal hierarchy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyRef {
    /// An unboxed integer of 31 bits, sign-extended.
    I31(i32),
    /// A structure or an array.
    Object(ObjectRef),
    /// Something of the embedder's, converted by `any.convert_extern`.
    Extern(ExternRef),
}

/// A value. Spec: syntax-val
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A 32-bit integer; signed here, though WebAssembly's integers have no sign of their own.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// A 32-bit number.
    F32(f32),
    /// A 64-bit number.
    F64(f64),
    /// A 128-bit vector; lane 0 in the lowest bits.
    V128(u128),
    /// A function, or null.
    FuncRef(Option<FuncRef>),
    /// Something of the embedder's, or null.
    ExternRef(Option<ExternRef>),
    /// Something of the internal hierarchy, or null.
    AnyRef(Option<AnyRef>),
    /// Something of the internal hierarchy, converted by `extern.convert_any`.
    ConvertedAny(AnyRef),
    /// An exception, or null.
    ExnRef(Option<ObjectRef>),
}

impl Value {
    /// The type. References come back nullable and without their defined type.
    pub const fn ty(&self) -> ValueType {
        match self {
            Self::I32(_) => ValueType::I32,
            Self::I64(_) => ValueType::I64,
            Self::F32(_) => ValueType::F32,
            Self::F64(_) => ValueType::F64,
            Self::V128(_) => ValueType::V128,
            Self::FuncRef(_) => ValueType::FUNCREF,
            Self::ExternRef(_) | Self::ConvertedAny(_) => ValueType::EXTERNREF,
            Self::AnyRef(_) => ValueType::ANYREF,
            Self::ExnRef(_) => ValueType::EXNREF,
        }
    }

    /// The value that locals of this type begin with: zero or null.
    /// `None` for a reference type without null. Spec: default-val
    pub const fn default_of(ty: ValueType) -> Option<Self> {
        Some(match ty {
            ValueType::I32 => Self::I32(0),
            ValueType::I64 => Self::I64(0),
            ValueType::F32 => Self::F32(0.0),
            ValueType::F64 => Self::F64(0.0),
            ValueType::V128 => Self::V128(0),
            ValueType::Ref(RefType {
                nullable: false, ..
            }) => return None,
            ValueType::Ref(ty) => Self::null(ty.heap.hierarchy()),
        })
    }

    /// The null reference of a hierarchy.
    pub const fn null(hierarchy: Hierarchy) -> Self {
        match hierarchy {
            Hierarchy::Func => Self::FuncRef(None),
            Hierarchy::Extern => Self::ExternRef(None),
            Hierarchy::Any => Self::AnyRef(None),
            Hierarchy::Exn => Self::ExnRef(None),
        }
    }

    /// Whether it is a null reference.
    pub const fn is_null(&self) -> bool {
        matches!(
            self,
            Self::FuncRef(None) | Self::ExternRef(None) | Self::AnyRef(None) | Self::ExnRef(None)
        )
    }
}

macro_rules! conversions {
    ($($variant:ident($inner:ty) from $from:ty;)*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value as $inner)
            }
        }
    )*};
}

conversions! {
    I32(i32) from i32;
    I32(i32) from u32;
    I32(i32) from bool;
    I64(i64) from i64;
    I64(i64) from u64;
    F32(f32) from f32;
    F64(f64) from f64;
    V128(u128) from u128;
}

impl From<Option<FuncRef>> for Value {
    fn from(value: Option<FuncRef>) -> Self {
        Self::FuncRef(value)
    }
}

impl From<Option<ExternRef>> for Value {
    fn from(value: Option<ExternRef>) -> Self {
        Self::ExternRef(value)
    }
}

impl fmt::Display for Value {
    /// Numbers in decimal, signed, very large and very small ones with an exponent; a NaN with its bits; `null`, `func 3` or `extern 7` for references.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F32(value) if value.is_nan() => write!(f, "nan:0x{:08x}", value.to_bits()),
            Self::F64(value) if value.is_nan() => write!(f, "nan:0x{:016x}", value.to_bits()),
            Self::F32(value) => number(f, *value, f64::from(*value)),
            Self::F64(value) => number(f, *value, *value),
            Self::V128(value) => write!(f, "0x{value:032x}"),
            null if null.is_null() => f.write_str("null"),
            Self::FuncRef(Some(func)) => write!(f, "func {}", func.0),
            Self::ExternRef(Some(value)) => write!(f, "extern {}", value.0),
            Self::AnyRef(Some(value)) | Self::ConvertedAny(value) => value.fmt(f),
            Self::ExnRef(Some(object)) => write!(f, "exception {}", object.handle),
            // The null references have been written above.
            Self::FuncRef(None)
            | Self::ExternRef(None)
            | Self::AnyRef(None)
            | Self::ExnRef(None) => Ok(()),
        }
    }
}

/// A number in the shortest decimal form that reads back as it; with an exponent if it is very large or small.
fn number(
    f: &mut fmt::Formatter<'_>,
    value: impl fmt::Display + fmt::LowerExp,
    size: f64,
) -> fmt::Result {
    let size = size.abs();
    if size == 0.0 || !size.is_finite() || (1e-7..1e21).contains(&size) {
        write!(f, "{value}")
    } else {
        write!(f, "{value:e}")
    }
}

impl fmt::Display for AnyRef {
    /// `i31 5`, `object 3` or `extern 7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I31(value) => write!(f, "i31 {value}"),
            Self::Object(object) => write!(f, "object {}", object.handle),
            Self::Extern(value) => write!(f, "extern {}", value.0),
        }
    }
}
