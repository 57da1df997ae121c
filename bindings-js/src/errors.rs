//! From Rust's errors to JavaScript's: an `Error` with a field `flight` that says which class it is to become.

use flight_runtime::{Error, LoadError, LoadErrorKind};
use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::crossing::to_text;
use crate::going_back::MomentView;

/// What the JavaScript side needs to make an error of the right class.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorFields {
    /// `CompileError`, `LinkError`, `Trap`, `DivergedError` or `UsageError`.
    pub(crate) class: &'static str,
    pub(crate) kind: Option<&'static str>,
    pub(crate) offset: Option<u32>,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) moment: Option<MomentView>,
}

/// One import that could not be satisfied.
#[derive(Serialize)]
pub(crate) struct Problem {
    module: String,
    name: String,
    expected: String,
    found: Option<String>,
}

/// A JavaScript error with this message and these fields.
pub(crate) fn error(message: &str, fields: &ErrorFields) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property of a fresh error cannot fail.
    let _ = Reflect::set(&error, &"flight".into(), &to_text(fields).into());
    error.into()
}

/// A mistake of the caller's.
pub(crate) fn usage(message: &str) -> JsValue {
    error(
        message,
        &ErrorFields {
            class: "UsageError",
            ..ErrorFields::default()
        },
    )
}

pub(crate) fn load_error(load: &LoadError) -> JsValue {
    let kind = match load.kind {
        LoadErrorKind::Malformed => "malformed",
        LoadErrorKind::Invalid => "invalid",
    };
    compile_error(&load.to_string(), kind, load.offset)
}

fn compile_error(message: &str, kind: &'static str, offset: u64) -> JsValue {
    let offset = u32::try_from(offset).ok();
    let fields = ErrorFields {
        class: "CompileError",
        kind: Some(kind),
        offset,
        ..ErrorFields::default()
    };
    error(message, &fields)
}

/// The JavaScript error for one of the runtime's.
pub(crate) fn runtime_error(failure: &Error) -> JsValue {
    let message = failure.to_string();
    match failure {
        Error::Malformed { offset, .. } => compile_error(&message, "malformed", *offset),
        Error::Invalid { offset, .. } => compile_error(&message, "invalid", *offset),
        Error::Trap(trap) | Error::Exception(trap) | Error::Exhaustion(trap) => {
            let fields = ErrorFields {
                class: "Trap",
                kind: Some(trap.kind.name()),
                ..ErrorFields::default()
            };
            error(&message, &fields)
        }
        Error::Unlinkable(problems) => {
            let problem = |problem: &flight_runtime::LinkProblem| Problem {
                module: problem.module.to_string(),
                name: problem.name.to_string(),
                expected: problem.expected.to_string(),
                found: problem.found.clone(),
            };
            let problems = problems.iter().map(problem).collect();
            error(
                &message,
                &ErrorFields {
                    class: "LinkError",
                    problems,
                    ..ErrorFields::default()
                },
            )
        }
        Error::OutOfMemory(_) => error(
            &message,
            &ErrorFields {
                class: "LinkError",
                ..ErrorFields::default()
            },
        ),
        Error::Diverged { moment, .. } => error(
            &message,
            &ErrorFields {
                class: "DivergedError",
                moment: Some((*moment).into()),
                ..ErrorFields::default()
            },
        ),
        _ => usage(&message),
    }
}
