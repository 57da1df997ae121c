//! Chromium with its driver, and Firefox, for the tests that need a real browser.

use std::env;
use std::fs;
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
/// No window, no sandbox (which containers and root refuse), and nothing that talks to the network by itself.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser and the driver that remote-controls it.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Browser {
    /// Writes the settings with which a driver starts this browser.
    pub(crate) fn write_settings(&self, workspace: &Workspace) -> Result<PathBuf> {
        let file = workspace.private("webdriver.json")?;
        let arguments = ARGUMENTS
            .map(|argument| format!("\"{argument}\""))
            .join(", ");
        let program = self.program.to_string_lossy().replace('\\', "\\\\");
        let settings = format!(
            "{{ \"goog:chromeOptions\": {{ \"binary\": \"{program}\", \"args\": [{arguments}] }} }}\n"
        );
        fs::write(&file, settings)
            .map_err(|error| format!("cannot write {}: {error}.", file.display()))?;
        Ok(file)
    }
}

/// Finds Chromium and its driver, and installs them where that can be done without asking anybody.
pub(crate) fn find(workspace: &Workspace) -> Result<Browser> {
    if let (Some(program), Some(driver)) = (program(), driver()) {
        return Ok(Browser { program, driver });
    }
    install_packages(
        workspace,
        "Chromium and its driver",
        &["chromium", "chromium-driver"],
    )?;
    match (program(), driver()) {
        (Some(program), Some(driver)) => Ok(Browser { program, driver }),
        (None, _) => Err("Chromium or Chrome is not installed: install it (Debian: `apt-get install chromium chromium-driver`) or name it in the variable CHROME.".to_owned()),
        (_, None) => Err("chromedriver is not installed: install the one of your browser's version (Debian: `apt-get install chromium-driver`) or name it in the variable CHROMEDRIVER.".to_owned()),
    }
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

fn driver() -> Option<PathBuf> {
    env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .or_else(|| find_program("chromedriver"))
}

fn is_root(workspace: &Workspace) -> bool {
    let output = workspace.command("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
