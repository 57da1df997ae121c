//! Running a child process as a named step: one says what is going on, and how long it took.

use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::workspace::Workspace;

/// How often the line of a running step is renewed on a terminal.
const REFRESH: Duration = Duration::from_millis(200);
/// How often a running step gives a sign of life where there is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// How many of a failed step's last lines are shown; all of them are in its log.
const LINES_SHOWN: usize = 500;

/// A child process that has ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// What it wrote to both of its outputs, in order.
    pub(crate) output: String,
}

/// Runs a step that has to succeed; if it fails, its output is shown and the error names it.
pub(crate) fn run(workspace: &Workspace, about: &str, command: &mut Command) -> Result<()> {
    let ended = capture(workspace, about, command)?;
    if ended.success {
        Ok(())
    } else {
        Err(format!("the step \"{about}\" failed; its output is above."))
    }
}

/// Runs a step and hands back its output, which is shown only if it failed.
pub(crate) fn capture(workspace: &Workspace, about: &str, command: &mut Command) -> Result<Ended> {
    let mut progress = Progress::begin(about);
    let ended = collect(command, &mut progress)?;
    progress.end(ended.success);
    let log = workspace.private(&format!("logs/{}.log", file_name(about)))?;
    fs::write(&log, &ended.output)
        .map_err(|error| format!("cannot write {}: {error}.", log.display()))?;
    if !ended.success {
        let lines: Vec<&str> = ended
            .output
            .lines()
            .filter(|line| !tells_of_success(line))
            .collect();
        for line in &lines[lines.len().saturating_sub(LINES_SHOWN)..] {
            println!("  | {line}");
        }
        println!("  All of it is in {}.", log.display());
    }
    Ok(ended)
}

/// Whether a line of a test run only says that one test passed.
fn tells_of_success(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("test ") && line.ends_with(" ... ok") || line.starts_with("✔ ")
}

fn collect(command: &mut Command, progress: &mut Progress<'_>) -> Result<Ended> {
    let program = command.get_program().to_string_lossy().into_owned();
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("`{program}` is not installed, or not on the PATH."),
        _ => format!("cannot run `{program}`: {error}."),
    };
    // One pipe for both outputs keeps their lines in order.
    let (reader, writer) = io::pipe().map_err(cannot)?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(cannot)?)
        .stderr(writer);
    let mut child = command.spawn().map_err(cannot)?;
    // The command still holds the pipe's writing ends, and the pipe would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(reader)
            .split(b'\n')
            .map_while(io::Result::ok)
        {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
        }
    });
    let mut output = String::new();
    loop {
        match lines.recv_timeout(REFRESH) {
            Ok(line) => {
                progress.latest.clone_from(&line);
                output.push_str(&line);
                output.push('\n');
            }
            // A grandchild left behind may hold the pipe open: the child's own end and a moment of silence suffice.
            Err(RecvTimeoutError::Timeout) if child.try_wait().map_err(cannot)?.is_some() => break,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        progress.show();
    }
    let success = child.wait().map_err(cannot)?.success();
    Ok(Ended { success, output })
}

/// The line (or lines) that tell of a running step.
struct Progress<'a> {
    about: &'a str,
    began: Instant,
    shown: Instant,
    latest: String,
    terminal: bool,
}

impl<'a> Progress<'a> {
    fn begin(about: &'a str) -> Self {
        let now = Instant::now();
        let terminal = io::stdout().is_terminal();
        if !terminal {
            println!("… {about}");
        }
        Self {
            about,
            began: now,
            shown: now,
            latest: String::new(),
            terminal,
        }
    }

    fn show(&mut self) {
        let pause = if self.terminal { REFRESH } else { SIGN_OF_LIFE };
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let line = format!(
            "… {} ({} s) {}",
            self.about,
            self.began.elapsed().as_secs(),
            self.latest.trim()
        );
        if self.terminal {
            let short: String = line
                .chars()
                .filter(|character| !character.is_control())
                .take(78)
                .collect();
            print!("\r\x1b[2K{short}");
            // A terminal that cannot be written to is no reason to stop.
            let _ = io::stdout().flush();
        } else {
            println!("{line}");
        }
    }

    fn end(&self, success: bool) {
        let erase = if self.terminal { "\r\x1b[2K" } else { "" };
        let mark = if success { '✓' } else { '✗' };
        println!(
            "{erase}{mark} {} ({:.1} s)",
            self.about,
            self.began.elapsed().as_secs_f64()
        );
    }
}

fn file_name(about: &str) -> String {
    about
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}
