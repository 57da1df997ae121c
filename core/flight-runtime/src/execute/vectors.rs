//! The loop for vector code: vector instructions, and the scalar ones that stand between them.
//!
//! They are no arms of the other loop, since that one must stay small (see `family`).
//! This one knows no calls and no pairs: a pair is executed half by half, as two instructions.
#![allow(
    unsafe_code,
    reason = "the loop reads code and slots through raw pointers"
)]

use super::dispatch::{load, store, store_immediate};
use super::view_of_memory;
use crate::code::Code;
use crate::context::{CallFrame, ExecutionContext};
use crate::family::{
    br, br_imm, br_not, for_each_family, imm, load_at, store_at, store_imm, wide_imm,
};
use crate::leave::Leave;
use crate::op::{SIMD, code, opcode, tick};
use crate::operands::Operands;
use crate::pairs::for_each_pair;
use crate::simd::{Vector, arms::*, for_each_simd};
use crate::slot::{Slot, apply_immediate, apply1, apply2, try_apply2};
use crate::{TrapKind, numeric, pairs};

/// After how many runs without a vector instruction the other loop is the better one.
const PATIENCE: u32 = 16;

/// What the steps of the other loop reach through a pointer.
struct Fixed {
    cells: *mut u64,
}

/// The `match`, by the tables of vector instructions, numeric ones, families and pairs, then the arms given by hand.
macro_rules! dispatch_vectors {
    (($opcode:expr, $ip:ident, $at:ident, $go_to:ident, $flush:ident, $next:ident, $fixed:ident, $view:ident,
      $vectors:ident, $run:lifetime)
     { $($by_hand:tt)* }
     unary { $($unary:ident $unary_fn:ident;)* }
     binary { $($binary:ident $binary_fn:ident;)* }
     binary_trapping { $($trapping:ident $trapping_fn:ident;)* }
     load { $($load:ident $load_fn:ident;)* }
     store { $($store:ident $store_fn:ident;)* }
     $(#[$imm_doc:meta])* imm after $imm_after:ident { $($imm:ident $imm_fn:ident;)* }
     $(#[$wide_doc:meta])* wide_imm after $wide_after:ident { $($wide:ident $wide_fn:ident;)* }
     $(#[$br_doc:meta])* br after $br_after:ident { $($br:ident $br_fn:ident;)* }
     $(#[$not_doc:meta])* br_not after $not_after:ident { $($not:ident $not_fn:ident;)* }
     $(#[$br_imm_doc:meta])* br_imm after $br_imm_after:ident { $($br_imm:ident $br_imm_fn:ident;)* }
     $(#[$load_at_doc:meta])* load_at after $load_at_after:ident {
        $($load_at:ident $load_at_fn:ident;)*
     }
     $(#[$store_at_doc:meta])* store_at after $store_at_after:ident {
        $($store_at:ident $store_at_fn:ident;)*
     }
     $(#[$store_imm_doc:meta])* store_imm after $store_imm_after:ident {
        $($store_imm:ident $store_imm_fn:ident;)*
     }
     $($kind:ident $group:ident after $group_after:ident {
        $(($first:ident $first_shape:ident $first_op:ident $first_fn:ident) [
            $(($second:ident $second_shape:ident $second_op:ident $second_fn:ident))*
        ])*
     })*
     ; $last:ident
     constant { $v128_const:ident $f1:ident; } shuffle { $shuffle:ident $f2:ident; }
     unary { $($v_unary:ident $f3:ident;)* } binary { $($v_binary:ident $f4:ident;)* }
     ternary { $($ternary:ident $f5:ident;)* } shift { $($shift:ident $f6:ident;)* }
     test { $($test:ident $f7:ident;)* } splat { $($splat:ident $f8:ident;)* }
     extract { $($extract:ident $f9:ident;)* } replace { $($replace:ident $f10:ident;)* }
     load { $($v_load:ident $f11:ident;)* } load_lane { $($load_lane:ident $f12:ident;)* }
     store { $($v_store:ident $f13:ident;)* } store_lane { $($store_lane:ident $f14:ident;)* }) => {{
        steps! { $ip, $at, $go_to, $flush, $next, $fixed, $view, $run }
        match $opcode {
            code::$v128_const => $vectors!(constant),
            code::$shuffle => $vectors!(shuffle $f2),
            $(code::$v_unary => $vectors!(unary $f3),)*
            $(code::$v_binary => $vectors!(binary $f4),)*
            $(code::$ternary => $vectors!(ternary $f5),)*
            $(code::$shift => $vectors!(shift $f6),)*
            $(code::$test => $vectors!(test $f7),)*
            $(code::$splat => $vectors!(splat $f8),)*
            $(code::$extract => $vectors!(extract $f9),)*
            $(code::$replace => $vectors!(replace $f10),)*
            $(code::$v_load => $vectors!(load $f11),)*
            $(code::$load_lane => $vectors!(load_lane $f12),)*
            $(code::$v_store => $vectors!(store $f13),)*
            $(code::$store_lane => $vectors!(store_lane $f14),)*
            $(code::$unary => step!(unary $unary_fn),)*
            $(code::$binary => step!(code $binary_fn),)*
            $(code::$trapping => match try_apply2(numeric::$trapping_fn, $at!(2), $at!(3)) {
                Ok(value) => {
                    $at!(1, value);
                    $next!(4);
                }
                Err(kind) => break $run Leave::Trap(kind),
            },)*
            $(code::$load => step!(load $load_fn),)*
            $(code::$store => step!(store $store_fn),)*
            $(imm::$imm => step!(imm $imm_fn),)*
            $(wide_imm::$wide => {
                let b = u64::from(*$ip.add(3)) | u64::from(*$ip.add(4)) << 32;
                $at!(1, apply2(numeric::$wide_fn, $at!(2), b));
                $next!(5);
            })*
            $(br::$br => step!(br $br_fn),)*
            $(br_not::$not => branch!(!taken!(br $not_fn), {}),)*
            $(br_imm::$br_imm => step!(br_imm $br_imm_fn),)*
            $(load_at::$load_at => {
                let value = load(numeric::$load_at_fn, $view, u64::from(*$ip.add(2)), 0);
                access!(value.map(|value| $at!(1, value)), 3);
            })*
            $(store_at::$store_at => {
                let address = u64::from(*$ip.add(1));
                access!(store(numeric::$store_at_fn, $view, address, $at!(2), 0), 3);
            })*
            $(store_imm::$store_imm => {
                let (immediate, offset) = (*$ip.add(2), *$ip.add(3));
                let done =
                    store_immediate(numeric::$store_imm_fn, $view, $at!(1), immediate, offset);
                access!(done, 4);
            })*
            $($($(pairs::$group::$first::$second)|* => step!($first_shape $first_fn),)*)*
            code::Copy => step!(copy none),
            code::Const => step!(constant none),
            code::Br => step!(jump none),
            code::GlobalGet => step!(global_get none),
            code::GlobalSet => step!(global_set none),
            code::Select => {
                let condition = $at!(4);
                take!(select none condition);
            }
            $($by_hand)*
        }
    }};
}

/// Executes instructions of the innermost frame, in fast code, until one comes that this loop does not know.
///
/// [`Leave::Rare`] if it is to be executed out of any loop, [`Leave::Scalar`] if the other loop is to go on.
#[inline(never)]
#[cfg_attr(target_family = "wasm", target_feature(enable = "simd128"))]
pub(super) fn run(context: &mut ExecutionContext, code: &Code, fuel: &mut i64) -> Leave {
    let Some(&CallFrame {
        function,
        base,
        ip: first_ip,
        ..
    }) = context.frames.last()
    else {
        return Leave::Halted;
    };
    let own_memory = code.callables()[function as usize].memory;
    let view = view_of_memory(&mut context.store, own_memory);
    let fixed = &Fixed {
        cells: context.store.cells.as_mut_ptr(),
    };
    let granted = (*fuel).min(i64::from(i32::MAX)) as i32;
    let mut left = granted;
    // How many runs have ended since the last vector instruction.
    let mut idle = 0;
    let mut opcode = opcode(code.first_word(first_ip));

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
            // The address that an access begins at, and its offset, if it is one of the frame's memory 0 below 2^32.
            macro_rules! place {
                ($address:expr, $memory:expr) => {{
                    let address = at!($address);
                    let (memory, high) = (*ip.add($memory), *ip.add($memory + 2));
                    if memory ^ own_memory | high | (address >> 32) as u32 != 0 {
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
                        None => break 'run Leave::Rare,
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

            for_each_family! { for_each_pair! { for_each_simd! { dispatch_vectors! {
                (opcode, ip, at, go_to, flush, next, fixed, view, vectors, 'run) {
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
                    code::Copy2 => {
                        wide!(1, wide!(2));
                        ip = ip.add(3);
                    }
                    code::Select2 => {
                        let chosen = if at!(4) as u32 != 0 { wide!(2) } else { wide!(3) };
                        wide!(1, chosen);
                        ip = ip.add(5);
                    }
                    other if SIMD.contains(&other) => break 'run Leave::Rare,
                    _ => break 'run Leave::Scalar,
                }
            } } } }
            opcode = *ip & 0xffff;
        };
        *fuel -= i64::from(granted - left);
        if let Some(top) = context.frames.last_mut() {
            top.ip = ip.offset_from(words) as u32;
        }
        leave
    }
}
