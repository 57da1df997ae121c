//! How large things are: the package's wasm, the bare engine, and the loop that executes.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::install;
use crate::step;
use crate::workspace::Workspace;

use super::build::Build;
use super::collect;
use super::figures::Figures;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";
/// The package's wasm, if it has been built.
const PACKAGE: &str = "bindings-js/pkg/raw/bindings_js_bg.wasm";

/// Finds out all sizes and prints them.
pub(super) fn measure(workspace: &Workspace, build: &Build, figures: &mut Figures) -> Result<()> {
    println!("\nsizes:");
    let mut sizes = workspace.command(build.native(workspace)?);
    collect(sizes.arg("--sizes").arg(build.wasm(workspace)?), figures)?;
    if let Some((name, size)) = loop_function(figures) {
        figures.take(&format!("loop\t{name}\t{size}"));
    }
    let engine = workspace.target(&format!("{TARGET}/{PROFILE}/footprint.wasm"));
    install::targets(workspace, &[TARGET])?;
    let mut compile = workspace.cargo();
    compile.args([
        "build",
        "--package",
        "footprint",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
    ]);
    step::run(workspace, "compile the bare engine", &mut compile)?;
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

/// The largest function of Flight's that executes.
fn loop_function(figures: &Figures) -> Option<(String, String)> {
    figures
        .others
        .iter()
        .find_map(|fields| match fields.as_slice() {
            [kind, name, size] if kind == "function" && is_loop(name) => {
                Some((name.clone(), size.clone()))
            }
            _ => None,
        })
}

fn is_loop(name: &str) -> bool {
    name.contains("flight_runtime") && name.contains("execute")
}

#[cfg(test)]
mod tests {
    use super::{Figures, loop_function};

    #[test]
    fn the_loop_is_the_largest_function_that_executes() {
        let mut figures = Figures::new("sizes");
        for line in [
            "size\tbench.wasm\t900000",
            "function\twasmi::execute\t90000",
            "function\tflight_runtime::execute::execute\t80000",
            "function\tflight_runtime::execute::other\t70000",
        ] {
            figures.take(line);
        }
        let (name, size) = loop_function(&figures).expect("it is there");
        assert_eq!(
            (name.as_str(), size.as_str()),
            ("flight_runtime::execute::execute", "80000")
        );
    }
}
