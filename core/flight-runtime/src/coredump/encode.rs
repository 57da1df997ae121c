//! The binary format's numbers, names, values and sections, as far as a core dump needs them.

use alloc::format;
use alloc::vec::Vec;

use flight_wasm::{AnyRef, Value, ValueType};

use crate::{Error, Result, slot};

/// A number takes at most so many bytes, its type included.
pub(super) const MOST_OF_NUMBER: usize = 11;
/// Everything that is not a list of numbers, bytes or a name takes at most so many bytes.
pub(super) const MOST_OF_ENTRY: usize = 32;
/// A value that the format of core dumps cannot express.
const MISSING: u8 = 0x01;
/// The instruction that ends a constant expression.
const END: u8 = 0x0b;

/// Makes room for so many more bytes: a dump that does not fit the host's memory is an error like others.
pub(super) fn reserve(out: &mut Vec<u8>, bytes: usize) -> Result<()> {
    out.try_reserve(bytes).map_err(|_| {
        Error::Usage(format!(
            "a core dump of more than {} bytes does not fit the host's memory",
            out.len()
        ))
    })
}

/// A section: its number, its size, and what `contents` writes. Spec: binary-section
pub(super) fn section(
    out: &mut Vec<u8>,
    id: u8,
    contents: impl FnOnce(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    reserve(out, MOST_OF_ENTRY)?;
    out.push(id);
    // The size is written in all the five bytes that it may take, so that nothing has to move once it is known.
    let size = out.len();
    out.extend_from_slice(&[0x80, 0x80, 0x80, 0x80, 0x00]);
    contents(out)?;
    let length = out.len() - size - 5;
    let Ok(mut length) = u32::try_from(length) else {
        return Err(Error::Usage(format!(
            "a section of a core dump cannot have {length} bytes: 4 GiB are the most"
        )));
    };
    for byte in &mut out[size..size + 5] {
        *byte |= (length & 0x7f) as u8;
        length >>= 7;
    }
    Ok(())
}

/// A number without sign. Spec: binary-uint
pub(super) fn unsigned(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A number with sign. Spec: binary-sint
fn signed(out: &mut Vec<u8>, mut number: i64) {
    while !(-0x40..0x40).contains(&number) {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8 & 0x7f);
}

/// A name. Spec: binary-name
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    unsigned(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// The values of these types that lie one after the other in `slots`, as a list. Spec of the convention: value
pub(super) fn values(out: &mut Vec<u8>, types: &[ValueType], mut slots: &[u64]) {
    unsigned(out, types.len() as u64);
    for ty in types {
        let (own, rest) = slots.split_at(ty.slots() as usize);
        slots = rest;
        if let ValueType::V128 | ValueType::Ref(_) = ty {
            out.push(MISSING);
            continue;
        }
        match slot::number_of(*ty, own[0]) {
            Value::I64(number) => {
                out.push(0x7e);
                signed(out, number);
            }
            Value::F32(number) => {
                out.push(0x7d);
                out.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            Value::F64(number) => {
                out.push(0x7c);
                out.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            Value::I32(number) => {
                out.push(0x7f);
                signed(out, number.into());
            }
            _ => out.push(MISSING),
        }
    }
}

/// An immutable global with this value. Spec: binary-global
pub(super) fn global(out: &mut Vec<u8>, value: Value) {
    out.push(match value {
        Value::I32(_) => 0x7f,
        Value::I64(_) => 0x7e,
        Value::F32(_) => 0x7d,
        Value::F64(_) => 0x7c,
        Value::V128(_) => 0x7b,
        Value::FuncRef(_) => 0x70,
        Value::ExternRef(_) | Value::ConvertedAny(_) => 0x6f,
        Value::AnyRef(_) => 0x6e,
        Value::ExnRef(_) => 0x69,
    });
    out.push(0);
    constant(out, value);
}

/// A constant expression with this value; null for references but unboxed integers. Spec: binary-expr
pub(super) fn constant(out: &mut Vec<u8>, value: Value) {
    match value {
        Value::I32(number) => {
            out.push(0x41);
            signed(out, number.into());
        }
        Value::I64(number) => {
            out.push(0x42);
            signed(out, number);
        }
        Value::F32(number) => {
            out.push(0x43);
            out.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::F64(number) => {
            out.push(0x44);
            out.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::V128(bits) => {
            out.extend_from_slice(&[0xfd, 0x0c]);
            out.extend_from_slice(&bits.to_le_bytes());
        }
        Value::AnyRef(Some(AnyRef::I31(number))) => {
            out.push(0x41);
            signed(out, number.into());
            out.extend_from_slice(&[0xfb, 0x1c]);
        }
        Value::FuncRef(_) => out.extend_from_slice(&[0xd0, 0x70]),
        Value::ExternRef(_) | Value::ConvertedAny(_) => out.extend_from_slice(&[0xd0, 0x6f]),
        Value::AnyRef(_) => out.extend_from_slice(&[0xd0, 0x6e]),
        Value::ExnRef(_) => out.extend_from_slice(&[0xd0, 0x69]),
    }
    out.push(END);
}
