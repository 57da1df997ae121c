//! The parts of the test run. A further part is a further row.

use std::path::PathBuf;
use std::process::Command;

use crate::Result;
use crate::browser;
use crate::install;
use crate::package;
use crate::page;
use crate::serve::{Port, Server};
use crate::step;
use crate::workspace::Workspace;

use super::count::{Counts, split_target};
use super::packages;

/// The counts of a part: its own first, then those of what ran along with it.
type Counted = Vec<(&'static str, Counts)>;

/// Something that can be tested by itself.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The part that runs this one along with its own tests, if that is run too.
    pub(super) within: Option<&'static str>,
    pub(super) run: fn(&Workspace) -> Result<Counted>,
}

#[rustfmt::skip]
pub(super) const PARTS: &[Part] = &[
    Part { name: "rust",            about: "the Rust tests, natively, with the documentation's examples", within: None,         run: rust },
    Part { name: "official",        about: "the official WebAssembly scripts, natively",                  within: Some("rust"), run: official },
    Part { name: "scripts-in-wasm", about: "the official scripts, with the runner itself inside wasm",    within: None,         run: scripts_in_wasm },
    Part { name: "scripts-in-chromium", about: "the same in Chromium",                                     within: None,         run: scripts_in_chromium },
    Part { name: "wasi",            about: "the command as a WASI program, in Node",                      within: None,         run: wasi },
    Part { name: "real-modules",    about: "modules of published packages, natively",                     within: None,         run: real_modules },
    Part { name: "targets",         about: "the core without the standard library, on every target",      within: None,         run: targets },
    Part { name: "package",         about: "the npm package, in Node",                                    within: None,         run: package },
    Part { name: "package-in-chromium", about: "the npm package, in Chromium",                             within: None,         run: package_in_chromium },
    Part { name: "places",          about: "the packed package, in every place where JavaScript runs",    within: None,         run: places },
    Part { name: "differential",    about: "generated modules, compared with V8",                         within: None,         run: differential },
    Part { name: "page",            about: "the page, in Chromium",                                       within: None,         run: page },
];

fn rust(workspace: &Workspace) -> Result<Counted> {
    let mut command = workspace.cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]);
    let ended = step::capture(workspace, "test the Rust crates", &mut command)?;
    let (official, rest) = split_target(&ended.output, "official");
    let (official, rest) = (Counts::read(&official), Counts::read(&rest));
    // What fails without a failed test is something that did not compile, and so not the scripts' doing.
    let ok = ended.success || official.failed > 0;
    Ok(vec![("rust", rest.and_end(ok)), ("official", official)])
}

fn official(workspace: &Workspace) -> Result<Counted> {
    let mut command = workspace.cargo();
    command.args(["test", "--workspace", "--test", "official"]);
    counted(
        workspace,
        "official",
        "run the official scripts",
        &mut command,
    )
}

fn scripts_in_wasm(workspace: &Workspace) -> Result<Counted> {
    let wasm = script_runner(workspace)?;
    let mut run = workspace.command("node");
    run.arg(workspace.path("tests/scripts-in-wasm/run.mjs"));
    run.arg(wasm);
    counted(
        workspace,
        "scripts-in-wasm",
        "run the official scripts inside wasm",
        &mut run,
    )
}

fn scripts_in_chromium(workspace: &Workspace) -> Result<Counted> {
    let wasm = script_runner(workspace)?;
    let browser = browser::find(workspace)?;
    let mut run = workspace.command("node");
    run.arg(workspace.path("tests/scripts-in-wasm/chromium.mjs"));
    run.arg(wasm).env("CHROME", &browser);
    counted(
        workspace,
        "scripts-in-chromium",
        "run the official scripts in Chromium",
        &mut run,
    )
}

/// The runner of the official scripts, compiled to wasm.
fn script_runner(workspace: &Workspace) -> Result<PathBuf> {
    wasi_program(workspace, "scripts-in-wasm", "scripts-in-wasm")
}

fn wasi(workspace: &Workspace) -> Result<Counted> {
    let wasm = wasi_program(workspace, "cli", "flight")?;
    let mut run = workspace.command("node");
    run.arg("--no-warnings");
    run.arg(workspace.path("cli/tests/wasi.mjs")).arg(wasm);
    counted(workspace, "wasi", "test the command in WASI", &mut run)
}

/// A package's program, compiled to wasm.
fn wasi_program(workspace: &Workspace, package: &str, program: &str) -> Result<PathBuf> {
    const TARGET: &str = "wasm32-wasip1";
    install::node(workspace)?;
    install::targets(workspace, &[TARGET])?;
    let mut build = workspace.cargo();
    build.args(["build", "--package", package, "--target", TARGET]);
    step::run(workspace, &format!("compile {program} to wasm"), &mut build)?;
    Ok(workspace.target(&format!("{TARGET}/debug/{program}.wasm")))
}

fn real_modules(workspace: &Workspace) -> Result<Counted> {
    let (folder, passed_over) = packages::fetch(workspace)?;
    let mut command = workspace.cargo();
    command.args(["test", "--package", "tests", "--test", "real_modules"]);
    command
        .args(["--", "--nocapture"])
        .env("FLIGHT_REAL_MODULES", folder);
    let ended = step::capture(workspace, "load and run real modules", &mut command)?;
    // What each module did is worth seeing even if all is well.
    for line in ended
        .output
        .lines()
        .filter(|line| line.contains(": ") && !line.starts_with("test "))
    {
        println!("  {line}");
    }
    let mut counts = Counts::read(&ended.output).and_end(ended.success);
    counts.skipped += passed_over;
    Ok(vec![("real-modules", counts)])
}

