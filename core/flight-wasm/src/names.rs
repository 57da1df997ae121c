//! The name section: what the module's author called things. Spec: binary-namesec

use alloc::boxed::Box;
use hashbrown::HashMap;
use wasmparser::{Name, NameMap, NameSectionReader};

use crate::{FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx};

/// How many names are kept of a module: more than any compiler writes, and few enough for a small machine.
const MOST: usize = 2_000_000;

/// Names from the custom section `name`, as far as it could be read; a broken section gives fewer names, no error.
#[derive(Debug, Default)]
pub struct Names {
    module: Option<Box<str>>,
    functions: NameTable,
    locals: HashMap<(u32, u32), Box<str>>,
    globals: NameTable,
    memories: NameTable,
    tables: NameTable,
}

type NameTable = HashMap<u32, Box<str>>;

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
                Name::Local(maps) => {
                    for function in maps {
                        let Ok(function) = function else { return };
                        for local in function.names {
                            let Ok(local) = local else { return };
                            if self.is_full() {
                                return;
                            }
                            self.locals
                                .insert((function.index, local.index), local.name.into());
                        }
                    }
                }
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

    fn is_full(&self) -> bool {
        let tables = [&self.functions, &self.globals, &self.memories, &self.tables];
        let others: usize = tables.into_iter().map(HashMap::len).sum();
        self.locals.len() + others >= MOST
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
