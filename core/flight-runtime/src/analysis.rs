//! What lies on the value stack, and which labels are open, before each instruction of a function.
//!
//! The internal code knows no types. They are found again by the decoder's validator, for the functions that are
//! looked at, and kept. Operand lists of neighbouring instructions share their tails, so that the room is linear.

mod flow;

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use core::cell::OnceCell;

use flight_wasm::wasmparser::{
    self, BinaryReader, BlockType, FrameKind, FuncValidator, Operator, OperatorsReader,
    UnpackedIndex, ValType, ValidatorResources, WasmModuleResources, types::CoreTypeId,
};
use flight_wasm::{FuncIdx, HeapType, Module, RefType, TypeIdx, ValueType, validate_operator};
use hashbrown::HashMap;

use crate::interpreter::Interpreter;
use crate::type_ids::canonical_ref;

pub(crate) use flow::{Flow, Kind, Step, tail_calls};

/// A label that a branch can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// `block`, `loop`, `if`, `else` or `func`.
    pub kind: &'static str,
    /// The byte offset of the instruction that opened it; of the body's first instruction for `func`.
    pub offset: u32,
    /// How many operands of the frame lie below it.
    pub height: u32,
    /// How many operands a branch to it carries.
    pub arity: u32,
}

/// No node: the end of a list.
const NONE: u32 = u32::MAX;

/// The analysed instructions of one function.
#[derive(Debug, Default)]
pub(crate) struct Analysis {
    instructions: Vec<Instruction>,
    operands: Vec<Node<ValueType>>,
    labels: Vec<Node<Label>>,
    pub(crate) locals: Vec<ValueType>,
    /// Where operands come from, once that has been asked for.
    flow: OnceCell<Flow>,
}

/// What holds before one instruction.
#[derive(Clone, Copy, Debug)]
struct Instruction {
    offset: u32,
    operands: u32,
    labels: u32,
    /// How many operands there are.
    height: u32,
    /// How many operands it takes.
    takes: u32,
    /// How many there are behind it.
    after: u32,
}

/// An element of a list, and the list below it.
#[derive(Clone, Copy, Debug)]
struct Node<T> {
    item: T,
    below: u32,
}

/// Analyses that have been made, by instance and function.
#[derive(Debug, Default)]
pub(crate) struct Analyses {
    made: HashMap<(u32, u32), Rc<Analysis>>,
}

/// How many analyses are kept.
const KEPT: usize = 256;

impl Interpreter {
    pub(crate) fn analysis(&self, instance: u32, func: FuncIdx) -> Rc<Analysis> {
        let mut analyses = self.analyses.borrow_mut();
        if let Some(made) = analyses.made.get(&(instance, func.0)) {
            return made.clone();
        }
        let own = &self.context.store.instances[instance as usize];
        let analysis = Rc::new(Analysis::of(&own.module, func, &own.type_ids));
        if analyses.made.len() >= KEPT {
            analyses.made.clear();
        }
        analyses.made.insert((instance, func.0), analysis.clone());
        analysis
    }
}

impl Analysis {
    /// Analyses a defined function; empty for an imported one.
    ///
    /// `type_ids` has the store's numbers of the module's types, which types are told by; without them it is the module's own.
    pub(crate) fn of(module: &Module, func: FuncIdx, type_ids: &[u32]) -> Self {
        let mut analysis = Self::default();
        // A validated body gives no error; if it did, the analysis would end there.
        let _ = analysis.read(module, func, type_ids);
        analysis
    }

