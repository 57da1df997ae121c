//! Index types: one for each index space, so that they cannot be confused.

macro_rules! index_types {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a position in a slice.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    )*};
}

// Spec: syntax-index
index_types! {
    /// Index of a type.
    TypeIdx "type";
    /// Index of a function, imported ones first.
    FuncIdx "func";
    /// Index of a table, imported ones first.
    TableIdx "table";
    /// Index of a memory, imported ones first.
    MemIdx "memory";
    /// Index of a global, imported ones first.
    GlobalIdx "global";
    /// Index of a tag, imported ones first.
    TagIdx "tag";
    /// Index of an element segment.
    ElemIdx "elem";
    /// Index of a data segment.
    DataIdx "data";
    /// Index of a local of a function, parameters first.
    LocalIdx "local";
}
