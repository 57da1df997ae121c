//! The name section: what the module's author called things. Spec: binary-namesec

use alloc::boxed::Box;
use hashbrown::HashMap;
use wasmparser::{Name, NameMap, NameSectionReader};

use crate::{FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx};

/// Names from the custom section `name`, as far as it could be read; a broken section gives fewer names, no error.
#[derive(Debug, Default)]
pub struct Names {
    module: Option<Box<str>>,
    functions: HashMap<u32, Box<str>>,
    locals: HashMap<(u32, u32), Box<str>>,
    globals: HashMap<u32, Box<str>>,
    memories: HashMap<u32, Box<str>>,
    tables: HashMap<u32, Box<str>>,
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
                Name::Local(maps) => {
                    for function in maps {
                        let Ok(function) = function else { return };
                        for local in function.names {
                            let Ok(local) = local else { return };
                            self.locals
                                .insert((function.index, local.index), local.name.into());
                        }
                    }
                }
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
