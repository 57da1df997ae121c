//! Questions to the past of the raw interpreter.

use flight_runtime::{Doer, Origin, WrittenPlace};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::errors::{runtime_error, usage};
use crate::going_back::MomentView;
use crate::journal::{ActionView, action};
use crate::raw_interpreter::RawInterpreter;
use crate::views::Viewer;
use crate::watching::{ValueView, value};

#[derive(Serialize)]
#[serde(untagged)]
enum DoerView {
    Instruction {
        function: u32,
        name: Option<String>,
        offset: u32,
        instruction: String,
        depth: u32,
    },
    Embedder(ActionView),
}

#[derive(Serialize)]
struct OriginView {
    moment: MomentView,
    by: &'static str,
    #[serde(flatten)]
    doer: DoerView,
    wrote: Option<ValueView>,
}

fn origin(viewer: Viewer<'_>, origin: &Origin) -> OriginView {
    let (by, doer) = match &origin.doer {
        Doer::Instruction {
            function,
            name,
            offset,
            instruction,
            depth,
            ..
        } => (
            "instruction",
            DoerView::Instruction {
                function: *function,
                name: name.as_deref().map(Into::into),
                offset: *offset,
                instruction: instruction.clone(),
                depth: *depth as u32,
            },
        ),
        Doer::Embedder(done) => ("embedder", DoerView::Embedder(action(viewer, done))),
    };
    OriginView {
        moment: origin.moment.into(),
        by,
        doer,
        wrote: origin.value.as_ref().map(|wrote| value(viewer, wrote)),
    }
}

#[wasm_bindgen]
impl RawInterpreter {
    /// Who wrote something last, or `null`. `kind` is `memory`, `global`, `local` or `table`; `index` that of the memory,
    /// global or table, or the distance of the local's frame; `at` the address, entry or local.
    ///
    /// # Errors
    /// An error for the classes `UsageError` or `DivergedError`, as in all that follows.
    #[wasm_bindgen(js_name = lastWrite)]
    pub fn last_write(
        &self,
        kind: &str,
        index: u32,
        at: u64,
        length: u64,
    ) -> Result<String, JsValue> {
        let instance = self.instance;
        let place = match kind {
            "memory" => WrittenPlace::Memory {
                instance,
                memory: index,
                address: at,
                length,
            },
            "global" => WrittenPlace::Global { instance, index },
            "local" => WrittenPlace::Local {
                distance: index as usize,
                index: at as u32,
            },
            "table" => WrittenPlace::Table {
                instance,
                table: index,
                entry: at,
                count: length,
            },
            _ => {
                return Err(usage(
                    "what was written is a memory, global, local or table",
                ));
            }
        };
        let found = self.machine_mut().last_write(place);
        let found = found.map_err(|error| runtime_error(&error))?;
        Ok(self.look(|viewer| found.map(|found| origin(viewer, &found))))
    }

    /// How an operand came about, nearest first, in at most `most` steps.
    ///
    /// # Errors
    /// As `lastWrite`.
    #[wasm_bindgen(js_name = trail)]
    pub fn trail(&self, frame: u32, position: u32, most: u32) -> Result<String, JsValue> {
        let found = self
            .machine_mut()
            .how_it_came_about(frame as usize, position, most as usize);
        self.trail_view(found)
    }

    /// How an operand of what trapped came about.
    ///
    /// # Errors
    /// As `lastWrite`.
    #[wasm_bindgen(js_name = trailOfTrap)]
    pub fn trail_of_trap(&self, operand: u32, most: u32) -> Result<String, JsValue> {
        let found = self
            .machine_mut()
            .how_it_came_to_trap(operand as usize, most as usize);
        self.trail_view(found)
    }

    fn trail_view(&self, found: flight_runtime::Result<Vec<Origin>>) -> Result<String, JsValue> {
        let found = found.map_err(|error| runtime_error(&error))?;
        Ok(self.look(|viewer| {
            let all = found.iter().map(|found| origin(viewer, found));
            all.collect::<Vec<_>>()
        }))
    }
}
