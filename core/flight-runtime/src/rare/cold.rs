//! Numeric instructions that the execution loop has no arm for, since programs seldom use them.

use crate::TrapKind;
use crate::numeric::{self, for_each_numeric};
use crate::op::code;
use crate::operands::Operands;
use crate::slot::{apply1, apply2, try_apply1, try_apply2};
use crate::store::Store;

macro_rules! by_opcode {
    ({ $opcode:ident $store:ident $operands:ident $memory:ident }
     unary { $($unary:ident $unary_fn:ident;)* }
     unary_trapping { $($unary_trapping:ident $unary_trapping_fn:ident;)* }
     compare { $($compare:ident $compare_fn:ident;)* }
     binary { $($binary:ident $binary_fn:ident;)* }
     binary_trapping { $($binary_trapping:ident $binary_trapping_fn:ident;)* }
     load { $($load:ident $load_fn:ident;)* }
     store { $($store_op:ident $store_fn:ident;)* }) => {{
        let get = |position| $operands.get(position);
        let (value, length) = match $opcode {
            $(code::$unary => (apply1(numeric::$unary_fn, get(2)), 3),)*
            $(code::$unary_trapping => (try_apply1(numeric::$unary_trapping_fn, get(2))?, 3),)*
            $(code::$compare => (apply2(numeric::$compare_fn, get(2), get(3)), 4),)*
            $(code::$binary => (apply2(numeric::$binary_fn, get(2), get(3)), 4),)*
            $(code::$binary_trapping => {
                (try_apply2(numeric::$binary_trapping_fn, get(2), get(3))?, 4)
            })*
            $(code::$load)|* => {
                let offset = u64::from($operands.word(3));
                (super::load_any($store, $opcode, $memory, get(2), offset)?, 4)
            }
            $(code::$store_op)|* => {
                let offset = u64::from($operands.word(3));
                super::store_any($store, $opcode, $memory, get(1), get(2), offset)?;
                return Ok(4);
            }
            _ => return Err(TrapKind::Unreachable),
        };
        $operands.set(1, value);
        Ok(length)
    }};
}

/// Executes a numeric instruction: its length in words, or why it traps. `memory` is the address of memory 0.
#[cold]
#[inline(never)]
pub(crate) fn execute(
    opcode: u32,
    store: &mut Store,
    operands: Operands,
    memory: usize,
) -> Result<usize, TrapKind> {
    for_each_numeric! { by_opcode! { { opcode store operands memory } } }
}
