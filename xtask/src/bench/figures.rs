//! What was measured in a place, read from the lines that the benchmark writes.

/// The engine that speeds are relative to, if it was measured.
pub(super) const PEER: &str = "wasmi";
/// Flight as it runs by itself.
pub(super) const FLIGHT: &str = "flight";

/// All figures of one place.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) place: String,
    /// What it runs in, with its version.
    pub(super) host: String,
    /// The engines with their versions.
    pub(super) engines: Vec<String>,
    pub(super) speeds: Vec<Speed>,
    /// Everything else, as lists of words of which the first says what it is.
    pub(super) others: Vec<Vec<String>>,
}

/// How long one program took with one engine.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Speed {
    pub(super) program: String,
    pub(super) class: String,
    pub(super) engine: String,
    pub(super) size: u64,
    pub(super) checksum: String,
    /// Milliseconds: the median, the quartiles, and how often it was measured.
    pub(super) median: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) runs: u64,
}

impl Figures {
    pub(super) fn new(place: &str) -> Self {
        Self {
            place: place.to_owned(),
            host: "this machine".to_owned(),
            ..Self::default()
        }
    }

    /// Takes in a line that the benchmark has written for programs, without its sign.
    pub(super) fn take(&mut self, line: &str) {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        match fields.split_first() {
            Some((kind, rest)) if kind == "host" => self.host = rest.concat(),
            Some((kind, rest)) if kind == "engines" => self.engines = rest.to_vec(),
            Some((kind, rest)) if kind == "speed" => self.speeds.extend(speed(rest)),
            _ => self.others.push(fields),
        }
    }

    /// The names of all programs, or of those of a class, in the order of their measurement.
    pub(super) fn programs(&self, class: Option<&str>) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for speed in &self.speeds {
            let is_wanted = class.is_none_or(|class| class == speed.class);
            if is_wanted && !names.contains(&speed.program.as_str()) {
                names.push(&speed.program);
            }
        }
        names
    }

    /// What was measured of a program with an engine.
    pub(super) fn speed(&self, program: &str, engine: &str) -> Option<&Speed> {
        self.speeds
            .iter()
            .find(|speed| speed.program == program && speed.engine == engine)
    }

    /// How many times as fast as another engine one is.
    pub(super) fn ratio(&self, program: &str, engine: &str, to: &str) -> Option<f64> {
        let (own, other) = (self.speed(program, engine)?, self.speed(program, to)?);
        Some(other.median / own.median)
    }

    /// The geometric mean of the ratios of all programs that count, and the smallest of them.
    pub(super) fn mean(&self, engine: &str, to: &str) -> Option<Mean> {
        let programs = ["published", "classic"]
            .map(|class| self.programs(Some(class)))
            .concat();
        let ratios: Vec<(&str, f64)> = programs
            .into_iter()
            .filter_map(|program| Some((program, self.ratio(program, engine, to)?)))
            .collect();
        let least = ratios.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let sum: f64 = ratios.iter().map(|(_, ratio)| ratio.ln()).sum();
        Some(Mean {
            mean: (sum / ratios.len() as f64).exp(),
            least: least.1,
            of: least.0.to_owned(),
            count: ratios.len(),
        })
    }
}

/// A geometric mean of ratios, and the smallest ratio with the program that it is of.
#[derive(Debug, PartialEq)]
pub(super) struct Mean {
    pub(super) mean: f64,
    pub(super) least: f64,
    pub(super) of: String,
    pub(super) count: usize,
}

fn speed(fields: &[String]) -> Option<Speed> {
    let [
        program,
        class,
        engine,
        size,
        checksum,
        median,
        lower,
        upper,
        runs,
    ] = fields
    else {
        return None;
    };
    Some(Speed {
        program: program.clone(),
        class: class.clone(),
        engine: engine.clone(),
        size: size.parse().ok()?,
        checksum: checksum.clone(),
        median: median.parse().ok()?,
        lower: lower.parse().ok()?,
        upper: upper.parse().ok()?,
        runs: runs.parse().ok()?,
    })
}

/// Says which program gives another checksum in one place than in another.
pub(super) fn disagreement(all: &[Figures]) -> Option<String> {
    let mut seen: Vec<(&Speed, &str)> = Vec::new();
    for figures in all {
        for speed in &figures.speeds {
            match seen
                .iter()
                .find(|(other, _)| other.program == speed.program)
            {
                Some((other, place)) if other.checksum != speed.checksum => {
                    let (program, here) = (&speed.program, &figures.place);
                    return Some(format!(
                        "{program} gives {} in {here}, but {} in {place}.",
                        speed.checksum, other.checksum
                    ));
                }
                Some(_) => {}
                None => seen.push((speed, &figures.place)),
            }
        }
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Figures, disagreement};

    /// Three programs with three engines, as the benchmark writes them.
    pub(in crate::bench) fn example() -> Figures {
        let mut figures = Figures::new("node");
        for line in [
            "host\tNode 20.0.0",
            "engines\tFlight 0.1.0\twasmi 2.0.0",
            "speed\tjson\tpublished\tflight\t5\t0a\t25\t24\t26\t5",
            "speed\tjson\tpublished\tprecise\t5\t0a\t100\t98\t103\t5",
            "speed\tjson\tpublished\twasmi\t5\t0a\t200\t190\t210\t5",
            "speed\tfib\tclassic\tflight\t9\t0b\t10\t9\t11\t5",
            "speed\tfib\tclassic\twasmi\t9\t0b\t20\t19\t21\t5",
            "speed\tgc_list\talone\tflight\t9\t0c\t10\t9\t11\t5",
            "load\tflight\t20\t19\t21\t5000",
        ] {
            figures.take(line);
        }
        figures
    }

    #[test]
    fn means_are_of_what_both_engines_have_run() {
        let figures = example();
        assert_eq!(figures.host, "Node 20.0.0");
        let mean = figures.mean("flight", "wasmi").expect("both are there");
        assert!((mean.mean - 4.0).abs() < 1e-9);
        assert_eq!((mean.least, mean.of.as_str(), mean.count), (2.0, "fib", 2));
        assert_eq!(figures.ratio("gc_list", "flight", "wasmi"), None);
        assert_eq!(
            figures.others,
            [["load", "flight", "20", "19", "21", "5000"]]
        );
    }

    #[test]
    fn places_have_to_agree() {
        assert_eq!(disagreement(&[example(), example()]), None);
        let mut other = Figures::new("native");
        other.take("speed\tfib\tclassic\tflight\t9\tff\t10\t9\t11\t5");
        assert!(disagreement(&[example(), other]).is_some());
    }
}
