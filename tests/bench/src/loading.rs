//! From the bytes of a large module to the end of a call of one small function.

use std::time::Instant;

use crate::allocation::with_peak;
use crate::engine::LOADERS;
use crate::large_module::large_module;
use crate::options::Options;
use crate::table::{median, milliseconds, ratio};

pub(crate) fn measure(options: &Options) -> Result<(), String> {
    if options.filter.is_some() {
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
                times.push(time);
            }
        }
    }
    let mut peaks = Vec::new();
    for loader in &LOADERS {
        let (loaded, peak) = with_peak(|| (loader.load)(&bytes));
        drop(loaded?);
        peaks.push(peak);
    }
    let medians: Vec<_> = times.iter_mut().map(|times| median(times)).collect();
    for ((loader, time), peak) in LOADERS.iter().zip(&medians).zip(&peaks) {
        println!(
            "{:<28} {:>8} {:>8.2} {:>10.1}",
            loader.name,
            milliseconds(*time),
            ratio(medians[0], *time),
            *peak as f64 / f64::from(1 << 20)
        );
    }
    Ok(())
}
