//! The raw interpreter's way back, and what is recorded for it.

use flight_runtime::{Branch, Error, Moment};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::to_text;
use crate::errors::runtime_error;
use crate::journal::entry;
use crate::names::{state_name, stop_name};
use crate::raw_interpreter::RawInterpreter;

/// A moment as it crosses to JavaScript.
#[derive(Serialize)]
pub(crate) struct MomentView {
    time: u64,
    actions: f64,
    trapped: bool,
}

impl From<Moment> for MomentView {
    fn from(moment: Moment) -> Self {
        Self {
            time: moment.time,
            actions: moment.actions as f64,
            trapped: moment.trapped,
        }
    }
}

#[derive(Serialize)]
struct HistoryView {
    begin: MomentView,
    end: MomentView,
    checkpoints: u32,
    bytes: f64,
    budget: f64,
}

#[derive(Serialize)]
struct BranchView {
    at: MomentView,
    dropped: MomentView,
}

fn branch_view(branch: Option<Branch>) -> String {
    to_text(&branch.map(|branch| BranchView {
        at: branch.at.into(),
        dropped: branch.dropped.into(),
    }))
}

#[wasm_bindgen]
impl RawInterpreter {
    /// Takes back the last instruction: why it came back, as the name of a `Stop`.
    ///
    /// # Errors
    /// An error for the classes `UsageError` or `DivergedError`, as in all that follows.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&self) -> Result<String, JsValue> {
        gone_back(self.machine_mut().step_back())
    }

    /// The same; a call that has returned is taken back as a whole.
    ///
    /// # Errors
    /// As `stepBack`.
    #[wasm_bindgen(js_name = stepBackOver)]
    pub fn step_back_over(&self) -> Result<String, JsValue> {
        gone_back(self.machine_mut().step_back_over())
    }

    /// Goes back to before the call of the innermost function.
    ///
    /// # Errors
    /// As `stepBack`.
    #[wasm_bindgen(js_name = stepBackOut)]
    pub fn step_back_out(&self) -> Result<String, JsValue> {
        gone_back(self.machine_mut().step_back_out())
    }

    /// Goes back to the last breakpoint, or to the beginning.
    ///
    /// # Errors
    /// As `stepBack`.
    #[wasm_bindgen(js_name = reverseContinue)]
    pub fn reverse_continue(&self) -> Result<String, JsValue> {
        gone_back(self.machine_mut().reverse_continue())
    }

    /// Goes to a time of the record.
    ///
    /// # Errors
    /// As `stepBack`.
    pub fn seek(&self, time: u64) -> Result<(), JsValue> {
        self.machine_mut()
            .seek(time)
            .map_err(|error| runtime_error(&error))
    }

    /// Goes to a moment of the record.
    ///
    /// # Errors
    /// As `stepBack`.
    #[wasm_bindgen(js_name = seekMoment)]
    pub fn seek_moment(&self, time: u64, actions: f64, trapped: bool) -> Result<(), JsValue> {
        let moment = Moment {
            time,
            actions: actions as u64,
            trapped,
        };
        self.machine_mut()
            .seek_moment(moment)
            .map_err(|error| runtime_error(&error))
    }

    /// The present moment.
    #[wasm_bindgen(getter)]
    pub fn moment(&self) -> String {
        to_text(&MomentView::from(self.settled().moment()))
    }

    /// What is recorded, or `null`.
    #[wasm_bindgen(getter)]
    pub fn history(&self) -> String {
        to_text(&self.settled().history().map(|history| HistoryView {
            begin: history.begin.into(),
            end: history.end.into(),
            checkpoints: history.checkpoints as u32,
            bytes: history.bytes as f64,
            budget: history.budget as f64,
        }))
    }

    /// Whether anything is recorded.
    #[wasm_bindgen(getter, js_name = isRecording)]
    pub fn is_recording(&self) -> bool {
        self.machine().is_recording()
    }

    /// Whether the machine is not as far as it was before.
    #[wasm_bindgen(getter, js_name = inPast)]
    pub fn in_past(&self) -> bool {
        self.settled().in_past()
    }

    /// Gives up the recorded future: what was given up, or `null`.
    pub fn branch(&self) -> String {
        branch_view(self.machine_mut().branch())
    }

    /// What changes in the past have given up since this was asked last, or `null`.
    #[wasm_bindgen(js_name = takeBranch)]
    pub fn take_branch(&self) -> String {
        branch_view(self.machine_mut().take_branch())
    }

    /// How many actions of the embedder are kept.
    #[wasm_bindgen(getter, js_name = journalLength)]
    pub fn journal_length(&self) -> f64 {
        self.settled().journal().len() as f64
    }

    /// Up to `count` of the actions that are kept, from the one at position `first` on.
    #[wasm_bindgen(js_name = journalFrom)]
    pub fn journal_from(&self, first: f64, count: f64) -> String {
        drop(self.settled());
        self.look(|viewer| {
            let entries = viewer.interpreter.journal().iter();
            let page = entries.skip(first as usize).take(count as usize);
            page.map(|action| entry(viewer, action, state_name(action.state)))
                .collect::<Vec<_>>()
        })
    }
}

fn gone_back(stop: Result<flight_runtime::Stop, Error>) -> Result<String, JsValue> {
    stop.map(stop_name).map_err(|error| runtime_error(&error))
}
