//! `cargo xtask bench`: the benchmark programs, natively and then as wasm in Node.

use crate::Result;
use crate::install;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-wasip1";
const PROFILE: &str = "wasm-release";

/// Runs the crate `bench` twice, with the arguments handed through.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    install::node(workspace)?;
    install::targets(workspace, &[TARGET])?;
    println!("Natively:");
    stream(
        workspace
            .cargo()
            .args(["run", "--release", "--package", "bench", "--"])
            .args(arguments),
    )?;
    println!("\nAs wasm, in Node:");
    stream(workspace.cargo().args([
        "build",
        "--package",
        "bench",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
    ]))?;
    let wasm = workspace.target(&format!("{TARGET}/{PROFILE}/bench.wasm"));
    stream(
        workspace
            .command("node")
            .arg(workspace.path("tests/bench/run.mjs"))
            .arg(wasm)
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
