//! Where things are, and how a child process is set up to run among them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// Variables that `cargo run` sets for this program; a nested cargo should not take them for the user's.
const OF_CARGO_RUN: [&str; 4] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
];

/// The checked-out repository.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the repository that this program was started in by cargo.
    pub(crate) fn find() -> Result<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .parent()
            .ok_or("start this program as `cargo xtask`.")?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |folder| root.join(folder));
        Ok(Self { root, target })
    }

    /// A path in the repository.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A path among cargo's build results.
    pub(crate) fn target(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// A path that is this program's own, for stamps, logs and generated settings; its folder exists.
    pub(crate) fn private(&self, relative: &str) -> Result<PathBuf> {
        let path = self.target.join("xtask").join(relative);
        let folder = path.parent().expect("a path below target has a parent");
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}.", folder.display()))?;
        Ok(path)
    }

    /// The version that `Cargo.lock` gives a dependency.
    pub(crate) fn locked_version(&self, name: &str) -> Result<String> {
        let lock = fs::read_to_string(self.path("Cargo.lock"))
            .map_err(|error| format!("cannot read Cargo.lock: {error}."))?;
        version_in_lock(&lock, name).ok_or_else(|| {
            format!("Cargo.lock has no package `{name}`: is the crate that uses it a member?")
        })
    }

    /// The names of the crates in `core/`, sorted.
    pub(crate) fn core_crates(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("core"))
            .into_iter()
            .flatten()
            .flatten();
        let mut names: Vec<String> = entries
            .filter(|entry| entry.path().join("Cargo.toml").is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// A child process in the repository's root, its output without colours and cargo's bin folder on its path.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", search_path());
        command
            .env("CARGO_TERM_COLOR", "never")
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR");
        for (name, _) in env::vars_os() {
            let of_cargo_run =
                |name: &str| OF_CARGO_RUN.iter().any(|prefix| name.starts_with(prefix));
            if name.to_str().is_some_and(of_cargo_run) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The cargo that started this program.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// npm, which is a batch file on Windows.
    pub(crate) fn npm(&self) -> Command {
        self.command(if cfg!(windows) { "npm.cmd" } else { "npm" })
    }
}

/// The folder into which `cargo install` puts programs.
pub(crate) fn cargo_bin() -> PathBuf {
    let root = env::var_os("CARGO_INSTALL_ROOT")
        .or_else(|| env::var_os("CARGO_HOME"))
        .map(PathBuf::from);
    let root = root.unwrap_or_else(|| env::home_dir().unwrap_or_default().join(".cargo"));
    root.join("bin")
}

/// The folders into which cargo puts the sources of packages, one for each registry.
pub(crate) fn registry_sources() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|| env::home_dir().unwrap_or_default().join(".cargo"));
    let entries = fs::read_dir(home.join("registry/src"));
    let mut folders: Vec<_> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}

/// The first program of that name on the path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&search_path())
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

fn search_path() -> OsString {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(cargo_bin()).chain(env::split_paths(&inherited));
    env::join_paths(folders).unwrap_or(inherited)
}

fn version_in_lock(lock: &str, name: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{name}\""))?;
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    #[test]
    fn the_lock_file_tells_the_version_of_exactly_the_named_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            version_in_lock(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
