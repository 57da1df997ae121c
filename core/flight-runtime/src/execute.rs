//! The execution loop.
//!
//! One function, one `match` over the opcodes; all its state is in locals.
//! It holds no meaning: what an instruction does is said in `numeric` and `rare`, the loop moves values and control.
//! It is left when the fuel is used up, and entered again; a single step leaves it after one instruction.
//!
//! This file, those under `execute/` and `operands.rs` are the only ones of this crate with unsafe code.
//! It rests on validation: a validated function's internal code names only slots of its frame and words of its code,
//! and `call` has checked that the frame lies inside the value stack.
#![allow(
    unsafe_code,
    reason = "the loop reads code and slots through raw pointers"
)]

use flight_memory::{LinearMemory, View};

#[macro_use]
mod dispatch;
mod outside;
#[cfg(feature = "simd")]
mod vectors;

use crate::TrapKind;
use crate::code::{Callable, Code};
use crate::context::{CallFrame, ExecutionContext, mark};
use crate::family::for_each_family;
use crate::leave::{Leave, Pace};
use crate::op::{code, tick};
use crate::pairs::for_each_pair;
use crate::slot::slot_function;
use crate::store::Store;

/// Executes the innermost frame, a guest's, until there is a reason to leave.
///
/// `fuel` counts down by the ticks of the runs that have ended.
pub(crate) fn execute(
    context: &mut ExecutionContext,
    code: &Code,
    mut pace: Pace,
    fuel: &mut i64,
) -> Leave {
    loop {
        match run(context, code, pace, fuel) {
            Leave::GrowFrames => {
                if context.frames.len() >= context.max_call_depth as usize {
                    return Leave::Trap(TrapKind::CallStackExhausted);
                }
                context.frames.reserve(1);
                pace.first = code.first_word(top_ip(context) as u32);
            }
            leave => return leave,
        }
    }
}

fn top_ip(context: &ExecutionContext) -> usize {
    context.frames.last().map_or(0, |top| top.ip as usize)
}

/// What the loop needs at calls and returns only.
///
/// It is reached through a pointer, so that it takes no registers from what every instruction needs.
struct Fixed {
    words: *const u32,
    callables: *const Callable,
    stack: *mut u8,
    stack_bytes: usize,
    frames: *mut CallFrame,
    /// How many call frames there are.
    depth: usize,
    /// How many there may be.
    room: usize,
    /// The address of the innermost frame's memory 0.
    memory: u32,
    /// The innermost frame.
    frame: *mut u8,
    /// The bytes of its memory 0.
    view: View,
    /// The globals.
    cells: *mut u64,
    /// What is left of the fuel, while it is in no register.
    left: i32,
    code: *const Code,
    context: *mut ExecutionContext,
}

