//! What is compiled before anything is measured.

use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::install;
use crate::step;
use crate::workspace::Workspace;

/// What the guests are compiled for.
const GUEST: &str = "wasm32-unknown-unknown";
/// What the benchmark itself is compiled for, to run in wasm hosts.
const HOST: &str = "wasm32-wasip1";

/// The compiled guests, and how to compile the benchmark.
pub(super) struct Build {
    /// All compiled guests in one file.
    pub(super) pack: PathBuf,
    /// Whether the peer is built with the dispatch that is not its default.
    indirect: bool,
    /// What has been compiled already.
    native: OnceCell<PathBuf>,
    wasm: OnceCell<PathBuf>,
}

impl Build {
    pub(super) fn new(workspace: &Workspace, indirect: bool) -> Result<Self> {
        let pack = pack(workspace)?;
        let (native, wasm) = Default::default();
        Ok(Self {
            pack,
            indirect,
            native,
            wasm,
        })
    }

    /// The benchmark as a program of this machine.
    pub(super) fn native(&self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(done) = self.native.get() {
            return Ok(done.clone());
        }
        self.compile(workspace, "compile the benchmark", &[])?;
        let program = format!("release/bench{}", std::env::consts::EXE_SUFFIX);
        let program = workspace.target(&program);
        Ok(self.native.get_or_init(|| program).clone())
    }

    /// The benchmark as wasm. It keeps its names.
    pub(super) fn wasm(&self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(done) = self.wasm.get() {
            return Ok(done.clone());
        }
        install::targets(workspace, &[HOST])?;
        let about = "compile the benchmark to wasm";
        self.compile(workspace, about, &["--target", HOST])?;
        let program = workspace.target(&format!("{HOST}/release/bench.wasm"));
        Ok(self.wasm.get_or_init(|| program).clone())
    }

    fn compile(&self, workspace: &Workspace, about: &str, arguments: &[&str]) -> Result<()> {
        let mut build = workspace.cargo();
        build
            .args(["build", "--release", "--package", "bench"])
            .args(arguments);
        if self.indirect {
            build.args(["--features", "indirect"]);
        }
        step::run(workspace, about, &mut build)
    }
}

/// Compiles the guests, a workspace of its own, and puts them into one file, each after a line with its name and length.
fn pack(workspace: &Workspace) -> Result<PathBuf> {
    install::targets(workspace, &[GUEST])?;
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
        GUEST,
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
            .join(GUEST)
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
