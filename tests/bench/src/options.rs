//! The command line.

use crate::engine::{ENGINES, Engine};
use crate::programs::PROGRAMS;

pub(crate) const HELP: &str = "\
Measures Flight against wasmi.

Options:
  --engines A,B    only these engines: flight, recorded, precise, wasmi (speeds are relative to the last one)
  --programs A,B   only these programs, and nothing but programs
  --rounds N       measure each program N times with each engine (5)
  --quick          two rounds and less warming up: to see that all works
  --guests         read the compiled guests from the standard input; without, there are only those in text format
  --back N,M       measure going back in runs of N and of M instructions instead, of the programs that are named
  --record         write lines for programs as well, which begin with @
";

/// What the command line asks for.
pub(crate) struct Options {
    pub(crate) mode: Mode,
    pub(crate) rounds: usize,
    pub(crate) quick: bool,
    pub(crate) guests: bool,
    pub(crate) record: bool,
    engines: Vec<String>,
    programs: Vec<String>,
}

/// What the process is to do.
pub(crate) enum Mode {
    /// Measure everything.
    Measure,
    /// Measure going back in runs of so many instructions.
    Back(Vec<u64>),
    /// Say how it is used.
    Help,
    /// Name the programs that are compiled from Rust.
    List,
    /// Do one thing with one engine, so that the whole process' peak of memory is that thing's.
    Load { engine: String, task: Task },
    /// Tell how fast one engine is from its very start.
    Start { engine: String, already: f64 },
    /// Tell how large the functions of a module are.
    #[cfg_attr(
        target_family = "wasm",
        expect(dead_code, reason = "there are no files")
    )]
    Sizes { file: String },
}

/// What a process does whose peak of memory is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Nothing but what comes before: the large module's bytes are made.
    Nothing,
    /// Loads the large module.
    Large,
    /// Runs all programs.
    Programs,
}

impl Task {
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("nothing", Self::Nothing),
        ("large", Self::Large),
        ("programs", Self::Programs),
    ];
}

impl Options {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            mode: Mode::Measure,
            rounds: 0,
            quick: false,
            guests: false,
            record: false,
            engines: Vec::new(),
            programs: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value."));
            match argument.as_str() {
                "--rounds" => options.rounds = number(&value()?)?,
                "--engines" => {
                    options.engines = names(&value()?, ENGINES.iter().map(|engine| engine.name))?;
                }
                "--programs" => {
                    options.programs = names(&value()?, PROGRAMS.iter().map(|one| one.name))?;
                }
                "--back" => {
                    let lengths = value()?;
                    let lengths = lengths.split(',').map(|length| {
                        let length = length.parse();
                        length.map_err(|_| format!("{argument} wants numbers of instructions."))
                    });
                    options.mode = Mode::Back(lengths.collect::<Result<_, _>>()?);
                }
                "--quick" => options.quick = true,
                "--guests" => options.guests = true,
                "--record" => options.record = true,
                "--help" | "-h" => options.mode = Mode::Help,
                // What follows is used by this program itself, by the scripts beside it, and by `xtask`.
                "--list" => options.mode = Mode::List,
                "--load" => {
                    let (engine, name) = (value()?, value()?);
                    let task = Task::ALL.iter().find(|(task, _)| *task == name);
                    let (_, task) = task.ok_or(format!("there is no task \"{name}\"."))?;
                    let task = *task;
                    options.mode = Mode::Load { engine, task };
                }
                "--start" => {
                    let (engine, already) = (value()?, value()?);
                    let already = already
                        .parse()
                        .map_err(|_| format!("{already} is no time."))?;
                    options.mode = Mode::Start { engine, already };
                }
                "--sizes" => options.mode = Mode::Sizes { file: value()? },
                unknown => return Err(format!("there is no option {unknown}.")),
            }
        }
        if options.rounds == 0 {
            options.rounds = if options.quick { 2 } else { 5 };
        }
        Ok(options)
    }

    /// Whether a program is to be measured.
    pub(crate) fn wants(&self, program: &str) -> bool {
        self.programs.is_empty() || self.programs.iter().any(|wanted| wanted == program)
    }

    /// Whether more than programs is to be measured.
    pub(crate) fn wants_all(&self) -> bool {
        self.programs.is_empty()
    }

    /// The engines to be measured, in their usual order.
    pub(crate) fn engines(&self) -> Vec<&'static Engine> {
        let is_wanted = |engine: &&Engine| {
            self.engines.is_empty() || self.engines.iter().any(|wanted| wanted == engine.name)
        };
        ENGINES.iter().filter(is_wanted).collect()
    }
}

fn number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or(format!("\"{text}\" is no number of rounds."))
}

/// The names in a list, all of which have to be known.
fn names(
    list: &str,
    known: impl Iterator<Item = &'static str> + Clone,
) -> Result<Vec<String>, String> {
    let names: Vec<String> = list.split(',').map(str::to_owned).collect();
    match names
        .iter()
        .find(|name| !known.clone().any(|known| known == *name))
    {
        Some(unknown) => {
            let known: Vec<&str> = known.collect();
            Err(format!(
                "there is no \"{unknown}\"; there are {}.",
                known.join(", ")
            ))
        }
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn read(line: &str) -> Result<Options, String> {
        Options::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn lists_choose_engines_and_programs() {
        let options =
            read("--engines wasmi,flight --programs fib,sha2 --quick").expect("it is right");
        let names: Vec<&str> = options.engines().iter().map(|engine| engine.name).collect();
        assert_eq!(names, ["flight", "wasmi"]);
        assert!(options.wants("sha2") && !options.wants("sieve") && !options.wants_all());
        assert_eq!(options.rounds, 2);
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for line in ["--programs fob", "--engines", "--rounds 0", "--fast"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
