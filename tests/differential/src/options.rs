//! The command line.

use std::path::PathBuf;

pub(crate) const HELP: &str = "\
usage: differential [--seed S] [--modules N] [--first K] [--only K] [--node PROGRAM] [--out FOLDER]

  --seed S        the sequence of modules (1)
  --modules N     how many to compare (1000)
  --first K       begin with module K of the sequence (0)
  --only K        compare module K alone, and print what it does in Flight
  --node PROGRAM  a Node with V8 14 or newer (node)
  --out FOLDER    where modules that differ are written (target/found)
";

/// What was asked for.
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) modules: u64,
    pub(crate) first: u64,
    pub(crate) only: bool,
    pub(crate) node: PathBuf,
    pub(crate) out: PathBuf,
}

impl Options {
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            seed: 1,
            modules: 1000,
            first: 0,
            only: false,
            node: "node".into(),
            out: "target/found".into(),
        };
        while let Some(word) = words.next() {
            let value = words
                .next()
                .ok_or_else(|| format!("{word} needs a value"))?;
            let number = || {
                value
                    .parse::<u64>()
                    .map_err(|_| format!("{value} is not a number"))
            };
            match word.as_str() {
                "--seed" => options.seed = number()?,
                "--modules" => options.modules = number()?,
                "--first" => options.first = number()?,
                "--only" => (options.first, options.only) = (number()?, true),
                "--node" => options.node = value.into(),
                "--out" => options.out = value.into(),
                _ => return Err(format!("there is no option {word}")),
            }
        }
        Ok(options)
    }
}
