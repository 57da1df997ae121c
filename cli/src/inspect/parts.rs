//! The parts of a module as lists.

use std::fmt::Display;
use std::io::{self, Write};

use flight_runtime::Module;
use flight_wasm::{
    ConstExpr, DataIdx, ElemIdx, ElementItems, ExternIdx, FuncIdx, GlobalIdx, LocalIdx, MemIdx,
    SegmentMode, TableIdx, TypeIdx,
};

use crate::values::name_text;

/// Everything that the module declares, section by section; lists without entries are left out.
pub(super) fn write(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    if let Some(name) = module.names().module() {
        writeln!(out, "\nname: {}", name_text(name))?;
    }
    write_types(module, out)?;
    write_imports(module, out)?;
    write_exports(module, out)?;
    write_functions(module, out)?;
    write_tables_memories_globals(module, out)?;
    if let Some(start) = module.start() {
        writeln!(out, "\nstart: {}", function(module, start))?;
    }
    write_segments(module, out)?;
    write_local_names(module, out)
}

/// A list: its heading, then one line for each entry.
fn list<T>(
    out: &mut dyn Write,
    heading: &str,
    entries: impl IntoIterator<Item = T>,
    mut line: impl FnMut(T) -> String,
) -> io::Result<()> {
    for (position, entry) in entries.into_iter().enumerate() {
        if position == 0 {
            writeln!(out, "\n{heading}")?;
        }
        writeln!(out, "  {}", line(entry).trim_end())?;
    }
    Ok(())
}

fn write_types(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    list(out, "types", (0..).zip(module.types()), |(index, ty)| {
        let idx = TypeIdx(index);
        let name = module.names().ty(idx).map(name_text);
        let name = name.map_or(String::new(), |name| format!("{name}: "));
        format!("{:<8}  {name}{ty}", idx.to_string())
    })
}

fn write_imports(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    list(out, "imports", module.imports(), |import| {
        let (from, name) = (name_text(&import.module), name_text(&import.name));
        format!(
            "{:<8}  \"{from}\" \"{name}\"  {}",
            index(import.idx),
            import.ty
        )
    })
}

fn write_exports(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    list(out, "exports", module.exports(), |export| {
        let ty = module.extern_type(export.idx);
        format!(
            "{:<8}  \"{}\"  {ty}",
            index(export.idx),
            name_text(&export.name)
        )
    })
}

fn index(idx: ExternIdx) -> String {
    match idx {
        ExternIdx::Func(func) => func.to_string(),
        ExternIdx::Table(table) => table.to_string(),
        ExternIdx::Memory(memory) => memory.to_string(),
        ExternIdx::Global(global) => global.to_string(),
        ExternIdx::Tag(tag) => tag.to_string(),
    }
}

fn write_functions(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    let heading = "functions: offset and size of their bodies, types, names";
    list(
        out,
        heading,
        (0..module.function_count()).map(FuncIdx),
        |func| {
            let place = match module.function_body(func) {
                Some(body) => format!("0x{:06x}  {:>6}", body.range.start, body.range.len()),
                None => format!("{:<16}", "imported"),
            };
            let name = module
                .function_name(func)
                .map(name_text)
                .unwrap_or_default();
            format!(
                "{:<8}  {place}  {}  {name}",
                func.to_string(),
                module.func_type(func)
            )
        },
    )
}

fn write_tables_memories_globals(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    let names = module.names();
    let named = |name: Option<&str>| name.map(name_text).unwrap_or_default();
    let imported = |is_imported: bool| if is_imported { "  imported" } else { "" };

    let count = module.tables().len() - module.defined_tables().len();
    list(out, "tables", (0..).zip(module.tables()), |(index, ty)| {
        let table = TableIdx(index);
        let origin = imported(table.index() < count);
        format!(
            "{:<8}  {ty}{origin}  {}",
            table.to_string(),
            named(names.table(table))
        )
    })?;
    let count = module.memories().len() - module.defined_memories().len();
    list(
        out,
        "memories: limits in pages",
        (0..).zip(module.memories()),
        |(index, ty)| {
            let memory = MemIdx(index);
            let origin = imported(memory.index() < count);
            format!(
                "{:<8}  {ty}{origin}  {}",
                memory.to_string(),
                named(names.memory(memory))
            )
        },
    )?;
    let count = module.globals().len() - module.defined_globals().len();
    list(
        out,
        "globals",
        (0..).zip(module.globals()),
        |(index, ty)| {
            let global = GlobalIdx(index);
            let origin = match global.index().checked_sub(count) {
                None => "  imported".to_string(),
                Some(defined) => {
                    format!(" = {}", Constant(&module.defined_globals()[defined].init))
                }
            };
            format!(
                "{:<8}  {ty}{origin}  {}",
                global.to_string(),
                named(names.global(global))
            )
        },
    )
}

fn write_segments(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    list(
        out,
        "element segments",
        (0..).zip(module.elements()),
        |(index, segment)| {
            let count = match &segment.items {
                ElementItems::Functions(items) => items.len(),
                ElementItems::Expressions(items) => items.len(),
            };
            let entries = if count == 1 { "entry" } else { "entries" };
            let mode = mode(&segment.mode);
            format!(
                "{:<8}  {count} {entries} of {}, {mode}",
                ElemIdx(index).to_string(),
                segment.ty
            )
        },
    )?;
    list(
        out,
        "data segments",
        (0..).zip(module.data()),
        |(index, segment)| {
            let (place, size) = (segment.range.start, segment.range.len());
            let mode = mode(&segment.mode);
            format!(
                "{:<8}  0x{place:06x}  {size} bytes, {mode}",
                DataIdx(index).to_string()
            )
        },
    )
}

fn mode<Idx: Display>(mode: &SegmentMode<Idx>) -> String {
    match mode {
        SegmentMode::Passive => "passive".to_string(),
        SegmentMode::Declared => "declared".to_string(),
        SegmentMode::Active { target, offset } => {
            format!("active in {target} at {}", Constant(offset))
        }
    }
}

fn write_local_names(module: &Module, out: &mut dyn Write) -> io::Result<()> {
    let names = |func: FuncIdx| {
        let name = |local| Some((local, module.names().local(func, LocalIdx(local))?));
        let names = (0..local_count(module, func)).filter_map(name);
        let names: Vec<String> = names
            .map(|(local, name)| format!("{local} {}", name_text(name)))
            .collect();
        (!names.is_empty()).then(|| (func, names.join(", ")))
    };
    let functions = (0..module.function_count()).map(FuncIdx).filter_map(names);
    list(out, "names of locals", functions, |(func, names)| {
        format!("{}: {names}", function(module, func))
    })
}

fn local_count(module: &Module, func: FuncIdx) -> u32 {
    let params = module.func_type(func).params().len() as u32;
    let declared = || {
        let locals = module.function_reader(func)?.get_locals_reader().ok()?;
        Some(
            locals
                .into_iter()
                .map_while(Result::ok)
                .map(|(count, _)| count)
                .sum::<u32>(),
        )
    };
    params + declared().unwrap_or(0)
}

/// A function by its index, with its name if it has one.
fn function(module: &Module, func: FuncIdx) -> String {
    match module.function_name(func) {
        Some(name) => format!("{func} {}", name_text(name)),
        None => func.to_string(),
    }
}

/// A constant expression as the text format writes it.
struct Constant<'a>(&'a ConstExpr);

impl Display for Constant<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, instruction) in self.0.0.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            instruction.fmt(f)?;
        }
        Ok(())
    }
}
