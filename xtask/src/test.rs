//! `cargo xtask test`: every test of the project, part by part, and one line of totals.

mod count;
mod packages;
mod parts;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Result;
use crate::workspace::Workspace;

use count::Counts;
use parts::{PARTS, Part};

/// A line of the closing table.
struct Row {
    name: &'static str,
    counts: Counts,
    time: Duration,
    /// Why a part failed that could not run its tests.
    note: Option<String>,
}

/// Runs the parts that are named, or all of them.
pub(crate) fn test(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|argument| argument == "--list") {
        for part in PARTS {
            println!("{:<20} {}", part.name, part.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Vec::new();
    for part in chosen(arguments)? {
        println!("── {}: {}", part.name, part.about);
        rows.extend(run(workspace, part));
    }
    let total = rows
        .iter()
        .fold(Counts::default(), |total, row| total + row.counts);
    print_table(&rows);
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(names: &[String]) -> Result<Vec<&'static Part>> {
    for name in names {
        if !PARTS.iter().any(|part| part.name == name) {
            let known = PARTS
                .iter()
                .map(|part| part.name)
                .collect::<Vec<_>>()
                .join(", ");
            return Err(format!("there is no part `{name}`; the parts are {known}."));
        }
    }
    let asked = |name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
    let has_run = |part: &Part| part.within.is_some_and(asked);
    Ok(PARTS
        .iter()
        .filter(|part| asked(part.name) && !has_run(part))
        .collect())
}

/// Runs one part; whatever keeps it from running its tests makes it fail.
fn run(workspace: &Workspace, part: &Part) -> Vec<Row> {
    let began = Instant::now();
    let mut rows: Vec<Row> = match (part.run)(workspace) {
        Ok(counted) => counted
            .into_iter()
            .map(|(name, counts)| Row {
                name,
                counts,
                time: Duration::ZERO,
                note: None,
            })
            .collect(),
        Err(sentence) => {
            println!("✗ {sentence}");
            vec![Row {
                name: part.name,
                counts: Counts::FAILURE,
                time: Duration::ZERO,
                note: Some(sentence),
            }]
        }
    };
    for row in &mut rows {
        if row.counts.passed + row.counts.failed == 0 {
            row.counts = Counts::FAILURE;
            row.note = Some("no test was found".to_owned());
        }
    }
    rows[0].time = began.elapsed();
    rows
}

fn print_table(rows: &[Row]) {
    println!(
        "\n{:<20} {:>8} {:>8} {:>8} {:>9}",
        "part", "passed", "failed", "skipped", "seconds"
    );
    for Row {
        name,
        counts,
        time,
        note,
    } in rows
    {
        // A row without a time is part of the one above it.
        let seconds = if time.is_zero() {
            String::new()
        } else {
            format!("{:.1}", time.as_secs_f64())
        };
        let note = note
            .as_deref()
            .map(|note| format!("  {note}"))
            .unwrap_or_default();
        println!(
            "{name:<20} {:>8} {:>8} {:>8} {seconds:>9}{note}",
            counts.passed, counts.failed, counts.skipped
        );
    }
    println!();
}
