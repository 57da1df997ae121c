//! From bytes to a module: one pass that decodes and validates.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use wasmparser::{
    DataKind, ElementItems as WireItems, ElementKind, ExternalKind, FuncValidatorAllocations,
    KnownCustom, Operator, Parser, Payload, TableInit, TypeRef, ValidPayload, Validator,
};

use crate::convert::{Kinds, memory_type};
use crate::module::ModuleInner;
use crate::validation::validate_body;
use crate::{
    ConstExpr, DataSegment, ElementItems, ElementSegment, Export, ExternIdx, ExternType,
    FeatureName, Features, FuncIdx, FuncType, FunctionBody, Global, GlobalIdx, Import, LoadError,
    LoadErrorKind, MemIdx, Module, RefType, SectionInfo, SegmentMode, Table, TableIdx, TagIdx,
    TypeIdx,
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

pub(crate) fn module(bytes: &[u8], features: Features) -> Result<Module, LoadError> {
    match decode(bytes, features) {
        Ok(inner) => Ok(Module {
            inner: Arc::new(inner),
        }),
        Err(error) => {
            let known = |prefix: &&str| error.message.starts_with(*prefix);
            let malformed = MALFORMED_MESSAGES.iter().any(known) || is_malformed(bytes, features);
            let kind = match malformed {
                true => LoadErrorKind::Malformed,
                false => LoadErrorKind::Invalid,
            };
            let mut message = error.message;
            if let Some(name) = missing_feature(bytes, features) {
                message.push_str(&format!(" (the feature {name} is not allowed)"));
            }
            Err(LoadError {
                kind,
                message,
                ..error
            })
        }
    }
}

/// The short name of a feature without which the module is not valid and which it may not use.
fn missing_feature(bytes: &[u8], features: Features) -> Option<&'static str> {
    let used = Features::used_by(bytes)?;
    let is_allowed = |name: &FeatureName| {
        Features::named(name.short).is_some_and(|feature| features.contains(feature))
    };
    let missing = used.iter().find(|(name, _)| !is_allowed(name));
    missing.map(|(name, _)| name.short)
}

fn decode(bytes: &[u8], features: Features) -> Result<ModuleInner> {
    let mut validator = Validator::new_with_features(features.0);
    let mut allocations = FuncValidatorAllocations::default();
    let mut module = ModuleInner::default();
    let mut parser = Parser::new(0);
    parser.set_features(features.0);
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
            if module.resources.is_none() {
                module.resources = Some(function.resources.clone());
            }
            allocations = validate_body(function, &body, allocations)?;
        }
        module.read(payload)?;
    }
    // Copied only now: what is no module costs nothing, however long it is.
    module.bytes = bytes.into();
    Ok(module)
}

/// Whether decoding alone, without validation, already fails.
fn is_malformed(bytes: &[u8], features: Features) -> bool {
    fn read(bytes: &[u8], features: Features) -> Result<()> {
        let mut module = ModuleInner::default();
        let mut parser = Parser::new(0);
        parser.set_features(features.0);
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            if let Payload::CodeSectionEntry(body) = &payload {
                for local in body.get_locals_reader()? {
                    local?;
                }
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    let offset = operators.original_position();
                    // Since there are several memories, such a number is an invalid alignment only.
                    let operator = operators.read()?;
                    if !features.0.multi_memory() && has_malformed_alignment(&operator) {
                        return Err(unsupported("an alignment of 2^32 or more", offset));
                    }
                }
                operators.finish()?;
            }
            module.read_unvalidated(payload)?;
        }
        Ok(())
    }
    read(bytes, features).is_err()
}

