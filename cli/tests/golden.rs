//! Every file in `cases` says in its first lines how to run `flight` on it; what comes of it stands in the
//! `.expected` file beside it, as a transcript.
//!
//! A first line is `;; RUN: ` and a command line, in which `%` is the file itself, and what stands between two `'` is
//! one argument; behind `<` stands what the standard input is. In the transcript, lines of the error output begin with `! `, and an exit code other than 0 stands last.
//!
//! Every case is run in each translation; the transcript must not depend on it.
//!
//! With `BLESS=1` in the environment the expectations are written anew.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn every_case_gives_the_expected_transcript() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let bless = std::env::var_os("BLESS").is_some();
    let mut problems = Vec::new();
    let mut count = 0;
    for case in cases(&folder) {
        count += 1;
        let expectation = case.with_extension("expected");
        let found = transcript(&folder, &case, &mut problems);
        if bless {
            fs::write(&expectation, &found).expect("the folder of cases can be written");
            continue;
        }
        match fs::read_to_string(&expectation) {
            Ok(expected) if expected == found => {}
            Ok(expected) => problems.push(format!(
                "{}:\n--- expected\n{expected}--- found\n{found}",
                case.display()
            )),
            Err(error) => problems.push(format!("{}: {error}\n{found}", expectation.display())),
        }
    }
    assert!(count > 0, "there are no cases in {}", folder.display());
    assert!(
        problems.is_empty(),
        "\n{}\nBLESS=1 writes expectations anew",
        problems.join("\n")
    );
}

#[test]
fn the_conversations_in_the_readme_are_real_ones() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(package.join(path)).expect("it can be read");
    for (case, file) in [("debug-trap", "mean.wat"), ("debug-origin", "share.wat")] {
        let real = read(&format!("tests/cases/{case}.expected"))
            .replace(&format!("{case}.wat"), file)
            .replace(&format!(" < {case}.commands"), "");
        assert!(read("../README.md").contains(&real), "{real}");
    }
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of cases can be read");
    let mut cases: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    cases.retain(|path| {
        path.extension()
            .is_some_and(|ending| ending == "wat" || ending == "wast")
    });
    cases.sort();
    cases
}

/// What all commands of a case give.
fn transcript(folder: &Path, case: &Path, problems: &mut Vec<String>) -> String {
    let name = case
        .file_name()
        .and_then(|name| name.to_str())
        .expect("cases have plain names");
    let text = String::from_utf8_lossy(&fs::read(case).expect("a case can be read")).into_owned();
    let commands: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix(";; RUN: "))
        .collect();
    assert!(
        !commands.is_empty(),
        "{name} does not begin with `;; RUN: `"
    );
    let mut transcript = String::new();
    for command in commands {
        let command = command.replace('%', name);
        let found = output(folder, &command);
        let executes = ["run ", "trace ", "debug "]
            .iter()
            .any(|begin| command.starts_with(begin));
        // What is wrong about a command line is told with what stands on it.
        if executes && !command.contains("--code") && !found.ends_with("[2]\n") {
            for code in ["--code precise", "--code folded"] {
                let other = output(folder, &command.replacen(' ', &format!(" {code} "), 1));
                if other != found {
                    problems.push(format!(
                        "{name}: {command}:\n{found}--- with {code}\n{other}"
                    ));
                }
            }
        }
        let _ = writeln!(transcript, "$ flight {command}");
        transcript += &found;
    }
    transcript
}

/// What a command line gives.
fn output(folder: &Path, command: &str) -> String {
    let (line, input) = match command.split_once(" < ") {
        Some((line, input)) => (line, Some(input)),
        None => (command, None),
    };
    let input = match input {
        Some(input) => File::open(folder.join(input))
            .expect("the input exists")
            .into(),
        None => Stdio::null(),
    };
    let output = Command::new(env!("CARGO_BIN_EXE_flight"))
        .args(arguments(line))
        .current_dir(folder)
        .stdin(input)
        .output()
        .expect("flight can be started");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        let _ = writeln!(text, "{}", format!("! {line}").trim_end());
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => {
            let _ = writeln!(text, "[{code}]");
        }
        None => text += "[killed]\n",
    }
    text
}

/// The arguments of a command line.
fn arguments(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        match number % 2 {
            0 => arguments.extend(part.split_whitespace().map(str::to_string)),
            _ => arguments.push(part.to_string()),
        }
    }
    arguments
}
