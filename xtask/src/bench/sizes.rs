//! How large things are: the package's wasm, the bare engine, and the loop that executes.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::footprint;
use crate::workspace::Workspace;

use super::build::Build;
use super::collect;
use super::figures::Figures;

/// The package's wasm, if it has been built.
const PACKAGE: &str = "bindings-js/pkg/flight_bg.wasm";

/// Finds out all sizes and prints them.
pub(super) fn measure(workspace: &Workspace, build: &Build, figures: &mut Figures) -> Result<()> {
    println!("\nsizes:");
    let mut sizes = workspace.command(build.native(workspace)?);
    collect(sizes.arg("--sizes").arg(build.wasm(workspace)?), figures)?;
    let engine = footprint::build(workspace, "compile the bare engine", &[])?;
    take_size(figures, "bare engine", &engine)?;
    let package = workspace.path(PACKAGE);
    if package.is_file() {
        take_size(figures, "package", &package)?;
    } else {
        println!("The package is not built (`cargo xtask build-js`): its size is not told.");
    }
    for fields in &figures.others {
        if let [kind, name, size] = fields.as_slice() {
            println!("{:<10} {size:>10} bytes  {name}", kind);
        }
    }
    Ok(())
}

fn take_size(figures: &mut Figures, name: &str, file: &Path) -> Result<()> {
    let data = fs::metadata(file).map_err(|error| format!("{}: {error}.", file.display()))?;
    figures.take(&format!("size\t{name}\t{}", data.len()));
    Ok(())
}
