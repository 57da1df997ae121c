//! How long it takes from a cold start until an engine runs at its full speed: in wasm hosts code gets faster.

use std::time::{Duration, Instant};

use crate::engine::ENGINES;
use crate::options::Options;
use crate::output::{milliseconds, record};
use crate::pack::Pack;
use crate::programs::PROGRAMS;
use crate::statistics::Summary;

/// The piece of work: at full speed it takes one or two hundredths of a second.
const PROGRAM: &str = "sort";
const SIZE: u32 = 20_000;
/// So long it is repeated.
const LONG: Duration = Duration::from_secs(4);
/// This part of the last pieces tells what full speed is.
const LAST: usize = 3;

/// Prints when full speed was reached, counted from `already` milliseconds before this process' start.
pub(crate) fn measure(options: &Options, engine: &str, already: f64) -> Result<(), String> {
    let begin = Instant::now();
    let found = ENGINES.iter().find(|known| known.name == engine);
    let engine = found.ok_or(format!("there is no engine \"{engine}\"."))?;
    let program = PROGRAMS.iter().find(|program| program.name == PROGRAM);
    let program = program.ok_or("the piece of work is missing.")?;
    let pack = Pack::default();
    let bytes = program.bytes(&pack)?;
    let mut guest = (engine.load)(&bytes.unwrap_or_default())?;
    let mut pieces = Vec::new();
    while begin.elapsed() < LONG {
        let piece = Instant::now();
        guest.run(SIZE)?;
        pieces.push((begin.elapsed(), piece.elapsed()));
    }
    let pieces: Vec<(f64, f64)> = pieces
        .iter()
        .map(|(end, time)| (already + in_milliseconds(*end), in_milliseconds(*time)))
        .collect();
    let (first, full, reached) = reach(&pieces);
    println!(
        "{:<9} {:>9} ms for the first piece, {:>9} at full speed, which is reached after {:>6} ms",
        engine.name,
        milliseconds(first),
        milliseconds(full),
        milliseconds(reached)
    );
    record(
        options.record,
        &[&"start", &engine.name, &first, &full, &reached],
    );
    Ok(())
}

fn in_milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Of pieces of work, as times of their ends and durations: the first one's duration, that at full speed, and the end
/// of the first piece that has nine tenths of this speed.
fn reach(pieces: &[(f64, f64)]) -> (f64, f64, f64) {
    let times: Vec<f64> = pieces.iter().map(|(_, time)| *time).collect();
    let full = Summary::of(&times[times.len() - times.len() / LAST..]).median;
    let reached = pieces.iter().find(|(_, time)| *time * 0.9 <= full);
    let first = times.first().copied().unwrap_or_default();
    (first, full, reached.map_or(f64::INFINITY, |(end, _)| *end))
}

#[cfg(test)]
mod tests {
    use super::reach;

    #[test]
    fn full_speed_is_reached_by_the_first_piece_that_is_nearly_as_fast_as_the_last() {
        let durations = [9.0, 8.0, 4.0, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0];
        let mut end = 5.0;
        let pieces = durations.map(|time| {
            end += time;
            (end, time)
        });
        assert_eq!(reach(&pieces), (9.0, 1.0, 27.1));
    }
}
