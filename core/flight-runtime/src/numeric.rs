//! What numeric instructions mean: pure functions, named after their instructions.
//!
//! Each meaning stands here once; the execution loop, constant expressions and explanations call these functions.
//! `for_each_numeric!` is the table that ties instructions to them.
//! Where the specification leaves the bits of a NaN open, the result is the canonical NaN, so that runs are deterministic.

use crate::TrapKind;

/// Calls a macro with the table of all instructions whose meaning is a pure function of their operands.
///
/// The rows of `load` turn bytes of memory into a value, those of `store` a value into bytes.
macro_rules! for_each_numeric {
    ($callback:ident! { $($extra:tt)* }) => { $callback! { $($extra)*
        unary {
            I32Eqz i32_eqz; I64Eqz i64_eqz;
            I32Clz i32_clz; I32Ctz i32_ctz; I32Popcnt i32_popcnt;
            I64Clz i64_clz; I64Ctz i64_ctz; I64Popcnt i64_popcnt;
            F32Abs f32_abs; F32Neg f32_neg; F32Ceil f32_ceil; F32Floor f32_floor;
            F32Trunc f32_trunc; F32Nearest f32_nearest; F32Sqrt f32_sqrt;
            F64Abs f64_abs; F64Neg f64_neg; F64Ceil f64_ceil; F64Floor f64_floor;
            F64Trunc f64_trunc; F64Nearest f64_nearest; F64Sqrt f64_sqrt;
            I32WrapI64 i32_wrap_i64; I64ExtendI32S i64_extend_i32_s; I64ExtendI32U i64_extend_i32_u;
            F32ConvertI32S f32_convert_i32_s; F32ConvertI32U f32_convert_i32_u;
            F32ConvertI64S f32_convert_i64_s; F32ConvertI64U f32_convert_i64_u;
            F32DemoteF64 f32_demote_f64;
            F64ConvertI32S f64_convert_i32_s; F64ConvertI32U f64_convert_i32_u;
            F64ConvertI64S f64_convert_i64_s; F64ConvertI64U f64_convert_i64_u;
            F64PromoteF32 f64_promote_f32;
            I32ReinterpretF32 i32_reinterpret_f32; I64ReinterpretF64 i64_reinterpret_f64;
            F32ReinterpretI32 f32_reinterpret_i32; F64ReinterpretI64 f64_reinterpret_i64;
            I32Extend8S i32_extend8_s; I32Extend16S i32_extend16_s;
            I64Extend8S i64_extend8_s; I64Extend16S i64_extend16_s; I64Extend32S i64_extend32_s;
            I32TruncSatF32S i32_trunc_sat_f32_s; I32TruncSatF32U i32_trunc_sat_f32_u;
            I32TruncSatF64S i32_trunc_sat_f64_s; I32TruncSatF64U i32_trunc_sat_f64_u;
            I64TruncSatF32S i64_trunc_sat_f32_s; I64TruncSatF32U i64_trunc_sat_f32_u;
            I64TruncSatF64S i64_trunc_sat_f64_s; I64TruncSatF64U i64_trunc_sat_f64_u;
        }
        unary_trapping {
            I32TruncF32S i32_trunc_f32_s; I32TruncF32U i32_trunc_f32_u;
            I32TruncF64S i32_trunc_f64_s; I32TruncF64U i32_trunc_f64_u;
            I64TruncF32S i64_trunc_f32_s; I64TruncF32U i64_trunc_f32_u;
            I64TruncF64S i64_trunc_f64_s; I64TruncF64U i64_trunc_f64_u;
        }
        compare {
            I32Eq i32_eq; I32Ne i32_ne; I32LtS i32_lt_s; I32LtU i32_lt_u; I32GtS i32_gt_s;
            I32GtU i32_gt_u; I32LeS i32_le_s; I32LeU i32_le_u; I32GeS i32_ge_s; I32GeU i32_ge_u;
            I64Eq i64_eq; I64Ne i64_ne; I64LtS i64_lt_s; I64LtU i64_lt_u; I64GtS i64_gt_s;
            I64GtU i64_gt_u; I64LeS i64_le_s; I64LeU i64_le_u; I64GeS i64_ge_s; I64GeU i64_ge_u;
            F32Eq f32_eq; F32Ne f32_ne; F32Lt f32_lt; F32Gt f32_gt; F32Le f32_le; F32Ge f32_ge;
            F64Eq f64_eq; F64Ne f64_ne; F64Lt f64_lt; F64Gt f64_gt; F64Le f64_le; F64Ge f64_ge;
        }
        binary {
            I32Add i32_add; I32Sub i32_sub; I32Mul i32_mul; I32And i32_and; I32Or i32_or;
            I32Xor i32_xor; I32Shl i32_shl; I32ShrS i32_shr_s; I32ShrU i32_shr_u;
            I32Rotl i32_rotl; I32Rotr i32_rotr;
            I64Add i64_add; I64Sub i64_sub; I64Mul i64_mul; I64And i64_and; I64Or i64_or;
            I64Xor i64_xor; I64Shl i64_shl; I64ShrS i64_shr_s; I64ShrU i64_shr_u;
            I64Rotl i64_rotl; I64Rotr i64_rotr;
            F32Add f32_add; F32Sub f32_sub; F32Mul f32_mul; F32Div f32_div;
            F32Min f32_min; F32Max f32_max; F32Copysign f32_copysign;
            F64Add f64_add; F64Sub f64_sub; F64Mul f64_mul; F64Div f64_div;
            F64Min f64_min; F64Max f64_max; F64Copysign f64_copysign;
        }
        binary_trapping {
            I32DivS i32_div_s; I32DivU i32_div_u; I32RemS i32_rem_s; I32RemU i32_rem_u;
            I64DivS i64_div_s; I64DivU i64_div_u; I64RemS i64_rem_s; I64RemU i64_rem_u;
        }
        load {
            I32Load i32_load; I64Load i64_load; F32Load f32_load; F64Load f64_load;
            I32Load8S i32_load8_s; I32Load8U i32_load8_u;
            I32Load16S i32_load16_s; I32Load16U i32_load16_u;
            I64Load8S i64_load8_s; I64Load8U i64_load8_u;
            I64Load16S i64_load16_s; I64Load16U i64_load16_u;
            I64Load32S i64_load32_s; I64Load32U i64_load32_u;
        }
        store {
            I32Store i32_store; I64Store i64_store; F32Store f32_store; F64Store f64_store;
            I32Store8 i32_store8; I32Store16 i32_store16;
            I64Store8 i64_store8; I64Store16 i64_store16; I64Store32 i64_store32;
        }
    } };
}
pub(crate) use for_each_numeric;

