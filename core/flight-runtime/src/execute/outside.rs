//! What the loop has no arm for: called where its state is in memory anyway.
#![allow(
    unsafe_code,
    reason = "operands are reached through the pointers that the loop has"
)]

use super::top_ip;
use crate::code::Code;
use crate::context::ExecutionContext;
use crate::leave::Leave;
use crate::op::{NUMERIC, SIMD, code};
use crate::operands::Operands;
use crate::rare::Interrupt;
use crate::refs;

/// Executes the instruction that the loop has been left at, and vector code behind it in the loop for that.
///
/// The loop itself calls nothing else, and this where its state is in memory anyway: so that state can stay in registers.
#[cold]
#[inline(never)]
pub(super) fn step(
    context: &mut ExecutionContext,
    code: &Code,
    opcode: u32,
    mask: u32,
    left: &mut i32,
) -> Result<(), Leave> {
    #[cfg(feature = "simd")]
    if opcode == code::Rare
        && mask == crate::leave::Pace::FAST
        && SIMD.contains(&code.words()[top_ip(context) + 1])
    {
        match super::vectors::run(context, code, left) {
            super::vectors::Leave::Scalar => return Ok(()),
            super::vectors::Leave::Fuel => return Err(Leave::Fuel),
            super::vectors::Leave::Trap(kind) => return Err(Leave::Trap(kind)),
            super::vectors::Leave::Rare => {}
        }
    }
    let _ = (mask, left);
    outside(context, code, opcode).map_err(|interrupt| match interrupt {
        Interrupt::Trap(kind) => Leave::Trap(kind),
        Interrupt::Collect(bytes) => Leave::Collect(bytes),
    })
}

/// Executes one instruction out of any loop.
fn outside(context: &mut ExecutionContext, code: &Code, opcode: u32) -> Result<(), Interrupt> {
    let ip = top_ip(context);
    let base = context.frames.last().map_or(0, |top| top.base as usize);
    let words = code.words();
    // The opcode stands behind that of `Rare`, and the operands behind it.
    let (opcode, start) = match opcode {
        code::Rare => (words[ip + 1], 1),
        opcode => (opcode, 0),
    };
    let frame = context.stack.slots_mut().as_mut_ptr();
    // SAFETY: the instruction and the frame are those that the loop has been left at.
    let operands = unsafe { Operands::new(words.as_ptr().add(ip + start), frame.add(base).cast()) };
    let length = if NUMERIC.contains(&opcode) {
        let function = context.frames.last().map_or(0, |top| top.function as usize);
        let memory = code.callables()[function].memory as usize;
        crate::rare::cold::execute(opcode, &mut context.store, operands, memory)? as u32
    } else if SIMD.contains(&opcode) {
        crate::simd::execute(opcode, &mut context.store, operands)? as u32
    } else if opcode == code::BrOnCast || opcode == code::BrOnCastFail {
        let ty = refs::decode([operands.word(6), operands.word(7)]);
        let is = context.store.is_of_type(operands.get(1), ty);
        if is == (opcode == code::BrOnCast) {
            let [to, from, count] = [3, 4, 5].map(|at| operands.word(at) as usize);
            let frame = &mut context.stack.slots_mut()[base..];
            frame.copy_within(from / 8..from / 8 + count, to / 8);
            operands.word(2)
        } else {
            8
        }
    } else {
        crate::rare::execute(opcode, &mut context.store, operands)? as u32
    };
    let length = length.wrapping_add(start as u32);
    if let Some(top) = context.frames.last_mut() {
        top.ip = top.ip.wrapping_add(length);
    }
    Ok(())
}
