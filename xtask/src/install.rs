//! What building and testing need from outside: found where it is, fetched where it is not.
//!
//! Programs go into cargo's own bin folder with a check of their version: once per machine, not per clone.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::browser;
use crate::step;
use crate::workspace::{Workspace, cargo_bin, find_program};

/// The oldest Node that the page's tools and the tests run on.
const NODE: (u32, u32) = (20, 19);

/// The Node whose V8 Flight is compared with: older ones lack parts of version 3.
const ORACLE: &str = "26.10.0";

/// A program of which this very version is wanted.
pub(crate) struct Tool {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
}

/// Installs all that `play` and `test` may ask for.
pub(crate) fn everything(workspace: &Workspace) -> Result<()> {
    node(workspace)?;
    targets(
        workspace,
        &["wasm32-unknown-unknown", "wasm32-wasip1", "wasm32v1-none"],
    )?;
    let wasm_bindgen = wasm_bindgen(workspace)?;
    let browser = browser::find(workspace)?;
    println!(
        "wasm-bindgen {}  {}",
        wasm_bindgen.version,
        wasm_bindgen.path.display()
    );
    println!("browser  {}", browser.display());
    Ok(())
}

/// Sees to it that Rust can compile for these targets.
pub(crate) fn targets(workspace: &Workspace, targets: &[&str]) -> Result<()> {
    let is_missing = |target: &&&str| {
        let library = workspace
            .command("rustc")
            .args(["--print", "target-libdir", "--target", target])
            .output();
        !library
            .is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
    };
    let missing: Vec<&str> = targets.iter().filter(is_missing).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if find_program("rustup").is_none() {
        return Err(format!(
            "Rust has no standard library for {names} here, and there is no rustup to fetch it: install Rust from https://rustup.rs."
        ));
    }
    let mut add = workspace.command("rustup");
    step::run(
        workspace,
        &format!("add the Rust targets {names}"),
        add.args(["target", "add"]).args(&missing),
    )
    .map_err(|error| format!("{error} Without a network they cannot be fetched."))
}

/// Sees to it that Node and npm are there; they cannot be installed on somebody's behalf.
pub(crate) fn node(workspace: &Workspace) -> Result<()> {
    let (major, minor) = NODE;
    let advice = format!("install Node {major}.{minor} or newer from https://nodejs.org.");
    let output = workspace.command("node").arg("--version").output();
    let output =
        output.map_err(|_| format!("Node is not installed, or not on the PATH: {advice}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if release(&version).is_none_or(|found| found < NODE) {
        return Err(format!("Node {version} is too old: {advice}"));
    }
    match workspace.npm().arg("--version").output() {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(format!("npm is not installed, though Node is: {advice}")),
    }
}

/// A Node of that very version, from npm: generated modules are compared with what its V8 makes of them.
pub(crate) fn oracle(workspace: &Workspace) -> Result<PathBuf> {
    node(workspace)?;
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let package = format!("node-{system}-{processor}");
    let folder = workspace.target("xtask/oracle");
    let program = folder
        .join("node_modules")
        .join(&package)
        .join(format!("bin/node{}", std::env::consts::EXE_SUFFIX));
    let version = workspace.command(&program).arg("--version").output();
    let wanted = format!("v{ORACLE}");
    if version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == wanted) {
        return Ok(program);
    }
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make {}: {error}.", folder.display()))?;
    let mut npm = workspace.npm();
    npm.args([
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--prefix",
    ]);
    npm.arg(&folder).arg(format!("{package}@{ORACLE}"));
    step::run(workspace, &format!("install Node {ORACLE}"), &mut npm).map_err(|error| {
        format!("{error} Without {package} {ORACLE} there is no second engine to compare with.")
    })?;
    Ok(program)
}

/// The command-line side of `wasm-bindgen`, in the version that `Cargo.lock` has of the library: the two must be equal.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Tool> {
    let version = workspace.locked_version("wasm-bindgen")?;
    tool(workspace, "wasm-bindgen", "wasm-bindgen-cli", &version)
}

fn tool(workspace: &Workspace, program: &str, package: &str, version: &str) -> Result<Tool> {
    if let Some(path) = find_program(program)
        && installed_version(workspace, &path).as_deref() == Some(version)
    {
        return Ok(Tool {
            path,
            version: version.to_owned(),
        });
    }
    println!("{package} {version} is not there yet: it takes some minutes, once per machine.");
    let about = format!("install {package} {version}");
    // A target folder of its own lets an interrupted installation go on where it was.
    let scratch = workspace.target("xtask/install");
    let install = |locked: &[&str]| {
        let mut command = workspace.cargo();
        command
            .args(["install", package, "--version", version, "--force"])
            .args(locked);
        command.arg("--target-dir").arg(&scratch);
        step::capture(workspace, &about, &mut command)
    };
    if !install(&["--locked"])?.success {
        println!("  Not all versions that it was released with are at hand; trying with others.");
        if !install(&[])?.success {
            return Err(format!(
                "{package} {version} could not be installed; cargo's words are above. Without a network it cannot be fetched."
            ));
        }
    }
    // The scratch folder is large and has done its work; if it stays, no harm is done.
    let _ = fs::remove_dir_all(&scratch);
    let path = find_program(program).ok_or_else(|| {
        format!(
            "{program} was installed into {}, but is not there.",
            cargo_bin().display()
        )
    })?;
    match installed_version(workspace, &path) {
        Some(found) if found == version => Ok(Tool {
            path,
            version: found,
        }),
        _ => Err(format!(
            "{} is not version {version}, which cargo has just installed: is there another one on the PATH?",
            path.display()
        )),
    }
}

/// The version that a program gives of itself, as in `wasm-bindgen 0.2.130`.
fn installed_version(workspace: &Workspace, program: &Path) -> Option<String> {
    let output = workspace.command(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// Major and minor number of a version as Node gives it, `v20.19.0`.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version
        .strip_prefix('v')?
        .split('.')
        .map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::release;

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(release("v20.20.2"), Some((20, 20)));
        assert_eq!(release("nonsense"), None);
    }
}
