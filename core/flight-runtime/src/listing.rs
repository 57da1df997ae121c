//! The internal code of a function, to be read.

mod forms;

use alloc::string::String;
use alloc::vec::Vec;

use flight_wasm::{FuncIdx, Module};

use crate::lower::{Origins, Wanted, lower};
use crate::op::{opcode, tick};
use crate::store::ModuleInstance;
use crate::{Translation, family, pairs};

/// An instruction of the internal code.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeLine {
    /// Its first word, counted from the function's.
    pub word: u32,
    /// How many instructions of WebAssembly of its straight-line run have been executed once it has.
    pub tick: u32,
    /// Its name: that of its family with a point, if it is of one, and that of an instruction of WebAssembly or Flight's.
    pub name: String,
    /// The names of both halves, if it is executed together with the next one, which stands there all the same.
    pub pair: Option<(&'static str, &'static str)>,
    /// What it is applied to.
    pub operands: Vec<CodeOperand>,
    /// The byte offsets of the instructions of WebAssembly that it has been made of.
    /// Those that no code is made of by itself are counted to the next that has some.
    pub offsets: Vec<u32>,
}

/// An operand of an internal instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CodeOperand {
    /// What it is for: `dst` is where the result goes.
    pub name: &'static str,
    /// What it is.
    pub value: OperandValue,
}

/// What an operand of an internal instruction is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OperandValue {
    /// A local, by its index.
    Local(u32),
    /// The operand at a height, in slots.
    Stack(u32),
    /// An exception that is being handled, by the number of those around it.
    Exception(u32),
    /// An integer.
    Integer(i64),
    /// A number of floating point.
    Number(f64),
    /// The bits of a constant of any type.
    Bits(u64),
    /// The word that a branch goes to.
    Target(u32),
    /// A number that the operand's name says the meaning of, such as the index of a function.
    Word(u32),
}

/// The internal code of a function that a module defines; none of an imported one.
///
/// It is what an instance would execute, but that functions, tables, memories, globals, tags, types and segments go by
/// their indices in the module.
pub fn internal_code(module: &Module, func: FuncIdx, translation: Translation) -> Vec<CodeLine> {
    let wanted = Wanted {
        translation,
        boundaries: false,
        origins: true,
    };
    let instance = by_indices(module);
    let Some(lowered) = lower(module, func, &instance, wanted) else {
        return Vec::new();
    };
    let Some(mut origins) = lowered.origins else {
        return Vec::new();
    };
    // In precise code every instruction has a position, but for those that come from none.
    let words = &lowered.words;
    let precise = lowered.positions.iter().map(|position| position.word);
    let precise = precise.map(|word| (word, opcode(words[word as usize])));
    origins.starts.extend(precise);
    origins.starts.sort_unstable();
    let ends = origins.starts.iter().skip(1).map(|(word, _)| *word);
    let ends = ends.chain([words.len() as u32]);
    let mut places = origins.places.iter().peekable();
    let line = |(&(word, opcode), end): (&(u32, u32), u32)| {
        let mut offsets = Vec::new();
        while let Some((offset, _)) = places.next_if(|(_, at)| *at <= word) {
            offsets.push(*offset);
        }
        let code = &words[word as usize..end as usize];
        let tick = tick(code[0]);
        let pair = pairs::name(crate::op::opcode(code[0]));
        // What the loop has no arm for has its own opcode behind that of `Rare`.
        let (opcode, code) = match crate::op::opcode(code[0]) {
            crate::op::code::Rare => (code[1], &code[1..]),
            _ => (opcode, code),
        };
        let (family, base) = family::name(opcode);
        CodeLine {
            word,
            tick,
            name: match family {
                "" => base.into(),
                family => alloc::format!("{family}.{base}"),
            },
            pair,
            operands: operands(word, opcode, code, &origins, lowered.local_slots),
            offsets,
        }
    };
    origins.starts.iter().zip(ends).map(line).collect()
}

/// An instance whose addresses are the module's indices.
fn by_indices(module: &Module) -> ModuleInstance {
    let first = |count: usize| (0..count as u32).collect();
    ModuleInstance {
        module: module.clone(),
        given: [].into(),
        type_ids: first(module.types().len()),
        functions: first(module.function_count() as usize),
        tables: first(module.tables().len()),
        memories: first(module.memories().len()),
        globals: first(module.globals().len()),
        global_cells: first(module.globals().len()),
        tags: first(module.tags().len()),
        elements: first(module.elements().len()),
        data: first(module.data().len()),
    }
}

/// The operands of the instruction at a word, whose words are `code`.
fn operands(
    word: u32,
    opcode: u32,
    code: &[u32],
    origins: &Origins,
    local_slots: u32,
) -> Vec<CodeOperand> {
    let names = forms::names(opcode, code.len() - 1);
    let mut words = code[1..].iter().zip(names);
    let mut operands = Vec::new();
    while let Some((&operand, name)) = words.next() {
        use forms::Kind;
        let value = match forms::kind(opcode, name) {
            Kind::Slot => slot(operand / 8, origins, local_slots),
            Kind::Cell => OperandValue::Word(operand / 8),
            Kind::Target => OperandValue::Target(word.wrapping_add(operand)),
            Kind::Integer => OperandValue::Integer(i64::from(operand as i32)),
            Kind::Single => OperandValue::Number(f64::from(f32::from_bits(operand))),
            Kind::Low(wide) => {
                let high = words.next().map_or(0, |(high, _)| u64::from(*high));
                wide(u64::from(operand) | high << 32)
            }
            Kind::Word => OperandValue::Word(operand),
        };
        operands.push(CodeOperand { name, value });
    }
    operands
}

/// What lies in a slot.
fn slot(slot: u32, origins: &Origins, local_slots: u32) -> OperandValue {
    if let Some(height) = slot.checked_sub(local_slots) {
        return OperandValue::Stack(height);
    }
    // The last entry lies behind the locals.
    let behind = origins.locals.partition_point(|first| *first <= slot);
    match origins.locals.last() {
        Some(end) if *end <= slot => OperandValue::Exception(slot - end),
        _ => OperandValue::Local(behind.saturating_sub(1) as u32),
    }
}

#[cfg(test)]
mod tests;
