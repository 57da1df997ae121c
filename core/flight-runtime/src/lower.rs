//! Translation into internal code: one pass over a function's validated body.
//!
//! The *precise* translation makes one internal instruction for each instruction of WebAssembly.
//! Every operand lies in the slot of its height, so that execution can stop anywhere and show everything.
//! The *folded* translation makes fewer and richer ones (`fold.rs`): an operand may also be a local or a number that
//! nothing has yet written to its slot (`sources.rs`), and a result may go straight to a local.

mod boundaries;
mod control;
mod exceptions;
mod fold;
mod objects;
mod operators;
mod origins;
mod sources;
mod vectors;

use alloc::vec::Vec;

use flight_wasm::{FuncIdx, Module, ValueType};

use crate::Translation;
use crate::op::{MAX_RUN, Op, is_rare};
use crate::store::ModuleInstance;
pub(crate) use boundaries::{Boundaries, Boundary, Pending};
use control::Control;
pub(crate) use exceptions::arm;
pub(crate) use fold::mirrored;
pub(crate) use origins::Origins;
use sources::Operand;
pub(crate) use sources::Source;

/// A function's internal code, and how it maps to the module's bytes.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The code.
    pub(crate) words: Vec<u32>,
    /// Slots that its frame needs at most.
    pub(crate) frame_slots: u32,
    /// Slots of the parameters.
    pub(crate) param_slots: u32,
    /// Slots of parameters and locals together.
    pub(crate) local_slots: u32,
    /// Where each WebAssembly instruction begins, in the order of the code; none in folded code.
    pub(crate) positions: Vec<Position>,
    /// What lies where between the instructions of folded code, if that was asked for.
    pub(crate) boundaries: Boundaries,
    /// Which code comes from where, if that was asked for.
    pub(crate) origins: Option<Origins>,
    /// Handlers of exceptions, inner ones first.
    pub(crate) handlers: Vec<Handler>,
}

/// Code in which exceptions are handled. Words count from the function's first one.
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    /// The first word that it covers.
    pub(crate) start: u32,
    /// The word behind the last one.
    pub(crate) end: u32,
    /// How many blocks are open around it.
    pub(crate) level: u32,
    pub(crate) kind: HandlerKind,
}

/// What a handler does.
#[derive(Clone, Debug)]
pub(crate) enum HandlerKind {
    /// As the `TryTable` instruction at this word says.
    Table { word: u32 },
    /// The arms of a `try`: the tag's address (`None` for `catch_all`) and the word to go to.
    /// The arguments go to the byte `dst` of the frame, the exception itself to the byte `exception`.
    Arms {
        arms: Vec<(Option<u32>, u32)>,
        dst: u32,
        exception: u32,
    },
    /// The handlers of the blocks up to this level are asked.
    Delegate { level: u32 },
}

/// One WebAssembly instruction's two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The word of the code, counted from the function's first one.
    pub(crate) word: u32,
    /// The byte offset in the module.
    pub(crate) offset: u32,
}

impl Lowered {
    /// Code that traps at once: for what cannot happen, a validated function that cannot be decoded.
    pub(crate) fn unreachable() -> Self {
        Self {
            words: Vec::from([Op::Unreachable as u32 | 1 << 16]),
            frame_slots: 0,
            param_slots: 0,
            local_slots: 0,
            positions: Vec::new(),
            boundaries: Boundaries::default(),
            origins: None,
            handlers: Vec::new(),
        }
    }
}

/// What a translation is to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) translation: Translation,
    /// Whether to say what lies where between the instructions of folded code.
    pub(crate) boundaries: bool,
    /// Whether to say which code comes from where.
    pub(crate) origins: bool,
}

/// Translates a defined function of an instance; `None` if the function is imported.
pub(crate) fn lower(
    module: &Module,
    func: FuncIdx,
    instance: &ModuleInstance,
    wanted: Wanted,
) -> Option<Lowered> {
    let body = module.function_reader(func)?;
    let ty = module.func_type(func);
    let mut locals = Locals::default();
    for param in ty.params() {
        locals.push(*param, 1);
    }
    let param_slots = locals.slots;
    // A validated body is decoded without errors: what cannot happen ends the translation.
    for declaration in body.get_locals_reader().ok()? {
        let (count, ty) = declaration.ok()?;
        let ty = if ty == flight_wasm::wasmparser::ValType::V128 {
            ValueType::V128
        } else {
            ValueType::I64
        };
        locals.push(ty, count);
    }
    // Exceptions that are being handled lie between locals and operands.
    let declared = locals.slots;
    locals.first_slots.push(declared);
    let exceptions = if module.tags().is_empty() {
        0
    } else {
        exceptions::depth_of_tries(&body)
    };
    locals.slots += exceptions;
    let mut lowering = Lowering {
        module,
        instance,
        type_ids: &instance.type_ids,
        folds: wanted.translation == Translation::Folded,
        words: Vec::new(),
        positions: Vec::new(),
        boundaries: wanted.boundaries.then(Boundaries::default),
        origins: wanted.origins.then(Origins::default),
        run: 0,
        last: None,
        chain: Vec::new(),
        operands: Vec::new(),
        pending: Vec::new(),
        top: locals.slots,
        highest: locals.slots,
        controls: Vec::new(),
        handlers: Vec::new(),
        first_exception: declared,
        skipped: 0,
        local_slots: locals.slots,
        locals,
        result_slots: crate::slot::slot_count(ty.results()),
    };
    lowering
        .controls
        .push(Control::function(ty, lowering.local_slots));
    let mut reader = body.get_operators_reader().ok()?;
    while !reader.eof() {
        let offset = reader.original_position() as u32;
        let operator = reader.read().ok()?;
        lowering.operator(&operator, offset);
    }
    lowering.at_label();
    if let Some(origins) = &mut lowering.origins {
        origins.locals = lowering.locals.first_slots;
    }
    Some(Lowered {
        words: lowering.words,
        frame_slots: lowering.highest.max(lowering.result_slots),
        param_slots,
        local_slots: lowering.local_slots,
        positions: lowering.positions,
        boundaries: lowering.boundaries.unwrap_or_default(),
        origins: lowering.origins,
        handlers: lowering.handlers,
    })
}

