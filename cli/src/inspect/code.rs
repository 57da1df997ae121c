//! The internal code of one function.

use std::collections::HashMap;
use std::io::Write;

use flight_runtime::{CodeLine, CodeOperand, Module, OperandValue, Translation, internal_code};

use crate::failure::Failure;
use crate::functions;
use crate::source::Source;
use crate::values::name_text;

/// The columns of an internal instruction's name.
const NAME_WIDTH: usize = 20;

pub(super) fn write(
    source: &Source,
    module: &Module,
    wanted: &str,
    translation: Translation,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let func = functions::find(module, wanted)
        .map_err(|words| Failure::CommandLine(format!("{}: {words}", source.name)))?;
    let lines = internal_code(module, func, translation);
    let texts: HashMap<u32, String> = functions::instructions(module, func).into_iter().collect();
    let name = module.function_name(func).map(name_text);
    let translation = match translation {
        Translation::Precise => "precise",
        Translation::Folded => "folded",
    };
    writeln!(
        out,
        "{func}{}: {translation} code, {} internal instructions for {} of WebAssembly",
        name.map_or(String::new(), |name| format!(" {name}")),
        lines.len(),
        lines.iter().map(|line| line.offsets.len()).sum::<usize>(),
    )?;
    let mut is_second = false;
    for line in &lines {
        for offset in &line.offsets {
            let text = texts.get(offset).map_or("", String::as_str);
            writeln!(out, "0x{offset:04x}  {text}")?;
        }
        let mark = match (line.pair.is_some(), is_second) {
            (true, _) => '/',
            (false, true) => '\\',
            (false, false) => ' ',
        };
        is_second = line.pair.is_some();
        writeln!(out, "{}", text(line, mark))?;
    }
    Ok(())
}

fn text(line: &CodeLine, mark: char) -> String {
    let mut text = format!(
        "{:>12}  {:>3}  {mark} {:<NAME_WIDTH$}",
        line.word, line.tick, line.name
    );
    let (result, rest) = match line.operands.split_first() {
        Some((first, rest)) if first.name == "dst" => (Some(first), rest),
        _ => (None, &line.operands[..]),
    };
    let rest: Vec<String> = rest.iter().map(operand).collect();
    text += " ";
    if let Some(result) = result {
        text += &operand(result);
        text += " <- ";
    }
    text += &rest.join(", ");
    if let Some((first, second)) = line.pair {
        text += &format!("  ; pair {first} {second}");
    }
    text.trim_end().to_string()
}

fn operand(operand: &CodeOperand) -> String {
    let name = operand.name;
    match operand.value {
        OperandValue::Local(index) => format!("local {index}"),
        OperandValue::Stack(height) => format!("stack {height}"),
        OperandValue::Exception(number) => format!("exception {number}"),
        OperandValue::Integer(value) if name == "offset" => format!("offset {value}"),
        OperandValue::Integer(value) => value.to_string(),
        OperandValue::Number(value) => format!("{value:?}"),
        OperandValue::Bits(bits) => format!("0x{bits:x}"),
        OperandValue::Target(word) => format!("to {word}"),
        OperandValue::Word(word) => format!("{name} {word}"),
    }
}
