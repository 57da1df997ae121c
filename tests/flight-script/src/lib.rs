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

mod directive;
mod expect;
mod session;
mod spectest;

use std::fmt;

pub use flight_runtime::Features;

use wast::Wast;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

use session::Session;

/// How the calls of a script are executed. The results and the time must not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// To their end.
    Whole,
    /// One instruction at a time.
    Steps,
    /// In slices of fuel whose lengths are random numbers that follow from this seed.
    Slices(u64),
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
}

/// Runs a script.
pub fn run(script: &str, pace: Pace, features: Features) -> Report {
    let mut report = Report::default();
    let unreadable = |error: wast::Error| {
        let (line, column) = error.span().linecol_in(script);
        Failure {
            line: line + 1,
            column: column + 1,
            directive: "script",
            message: error.message(),
        }
    };
    let mut lexer = Lexer::new(script);
    // Some official scripts are about such characters.
    lexer.allow_confusing_unicode(true);
    let buffer = match ParseBuffer::new_with_lexer(lexer) {
        Ok(buffer) => buffer,
        Err(error) => {
            report.failures.push(unreadable(error));
            return report;
        }
    };
    let directives = match parser::parse::<Wast<'_>>(&buffer) {
        Ok(script) => script.directives,
        Err(error) => {
            report.failures.push(unreadable(error));
            return report;
        }
    };
    let mut session = Session::new(pace, features);
    for directive in directives {
        let (line, column) = directive.span().linecol_in(script);
        let (line, column) = (line + 1, column + 1);
        session.line = line;
        let keyword = directive::keyword(&directive);
        match session.execute(directive) {
            Ok(()) => report.passed += 1,
            Err(message) => {
                report.failures.push(Failure {
                    line,
                    column,
                    directive: keyword,
                    message,
                });
            }
        }
    }
    report.calls = session.calls;
    report
}
