//! Whether a build step's inputs are those of its last run.
//!
//! Contents are compared, not times: a fresh checkout or a rebuild that gave the same bytes makes nothing stale.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::workspace::Workspace;

/// Folders that are no input of any step.
const SKIPPED: [&str; 4] = ["dist", "node_modules", "target", "tests"];

/// A step's inputs in one number, and the file that remembers the number of the last run.
pub(crate) struct Stamp {
    file: PathBuf,
    value: String,
}

impl Stamp {
    /// Reads the inputs: files, or folders with all that they hold. What does not exist counts as empty.
    /// `extra` is what else the result depends on.
    pub(crate) fn of(
        workspace: &Workspace,
        step: &str,
        extra: &str,
        inputs: &[PathBuf],
    ) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        hasher.write(extra.as_bytes());
        for input in inputs {
            let unreadable = |error| format!("cannot read {}: {error}.", input.display());
            hash(input, &mut hasher).map_err(unreadable)?;
        }
        let file = workspace.private(&format!("{step}.stamp"))?;
        Ok(Self {
            file,
            value: format!("{:016x}", hasher.finish()),
        })
    }

    /// Whether the step ran with these inputs and its results are still there.
    pub(crate) fn is_current(&self, results: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|value| value == self.value)
            && results.iter().all(|path| path.exists())
    }

    /// Remembers that the step has run with these inputs.
    pub(crate) fn remember(&self) -> Result<()> {
        fs::write(&self.file, &self.value)
            .map_err(|error| format!("cannot write {}: {error}.", self.file.display()))
    }
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<Vec<_>>>()?;
        entries.retain(|entry| !SKIPPED.iter().any(|name| entry.ends_with(name)));
        entries.sort();
        for entry in entries {
            hash(&entry, hasher)?;
        }
    } else if path.is_file() {
        let contents = fs::read(path)?;
        hasher.write(path.as_os_str().as_encoded_bytes());
        hasher.write_usize(contents.len());
        hasher.write(&contents);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_stale_after_a_change_and_without_its_result() {
        let workspace = Workspace::find().unwrap();
        let folder = workspace
            .private("stamp-test/input/file")
            .unwrap()
            .parent()
            .unwrap()
            .to_path_buf();
        let result = workspace.private("stamp-test/result").unwrap();
        let of = || {
            Stamp::of(
                &workspace,
                "stamp-test/step",
                "",
                std::slice::from_ref(&folder),
            )
            .unwrap()
        };
        fs::write(folder.join("file"), "one").unwrap();
        fs::write(&result, "").unwrap();
        of().remember().unwrap();
        assert!(of().is_current(std::slice::from_ref(&result)));

        fs::write(folder.join("file"), "two").unwrap();
        assert!(!of().is_current(std::slice::from_ref(&result)));
        of().remember().unwrap();
        assert!(of().is_current(std::slice::from_ref(&result)));

        fs::remove_file(&result).unwrap();
        assert!(!of().is_current(&[result]));
    }
}
