//! What is made of all figures in the end: files, and an overview on the terminal.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::workspace::Workspace;

use super::figures::{FLIGHT, Figures, PEER};
use super::json;
use super::markdown;
use super::plot::{Group, Plot};

/// What the bars stand for: the engines, and how they are called here.
const SERIES: [(&str, &str); 2] = [
    (FLIGHT, "Flight"),
    ("precise", "Flight, precise translation"),
];

/// Prints how fast Flight is in all places.
pub(super) fn print(all: &[Figures]) {
    println!("\nspeed relative to {PEER}, geometric means:");
    for figures in measured(all) {
        let mut line = format!("{:<12} {:<28}", figures.place, figures.host);
        for (engine, _) in SERIES {
            if let Some(mean) = figures.mean(engine, PEER) {
                line += &format!(
                    "  {engine} {:.2} (least {:.2}: {})",
                    mean.mean, mean.least, mean.of
                );
            }
        }
        if let Some(mean) = figures.mean(FLIGHT, "precise") {
            line += &format!("  folded : precise {:.2}", mean.mean);
        }
        println!("{}", line.trim_end());
    }
}

/// The places in which programs ran.
fn measured(all: &[Figures]) -> impl Iterator<Item = &Figures> {
    all.iter().filter(|figures| !figures.speeds.is_empty())
}

/// Writes the results in all their forms.
pub(super) fn write(workspace: &Workspace, folder: &Path, all: &[Figures]) -> Result<()> {
    let revision = revision(workspace);
    let mut files = vec![
        ("results.json".to_owned(), json::document(&revision, all)),
        ("results.md".to_owned(), markdown::document(&revision, all)),
        ("speed.svg".to_owned(), overview(all)),
    ];
    for figures in measured(all) {
        files.push((format!("speed-{}.svg", figures.place), programs(figures)));
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}.", folder.display()))?;
    for (name, text) in files {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| format!("{}: {error}.", file.display()))?;
    }
    println!("\nThe results are in {}.", folder.display());
    Ok(())
}

/// The commit that is measured, if git can tell.
fn revision(workspace: &Workspace) -> String {
    let output = workspace
        .command("git")
        .args(["describe", "--always", "--dirty"])
        .output();
    let told = output.ok().filter(|output| output.status.success());
    told.map_or("unknown".to_owned(), |output| {
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

/// The geometric means of all places.
fn overview(all: &[Figures]) -> String {
    let groups = measured(all).map(|figures| Group {
        name: name_of(figures),
        values: values(|engine| figures.mean(engine, PEER).map(|mean| mean.mean)),
        is_apart: false,
    });
    let count = all
        .iter()
        .filter_map(|figures| figures.mean(FLIGHT, PEER))
        .map(|mean| mean.count);
    let subtitle = format!(
        "geometric means of {} programs; more is faster; dashed: wasmi",
        count.max().unwrap_or(0)
    );
    draw(
        "Flight’s speed, relative to wasmi in the same place",
        &subtitle,
        groups.collect(),
    )
}

/// All programs in one place.
fn programs(figures: &Figures) -> String {
    let mean = Group {
        name: "geometric mean".to_owned(),
        values: values(|engine| figures.mean(engine, PEER).map(|mean| mean.mean)),
        is_apart: true,
    };
    let mut groups = vec![mean];
    for program in ["published", "classic"]
        .iter()
        .flat_map(|class| figures.programs(Some(class)))
    {
        groups.push(Group {
            name: program.replace('_', " "),
            values: values(|engine| figures.ratio(program, engine, PEER)),
            is_apart: false,
        });
    }
    let title = format!("Flight’s speed, relative to wasmi: {}", name_of(figures));
    draw(
        &title,
        &format!(
            "{}; more is faster; dashed: wasmi",
            figures.engines.join(", ")
        ),
        groups,
    )
}

fn draw(title: &str, subtitle: &str, groups: Vec<Group>) -> String {
    let series = SERIES.map(|(_, name)| name);
    Plot {
        title,
        subtitle,
        series: &series,
        groups,
    }
    .svg()
}

fn values(of: impl Fn(&str) -> Option<f64>) -> Vec<Option<f64>> {
    SERIES.iter().map(|(engine, _)| of(engine)).collect()
}

/// What a place is called on a drawing: its program and the version's first number.
fn name_of(figures: &Figures) -> String {
    if figures.place == "native" {
        return "native".to_owned();
    }
    let host = figures.host.split(['.', ',']).next().unwrap_or_default();
    host.replace("Chrome ", "Chromium ")
}

#[cfg(test)]
mod tests {
    use super::{name_of, overview, programs};
    use crate::bench::figures::tests::example;

    #[test]
    fn drawings_name_places_and_programs() {
        let figures = example();
        assert_eq!(name_of(&figures), "Node 20");
        assert!(programs(&figures).contains(">json<"));
        // The precise translation did not run everything, but it has a mean.
        assert_eq!(overview(&[figures]).matches("<rect").count(), 2 + 2);
    }
}
