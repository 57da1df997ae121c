//! Runs scripts of WebAssembly's official test format (`.wast`) on Flight.
//!
//! A script defines modules and asserts what they do. All its instances live in one interpreter, so they can be linked.
//! What comes back is a plain [`Report`]; nothing is read from files or printed.
//!
//! ```
//! use flight_script::{Features, Pace, run};
//!
//! let script = r#"
//!     (module (func (export "half") (param i32) (result i32)
//!         local.get 0 i32.const 2 i32.div_s))
//!     (assert_return (invoke "half" (i32.const 84)) (i32.const 42))
//!     (assert_return (invoke "half" (i32.const 84)) (i32.const 41))
//! "#;
//! let report = run(script, Pace::Whole, Features::ALL);
//! assert_eq!(report.passed, 2);
//! assert_eq!(report.failures.len(), 1);
//! assert_eq!(report.failures[0].line, 5);
//! assert_eq!(report.failures[0].to_string(), "5:6: assert_return: expected [i32 41], got [42]");
//! ```

mod allowance;
mod directive;
mod expect;
mod random;
mod session;
mod spectest;

use std::fmt;
use std::ops::ControlFlow;

pub use flight_runtime::{Features, Translation};

use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};
use wast::{Wast, WastDirective};

use directive::Modules;
use session::Session;

/// How the calls of a script are executed. The results and the time must not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// To their end.
    Whole,
    /// One instruction at a time, the first fifty thousand of a call.
    Steps,
    /// In slices of fuel whose lengths are random numbers that follow from this seed.
    Slices(u64),
}

/// Which translation of its functions a script is executed in. Nothing that can be seen must depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translations {
    /// This one, all the time; by default the one that is the runtime's default.
    One(Translation),
    /// Wherever the machine rests, one that chance chooses; what it chooses follows from this seed.
    /// The course is recorded too, and gone back in after each call.
    Switched(u64),
}

impl Default for Translations {
    fn default() -> Self {
        Self::One(Translation::default())
    }
}

/// All about how a script is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// How its calls are.
    pub pace: Pace,
    /// What is executed.
    pub translations: Translations,
}

impl From<Pace> for Manner {
    fn from(pace: Pace) -> Self {
        Self {
            pace,
            translations: Translations::default(),
        }
    }
}

/// What came of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many directives did what they are to do.
    pub passed: usize,
    /// Those that did not.
    pub failures: Vec<Failure>,
    /// Every call that was made, start functions included.
    pub calls: Vec<Call>,
    /// Where the machine rested inside of calls and its hash was taken: at some of the ends of slices.
    pub rests: Vec<Rest>,
}

impl Report {
    /// Whether everything passed.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty()
    }

    /// How many instructions were executed.
    pub fn time(&self) -> u64 {
        self.calls.last().map_or(0, |call| call.time)
    }
}

/// A directive that did not do what it is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its line in the script; the first one is 1.
    pub line: usize,
    /// Its column; the first one is 1.
    pub column: usize,
    /// Its keyword, such as `assert_return`; `script` if the script itself cannot be read.
    pub directive: &'static str,
    /// What happened instead.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            directive,
            message,
        } = self;
        write!(f, "{line}:{column}: {directive}: {message}")
    }
}

/// A call that a script made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The line of the directive in the script.
    pub line: usize,
    /// The results, or why there are none, in words.
    pub outcome: String,
    /// How many instructions the script had executed by then.
    pub time: u64,
    /// The hash of the machine after the call. For some calls only, since it takes time; which, depends on the script.
    pub hash: Option<u64>,
}

/// A place inside of a call at which the machine rested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The line of the directive in the script.
    pub line: usize,
    /// How many instructions the script had executed.
    pub time: u64,
    /// The hash of the machine.
    pub hash: u64,
}

/// Runs a script.
pub fn run(script: &str, pace: Pace, features: Features) -> Report {
    let mut reports = Vec::new();
    run_each(script, &[pace.into()], features, |_, report| {
        reports.push(report);
        ControlFlow::Continue(())
    });
    reports.pop().unwrap_or_default()
}

/// Runs a script in each of these manners, one after the other, and hands out the reports until that is broken off.
///
/// The script is read once, and so are its modules.
pub fn run_each(
    script: &str,
    manners: &[Manner],
    features: Features,
    mut hand_out: impl FnMut(&Manner, Report) -> ControlFlow<()>,
) {
    let unreadable = |error: &wast::Error| {
        let (line, column) = error.span().linecol_in(script);
        let failure = Failure {
            line: line + 1,
            column: column + 1,
            directive: "script",
            message: error.message(),
        };
        Report {
            failures: vec![failure],
            ..Report::default()
        }
    };
    let mut lexer = Lexer::new(script);
    // Some official scripts are about such characters.
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer);
    let parsed = match &buffer {
        Ok(buffer) => parser::parse::<Wast<'_>>(buffer).map_err(|error| unreadable(&error)),
        Err(error) => Err(unreadable(error)),
    };
    let starts = line_starts(script);
    let mut parsed = parsed.map(|parsed| parsed.directives);
    let mut modules = Modules::default();
    for manner in manners {
        let report = match &mut parsed {
            Err(report) => report.clone(),
            Ok(directives) => {
                let mut session = Session::new(*manner, features, modules.rewind());
                let report = execute(&starts, directives, &mut session);
                modules = session.modules;
                report
            }
        };
        if hand_out(manner, report).is_break() {
            return;
        }
    }
}

/// One run.
fn execute(
    starts: &[usize],
    directives: &mut [WastDirective<'_>],
    session: &mut Session,
) -> Report {
    let mut report = Report::default();
    for directive in directives {
        let offset = directive.span().offset();
        let line = starts.partition_point(|start| *start <= offset);
        session.line = line;
        match session.execute(directive) {
            Ok(()) => report.passed += 1,
            Err(message) => report.failures.push(Failure {
                line,
                column: offset - starts[line - 1] + 1,
                directive: directive::keyword(directive),
                message,
            }),
        }
    }
    report.calls = std::mem::take(&mut session.calls);
    report.rests = std::mem::take(&mut session.rests);
    report
}

/// Where the lines of a script begin: so that the line of a directive need not be counted from the beginning.
fn line_starts(script: &str) -> Vec<usize> {
    let behind = script.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(behind).collect()
}
