//! The official scripts: one test for each, named after its folder and file.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tests::scripts::{Verdict, judge, known_failures, official, stale_entries};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let known = Arc::new(known_failures());
    let scripts = official();
    let stale = stale_entries(&scripts);
    let mut trials = vec![Trial::test("every_known_failure_is_a_script", move || {
        if stale.is_empty() {
            Ok(())
        } else {
            Err(format!("no scripts: {stale:?}").into())
        }
    })];
    for script in scripts {
        let known = known.clone();
        trials.push(Trial::ignorable_test(script.name.clone(), move || {
            match judge(&script, &known) {
                Verdict::Passed => Ok(Completion::Completed),
                // Said to be ignored, so that the totals tell what is still to come.
                Verdict::KnownFailure(reason) => Ok(Completion::ignored_with(reason)),
                Verdict::Failed(words) => Err(Failed::from(words)),
            }
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
