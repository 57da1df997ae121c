//! Chromium and Firefox, for the tests that need a real browser.

use std::env;
use std::path::PathBuf;

use crate::Result;
use crate::step;
use crate::workspace::{Workspace, find_program};

/// What Chromium and its relatives are called.
const PROGRAMS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
/// What Firefox is called.
const FIREFOX: [&str; 2] = ["firefox", "firefox-esr"];
/// Where they are on systems that do not put them on the path.
const PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];
/// Finds Chromium, and installs it where that can be done without asking anybody.
pub(crate) fn find(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(program) = program() {
        return Ok(program);
    }
    install_packages(workspace, "Chromium", &["chromium"])?;
    program().ok_or_else(|| {
        "Chromium or Chrome is not installed: install it (Debian: `apt-get install chromium`) or name it in the variable CHROME.".to_owned()
    })
}

/// Finds Firefox, and installs it where that can be done without asking anybody. The tests do without it if need be.
pub(crate) fn find_firefox(workspace: &Workspace) -> Option<PathBuf> {
    let find = || {
        let named = env::var_os("FIREFOX").map(PathBuf::from);
        named.or_else(|| FIREFOX.iter().find_map(|name| find_program(name)))
    };
    find().or_else(|| {
        // Its name in Debian; not every system with these packages has it.
        let installed = install_packages(workspace, "Firefox", &["firefox-esr"]);
        installed.ok().and_then(|()| find())
    })
}

/// Installs packages of the system, where that can be done without asking anybody.
pub(crate) fn install_packages(workspace: &Workspace, about: &str, names: &[&str]) -> Result<()> {
    if find_program("apt-get").is_none() || !is_root(workspace) {
        return Ok(());
    }
    let apt = || {
        let mut command = workspace.command("apt-get");
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .arg("--quiet");
        command
    };
    step::run(
        workspace,
        "refresh the list of system packages",
        apt().arg("update"),
    )?;
    let mut install = apt();
    install.args(["install", "--yes", "--no-install-recommends"]);
    step::run(workspace, &format!("install {about}"), install.args(names))
}

fn program() -> Option<PathBuf> {
    let named = env::var_os("CHROME").map(PathBuf::from);
    let places = PLACES
        .iter()
        .map(PathBuf::from)
        .find(|place| place.is_file());
    named
        .or_else(|| PROGRAMS.iter().find_map(|name| find_program(name)))
        .or(places)
}

fn is_root(workspace: &Workspace) -> bool {
    let output = workspace.command("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