/// Whether an alignment is out of the binary format's range; the decoder leaves that to validation. Spec: binary-memarg
fn has_malformed_alignment(operator: &Operator<'_>) -> bool {
    const BITS: u8 = 32;
    macro_rules! one {
        ($op:ident { memarg: $ty:ty $(, $($rest:tt)*)? }) => {
            if let Operator::$op { memarg, .. } = operator {
                return memarg.align >= BITS;
            }
        };
        ($($other:tt)*) => {};
    }
    macro_rules! all {
        ($(@$proposal:ident $op:ident $({ $($args:tt)* })? => $visit:ident ($($ann:tt)*))*) => {
            $(one! { $op $({ $($args)* })? })*
        };
    }
    wasmparser::for_each_operator!(all);
    false
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
                let groups: Vec<_> = reader.into_iter().collect::<Result<_, _>>()?;
                // A type may refer to later ones of its group, so the kinds of all come first.
                for ty in groups.iter().flat_map(wasmparser::RecGroup::types) {
                    self.kinds.push(&ty.composite_type.inner);
                }
                for group in groups {
                    let first = self.types.len() as u32;
                    for ty in group.into_types() {
                        self.types.push(self.kinds.sub_type(&ty)?);
                    }
                    self.rec_groups.push(first..self.types.len() as u32);
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    self.read_import(import?)?;
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
                    let ty = self.kinds.table_type(&table.ty)?;
                    let init = match table.init {
                        TableInit::RefNull => None,
                        TableInit::Expr(expr) => Some(ConstExpr::decode(&expr, &self.kinds)?),
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
            Payload::TagSection(reader) => {
                for tag in reader {
                    self.tags.push(TypeIdx(tag?.func_type_idx));
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let global = global?;
                    let ty = self.kinds.global_type(&global.ty)?;
                    let init = ConstExpr::decode(&global.init_expr, &self.kinds)?;
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
                    self.elements.push(element_segment(element?, &self.kinds)?);
                }
            }
            Payload::DataSection(reader) => {
                for data in reader {
                    self.data.push(data_segment(data?, &self.kinds)?);
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

    fn read_import(&mut self, import: wasmparser::Import<'_>) -> Result<()> {
        let (idx, ty) = match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                let func = FuncIdx(self.functions.len() as u32);
                self.functions.push(TypeIdx(ty));
                self.imported_functions += 1;
                (
                    ExternIdx::Func(func),
                    ExternType::Func(self.func_type(TypeIdx(ty))),
                )
            }
            TypeRef::Table(ty) => {
                let ty = self.kinds.table_type(&ty)?;
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
                let ty = self.kinds.global_type(&ty)?;
                self.globals.push(ty);
                let idx = GlobalIdx(self.globals.len() as u32 - 1);
                (ExternIdx::Global(idx), ExternType::Global(ty))
            }
            TypeRef::Tag(ty) => {
                let idx = TagIdx(self.tags.len() as u32);
                self.tags.push(TypeIdx(ty.func_type_idx));
                self.imported_tags += 1;
                (
                    ExternIdx::Tag(idx),
                    ExternType::Tag(self.func_type(TypeIdx(ty.func_type_idx))),
                )
            }
        };
        self.imports.push(Import {
            module: import.module.into(),
            name: import.name.into(),
            idx,
            ty,
        });
        Ok(())
    }

    fn func_type(&self, idx: TypeIdx) -> FuncType {
        self.types[idx.index()]
            .as_func()
            .cloned()
            .unwrap_or_default()
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

fn element_segment(element: wasmparser::Element<'_>, kinds: &Kinds) -> Result<ElementSegment> {
    let mode = match element.kind {
        ElementKind::Passive => SegmentMode::Passive,
        ElementKind::Declared => SegmentMode::Declared,
        ElementKind::Active {
            table_index,
            offset_expr,
        } => SegmentMode::Active {
            target: TableIdx(table_index.unwrap_or(0)),
            offset: ConstExpr::decode(&offset_expr, kinds)?,
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
            let exprs = items
                .into_iter()
                .map(|expr| ConstExpr::decode(&expr?, kinds));
            let ty = kinds.ref_type(ty.is_nullable(), ty.heap_type(), element.range.start)?;
            (ty, ElementItems::Expressions(exprs.collect::<Result<_>>()?))
        }
    };
    Ok(ElementSegment { mode, ty, items })
}

fn data_segment(data: wasmparser::Data<'_>, kinds: &Kinds) -> Result<DataSegment> {
    let mode = match data.kind {
        DataKind::Passive => SegmentMode::Passive,
        DataKind::Active {
            memory_index,
            offset_expr,
        } => SegmentMode::Active {
            target: MemIdx(memory_index),
            offset: ConstExpr::decode(&offset_expr, kinds)?,
        },
    };
    let end = data.range.end as usize;
    Ok(DataSegment {
        mode,
        range: end - data.data.len()..end,
    })
}