    fn read(&mut self, module: &Module, func: FuncIdx, type_ids: &[u32]) -> Option<()> {
        let body = module.function_reader(func)?;
        let mut validator = module.function_validator(func)?;
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader).ok()?;
        let types = Types {
            module,
            resources: validator.resources().clone(),
            type_ids,
            indices: OnceCell::new(),
        };
        for index in 0..validator.len_locals() {
            self.locals
                .push(types.value_type(validator.get_local_type(index)));
        }
        let mut operators = body.get_operators_reader().ok()?;
        let (mut operands, mut labels) = (NONE, NONE);
        let mut height = 0;
        while !operators.eof() {
            let offset = operators.original_position() as u32;
            let operator = operators.read().ok()?;
            if labels == NONE {
                let results = module.func_type(func).results().len() as u32;
                let item = Label {
                    kind: "func",
                    offset,
                    height: 0,
                    arity: results,
                };
                labels = self.push_label(item, NONE);
            }
            let (takes, _) = operator.operator_arity(&validator).unwrap_or((0, 0));
            let takes = takes.min(height);
            let (operands_before, labels_before) = (operands, labels);
            let control_height = validator.control_stack_height();
            validate_operator(&mut validator, u64::from(offset), &operator).ok()?;
            // What the instruction has not taken lies below as before.
            let new_height = validator.operand_stack_height();
            self.instructions.push(Instruction {
                offset,
                operands: operands_before,
                labels: labels_before,
                height,
                takes,
                after: new_height,
            });
            let kept = (height - takes).min(new_height);
            for _ in kept..height {
                operands = self.operands[operands as usize].below;
            }
            for position in kept..new_height {
                let depth = new_height - 1 - position;
                let ty = validator.get_operand_type(depth as usize).flatten();
                let ty = types.value_type(ty);
                operands = self.push_operand(ty, operands);
            }
            height = new_height;
            if validator.control_stack_height() < control_height {
                labels = self.labels[labels as usize].below;
            } else if let Some(item) = opened(&operator, &validator, module, offset) {
                if closes_before(&operator) {
                    labels = self.labels[labels as usize].below;
                }
                labels = self.push_label(item, labels);
            }
            if labels == NONE {
                break;
            }
        }
        Some(())
    }

    fn push_operand(&mut self, item: ValueType, below: u32) -> u32 {
        self.operands.push(Node { item, below });
        self.operands.len() as u32 - 1
    }

    fn push_label(&mut self, item: Label, below: u32) -> u32 {
        self.labels.push(Node { item, below });
        self.labels.len() as u32 - 1
    }

    fn at(&self, offset: u32) -> Option<&Instruction> {
        let found = self
            .instructions
            .binary_search_by_key(&offset, |at| at.offset)
            .ok()?;
        self.instructions.get(found)
    }

    /// Whether an instruction begins at this offset.
    pub(crate) fn is_instruction(&self, offset: u32) -> bool {
        self.at(offset).is_some()
    }

    /// The offsets of all instructions, in order.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = u32> {
        self.instructions.iter().map(|at| at.offset)
    }

    /// The operands' types before the instruction at this offset, bottom first.
    pub(crate) fn operands(&self, offset: u32) -> Vec<ValueType> {
        self.at(offset)
            .map(|at| list(&self.operands, at.operands))
            .unwrap_or_default()
    }

    /// How many of the operands the instruction takes.
    pub(crate) fn takes(&self, offset: u32) -> usize {
        self.at(offset).map_or(0, |at| at.takes as usize)
    }

    /// Where the function's operands come from; `module` and `func` are those that were analysed.
    pub(crate) fn flow(&self, module: &Module, func: FuncIdx) -> &Flow {
        self.flow
            .get_or_init(|| Flow::of(self, module, func).unwrap_or_default())
    }

    /// The same, if that has been asked for.
    pub(crate) fn known_flow(&self) -> Option<&Flow> {
        self.flow.get()
    }

    /// The labels open before the instruction at this offset, outermost first.
    pub(crate) fn labels(&self, offset: u32) -> Vec<Label> {
        self.at(offset)
            .map(|at| list(&self.labels, at.labels))
            .unwrap_or_default()
    }
}

fn list<T: Copy>(nodes: &[Node<T>], top: u32) -> Vec<T> {
    let mut items = Vec::new();
    let mut next = top;
    while let Some(node) = nodes.get(next as usize) {
        items.push(node.item);
        next = node.below;
    }
    items.reverse();
    items
}

/// Whether an instruction closes one label as it opens another.
fn closes_before(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Else | Operator::Catch { .. } | Operator::CatchAll
    )
}

/// The label that an instruction has just opened.
fn opened(
    operator: &Operator<'_>,
    validator: &FuncValidator<ValidatorResources>,
    module: &Module,
    offset: u32,
) -> Option<Label> {
    let (kind, block) = match operator {
        Operator::Block { blockty } => ("block", *blockty),
        Operator::Loop { blockty } => ("loop", *blockty),
        Operator::If { blockty } => ("if", *blockty),
        Operator::Else => ("else", validator.get_control_frame(0)?.block_type),
        Operator::TryTable { try_table } => ("try_table", try_table.ty),
        Operator::Try { blockty } => ("try", *blockty),
        Operator::Catch { .. } | Operator::CatchAll => {
            ("catch", validator.get_control_frame(0)?.block_type)
        }
        _ => return None,
    };
    let frame = validator.get_control_frame(0)?;
    let ty = match block {
        BlockType::Empty => (0, 0),
        BlockType::Type(_) => (0, 1),
        BlockType::FuncType(index) => {
            let ty = module.func_type_at(TypeIdx(index));
            (ty.params().len() as u32, ty.results().len() as u32)
        }
    };
    let arity = if frame.kind == FrameKind::Loop {
        ty.0
    } else {
        ty.1
    };
    Some(Label {
        kind,
        offset,
        height: frame.height as u32,
        arity,
    })
}

