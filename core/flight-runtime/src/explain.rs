//! What the next instruction is about to do, in a sentence and as data.

mod bulk;
mod objects;
mod transfers;
mod wide;

pub(crate) use transfers::exception_words;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use flight_wasm::wasmparser::{MemArgTarget, Operator};
use flight_wasm::{Value, mnemonic};

use crate::TrapKind;
use crate::access::{MemoryAccess, memory_access, numeric_access};
use crate::analysis::with_operator;
use crate::context::State;
use crate::inspect::{FrameView, Place};
use crate::interpreter::Interpreter;
use crate::numeric::{self, for_each_numeric};
use crate::slot::{self, Slot, Typed, typed};

/// What the next instruction is about to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Its byte offset in the module.
    pub offset: u32,
    /// Its name, such as `i32.add`.
    pub mnemonic: String,
    /// Its name and immediates.
    pub instruction: String,
    /// The operands that it takes, deepest first.
    pub takes: Vec<Value>,
    /// What it pushes, where that can be told beforehand.
    pub gives: Option<Vec<Value>>,
    /// A sentence that says it.
    pub text: String,
}

/// What an instruction will do, as far as it can be told.
enum Effect {
    /// It pushes these values.
    Pushes(Vec<Value>),
    /// It traps.
    Traps(TrapKind),
    /// It does this, in words that follow the operands.
    Does(String),
}

impl Interpreter {
    /// Explains the next instruction; `None` unless the machine is `Paused`.
    pub fn explain(&self) -> Option<Explanation> {
        if self.state() != State::Paused {
            return None;
        }
        let place = self.place_of(self.depth().checked_sub(1)?)?;
        let frame = self.frame(0)?;
        let takes = self.next_operands()?;
        let module = &self.context.store.instances[place.instance as usize].module;
        with_operator(module, place.func, place.offset, |operator| {
            let name = mnemonic(operator);
            let effect = self.effect(operator, &takes, &frame, &place);
            let taken = match &takes[..] {
                [] => String::new(),
                values => format!(" takes {}", list(values)),
            };
            let (gives, rest) = match effect {
                Effect::Pushes(values) => {
                    let rest = match &values[..] {
                        [] => String::new(),
                        values => format!(" pushes {}", list(values)),
                    };
                    (Some(values), rest)
                }
                Effect::Traps(kind) => (None, format!(" traps: {kind}")),
                Effect::Does(words) if words.is_empty() => (None, words),
                Effect::Does(words) => (None, format!(" {words}")),
            };
            let comma = if taken.is_empty() || rest.is_empty() {
                ""
            } else {
                ","
            };
            Explanation {
                offset: place.offset,
                instruction: flight_wasm::instruction_text(operator),
                text: format!("{name}{taken}{comma}{rest}"),
                mnemonic: name,
                takes,
                gives,
            }
        })
    }

    /// Whether the next instruction is about to trap, as far as its operands tell: not for want of room for a call.
    pub(crate) fn next_traps(&self) -> bool {
        let traps = || {
            let place = self.place_of(self.depth().checked_sub(1)?)?;
            let (frame, takes) = (self.frame(0)?, self.next_operands()?);
            let module = &self.context.store.instances[place.instance as usize].module;
            with_operator(module, place.func, place.offset, |operator| {
                matches!(
                    self.effect(operator, &takes, &frame, &place),
                    Effect::Traps(_)
                )
            })
        };
        traps().unwrap_or(false)
    }