/// Where the locals lie: parameters first.
#[derive(Default)]
struct Locals {
    /// For each local its first slot, then the slot behind the last one's.
    first_slots: Vec<u32>,
    slots: u32,
}

impl Locals {
    fn push(&mut self, ty: ValueType, count: u32) {
        for _ in 0..count {
            self.first_slots.push(self.slots);
            self.slots += ty.slots();
        }
    }

    /// A local's first slot and how many it takes.
    fn get(&self, index: u32) -> (u32, u32) {
        let first = self.first_slots[index as usize];
        let end = self.first_slots[index as usize + 1];
        (first, end - first)
    }
}

/// The state of a translation.
struct Lowering<'a> {
    module: &'a Module,
    instance: &'a ModuleInstance,
    /// For each of the module's types its id in the store.
    type_ids: &'a [u32],
    folds: bool,
    words: Vec<u32>,
    positions: Vec<Position>,
    boundaries: Option<Boundaries>,
    origins: Option<Origins>,
    /// Instructions since the last flush, the one at hand included.
    run: u32,
    /// The first word of the last instruction, if it has made a result that may go elsewhere, or be no value at all.
    last: Option<u32>,
    /// The first words of the instructions since the last place that a branch may go to, of precise code of a few.
    chain: Vec<u32>,
    /// The operands, bottom first.
    operands: Vec<Operand>,
    /// The positions of the operands that are not in their slots, in order.
    pending: Vec<u32>,
    /// The slot above the topmost operand.
    top: u32,
    highest: u32,
    controls: Vec<Control>,
    handlers: Vec<Handler>,
    /// The slot that holds the exception of the outermost `catch`; those of inner ones follow.
    first_exception: u32,
    /// How many blocks deep the code is that cannot be reached and so is not translated; 0 where it can.
    skipped: u32,
    local_slots: u32,
    locals: Locals,
    result_slots: u32,
}

/// The byte offset of a slot from its frame's start.
fn byte(slot: u32) -> u32 {
    slot * 8
}

impl Lowering<'_> {
    /// Counts an instruction of WebAssembly, before its code.
    fn count(&mut self, offset: u32) {
        if self.run == MAX_RUN - 1 {
            self.end_run(offset);
        }
        self.note_operator(offset);
        if let Some(origins) = &mut self.origins {
            origins.count(offset);
        }
        self.run += 1;
    }

    /// Begins the code of the instruction that has been counted last.
    fn begin(&mut self, op: Op, offset: u32) -> u32 {
        self.begin_code(op as u32, offset)
    }

    /// The same, for any opcode.
    fn begin_code(&mut self, opcode: u32, offset: u32) -> u32 {
        let word = self.words.len() as u32;
        self.last = None;
        self.note_origins(word);
        if self.folds {
            self.chain.push(word);
            self.note_code(word, offset);
        } else {
            self.positions.push(Position { word, offset });
        }
        if is_rare(opcode) {
            self.words
                .extend([Op::Rare as u32 | self.run << 16, opcode]);
        } else {
            self.words.push(opcode | self.run << 16);
        }
        word
    }

    /// Begins the code of an instruction that flushes.
    fn begin_flushing(&mut self, op: Op, offset: u32) -> u32 {
        let word = self.begin(op, offset);
        self.run = 0;
        word
    }

    /// Ends a straight-line run where no instruction of its own does: before the one at this offset.
    fn end_run(&mut self, offset: u32) {
        if self.run > 0 {
            self.note_tick(offset);
            self.last = None;
            self.chain.push(self.words.len() as u32);
            self.words.push(Op::Tick as u32 | self.run << 16);
            self.run = 0;
        }
    }

    /// Emits a whole instruction.
    fn emit(&mut self, op: Op, offset: u32, operands: &[u32]) -> u32 {
        let word = self.begin(op, offset);
        self.words.extend_from_slice(operands);
        word
    }

    /// Emits a whole instruction whose first operand says where its result goes.
    fn emit_result(&mut self, op: Op, offset: u32, operands: &[u32]) {
        let word = self.emit(op, offset, operands);
        self.last = Some(word);
    }
}
