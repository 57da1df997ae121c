//! The command line.

pub(crate) const HELP: &str = "\
Measures Flight against wasmi.

Options:
  --rounds N      measure each program N times with each engine and take the medians (5)
  --filter TEXT   only the programs whose names contain TEXT, and nothing but programs
  --quick         smaller programs and 3 rounds: to see that all works, not how fast it is
";

/// What the command line asks for.
pub(crate) struct Options {
    pub(crate) mode: Mode,
    pub(crate) rounds: usize,
    pub(crate) filter: Option<String>,
    pub(crate) quick: bool,
}

/// What the process is to do.
pub(crate) enum Mode {
    /// Measure everything.
    Measure,
    /// Say how it is used.
    Help,
    /// Do one thing with one engine, so that the whole process' peak of memory is that thing's.
    Load { engine: String, task: Task },
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
            filter: None,
            quick: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value."));
            match argument.as_str() {
                "--rounds" => {
                    let number = value()?;
                    let rounds = number.parse().ok().filter(|rounds| *rounds > 0);
                    options.rounds =
                        rounds.ok_or(format!("\"{number}\" is no number of rounds."))?;
                }
                "--filter" => options.filter = Some(value()?),
                "--quick" => options.quick = true,
                "--help" | "-h" => options.mode = Mode::Help,
                // Used by this program itself and by `run.mjs`.
                "--load" => {
                    let (engine, name) = (value()?, value()?);
                    let task = Task::ALL.iter().find(|(task, _)| *task == name);
                    let (_, task) = task.ok_or(format!("there is no task \"{name}\"."))?;
                    options.mode = Mode::Load {
                        engine,
                        task: *task,
                    };
                }
                unknown => return Err(format!("there is no option {unknown}.")),
            }
        }
        if options.rounds == 0 {
            options.rounds = if options.quick { 3 } else { 5 };
        }
        Ok(options)
    }
}
