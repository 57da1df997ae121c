//! Where the benchmark runs.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::install;
use crate::workspace::Workspace;

use super::options::Options;

const TARGET: &str = "wasm32-wasip1";

/// A place to run it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// As a program of this machine.
    Native,
    /// As wasm, in the Node that is installed.
    Node,
    /// As wasm, in a Node of the newest V8 that npm has.
    NodeLatest,
}

impl Place {
    pub(super) const ALL: [Self; 3] = [Self::Native, Self::Node, Self::NodeLatest];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Node => "node",
            Self::NodeLatest => "node-latest",
        }
    }

    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Native => "Natively",
            Self::Node => "As wasm, in Node",
            Self::NodeLatest => "As wasm, in the newest Node",
        }
    }

    pub(super) fn find(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|place| place.name() == name);
        let names = Self::ALL.map(Self::name).join(", ");
        found.ok_or_else(|| format!("there is no place \"{name}\"; there are {names}."))
    }

    pub(super) fn measure(
        self,
        workspace: &Workspace,
        options: &Options,
        pack: &Path,
    ) -> Result<()> {
        let mut command = match self {
            Self::Native => {
                build(workspace, &[])?;
                let mut command = workspace.command(workspace.target("release/bench"));
                let input =
                    File::open(pack).map_err(|error| format!("{}: {error}.", pack.display()))?;
                command.arg("--guests").stdin(input);
                command
            }
            Self::Node => {
                install::node(workspace)?;
                in_node(workspace, Path::new("node"), pack)?
            }
            Self::NodeLatest => in_node(workspace, &install::oracle(workspace)?, pack)?,
        };
        stream(command.args(&options.handed_on))
    }
}

fn in_node(workspace: &Workspace, node: &Path, pack: &Path) -> Result<Command> {
    let mut command = workspace.command(node);
    command
        .arg(workspace.path("tests/bench/run.mjs"))
        .arg(wasm(workspace)?)
        .arg(pack);
    Ok(command)
}

/// The benchmark as wasm.
fn wasm(workspace: &Workspace) -> Result<PathBuf> {
    install::targets(workspace, &[TARGET])?;
    build(workspace, &["--target", TARGET])?;
    Ok(workspace.target(&format!("{TARGET}/release/bench.wasm")))
}

fn build(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let mut build = workspace.cargo();
    stream(
        build
            .args(["build", "--quiet", "--release", "--package", "bench"])
            .args(arguments),
    )
}

/// Runs a child on this program's own terminal: a benchmark shows its progress itself.
fn stream(command: &mut std::process::Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| format!("cannot run `{program}`: {error}."))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{program}` failed ({status})."))
    }
}
