//! Pairs: opcodes of folded code that execute two instructions, one after the other.
//!
//! Only the opcode of the first one is replaced, everything else stays where it is: so a branch may still go to the
//! second one, and whatever stops between the two stops before the second one as it always does.
//! The families are chosen by what compiled code is made of: arithmetic that feeds arithmetic, addresses that feed loads,
//! values that feed stores and branches, and moves beside one another.

use crate::family::{self, br, br_imm, imm};
use crate::op::code;

/// Calls a macro with the table of all pairs.
///
/// A half is its name, the module and name of its opcode, and the function of its meaning.
/// In groups of kind `flow` the first one's result is the second one's first operand; in `flow_b` it is the second
/// operand; in `both` the two need not have to do with one another; in `around` the first one is a branch, and the second
/// one is what follows if it is not taken.
macro_rules! for_each_pair {
    ($callback:ident! { $($extra:tt)* } $($rest:tt)*) => { $callback! { $($extra)* $($rest)*
        flow int32 after start {
            (Add code I32Add i32_add) [
                (Add code I32Add i32_add) (AddI imm I32Add i32_add) (Xor code I32Xor i32_xor)
                (RotlI imm I32Rotl i32_rotl)
                (Load load I32Load i32_load) (Load8 load I32Load8U i32_load8_u)
                (Load16 load I32Load16U i32_load16_u) (LoadLong load I64Load i64_load)
                (Store store_value I32Store i32_store)
            ]
            (AddI imm I32Add i32_add) [
                (Add code I32Add i32_add) (AndI imm I32And i32_and)
                (Load load I32Load i32_load) (Load8 load I32Load8U i32_load8_u)
                (LoadLong load I64Load i64_load) (Store store_value I32Store i32_store)
                (Ne br I32Ne i32_ne) (LtS br I32LtS i32_lt_s)
                (LtU br I32LtU i32_lt_u)
                (NeI br_imm I32Ne i32_ne)
            ]
            (Sub code I32Sub i32_sub) [ (Add code I32Add i32_add) (AndI imm I32And i32_and) ]
            (And code I32And i32_and) [
                (Xor code I32Xor i32_xor) (And code I32And i32_and)
                (EqI br_imm I32Eq i32_eq) (NeI br_imm I32Ne i32_ne)
            ]
            (AndI imm I32And i32_and) [
                (Add code I32Add i32_add)
                (ShrUI imm I32ShrU i32_shr_u) (EqI br_imm I32Eq i32_eq) (NeI br_imm I32Ne i32_ne)
            ]
            (Xor code I32Xor i32_xor) [
                (Add code I32Add i32_add) (And code I32And i32_and) (Xor code I32Xor i32_xor)
                (ShrUI imm I32ShrU i32_shr_u) (RotlI imm I32Rotl i32_rotl)
            ]
            (ShlI imm I32Shl i32_shl) [
                (Add code I32Add i32_add) (Or code I32Or i32_or)
                (Load load I32Load i32_load)
            ]
            (ShrUI imm I32ShrU i32_shr_u) [
                (Add code I32Add i32_add) (AndI imm I32And i32_and) (Xor code I32Xor i32_xor)
            ]
            (RotlI imm I32Rotl i32_rotl) [
                (Add code I32Add i32_add) (Xor code I32Xor i32_xor)
            ]
            (Mul code I32Mul i32_mul) [ (Add code I32Add i32_add) ]
            (MulI imm I32Mul i32_mul) [ (Add code I32Add i32_add) ]
            (Load load I32Load i32_load) [
                (Add code I32Add i32_add) (AddI imm I32Add i32_add) (AndI imm I32And i32_and)
                (Load load I32Load i32_load)
                (Store store_value I32Store i32_store)
                (Eq br I32Eq i32_eq) (Ne br I32Ne i32_ne)
                (EqI br_imm I32Eq i32_eq) (NeI br_imm I32Ne i32_ne)
            ]
            (Load8 load I32Load8U i32_load8_u) [
                (Add code I32Add i32_add) (Xor code I32Xor i32_xor)
                (ShlI imm I32Shl i32_shl)
                (EqI br_imm I32Eq i32_eq) (NeI br_imm I32Ne i32_ne)
            ]
            (Load16 load I32Load16U i32_load16_u) [
                (Add code I32Add i32_add) (EqI br_imm I32Eq i32_eq)
            ]
        }
        flow int64 after int32 {
            (Add code I64Add i64_add) [
                (Add code I64Add i64_add) (Xor code I64Xor i64_xor) (ShlI imm I64Shl i64_shl)
                (RotlI imm I64Rotl i64_rotl)
            ]
            (And code I64And i64_and) [
                (And code I64And i64_and) (Mul code I64Mul i64_mul)
                (EqI br_imm I64Eq i64_eq) (NeI br_imm I64Ne i64_ne)
            ]
            (Or code I64Or i64_or) [ (Or code I64Or i64_or) ]
            (Xor code I64Xor i64_xor) [
                (Add code I64Add i64_add) (And code I64And i64_and) (Xor code I64Xor i64_xor)
                (RotlI imm I64Rotl i64_rotl)
            ]
            (ShlI imm I64Shl i64_shl) [
                (Add code I64Add i64_add) (Or code I64Or i64_or) (Xor code I64Xor i64_xor)
            ]
            (ShrUI imm I64ShrU i64_shr_u) [
                (AndI imm I64And i64_and) (Xor code I64Xor i64_xor)
            ]
            (RotlI imm I64Rotl i64_rotl) [ (Add code I64Add i64_add) (Xor code I64Xor i64_xor) ]
            (Mul code I64Mul i64_mul) [ (Add code I64Add i64_add) ]
            (Load load I64Load i64_load) [
                (Add code I64Add i64_add) (And code I64And i64_and) (Xor code I64Xor i64_xor)
                (Store store_value I64Store i64_store)
                (NeI br_imm I64Ne i64_ne)
            ]
            (Extend unary I64ExtendI32U i64_extend_i32_u) [
                (Mul code I64Mul i64_mul) (Add code I64Add i64_add)
            ]
            (Load8 load I64Load8U i64_load8_u) [
                (Xor code I64Xor i64_xor)
            ]
        }
        flow number32 after int64 {
            (Mul code F32Mul f32_mul) [ (Add code F32Add f32_add) (Mul code F32Mul f32_mul) ]
            (Add code F32Add f32_add) [ (Add code F32Add f32_add) ]
            (Load load F32Load f32_load) [ (Add code F32Add f32_add) (Mul code F32Mul f32_mul) ]
        }
        flow number64 after number32 {
            (Mul code F64Mul f64_mul) [ (Add code F64Add f64_add) (Mul code F64Mul f64_mul) ]
            (Add code F64Add f64_add) [ (Add code F64Add f64_add) (Mul code F64Mul f64_mul) ]
            (Load load F64Load f64_load) [
                (Add code F64Add f64_add) (Mul code F64Mul f64_mul) (Sub code F64Sub f64_sub)
            ]
        }
        flow choice after number64 {
            (LtS code I32LtS i32_lt_s) [ (Select select Select none) ]
            (LtU code I32LtU i32_lt_u) [ (Select select Select none) ]
            (GtU code I32GtU i32_gt_u) [ (Select select Select none) ]
            (NeI imm I32Ne i32_ne) [ (Select select Select none) ]
        }
        flow_b second after choice {
            (MulSingle code F32Mul f32_mul) [ (Sub code F32Sub f32_sub) ]
            (Mul code F64Mul f64_mul) [ (Sub code F64Sub f64_sub) ]
        }
        both beside after second {
            (Copy copy Copy none) [
                (Copy copy Copy none) (Const constant Const none) (AddI imm I32Add i32_add)
                (Jump jump Br none)
            ]
            (Const constant Const none) [
                (Const constant Const none) (Jump jump Br none)
            ]
            (AddI imm I32Add i32_add) [
                (AddI imm I32Add i32_add) (Copy copy Copy none) (Set global_set GlobalSet none)
                (Jump jump Br none)
            ]
            (Load load I32Load i32_load) [ (Load load I32Load i32_load) ]
            (Load8 load I32Load8U i32_load8_u) [ (Load8 load I32Load8U i32_load8_u) ]
            (LoadLong load I64Load i64_load) [ (LoadLong load I64Load i64_load) ]
            (LoadDouble load F64Load f64_load) [ (LoadDouble load F64Load f64_load) ]
            (Store store I32Store i32_store) [
                (Store store I32Store i32_store) (AddI imm I32Add i32_add)
                (Jump jump Br none)
            ]
            (StoreLong store I64Store i64_store) [
                (StoreLong store I64Store i64_store)
            ]
            (RotlI imm I32Rotl i32_rotl) [ (RotlI imm I32Rotl i32_rotl) ]
            (Global global_get GlobalGet none) [ (AddI imm I32Add i32_add) ]
        }
        around past after beside {
            (EqI br_imm I32Eq i32_eq) [
                (AddI imm I32Add i32_add) (Load load I32Load i32_load) (Copy copy Copy none)
            ]
            (NeI br_imm I32Ne i32_ne) [
                (AddI imm I32Add i32_add) (Load load I32Load i32_load) (Copy copy Copy none)
            ]
            (Ne br I32Ne i32_ne) [ (AddI imm I32Add i32_add) ]
            (GeU br I32GeU i32_ge_u) [ (AddI imm I32Add i32_add) ]
        }
        ; past
    } };
}
pub(crate) use for_each_pair;

