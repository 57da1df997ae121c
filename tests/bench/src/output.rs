//! Numbers as people read them, and as `cargo xtask bench` does.

/// Milliseconds with three digits that matter.
pub(crate) fn milliseconds(milliseconds: f64) -> String {
    let decimals = match milliseconds {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 3,
    };
    format!("{milliseconds:.decimals$}")
}

/// A number of bytes in KiB.
pub(crate) fn kibibytes(bytes: usize) -> String {
    format!("{:.1} KiB", bytes as f64 / 1024.0)
}

/// Writes a line for programs: a sign, then fields between tabs.
pub(crate) fn record(is_wanted: bool, fields: &[&dyn std::fmt::Display]) {
    if is_wanted {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        println!("@{}", fields.join("\t"));
    }
}
