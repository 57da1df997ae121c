//! Types of values, functions and everything that can be imported or exported.

use alloc::boxed::Box;
use core::fmt::{self, Display};

use crate::TypeIdx;

/// The type of a value. Spec: syntax-valtype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit IEEE 754 number.
    F32,
    /// 64-bit IEEE 754 number.
    F64,
    /// 128-bit vector.
    V128,
    /// Reference.
    Ref(RefType),
}

/// The type of a reference. Spec: syntax-reftype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefType {
    /// Whether null is among its values.
    pub nullable: bool,
    /// What it refers to.
    pub heap: HeapType,
}

/// What a reference refers to. Spec: syntax-heaptype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeapType {
    /// Any function.
    Func,
    /// Anything of the host's.
    Extern,
    /// Any value of the internal hierarchy.
    Any,
    /// Anything that can be compared by `ref.eq`.
    Eq,
    /// An unboxed 31-bit integer.
    I31,
    /// Any structure.
    Struct,
    /// Any array.
    Array,
    /// Any exception.
    Exn,
    /// Nothing: the bottom of the internal hierarchy.
    None,
    /// Nothing: the bottom of the external hierarchy.
    NoExtern,
    /// Nothing: the bottom of the function hierarchy.
    NoFunc,
    /// Nothing: the bottom of the exception hierarchy.
    NoExn,
    /// A function type that the module defines.
    ConcreteFunc(TypeIdx),
    /// A structure type that the module defines.
    ConcreteStruct(TypeIdx),
    /// An array type that the module defines.
    ConcreteArray(TypeIdx),
}

/// The four worlds of references: a reference never leaves its own, save by `any.convert_extern` and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hierarchy {
    /// Functions.
    Func,
    /// The embedder's things.
    Extern,
    /// Structures, arrays, unboxed integers.
    Any,
    /// Exceptions.
    Exn,
}

impl HeapType {
    /// The hierarchy that the type belongs to.
    pub const fn hierarchy(self) -> Hierarchy {
        match self {
            Self::Func | Self::NoFunc | Self::ConcreteFunc(_) => Hierarchy::Func,
            Self::Extern | Self::NoExtern => Hierarchy::Extern,
            Self::Exn | Self::NoExn => Hierarchy::Exn,
            _ => Hierarchy::Any,
        }
    }

    /// The index of a type that the module defines.
    pub const fn concrete(self) -> Option<TypeIdx> {
        match self {
            Self::ConcreteFunc(idx) | Self::ConcreteStruct(idx) | Self::ConcreteArray(idx) => {
                Some(idx)
            }
            _ => None,
        }
    }

    /// The same type with another index, if it is one that a module defines.
    #[must_use]
    pub fn with_index(self, renumber: impl FnOnce(TypeIdx) -> TypeIdx) -> Self {
        match self {
            Self::ConcreteFunc(idx) => Self::ConcreteFunc(renumber(idx)),
            Self::ConcreteStruct(idx) => Self::ConcreteStruct(renumber(idx)),
            Self::ConcreteArray(idx) => Self::ConcreteArray(renumber(idx)),
            other => other,
        }
    }
}

impl RefType {
    /// `funcref`
    pub const FUNCREF: Self = Self {
        nullable: true,
        heap: HeapType::Func,
    };
    /// `externref`
    pub const EXTERNREF: Self = Self {
        nullable: true,
        heap: HeapType::Extern,
    };
}

impl ValueType {
    /// `funcref`
    pub const FUNCREF: Self = Self::Ref(RefType::FUNCREF);
    /// `externref`
    pub const EXTERNREF: Self = Self::Ref(RefType::EXTERNREF);
    /// `anyref`
    pub const ANYREF: Self = Self::Ref(RefType {
        nullable: true,
        heap: HeapType::Any,
    });
    /// `exnref`
    pub const EXNREF: Self = Self::Ref(RefType {
        nullable: true,
        heap: HeapType::Exn,
    });

    /// How many 8-byte slots of a frame a value of this type takes.
    #[inline]
    pub const fn slots(self) -> u32 {
        match self {
            Self::V128 => 2,
            _ => 1,
        }
    }

    /// The index type of a memory or table: `i64` if it is a 64-bit one, otherwise `i32`.
    pub const fn index(is64: bool) -> Self {
        if is64 { Self::I64 } else { Self::I32 }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::V128 => f.write_str("v128"),
            Self::Ref(ty) => ty.fmt(f),
        }
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nullable, self.heap.shorthand()) {
            (true, Some(name)) => f.write_str(name),
            (true, None) => write!(f, "(ref null {})", self.heap),
            (false, _) => write!(f, "(ref {})", self.heap),
        }
    }
}

impl HeapType {
    /// The abbreviation for a nullable reference to it, in the text format.
    const fn shorthand(self) -> Option<&'static str> {
        Some(match self {
            Self::Func => "funcref",
            Self::Extern => "externref",
            Self::Any => "anyref",
            Self::Eq => "eqref",
            Self::I31 => "i31ref",
            Self::Struct => "structref",
            Self::Array => "arrayref",
            Self::Exn => "exnref",
            Self::None => "nullref",
            Self::NoExtern => "nullexternref",
            Self::NoFunc => "nullfuncref",
            Self::NoExn => "nullexnref",
            Self::ConcreteFunc(_) | Self::ConcreteStruct(_) | Self::ConcreteArray(_) => {
                return None;
            }
        })
    }
}

impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::Extern => "extern",
            Self::Any => "any",
            Self::Eq => "eq",
            Self::I31 => "i31",
            Self::Struct => "struct",
            Self::Array => "array",
            Self::Exn => "exn",
            Self::None => "none",
            Self::NoExtern => "noextern",
            Self::NoFunc => "nofunc",
            Self::NoExn => "noexn",
            Self::ConcreteFunc(idx) | Self::ConcreteStruct(idx) | Self::ConcreteArray(idx) => {
                return write!(f, "{}", idx.0);
            }
        })
    }
}

/// The type of a function: what it takes and what it gives. Spec: syntax-functype
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct FuncType {
    params: Box<[ValueType]>,
    results: Box<[ValueType]>,
}

impl FuncType {
    /// A function type with these parameters and results.
    pub fn new(
        params: impl IntoIterator<Item = ValueType>,
        results: impl IntoIterator<Item = ValueType>,
    ) -> Self {
        Self {
            params: params.into_iter().collect(),
            results: results.into_iter().collect(),
        }
    }

    /// The parameters' types.
    pub fn params(&self) -> &[ValueType] {
        &self.params
    }

    /// The results' types.
    pub fn results(&self) -> &[ValueType] {
        &self.results
    }
}

impl fmt::Display for FuncType {
    /// `[i32 i64] -> [f32]`, as the specification writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.params)?;
        f.write_str(" -> ")?;
        list(f, &self.results)
    }
}

fn list(f: &mut fmt::Formatter<'_>, types: &[ValueType]) -> fmt::Result {
    f.write_str("[")?;
    for (position, ty) in types.iter().enumerate() {
        if position > 0 {
            f.write_str(" ")?;
        }
        ty.fmt(f)?;
    }
    f.write_str("]")
}

/// Bounds on a size: pages of a memory, entries of a table. Spec: syntax-limits
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// The size it has at least.
    pub minimum: u64,
    /// The size it can grow to, if bounded.
    pub maximum: Option<u64>,
}

impl Limits {
    /// Whether something of these limits may stand where `wanted` is asked for.
    /// Spec: match-limits
    pub fn matches(&self, wanted: &Self) -> bool {
        self.minimum >= wanted.minimum
            && match (self.maximum, wanted.maximum) {
                (_, None) => true,
                (Some(own), Some(other)) => own <= other,
                (None, Some(_)) => false,
            }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.minimum)?;
        match self.maximum {
            Some(maximum) => write!(f, " {maximum}"),
            None => Ok(()),
        }
    }
}

/// The type of a memory. Spec: syntax-memtype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// Its size in pages.
    pub limits: Limits,
    /// Whether addresses are 64 bits wide.
    pub is64: bool,
    /// Whether threads may share it.
    pub shared: bool,
    /// The binary logarithm of its page size: 16 unless a custom page size is used.
    pub page_size_log2: u32,
}

impl fmt::Display for MemoryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "memory {}{}",
            if self.is64 { "i64 " } else { "" },
            self.limits
        )?;
        if self.shared {
            f.write_str(" shared")?;
        }
        if self.page_size_log2 != 16 {
            write!(f, " (pagesize {})", 1u64 << self.page_size_log2)?;
        }
        Ok(())
    }
}

/// The type of a table. Spec: syntax-tabletype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableType {
    /// Its number of entries.
    pub limits: Limits,
    /// Whether indices are 64 bits wide.
    pub is64: bool,
    /// The type of its entries.
    pub element: RefType,
}

impl fmt::Display for TableType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is64 = if self.is64 { "i64 " } else { "" };
        write!(f, "table {is64}{} {}", self.limits, self.element)
    }
}

/// The type of a global. Spec: syntax-globaltype
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalType {
    /// The type of its value.
    pub content: ValueType,
    /// Whether it can be changed.
    pub mutable: bool,
}

impl fmt::Display for GlobalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mutable {
            true => write!(f, "global (mut {})", self.content),
            false => write!(f, "global {}", self.content),
        }
    }
}

/// The type of something imported or exported. Spec: syntax-externtype
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternType {
    /// A function.
    Func(FuncType),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag of exceptions, with the type of their arguments.
    Tag(FuncType),
}

impl ExternType {
    /// The kind's word: `func`, `table`, `memory`, `global` or `tag`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Func(_) => "func",
            Self::Table(_) => "table",
            Self::Memory(_) => "memory",
            Self::Global(_) => "global",
            Self::Tag(_) => "tag",
        }
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Func(ty) => write!(f, "func {ty}"),
            Self::Table(ty) => ty.fmt(f),
            Self::Memory(ty) => ty.fmt(f),
            Self::Global(ty) => ty.fmt(f),
            Self::Tag(ty) => write!(f, "tag {ty}"),
        }
    }
}