/// The opcode of a half.
macro_rules! opcode_of {
    (imm $op:ident) => {
        imm::$op
    };
    (br $op:ident) => {
        br::$op
    };
    (br_imm $op:ident) => {
        br_imm::$op
    };
    ($shape:ident $op:ident) => {
        code::$op
    };
}

/// The word of the second instruction that names what the first one has to give, if it has.
macro_rules! taken_at {
    (flow br) => {
        Some(1)
    };
    (flow br_imm) => {
        Some(1)
    };
    (flow select) => {
        Some(4)
    };
    (flow $shape:ident) => {
        Some(2)
    };
    (flow_b $shape:ident) => {
        Some(3)
    };
    ($kind:ident $shape:ident) => {
        None
    };
}

/// Where the pairs begin: behind the families.
mod start {
    pub(crate) const END: u32 = super::family::END;
}

/// The sum of the first `count` of some numbers.
const fn sum(numbers: &[u32], count: usize) -> u32 {
    let (mut sum, mut at) = (0, 0);
    while at < count {
        sum += numbers[at];
        at += 1;
    }
    sum
}

/// A second half: its opcode, and the word of it that names what the first half gives, if it must.
type Second = (u32, Option<usize>);

macro_rules! define_pairs {
    ({} $($kind:ident $group:ident after $previous:ident {
        $(($a:ident $a_shape:ident $a_op:ident $a_fn:ident) [
            $(($b:ident $b_shape:ident $b_op:ident $b_fn:ident))*
        ])*
    })* ; $last:ident) => {
        $(
            #[allow(
                non_upper_case_globals,
                non_snake_case,
                dead_code,
                unused_imports,
                reason = "named after the halves, of which each group has other kinds"
            )]
            pub(crate) mod $group {
                use super::{Second, br, br_imm, code, imm, sum};
                const COUNTS: &[u32] = &[$($a::SECONDS.len() as u32),*];
                const BASE: u32 = super::$previous::END;
                pub(crate) const END: u32 = BASE + sum(COUNTS, COUNTS.len());
                enum First { $($a),* }
                const FIRSTS: &[&str] = &[$(concat!(stringify!($a_shape), ".", stringify!($a_op))),*];
                $(pub(crate) mod $a {
                    use super::{Second, br, br_imm, code, imm, sum};
                    pub(crate) const BASE: u32 =
                        super::BASE + sum(super::COUNTS, super::First::$a as usize);
                    enum Position { $($b),* }
                    $(pub(crate) const $b: u32 = BASE + Position::$b as u32;)*
                    pub(crate) const SECONDS: &[Second] =
                        &[$((opcode_of!($b_shape $b_op), taken_at!($kind $b_shape))),*];
                    pub(super) const NAMES: &[&str] =
                        &[$(concat!(stringify!($b_shape), ".", stringify!($b_op))),*];
                })*

                /// The pair of two opcodes, and the word of the second that names what the first one gives.
                pub(super) fn of(first: u32, second: u32) -> Option<Second> {
                    $(const $a: u32 = opcode_of!($a_shape $a_op);)*
                    let (base, seconds) = match first {
                        $($a => ($a::BASE, $a::SECONDS),)*
                        _ => return None,
                    };
                    let position = seconds.iter().position(|(opcode, _)| *opcode == second)?;
                    Some((base + position as u32, seconds[position].1))
                }

                /// The names of the pair's halves, if it is one of these.
                pub(super) fn name(opcode: u32) -> Option<(&'static str, &'static str)> {
                    $(if let Some(second) = opcode.checked_sub($a::BASE)
                        && let Some(name) = $a::NAMES.get(second as usize)
                    {
                        return Some((FIRSTS[First::$a as usize], name));
                    })*
                    None
                }
            }
        )*

        /// The opcode behind the last.
        const END: u32 = $last::END;

        /// The opcodes of all pairs' first halves.
        #[cfg(feature = "simd")]
        const FIRST_HALVES: [u16; (END - start::END) as usize] = {
            let mut halves = [0; (END - start::END) as usize];
            $($({
                let mut at = ($group::$a::BASE - start::END) as usize;
                let end = at + $group::$a::SECONDS.len();
                while at < end {
                    halves[at] = opcode_of!($a_shape $a_op) as u16;
                    at += 1;
                }
            })*)*
            halves
        };

        /// The opcode of a pair's first half; `None` if the opcode is no pair's.
        #[cfg(feature = "simd")]
        #[inline(always)]
        pub(crate) fn first_half(opcode: u32) -> Option<u32> {
            let at = opcode.wrapping_sub(start::END) as usize;
            FIRST_HALVES.get(at).map(|half| u32::from(*half))
        }

        /// What two instructions become that stand one behind the other.
        ///
        /// `gives` is the slot of the first one's result, `takes` are the second one's words.
        pub(crate) fn pair(first: u32, second: u32, gives: u32, takes: &mut [u32]) -> Option<u32> {
            $(if let Some((pair, at)) = $group::of(first, second) {
                match at {
                    None => return Some(pair),
                    Some(at) if takes[at] == gives => return Some(pair),
                    // What is the second operand of a commutative instruction can be the first.
                    Some(2) if takes.len() > 3 && commutes(second) && takes[3] == gives => {
                        takes.swap(2, 3);
                        return Some(pair);
                    }
                    Some(_) => {}
                }
            })*
            None
        }

        /// The names of a pair's halves; `None` if the opcode is no pair's.
        pub(crate) fn name(opcode: u32) -> Option<(&'static str, &'static str)> {
            $(if let Some(name) = $group::name(opcode) {
                return Some(name);
            })*
            None
        }
    };
}
for_each_pair! { define_pairs! { {} } }

// An opcode is half a word.
const _: () = assert!(END <= 1 << 16, "there are too many opcodes");

fn commutes(opcode: u32) -> bool {
    crate::lower::mirrored(opcode) == Some(opcode)
}
