//! `flight inspect`: what a module consists of.

mod code;
mod parts;

use std::io::Write;

use flight_wasm::Features;
use flight_wasm::wasmparser::{Parser, Payload};

use crate::arguments::InspectOptions;
use crate::failure::Failure;
use crate::source::Source;
use crate::values::name_text;

pub(crate) fn inspect(options: &InspectOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let source = Source::read(&options.file.file)?;
    let module = source.module(options.file.features.features);
    if let Some(wanted) = &options.code {
        return code::write(&source, &module?, wanted, options.translation.into(), out);
    }
    let used = Features::used_by(&source.bytes);
    writeln!(out, "{}: {} bytes", source.name, source.bytes.len())?;
    // Of a module with a flaw, what stands before it may help to find it.
    write_sections(&source.bytes, out)?;
    if let Ok(module) = &module {
        parts::write(module, out)?;
    }
    if let Some(used) = used {
        writeln!(out, "\nfeatures used beyond WebAssembly 1.0")?;
        if used.is_empty() {
            writeln!(out, "  none")?;
        }
        for (feature, supported) in used {
            let supported = if supported { "" } else { "  (not supported)" };
            writeln!(out, "  {}{supported}", feature.words)?;
        }
    }
    module.map(drop)
}

/// The sections as they stand in the bytes, up to the first that cannot be read.
fn write_sections(bytes: &[u8], out: &mut dyn Write) -> Result<(), Failure> {
    let mut count = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else { break };
        let name = match &payload {
            Payload::CustomSection(reader) => format!("custom \"{}\"", name_text(reader.name())),
            other => match other.as_section() {
                Some((id, _)) => section_name(id).to_string(),
                None => continue,
            },
        };
        if let Some((_, range)) = payload.as_section() {
            if count == 0 {
                writeln!(out, "\nsections: offset and size of their contents")?;
            }
            count += 1;
            writeln!(
                out,
                "  0x{:06x}  {:>8}  {name}",
                range.start,
                range.end - range.start
            )?;
        }
    }
    Ok(())
}

/// Spec: binary-sectionid
fn section_name(id: u8) -> &'static str {
    match id {
        1 => "type",
        2 => "import",
        3 => "function",
        4 => "table",
        5 => "memory",
        6 => "global",
        7 => "export",
        8 => "start",
        9 => "element",
        10 => "code",
        11 => "data",
        12 => "data count",
        13 => "tag",
        _ => "unknown",
    }
}
