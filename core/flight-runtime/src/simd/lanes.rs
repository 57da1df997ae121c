//! Vectors and their lanes.

use core::array;

/// A vector: its bytes, lane 0 first.
///
/// It is no wide number, since compilers do not find the lanes again in one: of bytes in memory they make vectors.
#[derive(Clone, Copy)]
pub(crate) struct Vector(pub(crate) [u8; 16]);

impl From<u128> for Vector {
    fn from(bits: u128) -> Self {
        Self(bits.to_le_bytes())
    }
}

impl From<Vector> for flight_wasm::Value {
    fn from(vector: Vector) -> Self {
        Self::V128(u128::from_le_bytes(vector.0))
    }
}

/// A number that can be a lane.
pub(super) trait Lane: Copy {
    /// No bit set, and every bit set: what a comparison gives.
    const MASKS: [Self; 2];
    /// The lane at this index, given the vector's bytes.
    fn read(bytes: &[u8; 16], index: usize) -> Self;
    /// Puts the lane at this index.
    fn write(self, bytes: &mut [u8; 16], index: usize);
}

macro_rules! lane_types {
    ($($ty:ident)*) => {$(
        impl Lane for $ty {
            const MASKS: [Self; 2] = [
                Self::from_le_bytes([0; size_of::<Self>()]),
                Self::from_le_bytes([0xff; size_of::<Self>()]),
            ];
            #[inline(always)]
            fn read(bytes: &[u8; 16], index: usize) -> Self {
                let mut lane = [0; size_of::<Self>()];
                lane.copy_from_slice(&bytes[index * size_of::<Self>()..][..size_of::<Self>()]);
                Self::from_le_bytes(lane)
            }
            #[inline(always)]
            fn write(self, bytes: &mut [u8; 16], index: usize) {
                bytes[index * size_of::<Self>()..][..size_of::<Self>()]
                    .copy_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

lane_types! { i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 }

/// All lanes of a vector.
#[inline(always)]
pub(super) fn lanes<T: Lane, const N: usize>(vector: Vector) -> [T; N] {
    const { assert!(N * size_of::<T>() == 16, "the lanes fill the vector") };
    array::from_fn(|index| T::read(&vector.0, index))
}

/// The vector of these lanes.
#[inline(always)]
pub(super) fn vector<T: Lane, const N: usize>(lanes: [T; N]) -> Vector {
    const { assert!(N * size_of::<T>() == 16, "the lanes fill the vector") };
    let mut bytes = [0; 16];
    for (index, lane) in lanes.into_iter().enumerate() {
        lane.write(&mut bytes, index);
    }
    Vector(bytes)
}

/// Applies a function to each lane.
#[inline(always)]
pub(super) fn map<A: Lane, R: Lane, const N: usize>(
    a: Vector,
    function: impl Fn(A) -> R,
) -> Vector {
    vector(lanes::<A, N>(a).map(function))
}

/// Applies a function to the lanes of two vectors, pair by pair.
#[inline(always)]
pub(super) fn zip<A: Lane, R: Lane, const N: usize>(
    a: Vector,
    b: Vector,
    function: impl Fn(A, A) -> R,
) -> Vector {
    let (a, b) = (lanes::<A, N>(a), lanes::<A, N>(b));
    vector::<R, N>(array::from_fn(|index| function(a[index], b[index])))
}

/// Defines functions that work lane by lane: the meaning, then the instructions that have it with their lanes' types.
macro_rules! lanewise {
    (unary $(|$a:ident| $value:expr => $($name:ident $lane:ident),+;)*) => {$($(
        pub(crate) fn $name(a: Vector) -> Vector {
            map::<$lane, $lane, { 16 / size_of::<$lane>() }>(a, |$a| $value)
        }
    )+)*};
    (binary $(|$a:ident, $b:ident| $value:expr => $($name:ident $lane:ident),+;)*) => {$($(
        pub(crate) fn $name(a: Vector, b: Vector) -> Vector {
            zip::<$lane, $lane, { 16 / size_of::<$lane>() }>(a, b, |$a, $b| $value)
        }
    )+)*};
    (compare $(|$a:ident, $b:ident| $value:expr => $($name:ident $lane:ident),+;)*) => {$($(
        pub(crate) fn $name(a: Vector, b: Vector) -> Vector {
            zip::<$lane, $lane, { 16 / size_of::<$lane>() }>(a, b, |$a, $b| {
                <$lane as Lane>::MASKS[usize::from($value)]
            })
        }
    )+)*};
    (shift $(|$a:ident, $by:ident| $value:expr => $($name:ident $lane:ident),+;)*) => {$($(
        pub(crate) fn $name(a: Vector, by: i32) -> Vector {
            let $by = by as u32;
            map::<$lane, $lane, { 16 / size_of::<$lane>() }>(a, |$a| $value)
        }
    )+)*};
}
pub(super) use lanewise;
