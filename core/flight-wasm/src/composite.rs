//! Types that a module defines: functions, structures, arrays.

use alloc::boxed::Box;
use core::fmt;

use crate::{FuncType, TypeIdx, ValueType};

/// What a field or an element is stored as. Spec: syntax-storagetype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StorageType {
    /// 8 bits of an `i32`.
    I8,
    /// 16 bits of an `i32`.
    I16,
    /// A whole value.
    Value(ValueType),
}

impl StorageType {
    /// The type of the value that is read from it and written to it.
    pub const fn unpacked(self) -> ValueType {
        match self {
            Self::I8 | Self::I16 => ValueType::I32,
            Self::Value(ty) => ty,
        }
    }
}

impl fmt::Display for StorageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I8 => f.write_str("i8"),
            Self::I16 => f.write_str("i16"),
            Self::Value(ty) => write!(f, "{ty}"),
        }
    }
}

/// A field of a structure, or the elements of an array. Spec: syntax-fieldtype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// What it is stored as.
    pub storage: StorageType,
    /// Whether it can be changed.
    pub mutable: bool,
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mutable {
            true => write!(f, "(mut {})", self.storage),
            false => write!(f, "{}", self.storage),
        }
    }
}

/// What a type that a module defines consists of. Spec: syntax-comptype
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CompositeType {
    /// A function type.
    Func(FuncType),
    /// A structure with these fields.
    Struct(Box<[FieldType]>),
    /// An array of such elements.
    Array(FieldType),
}

/// A type that a module defines. Spec: syntax-subtype
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubType {
    /// Whether no other type may be declared a subtype of it.
    pub is_final: bool,
    /// The type that it is declared a subtype of.
    pub supertype: Option<TypeIdx>,
    /// What it consists of.
    pub composite: CompositeType,
}

impl SubType {
    /// A final type without a supertype, as modules write function types.
    pub const fn plain(composite: CompositeType) -> Self {
        Self {
            is_final: true,
            supertype: None,
            composite,
        }
    }

    /// The function type, if it is one.
    pub const fn as_func(&self) -> Option<&FuncType> {
        match &self.composite {
            CompositeType::Func(ty) => Some(ty),
            _ => None,
        }
    }
}

impl fmt::Display for SubType {
    /// `func [i32] -> []`, `sub 3 struct (mut i32)`, `sub final struct`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.supertype, self.is_final) {
            (None, true) => {}
            (None, false) => f.write_str("sub ")?,
            (Some(supertype), true) => write!(f, "sub final {} ", supertype.0)?,
            (Some(supertype), false) => write!(f, "sub {} ", supertype.0)?,
        }
        write!(f, "{}", self.composite)
    }
}

impl fmt::Display for CompositeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Func(ty) => write!(f, "func {ty}"),
            Self::Array(element) => write!(f, "array {element}"),
            Self::Struct(fields) => {
                f.write_str("struct")?;
                fields.iter().try_for_each(|field| write!(f, " {field}"))
            }
        }
    }
}
