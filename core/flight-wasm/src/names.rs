//! The name section: what the module's author called things. Spec: binary-namesec

use alloc::boxed::Box;
use hashbrown::HashMap;
use wasmparser::{IndirectNameMap, Name, NameMap, NameSectionReader};

use crate::{FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx, TagIdx, TypeIdx};

/// How many names are kept of a module: more than any compiler writes, and few enough for a small machine.
const MOST: usize = 2_000_000;

/// Names from the custom section `name`, as far as it could be read; a broken section gives fewer names, no error.
#[derive(Debug, Default)]
pub struct Names {
    module: Option<Box<str>>,
    functions: NameTable,
    locals: IndirectNameTable,
    globals: NameTable,
    memories: NameTable,
    tables: NameTable,
    types: NameTable,
    fields: IndirectNameTable,
    tags: NameTable,
}

type NameTable = HashMap<u32, Box<str>>;
type IndirectNameTable = HashMap<(u32, u32), Box<str>>;

impl Names {
    pub(crate) fn read(&mut self, reader: NameSectionReader<'_>) {
        // A name section is never the reason to refuse a module (Spec: binary-customsec): reading ends at the first flaw.
        for name in reader {
            let Ok(name) = name else { return };
            match name {
                Name::Module { name, .. } => self.module = Some(name.into()),
                Name::Function(map) => self.read_map(|names| &mut names.functions, map),
                Name::Global(map) => self.read_map(|names| &mut names.globals, map),
                Name::Memory(map) => self.read_map(|names| &mut names.memories, map),
                Name::Table(map) => self.read_map(|names| &mut names.tables, map),
                Name::Type(map) => self.read_map(|names| &mut names.types, map),
                Name::Tag(map) => self.read_map(|names| &mut names.tags, map),
                Name::Local(maps) => self.read_indirect_map(|names| &mut names.locals, maps),
                Name::Field(maps) => self.read_indirect_map(|names| &mut names.fields, maps),
                _ => {}
            }
        }
    }

    fn read_map(&mut self, table: impl Fn(&mut Self) -> &mut NameTable, map: NameMap<'_>) {
        for naming in map {
            let Ok(naming) = naming else { return };
            if self.is_full() {
                return;
            }
            table(self).insert(naming.index, naming.name.into());
        }
    }

    fn read_indirect_map(
        &mut self,
        table: impl Fn(&mut Self) -> &mut IndirectNameTable,
        maps: IndirectNameMap<'_>,
    ) {
        for of in maps {
            let Ok(of) = of else { return };
            for naming in of.names {
                let Ok(naming) = naming else { return };
                if self.is_full() {
                    return;
                }
                table(self).insert((of.index, naming.index), naming.name.into());
            }
        }
    }

    fn is_full(&self) -> bool {
        let tables = [
            &self.functions,
            &self.globals,
            &self.memories,
            &self.tables,
            &self.types,
            &self.tags,
        ];
        let direct: usize = tables.into_iter().map(HashMap::len).sum();
        self.locals.len() + self.fields.len() + direct >= MOST
    }

    /// The module's name.
    pub fn module(&self) -> Option<&str> {
        self.module.as_deref()
    }

    /// A function's name.
    pub fn function(&self, func: FuncIdx) -> Option<&str> {
        self.functions.get(&func.0).map(AsRef::as_ref)
    }

    /// A local's name.
    pub fn local(&self, func: FuncIdx, local: LocalIdx) -> Option<&str> {
        self.locals.get(&(func.0, local.0)).map(AsRef::as_ref)
    }

    /// A global's name.
    pub fn global(&self, global: GlobalIdx) -> Option<&str> {
        self.globals.get(&global.0).map(AsRef::as_ref)
    }

    /// A memory's name.
    pub fn memory(&self, memory: MemIdx) -> Option<&str> {
        self.memories.get(&memory.0).map(AsRef::as_ref)
    }

    /// A type's name.
    pub fn ty(&self, ty: TypeIdx) -> Option<&str> {
        self.types.get(&ty.0).map(AsRef::as_ref)
    }

    /// The name of a structure's field.
    pub fn field(&self, ty: TypeIdx, field: u32) -> Option<&str> {
        self.fields.get(&(ty.0, field)).map(AsRef::as_ref)
    }

    /// A tag's name.
    pub fn tag(&self, tag: TagIdx) -> Option<&str> {
        self.tags.get(&tag.0).map(AsRef::as_ref)
    }

    /// A table's name.
    pub fn table(&self, table: TableIdx) -> Option<&str> {
        self.tables.get(&table.0).map(AsRef::as_ref)
    }
}