fn targets(workspace: &Workspace) -> Result<Counted> {
    // The last one has no standard library at all, so nothing can use it by mistake.
    const TARGETS: [&str; 3] = ["wasm32-unknown-unknown", "wasm32-wasip1", "wasm32v1-none"];
    install::targets(workspace, &TARGETS)?;
    let mut counts = Counts::default();
    let mut check = |package: &str, target: Option<&str>, features: &[&str]| -> Result<()> {
        let mut command = workspace.cargo();
        command.args(["check", "--package", package]).args(features);
        command.args(target.iter().flat_map(|target| ["--target", target]));
        let about = format!("check {package} for {}", target.unwrap_or("this machine"));
        let ended = step::capture(workspace, &about, &mut command)?;
        counts = counts
            + if ended.success {
                Counts::SUCCESS
            } else {
                Counts::FAILURE
            };
        Ok(())
    };
    for package in workspace.core_crates() {
        for target in [None].into_iter().chain(TARGETS.map(Some)) {
            check(&package, target, &["--no-default-features"])?;
        }
    }
    Ok(vec![("targets", counts)])
}

fn package(workspace: &Workspace) -> Result<Counted> {
    install::node(workspace)?;
    package::build(workspace)?;
    // The page's packages read TypeScript.
    page::install_packages(workspace, "playground")?;
    let folder = workspace.path("bindings-js/tests");
    let mut command = workspace.command("node");
    command
        .args(["--expose-gc", "--test-reporter=spec"])
        .args(["--import", "./members/in-node.mjs", "all.mjs"])
        .current_dir(folder);
    counted(
        workspace,
        "package",
        "test the npm package in Node",
        &mut command,
    )
}

fn package_in_chromium(workspace: &Workspace) -> Result<Counted> {
    let browser = browser::find(workspace)?;
    install::node(workspace)?;
    package::build(workspace)?;
    // The page's packages drive the browser.
    page::install_packages(workspace, "playground")?;
    let mut command = workspace.command("node");
    command.arg(workspace.path("bindings-js/tests/chromium.mjs"));
    command.env("CHROME", browser);
    counted(
        workspace,
        "package-in-chromium",
        "test the npm package in Chromium",
        &mut command,
    )
}

fn places(workspace: &Workspace) -> Result<Counted> {
    const FOLDER: &str = "tests/places";
    install::node(workspace)?;
    package::build(workspace)?;
    page::install_packages(workspace, FOLDER)?;
    let mut command = workspace.command("node");
    // Most of the time is spent on waiting for engines and browsers to start.
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=2"]);
    command.args(test_files(workspace, FOLDER)?);
    // A browser that is not to be had is named as passed over, as is an engine.
    if let Ok(chromium) = browser::find(workspace) {
        command.env("CHROME", chromium);
    }
    if let Some(firefox) = browser::find_firefox(workspace) {
        command.env("FIREFOX", firefox);
    }
    let about = "run the README's examples in every place";
    let ended = step::capture(workspace, about, &mut command)?;
    // The places themselves stand at the beginning of a line, their examples are indented.
    for line in ended.output.lines() {
        if line.starts_with("✔ ") || line.starts_with("﹣ ") {
            println!("  {line}");
        }
    }
    Ok(vec![(
        "places",
        Counts::read(&ended.output).and_end(ended.success),
    )])
}

fn differential(workspace: &Workspace) -> Result<Counted> {
    let oracle = install::oracle(workspace)?;
    let mut command = workspace.cargo();
    command.args(["run", "--release", "--locked", "--manifest-path"]);
    command.arg(workspace.path("tests/differential/Cargo.toml"));
    command
        .arg("--target-dir")
        .arg(workspace.target("differential"));
    command.args(["--", "--seed", "1", "--modules", "1000", "--node"]);
    command.arg(oracle);
    command
        .arg("--out")
        .arg(workspace.target("differential/found"));
    counted(
        workspace,
        "differential",
        "compare generated modules with V8",
        &mut command,
    )
}

fn page(workspace: &Workspace) -> Result<Counted> {
    let browser = browser::find(workspace)?;
    page::build(workspace)?;
    let server = Server::bind(workspace.path("playground/dist"), Port::Exactly(0))?;
    let address = server.address();
    std::thread::spawn(move || server.serve());
    let mut command = workspace.command("node");
    // One browser at a time: the page's tests look at how promptly it answers.
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
    command.args(test_files(workspace, "playground/tests")?);
    command.env("CHROME", browser).env("FLIGHT_PAGE", address);
    counted(workspace, "page", "test the page in Chromium", &mut command)
}

fn counted(
    workspace: &Workspace,
    part: &'static str,
    about: &str,
    command: &mut Command,
) -> Result<Counted> {
    let ended = step::capture(workspace, about, command)?;
    Ok(vec![(
        part,
        Counts::read(&ended.output).and_end(ended.success),
    )])
}

/// The test files of a folder: Node 20's runner takes no patterns.
fn test_files(workspace: &Workspace, folder: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(workspace.path(folder))
        .map_err(|error| format!("cannot read {folder}: {error}."))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    // Without a file, Node would look for tests everywhere.
    if files.is_empty() {
        Err(format!("{folder} has no file named *.test.mjs."))
    } else {
        Ok(files)
    }
}
