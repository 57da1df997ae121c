//! How large the functions of a compiled module are.

use std::collections::HashMap;

use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// How many functions are named.
const COUNT: usize = 6;
/// The module of Flight's that has the loop: its largest function.
const LOOP: &str = "flight_runtime::execute";

/// Prints the size of a module, of the loop that executes, and of the largest functions, the largest first.
pub(crate) fn print(file: &str) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}."))?;
    let mut functions = functions(&bytes).map_err(|error| format!("{file}: {error}."))?;
    functions.sort_by_key(|function| std::cmp::Reverse(function.1));
    let executes = |(name, _): &&(String, u64)| name.contains(LOOP);
    let executing = functions.iter().find(executes).map(|found| ("loop", found));
    let largest = functions.iter().take(COUNT);
    for (kind, (name, size)) in executing
        .into_iter()
        .chain(largest.map(|one| ("function", one)))
    {
        println!("@{kind}\t{name}\t{size}");
    }
    Ok(())
}

/// All functions of a module with the sizes of their bodies.
fn functions(bytes: &[u8]) -> wasmparser::Result<Vec<(String, u64)>> {
    let (mut imported, mut sizes, mut names) = (0, Vec::new(), HashMap::new());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                sizes.push(range.end - range.start);
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        if let Name::Function(map) = subsection? {
                            for naming in map {
                                let naming = naming?;
                                let name = rustc_demangle::demangle(naming.name);
                                // Without the hash at its end.
                                names.insert(naming.index, format!("{name:#}"));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let name = |index: u32| {
        names
            .remove(&index)
            .unwrap_or_else(|| format!("function {index}"))
    };
    Ok((imported..).map(name).zip(sizes).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn functions_are_named_and_measured() {
        let text = r#"(module (import "a" "b" (func $imported))
            (func $small) (func $large (param i32) local.get 0 i32.const 1 drop drop))"#;
        let bytes = wat::parse_str(text).expect("the text is well-formed");
        let functions = super::functions(&bytes).expect("the module is right");
        assert_eq!(
            functions,
            [("small".to_owned(), 2), ("large".to_owned(), 8)]
        );
    }
}
