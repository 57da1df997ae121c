//! Vectors as lanes: the same 128 bits in any shape.

use alloc::vec::Vec;
use core::fmt;

use crate::Value;

/// How a vector is divided into lanes. Spec: syntax-shape
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Sixteen integers of 8 bits.
    I8x16,
    /// Eight integers of 16 bits.
    I16x8,
    /// Four integers of 32 bits.
    I32x4,
    /// Two integers of 64 bits.
    I64x2,
    /// Four numbers of 32 bits.
    F32x4,
    /// Two numbers of 64 bits.
    F64x2,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 6] = [
        Self::I8x16,
        Self::I16x8,
        Self::I32x4,
        Self::I64x2,
        Self::F32x4,
        Self::F64x2,
    ];

    /// How many lanes there are.
    pub const fn count(self) -> u32 {
        128 / self.width()
    }

    /// The bits of a lane.
    pub const fn width(self) -> u32 {
        match self {
            Self::I8x16 => 8,
            Self::I16x8 => 16,
            Self::I32x4 | Self::F32x4 => 32,
            Self::I64x2 | Self::F64x2 => 64,
        }
    }

    /// The lanes of a vector, the first one first; integers narrower than 32 bits are extended by their sign.
    ///
    /// ```
    /// use flight_wasm::{Shape, Value};
    ///
    /// let vector = 0x3f80_0000_ffff_fffe_0000_0002_0000_0001;
    /// assert_eq!(Shape::I32x4.lanes(vector), [1, 2, -2, 0x3f80_0000].map(Value::I32));
    /// assert_eq!(Shape::F32x4.lanes(vector)[3], Value::F32(1.0));
    /// assert_eq!(Shape::I16x8.lanes(vector)[4], Value::I32(-2));
    /// ```
    pub fn lanes(self, vector: u128) -> Vec<Value> {
        let lane = |position: u32| {
            let bits = vector >> (position * self.width());
            match self {
                Self::I8x16 => Value::I32((bits as i8).into()),
                Self::I16x8 => Value::I32((bits as i16).into()),
                Self::I32x4 => Value::I32(bits as i32),
                Self::I64x2 => Value::I64(bits as i64),
                Self::F32x4 => Value::F32(f32::from_bits(bits as u32)),
                Self::F64x2 => Value::F64(f64::from_bits(bits as u64)),
            }
        };
        (0..self.count()).map(lane).collect()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I8x16 => "i8x16",
            Self::I16x8 => "i16x8",
            Self::I32x4 => "i32x4",
            Self::I64x2 => "i64x2",
            Self::F32x4 => "f32x4",
            Self::F64x2 => "f64x2",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};

    #[test]
    fn every_shape_shows_the_same_bits() {
        let vector = u128::from_le_bytes(
            *b"\x00\x01\x7f\x80\xff\xfe\x00\x40\x00\x00\x00\x00\x00\x00\xf8\xbf",
        );
        let words = |shape: Shape| {
            let lanes: Vec<String> = shape
                .lanes(vector)
                .iter()
                .map(ToString::to_string)
                .collect();
            lanes.join(" ")
        };
        #[rustfmt::skip]
        let expected = [
            ("i8x16", "0 1 127 -128 -1 -2 0 64 0 0 0 0 0 0 -8 -65"),
            ("i16x8", "256 -32641 -257 16384 0 0 0 -16392"),
            ("i32x4", "-2139160320 1073807103 0 -1074266112"),
            ("i64x2", "4611966391753310464 -4613937818241073152"),
        ];
        for (shape, (name, lanes)) in Shape::ALL.into_iter().zip(expected) {
            assert_eq!(
                (shape.to_string().as_str(), words(shape).as_str()),
                (name, lanes)
            );
        }
        assert_eq!(Shape::F64x2.lanes(vector)[1], Value::F64(-1.5));
        assert_eq!(Shape::F32x4.lanes(vector)[3], Value::F32(-1.9375));
        assert!(
            Shape::ALL
                .iter()
                .all(|shape| shape.lanes(vector).len() as u32 == shape.count())
        );
    }
}
