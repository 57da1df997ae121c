//! What the execution loop knows, but for what it is given by hand: hot numeric instructions, and families of opcodes
//! for folded code, each made of numeric ones.
//!
//! The family of an opcode is a module here, its members are named after the opcodes that they come from.
//! The lists are kept short, since V8 gives a function with many values to a poorer register allocator, which costs half
//! of the speed (see ARCHITECTURE.md); what is not listed is executed out of the loop.

use crate::op::{COUNT, NAMES, code};

/// Calls a macro with the table of the numeric instructions in the loop, and of the families.
macro_rules! for_each_family {
    ($callback:ident! { $($extra:tt)* } $($rest:tt)*) => { $callback! { $($extra)* $($rest)*
        unary {
            I32Eqz i32_eqz; I64Eqz i64_eqz; I32Clz i32_clz; I32Ctz i32_ctz; I32Popcnt i32_popcnt;
            I64Clz i64_clz; I64Ctz i64_ctz; I64Popcnt i64_popcnt;
            F32Abs f32_abs; F32Neg f32_neg; F32Sqrt f32_sqrt; F64Abs f64_abs; F64Neg f64_neg;
            F64Sqrt f64_sqrt; F64Floor f64_floor;
            I32WrapI64 i32_wrap_i64; I64ExtendI32S i64_extend_i32_s; I64ExtendI32U i64_extend_i32_u;
            F32ConvertI32S f32_convert_i32_s; F32ConvertI32U f32_convert_i32_u;
            F64ConvertI32S f64_convert_i32_s; F64ConvertI32U f64_convert_i32_u;
            F64ConvertI64S f64_convert_i64_s;
            F32DemoteF64 f32_demote_f64; F64PromoteF32 f64_promote_f32;
            I32ReinterpretF32 i32_reinterpret_f32; I64ReinterpretF64 i64_reinterpret_f64;
            F32ReinterpretI32 f32_reinterpret_i32; F64ReinterpretI64 f64_reinterpret_i64;
            I32Extend8S i32_extend8_s; I32Extend16S i32_extend16_s; I64Extend32S i64_extend32_s;
            I32TruncSatF32S i32_trunc_sat_f32_s;
            I32TruncSatF64S i32_trunc_sat_f64_s; I32TruncSatF64U i32_trunc_sat_f64_u;
        }
        binary {
            I32Eq i32_eq; I32Ne i32_ne; I32LtS i32_lt_s; I32LtU i32_lt_u; I32GtS i32_gt_s;
            I32GtU i32_gt_u; I32LeS i32_le_s; I32LeU i32_le_u; I32GeS i32_ge_s; I32GeU i32_ge_u;
            I64Eq i64_eq; I64Ne i64_ne; I64LtS i64_lt_s; I64LtU i64_lt_u; I64GtS i64_gt_s;
            I64GtU i64_gt_u; I64LeS i64_le_s; I64LeU i64_le_u; I64GeS i64_ge_s; I64GeU i64_ge_u;
            F32Eq f32_eq; F32Ne f32_ne; F32Lt f32_lt; F32Gt f32_gt; F32Le f32_le; F32Ge f32_ge;
            F64Eq f64_eq; F64Ne f64_ne; F64Lt f64_lt; F64Gt f64_gt; F64Le f64_le; F64Ge f64_ge;
            I32Add i32_add; I32Sub i32_sub; I32Mul i32_mul; I32And i32_and; I32Or i32_or;
            I32Xor i32_xor; I32Shl i32_shl; I32ShrS i32_shr_s; I32ShrU i32_shr_u; I32Rotl i32_rotl;
            I64Add i64_add; I64Sub i64_sub; I64Mul i64_mul; I64And i64_and; I64Or i64_or;
            I64Xor i64_xor; I64Shl i64_shl; I64ShrS i64_shr_s; I64ShrU i64_shr_u; I64Rotl i64_rotl;
            F32Add f32_add; F32Sub f32_sub; F32Mul f32_mul; F32Div f32_div;
            F64Add f64_add; F64Sub f64_sub; F64Mul f64_mul; F64Div f64_div;
        }
        binary_trapping {
            I32DivS i32_div_s; I32DivU i32_div_u; I32RemS i32_rem_s; I32RemU i32_rem_u;
            I64DivU i64_div_u; I64RemU i64_rem_u;
        }
        load {
            I32Load i32_load; I64Load i64_load; F32Load f32_load; F64Load f64_load;
            I32Load8S i32_load8_s; I32Load8U i32_load8_u;
            I32Load16S i32_load16_s; I32Load16U i32_load16_u;
            I64Load8U i64_load8_u; I64Load16U i64_load16_u;
            I64Load32S i64_load32_s; I64Load32U i64_load32_u;
        }
        store {
            I32Store i32_store; I64Store i64_store; F32Store f32_store; F64Store f64_store;
            I32Store8 i32_store8; I32Store16 i32_store16; I64Store32 i64_store32; I64Store8 i64_store8;
        }
        /// `dst a immediate`
        imm after start {
            I32Eq i32_eq; I32Ne i32_ne; I32LtS i32_lt_s; I32LtU i32_lt_u; I32GtS i32_gt_s;
            I32GtU i32_gt_u; I32LeS i32_le_s; I32GeS i32_ge_s;
            I64Eq i64_eq; I64Ne i64_ne;
            I32Add i32_add; I32Mul i32_mul; I32And i32_and; I32Or i32_or; I32Xor i32_xor;
            I32Shl i32_shl; I32ShrS i32_shr_s; I32ShrU i32_shr_u; I32Rotl i32_rotl;
            I64Add i64_add; I64Mul i64_mul; I64And i64_and; I64Or i64_or; I64Xor i64_xor;
            I64Shl i64_shl; I64ShrS i64_shr_s; I64ShrU i64_shr_u; I64Rotl i64_rotl;
            F32Mul f32_mul; F64Mul f64_mul; F64Add f64_add;
        }
        /// `dst a lo hi`: a constant of 64 bits that is no immediate.
        wide_imm after imm {
            I64Add i64_add; I64Mul i64_mul; I64And i64_and; I64Or i64_or; I64Xor i64_xor;
            F64Mul f64_mul; F64Add f64_add;
        }
        /// `a b target`: goes there if the comparison holds.
        br after wide_imm {
            I32Eq i32_eq; I32Ne i32_ne; I32LtS i32_lt_s; I32LtU i32_lt_u; I32GtS i32_gt_s;
            I32GtU i32_gt_u; I32LeS i32_le_s; I32LeU i32_le_u; I32GeS i32_ge_s; I32GeU i32_ge_u;
            I64Eq i64_eq; I64Ne i64_ne; I64LtU i64_lt_u;
            I64GeU i64_ge_u;
            F32Lt f32_lt; F32Gt f32_gt; F32Le f32_le; F32Ge f32_ge;
            F64Eq f64_eq; F64Ne f64_ne; F64Lt f64_lt; F64Gt f64_gt; F64Le f64_le; F64Ge f64_ge;
        }
        /// `a b target`: goes there if the comparison does not hold. Integers have an opposite comparison instead.
        br_not after br {
            F32Lt f32_lt; F32Gt f32_gt; F32Le f32_le; F32Ge f32_ge;
            F64Lt f64_lt; F64Gt f64_gt; F64Le f64_le; F64Ge f64_ge;
        }
        /// `a immediate target`: goes there if the comparison holds.
        br_imm after br_not {
            I32Eq i32_eq; I32Ne i32_ne; I32LtS i32_lt_s; I32LtU i32_lt_u; I32GtS i32_gt_s;
            I32GtU i32_gt_u; I32LeS i32_le_s; I32GeS i32_ge_s;
            I64Eq i64_eq; I64Ne i64_ne;
        }
        /// `dst at`: a load from a constant address.
        load_at after br_imm { I32Load i32_load; I32Load8U i32_load8_u; I64Load i64_load; }
        /// `at value`: a store to a constant address.
        store_at after load_at { I32Store i32_store; }
        /// `address immediate offset`: a store of a constant.
        store_imm after store_at {
            I32Store i32_store; I32Store8 i32_store8; I64Store i64_store;
        }
    } };
}
pub(crate) use for_each_family;