/// Integer instructions that exist alike for both widths. Spec: exec-ibinop, op-iadd and the following
macro_rules! integers {
    ($int:ident $uint:ident: $eqz:ident $eq:ident $ne:ident $lt_s:ident $lt_u:ident $gt_s:ident $gt_u:ident
     $le_s:ident $le_u:ident $ge_s:ident $ge_u:ident $clz:ident $ctz:ident $popcnt:ident
     $add:ident $sub:ident $mul:ident $div_s:ident $div_u:ident $rem_s:ident $rem_u:ident
     $and:ident $or:ident $xor:ident $shl:ident $shr_s:ident $shr_u:ident $rotl:ident $rotr:ident) => {
        integers! { @each a: $int => i32:
            $eqz (a == 0) as i32;
        }
        integers! { @each a: $int => $int:
            $clz a.leading_zeros() as $int;
            $ctz a.trailing_zeros() as $int;
            $popcnt a.count_ones() as $int;
        }
        integers! { @each a: $int, b: $int => i32:
            $eq (a == b) as i32;
            $ne (a != b) as i32;
            $lt_s (a < b) as i32;
            $lt_u ((a as $uint) < b as $uint) as i32;
            $gt_s (a > b) as i32;
            $gt_u (a as $uint > b as $uint) as i32;
            $le_s (a <= b) as i32;
            $le_u (a as $uint <= b as $uint) as i32;
            $ge_s (a >= b) as i32;
            $ge_u (a as $uint >= b as $uint) as i32;
        }
        // Shift distances are taken modulo the width, as Rust's wrapping shifts do.
        integers! { @each a: $int, b: $int => $int:
            $add a.wrapping_add(b);
            $sub a.wrapping_sub(b);
            $mul a.wrapping_mul(b);
            $and a & b;
            $or a | b;
            $xor a ^ b;
            $shl a.wrapping_shl(b as u32);
            $shr_s a.wrapping_shr(b as u32);
            $shr_u (a as $uint).wrapping_shr(b as u32) as $int;
            $rotl a.rotate_left(b as u32 % $int::BITS);
            $rotr a.rotate_right(b as u32 % $int::BITS);
        }
        #[inline(always)]
        pub(crate) fn $div_s(a: $int, b: $int) -> Result<$int, TrapKind> {
            match b {
                0 => Err(TrapKind::IntegerDivideByZero),
                _ => a.checked_div(b).ok_or(TrapKind::IntegerOverflow),
            }
        }
        #[inline(always)]
        pub(crate) fn $div_u(a: $int, b: $int) -> Result<$int, TrapKind> {
            let quotient = (a as $uint).checked_div(b as $uint);
            quotient.map(|quotient| quotient as $int).ok_or(TrapKind::IntegerDivideByZero)
        }
        #[inline(always)]
        pub(crate) fn $rem_s(a: $int, b: $int) -> Result<$int, TrapKind> {
            match b {
                0 => Err(TrapKind::IntegerDivideByZero),
                // The remainder of the smallest integer by -1 is 0, though the quotient does not fit.
                _ => Ok(a.wrapping_rem(b)),
            }
        }
        #[inline(always)]
        pub(crate) fn $rem_u(a: $int, b: $int) -> Result<$int, TrapKind> {
            let remainder = (a as $uint).checked_rem(b as $uint);
            remainder.map(|remainder| remainder as $int).ok_or(TrapKind::IntegerDivideByZero)
        }
    };
    (@each $a:ident: $from:ty => $to:ty: $($name:ident $value:expr;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name($a: $from) -> $to { $value }
    )*};
    (@each $a:ident: $left:ty, $b:ident: $right:ty => $to:ty: $($name:ident $value:expr;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name($a: $left, $b: $right) -> $to { $value }
    )*};
}

