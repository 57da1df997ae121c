//! The bytes of the formats that Flight defines itself: how numbers, texts and lists lie in them.
//!
//! What is read is not trusted: each read may fail, and says where. A count is refused that is more than what could
//! still be there, so that nothing is allocated for it.

use alloc::string::String;
use alloc::vec::Vec;

mod values;

/// Writes bytes that a [`Reader`] reads.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// What has been written.
    pub(crate) fn written(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.byte(flag.into());
    }

    /// A number in as few bytes as it needs: LEB128.
    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    /// A number that may be negative, with few bytes if it is near zero.
    pub(crate) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    /// A number in 8 bytes.
    pub(crate) fn fixed(&mut self, number: u64) {
        self.raw(&number.to_le_bytes());
    }

    /// Numbers in 8 bytes each; how many they are must be known to the reader.
    pub(crate) fn slots(&mut self, slots: &[u64]) {
        self.bytes.reserve(slots.len() * 8);
        slots.iter().for_each(|slot| self.fixed(*slot));
    }

    /// Bytes; how many they are must be known to the reader.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes, and how many they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.raw(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn option<T>(&mut self, option: Option<T>, some: impl FnOnce(&mut Self, T)) {
        self.flag(option.is_some());
        if let Some(one) = option {
            some(self, one);
        }
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|one| item(self, one));
    }
}

/// Bytes that are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Where, counted from the beginning of what is read.
    pub(crate) offset: u64,
    /// What is wrong.
    pub(crate) message: String,
}

/// The result of a read.
pub(crate) type Read<T> = Result<T, Unreadable>;

/// Reads bytes from which anything may be missing.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    /// The offset of the first byte.
    origin: u64,
}

impl<'a> Reader<'a> {
    /// A reader of these bytes, the first of which has the offset `origin`.
    pub(crate) const fn new(bytes: &'a [u8], origin: u64) -> Self {
        Self {
            bytes,
            position: 0,
            origin,
        }
    }

    /// The offset of the next byte.
    pub(crate) const fn offset(&self) -> u64 {
        self.origin + self.position as u64
    }

    /// How many bytes there still are.
    pub(crate) const fn left(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// The error that something is wrong here.
    pub(crate) fn wrong(&self, message: impl Into<String>) -> Unreadable {
        Unreadable {
            offset: self.offset(),
            message: message.into(),
        }
    }

    /// Reads something; an error in it is one at its beginning.
    fn whole<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, &'static str>) -> Read<T> {
        let begin = self.offset();
        read(self).map_err(|message| Unreadable {
            offset: begin,
            message: message.into(),
        })
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        match self.position.checked_add(count) {
            Some(end) if end <= self.bytes.len() => {
                let taken = &self.bytes[self.position..end];
                self.position = end;
                Ok(taken)
            }
            _ => Err("bytes are missing"),
        }
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.whole(|own| own.take(N)?.try_into().map_err(|_| "bytes are missing"))
    }

    pub(crate) fn byte(&mut self) -> Read<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn flag(&mut self) -> Read<bool> {
        self.whole(|own| match own.take(1)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err("a flag is neither 0 nor 1"),
        })
    }

    pub(crate) fn number(&mut self) -> Read<u64> {
        self.whole(|own| {
            let mut number = 0;
            for shift in (0..64).step_by(7) {
                let byte = own.take(1)?[0];
                if shift == 63 && byte > 1 {
                    return Err("a number has more than 64 bits");
                }
                number |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    return Ok(number);
                }
            }
            Err("a number has more than 64 bits")
        })
    }

    pub(crate) fn signed(&mut self) -> Read<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// A number of at most 32 bits.
    pub(crate) fn small(&mut self) -> Read<u32> {
        self.whole(|own| match own.number() {
            Ok(number) => u32::try_from(number).map_err(|_| "a number has more than 32 bits"),
            Err(_) => Err("a number is broken off or too large"),
        })
    }

    /// A number in 8 bytes.
    pub(crate) fn fixed(&mut self) -> Read<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// Numbers in 8 bytes each, so many of them.
    pub(crate) fn slots(&mut self, count: usize) -> Read<impl ExactSizeIterator<Item = u64> + 'a> {
        let bytes = match count.checked_mul(8) {
            Some(bytes) => self.raw(bytes)?,
            None => return Err(self.wrong("bytes are missing")),
        };
        let (slots, _) = bytes.as_chunks::<8>();
        Ok(slots.iter().map(|slot| u64::from_le_bytes(*slot)))
    }

    /// So many bytes.
    pub(crate) fn raw(&mut self, count: usize) -> Read<&'a [u8]> {
        self.whole(|own| own.take(count))
    }

    /// Bytes that say how many they are.
    pub(crate) fn bytes(&mut self) -> Read<&'a [u8]> {
        let count = self.count(1)?;
        self.raw(count)
    }

    pub(crate) fn text(&mut self) -> Read<&'a str> {
        let begin = self.clone();
        core::str::from_utf8(self.bytes()?).map_err(|_| begin.wrong("a text is not UTF-8"))
    }

    /// How many items follow, each of at least `least` bytes.
    pub(crate) fn count(&mut self, least: usize) -> Read<usize> {
        self.whole(|own| {
            let count = own
                .number()
                .map_err(|_| "a number is broken off or too large")?;
            match usize::try_from(count) {
                Ok(count) if count <= own.left() / least.max(1) => Ok(count),
                _ => Err("there is not as much as is said here"),
            }
        })
    }

    pub(crate) fn option<T>(&mut self, some: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        match self.flag()? {
            true => some(self).map(Some),
            false => Ok(None),
        }
    }

    /// A list of items of at least one byte each.
    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.count(1)?;
        // Items may be much larger than their bytes, so room is made as they come.
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Fails if something is left.
    pub(crate) fn end(&self) -> Read<()> {
        match self.left() {
            0 => Ok(()),
            _ => Err(self.wrong("something follows the end")),
        }
    }
}

#[cfg(test)]
mod tests;
