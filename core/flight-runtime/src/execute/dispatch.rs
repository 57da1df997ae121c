//! The arms of the loop's `match` that come from tables.

use flight_memory::View;

use crate::slot::Slot;

#[inline(always)]
pub(super) unsafe fn load<R: Slot, const N: usize>(
    function: impl Fn([u8; N]) -> R,
    view: View,
    address: u64,
    offset: u32,
) -> Option<u64> {
    // SAFETY: by the caller's promise the view is valid.
    Some(function(unsafe { view.load(address as u32, offset) }?).into_slot())
}

#[inline(always)]
pub(super) unsafe fn store<V: Slot, const N: usize>(
    function: impl Fn(V) -> [u8; N],
    view: View,
    address: u64,
    value: u64,
    offset: u32,
) -> Option<()> {
    // SAFETY: by the caller's promise the view is valid.
    unsafe { view.store(address as u32, offset, function(V::from_slot(value))) }
}

#[inline(always)]
pub(super) unsafe fn store_immediate<V: Slot, const N: usize>(
    function: impl Fn(V) -> [u8; N],
    view: View,
    address: u64,
    immediate: u32,
    offset: u32,
) -> Option<()> {
    // SAFETY: by the caller's promise the view is valid.
    unsafe {
        view.store(
            address as u32,
            offset,
            function(V::from_immediate(immediate)),
        )
    }
}

/// Defines the macros that execute an instruction, by the form of its operands.
macro_rules! steps {
    ($ip:ident, $at:ident, $go_to:ident, $flush:ident, $next:ident, $fixed:ident, $view:ident, $run:lifetime) => {
        macro_rules! access {
                            ($done:expr, $length:expr) => {
                                match $done {
                                    Some(_) => $next!($length),
                                    None => break $run Leave::Trap(TrapKind::MemoryOutOfBounds),
                                }
                            };
                        }
        macro_rules! branch {
            ($taken:expr, $otherwise:expr) => {{
                $flush!($run);
                if $taken {
                    $go_to!(3);
                } else {
                    $next!(4);
                    $otherwise
                }
            }};
        }
        // Whether a branch is taken.
        macro_rules! taken {
            (br $f:ident) => {
                apply2(numeric::$f, $at!(1), $at!(2)) != 0
            };
            (br_imm $f:ident) => {
                apply_immediate(numeric::$f, $at!(1), *$ip.add(2)) != 0
            };
        }
        // Executes an instruction, gives its result, and goes to the next one.
        macro_rules! result {
                            (code $f:ident) => {{
                                let value = apply2(numeric::$f, $at!(2), $at!(3));
                                $at!(1, value);
                                $next!(4);
                                value
                            }};
                            (imm $f:ident) => {{
                                let value = apply_immediate(numeric::$f, $at!(2), *$ip.add(3));
                                $at!(1, value);
                                $next!(4);
                                value
                            }};
                            (unary $f:ident) => {{
                                let value = apply1(numeric::$f, $at!(2));
                                $at!(1, value);
                                $next!(3);
                                value
                            }};
                            (load $f:ident) => {
                                match load(numeric::$f, $view, $at!(2), *$ip.add(3)) {
                                    Some(value) => {
                                        $at!(1, value);
                                        $next!(4);
                                        value
                                    }
                                    None => break $run Leave::Trap(TrapKind::MemoryOutOfBounds),
                                }
                            };
                        }
        // Executes an instruction that takes a value which is at hand.
        macro_rules! take {
            (code $f:ident $v:ident) => {{
                $at!(1, apply2(numeric::$f, $v, $at!(3)));
                $next!(4);
            }};
            (imm $f:ident $v:ident) => {{
                $at!(1, apply_immediate(numeric::$f, $v, *$ip.add(3)));
                $next!(4);
            }};
            (unary $f:ident $v:ident) => {{
                $at!(1, apply1(numeric::$f, $v));
                $next!(3);
            }};
            (load $f:ident $v:ident) => {{
                let value = load(numeric::$f, $view, $v, *$ip.add(3));
                access!(value.map(|value| $at!(1, value)), 4);
            }};
            (store_value $f:ident $v:ident) => {
                access!(store(numeric::$f, $view, $at!(1), $v, *$ip.add(3)), 4)
            };
            (br $f:ident $v:ident) => {
                branch!(apply2(numeric::$f, $v, $at!(2)) != 0, {})
            };
            (br_imm $f:ident $v:ident) => {
                branch!(apply_immediate(numeric::$f, $v, *$ip.add(2)) != 0, {})
            };
            (select $f:ident $v:ident) => {{
                let chosen = if $v as u32 != 0 { $at!(2) } else { $at!(3) };
                $at!(1, chosen);
                $next!(5);
            }};
        }
        // Executes an instruction.
        macro_rules! step {
                            (copy $f:ident) => {{
                                $at!(1, $at!(2));
                                $next!(3);
                            }};
                            (constant $f:ident) => {{
                                $at!(1, u64::from(*$ip.add(2)) | u64::from(*$ip.add(3)) << 32);
                                $next!(4);
                            }};
                            (store $f:ident) => {
                                access!(store(numeric::$f, $view, $at!(1), $at!(2), *$ip.add(3)), 4)
                            };
                            (global_get $f:ident) => {{
                                $at!(1, *(*$fixed).cells.byte_add(*$ip.add(2) as usize));
                                $next!(3);
                            }};
                            (global_set $f:ident) => {{
                                *(*$fixed).cells.byte_add(*$ip.add(1) as usize) = $at!(2);
                                $next!(3);
                            }};
                            (jump $f:ident) => {{
                                $flush!($run);
                                $go_to!(1);
                            }};
                            (br $f:ident) => { branch!(taken!(br $f), {}) };
                            (br_imm $f:ident) => { branch!(taken!(br_imm $f), {}) };
                            ($s:ident $f:ident) => { { let _ = result!($s $f); } };
                        }
    };
}

