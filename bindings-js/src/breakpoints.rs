//! Breakpoints of the raw interpreter, what they write, and expressions.

use flight_runtime::{
    Breakpoint, BreakpointOptions, Evaluated, Interpreter, LogMessage, Result, TakenLog,
};
use flight_wasm::FuncIdx;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::crossing::{number, to_text};
use crate::errors::{runtime_error, usage};
use crate::raw_interpreter::RawInterpreter;
use crate::views::{TypedValue, Viewer};

#[derive(Serialize)]
struct BreakpointView {
    function: u32,
    offset: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    count: f64,
}

#[derive(Serialize)]
struct MessageView {
    instance: u32,
    function: u32,
    offset: u32,
    time: u64,
    text: String,
}

#[derive(Serialize)]
struct LogView {
    messages: Vec<MessageView>,
    lost: f64,
}

/// The value of an expression. An integer is written out, since it may have any length.
#[derive(Serialize)]
#[serde(untagged)]
enum EvaluatedView {
    Bool {
        value: bool,
    },
    Integer {
        integer: String,
        wide: bool,
    },
    Float {
        #[serde(serialize_with = "number")]
        value: f64,
    },
    Vector {
        value: u128,
    },
    Reference(TypedValue),
}

fn breakpoint(set: &Breakpoint) -> BreakpointView {
    let text = |text: &Option<Box<str>>| text.as_ref().map(ToString::to_string);
    BreakpointView {
        function: set.function,
        offset: set.offset,
        condition: text(&set.condition),
        hits: (set.hits > 0).then_some(set.hits as f64),
        log: text(&set.log),
        count: set.count as f64,
    }
}

fn evaluated(value: Evaluated, viewer: &Viewer<'_>) -> EvaluatedView {
    match value {
        Evaluated::Bool(value) => EvaluatedView::Bool { value },
        Evaluated::Integer { value, wide } => EvaluatedView::Integer {
            integer: value.to_string(),
            wide,
        },
        Evaluated::F32(value) => EvaluatedView::Float {
            value: value.into(),
        },
        Evaluated::F64(value) => EvaluatedView::Float { value },
        Evaluated::Vector(value) => EvaluatedView::Vector { value },
        Evaluated::Reference(value) => EvaluatedView::Reference(viewer.value(value)),
    }
}

impl RawInterpreter {
    /// The value of an expression in a frame; where no call is under way, in none.
    fn value_of(&self, machine: &Interpreter, expression: &str, frame: u32) -> Result<Evaluated> {
        match (machine.depth(), frame) {
            (0, 0) => machine.evaluate_outside(expression, self.instance),
            _ => machine.evaluate(expression, frame as usize),
        }
    }

    /// The offset at which a breakpoint is wanted: without one, that of a function's first instruction.
    fn spot(
        &self,
        machine: &Interpreter,
        function: Option<u32>,
        offset: Option<u32>,
    ) -> Result<u32, JsValue> {
        let Some(function) = function else {
            return offset.ok_or_else(|| usage("a breakpoint has an offset or a function"));
        };
        let module = machine.module(self.instance);
        let func = FuncIdx(function);
        if function >= module.function_count() || module.function_body(func).is_none() {
            return Err(usage(&format!("there is no defined function {function}")));
        }
        let offsets = Interpreter::instruction_offsets(module, func);
        match offset {
            None => Ok(offsets.first().copied().unwrap_or_default()),
            Some(offset) if offsets.contains(&offset) => Ok(offset),
            Some(offset) => Err(usage(&format!(
                "offset {offset} is no instruction of function {function}"
            ))),
        }
    }
}

#[wasm_bindgen]
impl RawInterpreter {
    /// Sets a breakpoint, in place of one that is there already: what it is like.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    #[wasm_bindgen(js_name = addBreakpoint)]
    pub fn add_breakpoint(
        &self,
        function: Option<u32>,
        offset: Option<u32>,
        condition: Option<String>,
        hits: f64,
        log: Option<String>,
    ) -> Result<String, JsValue> {
        let mut machine = self.machine_mut();
        let offset = self.spot(&machine, function, offset)?;
        let options = BreakpointOptions {
            condition: condition.as_deref(),
            hits: hits as u64,
            log: log.as_deref(),
        };
        let added = machine.add_breakpoint_with(self.instance, offset, options);
        let added = added.map_err(|error| runtime_error(&error))?;
        Ok(to_text(&breakpoint(&added)))
    }

    /// The offset that a function, an offset or both name for a breakpoint.
    ///
    /// # Errors
    /// As `addBreakpoint`.
    #[wasm_bindgen(js_name = breakpointOffset)]
    pub fn breakpoint_offset(
        &self,
        function: Option<u32>,
        offset: Option<u32>,
    ) -> Result<u32, JsValue> {
        self.spot(&self.machine(), function, offset)
    }

    /// Takes a breakpoint away: whether there was one.
    #[wasm_bindgen(js_name = removeBreakpoint)]
    pub fn remove_breakpoint(&self, offset: u32) -> bool {
        self.machine_mut().remove_breakpoint(self.instance, offset)
    }

    /// All breakpoints.
    pub fn breakpoints(&self) -> String {
        let breakpoints = self.machine().breakpoints(self.instance);
        to_text(&breakpoints.iter().map(breakpoint).collect::<Vec<_>>())
    }

    /// Why the condition of the breakpoint that the last run stopped at could not be evaluated, or `null`.
    #[wasm_bindgen(js_name = breakpointError)]
    pub fn breakpoint_error(&self) -> String {
        let machine = self.machine();
        to_text(&machine.breakpoint_error().map(ToString::to_string))
    }

    /// Takes what breakpoints of all instances have written: `messages`, and how many more were `lost`.
    #[wasm_bindgen(js_name = takeLog)]
    pub fn take_log(&self) -> String {
        let TakenLog { messages, lost } = self.machine_mut().take_log();
        let view = |message: LogMessage| MessageView {
            instance: message.instance.number(),
            function: message.function,
            offset: message.offset,
            time: message.time,
            text: message.text,
        };
        to_text(&LogView {
            messages: messages.into_iter().map(view).collect(),
            lost: lost as f64,
        })
    }

    /// The value of an expression in the frame at a distance from the innermost one; where no call is under way, in none.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn evaluate(&self, expression: &str, frame: u32) -> Result<String, JsValue> {
        let value = self.value_of(&self.machine(), expression, frame);
        let value = value.map_err(|error| runtime_error(&error))?;
        Ok(self.look(|viewer| evaluated(value, &viewer)))
    }

    /// Whether an expression is true in the innermost frame.
    ///
    /// # Errors
    /// An error for the class `UsageError`.
    pub fn holds(&self, expression: &str) -> Result<bool, JsValue> {
        let value = self.value_of(&self.machine(), expression, 0);
        let value = value.map_err(|error| runtime_error(&error))?;
        Ok(value.is_true())
    }
}
