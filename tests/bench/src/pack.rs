//! The compiled guests, all in one stream: programs compiled to wasm have no files to read, but a standard input.
//!
//! Each module follows a line with its name and its length in bytes.

use std::io::Read;

/// Modules by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pack(Vec<(String, Vec<u8>)>);

impl Pack {
    /// What the standard input holds.
    pub(crate) fn from_standard_input() -> Result<Self, String> {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| format!("the guests cannot be read: {error}."))?;
        Self::parse(&bytes)
    }

    fn parse(mut bytes: &[u8]) -> Result<Self, String> {
        let mut modules = Vec::new();
        while !bytes.is_empty() {
            let (name, module);
            (name, module, bytes) = split(bytes).ok_or("the pack of guests is damaged.")?;
            modules.push((name.to_owned(), module.to_vec()));
        }
        Ok(Self(modules))
    }

    /// The module of that name.
    pub(crate) fn find(&self, wanted: &str) -> Option<&[u8]> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, module)| module.as_slice())
    }
}

/// The first module's name, the module, and what follows.
fn split(bytes: &[u8]) -> Option<(&str, &[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let (name, length) = line.split_once(' ')?;
    let (module, rest) = bytes[end + 1..].split_at_checked(length.parse().ok()?)?;
    Some((name, module, rest))
}

#[cfg(test)]
mod tests {
    use super::Pack;

    #[test]
    fn modules_are_found_by_name() {
        let pack = Pack::parse(b"one 3\n\n\0\nother 0\n").expect("the pack is right");
        assert_eq!(pack.find("one"), Some(&b"\n\0\n"[..]));
        assert_eq!(pack.find("other"), Some(&b""[..]));
        assert_eq!(pack.find("three"), None);
    }

    #[test]
    fn a_damaged_pack_is_an_error() {
        for bytes in ["one 3\nab", "one\nabc", "one 3"] {
            assert!(Pack::parse(bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
