//! From a number in decimal digits to the nearest float.
//!
//! The standard library does it faster, with tables that take more room in a package than all else that expressions need.
//! Here the number is a fraction of two long integers, which are divided bit by bit.

use alloc::vec;
use alloc::vec::Vec;

/// So many digits decide between two neighbouring floats; of those behind it matters only whether one is not zero.
const DIGITS: usize = 800;
/// Beyond these powers of ten every number is infinite or zero, however many digits it has.
const LARGEST: i64 = 310;
const SMALLEST: i64 = -330;
/// Bits of a quotient: more than a float has, the rest decides about rounding.
const BITS: i32 = 65;

/// The float nearest to a number like `12.5e-3`, the even one of two equally near; `None` for what is no such number.
pub(super) fn float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let magnitude = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if ![whole, fraction, magnitude].into_iter().all(is_number) {
        return None;
    }
    // A power that does not fit makes the number infinite or zero as well as the largest that does.
    let magnitude = magnitude.parse().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    let exponent = if exponent.starts_with('-') {
        -magnitude
    } else {
        magnitude
    };

    let digits: Vec<u32> = whole
        .bytes()
        .chain(fraction.bytes())
        .map(|digit| u32::from(digit - b'0'))
        .skip_while(|digit| *digit == 0)
        .collect();
    let exponent = exponent - fraction.len() as i64;
    let scale = digits.len() as i64 + exponent;
    if digits.is_empty() || scale < SMALLEST {
        return Some(0.0);
    }
    if scale > LARGEST {
        return Some(f64::INFINITY);
    }
    let mut numerator = Long(vec![0]);
    for digit in digits.iter().take(DIGITS) {
        numerator.multiply_and_add(10, *digit);
    }
    let mut exponent = exponent;
    if let Some(rest) = digits.get(DIGITS..) {
        exponent += rest.len() as i64;
        if rest.iter().any(|digit| *digit != 0) {
            numerator.multiply_and_add(10, 1);
            exponent -= 1;
        }
    }
    let mut denominator = Long(vec![1]);
    let scaled = if exponent < 0 {
        &mut denominator
    } else {
        &mut numerator
    };
    for _ in 0..exponent.unsigned_abs() {
        scaled.multiply_and_add(10, 0);
    }
    Some(quotient(numerator, denominator))
}

/// The float nearest to the quotient of two integers that are not zero.
fn quotient(mut numerator: Long, mut denominator: Long) -> f64 {
    // Made equally long, the quotient lies between one half and two.
    let power = numerator.bits() - denominator.bits();
    let shorter = if power < 0 {
        &mut numerator
    } else {
        &mut denominator
    };
    for _ in 0..power.unsigned_abs() {
        shorter.double();
    }
    let mut quotient = 0_u128;
    for _ in 0..=BITS {
        quotient <<= 1;
        if numerator.subtract(&denominator) {
            quotient |= 1;
        }
        numerator.double();
    }
    let is_more = numerator.bits() > 0;
    round(quotient, power - BITS, is_more)
}

/// The float nearest to `number` times two to the `power`, and a little more than that if `is_more`.
fn round(number: u128, power: i32, is_more: bool) -> f64 {
    let bits = 128 - number.leading_zeros() as i32;
    let exponent = power + bits - 1;
    // Small numbers have fewer bits.
    let kept = 53 - (-1022 - exponent).max(0);
    if kept < 0 {
        return 0.0;
    }
    if exponent > 1023 {
        return f64::INFINITY;
    }
    let dropped = bits - kept;
    let mantissa = (number >> dropped) as u64;
    let rest = number & ((1 << dropped) - 1);
    let half = 1 << (dropped - 1);
    let up = rest > half || (rest == half && (is_more || mantissa & 1 == 1));
    // The mantissa's first bit counts one up in the exponent; so does what rounding carries out of it.
    let exponent = (exponent + 1022).max(0) as u64;
    f64::from_bits((exponent << 52) + mantissa + u64::from(up))
}

/// An integer without sign, its lowest digits first.
struct Long(Vec<u32>);

impl Long {
    fn multiply_and_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for part in &mut self.0 {
            let product = u64::from(*part) * u64::from(factor) + carry;
            *part = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn double(&mut self) {
        self.multiply_and_add(2, 0);
    }

    /// How many bits it has, leading zeros left out.
    fn bits(&self) -> i32 {
        let last = self.0.iter().rposition(|part| *part != 0);
        last.map_or(0, |last| {
            32 * (last as i32 + 1) - self.0[last].leading_zeros() as i32
        })
    }

    /// Takes another one away, if it is not larger.
    fn subtract(&mut self, other: &Self) -> bool {
        let length = self.0.len().max(other.0.len());
        let part = |long: &Self, at: usize| long.0.get(at).copied().unwrap_or(0);
        let mut parts = Vec::with_capacity(length);
        let mut borrow = false;
        for at in 0..length {
            let (rest, under) = part(self, at).overflowing_sub(part(other, at));
            let (rest, again) = rest.overflowing_sub(u32::from(borrow));
            borrow = under || again;
            parts.push(rest);
        }
        if !borrow {
            self.0 = parts;
        }
        !borrow
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::float;

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        let many = "9".repeat(900);
        let halfway = "9007199254740993";
        let mut texts: Vec<String> = [
            "0.0",
            "0e5",
            "00.10",
            "1e0",
            "1.5",
            "0.1",
            "1E3",
            "1e+3",
            "2.5e-3",
            "1e22",
            "1e23",
            "123456789012345678901234567890.5",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "1e309",
            "1e999999999999999999999999",
            "1e-999999999999999999999999",
            "0.0e999999999",
            "2.2250738585072014e-308",
            "2.2250738585072011e-308",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.5e-324",
            "1e-400",
            "5e-324",
            "8.98846567431158e307",
        ]
        .map(Into::into)
        .into();
        texts.extend([
            format!("{many}.0"),
            format!("0.{many}"),
            format!("{many}e-900"),
            format!("0.{}1e999", "0".repeat(1000)),
            format!("{halfway}.0"),
            format!("{halfway}.{}1", "0".repeat(900)),
            format!("{halfway}.{}", "0".repeat(900)),
        ]);
        // Bits of every kind: from a multiplicative generator.
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..3000 {
            bits = bits.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
            let number = f64::from_bits(bits & !(1 << 63));
            if number.is_finite() {
                texts.push(format!("{number:e}"));
                texts.push(format!("{number:.20e}"));
            }
        }
        for text in texts {
            let wanted: f64 = text.parse().expect("a number");
            let read = float(&text).expect("a number");
            assert_eq!(
                read.to_bits(),
                wanted.to_bits(),
                "{text}: {read:e} for {wanted:e}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", ".", "1.", ".5", "1e", "1e+", "e5", "1.5.5", "1x", "1e5x", "-1", "1e--5", "ä",
        ] {
            assert_eq!(float(text), None, "{text}");
        }
    }
}
