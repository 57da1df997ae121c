//! The loop for vector code: vector instructions, and the scalar ones that stand between them.
//!
//! They are no arms of the other loop, since that one must stay small (see `family`).
//! This one knows no calls and no pairs: a pair is executed half by half, as two instructions.
#![allow(
    unsafe_code,
    reason = "the loop reads code and slots through raw pointers"
)]

use super::dispatch::{load, store};
use super::view_of_memory;
use crate::code::Code;
use crate::context::{CallFrame, ExecutionContext};
use crate::family::{br, br_imm, imm};
use crate::op::{SIMD, code, tick};
use crate::operands::Operands;
use crate::simd::{Vector, arms::*, for_each_simd};
use crate::slot::{Slot, apply_immediate, apply1, apply2};
use crate::{TrapKind, numeric, pairs};

/// After how many runs without a vector instruction the other loop is the better one.
const PATIENCE: u32 = 16;

/// Why the loop was left.
pub(super) enum Leave {
    /// The instruction is to be executed out of any loop.
    Rare,
    /// The other loop is to go on.
    Scalar,
    /// The run would end beyond the fuel.
    Fuel,
    /// The instruction traps.
    Trap(TrapKind),
}

/// What the steps of the other loop reach through a pointer.
struct Fixed {
    cells: *mut u64,
}

/// The `match`: arms for the table of vector instructions and for a list of scalar ones, then those given by hand.
macro_rules! dispatch_vectors {
    (($opcode:expr, $vectors:ident)
     { scalars { $($module:ident { $($name:ident $shape:ident $f:ident;)* })* } $($by_hand:tt)* }
     constant { $constant:ident $f1:ident; } shuffle { $shuffle:ident $f2:ident; }
     unary { $($unary:ident $f3:ident;)* } binary { $($binary:ident $f4:ident;)* }
     ternary { $($ternary:ident $f5:ident;)* } shift { $($shift:ident $f6:ident;)* }
     test { $($test:ident $f7:ident;)* } splat { $($splat:ident $f8:ident;)* }
     extract { $($extract:ident $f9:ident;)* } replace { $($replace:ident $f10:ident;)* }
     load { $($load:ident $f11:ident;)* } load_lane { $($load_lane:ident $f12:ident;)* }
     store { $($store:ident $f13:ident;)* } store_lane { $($store_lane:ident $f14:ident;)* }) => {
        match $opcode {
            code::$constant => $vectors!(constant),
            code::$shuffle => $vectors!(shuffle $f2),
            $(code::$unary => $vectors!(unary $f3),)*
            $(code::$binary => $vectors!(binary $f4),)*
            $(code::$ternary => $vectors!(ternary $f5),)*
            $(code::$shift => $vectors!(shift $f6),)*
            $(code::$test => $vectors!(test $f7),)*
            $(code::$splat => $vectors!(splat $f8),)*
            $(code::$extract => $vectors!(extract $f9),)*
            $(code::$replace => $vectors!(replace $f10),)*
            $(code::$load => $vectors!(load $f11),)*
            $(code::$load_lane => $vectors!(load_lane $f12),)*
            $(code::$store => $vectors!(store $f13),)*
            $(code::$store_lane => $vectors!(store_lane $f14),)*
            $($($module::$name => step!($shape $f),)*)*
            $($by_hand)*
        }
    };
}

