//! What the bytes of a file begin with: what they are, of which version, and whether they are whole.
//!
//! ```text
//! magic     8 bytes
//! version   32 bits
//! flags     32 bits, none of which means anything yet
//! length    64 bits: the bytes that follow the checksum
//! checksum  64 bits: XXH64 of version, flags and all that follows
//! ```
//!
//! All numbers are little-endian.

use alloc::format;
use alloc::vec::Vec;

use crate::codec::{Read, Reader, Writer};
use crate::xxh64::Xxh64;

/// A kind of file.
pub(crate) struct Envelope {
    /// Its first bytes.
    pub(crate) magic: [u8; 8],
    /// The version that is written, and the only one that is read.
    pub(crate) version: u32,
    /// What it is, with its article.
    pub(crate) name: &'static str,
}

impl Envelope {
    /// How many bytes come before the contents.
    pub(crate) const HEADER: usize = 32;

    /// Leaves room at the beginning of what is to be sealed.
    pub(crate) fn begin(&self, to: &mut Writer) {
        to.raw(&[0; Self::HEADER]);
    }

    /// The whole file, of what was written since `begin`.
    pub(crate) fn seal(&self, contents: Writer) -> Vec<u8> {
        let mut bytes = contents.into_bytes();
        let (header, body) = bytes.split_at_mut(Self::HEADER);
        header.copy_from_slice(&self.header(0, body));
        bytes
    }

    pub(crate) fn header(&self, flags: u32, body: &[u8]) -> [u8; Self::HEADER] {
        let mut to = Writer::new();
        to.raw(&self.magic);
        to.raw(&self.version.to_le_bytes());
        to.raw(&flags.to_le_bytes());
        to.fixed(body.len() as u64);
        to.fixed(checksum(self.version, flags, body));
        let mut header = [0; Self::HEADER];
        header.copy_from_slice(to.written());
        header
    }

    /// What follows the header of a file that is whole.
    pub(crate) fn open<'a>(&self, bytes: &'a [u8]) -> Read<&'a [u8]> {
        let Self {
            magic,
            version: known,
            name,
        } = self;
        let mut from = Reader::new(bytes, 0);
        let begin = from.clone();
        // A beginning of the magic may be the beginning of such a file.
        let found = from.raw(magic.len().min(bytes.len()))?;
        if !magic.starts_with(found) {
            return Err(begin.wrong(format!("it is not {name} of Flight")));
        }
        let truncated = |_| {
            begin.wrong(format!(
                "it is truncated: only {} bytes are there",
                bytes.len()
            ))
        };
        let at_version = from.clone();
        let [version, flags] = {
            let both = from.fixed().map_err(truncated)?;
            [both as u32, (both >> 32) as u32]
        };
        if version != *known {
            let message = match version > *known {
                true => format!(
                    "it has version {version} of the format, newer than {known}, the last one that is known here"
                ),
                false => format!("there is no version {version} of the format"),
            };
            return Err(at_version.wrong(message));
        }
        if flags != 0 {
            return Err(at_version.wrong("it has flags that are not known here"));
        }
        let at_length = from.clone();
        let length = from.fixed().map_err(truncated)?;
        let wanted = from.fixed().map_err(truncated)?;
        let body = &bytes[Self::HEADER..];
        if length > body.len() as u64 {
            return Err(at_length.wrong(format!(
                "it is truncated: of {length} bytes behind the header {} are there",
                body.len()
            )));
        }
        if length < body.len() as u64 {
            return Err(at_length.wrong("something follows its end"));
        }
        if checksum(version, flags, body) != wanted {
            return Err(at_length.wrong("it is damaged: the checksum does not fit"));
        }
        Ok(body)
    }
}

fn checksum(version: u32, flags: u32, body: &[u8]) -> u64 {
    let mut hash = Xxh64::new();
    hash.word(u64::from(version) << 32 | u64::from(flags));
    hash.bytes(body);
    hash.finish()
}
