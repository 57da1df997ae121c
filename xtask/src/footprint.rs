//! `cargo xtask footprint`: how large the engine is as wasm, with and without its features.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::install;
use crate::step;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

/// The builds: which of the engine's features each has.
const BUILDS: [(&str, &str); 6] = [
    ("first version only", ""),
    ("what came after it", "post-mvp"),
    ("… and vectors", "post-mvp,simd"),
    ("… and objects", "post-mvp,gc"),
    ("… and atomics", "post-mvp,threads"),
    ("everything", "post-mvp,simd,gc,threads"),
];

/// Prints the size of a file, as it is and compressed.
const SIZES: &str = "const zlib = require('zlib'), bytes = require('fs').readFileSync(process.argv[1]);
const brotli = zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } });
console.log([bytes, zlib.gzipSync(bytes, { level: 9 }), brotli].map((b) => String(b.length).padStart(10)).join(''));";

/// Builds the crate `footprint` with each set of features and prints a table of sizes in bytes.
pub(crate) fn footprint(workspace: &Workspace) -> Result<()> {
    install::node(workspace)?;
    let mut rows = Vec::new();
    for (about, features) in BUILDS {
        let features = ["--no-default-features", "--features", features];
        let wasm = build(
            workspace,
            &format!("compile the engine: {about}"),
            &features,
        )?;
        rows.push(format!("{about:<20}{}", sizes(workspace, &wasm)?));
    }
    println!(
        "\n{:<20}{:>10}{:>10}{:>10}",
        "bytes of wasm", "raw", "gzip", "brotli"
    );
    rows.iter().for_each(|row| println!("{row}"));
    Ok(())
}

/// The size of a file, as it is and compressed, as three columns of ten characters.
pub(crate) fn sizes(workspace: &Workspace, file: &Path) -> Result<String> {
    let output = workspace
        .command("node")
        .args(["-e", SIZES])
        .arg(file)
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()),
        _ => Err(format!("the size of {} cannot be told.", file.display())),
    }
}

/// Builds the crate `footprint`, which is the bare engine, with these options: its wasm.
pub(crate) fn build(workspace: &Workspace, what: &str, options: &[&str]) -> Result<PathBuf> {
    install::targets(workspace, &[TARGET])?;
    let mut build = workspace.cargo();
    build.args([
        "build",
        "--package",
        "footprint",
        "--profile",
        PROFILE,
        "--target",
        TARGET,
    ]);
    step::run(workspace, what, build.args(options))?;
    Ok(workspace.target(&format!("{TARGET}/{PROFILE}/footprint.wasm")))
}
