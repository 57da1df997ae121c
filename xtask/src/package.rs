//! Builds the npm package: `bindings-js` compiled to wasm, `wasm-bindgen`'s glue, and the hand-written class around it.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::install;
use crate::stamp::Stamp;
use crate::step;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

/// Builds `bindings-js/pkg`, or finds that it is up to date.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    install::targets(workspace, &[TARGET])?;
    let wasm_bindgen = install::wasm_bindgen(workspace)?;
    let arguments = [
        "build",
        "--package",
        "bindings-js",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
    ];
    step::run(
        workspace,
        "compile the npm package to wasm",
        workspace.cargo().args(arguments),
    )?;

    let wasm = workspace.target(&format!("{TARGET}/{PROFILE}/bindings_js.wasm"));
    let inputs = [
        wasm.clone(),
        workspace.path("bindings-js/js"),
        workspace.path("bindings-js/package.json"),
        workspace.path("bindings-js/README.md"),
        workspace.path("LICENSE"),
    ];
    let folder = workspace.path("bindings-js/pkg");
    let results = [
        folder.join("package.json"),
        folder.join("index.js"),
        folder.join("raw/bindings_js_bg.wasm"),
    ];
    let stamp = Stamp::of(workspace, "package", &wasm_bindgen.version, &inputs)?;
    if stamp.is_current(&results) {
        return Ok(());
    }
    // The folder itself stays: a linked `node_modules` entry or a watching server may hold on to it.
    let raw = folder.join("raw");
    let mut bind = workspace.command(&wasm_bindgen.path);
    bind.args(["--target", "web", "--out-dir"])
        .arg(&raw)
        .arg(&wasm);
    step::run(workspace, "make the glue between JS and wasm", &mut bind)?;
    for input in &inputs[1..] {
        // Of the folder with the hand-written files, what is in it; of a file, itself.
        let name = input.file_name().filter(|_| input.is_file());
        let place = name.map_or_else(|| folder.clone(), |name| folder.join(name));
        copy(input, &place).map_err(|error| {
            format!(
                "cannot copy {} into the npm package: {error}.",
                input.display()
            )
        })?;
    }
    stamp.remember()
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
