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

/// The `match`: arms for the numeric table and its families, then those given by hand.
macro_rules! dispatch {
    (($opcode:expr, $ip:ident, $at:ident, $go_to:ident, $flush:ident, $view:ident, $run:lifetime)
     { $($by_hand:tt)* }
     unary { $($unary:ident $unary_fn:ident;)* }
     unary_trapping { $($unary_trapping:ident $unary_trapping_fn:ident;)* }
     compare { $($compare:ident $compare_fn:ident;)* }
     binary { $($binary:ident $binary_fn:ident;)* }
     binary_trapping { $($binary_trapping:ident $binary_trapping_fn:ident;)* }
     load { $($load:ident $load_fn:ident;)* }
     store { $($store:ident $store_fn:ident;)* }) => {{
        use crate::execute::dispatch::{load, store, store_immediate};
        use crate::family::{br, br_imm, br_not, br_not_imm, imm, load_at, store_at, store_imm};
        use crate::numeric;
        use crate::slot::{
            apply_immediate, apply1, apply2, try_apply_immediate, try_apply1, try_apply2,
        };
        macro_rules! try_value {
            ($value:expr, $length:expr) => {
                match $value {
                    Ok(value) => {
                        $at!(1, value);
                        $ip = $ip.add($length);
                    }
                    Err(kind) => break $run Leave::Trap(kind),
                }
            };
        }
        macro_rules! access {
            ($done:expr, $length:expr) => {
                match $done {
                    Some(_) => $ip = $ip.add($length),
                    None => break $run Leave::Trap(TrapKind::MemoryOutOfBounds),
                }
            };
        }
        macro_rules! branch {
            ($taken:expr) => {{
                $flush!($run);
                if $taken {
                    $go_to!(3);
                } else {
                    $ip = $ip.add(4);
                }
            }};
        }
        match $opcode {
            $(code::$unary => {
                $at!(1, apply1(numeric::$unary_fn, $at!(2)));
                $ip = $ip.add(3);
            })*
            $(code::$unary_trapping => {
                try_value!(try_apply1(numeric::$unary_trapping_fn, $at!(2)), 3);
            })*
            $(code::$compare => {
                $at!(1, apply2(numeric::$compare_fn, $at!(2), $at!(3)));
                $ip = $ip.add(4);
            })*
            $(imm::$compare => {
                $at!(1, apply_immediate(numeric::$compare_fn, $at!(2), *$ip.add(3)));
                $ip = $ip.add(4);
            })*
            $(br::$compare => branch!(apply2(numeric::$compare_fn, $at!(1), $at!(2)) != 0),)*
            $(br_not::$compare => branch!(apply2(numeric::$compare_fn, $at!(1), $at!(2)) == 0),)*
            $(br_imm::$compare => {
                branch!(apply_immediate(numeric::$compare_fn, $at!(1), *$ip.add(2)) != 0)
            })*
            $(br_not_imm::$compare => {
                branch!(apply_immediate(numeric::$compare_fn, $at!(1), *$ip.add(2)) == 0)
            })*
            $(code::$binary => {
                $at!(1, apply2(numeric::$binary_fn, $at!(2), $at!(3)));
                $ip = $ip.add(4);
            })*
            $(imm::$binary => {
                $at!(1, apply_immediate(numeric::$binary_fn, $at!(2), *$ip.add(3)));
                $ip = $ip.add(4);
            })*
            $(code::$binary_trapping => {
                try_value!(try_apply2(numeric::$binary_trapping_fn, $at!(2), $at!(3)), 4);
            })*
            $(imm::$binary_trapping => {
                let value =
                    try_apply_immediate(numeric::$binary_trapping_fn, $at!(2), *$ip.add(3));
                try_value!(value, 4);
            })*
            $(code::$load => {
                let value = load(numeric::$load_fn, $view, $at!(2), *$ip.add(3));
                access!(value.map(|value| $at!(1, value)), 4);
            })*
            $(load_at::$load => {
                let value = load(numeric::$load_fn, $view, u64::from(*$ip.add(2)), 0);
                access!(value.map(|value| $at!(1, value)), 3);
            })*
            $(code::$store => {
                access!(store(numeric::$store_fn, $view, $at!(1), $at!(2), *$ip.add(3)), 4);
            })*
            $(store_at::$store => {
                let address = u64::from(*$ip.add(1));
                access!(store(numeric::$store_fn, $view, address, $at!(2), 0), 3);
            })*
            $(store_imm::$store => {
                let (immediate, offset) = (*$ip.add(2), *$ip.add(3));
                access!(store_immediate(numeric::$store_fn, $view, $at!(1), immediate, offset), 4);
            })*
            $($by_hand)*
        }
    }};
}
