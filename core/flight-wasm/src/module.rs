//! The validated module.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use hashbrown::HashMap;
use wasmparser::{BinaryReader, FuncToValidate, FuncValidator, ValidatorResources};

use crate::convert::Kinds;
use crate::{
    ConstExpr, ExternType, Features, FuncIdx, FuncType, GlobalIdx, GlobalType, LoadError, MemIdx,
    MemoryType, Names, RefType, SubType, TableIdx, TableType, TagIdx, TypeIdx, ValueType,
};

/// Something of one of a module's index spaces, as exports name it. Spec: syntax-externidx
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternIdx {
    /// A function.
    Func(FuncIdx),
    /// A table.
    Table(TableIdx),
    /// A memory.
    Memory(MemIdx),
    /// A global.
    Global(GlobalIdx),
    /// A tag.
    Tag(TagIdx),
}

/// Something that the module wants from outside. Spec: syntax-import
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The first of its two names.
    pub module: Box<str>,
    /// The second of its two names.
    pub name: Box<str>,
    /// Where it stands in the module's index spaces.
    pub idx: ExternIdx,
    /// The type that is wanted.
    pub ty: ExternType,
}

/// Something that the module hands out. Spec: syntax-export
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name, unique among the module's exports.
    pub name: Box<str>,
    /// What it is.
    pub idx: ExternIdx,
}

/// A table that the module defines. Spec: syntax-table
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// What its entries begin as; null if absent.
    pub init: Option<ConstExpr>,
}

/// A global that the module defines. Spec: syntax-global
#[derive(Clone, Debug, PartialEq)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// What it begins as.
    pub init: ConstExpr,
}

/// When a segment is used. Spec: syntax-elemmode, syntax-datamode
#[derive(Clone, Debug, PartialEq)]
pub enum SegmentMode<Idx> {
    /// By instructions only.
    Passive,
    /// Copied at instantiation to this place.
    Active {
        /// The table or memory.
        target: Idx,
        /// Where in it.
        offset: ConstExpr,
    },
    /// Only declares that its functions are referred to.
    Declared,
}

/// References to copy into tables. Spec: syntax-elem
#[derive(Clone, Debug, PartialEq)]
pub struct ElementSegment {
    /// When it is used.
    pub mode: SegmentMode<TableIdx>,
    /// The type of its references.
    pub ty: RefType,
    /// The references.
    pub items: ElementItems,
}

/// The two forms in which a segment lists its references.
#[derive(Clone, Debug, PartialEq)]
pub enum ElementItems {
    /// Functions.
    Functions(Box<[FuncIdx]>),
    /// Expressions.
    Expressions(Box<[ConstExpr]>),
}

/// Bytes to copy into memories. Spec: syntax-data
#[derive(Clone, Debug, PartialEq)]
pub struct DataSegment {
    /// When it is used.
    pub mode: SegmentMode<MemIdx>,
    /// Where its bytes stand in the module.
    pub range: Range<usize>,
}

/// Where a defined function's body stands in the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionBody {
    /// The body's byte range: declarations of locals, instructions, the final `end`.
    pub range: Range<usize>,
}

/// A section as it stands in the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionInfo {
    /// Its name: the kind's, or a custom section's own.
    pub name: String,
    /// Whether it is a custom section.
    pub custom: bool,
    /// The byte range of its contents.
    pub range: Range<usize>,
}

/// A decoded and validated module: shared, immutable, cheap to clone.
#[derive(Clone)]
pub struct Module {
    pub(crate) inner: Arc<ModuleInner>,
}

