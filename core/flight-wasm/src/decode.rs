//! From bytes to a module: one pass that decodes and validates.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use core::ops::Range;

use wasmparser::{
    AbstractHeapType, CompositeInnerType, DataKind, ElementItems as WireItems, ElementKind,
    ExternalKind, FuncValidatorAllocations, KnownCustom, Parser, Payload, TableInit, TypeRef,
    ValidPayload, Validator, WasmFeatures,
};

use crate::module::ModuleInner;
use crate::{
    ConstExpr, DataSegment, ElementItems, ElementSegment, Export, ExternIdx, ExternType, FEATURES,
    FuncIdx, FuncType, FunctionBody, Global, GlobalIdx, GlobalType, HeapType, Import, Limits,
    LoadError, LoadErrorKind, MemIdx, MemoryType, Module, RefType, SectionInfo, SegmentMode, Table,
    TableIdx, TableType, TagIdx, TypeIdx, ValueType,
};

pub(crate) type Result<T, E = LoadError> = core::result::Result<T, E>;

/// What the validator says of flaws that the specification counts among the binary format's.
const MALFORMED_MESSAGES: &[&str] = &[
    "data count section required",
    "data count and data section have inconsistent lengths",
    "function and code section have inconsistent lengths",
    "section out of order",
    "malformed section id",
    "shared globals require",
    "unknown binary version",
    "unexpected content after last section",
    "unexpected end",
    "zero byte expected",
    "code section without function section",
];

/// How many sections are noted of a module: empty ones take three bytes each in the file, and many more as a note.
const NOTED_SECTIONS: usize = 100_000;

pub(crate) fn module(bytes: &[u8]) -> Result<Module, LoadError> {
    match decode(bytes) {
        Ok(inner) => Ok(Module {
            inner: Arc::new(inner),
        }),
        Err(error) => {
            let known = |prefix: &&str| error.message.starts_with(*prefix);
            let malformed = MALFORMED_MESSAGES.iter().any(known) || is_malformed(bytes);
            let kind = match malformed {
                true => LoadErrorKind::Malformed,
                false => LoadErrorKind::Invalid,
            };
            Err(LoadError { kind, ..error })
        }
    }
}

fn decode(bytes: &[u8]) -> Result<ModuleInner> {
    let mut validator = Validator::new_with_features(FEATURES);
    let mut allocations = FuncValidatorAllocations::default();
    let mut module = ModuleInner::default();
    let mut parser = Parser::new(0);
    parser.set_features(FEATURES);
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
            if module.resources.is_none() {
                module.resources = Some(function.resources.clone());
            }
            let mut validator = function.into_validator(allocations);
            validator.validate(&body)?;
            allocations = validator.into_allocations();
        }
        module.read(payload)?;
    }
    // Copied only now: what is no module costs nothing, however long it is.
    module.bytes = bytes.into();
    Ok(module)
}

/// Whether decoding alone, without validation, already fails.
///
/// The format is that of the specification's present version: proposals give a meaning to more bits.
fn is_malformed(bytes: &[u8]) -> bool {
    fn read(bytes: &[u8]) -> Result<()> {
        let mut module = ModuleInner::default();
        let mut parser = Parser::new(0);
        parser.set_features(WasmFeatures::WASM3.union(FEATURES));
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            if let Payload::CodeSectionEntry(body) = &payload {
                for local in body.get_locals_reader()? {
                    local?;
                }
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    operators.read()?;
                }
                operators.finish()?;
            }
            module.read_unvalidated(payload)?;
        }
        Ok(())
    }
    read(bytes).is_err()
}

/// The error for what validation let through but Flight does not execute.
pub(crate) fn unsupported(what: &str, offset: u64) -> LoadError {
    let message = format!("{what} is not supported");
    LoadError {
        kind: LoadErrorKind::Invalid,
        offset,
        message,
    }
}

