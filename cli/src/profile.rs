//! What the functions of a recorded call did, as a table.

use std::fmt::Write;

use flight_runtime::{FunctionProfile, Profile};

use crate::failure::Failure;
use crate::functions::function_name;
use crate::session::Session;

/// How many functions are listed.
const FUNCTIONS: usize = 40;

/// The functions that ran up to the present moment: the one that executed the most instructions first.
pub(crate) fn table(session: &mut Session) -> Result<String, Failure> {
    let profile = session.interpreter.profile(None);
    let profile = profile.map_err(|error| session.failure(error))?;
    let all = profile.instructions();
    let mut text = format!("{all} instructions");
    // Writing into a string cannot fail.
    if profile.begin.time > 0 {
        let _ = write!(
            text,
            " from time {} on; what was before is recorded no more",
            profile.begin.time
        );
    }
    let listed = &profile.functions[..profile.functions.len().min(FUNCTIONS)];
    if listed.is_empty() {
        return Ok(text + "\n");
    }
    let width = widest(&profile);
    let calls = listed.iter().map(|one| one.calls.to_string().len()).max();
    let calls = calls.unwrap_or(0).max("calls".len());
    let _ = writeln!(
        text,
        "\n{:>width$}         {:>width$}  {:>calls$}  function",
        "own", "in all", "calls"
    );
    for one in listed {
        let _ = writeln!(
            text,
            "{:>width$}  {:>5}  {:>width$}  {:>calls$}  {}",
            one.instructions,
            share(one.instructions, all),
            one.total,
            one.calls,
            name(session, one)
        );
    }
    if profile.functions.len() > listed.len() {
        let _ = writeln!(text, "and {} more", profile.functions.len() - listed.len());
    }
    Ok(text)
}

fn widest(profile: &Profile) -> usize {
    let all = profile.instructions().to_string().len();
    all.max("in all".len())
}

/// A share of all in percent.
fn share(part: u64, all: u64) -> String {
    let thousandths = u128::from(part) * 1000 / u128::from(all.max(1));
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

fn name(session: &Session, one: &FunctionProfile) -> String {
    let machine = &session.interpreter;
    let name = machine.function_name(one.function);
    match one.defined {
        Some((_, index)) => function_name(name, index),
        None => {
            let index = machine.function_index(session.instance, one.function);
            let name = function_name(name, index.unwrap_or_default());
            format!("{name} (imported)")
        }
    }
}
