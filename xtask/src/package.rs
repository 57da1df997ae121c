//! Builds the npm package: `bindings-js` and its parser of text compiled to wasm, and one file of JavaScript,
//! bundled of `wasm-bindgen`'s glue and the hand-written classes around it.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::install::{self, Tool};
use crate::page;
use crate::stamp::Stamp;
use crate::step;
use crate::workspace::{Workspace, registry_sources};

/// Where the package lies when it is built.
pub(crate) const FOLDER: &str = "bindings-js/pkg";
/// The profile that it is built in.
const PROFILE: &str = "wasm-package";
const TARGET: &str = "wasm32-unknown-unknown";

/// The crates that become wasm, and what their files are called: `flight_bg.wasm`, `flight.js`.
const CRATES: [(&str, &str); 2] = [("bindings-js", "flight"), ("flight-text", "flight_text")];

/// Its wasm files, in the same order.
pub(crate) const WASM: [&str; 2] = ["flight_bg.wasm", "flight_text_bg.wasm"];

/// Options of `wasm-bindgen` that leave out of the wasm what is not needed to run it.
const WITHOUT_NAMES: [&str; 2] = ["--remove-name-section", "--remove-producers-section"];

/// What the package has of the repository as it is.
const COPIED: [&str; 3] = [
    "bindings-js/package.json",
    "bindings-js/README.md",
    "LICENSE",
];

/// Builds `bindings-js/pkg`, or finds that it is up to date.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    install::node(workspace)?;
    let wasm_bindgen = install::wasm_bindgen(workspace)?;
    page::install_packages(workspace, "bindings-js/bundle")?;
    let compiled = compile(workspace)?;

    let hand_written = workspace.path("bindings-js/js");
    let bundler = workspace.path("bindings-js/bundle");
    let copied = COPIED.map(|file| workspace.path(file));
    let inputs: Vec<PathBuf> = [hand_written.clone(), bundler.clone()]
        .into_iter()
        .chain(compiled.clone())
        .chain(copied.clone())
        .collect();
    let folder = workspace.path(FOLDER);
    let results = ["package.json", "index.js"].into_iter().chain(WASM);
    let results: Vec<PathBuf> = results.map(|file| folder.join(file)).collect();
    let stamp = Stamp::of(workspace, "package", &wasm_bindgen.version, &inputs)?;
    if stamp.is_current(&results) {
        return Ok(());
    }

    // The modules with the glue among them, and what is made of them.
    let modules = empty_folder(workspace, "package/js")?;
    let made = empty_folder(workspace, "package/made")?;
    copy(&hand_written, &modules).map_err(cannot("gather", &hand_written))?;
    let glue = modules.join("raw");
    bind(workspace, &wasm_bindgen, &compiled, &glue, &WITHOUT_NAMES)?;
    let mut bundle = workspace.command("node");
    bundle
        .arg(bundler.join("bundle.mjs"))
        .args([&modules, &made]);
    step::run(workspace, "bundle the npm package", &mut bundle)?;

    for name in WASM {
        copy_into(&glue.join(name), &made)?;
    }
    for file in &copied {
        copy_into(file, &made)?;
    }
    for file in entries(&hand_written).map_err(cannot("read", &hand_written))? {
        if file.to_string_lossy().ends_with(".d.ts") {
            copy_into(&file, &made)?;
        }
    }
    replace(&folder, &made).map_err(cannot("write", &folder))?;
    stamp.remember()
}

/// Compiles the package's crates to wasm, with the names of functions: their files, in the order of `CRATES`.
pub(crate) fn compile(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    install::targets(workspace, &[TARGET])?;
    let mut build = workspace.cargo();
    build.args(["build", "--profile", PROFILE, "--target", TARGET]);
    for (package, _) in CRATES {
        build.args(["--package", package]);
    }
    // Panics tell the places of sources; where those lie on this machine is nobody's business.
    if registry_sources().is_empty() {
        fetch(workspace)?;
    }
    let flags = registry_sources().into_iter().map(|folder| {
        let folder = folder.to_string_lossy().replace('\\', "\\\\");
        format!("\"--remap-path-prefix={folder}=packages\"")
    });
    let flags = flags.collect::<Vec<_>>().join(",");
    build.args(["--config", &format!("target.{TARGET}.rustflags=[{flags}]")]);
    step::run(workspace, "compile the npm package to wasm", &mut build)?;
    let file = |package: &str| format!("{TARGET}/{PROFILE}/{}.wasm", package.replace('-', "_"));
    let wasm = CRATES.map(|(package, _)| workspace.target(&file(package)));
    Ok(wasm.into())
}

/// Makes the folders in which the sources of packages lie: on a new machine there are none yet.
fn fetch(workspace: &Workspace) -> Result<()> {
    let mut fetch = workspace.cargo();
    fetch.args(["fetch", "--quiet", "--target", TARGET]);
    step::run(
        workspace,
        "fetch what the npm package is made of",
        &mut fetch,
    )
}

/// Makes the glue of what was compiled, and the wasm that goes with it, in a folder.
pub(crate) fn bind(
    workspace: &Workspace,
    wasm_bindgen: &Tool,
    compiled: &[PathBuf],
    folder: &Path,
    options: &[&str],
) -> Result<()> {
    for (wasm, (_, name)) in compiled.iter().zip(CRATES) {
        let mut bind = workspace.command(&wasm_bindgen.path);
        // Where the wasm lies is said by the hand-written part, in a form that bundlers know.
        bind.args([
            "--target",
            "web",
            "--no-typescript",
            "--omit-default-module-path",
        ]);
        bind.args(["--out-name", name, "--out-dir"])
            .arg(folder)
            .arg(wasm);
        bind.args(options);
        step::run(workspace, &format!("make the glue of {name}"), &mut bind)?;
    }
    Ok(())
}

/// A folder of this program's own with nothing in it.
pub(crate) fn empty_folder(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let folder = workspace.private(name)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(cannot("empty", &folder))?;
    }
    fs::create_dir_all(&folder).map_err(cannot("make", &folder))?;
    Ok(folder)
}

/// Gives a folder the files of another one and takes away all else that it has.
/// The folder itself stays: a linked `node_modules` entry or a watching server may hold on to it.
fn replace(folder: &Path, made: &Path) -> io::Result<()> {
    copy(made, folder)?;
    for entry in entries(folder)? {
        if made.join(entry.file_name().unwrap_or_default()).exists() {
            continue;
        }
        match entry.is_dir() {
            true => fs::remove_dir_all(entry)?,
            false => fs::remove_file(entry)?,
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in entries(from)? {
        copy(&entry, &to.join(entry.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or(OsStr::new(""));
    copy(file, &folder.join(name)).map_err(cannot("copy", file))
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect()
}

/// The sentence for what went wrong with a path.
fn cannot<'a>(act: &'a str, path: &'a Path) -> impl Fn(io::Error) -> String + 'a {
    move |error| format!("cannot {act} {}: {error}.", path.display())
}
