//! The results for people, as Markdown.

use super::figures::{FLIGHT, Figures, Mean, PEER};

/// The kinds of programs, and what is said of them.
const CLASSES: [(&str, &str); 4] = [
    ("published", "Published crates at work"),
    ("classic", "Classics"),
    (
        "host",
        "Not in the mean: the work is done by the host, whichever the interpreter",
    ),
    (
        "alone",
        "Not in the mean: the peer does not know these instructions",
    ),
];

/// All figures: an overview, then one section for each place.
pub(super) fn document(revision: &str, all: &[Figures]) -> String {
    let mut text = format!("# Measurements\n\nRevision {revision}.\n\n");
    text += &overview(all);
    for figures in all {
        text += &place(figures);
    }
    text
}

/// A table of the geometric means in all places.
pub(super) fn overview(all: &[Figures]) -> String {
    let mut text = "| place | host | peer | Flight : peer | least | folded : precise | programs |\n| --- | --- | --- | --: | --- | --: | --: |\n".to_owned();
    for figures in all.iter().filter(|figures| !figures.speeds.is_empty()) {
        let mean = figures.mean(FLIGHT, PEER);
        let folding = figures.mean(FLIGHT, "precise");
        let cell = |mean: &Option<Mean>| {
            mean.as_ref()
                .map_or("-".to_owned(), |mean| format!("{:.2}", mean.mean))
        };
        let least = mean.as_ref().map_or("-".to_owned(), |mean| {
            format!("{:.2} ({})", mean.least, mean.of)
        });
        let count = mean
            .as_ref()
            .or(folding.as_ref())
            .map_or(0, |mean| mean.count);
        text += &format!(
            "| {} | {} | {} | {} | {least} | {} | {count} |\n",
            figures.place,
            figures.host,
            figures.engines.last().map_or("-", String::as_str),
            cell(&mean),
            cell(&folding)
        );
    }
    text
}

fn place(figures: &Figures) -> String {
    let mut engines: Vec<&str> = Vec::new();
    for speed in &figures.speeds {
        if !engines.contains(&speed.engine.as_str()) {
            engines.push(&speed.engine);
        }
    }
    if figures.speeds.is_empty() {
        return format!("\n## {}\n", figures.place) + &others(figures);
    }
    let mut text = format!(
        "\n## {} ({})\n\n{}.\nMilliseconds: the median, and in brackets the quartiles.\n",
        figures.place,
        figures.host,
        figures.engines.join(", ")
    );
    for (class, about) in CLASSES {
        let programs = figures.programs(Some(class));
        if programs.is_empty() {
            continue;
        }
        text += &format!("\n### {about}\n\n| program |");
        for engine in &engines {
            text += &format!(" {engine} |");
        }
        text += &format!(
            " {FLIGHT} : {PEER} |\n| --- |{}",
            " --: |".repeat(engines.len() + 1)
        );
        for program in programs {
            text += &format!("\n| {program} |");
            for engine in &engines {
                let speed = figures.speed(program, engine);
                text += &speed.map_or(" - |".to_owned(), |speed| {
                    format!(
                        " {:.1} ({:.1} to {:.1}) |",
                        speed.median, speed.lower, speed.upper
                    )
                });
            }
            let ratio = figures.ratio(program, FLIGHT, PEER);
            text += &ratio.map_or(" - |".to_owned(), |ratio| format!(" {ratio:.2} |"));
        }
        text += "\n";
    }
    text + &others(figures)
}

/// What the lines of the other figures mean: their first word, a headline, and the columns.
const OTHERS: [(&str, &str, &[&str]); 7] = [
    (
        "load",
        "From the bytes of a large module to the end of a first call",
        &[
            "engine",
            "ms",
            "lower quartile",
            "upper quartile",
            "heap, bytes",
        ],
    ),
    (
        "start",
        "From a cold start to full speed",
        &[
            "engine",
            "first piece, ms",
            "a piece at full speed, ms",
            "full speed reached after, ms",
        ],
    ),
    ("peak", "Peak of memory", &["task", "engine", "bytes"]),
    (
        "idle",
        "Heap of an instance that does nothing, without its pages",
        &["engine", "made, bytes", "after a call, bytes"],
    ),
    ("size", "Sizes of files", &["file", "bytes"]),
    ("loop", "The loop that executes", &["function", "bytes"]),
    (
        "function",
        "The largest functions of the benchmark's module",
        &["function", "bytes"],
    ),
];

fn others(figures: &Figures) -> String {
    let mut text = String::new();
    for (kind, about, columns) in OTHERS {
        let rows: Vec<&[String]> = figures
            .others
            .iter()
            .filter_map(|fields| fields.split_first())
            .filter(|(first, _)| *first == kind)
            .map(|(_, rest)| rest)
            .collect();
        if rows.is_empty() {
            continue;
        }
        text += &format!(
            "\n### {about}\n\n| {} |\n|{}\n",
            columns.join(" | "),
            " --- |".repeat(columns.len())
        );
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| short(cell)).collect();
            text += &format!("| {} |\n", cells.join(" | "));
        }
    }
    text
}

/// A number without the decimals that say nothing.
fn short(cell: &str) -> String {
    match cell.parse::<f64>() {
        Ok(number) if cell.contains('.') => format!("{number:.2}"),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{document, overview};
    use crate::bench::figures::tests::example;

    #[test]
    fn the_overview_has_the_means() {
        let text = overview(&[example()]);
        assert!(
            text.ends_with("| node | Node 20.0.0 | wasmi 2.0.0 | 4.00 | 2.00 (fib) | 4.00 | 2 |\n"),
            "{text}"
        );
    }

    #[test]
    fn all_rows_of_a_table_have_as_many_cells_as_its_head() {
        let text = document("abc", &[example()]);
        for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
            let widths: Vec<usize> = table
                .trim()
                .lines()
                .map(|line| line.matches('|').count())
                .collect();
            assert!(widths.iter().all(|width| *width == widths[0]), "{table}");
        }
    }
}