integers! { i32 u32: i32_eqz i32_eq i32_ne i32_lt_s i32_lt_u i32_gt_s i32_gt_u
i32_le_s i32_le_u i32_ge_s i32_ge_u i32_clz i32_ctz i32_popcnt
i32_add i32_sub i32_mul i32_div_s i32_div_u i32_rem_s i32_rem_u
i32_and i32_or i32_xor i32_shl i32_shr_s i32_shr_u i32_rotl i32_rotr }

integers! { i64 u64: i64_eqz i64_eq i64_ne i64_lt_s i64_lt_u i64_gt_s i64_gt_u
i64_le_s i64_le_u i64_ge_s i64_ge_u i64_clz i64_ctz i64_popcnt
i64_add i64_sub i64_mul i64_div_s i64_div_u i64_rem_s i64_rem_u
i64_and i64_or i64_xor i64_shl i64_shr_s i64_shr_u i64_rotl i64_rotr }

/// Rounding and roots, which Rust's `core` lacks: from `std` where there is one, else from `libm`.
mod rounding {
    macro_rules! rounding {
        ($($name32:ident $name64:ident $std:ident $libm32:ident $libm64:ident;)*) => {$(
            #[inline(always)]
            pub(super) fn $name32(a: f32) -> f32 {
                #[cfg(feature = "std")]
                return a.$std();
                #[cfg(not(feature = "std"))]
                libm::$libm32(a)
            }
            #[inline(always)]
            pub(super) fn $name64(a: f64) -> f64 {
                #[cfg(feature = "std")]
                return a.$std();
                #[cfg(not(feature = "std"))]
                libm::$libm64(a)
            }
        )*};
    }
    rounding! {
        ceil32 ceil64 ceil ceilf ceil;
        floor32 floor64 floor floorf floor;
        trunc32 trunc64 trunc truncf trunc;
        nearest32 nearest64 round_ties_even rintf rint;
        sqrt32 sqrt64 sqrt sqrtf sqrt;
    }
}

/// Number instructions that exist alike for both widths. Spec: op-fadd and the following
macro_rules! floats {
    ($float:ident $canonical:ident = $nan:literal: $eq:ident $ne:ident $lt:ident $gt:ident $le:ident $ge:ident
     $abs:ident $neg:ident $ceil:ident $ceil_fn:ident $floor:ident $floor_fn:ident $trunc:ident $trunc_fn:ident
     $nearest:ident $nearest_fn:ident $sqrt:ident $sqrt_fn:ident
     $add:ident $sub:ident $mul:ident $div:ident $min:ident $max:ident $copysign:ident) => {
        /// The number itself, or the canonical NaN for any NaN.
        #[inline(always)]
        fn $canonical(a: $float) -> $float {
            if a.is_nan() {
                $float::from_bits($nan)
            } else {
                a
            }
        }
        integers! { @each a: $float, b: $float => i32:
            $eq (a == b) as i32;
            $ne (a != b) as i32;
            $lt (a < b) as i32;
            $gt (a > b) as i32;
            $le (a <= b) as i32;
            $ge (a >= b) as i32;
        }
        integers! { @each a: $float => $float:
            $abs a.abs();
            $neg -a;
            $ceil $canonical(rounding::$ceil_fn(a));
            $floor $canonical(rounding::$floor_fn(a));
            $trunc $canonical(rounding::$trunc_fn(a));
            $nearest $canonical(rounding::$nearest_fn(a));
            $sqrt $canonical(rounding::$sqrt_fn(a));
        }
        integers! { @each a: $float, b: $float => $float:
            $add $canonical(a + b);
            $sub $canonical(a - b);
            $mul $canonical(a * b);
            $div $canonical(a / b);
            $copysign a.copysign(b);
        }
        #[inline(always)]
        pub(crate) fn $min(a: $float, b: $float) -> $float {
            let chosen = if a < b {
                a
            } else if b < a {
                b
            } else {
                // Equal numbers have equal bits, except for the zeros, of which the negative one is the smaller.
                $float::from_bits(a.to_bits() | b.to_bits())
            };
            if a.is_nan() | b.is_nan() {
                $float::from_bits($nan)
            } else {
                chosen
            }
        }
        #[inline(always)]
        pub(crate) fn $max(a: $float, b: $float) -> $float {
            let chosen = if a > b {
                a
            } else if b > a {
                b
            } else {
                $float::from_bits(a.to_bits() & b.to_bits())
            };
            if a.is_nan() | b.is_nan() {
                $float::from_bits($nan)
            } else {
                chosen
            }
        }
    };
}