/// Where the families begin: behind the opcodes.
mod start {
    pub(crate) const END: u32 = super::COUNT;
}

macro_rules! define_families {
    ({} unary { $($unary:ident $f1:ident;)* } binary { $($binary:ident $f2:ident;)* }
     binary_trapping { $($trapping:ident $f3:ident;)* } load { $($load:ident $f4:ident;)* }
     store { $($store:ident $f5:ident;)* }
     $($(#[doc = $doc:literal])* $family:ident after $previous:ident { $($name:ident $f:ident;)* })*) => {
        $(
            $(#[doc = $doc])*
            #[allow(non_upper_case_globals, dead_code, reason = "named after the opcodes")]
            pub(crate) mod $family {
                use super::code;
                const BASE: u32 = super::$previous::END;
                /// The opcode behind the last.
                pub(crate) const END: u32 = BASE + BASES.len() as u32;
                const BASES: &[u32] = &[$(code::$name),*];
                enum Position { $($name),* }
                $(pub(crate) const $name: u32 = BASE + Position::$name as u32;)*

                /// The member that comes from an opcode.
                pub(crate) const fn of(opcode: u32) -> Option<u32> {
                    match opcode {
                        $(code::$name => Some($name),)*
                        _ => None,
                    }
                }

                /// The opcode that a member comes from; `None` if it is none of this family.
                pub(crate) fn base_of(opcode: u32) -> Option<u32> {
                    BASES.get(opcode.checked_sub(BASE)? as usize).copied()
                }
            }
        )*

        /// Whether the loop has an arm for a numeric opcode.
        pub(crate) fn is_hot(opcode: u32) -> bool {
            matches!(
                opcode,
                $(code::$unary)|* | $(code::$binary)|* | $(code::$trapping)|* | $(code::$load)|*
                    | $(code::$store)|*
            )
        }

        /// What is said of the family that an opcode is of, and the opcode that it comes from.
        pub(crate) fn said(opcode: u32) -> Option<(&'static str, u32)> {
            $(if let Some(base) = $family::base_of(opcode) {
                return Some((concat!($($doc),*), base));
            })*
            None
        }

        /// The name of an opcode: that of the family, if it is of one, and that of the opcode that it comes from.
        pub(crate) fn name(opcode: u32) -> (&'static str, &'static str) {
            $(if let Some(base) = $family::base_of(opcode) {
                return (stringify!($family), NAMES[base as usize]);
            })*
            ("", NAMES.get(opcode as usize).copied().unwrap_or("?"))
        }
    };
}
for_each_family! { define_families! { {} } }

/// The opcode behind the last.
pub(crate) const END: u32 = store_imm::END;
