//! `cargo xtask bench`: the benchmark programs, natively and then as wasm in Node and in browsers.

mod build;
mod options;
mod places;

mod figures;
mod json;
mod markdown;
mod plot;
mod report;
mod sizes;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::Result;
use crate::workspace::Workspace;

use build::Build;
use figures::Figures;
use options::Options;
use places::Place;

/// Runs the crate `bench` in all places that are asked for, and reports.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let Some(options) = Options::read(arguments)? else {
        print!("{}", options::HELP);
        return Ok(());
    };
    let build = Build::new(workspace, options.indirect)?;
    let mut all = Vec::new();
    for place in &options.places {
        match measure(workspace, &options, &build, *place) {
            Ok(figures) => all.extend(figures),
            // What has been measured is not lost because the last browser hangs.
            Err(words) if !all.is_empty() && options.out.is_some() => eprintln!("error: {words}"),
            Err(words) => return Err(words),
        }
    }
    if options.whole {
        let mut figures = Figures::new("sizes");
        sizes::measure(workspace, &build, &mut figures)?;
        all.push(figures);
    }
    if let Some(words) = figures::disagreement(&all) {
        return Err(words);
    }
    report::print(&all);
    match &options.out {
        Some(folder) => report::write(workspace, folder, &all),
        None => Ok(()),
    }
}

/// What is measured in one place, or none if it cannot be had and nobody asked for it by name.
fn measure(
    workspace: &Workspace,
    options: &Options,
    build: &Build,
    place: Place,
) -> Result<Option<Figures>> {
    println!("\n{}:", place.name());
    let host = match place.host(workspace) {
        Ok(host) => host,
        Err(words) if !options.chosen => {
            println!("left out: {words}");
            return Ok(None);
        }
        Err(words) => return Err(words),
    };
    let mut figures = Figures::new(place.name());
    let start = |more: &[&str], figures: &mut Figures| -> Result<()> {
        let mut command = place.command(workspace, host.as_deref(), build)?;
        collect(
            command.arg("--record").args(&options.handed_on).args(more),
            figures,
        )
    };
    start(&[], &mut figures)?;
    if options.whole && place.warms_up() {
        println!("\nfrom a cold start to full speed, each engine in a process of its own");
        for engine in &options.engines {
            start(&["--start", engine], &mut figures)?;
        }
    }
    Ok(Some(figures))
}

/// Runs a child that shows its progress itself, and takes in the lines that are for programs.
fn collect(command: &mut Command, figures: &mut Figures) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let cannot = |error: std::io::Error| format!("cannot run `{program}`: {error}.");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(cannot)?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(cannot)?;
            match line.strip_prefix('@') {
                Some(record) => figures.take(record),
                None => println!("{line}"),
            }
        }
    }
    let status = child.wait().map_err(cannot)?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{program}` failed ({status})."))
    }
}