floats! { f32 canonical32 = 0x7fc0_0000: f32_eq f32_ne f32_lt f32_gt f32_le f32_ge
f32_abs f32_neg f32_ceil ceil32 f32_floor floor32 f32_trunc trunc32 f32_nearest nearest32 f32_sqrt sqrt32
f32_add f32_sub f32_mul f32_div f32_min f32_max f32_copysign }

floats! { f64 canonical64 = 0x7ff8_0000_0000_0000: f64_eq f64_ne f64_lt f64_gt f64_le f64_ge
f64_abs f64_neg f64_ceil ceil64 f64_floor floor64 f64_trunc trunc64 f64_nearest nearest64 f64_sqrt sqrt64
f64_add f64_sub f64_mul f64_div f64_min f64_max f64_copysign }

/// Conversions. Spec: exec-cvtop
macro_rules! conversions {
    ($($name:ident: $from:ty => $to:ty = |$a:ident| $value:expr;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name($a: $from) -> $to { $value }
    )*};
}

conversions! {
    i32_wrap_i64: i64 => i32 = |a| a as i32;
    i64_extend_i32_s: i32 => i64 = |a| i64::from(a);
    i64_extend_i32_u: i32 => i64 = |a| i64::from(a as u32);
    i32_extend8_s: i32 => i32 = |a| i32::from(a as i8);
    i32_extend16_s: i32 => i32 = |a| i32::from(a as i16);
    i64_extend8_s: i64 => i64 = |a| i64::from(a as i8);
    i64_extend16_s: i64 => i64 = |a| i64::from(a as i16);
    i64_extend32_s: i64 => i64 = |a| i64::from(a as i32);
    f32_convert_i32_s: i32 => f32 = |a| a as f32;
    f32_convert_i32_u: i32 => f32 = |a| a as u32 as f32;
    f32_convert_i64_s: i64 => f32 = |a| a as f32;
    f32_convert_i64_u: i64 => f32 = |a| a as u64 as f32;
    f64_convert_i32_s: i32 => f64 = |a| f64::from(a);
    f64_convert_i32_u: i32 => f64 = |a| f64::from(a as u32);
    f64_convert_i64_s: i64 => f64 = |a| a as f64;
    f64_convert_i64_u: i64 => f64 = |a| a as u64 as f64;
    f32_demote_f64: f64 => f32 = |a| canonical32(a as f32);
    f64_promote_f32: f32 => f64 = |a| canonical64(f64::from(a));
    i32_reinterpret_f32: f32 => i32 = |a| a.to_bits() as i32;
    i64_reinterpret_f64: f64 => i64 = |a| a.to_bits() as i64;
    f32_reinterpret_i32: i32 => f32 = |a| f32::from_bits(a as u32);
    f64_reinterpret_i64: i64 => f64 = |a| f64::from_bits(a as u64);
    // Rust's casts saturate, and take NaN to zero, exactly as these instructions do.
    i32_trunc_sat_f32_s: f32 => i32 = |a| a as i32;
    i32_trunc_sat_f32_u: f32 => i32 = |a| a as u32 as i32;
    i32_trunc_sat_f64_s: f64 => i32 = |a| a as i32;
    i32_trunc_sat_f64_u: f64 => i32 = |a| a as u32 as i32;
    i64_trunc_sat_f32_s: f32 => i64 = |a| a as i64;
    i64_trunc_sat_f32_u: f32 => i64 = |a| a as u64 as i64;
    i64_trunc_sat_f64_s: f64 => i64 = |a| a as i64;
    i64_trunc_sat_f64_u: f64 => i64 = |a| a as u64 as i64;
    i32_load: [u8; 4] => i32 = |bytes| i32::from_le_bytes(bytes);
    i64_load: [u8; 8] => i64 = |bytes| i64::from_le_bytes(bytes);
    f32_load: [u8; 4] => f32 = |bytes| f32::from_le_bytes(bytes);
    f64_load: [u8; 8] => f64 = |bytes| f64::from_le_bytes(bytes);
    i32_load8_s: [u8; 1] => i32 = |bytes| i32::from(i8::from_le_bytes(bytes));
    i32_load8_u: [u8; 1] => i32 = |bytes| i32::from(bytes[0]);
    i32_load16_s: [u8; 2] => i32 = |bytes| i32::from(i16::from_le_bytes(bytes));
    i32_load16_u: [u8; 2] => i32 = |bytes| i32::from(u16::from_le_bytes(bytes));
    i64_load8_s: [u8; 1] => i64 = |bytes| i64::from(i8::from_le_bytes(bytes));
    i64_load8_u: [u8; 1] => i64 = |bytes| i64::from(bytes[0]);
    i64_load16_s: [u8; 2] => i64 = |bytes| i64::from(i16::from_le_bytes(bytes));
    i64_load16_u: [u8; 2] => i64 = |bytes| i64::from(u16::from_le_bytes(bytes));
    i64_load32_s: [u8; 4] => i64 = |bytes| i64::from(i32::from_le_bytes(bytes));
    i64_load32_u: [u8; 4] => i64 = |bytes| i64::from(u32::from_le_bytes(bytes));
    i32_store: i32 => [u8; 4] = |a| a.to_le_bytes();
    i64_store: i64 => [u8; 8] = |a| a.to_le_bytes();
    f32_store: f32 => [u8; 4] = |a| a.to_le_bytes();
    f64_store: f64 => [u8; 8] = |a| a.to_le_bytes();
    i32_store8: i32 => [u8; 1] = |a| [a as u8];
    i32_store16: i32 => [u8; 2] = |a| (a as u16).to_le_bytes();
    i64_store8: i64 => [u8; 1] = |a| [a as u8];
    i64_store16: i64 => [u8; 2] = |a| (a as u16).to_le_bytes();
    i64_store32: i64 => [u8; 4] = |a| (a as u32).to_le_bytes();
}

