//! The guests that are compiled from Rust: a workspace of its own, built when they are wanted.

use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::install;
use crate::step;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles the guests and puts them into one file, each after a line with its name and length.
pub(super) fn pack(workspace: &Workspace) -> Result<PathBuf> {
    install::targets(workspace, &[TARGET])?;
    let target = workspace.target("bench-guests");
    let mut build = workspace.cargo();
    // In the folder, so that cargo finds the settings that lie there.
    build.current_dir(workspace.path("tests/bench/rust-guests"));
    build.args([
        "build",
        "--locked",
        "--release",
        "--examples",
        "--target",
        TARGET,
    ]);
    build.arg("--target-dir").arg(&target);
    step::run(workspace, "compile the guests", &mut build)?;

    let sources = workspace.path("tests/bench/rust-guests/examples");
    let entries =
        fs::read_dir(&sources).map_err(|error| format!("{}: {error}.", sources.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort();
    let mut pack = Vec::new();
    for name in names {
        let file = target
            .join(TARGET)
            .join("release/examples")
            .join(format!("{name}.wasm"));
        let module = fs::read(&file).map_err(|error| format!("{}: {error}.", file.display()))?;
        pack.extend(format!("{name} {}\n", module.len()).into_bytes());
        pack.extend(module);
    }
    let file = workspace.private("bench/guests.pack")?;
    fs::write(&file, pack).map_err(|error| format!("cannot write {}: {error}.", file.display()))?;
    Ok(file)
}