    fn effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        frame: &FrameView,
        place: &Place,
    ) -> Effect {
        if let Some(result) = evaluate(operator, takes) {
            return match result {
                Ok(value) => Effect::Pushes(Vec::from([value])),
                Err(kind) => Effect::Traps(kind),
            };
        }
        if let Some(effect) = self.wide_effect(operator, takes, place) {
            return effect;
        }
        if let Some(access) = numeric_access(operator) {
            return self.access_effect(operator, &access, takes, place);
        }
        let effect = self.object_effect(operator, takes, frame, place);
        let effect = effect.or_else(|| self.transfer_effect(operator, takes, frame, place));
        if let Some(effect) = effect.or_else(|| self.bulk_effect(operator, takes, place)) {
            return effect;
        }
        let local = |index: u32| {
            let local = frame.locals.get(index as usize);
            with(
                format!("local {index}"),
                local.and_then(|local| local.name.as_deref()),
            )
        };
        let own = &self.context.store.instances[place.instance as usize];
        let pushes = |value: Value| Effect::Pushes(Vec::from([value]));
        let does = |words: &str| Effect::Does(words.to_string());
        let function = |index: u32| match own.module.function_name(flight_wasm::FuncIdx(index)) {
            Some(name) => format!("calls {name}"),
            None => format!("calls function {index}"),
        };
        let truth = |yes: &str, no: &str| match takes.last() {
            Some(Value::I32(0)) => does(no),
            _ => does(yes),
        };
        match *operator {
            Operator::LocalGet { local_index } => match frame.locals.get(local_index as usize) {
                Some(found) => pushes(found.value),
                None => does(""),
            },
            Operator::LocalSet { local_index } => {
                Effect::Does(format!("puts it into {}", local(local_index)))
            }
            Operator::LocalTee { local_index } => Effect::Does(format!(
                "puts it into {} and pushes it again",
                local(local_index)
            )),
            Operator::GlobalGet { global_index } => {
                pushes(self.global_value(own.globals[global_index as usize]))
            }
            Operator::GlobalSet { global_index } => {
                Effect::Does(format!("puts it into global {global_index}"))
            }
            Operator::I32Const { value } => pushes(value.into()),
            Operator::I64Const { value } => pushes(value.into()),
            Operator::F32Const { value } => pushes(f32::from_bits(value.bits()).into()),
            Operator::F64Const { value } => pushes(f64::from_bits(value.bits()).into()),
            Operator::RefIsNull => pushes(takes.last().is_some_and(Value::is_null).into()),
            Operator::Select | Operator::TypedSelect { .. } => match takes {
                [a, b, condition] => pushes(if *condition == Value::I32(0) { *b } else { *a }),
                _ => does(""),
            },
            Operator::MemorySize { mem } => {
                let memory = own.memories[mem as usize] as usize;
                let pages = self.context.store.memories[memory].pages();
                let is64 = own.module.memories()[mem as usize].is64;
                pushes(if is64 {
                    pages.into()
                } else {
                    (pages as u32).into()
                })
            }
            Operator::Unreachable => Effect::Traps(TrapKind::Unreachable),
            Operator::Nop => does("does nothing"),
            Operator::Drop => does("and drops it"),
            Operator::Block { .. } => does("opens a block: branches to it go behind its end"),
            Operator::Loop { .. } => does("opens a loop: branches to it come back here"),
            Operator::If { .. } => truth("enters the first arm", "skips the first arm"),
            Operator::Else => does("ends the first arm: goes behind the end"),
            Operator::End if frame.labels.len() <= 1 => match &frame.operands[..] {
                [] => does("returns"),
                results => Effect::Does(format!("returns {}", list(results))),
            },
            Operator::End => does("closes the block"),
            Operator::Br { relative_depth } => Effect::Does(target(frame, relative_depth)),
            Operator::BrIf { relative_depth } => {
                truth(&target(frame, relative_depth), "does not branch")
            }
            Operator::Return => does("returns from the function"),
            Operator::Call { function_index } => Effect::Does(function(function_index)),
            Operator::ReturnCall { function_index } => {
                Effect::Does(format!("returns and {} instead", function(function_index)))
            }
            _ => does(""),
        }
    }

    /// What a load will push, or a store write.
    fn access_effect(
        &self,
        operator: &Operator<'_>,
        &MemoryAccess { memarg, width, .. }: &MemoryAccess<'_>,
        takes: &[Value],
        place: &Place,
    ) -> Effect {
        let MemArgTarget::Memory(index) = memarg.target else {
            return Effect::Does(String::new());
        };
        let own = &self.context.store.instances[place.instance as usize];
        let memory = &self.context.store.memories[own.memories[index as usize] as usize];
        let Some(address) = takes.first().map(|value| slot::slots_of(*value).0) else {
            return Effect::Does(String::new());
        };
        let Some(address) = address.checked_add(memarg.offset) else {
            return Effect::Traps(TrapKind::MemoryOutOfBounds);
        };
        let Ok(bytes) = memory.read(address, width) else {
            return Effect::Traps(TrapKind::MemoryOutOfBounds);
        };
        match loaded(operator, bytes) {
            Some(value) => Effect::Pushes(Vec::from([value])),
            None => {
                let bytes = if width == 1 { "byte" } else { "bytes" };
                Effect::Does(format!("writes {width} {bytes} at address 0x{address:08x}"))
            }
        }
    }

    /// Why the next instruction traps, with the operands at hand.
    pub(crate) fn explain_trap(&self, kind: TrapKind, takes: &[Value]) -> String {
        let Some(place) = self
            .depth()
            .checked_sub(1)
            .and_then(|top| self.place_of(top))
        else {
            return String::new();
        };
        let own = &self.context.store.instances[place.instance as usize];
        let explain = |operator: &Operator<'_>| match (kind, takes) {
            (TrapKind::Unreachable, _) => "an unreachable instruction was reached".to_string(),
            (TrapKind::IntegerDivideByZero, [a, _]) => format!("{a} was to be divided by 0"),
            (TrapKind::IntegerOverflow, [a, b]) => {
                format!("the quotient of {a} and {b} does not fit the type")
            }
            (TrapKind::IntegerOverflow, [a]) => format!("{a} does not fit the integer type"),
            (TrapKind::InvalidConversionToInteger, [a]) => format!("{a} is no number"),
            (TrapKind::MemoryOutOfBounds, [address, ..]) => match memory_access(operator) {
                Some(MemoryAccess { memarg, width, .. }) => {
                    let MemArgTarget::Memory(index) = memarg.target else {
                        return String::new();
                    };
                    let memory = own.memories[index as usize] as usize;
                    let size = self.context.store.memories[memory].size();
                    let base = slot::slots_of(*address).0;
                    let offset = match memarg.offset {
                        0 => String::new(),
                        offset => format!(" + offset {offset}"),
                    };
                    format!(
                        "address {base}{offset} + {width} bytes is past the end of memory {index}, {size} bytes"
                    )
                }
                None => format!("the operands {} reach past an end", list(takes)),
            },
            (TrapKind::TableOutOfBounds, _) => {
                format!("the operands {} reach past an end", list(takes))
            }
            (TrapKind::UndefinedElement | TrapKind::UninitializedElement, [.., index]) => {
                let what = match kind {
                    TrapKind::UndefinedElement => "is past the end of the table",
                    _ => "of the table is null",
                };
                format!("entry {} {what}", slot::slots_of(*index).0)
            }
            (TrapKind::CallStackExhausted, _) => {
                format!("{} calls lie on each other", self.depth())
            }
            _ => {
                let why = self.why_object(kind, operator, takes, own);
                let why = why.or_else(|| self.why_transfer(kind, operator, takes, own));
                why.or_else(|| wide::why(kind, operator, takes))
                    .unwrap_or_default()
            }
        };
        with_operator(&own.module, place.func, place.offset, explain).unwrap_or_default()
    }
}