/// The loop.
#[inline(never)]
fn run(context: &mut ExecutionContext, code: &Code, pace: Pace, fuel: &mut i64) -> Leave {
    let Some(&CallFrame {
        function,
        base,
        ip: first_ip,
        ..
    }) = context.frames.last()
    else {
        return Leave::Halted;
    };
    let slots = context.stack.slots_mut();
    let mut fixed = Fixed {
        words: code.words().as_ptr(),
        callables: code.callables().as_ptr(),
        stack_bytes: slots.len() * 8,
        stack: slots.as_mut_ptr().cast::<u8>(),
        room: context
            .frames
            .capacity()
            .min(context.max_call_depth as usize),
        frames: context.frames.as_mut_ptr(),
        depth: context.frames.len(),
        memory: code.callables()[function as usize].memory,
        frame: core::ptr::null_mut(),
        view: View::EMPTY,
        cells: context.store.cells.as_mut_ptr(),
        left: 0,
        code,
        context,
    };
    let fixed = &raw mut fixed;
    let mask = pace.mask;
    // A run of instructions is short, so what is left never gets far below zero.
    let granted = (*fuel).min(i64::from(i32::MAX)) as i32;
    let mut left = granted;
    let mut opcode = pace.first & 0xffff;

    // SAFETY: `ip` and `frame` come from a frame that a call has checked, and stay inside its code and slots because
    // the code was made from a validated function; see the head of this file. Frames lie inside the value stack, whose
    // slots do not move while the loop runs. `view` is made anew wherever the memory may have changed.
    unsafe {
        let mut ip = (*fixed).words.add(first_ip as usize);
        let mut frame: *mut u8;
        let mut view: View;
        (*fixed).frame = (*fixed).stack.add(base as usize * 8);
        (*fixed).view = view_of(fixed);

        macro_rules! at {
            ($position:expr) => {
                *frame.add(*ip.add($position) as usize).cast::<u64>()
            };
            ($position:expr, $value:expr) => {{
                let value = $value;
                *frame.add(*ip.add($position) as usize).cast::<u64>() = value
            }};
        }
        macro_rules! next {
            ($length:expr) => {
                ip = ip.add($length)
            };
        }
        macro_rules! enter {
            ($run:lifetime) => {
                opcode = *ip & mask;
                continue $run;
            };
        }
        macro_rules! go_to {
            ($position:expr) => {
                ip = ip.offset(*ip.add($position) as i32 as isize)
            };
        }
        // Ends a straight-line run: must come before any effect of the instruction.
        macro_rules! flush {
            ($run:lifetime) => {
                let ticks = tick(*ip) as i32;
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
                // They are few: what is volatile is made into no call.
                for position in 0..$count as usize {
                    to.add(position).write_volatile(from.add(position).read_volatile());
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
            ($run:lifetime, $function:expr, $base:expr, $length:expr) => {{
                let function: u32 = $function;
                let callable = &(*(*fixed).callables.add(function as usize));
                if callable.entry == Callable::NOT_LOWERED {
                    break $run Leave::Lower(function);
                }
                let callee = frame.add($base as usize);
                let callee_byte = callee.offset_from((*fixed).stack) as usize;
                if callee_byte + callable.frame_bytes as usize > (*fixed).stack_bytes {
                    let bytes = callee_byte + callable.frame_bytes as usize;
                    break $run Leave::GrowStack((bytes / 8) as u32);
                }
                let depth = (*fixed).depth;
                if depth >= (*fixed).room {
                    break $run Leave::GrowFrames;
                }
                flush!($run);
                ip = ip.add($length);
                (*(*fixed).frames.add(depth - 1)).ip = ip.offset_from((*fixed).words) as u32;
                let base = (callee_byte / 8) as u32;
                if callable.entry == Callable::HOST {
                    *(*fixed).frames.add(depth) = CallFrame { function, base, ip: 0, marks: mark::HOST };
                    (*fixed).depth = depth + 1;
                    ip = (*fixed).words;
                    break $run Leave::HostCall;
                }
                let mut marks = 0;
                if callable.memory != (*fixed).memory {
                    marks = mark::CROSS;
                    (*fixed).memory = callable.memory;
                    (*fixed).view = view_of(fixed);
                }
                *(*fixed).frames.add(depth) = CallFrame { function, base, ip: callable.entry, marks };
                (*fixed).depth = depth + 1;
                (*fixed).frame = callee;
                ip = (*fixed).words.add(callable.entry as usize);
                zero(callee, callable);
                enter!($run);
            }};
        }
        // Replaces this frame by one of `function`, whose parameters are the `count` slots at `from`.
        macro_rules! return_call {
            ($run:lifetime, $function:expr, $from:expr, $count:expr) => {{
                let function: u32 = $function;
                let callable = &(*(*fixed).callables.add(function as usize));
                if callable.entry == Callable::NOT_LOWERED {
                    break $run Leave::Lower(function);
                }
                let own_byte = frame.offset_from((*fixed).stack) as usize;
                if own_byte + callable.frame_bytes as usize > (*fixed).stack_bytes {
                    let bytes = own_byte + callable.frame_bytes as usize;
                    break $run Leave::GrowStack((bytes / 8) as u32);
                }
                flush!($run);
                move_slots!($from, 0, $count);
                let own = (*fixed).frames.add((*fixed).depth - 1);
                (*own).function = function;
                if callable.entry == Callable::HOST {
                    (*own).marks |= mark::HOST | mark::CROSS;
                    ip = (*fixed).words;
                    break $run Leave::HostCall;
                }
                if callable.memory != (*fixed).memory {
                    (*own).marks |= mark::CROSS;
                    (*fixed).memory = callable.memory;
                    (*fixed).view = view_of(fixed);
                }
                ip = (*fixed).words.add(callable.entry as usize);
                zero(frame, callable);
                enter!($run);
            }};
        }
        // The function that an entry of a table refers to, if its type is the wanted one.
        macro_rules! table_function {
            ($run:lifetime) => {{
                let store = &(*(*fixed).context).store;
                let table = store.tables.get_unchecked(*ip.add(1) as usize);
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
                let found = (*(*fixed).callables.add(function as usize)).type_id;
                if found != *ip.add(2) && !store.types.is_subtype(found, *ip.add(2)) {
                    break $run Leave::Trap(TrapKind::IndirectCallTypeMismatch);
                }
                function
            }};
        }

        // Goes back to the caller, the results being where it wants them.
        macro_rules! return_from {
            ($run:lifetime) => {{
                let depth = (*fixed).depth - 1;
                (*fixed).depth = depth;
                let CallFrame { function, base, marks, .. } = *(*fixed).frames.add(depth);
                if marks & mark::ENTRY != 0 {
                    // A frame below, if there is one, is a host function's.
                    ip = (*fixed).words;
                    break $run Leave::Finished { function, base };
                }
                let caller = *(*fixed).frames.add(depth - 1);
                (*fixed).frame = (*fixed).stack.add(caller.base as usize * 8);
                ip = (*fixed).words.add(caller.ip as usize);
                if marks != 0 {
                    (*fixed).memory = (*(*fixed).callables.add(caller.function as usize)).memory;
                    (*fixed).view = view_of(fixed);
                    if marks & mark::NOTIFY != 0 {
                        break $run Leave::Returned;
                    }
                }
                enter!($run);
            }};
        }

        let leave = 'run: loop {
            frame = (&raw const (*fixed).frame).read_volatile();
            view = (&raw const (*fixed).view).read_volatile();
            'inner: loop {
                for_each_family! { for_each_pair! { dispatch! { (opcode, ip, at, go_to, flush, next, fixed, view, 'run) {
                    code::Nop => ip = ip.add(1),
                    code::Flush | code::Tick => {
                        flush!('run);
                        ip = ip.add(1);
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
                    code::Call | code::CallImport => call!('run, *ip.add(1), *ip.add(2), 3),
                    code::CallIndirect => {
                        let function = table_function!('run);
                        call!('run, function, *ip.add(4), 5);
                    }
                    code::CallRef => {
                        let Some(function) = slot_function(at!(1)) else {
                            break 'run Leave::Trap(TrapKind::NullFunction);
                        };
                        call!('run, function, *ip.add(2), 3);
                    }
                    code::ReturnCall => {
                        return_call!('run, *ip.add(1), *ip.add(2), *ip.add(3));
                    }
                    code::ReturnCallIndirect => {
                        let function = table_function!('run);
                        return_call!('run, function, *ip.add(4), *ip.add(5));
                    }
                    code::ReturnCallRef => {
                        let Some(function) = slot_function(at!(1)) else {
                            break 'run Leave::Trap(TrapKind::NullFunction);
                        };
                        return_call!('run, function, *ip.add(2), *ip.add(3));
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
                    code::BrOnNull => {
                        flush!('run);
                        branch_if!(at!(1) == crate::slot::NULL, 6);
                    }
                    code::BrOnNonNull => {
                        flush!('run);
                        branch_if!(at!(1) != crate::slot::NULL, 6);
                    }
                    code::BrOnCast | code::BrOnCastFail => {
                        flush!('run);
                        break 'inner;
                    }
                    code::TryTable => ip = ip.add(2 + 4 * *ip.add(1) as usize),
                    code::Throw | code::ThrowRef => break 'run Leave::Throw,
                    code::Unreachable => break 'run Leave::Trap(TrapKind::Unreachable),
                    code::Break => break 'run Leave::Break,
                    code::Halt => break 'run Leave::Halted,
                    code::Rare => break 'inner,
                    _ => core::hint::unreachable_unchecked(),
                } } } }
                opcode = *ip & mask;
            }
            // The instruction is executed by a call. It stands out of the inner loop, whose state so stays in registers:
            // what is live here comes from memory again.
            (*fixed).left = left;
            let top = (*fixed).frames.add((*fixed).depth - 1);
            (*top).ip = ip.offset_from((*fixed).words) as u32;
            (*(*fixed).context).frames.set_len((*fixed).depth);
            let context = &mut *(*fixed).context;
            let done = outside::step(context, &*(*fixed).code, opcode, mask, &mut (*fixed).left);
            left = (&raw const (*fixed).left).read_volatile();
            let top = (*fixed).frames.add((*fixed).depth - 1);
            ip = (*fixed).words.add((*top).ip as usize);
            if let Err(leave) = done {
                break 'run leave;
            }
            (*fixed).view = view_of(fixed);
            opcode = *ip & mask;
        };
        *fuel -= i64::from(granted - left);
        let depth = (*fixed).depth;
        if depth > 0 {
            (*(*fixed).frames.add(depth - 1)).ip = ip.offset_from((*fixed).words) as u32;
        }
        (*(*fixed).context).frames.set_len(depth);
        leave
    }
}

/// The bytes of a memory, none if there is none.
///
/// # Safety
/// The pointers must be valid.
#[inline(always)]
unsafe fn view_of(fixed: *mut Fixed) -> View {
    // SAFETY: by the caller's promise.
    let (context, memory) = unsafe { (&mut *(*fixed).context, (*fixed).memory) };
    view_of_memory(&mut context.store, memory)
}

#[inline(always)]
fn view_of_memory(store: &mut Store, memory: u32) -> View {
    store
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
    let mut byte = callable.zero_from as usize;
    // Locals are few: what is volatile is made into no call.
    while byte < callable.zero_to as usize {
        // SAFETY: locals lie inside the frame, by the caller's promise inside the stack.
        unsafe { frame.add(byte).cast::<u64>().write_volatile(0) };
        byte += 8;
    }
}
