//! The command line of `cargo xtask bench`.

use std::path::PathBuf;

use crate::Result;

use super::places::Place;

pub(super) const HELP: &str = "\
Measures Flight against wasmi.

Usage: cargo xtask bench [OPTION…]

  --places A,B     where: native, node (the one on the PATH), node-latest, chromium, firefox
                   (without this option: all that can be had)
  --programs A,B   only these programs, and nothing but programs
  --engines A,B    only these engines: flight, recorded, precise, wasmi (speeds are relative to the last one)
  --rounds N       measure each program N times with each engine (5)
  --quick          two rounds and less warming up: to see that all works
  --indirect       build wasmi with its feature `indirect-dispatch`, which makes it faster in wasm hosts
  --out DIR        write the results there: results.json, results.md, speed.svg and one more drawing for each place
";

/// What the command line asks for.
pub(super) struct Options {
    pub(super) places: Vec<Place>,
    /// Whether the places were chosen by name: then one that cannot be had is an error.
    pub(super) chosen: bool,
    pub(super) out: Option<PathBuf>,
    /// Whether the peer is built with the dispatch that is not its default.
    pub(super) indirect: bool,
    /// The engines, for what is measured of one at a time.
    pub(super) engines: Vec<String>,
    /// Whether more than some programs is measured.
    pub(super) whole: bool,
    /// What the crate `bench` is to be told.
    pub(super) handed_on: Vec<String>,
}

impl Options {
    /// None if help is asked for.
    pub(super) fn read(arguments: &[String]) -> Result<Option<Self>> {
        let mut options = Self {
            places: Place::ALL.to_vec(),
            chosen: false,
            out: None,
            indirect: false,
            engines: ["flight", "precise", "wasmi"].map(str::to_owned).to_vec(),
            whole: true,
            handed_on: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| format!("{argument} wants a value."))
            };
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--places" => {
                    let names = value()?.split(',');
                    options.places = names.map(Place::find).collect::<Result<_>>()?;
                    options.chosen = true;
                }
                "--out" => options.out = Some(value()?.into()),
                "--quick" => options.handed_on.push(argument.clone()),
                "--indirect" => options.indirect = true,
                "--programs" | "--engines" | "--rounds" => {
                    let value = value()?.clone();
                    match argument.as_str() {
                        "--programs" => options.whole = false,
                        "--engines" => {
                            options.engines = value.split(',').map(str::to_owned).collect();
                        }
                        _ => {}
                    }
                    options.handed_on.extend([argument.clone(), value]);
                }
                unknown => return Err(format!("there is no option {unknown}.\n\n{HELP}")),
            }
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, Place};

    #[test]
    fn what_concerns_places_is_kept_and_the_rest_is_handed_on() {
        let words = "--places native,firefox --indirect --engines flight,wasmi --programs fib --quick --out results";
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let options = Options::read(&words)
            .expect("it is right")
            .expect("no help");
        assert_eq!(options.places, [Place::Native, Place::Firefox]);
        let handed_on = options.handed_on.join(" ");
        assert_eq!(handed_on, "--engines flight,wasmi --programs fib --quick");
        assert_eq!(options.engines, ["flight", "wasmi"]);
        assert!(!options.whole && options.chosen && options.indirect && options.out.is_some());
    }
}
