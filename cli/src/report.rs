//! Traps, and calls that were stopped, in words: what happened, where, and by which calls.

use std::fmt::Write;

use flight_runtime::{InstanceId, Interpreter, LocalView, Trap};

use crate::functions::function_name;
use crate::session::Session;
use crate::values::{name_text, value_text, values_text};

/// How many of the calls are listed.
const FRAMES: usize = 20;
/// How many locals of each are.
const LOCALS: usize = 8;

/// A trap: kind, explanation, place, operands and calls.
pub(crate) fn trap(interpreter: &Interpreter, instance: InstanceId, trap: &Trap) -> String {
    let mut text = trap.kind.message().to_string();
    if !trap.explanation.is_empty() {
        text += ": ";
        text += &trap.explanation;
    }
    place(&mut text, trap.offset, trap.instruction.as_deref());
    if !trap.operands.is_empty() {
        // Writing into a string cannot fail.
        let _ = write!(
            text,
            "\n  operands: {}",
            values_text(interpreter, instance, &trap.operands)
        );
    }
    let frames = trap.frames.iter().take(FRAMES).map(|frame| Line {
        name: frame.name.as_deref(),
        function: frame.function,
        offset: frame.offset,
        locals: &frame.locals,
    });
    calls(&mut text, interpreter, instance, trap.depth, frames);
    text
}

/// Where a call that is out of fuel was stopped.
pub(crate) fn out_of_fuel(session: &Session) -> String {
    let Session {
        interpreter,
        instance,
        ..
    } = session;
    let mut text = format!(
        "out of fuel: {} instructions were executed",
        interpreter.time()
    );
    if let Some(top) = interpreter.frame(0) {
        place(&mut text, top.offset, top.instruction.as_deref());
    }
    text += &calls_under_way(interpreter, *instance, FRAMES);
    text
}

/// The calls that are under way, the innermost first, as lines that each begin with a line's end.
pub(crate) fn calls_under_way(
    interpreter: &Interpreter,
    instance: InstanceId,
    most: usize,
) -> String {
    let depth = interpreter.depth();
    let frames: Vec<_> = (0..depth.min(most))
        .filter_map(|at| interpreter.frame(at))
        .collect();
    let lines = frames.iter().map(|frame| Line {
        name: frame.name.as_deref(),
        function: frame.function,
        offset: frame.offset,
        locals: &frame.locals,
    });
    let mut text = String::new();
    calls(&mut text, interpreter, instance, depth, lines);
    text
}

fn place(text: &mut String, offset: Option<u32>, instruction: Option<&str>) {
    if let Some(offset) = offset {
        let _ = write!(text, "\n  at offset 0x{offset:x}");
        if let Some(instruction) = instruction {
            let _ = write!(text, ": {instruction}");
        }
    }
}

/// One call of the list.
struct Line<'a> {
    name: Option<&'a str>,
    function: u32,
    offset: Option<u32>,
    locals: &'a [LocalView],
}

fn calls<'a>(
    text: &mut String,
    interpreter: &Interpreter,
    instance: InstanceId,
    depth: usize,
    lines: impl Iterator<Item = Line<'a>>,
) {
    if depth == 0 {
        return;
    }
    text.push_str("\n  calls, innermost first:");
    let mut shown = 0;
    for (number, line) in lines.enumerate() {
        shown += 1;
        let name = function_name(line.name, line.function);
        let place = match line.offset {
            Some(offset) => format!("at 0x{offset:x}"),
            None => "imported".to_string(),
        };
        let _ = write!(text, "\n  {number:>4}  {name}  {place}");
        let mut locals: Vec<String> = line
            .locals
            .iter()
            .take(LOCALS)
            .map(|local| {
                let value = value_text(interpreter, instance, local.value);
                match &local.name {
                    Some(name) => format!("{} = {value}", name_text(name)),
                    None => format!("local{} = {value}", local.index),
                }
            })
            .collect();
        if line.locals.len() > LOCALS {
            locals.push(format!("{} more", line.locals.len() - LOCALS));
        }
        if !locals.is_empty() {
            let _ = write!(text, "  ({})", locals.join(", "));
        }
    }
    if depth > shown {
        let _ = write!(text, "\n        and {} more", depth - shown);
    }
}
