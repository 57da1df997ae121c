//! The name section: what the module's author called things. Spec: binary-namesec

use alloc::boxed::Box;
use hashbrown::HashMap;
use wasmparser::{IndirectNameMap, Name, NameMap, NameSectionReader};

use crate::{FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx, TagIdx, TypeIdx};

/// Names from the custom section `name`, as far as it could be read; a broken section gives fewer names, no error.
#[derive(Debug, Default)]
pub struct Names {
    module: Option<Box<str>>,
    functions: HashMap<u32, Box<str>>,
    locals: HashMap<(u32, u32), Box<str>>,
    globals: HashMap<u32, Box<str>>,
    memories: HashMap<u32, Box<str>>,
    tables: HashMap<u32, Box<str>>,
    types: HashMap<u32, Box<str>>,
    fields: HashMap<(u32, u32), Box<str>>,
    tags: HashMap<u32, Box<str>>,
}

impl Names {
    pub(crate) fn read(&mut self, reader: NameSectionReader<'_>) {
        // A name section is never the reason to refuse a module (Spec: binary-customsec): reading ends at the first flaw.
        for name in reader {
            let Ok(name) = name else { return };
            match name {
                Name::Module { name, .. } => self.module = Some(name.into()),
                Name::Function(map) => read_map(&mut self.functions, map),
                Name::Global(map) => read_map(&mut self.globals, map),
                Name::Memory(map) => read_map(&mut self.memories, map),
                Name::Table(map) => read_map(&mut self.tables, map),
                Name::Type(map) => read_map(&mut self.types, map),
                Name::Tag(map) => read_map(&mut self.tags, map),
                Name::Local(maps) => read_indirect_map(&mut self.locals, maps),
                Name::Field(maps) => read_indirect_map(&mut self.fields, maps),
                _ => {}
            }
        }
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

fn read_map(names: &mut HashMap<u32, Box<str>>, map: NameMap<'_>) {
    for naming in map {
        let Ok(naming) = naming else { return };
        names.insert(naming.index, naming.name.into());
    }
}

fn read_indirect_map(names: &mut HashMap<(u32, u32), Box<str>>, maps: IndirectNameMap<'_>) {
    for of in maps {
        let Ok(of) = of else { return };
        for naming in of.names {
            let Ok(naming) = naming else { return };
            names.insert((of.index, naming.index), naming.name.into());
        }
    }
}
