//! Blocks: runs of instructions that are executed one after the other, whatever happens, unless one of them traps.

use alloc::vec::Vec;

use flight_wasm::wasmparser::Operator;
use flight_wasm::{FuncIdx, Module};

/// An instruction, and its part in the blocks of its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    /// Its byte offset in the module.
    pub(super) offset: u32,
    /// It begins a block: it may be come to from elsewhere than from the instruction before it.
    pub(super) begins: bool,
    /// It makes the frame another function's.
    pub(super) leaves: bool,
}

/// All instructions of a function, in the order of the code; none if it is imported.
pub(super) fn instructions(module: &Module, func: FuncIdx) -> impl Iterator<Item = Instruction> {
    let body = module.function_reader(func);
    let mut operators = body.and_then(|body| body.get_operators_reader().ok());
    let mut begins = true;
    // For each open block whether it is a loop: behind the end of one comes nobody who has not come to that.
    let mut loops = Vec::new();
    core::iter::from_fn(move || {
        let reader = operators.as_mut()?;
        if reader.eof() {
            return None;
        }
        let offset = reader.original_position() as u32;
        // A validated body gives no error; if it did, the list would end there.
        let operator = reader.read().ok()?;
        let instruction = Instruction {
            offset,
            begins: begins || matches!(operator, Operator::Loop { .. }),
            leaves: matches!(
                operator,
                Operator::ReturnCall { .. }
                    | Operator::ReturnCallIndirect { .. }
                    | Operator::ReturnCallRef { .. }
            ),
        };
        begins = match operator {
            Operator::Loop { .. } => {
                loops.push(true);
                false
            }
            Operator::Block { .. } | Operator::Try { .. } | Operator::TryTable { .. } => {
                loops.push(false);
                false
            }
            Operator::If { .. } => {
                loops.push(false);
                true
            }
            Operator::End | Operator::Delegate { .. } => !loops.pop().unwrap_or(false),
            Operator::Else
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. }
            | Operator::Return
            | Operator::Call { .. }
            | Operator::CallIndirect { .. }
            | Operator::CallRef { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Rethrow { .. }
            | Operator::Unreachable => true,
            _ => instruction.leaves,
        };
        Some(instruction)
    })
}
