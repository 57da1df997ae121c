//! How views cross to JavaScript: as one JSON text each, which `js/crossing.js` reads.
//!
//! One text for a whole view is several times as fast as an object that is made property by property.
//! No function of the raw classes returns a JavaScript value by itself: engines up to V8 12 abort when they give up the
//! optimised code of a caller while it waits for a function that returns a reference.
//!
//! What JSON has no words for is a string that begins with U+0001: `n` and digits for 64-bit and longer integers, `b` and
//! hexadecimal digits for bytes, `f` and its name for a number that is not finite, `s` for a string that begins with U+0001
//! itself.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};

/// A view as a text.
pub(crate) fn to_text(view: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, Crossing::default());
    // The views hold nothing that cannot be written, and a vector takes everything.
    match view.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(text).unwrap_or_default(),
        Err(_) => "null".to_owned(),
    }
}

/// Writes a number; those that are not finite by their numbers in `NOT_FINITE`.
pub(crate) fn number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.is_finite() {
        return serializer.serialize_f64(*number);
    }
    // No view has integers of this type.
    serializer.serialize_i128(match number {
        number if number.is_nan() => 0,
        number if *number > 0.0 => 1,
        _ => 2,
    })
}

const NOT_FINITE: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// Bytes in a view.
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

#[derive(Default)]
struct Crossing {
    /// Whether the next character is the first one of a string.
    at_start: bool,
}

impl Formatter for Crossing {
    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        writer.write_all(b"\"\\u0001n")?;
        CompactFormatter.write_i64(writer, value)?;
        writer.write_all(b"\"")
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        writer.write_all(b"\"\\u0001n")?;
        CompactFormatter.write_u64(writer, value)?;
        writer.write_all(b"\"")
    }

    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        write!(writer, "\"\\u0001n{value}\"")
    }

    fn write_i128<W: ?Sized + Write>(&mut self, writer: &mut W, value: i128) -> io::Result<()> {
        let name = NOT_FINITE.get(value as usize).unwrap_or(&"NaN");
        write!(writer, "\"\\u0001f{name}\"")
    }

    fn write_byte_array<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        bytes: &[u8],
    ) -> io::Result<()> {
        writer.write_all(b"\"\\u0001b")?;
        for byte in bytes {
            write!(writer, "{byte:02x}")?;
        }
        writer.write_all(b"\"")
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.at_start = true;
        writer.write_all(b"\"")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.at_start = false;
        writer.write_all(fragment.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        if core::mem::take(&mut self.at_start) && matches!(escape, CharEscape::AsciiControl(1)) {
            writer.write_all(b"\\u0001s")?;
        }
        match escape {
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => writer.write_all(b"\\\\"),
            CharEscape::Solidus => writer.write_all(b"/"),
            CharEscape::Backspace => writer.write_all(b"\\b"),
            CharEscape::FormFeed => writer.write_all(b"\\f"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Tab => writer.write_all(b"\\t"),
            CharEscape::AsciiControl(byte) => write!(writer, "\\u{byte:04x}"),
        }
    }
}