/// Values in words: `4 and 6`, `1, 2 and 3`.
fn list(values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(ToString::to_string).collect();
    match &words[..] {
        [] => "nothing".to_string(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Words with a name behind them, if there is one: `local 3 ($count)`.
fn with(words: String, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{words} (${name})"),
        None => words,
    }
}

/// Where a branch goes.
fn target(frame: &FrameView, depth: u32) -> String {
    let label = frame
        .labels
        .len()
        .checked_sub(1 + depth as usize)
        .map(|at| frame.labels[at]);
    match label {
        Some(label) if label.kind == "loop" => "branches back to the loop".to_string(),
        Some(label) if label.kind == "func" => "returns from the function".to_string(),
        Some(label) => format!("branches behind the end of the {}", label.kind),
        None => "branches".to_string(),
    }
}

fn operand<A: Slot>(values: &[Value], position: usize) -> Option<A> {
    values
        .get(position)
        .map(|value| A::from_slot(slot::slots_of(*value).0))
}

fn unary<A: Slot, R: Typed>(f: impl Fn(A) -> R, takes: &[Value]) -> Option<Value> {
    Some(typed(f(operand(takes, 0)?)))
}

fn binary<A: Slot, B: Slot, R: Typed>(f: impl Fn(A, B) -> R, takes: &[Value]) -> Option<Value> {
    Some(typed(f(operand(takes, 0)?, operand(takes, 1)?)))
}

fn try_unary<A: Slot, R: Typed>(
    f: impl Fn(A) -> Result<R, TrapKind>,
    takes: &[Value],
) -> Option<Result<Value, TrapKind>> {
    Some(f(operand(takes, 0)?).map(typed))
}

fn try_binary<A: Slot, B: Slot, R: Typed>(
    f: impl Fn(A, B) -> Result<R, TrapKind>,
    takes: &[Value],
) -> Option<Result<Value, TrapKind>> {
    Some(f(operand(takes, 0)?, operand(takes, 1)?).map(typed))
}

fn load<R: Typed, const N: usize>(f: impl Fn([u8; N]) -> R, bytes: &[u8]) -> Option<Value> {
    Some(typed(f(bytes.try_into().ok()?)))
}

macro_rules! by_operator {
    (evaluate $operator:ident $takes:ident
     unary { $($unary:ident $f1:ident;)* } unary_trapping { $($unary_trapping:ident $f2:ident;)* }
     compare { $($compare:ident $f5:ident;)* } binary { $($binary:ident $f3:ident;)* }
     binary_trapping { $($binary_trapping:ident $f4:ident;)* } $($rest:tt)*) => {
        match $operator {
            $(Operator::$unary => unary(numeric::$f1, $takes).map(Ok),)*
            $(Operator::$unary_trapping => try_unary(numeric::$f2, $takes),)*
            $(Operator::$compare => binary(numeric::$f5, $takes).map(Ok),)*
            $(Operator::$binary => binary(numeric::$f3, $takes).map(Ok),)*
            $(Operator::$binary_trapping => try_binary(numeric::$f4, $takes),)*
            _ => None,
        }
    };
    (loaded $operator:ident $bytes:ident
     unary $u:tt unary_trapping $ut:tt compare $c:tt binary $b:tt binary_trapping $bt:tt
     load { $($load:ident $f1:ident;)* } store $stores:tt) => {
        match $operator {
            $(Operator::$load { .. } => load(numeric::$f1, $bytes),)*
            _ => None,
        }
    };
}

/// The result of a numeric instruction on these operands; `None` if it is none.
fn evaluate(operator: &Operator<'_>, takes: &[Value]) -> Option<Result<Value, TrapKind>> {
    for_each_numeric! { by_operator! { evaluate operator takes } }
}

/// What a load makes of these bytes; `None` for a store.
fn loaded(operator: &Operator<'_>, bytes: &[u8]) -> Option<Value> {
    for_each_numeric! { by_operator! { loaded operator bytes } }
}
