//! From the bytes of a large module to the end of a call of one small function.

use std::time::Instant;

use crate::allocation::with_peak;
use crate::engine::LOADERS;
use crate::large_module::large_module;
use crate::options::Options;
use crate::output::{milliseconds, record};
use crate::statistics::Summary;

pub(crate) fn measure(options: &Options) -> Result<(), String> {
    if !options.wants_all() {
        return Ok(());
    }
    let bytes = large_module();
    println!(
        "\n{:<28} {:>8} {:>8} {:>10}   from bytes to the end of a first call",
        format!("loading {:.1} MB", bytes.len() as f64 / 1e6),
        "ms",
        "ratio",
        "heap MiB",
    );
    let mut times: Vec<_> = LOADERS.iter().map(|_| Vec::new()).collect();
    // The first round warms up.
    for round in 0..=options.rounds {
        for (loader, times) in LOADERS.iter().zip(&mut times) {
            let begin = Instant::now();
            let mut guest = (loader.load)(&bytes)?;
            let found = guest.run(7)?;
            let time = begin.elapsed();
            if found != 7 {
                return Err(format!(
                    "the large module gives {found} by {}.",
                    loader.name
                ));
            }
            if round > 0 {
                times.push(time.as_secs_f64() * 1000.0);
            }
        }
    }
    let mut peaks = Vec::new();
    for loader in &LOADERS {
        let (loaded, peak) = with_peak(|| (loader.load)(&bytes));
        drop(loaded?);
        peaks.push(peak);
    }
    let summaries: Vec<Summary> = times.iter().map(|times| Summary::of(times)).collect();
    for ((loader, summary), peak) in LOADERS.iter().zip(&summaries).zip(&peaks) {
        let Summary {
            lower,
            median,
            upper,
            ..
        } = summary;
        println!(
            "{:<28} {:>8} {:>8.2} {:>10.1}",
            loader.name,
            milliseconds(*median),
            summaries[0].median / median,
            *peak as f64 / f64::from(1 << 20)
        );
        record(
            options.record,
            &[&"load", &loader.name, median, lower, upper, peak],
        );
    }
    Ok(())
}
