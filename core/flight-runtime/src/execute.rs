//! The execution loop.
//!
//! One function, one `match` over the opcodes; all its state is in locals.
//! It holds no meaning: what an instruction does is said in `numeric` and `rare`, the loop moves values and control.
//! It is left when the fuel is used up, and entered again; a single step leaves it after one instruction.
//!
//! This file and `operands.rs` are the only ones of this crate with unsafe code.
//! It rests on validation: a validated function's internal code names only slots of its frame and words of its code,
//! and `call` has checked that the frame lies inside the value stack.
#![allow(
    unsafe_code,
    reason = "the loop reads code and slots through raw pointers"
)]

use flight_memory::{LinearMemory, View};

#[macro_use]
mod dispatch;

use crate::TrapKind;
use crate::code::{Callable, Code};
use crate::context::{CallFrame, ExecutionContext, mark};
use crate::leave::{Leave, Pace};
use crate::numeric::for_each_numeric;
use crate::op::{code, tick};
use crate::operands::Operands;
use crate::rare::Interrupt;
use crate::refs;
use crate::slot::slot_function;

/// Executes the innermost frame, a guest's, until there is a reason to leave.
///
/// `fuel` counts down by the ticks of the runs that have ended.
pub(crate) fn execute(
    context: &mut ExecutionContext,
    code: &Code,
    pace: Pace,
    fuel: &mut i64,
) -> Leave {
    let Some(&CallFrame {
        function,
        base,
        ip: first_ip,
        ..
    }) = context.frames.last()
    else {
        return Leave::Halted;
    };
    let words = code.words().as_ptr();
    let callables = code.callables();
    let slots = context.stack.slots_mut();
    let stack_bytes = slots.len() * 8;
    let stack = slots.as_mut_ptr().cast::<u8>();
    let depth_limit = context.max_call_depth as usize;
    // In a single step every instruction but the first is taken for `Halt`.
    let mask = if pace.single { 0 } else { 0xffff };

    let mut left = *fuel;
    let mut word = pace.first;
    let mut opcode = word & 0xffff;
    let mut memory = callables[function as usize].memory;
    let mut view = view_of(context, memory);

    // SAFETY: `ip` and `frame` come from a frame that a call has checked, and stay inside its code and slots because
    // the code was made from a validated function; see the head of this file. Frames lie inside the value stack, whose
    // slots do not move while the loop runs. `view` is made anew wherever the memory may have changed.
    unsafe {
        let mut ip = words.add(first_ip as usize);
        let mut frame = stack.add(base as usize * 8);

        macro_rules! at {
            ($position:expr) => {
                *frame.add(*ip.add($position) as usize).cast::<u64>()
            };
            ($position:expr, $value:expr) => {{
                let value = $value;
                *frame.add(*ip.add($position) as usize).cast::<u64>() = value
            }};
        }
        macro_rules! go_to {
            ($position:expr) => {
                ip = ip.offset(*ip.add($position) as i32 as isize)
            };
        }
        // Ends a straight-line run: must come before any effect of the instruction.
        macro_rules! flush {
            ($run:lifetime) => {
                let ticks = i64::from(tick(word));
                if left < ticks {
                    break $run Leave::Fuel;
                }
                left -= ticks;
            };
        }
        macro_rules! move_slots {
            ($from:expr, $to:expr, $count:expr) => {
                let from = frame.add($from as usize).cast::<u64>();
                let to = frame.add($to as usize).cast::<u64>();
                // Results move down or stay: copying upwards from the lowest is right for overlapping ranges.
                for position in 0..$count as usize {
                    *to.add(position) = *from.add(position);
                }
            };
        }
        // Moves the slots that a branch on a reference carries and goes to its target, if the condition holds.
        macro_rules! branch_if {
            ($condition:expr, $length:expr) => {
                if $condition {
                    move_slots!(*ip.add(4), *ip.add(3), *ip.add(5));
                    go_to!(2);
                } else {
                    ip = ip.add($length);
                }
            };
        }
        // Calls `function` with its parameters at `base` bytes of this frame; `length` is the instruction's.
        macro_rules! call {
            ($run:lifetime, $function:expr, $base:expr, $length:expr, $cross:expr) => {{
                let function: u32 = $function;
                let callable = callables.get_unchecked(function as usize);
                if callable.entry == Callable::NOT_LOWERED {
                    break $run Leave::Lower(function);
                }
                let callee = frame.add($base as usize);
                let callee_byte = callee.offset_from(stack) as usize;
                if callee_byte + callable.frame_bytes as usize > stack_bytes {
                    let bytes = callee_byte + callable.frame_bytes as usize;
                    break $run Leave::GrowStack((bytes / 8) as u32);
                }
                if context.frames.len() >= depth_limit {
                    break $run Leave::Trap(TrapKind::CallStackExhausted);
                }
                flush!($run);
                ip = ip.add($length);
                let top = context.frames.len() - 1;
                context.frames.get_unchecked_mut(top).ip = ip.offset_from(words) as u32;
                let base = (callee_byte / 8) as u32;
                if callable.entry == Callable::HOST {
                    context.frames.push(CallFrame { function, base, ip: 0, marks: mark::HOST });
                    *fuel = left;
                    return Leave::HostCall;
                }
                let mut marks = 0;
                if $cross && callable.memory != memory {
                    marks = mark::CROSS;
                    memory = callable.memory;
                    view = view_of(context, memory);
                }
                context.frames.push(CallFrame { function, base, ip: callable.entry, marks });
                frame = callee;
                ip = words.add(callable.entry as usize);
                zero(frame, callable);
            }};
        }
        // Replaces this frame by one of `function`, whose parameters are the `count` slots at `from`.
        macro_rules! return_call {
            ($run:lifetime, $function:expr, $from:expr, $count:expr) => {{
                let function: u32 = $function;
                let callable = callables.get_unchecked(function as usize);
                if callable.entry == Callable::NOT_LOWERED {
                    break $run Leave::Lower(function);
                }
                let own_byte = frame.offset_from(stack) as usize;
                if own_byte + callable.frame_bytes as usize > stack_bytes {
                    let bytes = own_byte + callable.frame_bytes as usize;
                    break $run Leave::GrowStack((bytes / 8) as u32);
                }
                flush!($run);
                move_slots!($from, 0, $count);
                let top = context.frames.len() - 1;
                let own = context.frames.get_unchecked_mut(top);
                own.function = function;
                if callable.entry == Callable::HOST {
                    own.ip = 0;
                    own.marks |= mark::HOST | mark::CROSS;
                    *fuel = left;
                    return Leave::HostCall;
                }
                if callable.memory != memory {
                    own.marks |= mark::CROSS;
                    memory = callable.memory;
                    view = view_of(context, memory);
                }
                ip = words.add(callable.entry as usize);
                zero(frame, callable);
            }};
        }
        // The function that an entry of a table refers to, if its type is the wanted one.
        macro_rules! table_function {
            ($run:lifetime) => {{
                let table = context.store.tables.get_unchecked(*ip.add(1) as usize);
                let index = match table.ty.is64 {
                    false => u64::from(at!(3) as u32),
                    true => at!(3),
                };
                let Some(slot) = table.get(index) else {
                    break $run Leave::Trap(TrapKind::UndefinedElement);
                };
                let Some(function) = slot_function(slot) else {
                    break $run Leave::Trap(TrapKind::UninitializedElement);
                };
                let found = callables.get_unchecked(function as usize).type_id;
                if found != *ip.add(2) && !context.store.types.is_subtype(found, *ip.add(2)) {
                    break $run Leave::Trap(TrapKind::IndirectCallTypeMismatch);
                }
                function
            }};
        }

        // Goes back to the caller, the results being where it wants them.
        macro_rules! return_from {
            ($run:lifetime) => {{
                let top = context.frames.len() - 1;
                let CallFrame { function, base, marks, .. } = *context.frames.get_unchecked(top);
                context.frames.set_len(top);
                if marks & mark::ENTRY != 0 {
                    *fuel = left;
                    return Leave::Finished { function, base };
                }
                let caller = *context.frames.get_unchecked(top - 1);
                frame = stack.add(caller.base as usize * 8);
                ip = words.add(caller.ip as usize);
                if marks != 0 {
                    memory = callables.get_unchecked(caller.function as usize).memory;
                    view = view_of(context, memory);
                    if marks & mark::NOTIFY != 0 {
                        break $run Leave::Returned;
                    }
                }
            }};
        }

        let leave = 'run: loop {
            for_each_numeric! { dispatch! { (opcode as u16, ip, at, go_to, flush, view, 'run) {
                code::Nop => ip = ip.add(1),
                code::Flush | code::Tick => {
                    flush!('run);
                    ip = ip.add(1);
                }
                code::Copy => {
                    at!(1, at!(2));
                    ip = ip.add(3);
                }
                code::Const => {
                    at!(1, u64::from(*ip.add(2)) | u64::from(*ip.add(3)) << 32);
                    ip = ip.add(4);
                }
                code::Br => {
                    flush!('run);
                    go_to!(1);
                }
                code::BrMove => {
                    flush!('run);
                    move_slots!(*ip.add(3), *ip.add(2), *ip.add(4));
                    go_to!(1);
                }
                code::BrIf => {
                    flush!('run);
                    if at!(1) as u32 != 0 {
                        go_to!(2);
                    } else {
                        ip = ip.add(3);
                    }
                }
                code::BrUnless => {
                    flush!('run);
                    if at!(1) as u32 == 0 {
                        go_to!(2);
                    } else {
                        ip = ip.add(3);
                    }
                }
                code::BrIfMove => {
                    flush!('run);
                    if at!(1) as u32 != 0 {
                        move_slots!(*ip.add(4), *ip.add(3), *ip.add(5));
                        go_to!(2);
                    } else {
                        ip = ip.add(6);
                    }
                }
                code::BrTable => {
                    flush!('run);
                    let index = (at!(1) as u32).min(*ip.add(2) - 1);
                    let entry = 5 + 2 * index as usize;
                    move_slots!(*ip.add(3), *ip.add(entry + 1), *ip.add(4));
                    go_to!(entry);
                }
                code::Call => call!('run, *ip.add(1), *ip.add(2), 3, false),
                code::CallImport => call!('run, *ip.add(1), *ip.add(2), 3, true),
                code::CallIndirect => {
                    let function = table_function!('run);
                    call!('run, function, *ip.add(4), 5, true);
                }
                code::ReturnCall => {
                    return_call!('run, *ip.add(1), *ip.add(2), *ip.add(3));
                }
                code::ReturnCallIndirect => {
                    let function = table_function!('run);
                    return_call!('run, function, *ip.add(4), *ip.add(5));
                }
                code::Return => {
                    flush!('run);
                    move_slots!(*ip.add(1), 0, *ip.add(2));
                    return_from!('run);
                }
                code::ReturnOne => {
                    flush!('run);
                    *frame.cast::<u64>() = at!(1);
                    return_from!('run);
                }
                code::ReturnNone => {
                    flush!('run);
                    return_from!('run);
                }
                code::GlobalGet => {
                    let cell = (*ip.add(2) / 8) as usize;
                    at!(1, *context.store.cells.get_unchecked(cell));
                    ip = ip.add(3);
                }
                code::GlobalSet => {
                    let cell = (*ip.add(1) / 8) as usize;
                    *context.store.cells.get_unchecked_mut(cell) = at!(2);
                    ip = ip.add(3);
                }
                code::Select => {
                    let chosen = if at!(4) as u32 != 0 { at!(2) } else { at!(3) };
                    at!(1, chosen);
                    ip = ip.add(5);
                }
                code::RefIsNull => {
                    at!(1, u64::from(at!(2) == crate::slot::NULL));
                    ip = ip.add(3);
                }
                code::Copy2 => {
                    move_slots!(*ip.add(2), *ip.add(1), 2);
                    ip = ip.add(3);
                }
                code::Select2 => {
                    let from = if at!(4) as u32 != 0 { *ip.add(2) } else { *ip.add(3) };
                    move_slots!(from, *ip.add(1), 2);
                    ip = ip.add(5);
                }
                code::CallRef => {
                    let Some(function) = slot_function(at!(1)) else {
                        break 'run Leave::Trap(TrapKind::NullFunction);
                    };
                    call!('run, function, *ip.add(2), 3, true);
                }
                code::ReturnCallRef => {
                    let Some(function) = slot_function(at!(1)) else {
                        break 'run Leave::Trap(TrapKind::NullFunction);
                    };
                    return_call!('run, function, *ip.add(2), *ip.add(3));
                }
                code::BrOnNull => {
                    flush!('run);
                    branch_if!(at!(1) == crate::slot::NULL, 6);
                }
                code::BrOnNonNull => {
                    flush!('run);
                    branch_if!(at!(1) != crate::slot::NULL, 6);
                }
                code::BrOnCast => {
                    flush!('run);
                    let ty = refs::decode([*ip.add(6), *ip.add(7)]);
                    branch_if!(context.store.is_of_type(at!(1), ty), 8);
                }
                code::BrOnCastFail => {
                    flush!('run);
                    let ty = refs::decode([*ip.add(6), *ip.add(7)]);
                    branch_if!(!context.store.is_of_type(at!(1), ty), 8);
                }
                code::TryTable => ip = ip.add(2 + 4 * *ip.add(1) as usize),
                code::Throw | code::ThrowRef => break 'run Leave::Throw,
                code::Unreachable => break 'run Leave::Trap(TrapKind::Unreachable),
                code::Break => break 'run Leave::Break,
                code::V128Const..=code::V128Store64Lane => {
                    match crate::simd::execute(opcode as u16, &mut context.store, Operands::new(ip, frame)) {
                        Ok(length) => ip = ip.add(length),
                        Err(kind) => break 'run Leave::Trap(kind),
                    }
                    view = view_of(context, memory);
                }
                code::MemorySize..=code::RefAsNonNull | code::I32AtomicLoad..=code::MemoryAtomicNotify => {
                    match crate::rare::execute(opcode as u16, &mut context.store, Operands::new(ip, frame)) {
                        Ok(length) => ip = ip.add(length),
                        Err(Interrupt::Trap(kind)) => break 'run Leave::Trap(kind),
                        Err(Interrupt::Collect(bytes)) => break 'run Leave::Collect(bytes),
                    }
                    view = view_of(context, memory);
                }
                code::Halt => break 'run Leave::Halted,
                _ => core::hint::unreachable_unchecked(),
            } } }
            word = *ip;
            opcode = word & mask;
        };
        *fuel = left;
        if let Some(top) = context.frames.last_mut() {
            top.ip = ip.offset_from(words) as u32;
        }
        leave
    }
}

/// The bytes of a memory, none if there is none.
fn view_of(context: &mut ExecutionContext, memory: u32) -> View {
    context
        .store
        .memories
        .get_mut(memory as usize)
        .map_or(View::EMPTY, LinearMemory::view)
}

/// Sets a new frame's locals to zero, which is null too.
///
/// # Safety
/// The frame must lie inside the value stack.
#[inline(always)]
unsafe fn zero(frame: *mut u8, callable: &Callable) {
    let length = (callable.zero_to - callable.zero_from) as usize;
    // SAFETY: locals lie inside the frame, by the caller's promise inside the stack.
    unsafe {
        frame
            .add(callable.zero_from as usize)
            .write_bytes(0, length);
    }
}
