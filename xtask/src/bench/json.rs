//! The results for programs.

use std::fmt::Write;

use super::figures::Figures;

/// All figures as one JSON document.
pub(super) fn document(revision: &str, all: &[Figures]) -> String {
    let places: Vec<String> = all.iter().map(place).collect();
    format!(
        "{{\n  \"revision\": {},\n  \"places\": [\n{}\n  ]\n}}\n",
        text(revision),
        places.join(",\n")
    )
}

fn place(figures: &Figures) -> String {
    let engines: Vec<String> = figures.engines.iter().map(|engine| text(engine)).collect();
    let speeds: Vec<String> = figures
        .speeds
        .iter()
        .map(|speed| {
            format!(
                "        {{ \"program\": {}, \"class\": {}, \"engine\": {}, \"size\": {}, \"checksum\": {}, \"median_ms\": {:.4}, \"lower_quartile_ms\": {:.4}, \"upper_quartile_ms\": {:.4}, \"runs\": {} }}",
                text(&speed.program),
                text(&speed.class),
                text(&speed.engine),
                speed.size,
                text(&speed.checksum),
                speed.median,
                speed.lower,
                speed.upper,
                speed.runs
            )
        })
        .collect();
    let others: Vec<String> = figures
        .others
        .iter()
        .map(|fields| {
            let fields: Vec<String> = fields.iter().map(|field| value(field)).collect();
            format!("        [{}]", fields.join(", "))
        })
        .collect();
    format!(
        "    {{\n      \"place\": {},\n      \"host\": {},\n      \"engines\": [{}],\n      \"speeds\": [\n{}\n      ],\n      \"others\": [\n{}\n      ]\n    }}",
        text(&figures.place),
        text(&figures.host),
        engines.join(", "),
        speeds.join(",\n"),
        others.join(",\n")
    )
}

/// A number as a number, anything else as a string.
fn value(field: &str) -> String {
    match field.parse::<f64>() {
        Ok(number) if number.is_finite() => format!("{number}"),
        _ => text(field),
    }
}

fn text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => {
                // A string takes everything.
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::{document, text, value};
    use crate::bench::figures::tests::example;

    #[test]
    fn values_are_numbers_or_strings() {
        assert_eq!(value("1.50"), "1.5");
        assert_eq!(value("inf"), "\"inf\"");
        assert_eq!(text("a \"b\"\n"), "\"a \\\"b\\\"\\u000a\"");
    }

    #[test]
    fn brackets_are_balanced() {
        let document = document("abc", &[example(), example()]);
        for (open, close) in [('{', '}'), ('[', ']')] {
            let count = |bracket| document.matches(bracket).count();
            assert_eq!(count(open), count(close));
        }
        assert!(!document.contains(",\n  ]"));
    }
}
