//! What an instruction accesses: ranges of memories and tables, globals, locals.
//!
//! An operator alone tells which memory, table, global or local it may access and how ([`touch`]);
//! where the range lies follows from the operands ([`Part::at`]), before the instruction is executed.
//!
//! Structures, arrays and segments are not looked at, and neither is growing: what changes then is a size.

use alloc::vec::Vec;

use flight_wasm::FuncIdx;
use flight_wasm::wasmparser::{MemArg, MemArgTarget, Operator};

use crate::analysis::with_operator;
use crate::atomic;
use crate::context::State;
use crate::interpreter::Interpreter;
use crate::numeric::{self, for_each_numeric};
use crate::op::code;
use crate::simd::{self, Immediate, Meaning};
use crate::slot::slots_of;
use crate::store::{ModuleInstance, Store};

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

const fn range(thing: Thing, mode: Mode, first: u8, length: Length<Operand>) -> Part<Operand> {
    Part {
        thing,
        mode,
        first: Some(Operand::At(first)),
        offset: 0,
        length,
    }
}

/// What an instruction of a function of an instance may access; `None` if nothing.
pub(crate) fn touch(
    operator: &Operator<'_>,
    own: &ModuleInstance,
    function: u32,
) -> Option<Touch<Operand>> {
    use Mode::{Read, Write};
    let memory = |index: u32| Thing::Memory(own.memories[index as usize]);
    let table = |index: u32| Thing::Table(own.tables[index as usize]);
    let global = |index: u32| Thing::Global(own.globals[index as usize]);
    let local = |index: u32| Thing::Local { function, index };
    // Bulk instructions take their length behind two operands.
    let count = Length::Of(Operand::At(2));
    let one = Length::Fixed(1);
    let copy = |to: Thing, from: Thing| Touch {
        parts: [
            Some(range(to, Write, 0, count)),
            Some(range(from, Read, 1, count)),
        ],
        gives: false,
    };
    Some(match *operator {
        Operator::LocalGet { local_index } => Touch::whole(local(local_index), Read),
        Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
            Touch::whole(local(local_index), Write)
        }
        Operator::GlobalGet { global_index } => Touch::whole(global(global_index), Read),
        Operator::GlobalSet { global_index } => Touch::whole(global(global_index), Write),
        Operator::MemoryFill { mem } | Operator::MemoryInit { mem, .. } => {
            Touch::one(range(memory(mem), Write, 0, count), false)
        }
        Operator::MemoryCopy { dst_mem, src_mem } => copy(memory(dst_mem), memory(src_mem)),
        Operator::TableGet { table: index } => Touch::one(range(table(index), Read, 0, one), true),
        Operator::TableSet { table: index } => {
            Touch::one(range(table(index), Write, 0, one), false)
        }
        Operator::TableFill { table: index } | Operator::TableInit { table: index, .. } => {
            Touch::one(range(table(index), Write, 0, count), false)
        }
        Operator::TableCopy {
            dst_table,
            src_table,
        } => copy(table(dst_table), table(src_table)),
        Operator::CallIndirect { table_index, .. }
        | Operator::ReturnCallIndirect { table_index, .. } => {
            let mut part = range(table(table_index), Read, 0, one);
            part.first = Some(Operand::Last);
            Touch::one(part, false)
        }
        _ => {
            let found = memory_access(operator)?;
            let MemArgTarget::Memory(index) = found.memarg.target else {
                return None;
            };
            let mut part = range(memory(index), found.mode, 0, Length::Fixed(found.width));
            part.offset = found.memarg.offset;
            Touch::one(part, found.gives)
        }
    })
}

/// What a load, a store or an atomic instruction accesses.
pub(crate) struct MemoryAccess<'a> {
    pub(crate) memarg: &'a MemArg,
    /// How many bytes.
    pub(crate) width: u64,
    pub(crate) mode: Mode,
    /// Whether it has a result.
    gives: bool,
}

fn loaded_width<R, const N: usize>(_: impl Fn([u8; N]) -> R) -> u64 {
    N as u64
}

/// How many bytes a store writes.
fn stored_width<A, const N: usize>(_: impl Fn(A) -> [u8; N]) -> u64 {
    N as u64
}

macro_rules! by_operator {
    ($operator:ident unary $u:tt unary_trapping $ut:tt compare $c:tt binary $b:tt binary_trapping $bt:tt
     load { $($load:ident $f1:ident;)* } store { $($store:ident $f2:ident;)* }) => {
        match $operator {
            $(Operator::$load { memarg } => (memarg, loaded_width(numeric::$f1), Mode::Read),)*
            $(Operator::$store { memarg } => (memarg, stored_width(numeric::$f2), Mode::Write),)*
            _ => return None,
        }
    };
}

/// What a numeric load or store accesses; `None` for any other instruction.
pub(crate) fn numeric_access<'a>(operator: &'a Operator<'_>) -> Option<MemoryAccess<'a>> {
    let (memarg, width, mode) = for_each_numeric! { by_operator! { operator } };
    Some(MemoryAccess {
        memarg,
        width,
        mode,
        gives: mode.reads(),
    })
}

/// The same, of vector and atomic instructions too.
pub(crate) fn memory_access<'a>(operator: &'a Operator<'_>) -> Option<MemoryAccess<'a>> {
    numeric_access(operator).or_else(|| wide_access(operator))
}

/// What a vector or atomic instruction accesses.
pub(crate) fn wide_access<'a>(operator: &'a Operator<'_>) -> Option<MemoryAccess<'a>> {
    if let Some((op, memarg)) = atomic::decode(operator) {
        let (_, gives) = atomic::form(op as u32);
        let mode = match op as u32 {
            code::I32AtomicLoad..=code::I64AtomicLoad32U
            | code::MemoryAtomicWait32..=code::MemoryAtomicNotify => Mode::Read,
            code::I32AtomicStore..=code::I64AtomicStore32 => Mode::Write,
            _ => Mode::Both,
        };
        return Some(MemoryAccess {
            memarg,
            // As many bytes as it is aligned to.
            width: 1 << memarg.max_align,
            mode,
            gives,
        });
    }
    let (op, immediate) = simd::decode(operator)?;
    let (Immediate::Memory(memarg) | Immediate::MemoryLane(memarg, _)) = immediate else {
        return None;
    };
    let (width, mode) = match simd::meaning(op as u32)? {
        Meaning::Load(width, _) | Meaning::LoadLane(width, _) => (width, Mode::Read),
        Meaning::Store(width, _) | Meaning::StoreLane(width, _) => (width, Mode::Write),
        _ => return None,
    };
    Some(MemoryAccess {
        memarg,
        width,
        mode,
        gives: mode.reads(),
    })
}

/// Whether an atomic instruction that may write will not: a `cmpxchg` that finds another value than expected.
pub(crate) fn writes_nothing(
    store: &Store,
    operator: &Operator<'_>,
    access: &Access,
    operands: [u64; 2],
) -> bool {
    let (Some((op, _)), Thing::Memory(memory)) = (atomic::decode(operator), access.thing) else {
        return false;
    };
    let memory = &store.memories[memory as usize];
    let outcome = atomic::perform(op as u32, memory, access.first, operands);
    outcome.is_ok_and(|outcome| outcome.writes.is_none())
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
    #[allow(
        dead_code,
        reason = "what runs looks at slots; this is for questions to the past"
    )]
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
