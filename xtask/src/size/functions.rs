//! The functions of a wasm with names: how large each is, and which crate it comes from.

use std::collections::HashMap;

const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const CUSTOM: u8 = 0;
/// The part of the custom section `name` that has the functions' names.
const FUNCTION_NAMES: u8 = 1;

/// One function with a body.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) bytes: usize,
}

impl Function {
    /// The crate that the function's name begins with; for an implementation that of the type, or of the trait
    /// where the type is none of a crate's.
    pub(super) fn crate_name(&self) -> &str {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let mut rest = self.name.as_str();
        while let Some(at) = rest.find("::") {
            // Names of the newer kind have the crate's hash behind it: `core[0123456789abcdef]::fmt`.
            let before = rest[..at].trim_end_matches(|c: char| c.is_ascii_hexdigit() || c == ']');
            let before = match before.strip_suffix('[') {
                Some(before) => before,
                None => &rest[..at],
            };
            let name = before.rfind(|character| !is_part(character));
            let name = name.map_or(before, |end| &before[end + 1..]);
            if !name.is_empty() {
                return name;
            }
            rest = &rest[at + 2..];
        }
        "without a name"
    }
}

/// The functions of a wasm; `None` if it is none, or has no names.
pub(super) fn read(wasm: &[u8]) -> Option<Vec<Function>> {
    let mut reader = Reader(wasm.strip_prefix(b"\0asm\x01\0\0\0")?);
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names = HashMap::new();
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let mut section = reader.part()?;
        match id {
            IMPORTS => imported = imported_functions(&mut section)?,
            CODE => {
                for _ in 0..section.number()? {
                    sizes.push(section.part()?.0.len());
                }
            }
            CUSTOM if section.part()?.0 == b"name" => names = function_names(&mut section)?,
            _ => {}
        }
    }
    if names.is_empty() {
        return None;
    }
    let function = |(index, bytes)| {
        let name = names.remove(&(imported + index)).unwrap_or_default();
        Function { name, bytes }
    };
    Some(sizes.into_iter().enumerate().map(function).collect())
}

/// How many of the imports are functions.
fn imported_functions(section: &mut Reader<'_>) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.part()?;
        section.part()?;
        match section.byte()? {
            0 => {
                section.number()?;
                functions += 1;
            }
            // A table or memory: the limits, behind the type of a table's entries.
            kind @ (1 | 2) => {
                if kind == 1 {
                    section.byte()?;
                }
                let bounded = section.byte()? & 1;
                for _ in 0..=bounded {
                    section.number()?;
                }
            }
            // A global or tag: two bytes.
            _ => {
                section.byte()?;
                section.byte()?;
            }
        }
    }
    Some(functions)
}

fn function_names(section: &mut Reader<'_>) -> Option<HashMap<usize, String>> {
    let mut names = HashMap::new();
    while !section.0.is_empty() {
        let id = section.byte()?;
        let mut part = section.part()?;
        if id != FUNCTION_NAMES {
            continue;
        }
        for _ in 0..part.number()? {
            let index = part.number()?;
            names.insert(index, String::from_utf8_lossy(part.part()?.0).into_owned());
        }
    }
    Some(names)
}

/// What is left to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return usize::try_from(number).ok();
            }
        }
        None
    }

    /// A length, and so many bytes.
    fn part(&mut self) -> Option<Reader<'a>> {
        let length = self.number()?;
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Reader(part))
    }
}

#[cfg(test)]
mod tests {
    use super::{Function, read};

    #[test]
    fn a_function_belongs_to_the_crate_that_its_name_begins_with() {
        for (name, wanted) in [
            (
                "flight_runtime::execute::run::habc96805891ecc9f",
                "flight_runtime",
            ),
            (
                "<wast::core::expr::Instruction as wast::parser::Parse>::parse",
                "wast",
            ),
            ("<&mut W as core::fmt::Write>::write_str", "core"),
            ("<[T] as alloc::borrow::ToOwned>::to_owned", "alloc"),
            ("core[c5930c85a12de822]::num::flt2dec::format_exact", "core"),
            ("__wbindgen_malloc", "without a name"),
            ("", "without a name"),
        ] {
            let function = Function {
                name: name.to_string(),
                bytes: 0,
            };
            assert_eq!(function.crate_name(), wanted, "{name}");
        }
    }

    #[test]
    fn sizes_and_names_are_read() {
        let wasm = b"\0asm\x01\0\0\0\
            \x02\x0c\x02\x01a\x01f\x00\x00\x00\x00\x02\x00\x01\
            \x0a\x09\x02\x02\x00\x0b\x04\x00\x01\x01\x0b\
            \x00\x11\x04name\x01\x0a\x02\x01\x01x\x02\x04y::z";
        assert!(read(&wasm[..wasm.len() - 1]).is_none());
        let functions = read(wasm).expect("a wasm with names");
        let seen: Vec<_> = functions
            .iter()
            .map(|it| (it.name.as_str(), it.bytes))
            .collect();
        assert_eq!(seen, [("x", 2), ("y::z", 4)]);
        assert!(read(b"\0asm\x01\0\0\0").is_none());
    }
}
