//! Explanations of what leaves the straight line: branches by table, indirect calls, exceptions.

use alloc::format;
use alloc::string::{String, ToString};

use flight_wasm::wasmparser::{Catch, Operator};
use flight_wasm::{FuncRef, TagIdx, Value};

use super::objects::slot_at;
use super::{Effect, list, target, with};
use crate::TrapKind;
use crate::inspect::{FrameView, Place};
use crate::interpreter::Interpreter;
use crate::slot::{self, slot_function};
use crate::store::{HOST_TAG, ModuleInstance};
use crate::trap::Exception;

impl Interpreter {
    /// What such an instruction will do; `None` for another one.
    pub(super) fn transfer_effect(
        &self,
        operator: &Operator<'_>,
        takes: &[Value],
        frame: &FrameView,
        place: &Place,
    ) -> Option<Effect> {
        let own = &self.context.store.instances[place.instance as usize];
        let does = |words: &str| Effect::Does(words.to_string());
        let last = takes
            .last()
            .map_or(slot::NULL, |value| slot::slots_of(*value).0);
        let calls = |function: Result<u32, TrapKind>, begin: &str, end: &str| match function {
            Ok(address) => Effect::Does(format!(
                "{begin}calls {}{end}",
                self.function_words(own, address)
            )),
            Err(kind) => Effect::Traps(kind),
        };
        Some(match operator {
            Operator::BrTable { targets } => {
                let index = last as u32;
                let (depth, which) = match targets.targets().nth(index as usize) {
                    Some(Ok(depth)) => (depth, format!("by entry {index}")),
                    _ => (targets.default(), "by default".to_string()),
                };
                Effect::Does(format!("{} {which}", target(frame, depth)))
            }
            Operator::CallIndirect {
                type_index,
                table_index,
            } => calls(self.indirect(own, *type_index, *table_index, last), "", ""),
            Operator::ReturnCallIndirect {
                type_index,
                table_index,
            } => {
                let function = self.indirect(own, *type_index, *table_index, last);
                calls(function, "returns and ", " instead")
            }
            Operator::CallRef { .. } => {
                calls(slot_function(last).ok_or(TrapKind::NullFunction), "", "")
            }
            Operator::ReturnCallRef { .. } => {
                let function = slot_function(last).ok_or(TrapKind::NullFunction);
                calls(function, "returns and ", " instead")
            }
            Operator::Throw { .. } | Operator::ThrowRef | Operator::Rethrow { .. } => {
                match self.describe_thrown() {
                    Some(exception) => self.throwing(&exception),
                    None => Effect::Traps(TrapKind::NullException),
                }
            }
            Operator::TryTable { try_table } => {
                if try_table.catches.is_empty() {
                    return Some(does("opens a block that catches nothing"));
                }
                let mut caught = String::new();
                for catch in &try_table.catches {
                    if !caught.is_empty() {
                        caught.push_str(", ");
                    }
                    let words = match catch {
                        Catch::One { tag, .. } => tag_words(own, *tag),
                        Catch::OneRef { tag, .. } => tag_words(own, *tag) + " with its reference",
                        Catch::All { .. } => "everything".to_string(),
                        Catch::AllRef { .. } => "everything with its reference".to_string(),
                    };
                    caught.push_str(&words);
                }
                Effect::Does(format!("opens a block that catches {caught}"))
            }
            Operator::Try { .. } => does("opens a block whose exceptions go to its arms"),
            Operator::Catch { .. } | Operator::CatchAll => {
                does("ends what is before the arm: goes behind the end")
            }
            Operator::Delegate { .. } => does("closes the block"),
            _ => return None,
        })
    }

    /// The function that an entry of a table refers to, if it has the type.
    fn indirect(
        &self,
        own: &ModuleInstance,
        ty: u32,
        table: u32,
        index: u64,
    ) -> Result<u32, TrapKind> {
        let store = &self.context.store;
        let table = &store.tables[own.tables[table as usize] as usize];
        let entry = table.get(index).ok_or(TrapKind::UndefinedElement)?;
        let address = slot_function(entry).ok_or(TrapKind::UninitializedElement)?;
        let found = store.functions[address as usize].type_id;
        match store.types.is_subtype(found, own.type_ids[ty as usize]) {
            true => Ok(address),
            false => Err(TrapKind::IndirectCallTypeMismatch),
        }
    }

    /// A function's name; without one its index, if it is one of the module's, or else its address.
    pub(super) fn function_words(&self, own: &ModuleInstance, address: u32) -> String {
        if let Some(name) = self.function_name(FuncRef(address)) {
            return name.to_string();
        }
        match own
            .functions
            .iter()
            .position(|function| *function == address)
        {
            Some(index) => format!("function {index}"),
            None => format!("a function of another module, func {address}"),
        }
    }

    fn throwing(&self, exception: &Exception) -> Effect {
        let what = exception_words(exception);
        let slots = self.context.store.tag_params(exception.tag);
        Effect::Does(
            match self.handler_depth(exception.tag, slot::slot_count(slots)) {
                None => format!("throws {what}, nothing catches it"),
                Some(0) => format!("throws {what}, caught in this function"),
                Some(1) => format!("throws {what}, caught by the caller"),
                Some(depth) => format!("throws {what}, caught {depth} calls up"),
            },
        )
    }

    /// Why an instruction that calls or throws traps.
    pub(super) fn why_transfer(
        &self,
        kind: TrapKind,
        operator: &Operator<'_>,
        takes: &[Value],
        own: &ModuleInstance,
    ) -> Option<String> {
        Some(match kind {
            TrapKind::NullFunction => "null was to be called".to_string(),
            TrapKind::NullException => "null was to be thrown".to_string(),
            TrapKind::UncaughtException => {
                format!(
                    "{} was thrown and nothing catches it",
                    exception_words(&self.describe_thrown()?)
                )
            }
            TrapKind::IndirectCallTypeMismatch => {
                let (Operator::CallIndirect {
                    type_index,
                    table_index,
                }
                | Operator::ReturnCallIndirect {
                    type_index,
                    table_index,
                }) = operator
                else {
                    return None;
                };
                let store = &self.context.store;
                let index = slot_at(takes, takes.len() - 1);
                let table = &store.tables[own.tables[*table_index as usize] as usize];
                let address = slot_function(table.get(index)?)?;
                let wanted = own.type_ids[*type_index as usize];
                let (found, wanted) = (store.func_type(address), store.types.func(wanted));
                let name = self.function_words(own, address);
                match found == wanted {
                    true => format!("entry {index} is {name}, of another type {found}"),
                    false => format!("entry {index} is {name} of type {found}, not {wanted}"),
                }
            }
            _ => return None,
        })
    }
}

/// `tag 3` or `tag 3 ($overflow)`.
fn tag_words(own: &ModuleInstance, tag: u32) -> String {
    with(format!("tag {tag}"), own.module.names().tag(TagIdx(tag)))
}

/// `$overflow with 1 and 2`.
pub(crate) fn exception_words(exception: &Exception) -> String {
    let name = match &exception.name {
        Some(name) => format!("${name}"),
        None if exception.tag == HOST_TAG => "an exception of the host's".to_string(),
        None => format!("an exception of tag {}", exception.tag),
    };
    match &exception.arguments[..] {
        [] => name,
        arguments => format!("{name} with {}", list(arguments)),
    }
}