/// Truncations that trap on NaN and on what does not fit. The bounds are the nearest numbers that do not fit any more.
macro_rules! truncations {
    ($($name:ident: $from:ty => $to:ty as $int:ty, $above:literal .. $below:literal;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name(a: $from) -> Result<$int, TrapKind> {
            if a > $above && a < $below {
                Ok(a as $to as $int)
            } else if a.is_nan() {
                Err(TrapKind::InvalidConversionToInteger)
            } else {
                Err(TrapKind::IntegerOverflow)
            }
        }
    )*};
}

truncations! {
    i32_trunc_f32_s: f32 => i32 as i32, -2147483904.0 .. 2147483648.0;
    i32_trunc_f32_u: f32 => u32 as i32, -1.0 .. 4294967296.0;
    i32_trunc_f64_s: f64 => i32 as i32, -2147483649.0 .. 2147483648.0;
    i32_trunc_f64_u: f64 => u32 as i32, -1.0 .. 4294967296.0;
    i64_trunc_f32_s: f32 => i64 as i64, -9223373136366403584.0 .. 9223372036854775808.0;
    i64_trunc_f32_u: f32 => u64 as i64, -1.0 .. 18446744073709551616.0;
    i64_trunc_f64_s: f64 => i64 as i64, -9223372036854777856.0 .. 9223372036854775808.0;
    i64_trunc_f64_u: f64 => u64 as i64, -1.0 .. 18446744073709551616.0;
}

/// The 128-bit number of two halves.
#[inline(always)]
pub(crate) fn wide(low: u64, high: u64) -> u128 {
    u128::from(low) | u128::from(high) << 64
}

// Wide arithmetic: operands and results of 128 bits are two integers on the stack, the lower half first.
integers! { @each a: u128, b: u128 => u128:
    i64_add128 a.wrapping_add(b);
    i64_sub128 a.wrapping_sub(b);
}
integers! { @each a: i64, b: i64 => u128:
    i64_mul_wide_s (i128::from(a) * i128::from(b)) as u128;
    i64_mul_wide_u u128::from(a as u64) * u128::from(b as u64);
}
