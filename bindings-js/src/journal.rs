//! What the embedder has done, as plain objects; the shapes are described in `js/past.d.ts`.

use flight_runtime::{Action, Entry, Exception, FuncRef, ObjectRef, Value};
use serde::Serialize;

use crate::crossing::Bytes;
use crate::views::{ExceptionView, Payload, TypedValue, Viewer};

#[derive(Serialize)]
pub(crate) struct EntryView {
    time: u64,
    state: &'static str,
    #[serde(flatten)]
    action: ActionView,
}

#[derive(Serialize)]
pub(crate) struct Function {
    function: Option<u32>,
    name: Option<String>,
}

/// One thing that was done. What is named by an index is named as the instance names it.
#[derive(Serialize)]
#[serde(tag = "action")]
pub(crate) enum ActionView {
    Start {
        #[serde(flatten)]
        function: Function,
        arguments: Vec<TypedValue>,
    },
    Answer {
        #[serde(flatten)]
        function: Function,
        arguments: Vec<TypedValue>,
        results: Vec<TypedValue>,
    },
    Fail {
        #[serde(flatten)]
        function: Function,
        arguments: Vec<TypedValue>,
        kind: &'static str,
        explanation: String,
    },
    Throw {
        #[serde(flatten)]
        function: Function,
        arguments: Vec<TypedValue>,
        exception: ExceptionView,
        caught: bool,
    },
    TakeResults {
        results: Vec<TypedValue>,
    },
    Unwind,
    Reset,
    LeaveNested {
        depth: u32,
    },
    WriteMemory {
        memory: Option<u32>,
        address: u64,
        bytes: Bytes,
    },
    GrowMemory {
        memory: Option<u32>,
        delta: u64,
    },
    SetGlobal {
        global: Option<u32>,
        value: TypedValue,
    },
    SetTableEntry {
        table: Option<u32>,
        entry: u64,
        value: TypedValue,
    },
    GrowTable {
        table: Option<u32>,
        delta: u64,
        value: TypedValue,
    },
    SetLocal {
        frame: u32,
        index: u32,
        value: TypedValue,
    },
    SetOperand {
        frame: u32,
        position: u32,
        value: TypedValue,
    },
    Keep {
        object: Payload,
    },
    Release {
        object: Payload,
    },
    CollectGarbage,
    /// Something that this package has no words for.
    Other,
}

/// An entry of the journal; `state` is the name of the state that the machine was in.
pub(crate) fn entry(viewer: Viewer<'_>, entry: &Entry, state: &'static str) -> EntryView {
    EntryView {
        time: entry.time,
        state,
        action: action(viewer, &entry.action),
    }
}

pub(crate) fn action(viewer: Viewer<'_>, action: &Action) -> ActionView {
    let Viewer {
        interpreter,
        instance,
    } = viewer;
    let function = |function: &FuncRef| Function {
        function: interpreter.function_index(instance, *function),
        name: interpreter
            .function_name(*function)
            .map(ToString::to_string),
    };
    let value = |value: &Value| viewer.value(*value);
    let object = |object: &ObjectRef| viewer.object(*object);
    let memory = |memory: &u32| interpreter.memory_index(instance, *memory);
    let table = |table: &u32| interpreter.table_index(instance, *table);
    match action {
        Action::Start {
            function: called,
            arguments,
        } => ActionView::Start {
            function: function(called),
            arguments: viewer.values(arguments),
        },
        Action::Answer {
            function: called,
            arguments,
            results,
        } => ActionView::Answer {
            function: function(called),
            arguments: viewer.values(arguments),
            results: viewer.values(results),
        },
        Action::Fail {
            function: called,
            arguments,
            kind,
            explanation,
        } => ActionView::Fail {
            function: function(called),
            arguments: viewer.values(arguments),
            kind: kind.name(),
            explanation: explanation.clone(),
        },
        Action::Throw {
            function: called,
            arguments,
            tag,
            thrown,
            caught,
        } => ActionView::Throw {
            function: function(called),
            arguments: viewer.values(arguments),
            exception: viewer.exception(&Exception {
                tag: tag.0,
                name: interpreter.tag_name(*tag),
                arguments: thrown.to_vec(),
            }),
            caught: *caught,
        },
        Action::TakeResults { results } => ActionView::TakeResults {
            results: viewer.values(results),
        },
        Action::Unwind => ActionView::Unwind,
        Action::Reset => ActionView::Reset,
        Action::LeaveNested { depth } => ActionView::LeaveNested {
            depth: *depth as u32,
        },
        Action::WriteMemory {
            memory: written,
            address,
            bytes,
        } => ActionView::WriteMemory {
            memory: memory(written),
            address: *address,
            bytes: Bytes(bytes.to_vec()),
        },
        Action::GrowMemory {
            memory: grown,
            delta,
        } => ActionView::GrowMemory {
            memory: memory(grown),
            delta: *delta,
        },
        Action::SetGlobal { global, value: set } => ActionView::SetGlobal {
            global: interpreter.global_index(instance, *global),
            value: value(set),
        },
        Action::SetTableEntry {
            table: changed,
            entry,
            value: set,
        } => ActionView::SetTableEntry {
            table: table(changed),
            entry: *entry,
            value: value(set),
        },
        Action::GrowTable {
            table: grown,
            delta,
            value: set,
        } => ActionView::GrowTable {
            table: table(grown),
            delta: *delta,
            value: value(set),
        },
        Action::SetLocal {
            distance,
            index,
            value: set,
        } => ActionView::SetLocal {
            frame: *distance as u32,
            index: *index,
            value: value(set),
        },
        Action::SetOperand {
            distance,
            position,
            value: set,
        } => ActionView::SetOperand {
            frame: *distance as u32,
            position: *position,
            value: value(set),
        },
        Action::Keep(kept) => ActionView::Keep {
            object: object(kept),
        },
        Action::Release(released) => ActionView::Release {
            object: object(released),
        },
        Action::CollectGarbage => ActionView::CollectGarbage,
        _ => ActionView::Other,
    }
}
