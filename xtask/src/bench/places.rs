//! Where the benchmark runs.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::browser;
use crate::install;
use crate::workspace::{Workspace, find_program};

use super::build::Build;

/// A place to run it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// As a program of this machine.
    Native,
    /// As wasm, in the Node that is installed.
    Node,
    /// As wasm, in a Node of the newest V8 that npm has.
    NodeLatest,
    /// As wasm, in a page in Chromium.
    Chromium,
    /// As wasm, in a page in Firefox.
    Firefox,
}

impl Place {
    pub(super) const ALL: [Self; 5] = [
        Self::Native,
        Self::Node,
        Self::NodeLatest,
        Self::Chromium,
        Self::Firefox,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Node => "node",
            Self::NodeLatest => "node-latest",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    pub(super) fn find(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|place| place.name() == name);
        let names = Self::ALL.map(Self::name).join(", ");
        found.ok_or_else(|| format!("there is no place \"{name}\"; there are {names}."))
    }

    /// The program of the place, installed if that can be done; none if it needs none.
    pub(super) fn host(self, workspace: &Workspace) -> Result<Option<PathBuf>> {
        match self {
            Self::Native => Ok(None),
            Self::Node => install::node(workspace).map(|()| Some("node".into())),
            Self::NodeLatest => install::oracle(workspace).map(Some),
            Self::Chromium => Ok(Some(browser::find(workspace)?)),
            Self::Firefox => firefox(workspace).map(Some),
        }
    }

    /// Whether the host makes code faster while it runs.
    pub(super) fn warms_up(self) -> bool {
        self != Self::Native
    }

    /// The benchmark, ready to be started.
    pub(super) fn command(
        self,
        workspace: &Workspace,
        host: Option<&Path>,
        build: &Build,
    ) -> Result<Command> {
        let Some(host) = host else {
            let mut command = workspace.command(build.native(workspace)?);
            let pack = &build.pack;
            let input =
                File::open(pack).map_err(|error| format!("{}: {error}.", pack.display()))?;
            command.arg("--guests").stdin(input);
            return Ok(command);
        };
        let is_browser = matches!(self, Self::Chromium | Self::Firefox);
        let mut command = workspace.command(if is_browser { Path::new("node") } else { host });
        if is_browser {
            install::node(workspace)?;
            command.arg(workspace.path("tests/bench/browser.mjs"));
            command.arg(self.name()).arg(host);
        } else {
            command.arg(workspace.path("tests/bench/run.mjs"));
        }
        command.arg(build.wasm(workspace)?).arg(&build.pack);
        Ok(command)
    }
}

/// Firefox, which is only needed here.
fn firefox(workspace: &Workspace) -> Result<PathBuf> {
    let find = || {
        let named = env::var_os("FIREFOX").map(PathBuf::from);
        let names = ["firefox-esr", "firefox"];
        named.or_else(|| names.iter().find_map(|name| find_program(name)))
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    browser::install_packages(workspace, "Firefox", &["firefox-esr"])?;
    find().ok_or_else(|| {
        "Firefox is not installed: install it (Debian: `apt-get install firefox-esr`) or name it in the variable FIREFOX.".to_owned()
    })
}
