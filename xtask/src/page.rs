//! Builds the playground: its npm packages, then the folder of static files.

use std::env::consts::{ARCH, OS};

use crate::Result;
use crate::install;
use crate::package;
use crate::stamp::Stamp;
use crate::step;
use crate::workspace::Workspace;

/// Builds `playground/dist` and what it needs, or finds that it is up to date.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    install::node(workspace)?;
    // The page's packages include this one by its folder, so it has to be there first.
    package::build(workspace)?;
    install_packages(workspace, "playground")?;

    let inputs = [
        workspace.path("playground"),
        workspace.path("bindings-js/pkg"),
    ];
    let stamp = Stamp::of(workspace, "page", "", &inputs)?;
    if stamp.is_current(&[workspace.path("playground/dist/index.html")]) {
        return Ok(());
    }
    let mut build = workspace.npm();
    build
        .args(["run", "build"])
        .current_dir(workspace.path("playground"));
    step::run(workspace, "build the page", &mut build)?;
    stamp.remember()
}

/// `npm ci` in a folder, if its lists of packages have changed since the last time.
pub(crate) fn install_packages(workspace: &Workspace, folder: &str) -> Result<()> {
    let lists = ["package.json", "package-lock.json"].map(|list| workspace.path(folder).join(list));
    for list in &lists {
        if !list.is_file() {
            return Err(format!("{} is missing.", list.display()));
        }
    }
    // Some packages are native programs, so the system counts too.
    let step = format!("npm-{}", folder.replace('/', "-"));
    let stamp = Stamp::of(workspace, &step, &format!("{OS} {ARCH}"), &lists)?;
    if stamp.is_current(&[workspace.path(folder).join("node_modules")]) {
        return Ok(());
    }
    let mut install = workspace.npm();
    install
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(workspace.path(folder));
    step::run(
        workspace,
        &format!("install the npm packages of {folder}"),
        &mut install,
    )
    .map_err(|error| format!("{error} Without a network they cannot be fetched."))?;
    stamp.remember()
}