/// Executes instructions of the innermost frame, a vector one first, until one comes that this loop does not know.
#[inline(never)]
#[cfg_attr(target_family = "wasm", target_feature(enable = "simd128"))]
pub(super) fn run(context: &mut ExecutionContext, code: &Code, fuel: &mut i32) -> Leave {
    let Some(&CallFrame {
        function,
        base,
        ip: first_ip,
        ..
    }) = context.frames.last()
    else {
        return Leave::Scalar;
    };
    let own_memory = code.callables()[function as usize].memory;
    let view = view_of_memory(&mut context.store, own_memory);
    let fixed = &Fixed {
        cells: context.store.cells.as_mut_ptr(),
    };
    let mut left = *fuel;
    // How many runs have ended since the last vector instruction.
    let mut idle = 0;
    let mut opcode = code::Rare;

    // SAFETY: as in the other loop. This one changes neither the frame nor the memory's place.
    unsafe {
        let words = code.words().as_ptr();
        let mut ip = words.add(first_ip as usize);
        let slots = context.stack.slots_mut();
        let frame = slots.as_mut_ptr().add(base as usize).cast::<u8>();

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
        macro_rules! go_to {
            ($position:expr) => {
                ip = ip.offset(*ip.add($position) as i32 as isize)
            };
        }
        // Ends a straight-line run: must come before any effect of the instruction.
        macro_rules! flush {
            ($run:lifetime) => {
                let ticks = tick(*ip) as i32;
                idle += 1;
                if left < ticks {
                    break $run Leave::Fuel;
                }
                if idle > PATIENCE {
                    break $run Leave::Scalar;
                }
                left -= ticks;
            };
        }
        macro_rules! move_slots {
            ($from:expr, $to:expr, $count:expr) => {
                let from = frame.add($from as usize).cast::<u64>();
                let to = frame.add($to as usize).cast::<u64>();
                // As in the other loop.
                for position in 0..$count as usize {
                    to.add(position)
                        .write_volatile(from.add(position).read_volatile());
                }
            };
        }
        macro_rules! operands {
            () => {
                Operands::new(ip, frame)
            };
        }
        macro_rules! wide {
            ($position:expr) => {
                operands!().get_vector($position)
            };
            ($position:expr, $value:expr) => {
                operands!().set_vector($position, $value)
            };
        }
        let leave = 'run: loop {
            steps! { ip, at, go_to, flush, next, fixed, view, 'run }
            // The address that an access begins at, and its offset, if it is one of the frame's memory 0 below 2^32.
            macro_rules! place {
                ($address:expr, $memory:expr) => {{
                    let address = at!($address);
                    let (memory, high) = (*ip.add($memory), *ip.add($memory + 2));
                    if memory ^ own_memory | high | (address >> 32) as u32 != 0 {
                        ip = ip.sub(1);
                        break 'run Leave::Rare;
                    }
                    (address as u32, *ip.add($memory + 1))
                }};
            }
            // What is out of bounds traps where it is executed again.
            macro_rules! in_bounds {
                ($value:expr) => {
                    match $value {
                        Some(value) => value,
                        None => {
                            ip = ip.sub(1);
                            break 'run Leave::Rare;
                        }
                    }
                };
            }
            macro_rules! vectors {
            (constant) => {{
                wide!(1, Vector(operands!().bytes(2)));
                vectors!(next 6)
            }};
            (shuffle $f:ident) => {{
                wide!(1, $f(wide!(2), wide!(3), operands!().bytes(4)));
                vectors!(next 8)
            }};
            (unary $f:ident) => {{
                wide!(1, $f(wide!(2)));
                vectors!(next 3)
            }};
            (binary $f:ident) => {{
                wide!(1, $f(wide!(2), wide!(3)));
                vectors!(next 4)
            }};
            (ternary $f:ident) => {{
                wide!(1, $f(wide!(2), wide!(3), wide!(4)));
                vectors!(next 5)
            }};
            (shift $f:ident) => {{
                wide!(1, $f(wide!(2), at!(3) as i32));
                vectors!(next 4)
            }};
            (test $f:ident) => {{
                at!(1, $f(wide!(2)).into_slot());
                vectors!(next 3)
            }};
            (splat $f:ident) => {{
                wide!(1, $f(Slot::from_slot(at!(2))));
                vectors!(next 3)
            }};
            (extract $f:ident) => {{
                at!(1, $f(wide!(2), *ip.add(3) as u8).into_slot());
                vectors!(next 4)
            }};
            (replace $f:ident) => {{
                wide!(1, $f(wide!(2), Slot::from_slot(at!(3)), *ip.add(4) as u8));
                vectors!(next 5)
            }};
            (load $f:ident) => {{
                let (address, offset) = place!(2, 3);
                wide!(1, $f(in_bounds!(view.load(address, offset))));
                vectors!(next 6)
            }};
            (load_lane $f:ident) => {{
                let (address, offset) = place!(2, 4);
                let bytes = in_bounds!(view.load(address, offset));
                wide!(1, $f(bytes, wide!(3), *ip.add(7) as u8));
                vectors!(next 8)
            }};
            (store $f:ident) => {{
                let (address, offset) = place!(1, 3);
                in_bounds!(view.store(address, offset, $f(wide!(2))));
                vectors!(next 6)
            }};
            (store_lane $f:ident) => {{
                let (address, offset) = place!(1, 3);
                in_bounds!(view.store(address, offset, $f(wide!(2), *ip.add(6) as u8)));
                vectors!(next 7)
            }};
            (next $length:literal) => {{
                idle = 0;
                ip = ip.add($length);
            }};
        }

            if opcode == code::Rare {
                if !SIMD.contains(&*ip.add(1)) {
                    break 'run Leave::Rare;
                }
                // The opcode and its operands follow.
                ip = ip.add(1);
                opcode = *ip;
            }
            for_each_simd! { dispatch_vectors! { (opcode, vectors) {
                    scalars {
                        code {
                            Copy copy none; Const constant none; Br jump none;
                            GlobalGet global_get none; GlobalSet global_set none;
                            I32Eqz unary i32_eqz; I32Ctz unary i32_ctz; I32Popcnt unary i32_popcnt;
                            I32Add code i32_add; I32Sub code i32_sub; I32Mul code i32_mul;
                            I32And code i32_and; I32Or code i32_or; I32Xor code i32_xor;
                            I32Shl code i32_shl; I32ShrS code i32_shr_s; I32ShrU code i32_shr_u;
                            I64Add code i64_add; F32Add code f32_add; F32Mul code f32_mul;
                            F64Add code f64_add; F64Mul code f64_mul;
                            I32Load load i32_load; I32Load8U load i32_load8_u;
                            I32Load16U load i32_load16_u; I64Load load i64_load;
                            F32Load load f32_load; F64Load load f64_load;
                            I32Store store i32_store; I32Store8 store i32_store8;
                            I64Store store i64_store; F32Store store f32_store; F64Store store f64_store;
                        }
                        imm {
                            I32Add imm i32_add; I32Mul imm i32_mul; I32And imm i32_and; I32Or imm i32_or;
                            I32Xor imm i32_xor; I32Shl imm i32_shl; I32ShrS imm i32_shr_s;
                            I32ShrU imm i32_shr_u;
                        }
                        br {
                            I32Eq br i32_eq; I32Ne br i32_ne; I32LtS br i32_lt_s; I32LtU br i32_lt_u;
                            I32GtS br i32_gt_s; I32GtU br i32_gt_u; I32LeS br i32_le_s;
                            I32LeU br i32_le_u; I32GeS br i32_ge_s; I32GeU br i32_ge_u;
                        }
                        br_imm {
                            I32Eq br_imm i32_eq; I32Ne br_imm i32_ne; I32LtS br_imm i32_lt_s;
                            I32LtU br_imm i32_lt_u; I32GtS br_imm i32_gt_s; I32GtU br_imm i32_gt_u;
                            I32LeS br_imm i32_le_s; I32GeS br_imm i32_ge_s;
                        }
                    }
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
                    code::Select => {
                        let condition = at!(4);
                        take!(select none condition);
                    }
                    code::Copy2 => {
                        wide!(1, wide!(2));
                        ip = ip.add(3);
                    }
                    code::Select2 => {
                        let chosen = if at!(4) as u32 != 0 { wide!(2) } else { wide!(3) };
                        wide!(1, chosen);
                        ip = ip.add(5);
                    }
                    other => match pairs::first_half(other) {
                        Some(first) => {
                            opcode = first;
                            continue;
                        }
                        None => break 'run Leave::Scalar,
                    },
            } } }
            opcode = *ip & 0xffff;
        };
        *fuel = left;
        if let Some(top) = context.frames.last_mut() {
            top.ip = ip.offset_from(words) as u32;
        }
        leave
    }
}
