//! Profiles and coverage of the raw interpreter.

use std::fmt::Write;

use flight_runtime::{Interpreter, Moment};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::runtime_error;
use crate::going_back::MomentView;
use crate::raw_interpreter::RawInterpreter;

#[derive(Serialize)]
struct ProfileView {
    begin: MomentView,
    end: MomentView,
    instructions: u64,
    functions: Vec<FunctionView>,
}

#[derive(Serialize)]
struct FunctionView {
    instance: Option<u32>,
    function: Option<u32>,
    name: Option<String>,
    host: bool,
    calls: f64,
    instructions: u64,
    total: u64,
    /// As `numbers` writes them.
    offsets: String,
    counts: String,
}

#[derive(Serialize)]
struct CoverageView {
    function: u32,
    name: Option<String>,
    /// As `numbers` writes the distances.
    offsets: String,
    missed: String,
}

#[wasm_bindgen]
impl RawInterpreter {
    /// What was executed from a moment of the record up to the present one; from the first moment of a time without
    /// `actions`, from the beginning of the record without `time`.
    ///
    /// # Errors
    /// An error for the classes `UsageError` or `DivergedError`.
    pub fn profile(
        &self,
        time: Option<u64>,
        actions: Option<f64>,
        trapped: bool,
    ) -> Result<String, JsValue> {
        let found = self.ask_from(time, actions, trapped, Interpreter::profile)?;
        Ok(self.look(|viewer| {
            let name = |function| {
                let name = viewer.interpreter.function_name(function);
                name.map(ToOwned::to_owned)
            };
            let functions = found.functions.iter().map(|it| {
                let ran = it.counts.iter().filter(|it| it.count > 0);
                FunctionView {
                    instance: it.defined.map(|(instance, _)| instance.number()),
                    function: match it.defined {
                        Some((_, function)) => Some(function),
                        None => viewer
                            .interpreter
                            .function_index(self.instance, it.function),
                    },
                    name: name(it.function),
                    host: it.defined.is_none(),
                    calls: it.calls as f64,
                    instructions: it.instructions,
                    total: it.total,
                    offsets: distances(ran.clone().map(|it| it.offset)),
                    counts: numbers(ran.map(|it| it.count)),
                }
            });
            ProfileView {
                begin: found.begin.into(),
                end: found.end.into(),
                instructions: found.instructions(),
                functions: functions.collect(),
            }
        }))
    }

    /// Which instructions of this instance's functions ran, from and to the same moments.
    ///
    /// # Errors
    /// As `profile`.
    pub fn coverage(
        &self,
        time: Option<u64>,
        actions: Option<f64>,
        trapped: bool,
    ) -> Result<String, JsValue> {
        let found = self.ask_from(time, actions, trapped, Interpreter::coverage)?;
        Ok(self.look(|viewer| {
            let own = found
                .functions
                .iter()
                .filter(|it| it.instance == self.instance);
            let views = own.map(|it| {
                let func = viewer.interpreter.function(it.instance, it.function);
                let name = func
                    .ok()
                    .and_then(|func| viewer.interpreter.function_name(func));
                CoverageView {
                    function: it.function,
                    name: name.map(ToOwned::to_owned),
                    offsets: distances(it.ran.iter().copied()),
                    missed: distances(it.missed.iter().copied()),
                }
            });
            views.collect::<Vec<_>>()
        }))
    }
}

impl RawInterpreter {
    fn ask_from<T>(
        &self,
        time: Option<u64>,
        actions: Option<f64>,
        trapped: bool,
        ask: impl FnOnce(&mut Interpreter, Option<Moment>) -> flight_runtime::Result<T>,
    ) -> Result<T, JsValue> {
        let mut machine = self.machine_mut();
        let from = match (time, actions) {
            (Some(time), Some(actions)) => Some(Moment {
                time,
                actions: actions as u64,
                trapped,
            }),
            (Some(time), None) => {
                let first = machine.first_moment_at(time);
                Some(first.map_err(|error| runtime_error(&error))?)
            }
            (None, _) => None,
        };
        ask(&mut machine, from).map_err(|error| runtime_error(&error))
    }
}

/// Numbers with spaces between them: a long list crosses far more quickly as one string than as an array.
fn numbers<T: core::fmt::Display>(all: impl Iterator<Item = T>) -> String {
    let mut text = String::new();
    for number in all {
        if !text.is_empty() {
            text.push(' ');
        }
        // To write to a string does not fail.
        let _ = write!(text, "{number}");
    }
    text
}

/// Ascending offsets, each as its distance from the one before, which is a small number.
fn distances(offsets: impl Iterator<Item = u32>) -> String {
    let mut last = 0;
    numbers(offsets.map(|offset| offset - core::mem::replace(&mut last, offset)))
}
