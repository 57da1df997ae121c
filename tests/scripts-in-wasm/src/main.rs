//! Runs the official scripts with the interpreter itself inside WebAssembly.
//!
//! So 32-bit addresses and WebAssembly's own arithmetic are tested too.
//! `run.mjs` beside this folder runs the compiled program in Node. The last line is `N passed, N skipped, N failed`.

use std::cell::Cell;
use std::process::ExitCode;
use std::time::Instant;

use tests::scripts::{Verdict, judge, known_failures, official};

/// After so many scripts it is said how far the run is.
const PROGRESS: usize = 50;

fn main() -> ExitCode {
    let known = known_failures();
    let scripts = official();
    let begin = Instant::now();
    let (mut passed, mut skipped, mut failed) = (0, 0, 0);
    // A panic ends the whole program here, and does not know the script.
    let report_panic = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        println!("✗ {} panics:", CURRENT.take());
        report_panic(panic);
    }));
    for (position, script) in scripts.iter().enumerate() {
        CURRENT.set(script.name.clone());
        match judge(script, &known) {
            Verdict::Passed => passed += 1,
            Verdict::KnownFailure(_) => skipped += 1,
            Verdict::Failed(words) => {
                failed += 1;
                println!("✗ {}\n{words}", script.name);
            }
        }
        let done = position + 1;
        if done % PROGRESS == 0 || done == scripts.len() {
            let seconds = begin.elapsed().as_secs_f32();
            println!(
                "{done} of {} scripts, {seconds:.1} s: {}",
                scripts.len(),
                script.name
            );
        }
    }
    println!("{passed} passed, {skipped} skipped, {failed} failed");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

thread_local! {
    /// The name of the script that is being run.
    static CURRENT: Cell<String> = const { Cell::new(String::new()) };
}
