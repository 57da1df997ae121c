//! `cargo xtask size`: how large the files of the npm package are, and which crates take the room in its wasm.

mod functions;

use std::collections::BTreeMap;
use std::fs;

use crate::Result;
use crate::footprint;
use crate::install;
use crate::package;
use crate::workspace::Workspace;

use functions::Function;

/// Crates that take less than this many bytes are told together.
const WORTH_A_ROW: usize = 2000;

/// Builds the package and prints the tables.
pub(crate) fn size(workspace: &Workspace) -> Result<()> {
    package::build(workspace)?;
    files(workspace)?;
    let wasm_bindgen = install::wasm_bindgen(workspace)?;
    let compiled = package::compile(workspace)?;
    let folder = package::empty_folder(workspace, "size")?;
    package::bind(workspace, &wasm_bindgen, &compiled, &folder, &[])?;
    for name in package::WASM {
        let file = folder.join(name);
        let wasm =
            fs::read(&file).map_err(|error| format!("cannot read {}: {error}.", file.display()))?;
        let functions = functions::read(&wasm)
            .ok_or_else(|| format!("{} is no wasm with names.", file.display()))?;
        println!("\n{name}: functions by crate, before compression");
        by_crate(&functions, wasm.len());
    }
    Ok(())
}

/// The sizes of the package's files.
fn files(workspace: &Workspace) -> Result<()> {
    let folder = workspace.path(package::FOLDER);
    let entries = fs::read_dir(&folder)
        .map_err(|error| format!("cannot read {}: {error}.", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    println!(
        "\n{:<24}{:>10}{:>10}{:>10}",
        "bytes", "raw", "gzip", "brotli"
    );
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!("{name:<24}{}", footprint::sizes(workspace, &file)?);
    }
    Ok(())
}

/// Prints a row for each crate, the largest first.
fn by_crate(functions: &[Function], whole: usize) {
    let mut crates: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for function in functions {
        let (bytes, count) = crates.entry(function.crate_name()).or_default();
        *bytes += function.bytes;
        *count += 1;
    }
    let mut rows: Vec<_> = crates.into_iter().collect();
    rows.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    let small = rows.partition_point(|(_, (bytes, _))| *bytes >= WORTH_A_ROW);
    let sum = |rows: &[(&str, (usize, usize))]| {
        let add =
            |(bytes, count), (_, more): &(_, (usize, usize))| (bytes + more.0, count + more.1);
        rows.iter().fold((0, 0), add)
    };
    let all = sum(&rows);
    let others = sum(&rows.split_off(small));
    rows.push(("others", others));
    rows.push(("all functions", all));
    println!("{:<24}{:>10}{:>10}", "", "bytes", "functions");
    for (name, (bytes, count)) in rows {
        println!("{name:<24}{bytes:>10}{count:>10}");
    }
    println!("{:<24}{whole:>10}", "the file, with names");
}