/// Makes the store's types of the validator's, which has numbers of its own for those that a module defines.
struct Types<'a> {
    module: &'a Module,
    resources: ValidatorResources,
    /// For each of the module's types its number in the store.
    type_ids: &'a [u32],
    /// The module's indices of the validator's numbers: made when the first one is asked for.
    indices: OnceCell<HashMap<CoreTypeId, u32>>,
}

impl Types<'_> {
    /// The type of an operand; where code cannot be reached and a type is unknown, any will do.
    fn value_type(&self, ty: Option<ValType>) -> ValueType {
        let ty = match ty {
            None | Some(ValType::I32) => return ValueType::I32,
            Some(ValType::I64) => return ValueType::I64,
            Some(ValType::F32) => return ValueType::F32,
            Some(ValType::F64) => return ValueType::F64,
            Some(ValType::V128) => return ValueType::V128,
            Some(ValType::Ref(ty)) => ty,
        };
        let heap = match ty.heap_type() {
            wasmparser::HeapType::Concrete(UnpackedIndex::Id(id))
            | wasmparser::HeapType::Exact(UnpackedIndex::Id(id)) => {
                let index = self.index(id).unwrap_or(u32::MAX);
                wasmparser::HeapType::Concrete(UnpackedIndex::Module(index))
            }
            other => other,
        };
        let nullable = ty.is_nullable();
        ValueType::Ref(match self.module.ref_type(nullable, heap) {
            Some(ty) if self.type_ids.is_empty() => ty,
            Some(ty) => canonical_ref(ty, self.type_ids),
            // A validated module has no others.
            None => RefType {
                nullable,
                heap: HeapType::Any,
            },
        })
    }

    fn index(&self, id: CoreTypeId) -> Option<u32> {
        let indices = self.indices.get_or_init(|| {
            let with_id = |index| {
                let own = UnpackedIndex::Module(index);
                let mut ty = wasmparser::HeapType::Concrete(own);
                self.resources.check_heap_type(&mut ty, 0).ok()?;
                match ty {
                    wasmparser::HeapType::Concrete(UnpackedIndex::Id(id)) => Some((id, index)),
                    _ => None,
                }
            };
            let all = 0..self.module.types().len() as u32;
            all.filter_map(with_id).collect()
        });
        indices.get(&id).copied()
    }
}

/// The text of the instruction at an offset of a function.
pub(crate) fn instruction_at(module: &Module, func: FuncIdx, offset: u32) -> Option<String> {
    with_operator(module, func, offset, flight_wasm::instruction_text)
}

/// Decodes the instruction at an offset of a function and hands it to `use_it`.
pub(crate) fn with_operator<R>(
    module: &Module,
    func: FuncIdx,
    offset: u32,
    use_it: impl FnOnce(&Operator<'_>) -> R,
) -> Option<R> {
    let end = module.function_body(func)?.range.end;
    let bytes = module.bytes().get(offset as usize..end)?;
    // A reader that begins in the middle of a body knows no open `if` or `try`.
    let index = || {
        BinaryReader::new(bytes.get(1..).unwrap_or_default(), 0)
            .read_var_u32()
            .ok()
    };
    match bytes.first()? {
        0x05 => return Some(use_it(&Operator::Else)),
        0x07 => {
            return Some(use_it(&Operator::Catch {
                tag_index: index()?,
            }));
        }
        0x18 => {
            return Some(use_it(&Operator::Delegate {
                relative_depth: index()?,
            }));
        }
        0x19 => return Some(use_it(&Operator::CatchAll)),
        _ => {}
    }
    let reader = BinaryReader::new(bytes, u64::from(offset));
    OperatorsReader::new(reader)
        .read()
        .ok()
        .map(|operator| use_it(&operator))
}
