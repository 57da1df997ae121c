//! The second engine: V8 in a Node process, which takes modules with scripts and reports where it differs.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

/// One thread, no reserved address space for each memory, and a stack of known size.
const FLAGS: [&str; 3] = [
    "--single-threaded",
    "--disable-wasm-trap-handler",
    "--stack-size=900",
];

/// A running process.
pub(crate) struct Engine {
    child: Child,
    report: JoinHandle<io::Result<Report>>,
}

/// What a process has found.
#[derive(Default)]
pub(crate) struct Report {
    /// How many modules it has compared to their end.
    pub(crate) compared: u64,
    /// How many it has compared up to where one of the engines met a limit of its own.
    pub(crate) limited: u64,
    /// Module, what was to be done, what Flight did, what the engine did.
    pub(crate) differences: Vec<(u64, String)>,
}

impl Engine {
    pub(crate) fn start(node: &Path) -> io::Result<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle.mjs");
        let mut child = Command::new(node)
            .args(FLAGS)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        // It is read while modules are written, or a full pipe would stop both sides.
        let report = std::thread::spawn(move || read(output));
        Ok(Self { child, report })
    }

    pub(crate) fn compare(&mut self, number: u64, bytes: &[u8], script: &str) -> io::Result<()> {
        let mut input = self.child.stdin.as_ref().expect("it is piped");
        let mut head = Vec::new();
        for part in [number as u32, bytes.len() as u32, script.len() as u32] {
            head.extend(part.to_le_bytes());
        }
        head.extend(bytes);
        head.extend(script.as_bytes());
        input.write_all(&head)
    }

    /// Waits for the end of all comparisons.
    pub(crate) fn finish(mut self) -> io::Result<Report> {
        drop(self.child.stdin.take());
        let report = self.report.join().expect("reading does not panic");
        let status = self.child.wait()?;
        match status.success() {
            true => report,
            false => Err(io::Error::other(format!(
                "the second engine ended with {status}"
            ))),
        }
    }
}

fn read(output: impl BufRead) -> io::Result<Report> {
    let mut report = Report::default();
    for line in output.lines() {
        let line = line?;
        let mut words = line.splitn(3, '\t');
        let (kind, number) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let number = number
            .parse()
            .map_err(|_| io::Error::other(format!("the second engine says: {line}")))?;
        match kind {
            "compared" => report.compared = number,
            "limited" => report.limited = number,
            _ => report.differences.push((
                number,
                words.next().unwrap_or_default().replace('\t', "\n    "),
            )),
        }
    }
    Ok(report)
}