/// What a module holds; filled by `decode`.
#[derive(Default)]
pub(crate) struct ModuleInner {
    pub(crate) features: Features,
    pub(crate) bytes: Box<[u8]>,
    pub(crate) kinds: Kinds,
    pub(crate) types: Vec<SubType>,
    pub(crate) rec_groups: Vec<Range<u32>>,
    pub(crate) imports: Vec<Import>,
    pub(crate) functions: Vec<TypeIdx>,
    pub(crate) imported_functions: u32,
    pub(crate) bodies: Vec<FunctionBody>,
    pub(crate) tables: Vec<TableType>,
    pub(crate) defined_tables: Vec<Table>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) imported_memories: u32,
    pub(crate) globals: Vec<GlobalType>,
    pub(crate) defined_globals: Vec<Global>,
    pub(crate) tags: Vec<TypeIdx>,
    pub(crate) imported_tags: u32,
    pub(crate) exports: Vec<Export>,
    pub(crate) export_positions: HashMap<Box<str>, u32>,
    pub(crate) start: Option<FuncIdx>,
    pub(crate) elements: Vec<ElementSegment>,
    pub(crate) data: Vec<DataSegment>,
    pub(crate) names: Names,
    pub(crate) sections: Vec<SectionInfo>,
    pub(crate) resources: Option<ValidatorResources>,
}