/// The `match`: arms for the tables of families and pairs, then those given by hand.
macro_rules! dispatch {
    (($opcode:expr, $ip:ident, $at:ident, $go_to:ident, $flush:ident, $next:ident, $fixed:ident, $view:ident,
      $run:lifetime)
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
     $(flow $flow:ident after $flow_after:ident {
        $(($flow_a:ident $flow_a_shape:ident $flow_a_op:ident $flow_a_fn:ident) [
            $(($flow_b:ident $flow_b_shape:ident $flow_b_op:ident $flow_b_fn:ident))*
        ])*
     })*
     $(flow_b $second:ident after $second_after:ident {
        $(($second_a:ident $second_a_shape:ident $second_a_op:ident $second_a_fn:ident) [
            $(($second_b:ident $second_b_shape:ident $second_b_op:ident $second_b_fn:ident))*
        ])*
     })*
     $(both $both:ident after $both_after:ident {
        $(($both_a:ident $both_a_shape:ident $both_a_op:ident $both_a_fn:ident) [
            $(($both_b:ident $both_b_shape:ident $both_b_op:ident $both_b_fn:ident))*
        ])*
     })*
     $(around $around:ident after $around_after:ident {
        $(($around_a:ident $around_a_shape:ident $around_a_op:ident $around_a_fn:ident) [
            $(($around_b:ident $around_b_shape:ident $around_b_op:ident $around_b_fn:ident))*
        ])*
     })*
     ; $last:ident) => {{
        use crate::execute::dispatch::{load, store, store_immediate};
        use crate::family::{br, br_imm, br_not, imm, load_at, store_at, store_imm, wide_imm};
        use crate::numeric;
        use crate::pairs;
        use crate::slot::{apply_immediate, apply1, apply2, try_apply2};
        steps! { $ip, $at, $go_to, $flush, $next, $fixed, $view, $run }
        match $opcode {
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
            $($($(pairs::$flow::$flow_a::$flow_b => {
                let value = result!($flow_a_shape $flow_a_fn);
                take!($flow_b_shape $flow_b_fn value);
            })*)*)*
            $($($(pairs::$second::$second_a::$second_b => {
                let value = result!($second_a_shape $second_a_fn);
                $at!(1, apply2(numeric::$second_b_fn, $at!(2), value));
                $next!(4);
            })*)*)*
            $($($(pairs::$both::$both_a::$both_b => {
                step!($both_a_shape $both_a_fn);
                step!($both_b_shape $both_b_fn);
            })*)*)*
            $($($(pairs::$around::$around_a::$around_b => {
                branch!(taken!($around_a_shape $around_a_fn), step!($around_b_shape $around_b_fn));
            })*)*)*
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
