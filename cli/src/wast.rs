//! `flight wast`: runs scripts of the official test format.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flight_script::{Features, Pace, Report};

use crate::arguments::WastOptions;
use crate::failure::Failure;

pub(crate) fn wast(options: &WastOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut scripts = Vec::new();
    for path in &options.paths {
        find(Path::new(path), &mut scripts)?;
    }
    let (mut passed, mut failed) = (0, 0);
    for script in &scripts {
        let report = run(script, options.features.features)?;
        let name = script.display();
        for failure in &report.failures {
            writeln!(out, "{name}:{failure}")?;
        }
        writeln!(
            out,
            "{name}: {} passed, {} failed",
            report.passed,
            report.failures.len()
        )?;
        // A long run shows how far it has come.
        out.flush()?;
        passed += report.passed;
        failed += report.failures.len();
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::Told)
    }
}

/// The scripts that a path of the command line names: a file is one, of a folder it is all `.wast` files in it.
fn find(path: &Path, scripts: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        scripts.push(path.to_path_buf());
        return Ok(());
    }
    let before = scripts.len();
    walk(path, scripts)?;
    if scripts.len() == before {
        return Err(Failure::CommandLine(format!(
            "{}: no script (*.wast) is in it",
            path.display()
        )));
    }
    Ok(())
}

fn walk(folder: &Path, scripts: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| cannot_read(folder, &error))?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        // A link to a folder might lead round in a circle.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, scripts)?;
        } else if path.extension().is_some_and(|ending| ending == "wast") {
            scripts.push(path);
        }
    }
    Ok(())
}

fn run(path: &Path, features: Features) -> Result<Report, Failure> {
    let bytes = match path.to_str() {
        Some("-") => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
        _ => fs::read(path),
    };
    let bytes = bytes.map_err(|error| cannot_read(path, &error))?;
    Ok(match String::from_utf8(bytes) {
        Ok(script) => flight_script::run(&script, Pace::Whole, features),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..at];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let line_start = before
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            let message = "the script is not text in UTF-8".to_string();
            let column = String::from_utf8_lossy(&before[line_start..])
                .chars()
                .count()
                + 1;
            let failure = flight_script::Failure {
                line,
                column,
                directive: "script",
                message,
            };
            Report {
                failures: vec![failure],
                ..Report::default()
            }
        }
    })
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::CommandLine(format!("{} cannot be read: {error}", path.display()))
}