impl Module {
    /// Decodes and validates a module in the binary format.
    ///
    /// # Errors
    /// [`LoadError`] with the byte offset if the bytes are malformed, or if the module is invalid or uses
    /// a feature that Flight does not execute.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        Self::from_bytes_with(bytes, Features::ALL)
    }

    /// The same with some features only: a module that uses another one is refused with a message that names it.
    ///
    /// # Errors
    /// As [`Module::from_bytes`].
    pub fn from_bytes_with(bytes: &[u8], features: Features) -> Result<Self, LoadError> {
        crate::decode::module(bytes, features)
    }

    /// The features that the module was validated with.
    pub fn features(&self) -> Features {
        self.inner.features
    }

    /// The module's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    /// The types that the module defines.
    pub fn types(&self) -> &[SubType] {
        &self.inner.types
    }

    /// The recursive groups of the module's types, as ranges of type indices, in order. Spec: syntax-rectype
    pub fn rec_groups(&self) -> &[Range<u32>] {
        &self.inner.rec_groups
    }

    /// A function type that the module defines.
    ///
    /// # Panics
    /// If there is no such type or it is no function type.
    pub fn func_type_at(&self, idx: TypeIdx) -> &FuncType {
        match self.inner.types[idx.index()].as_func() {
            Some(ty) => ty,
            None => panic!("{idx} is no function type"),
        }
    }

    /// Converts a type of the decoder's, as its operators carry them, to ours.
    /// `None` for types that no validated module of ours has.
    pub fn ref_type(&self, nullable: bool, heap: wasmparser::HeapType) -> Option<RefType> {
        self.inner.kinds.ref_type(nullable, heap, 0).ok()
    }

    /// Converts a type of the decoder's, as its operators carry them, to ours.
    /// `None` for types that no validated module of ours has.
    pub fn value_type(&self, ty: wasmparser::ValType) -> Option<ValueType> {
        self.inner.kinds.value_type(ty).ok()
    }

    /// The types of all tags, imported ones first.
    pub fn tags(&self) -> &[TypeIdx] {
        &self.inner.tags
    }

    /// The types of the tags that the module defines.
    pub fn defined_tags(&self) -> &[TypeIdx] {
        &self.inner.tags[self.inner.imported_tags as usize..]
    }

    /// What the module wants from outside, in order.
    pub fn imports(&self) -> &[Import] {
        &self.inner.imports
    }

    /// What the module hands out, in order.
    pub fn exports(&self) -> &[Export] {
        &self.inner.exports
    }

    /// The export of this name, found by hash table.
    pub fn export(&self, name: &str) -> Option<&Export> {
        let position = *self.inner.export_positions.get(name)?;
        self.inner.exports.get(position as usize)
    }

    /// The type of something in the module.
    ///
    /// # Panics
    /// If the index is not one of this module's.
    pub fn extern_type(&self, idx: ExternIdx) -> ExternType {
        match idx {
            ExternIdx::Func(func) => ExternType::Func(self.func_type(func).clone()),
            ExternIdx::Table(table) => ExternType::Table(self.inner.tables[table.index()]),
            ExternIdx::Memory(memory) => ExternType::Memory(self.inner.memories[memory.index()]),
            ExternIdx::Global(global) => ExternType::Global(self.inner.globals[global.index()]),
            ExternIdx::Tag(tag) => {
                ExternType::Tag(self.func_type_at(self.inner.tags[tag.index()]).clone())
            }
        }
    }

    /// How many functions there are, imported ones included.
    pub fn function_count(&self) -> u32 {
        self.inner.functions.len() as u32
    }

    /// How many of the functions are imported; they come first.
    pub fn imported_function_count(&self) -> u32 {
        self.inner.imported_functions
    }

    /// A function's type index. Panics if there is no such function.
    pub fn func_type_idx(&self, func: FuncIdx) -> TypeIdx {
        self.inner.functions[func.index()]
    }

    /// A function's type. Panics if there is no such function.
    pub fn func_type(&self, func: FuncIdx) -> &FuncType {
        self.func_type_at(self.func_type_idx(func))
    }

    /// Where a function's body stands; `None` for an imported one.
    pub fn function_body(&self, func: FuncIdx) -> Option<&FunctionBody> {
        self.inner
            .bodies
            .get(func.0.checked_sub(self.inner.imported_functions)? as usize)
    }

    /// A decoder for a function's body; `None` for an imported one.
    pub fn function_reader(&self, func: FuncIdx) -> Option<wasmparser::FunctionBody<'_>> {
        let range = self.function_body(func)?.range.clone();
        let offset = range.start as u64;
        let reader =
            BinaryReader::new_features(&self.inner.bytes[range], offset, self.features().0);
        Some(wasmparser::FunctionBody::new(reader))
    }

    /// A validator that stands before a function's first byte: what tells the types of operands at each instruction.
    /// `None` for an imported function.
    pub fn function_validator(&self, func: FuncIdx) -> Option<FuncValidator<ValidatorResources>> {
        self.function_body(func)?;
        let resources = self.inner.resources.clone()?;
        let to_validate = FuncToValidate {
            resources,
            index: func.0,
            ty: self.func_type_idx(func).0,
            features: self.features().0,
        };
        Some(to_validate.into_validator(Default::default()))
    }

    /// The types of all tables, imported ones first.
    pub fn tables(&self) -> &[TableType] {
        &self.inner.tables
    }

    /// The tables that the module defines.
    pub fn defined_tables(&self) -> &[Table] {
        &self.inner.defined_tables
    }

    /// The types of all memories, imported ones first.
    pub fn memories(&self) -> &[MemoryType] {
        &self.inner.memories
    }

    /// The memories that the module defines.
    pub fn defined_memories(&self) -> &[MemoryType] {
        &self.inner.memories[self.inner.imported_memories as usize..]
    }

    /// The types of all globals, imported ones first.
    pub fn globals(&self) -> &[GlobalType] {
        &self.inner.globals
    }

    /// The globals that the module defines.
    pub fn defined_globals(&self) -> &[Global] {
        &self.inner.defined_globals
    }

    /// The start function.
    pub fn start(&self) -> Option<FuncIdx> {
        self.inner.start
    }

    /// The element segments.
    pub fn elements(&self) -> &[ElementSegment] {
        &self.inner.elements
    }

    /// The data segments.
    pub fn data(&self) -> &[DataSegment] {
        &self.inner.data
    }

    /// The name section.
    pub fn names(&self) -> &Names {
        &self.inner.names
    }

    /// A function's name: from the name section, else that of its export or import.
    pub fn function_name(&self, func: FuncIdx) -> Option<&str> {
        let named = |idx: &ExternIdx| *idx == ExternIdx::Func(func);
        self.inner.names.function(func).or_else(|| {
            let exported = self.inner.exports.iter().find(|export| named(&export.idx));
            let imported = || self.inner.imports.iter().find(|import| named(&import.idx));
            exported
                .map(|export| &*export.name)
                .or_else(|| imported().map(|import| &*import.name))
        })
    }

    /// The sections, in the order of the bytes.
    pub fn sections(&self) -> &[SectionInfo] {
        &self.inner.sections
    }

    /// The contents of the custom sections of this name.
    pub fn custom_sections<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let wanted = move |section: &&SectionInfo| section.custom && section.name == name;
        self.sections()
            .iter()
            .filter(wanted)
            .map(|section| &self.bytes()[section.range.clone()])
    }

    /// Whether both are the same module, not only equal ones.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("name", &self.names().module())
            .field("bytes", &self.bytes().len())
            .field("functions", &self.function_count())
            .finish_non_exhaustive()
    }
}
