//! The programs, by all engines in turn.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use crate::engine::{Engine, Guest};
use crate::options::Options;
use crate::output::{milliseconds, record};
use crate::pack::Pack;
use crate::programs::{Class, PROGRAMS, Program};
use crate::statistics::{Summary, geometric_mean};

/// How long each engine works before anything is measured, and at each program: the host of a wasm build optimises
/// what has run for a while. The processor itself needs little.
const WARM: [Duration; 2] = if cfg!(target_family = "wasm") {
    [Duration::from_millis(1500), Duration::from_millis(300)]
} else {
    [Duration::from_millis(100), Duration::from_millis(30)]
};

/// Measures all programs that are asked for and at hand, and prints a line of each.
pub(crate) fn measure(options: &Options, pack: &Pack) -> Result<(), String> {
    let engines = options.engines();
    let [.., reference] = engines.as_slice() else {
        return Ok(());
    };
    let mut line = format!("{:<14}", "program");
    for engine in &engines {
        line += &format!(" {:>9}", engine.name);
    }
    for engine in &engines[..engines.len() - 1] {
        line += &format!(" {:>9}", format!("{} ×", engine.name));
    }
    println!(
        "{line}   ms, median of {}; ×: speed relative to {}",
        options.rounds, reference.name
    );
    let mut warmed = vec![Duration::ZERO; engines.len()];
    let mut speeds: Vec<Vec<f64>> = vec![Vec::new(); engines.len() - 1];
    for program in PROGRAMS
        .iter()
        .filter(|program| options.wants(program.name))
    {
        let Some(bytes) = program.bytes(pack)? else {
            continue;
        };
        let summaries = Contest::new(program, &engines, bytes)?.hold(options, &mut warmed)?;
        print(program, &summaries);
        let reference = summaries.last().copied().flatten();
        for (speeds, summary) in speeds.iter_mut().zip(&summaries) {
            if let (true, Some(summary), Some(reference)) =
                (program.class.is_in_mean(), summary, reference)
            {
                speeds.push(reference.median / summary.median);
            }
        }
    }
    print_means(&engines, &speeds);
    Ok(())
}

/// One program's run by all engines.
struct Contest<'a> {
    program: &'a Program,
    engines: &'a [&'static Engine],
    /// None for an engine that does not know what the program needs.
    guests: Vec<Option<Box<dyn Guest>>>,
    size: u32,
    checksum: Option<u64>,
}

impl<'a> Contest<'a> {
    fn new(
        program: &'a Program,
        engines: &'a [&'static Engine],
        bytes: Cow<'_, [u8]>,
    ) -> Result<Self, String> {
        let mut guests = Vec::new();
        for engine in engines {
            guests.push(match (engine.load)(&bytes) {
                Ok(guest) => Some(guest),
                Err(_) if program.class == Class::Alone && !engine.is_flight => None,
                Err(words) => {
                    return Err(format!("{} by {}: {words}", program.name, engine.name));
                }
            });
        }
        let size = program.size;
        let checksum = program.answer(size);
        Ok(Self {
            program,
            engines,
            guests,
            size,
            checksum,
        })
    }

    /// One run by one engine, in milliseconds, or none if it cannot run it; the checksum has to be everybody's.
    fn run(&mut self, at: usize) -> Result<Option<Duration>, String> {
        let name = self.program.name;
        let engine = self.engines[at].name;
        let Some(guest) = &mut self.guests[at] else {
            return Ok(None);
        };
        let begin = Instant::now();
        let found = guest.run(self.size);
        let time = begin.elapsed();
        let found = found.map_err(|words| format!("{name} by {engine}: {words}"))?;
        match *self.checksum.get_or_insert(found) {
            answer if answer == found => Ok(Some(time)),
            answer => Err(format!(
                "{name} by {engine} is {found:#x}, not {answer:#x}."
            )),
        }
    }

    /// Warms up, then measures in rounds, in which the engines begin by turns.
    fn hold(
        mut self,
        options: &Options,
        warmed: &mut [Duration],
    ) -> Result<Vec<Option<Summary>>, String> {
        let [process, here] = WARM.map(|time| if options.quick { time / 3 } else { time });
        let count = self.engines.len();
        for (at, warmed) in warmed.iter_mut().enumerate() {
            let mut time = Duration::ZERO;
            while time < here || *warmed < process {
                let Some(run) = self.run(at)? else { break };
                // A run that takes no time at all does not warm, but must not go on for ever.
                let run = run.max(Duration::from_micros(10));
                time += run;
                *warmed += run;
            }
        }
        let mut times = vec![Vec::new(); count];
        for round in 0..options.rounds {
            for turn in 0..count {
                let at = (round + turn) % count;
                if let Some(time) = self.run(at)? {
                    times[at].push(time.as_secs_f64() * 1000.0);
                }
            }
        }
        let summary = |times: &Vec<f64>| (!times.is_empty()).then(|| Summary::of(times));
        let summaries: Vec<Option<Summary>> = times.iter().map(summary).collect();
        for (engine, summary) in self.engines.iter().zip(&summaries) {
            if let Some(summary) = summary {
                self.record(options, engine, summary);
            }
        }
        Ok(summaries)
    }

    fn record(&self, options: &Options, engine: &Engine, summary: &Summary) {
        let checksum = format!("{:016x}", self.checksum.unwrap_or_default());
        let Summary {
            lower,
            median,
            upper,
            count,
        } = summary;
        let class = self.program.class.name();
        let size = self.size;
        record(
            options.record,
            &[
                &"speed",
                &self.program.name,
                &class,
                &engine.name,
                &size,
                &checksum,
                median,
                lower,
                upper,
                count,
            ],
        );
    }
}

fn print(program: &Program, summaries: &[Option<Summary>]) {
    let mut line = format!("{:<14}", program.name);
    for summary in summaries {
        let time = summary.map_or("-".to_owned(), |summary| milliseconds(summary.median));
        line += &format!(" {time:>9}");
    }
    if let [others @ .., Some(reference)] = summaries {
        for summary in others {
            let speed = summary.map_or("-".to_owned(), |summary| {
                format!("{:.2}", reference.median / summary.median)
            });
            line += &format!(" {speed:>9}");
        }
    }
    if program.class == Class::Host {
        line += "   not in the mean: the host's work";
    }
    println!("{line}");
}

fn print_means(engines: &[&Engine], speeds: &[Vec<f64>]) {
    let means: Vec<f64> = speeds
        .iter()
        .filter_map(|speeds| geometric_mean(speeds))
        .collect();
    if means.is_empty() {
        return;
    }
    let mut line = format!("{:<14}", "geometric mean") + &" ".repeat(10 * engines.len());
    for mean in means {
        line += &format!(" {mean:>9.2}");
    }
    println!("{line}");
}
