//! What an instruction accesses: ranges of memories and tables, globals, locals.
//!
//! An operator alone tells which memory, table, global or local it may access and how ([`touch`]);
//! where the range lies follows from the operands ([`Part::at`]), before the instruction is executed.
//!
//! Structures, arrays and segments are not looked at, and neither is growing: what changes then is a size.

use alloc::vec::Vec;

use flight_wasm::FuncIdx;
use flight_wasm::wasmparser::Operator;

use crate::analysis::with_operator;
use crate::context::State;
use crate::interpreter::Interpreter;
use crate::slot::slots_of;
use crate::store::ModuleInstance;

mod operators;
#[cfg(test)]
mod tests;

pub(crate) use operators::{
    MemoryAccess, memory_access, numeric_access, touch, wide_access, writes_nothing,
};

/// What can be accessed. Addresses are those of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Thing {
    Memory(u32),
    Table(u32),
    Global(u32),
    /// A local of whichever frame of the function executes the instruction.
    Local {
        function: u32,
        index: u32,
    },
}

/// How something is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
    /// Both at once, as by an atomic instruction.
    Both,
}

impl Mode {
    pub(crate) const fn reads(self) -> bool {
        !matches!(self, Self::Write)
    }

    pub(crate) const fn writes(self) -> bool {
        !matches!(self, Self::Read)
    }
}

/// One access: `length` bytes of a memory or entries of a table, from `first` on.
/// A global or a local is one that begins at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) thing: Thing,
    pub(crate) mode: Mode,
    pub(crate) first: u64,
    pub(crate) length: u64,
}

/// An operand, counted from the deepest one that the instruction takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    At(u8),
    /// The topmost one, which an indirect call takes behind its arguments.
    Last,
}

/// How long a range is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length<O> {
    Fixed(u64),
    Of(O),
}

/// One thing that an instruction may access, and which operands say where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<O> {
    pub(crate) thing: Thing,
    pub(crate) mode: Mode,
    /// The operand to which `offset` is added; without one the range begins at 0.
    first: Option<O>,
    offset: u64,
    length: Length<O>,
}

impl<O: Copy> Part<O> {
    /// The access with these operands. `None` if it is empty, or beyond any address, where it traps.
    #[inline]
    pub(crate) fn at(&self, get: impl Fn(O) -> u64) -> Option<Access> {
        let first = match self.first {
            Some(operand) => get(operand).checked_add(self.offset)?,
            None => 0,
        };
        let length = match self.length {
            Length::Fixed(length) => length,
            Length::Of(operand) => get(operand),
        };
        first.checked_add(length)?;
        (length > 0).then_some(Access {
            thing: self.thing,
            mode: self.mode,
            first,
            length,
        })
    }

    fn map<P>(self, place: impl Fn(O) -> P) -> Part<P> {
        Part {
            thing: self.thing,
            mode: self.mode,
            first: self.first.map(&place),
            offset: self.offset,
            length: match self.length {
                Length::Fixed(length) => Length::Fixed(length),
                Length::Of(operand) => Length::Of(place(operand)),
            },
        }
    }
}

/// All that an instruction may access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Touch<O> {
    parts: [Option<Part<O>>; 2],
    /// Whether its internal code names a slot for a result before those of the operands.
    gives: bool,
}

impl<O: Copy> Touch<O> {
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part<O>> {
        self.parts.iter().flatten()
    }

    /// The accesses with these operands.
    #[inline]
    pub(crate) fn accesses(&self, get: impl Fn(O) -> u64) -> impl Iterator<Item = Access> {
        self.parts().filter_map(move |part| part.at(&get))
    }
}

impl Touch<Operand> {
    fn one(part: Part<Operand>, gives: bool) -> Self {
        Self {
            parts: [Some(part), None],
            gives,
        }
    }

    fn whole(thing: Thing, mode: Mode) -> Self {
        let part = Part {
            thing,
            mode,
            first: None,
            offset: 0,
            length: Length::Fixed(1),
        };
        Self::one(part, false)
    }

    /// The same with the slots of a frame, which the instruction's precise code names: `word` gives the words of that
    /// from its opcode on.
    pub(crate) fn in_slots(self, word: impl Fn(u32) -> u32) -> Touch<u32> {
        let behind_result = 1 + u32::from(self.gives);
        let slot = |operand| match operand {
            Operand::At(position) => word(behind_result + u32::from(position)) / 8,
            // `table type index …`
            Operand::Last => word(3) / 8,
        };
        Touch {
            parts: self.parts.map(|part| part.map(|part| part.map(slot))),
            gives: self.gives,
        }
    }
}

/// An instruction that may access what is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Its byte offset in the module.
    pub(crate) offset: u32,
    pub(crate) touch: Touch<Operand>,
}

/// The instructions of a function of an instance that may access what is `wanted`, in the order of the code.
pub(crate) fn candidates(
    own: &ModuleInstance,
    func: FuncIdx,
    wanted: impl Fn(Thing, Mode) -> bool,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let function = own.functions[func.index()];
    let Some(Ok(mut operators)) = own
        .module
        .function_reader(func)
        .map(|body| body.get_operators_reader())
    else {
        return found;
    };
    while !operators.eof() {
        let offset = operators.original_position() as u32;
        // A validated body is decoded without errors.
        let Ok(operator) = operators.read() else {
            return found;
        };
        if let Some(touch) = touch(&operator, own, function)
            && touch.parts().any(|part| wanted(part.thing, part.mode))
        {
            found.push(Candidate { offset, touch });
        }
    }
    found
}

impl Interpreter {
    /// What the next instruction of the innermost frame is about to access, from the operands as they lie; a local is
    /// that frame's. Nothing if the instruction is about to trap, and unless the machine is `Paused`.
    pub(crate) fn accesses(&self) -> Vec<Access> {
        let found = || {
            let position = self.depth().checked_sub(1)?;
            let place = self.place_of(position)?;
            let takes = self.next_operands()?;
            let own = &self.context.store.instances[place.instance as usize];
            let function = self.context.frames[position].function;
            let get = |at: usize| takes.get(at).map_or(0, |value| slots_of(*value).0);
            let accesses = |operator: &Operator<'_>| {
                let touch = touch(operator, own, function)?;
                let all = touch.accesses(|operand| match operand {
                    Operand::At(position) => get(position.into()),
                    Operand::Last => get(takes.len().saturating_sub(1)),
                });
                let exact = |mut access: Access| {
                    let operands = [get(1), get(2)];
                    if access.mode == Mode::Both
                        && writes_nothing(&self.context.store, operator, &access, operands)
                    {
                        access.mode = Mode::Read;
                    }
                    access
                };
                Some(all.map(exact).collect())
            };
            with_operator(&own.module, place.func, place.offset, accesses)?
        };
        match self.state() {
            State::Paused if !self.next_traps() => found().unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}