fn usize_range(range: &Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

impl ModuleInner {
    /// Takes over what a validated payload holds.
    fn read(&mut self, payload: Payload<'_>) -> Result<()> {
        self.note_section(&payload);
        match payload {
            Payload::TypeSection(reader) => {
                for group in reader {
                    for ty in group?.into_types() {
                        let CompositeInnerType::Func(ty) = ty.composite_type.inner else {
                            return Err(unsupported("this kind of type", 0));
                        };
                        self.types.push(func_type(&ty)?);
                    }
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports_with_offsets() {
                    let (offset, import) = import?;
                    self.read_import(import, offset)?;
                }
            }
            Payload::FunctionSection(reader) => {
                for ty in reader {
                    self.functions.push(TypeIdx(ty?));
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    let table = table?;
                    let ty = table_type(&table.ty)?;
                    let init = match table.init {
                        TableInit::RefNull => None,
                        TableInit::Expr(expr) => Some(ConstExpr::decode(&expr)?),
                    };
                    self.tables.push(ty);
                    self.defined_tables.push(Table { ty, init });
                }
            }
            Payload::MemorySection(reader) => {
                for ty in reader {
                    self.memories.push(memory_type(&ty?));
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let global = global?;
                    let ty = global_type(&global.ty)?;
                    let init = ConstExpr::decode(&global.init_expr)?;
                    self.globals.push(ty);
                    self.defined_globals.push(Global { ty, init });
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    let export = export?;
                    let position = self.exports.len() as u32;
                    let name: Box<str> = export.name.into();
                    self.export_positions.insert(name.clone(), position);
                    self.exports.push(Export {
                        name,
                        idx: extern_idx(export.kind, export.index),
                    });
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(FuncIdx(func)),
            Payload::ElementSection(reader) => {
                for element in reader {
                    self.elements.push(element_segment(element?)?);
                }
            }
            Payload::DataSection(reader) => {
                for data in reader {
                    self.data.push(data_segment(data?)?);
                }
            }
            Payload::CodeSectionEntry(body) => {
                self.bodies.push(FunctionBody {
                    range: usize_range(&body.range()),
                });
            }
            Payload::CustomSection(reader) => {
                if let KnownCustom::Name(names) = reader.as_known() {
                    self.names.read(names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads everything that a payload holds, to find out whether it can be read.
    fn read_unvalidated(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::TypeSection(reader) => drain(reader.into_iter()),
            Payload::ImportSection(reader) => drain(reader.into_imports()),
            Payload::FunctionSection(reader) => drain(reader.into_iter()),
            Payload::TableSection(reader) => drain(reader.into_iter()),
            Payload::MemorySection(reader) => drain(reader.into_iter()),
            Payload::TagSection(reader) => drain(reader.into_iter()),
            Payload::GlobalSection(reader) => drain(reader.into_iter()),
            Payload::ExportSection(reader) => drain(reader.into_iter()),
            Payload::ElementSection(reader) => {
                for element in reader {
                    match element?.items {
                        WireItems::Functions(items) => drain(items.into_iter())?,
                        WireItems::Expressions(_, items) => drain(items.into_iter())?,
                    }
                }
                Ok(())
            }
            Payload::DataSection(reader) => drain(reader.into_iter()),
            _ => Ok(()),
        }
    }

    fn read_import(&mut self, import: wasmparser::Import<'_>, offset: u64) -> Result<()> {
        let (idx, ty) = match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                let func = FuncIdx(self.functions.len() as u32);
                self.functions.push(TypeIdx(ty));
                self.imported_functions += 1;
                (
                    ExternIdx::Func(func),
                    ExternType::Func(self.types[ty as usize].clone()),
                )
            }
            TypeRef::Table(ty) => {
                let ty = table_type(&ty)?;
                self.tables.push(ty);
                (
                    ExternIdx::Table(TableIdx(self.tables.len() as u32 - 1)),
                    ExternType::Table(ty),
                )
            }
            TypeRef::Memory(ty) => {
                let ty = memory_type(&ty);
                self.memories.push(ty);
                self.imported_memories += 1;
                (
                    ExternIdx::Memory(MemIdx(self.memories.len() as u32 - 1)),
                    ExternType::Memory(ty),
                )
            }
            TypeRef::Global(ty) => {
                let ty = global_type(&ty)?;
                self.globals.push(ty);
                let idx = GlobalIdx(self.globals.len() as u32 - 1);
                (ExternIdx::Global(idx), ExternType::Global(ty))
            }
            TypeRef::Tag(_) => return Err(unsupported("a tag", offset)),
        };
        self.imports.push(Import {
            module: import.module.into(),
            name: import.name.into(),
            idx,
            ty,
        });
        Ok(())
    }

    fn note_section(&mut self, payload: &Payload<'_>) {
        let Some((id, range)) = payload.as_section() else {
            return;
        };
        if self.sections.len() >= NOTED_SECTIONS {
            return;
        }
        let (name, custom) = match (payload, id) {
            (Payload::CustomSection(reader), _) => (reader.name(), true),
            (_, 1) => ("type", false),
            (_, 2) => ("import", false),
            (_, 3) => ("function", false),
            (_, 4) => ("table", false),
            (_, 5) => ("memory", false),
            (_, 6) => ("global", false),
            (_, 7) => ("export", false),
            (_, 8) => ("start", false),
            (_, 9) => ("element", false),
            (_, 10) => ("code", false),
            (_, 11) => ("data", false),
            (_, 12) => ("data count", false),
            (_, 13) => ("tag", false),
            _ => ("unknown", false),
        };
        let range = match payload {
            Payload::CustomSection(reader) => {
                let end = reader.data_offset() + reader.data().len() as u64;
                usize_range(&(reader.data_offset()..end))
            }
            _ => usize_range(&range),
        };
        self.sections.push(SectionInfo {
            name: name.to_string(),
            custom,
            range,
        });
    }
}

fn drain<T>(items: impl Iterator<Item = wasmparser::Result<T>>) -> Result<()> {
    for item in items {
        item?;
    }
    Ok(())
}

fn extern_idx(kind: ExternalKind, index: u32) -> ExternIdx {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => ExternIdx::Func(FuncIdx(index)),
        ExternalKind::Table => ExternIdx::Table(TableIdx(index)),
        ExternalKind::Memory => ExternIdx::Memory(MemIdx(index)),
        ExternalKind::Global => ExternIdx::Global(GlobalIdx(index)),
        ExternalKind::Tag => ExternIdx::Tag(TagIdx(index)),
    }
}

fn element_segment(element: wasmparser::Element<'_>) -> Result<ElementSegment> {
    let mode = match element.kind {
        ElementKind::Passive => SegmentMode::Passive,
        ElementKind::Declared => SegmentMode::Declared,
        ElementKind::Active {
            table_index,
            offset_expr,
        } => SegmentMode::Active {
            target: TableIdx(table_index.unwrap_or(0)),
            offset: ConstExpr::decode(&offset_expr)?,
        },
    };
    let (ty, items) = match element.items {
        WireItems::Functions(items) => {
            let functions = items.into_iter().map(|func| Ok(FuncIdx(func?)));
            (
                RefType::FUNCREF,
                ElementItems::Functions(functions.collect::<Result<_>>()?),
            )
        }
        WireItems::Expressions(ty, items) => {
            let exprs = items.into_iter().map(|expr| ConstExpr::decode(&expr?));
            let ty = ref_type(ty.is_nullable(), ty.heap_type(), element.range.start)?;
            (ty, ElementItems::Expressions(exprs.collect::<Result<_>>()?))
        }
    };
    Ok(ElementSegment { mode, ty, items })
}

fn data_segment(data: wasmparser::Data<'_>) -> Result<DataSegment> {
    let mode = match data.kind {
        DataKind::Passive => SegmentMode::Passive,
        DataKind::Active {
            memory_index,
            offset_expr,
        } => SegmentMode::Active {
            target: MemIdx(memory_index),
            offset: ConstExpr::decode(&offset_expr)?,
        },
    };
    let end = data.range.end as usize;
    Ok(DataSegment {
        mode,
        range: end - data.data.len()..end,
    })
}

fn func_type(ty: &wasmparser::FuncType) -> Result<FuncType> {
    let convert = |types: &[wasmparser::ValType]| {
        types
            .iter()
            .map(|ty| value_type(*ty))
            .collect::<Result<alloc::vec::Vec<_>>>()
    };
    Ok(FuncType::new(convert(ty.params())?, convert(ty.results())?))
}

/// Converts the decoder's value type. Fails on types of proposals that Flight does not execute.
pub(crate) fn value_type(ty: wasmparser::ValType) -> Result<ValueType> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValueType::I32,
        wasmparser::ValType::I64 => ValueType::I64,
        wasmparser::ValType::F32 => ValueType::F32,
        wasmparser::ValType::F64 => ValueType::F64,
        wasmparser::ValType::V128 => ValueType::V128,
        wasmparser::ValType::Ref(ty) => {
            ValueType::Ref(ref_type(ty.is_nullable(), ty.heap_type(), 0)?)
        }
    })
}

pub(crate) fn ref_type(nullable: bool, heap: wasmparser::HeapType, offset: u64) -> Result<RefType> {
    let heap = match heap {
        wasmparser::HeapType::Abstract { ty, .. } => match ty {
            AbstractHeapType::Func => HeapType::Func,
            AbstractHeapType::Extern => HeapType::Extern,
            AbstractHeapType::Any => HeapType::Any,
            AbstractHeapType::Eq => HeapType::Eq,
            AbstractHeapType::I31 => HeapType::I31,
            AbstractHeapType::Struct => HeapType::Struct,
            AbstractHeapType::Array => HeapType::Array,
            AbstractHeapType::Exn => HeapType::Exn,
            AbstractHeapType::None => HeapType::None,
            AbstractHeapType::NoExtern => HeapType::NoExtern,
            AbstractHeapType::NoFunc => HeapType::NoFunc,
            AbstractHeapType::NoExn => HeapType::NoExn,
            AbstractHeapType::Cont | AbstractHeapType::NoCont => {
                return Err(unsupported("a continuation", offset));
            }
        },
        wasmparser::HeapType::Concrete(idx) | wasmparser::HeapType::Exact(idx) => {
            match idx.as_module_index() {
                Some(idx) => HeapType::Concrete(TypeIdx(idx)),
                None => return Err(unsupported("a type index of this form", offset)),
            }
        }
    };
    Ok(RefType { nullable, heap })
}

fn table_type(ty: &wasmparser::TableType) -> Result<TableType> {
    Ok(TableType {
        limits: Limits {
            minimum: ty.initial,
            maximum: ty.maximum,
        },
        is64: ty.table64,
        element: ref_type(
            ty.element_type.is_nullable(),
            ty.element_type.heap_type(),
            0,
        )?,
    })
}

fn memory_type(ty: &wasmparser::MemoryType) -> MemoryType {
    MemoryType {
        limits: Limits {
            minimum: ty.initial,
            maximum: ty.maximum,
        },
        is64: ty.memory64,
        shared: ty.shared,
        page_size_log2: ty.page_size_log2.unwrap_or(16),
    }
}

fn global_type(ty: &wasmparser::GlobalType) -> Result<GlobalType> {
    Ok(GlobalType {
        content: value_type(ty.content_type)?,
        mutable: ty.mutable,
    })
}
