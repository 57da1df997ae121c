//! Watchpoints of the raw interpreter.

use flight_runtime::{
    InstanceId, WatchAccess, WatchHit, WatchKind, WatchValue, Watched, Watchpoint,
};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::Bytes;
use crate::errors::{runtime_error, usage};
use crate::raw_interpreter::RawInterpreter;
use crate::views::{TypedValue, Viewer};

/// What is watched: the fields that its kind has.
#[derive(Serialize)]
#[serde(untagged)]
enum WatchedView {
    Memory {
        memory: u32,
        address: u64,
        length: u64,
    },
    Global {
        global: u32,
    },
    Local {
        function: u32,
        local: u32,
    },
    Table {
        table: u32,
        entry: u64,
        count: u64,
    },
}

#[derive(Serialize)]
struct WatchpointView {
    id: u32,
    on: &'static str,
    #[serde(flatten)]
    watched: WatchedView,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ValueView {
    Bytes {
        address: u64,
        bytes: Bytes,
    },
    Entry {
        entry: u64,
        #[serde(flatten)]
        value: TypedValue,
    },
    Value(TypedValue),
}

#[derive(Serialize)]
struct HitView {
    watchpoint: WatchpointView,
    access: &'static str,
    time: u64,
    function: u32,
    offset: u32,
    instruction: String,
    depth: u32,
    old: ValueView,
    new: ValueView,
}

fn watchpoint(point: &Watchpoint) -> WatchpointView {
    WatchpointView {
        id: point.id,
        on: match point.kind {
            WatchKind::Read => "read",
            WatchKind::Write => "write",
            WatchKind::Access => "access",
            WatchKind::Change => "change",
        },
        watched: match point.watched {
            Watched::Memory {
                memory,
                address,
                length,
                ..
            } => WatchedView::Memory {
                memory,
                address,
                length,
            },
            Watched::Global { index, .. } => WatchedView::Global { global: index },
            Watched::Local {
                function, index, ..
            } => WatchedView::Local {
                function,
                local: index,
            },
            Watched::Table {
                table,
                entry,
                count,
                ..
            } => WatchedView::Table {
                table,
                entry,
                count,
            },
        },
    }
}

pub(crate) fn value(viewer: Viewer<'_>, value: &WatchValue) -> ValueView {
    match value {
        WatchValue::Bytes { address, bytes } => ValueView::Bytes {
            address: *address,
            bytes: Bytes(bytes.to_vec()),
        },
        WatchValue::Entry { entry, value } => ValueView::Entry {
            entry: *entry,
            value: viewer.value(*value),
        },
        WatchValue::Value(value) => ValueView::Value(viewer.value(*value)),
    }
}

fn hit(viewer: Viewer<'_>, hit: &WatchHit) -> HitView {
    HitView {
        watchpoint: watchpoint(&hit.watchpoint),
        access: match hit.access {
            WatchAccess::Read => "read",
            WatchAccess::Write => "write",
        },
        time: hit.time,
        function: hit.function,
        offset: hit.offset,
        instruction: hit.instruction.clone(),
        depth: hit.depth as u32,
        old: value(viewer, &hit.old),
        new: value(viewer, &hit.new),
    }
}

/// What is watched, of which of its fields only `kind` has a meaning of its own.
fn watched(
    instance: InstanceId,
    kind: &str,
    index: u32,
    at: u64,
    length: u64,
) -> Result<Watched, JsValue> {
    Ok(match kind {
        "memory" => Watched::Memory {
            instance,
            memory: index,
            address: at,
            length,
        },
        "global" => Watched::Global { instance, index },
        "local" => Watched::Local {
            instance,
            function: index,
            index: at as u32,
        },
        "table" => Watched::Table {
            instance,
            table: index,
            entry: at,
            count: length,
        },
        _ => return Err(usage("what is watched is a memory, global, local or table")),
    })
}

#[wasm_bindgen]
impl RawInterpreter {
    /// Sets a watchpoint: its number.
    ///
    /// `kind` is `memory`, `global`, `local` or `table`; `index` that of the memory, global or table, or of the local's
    /// function; `at` the address, entry or local; `length` how many bytes or entries.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = addWatchpoint)]
    pub fn add_watchpoint(
        &self,
        kind: &str,
        index: u32,
        at: u64,
        length: u64,
        on: &str,
    ) -> Result<u32, JsValue> {
        let on = match on {
            "read" => WatchKind::Read,
            "write" => WatchKind::Write,
            "access" => WatchKind::Access,
            "change" => WatchKind::Change,
            _ => {
                return Err(usage("on is \"read\", \"write\", \"access\" or \"change\""));
            }
        };
        let watched = watched(self.instance, kind, index, at, length)?;
        let added = self.machine_mut().add_watchpoint(watched, on);
        added.map_err(|error| runtime_error(&error))
    }

    /// Takes a watchpoint away: whether there was one.
    #[wasm_bindgen(js_name = removeWatchpoint)]
    pub fn remove_watchpoint(&self, id: u32) -> bool {
        self.machine_mut().remove_watchpoint(id)
    }

    /// The watchpoints.
    pub fn watchpoints(&self) -> String {
        self.look(|viewer| {
            let points = viewer.interpreter.watchpoints().iter();
            points.map(watchpoint).collect::<Vec<_>>()
        })
    }

    /// The accesses that the last step or run came behind.
    #[wasm_bindgen(js_name = watchHits)]
    pub fn watch_hits(&self) -> String {
        self.look(|viewer| {
            let hits = viewer.interpreter.watch_hits().iter();
            hits.map(|one| hit(viewer, one)).collect::<Vec<_>>()
        })
    }
}
