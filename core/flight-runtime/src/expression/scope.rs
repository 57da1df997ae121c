//! What the names and places of an expression stand for.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use flight_wasm::{ExternIdx, FuncIdx, GlobalIdx, LocalIdx, ValueType};

use super::program::Op;
use crate::context::mark;
use crate::interpreter::{InstanceId, Interpreter};
use crate::slot;
use crate::store::FunctionKind;
use crate::{Error, Result};

/// Where an expression is evaluated, as far as it is known beforehand.
pub(crate) struct Scope<'a> {
    machine: &'a Interpreter,
    instance: Option<InstanceId>,
    /// The function of the instance's module; `None` for a host function, or where there is no frame.
    func: Option<FuncIdx>,
    locals: Vec<ValueType>,
    operands: Vec<ValueType>,
    /// The first slot of the frame's operands, relative to the frame.
    first_operand: u32,
    base: u32,
}

/// A memory of the instance.
pub(super) struct Memory {
    /// Its address in the store.
    pub(super) address: u32,
    pub(super) is64: bool,
}

impl<'a> Scope<'a> {
    /// Where there is no frame.
    pub(super) fn outside(machine: &'a Interpreter, instance: InstanceId) -> Self {
        Self {
            machine,
            instance: Some(instance),
            func: None,
            locals: Vec::new(),
            operands: Vec::new(),
            first_operand: 0,
            base: 0,
        }
    }

    /// The first slot of the frame.
    pub(super) fn base(&self) -> u32 {
        self.base
    }

    pub(super) fn local_at(&self, index: u64) -> Result<(Op, ValueType), String> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        match (self.locals.get(..index), self.locals.get(index)) {
            (Some(before), Some(ty)) => Ok((Op::slot(slot::slot_count(before), *ty), *ty)),
            _ => Err(format!(
                "there is no local {index}: the function has {}",
                self.locals.len()
            )),
        }
    }

    pub(super) fn local_named(&self, name: &str) -> Result<(Op, ValueType), String> {
        let names = self.instance.zip(self.func).map(|(instance, func)| {
            let names = self.machine.module(instance).names();
            move |index| names.local(func, LocalIdx(index))
        });
        let found = names.and_then(|name_of| {
            (0..self.locals.len() as u32).find(|index| name_of(*index) == Some(name))
        });
        match found {
            Some(index) => self.local_at(index.into()),
            None => Err(format!("no local has the name {name:?}")),
        }
    }

    /// An operand counted from the top.
    pub(super) fn operand(&self, position: u64) -> Result<(Op, ValueType), String> {
        let count = self.operands.len();
        let below = usize::try_from(position)
            .ok()
            .and_then(|position| count.checked_sub(position)?.checked_sub(1));
        let Some(below) = below else {
            return Err(match count {
                0 => "there is no operand here".into(),
                _ => format!("there is no operand {position}: there are {count} here"),
            });
        };
        let ty = self.operands[below];
        let before = slot::slot_count(&self.operands[..below]);
        Ok((Op::slot(self.first_operand + before, ty), ty))
    }

    pub(super) fn global_at(&self, index: u64) -> Result<(Op, ValueType), String> {
        let own = self
            .instance
            .map(|instance| self.machine.instance(instance));
        let globals = own.map_or(&[][..], |own| &own.globals);
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        match globals.get(at) {
            Some(address) => {
                let global = self.machine.context.store.globals[*address as usize];
                let ty = global.ty.content;
                let cell = global.cell;
                Ok((Op::Cell { cell, ty }, ty))
            }
            None => Err(format!(
                "there is no global {index}: the module has {}",
                globals.len()
            )),
        }
    }

    pub(super) fn global_named(&self, name: &str) -> Result<(Op, ValueType), String> {
        let found = self.instance.and_then(|instance| {
            let module = self.machine.module(instance);
            let count = module.globals().len() as u32;
            let named = |idx: ExternIdx, its: &str| match idx {
                ExternIdx::Global(global) if its == name => Some(global.0),
                _ => None,
            };
            let exports = module.exports().iter();
            let imports = module.imports().iter();
            (0..count)
                .find(|index| module.names().global(GlobalIdx(*index)) == Some(name))
                .or_else(|| exports.clone().find_map(|at| named(at.idx, &at.name)))
                .or_else(|| imports.clone().find_map(|at| named(at.idx, &at.name)))
        });
        match found {
            Some(index) => self.global_at(index.into()),
            None => Err(format!("no global has the name {name:?}")),
        }
    }

    pub(super) fn memory(&self, index: u64) -> Result<Memory, String> {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        let found = self.instance.and_then(|instance| {
            let own = self.machine.instance(instance);
            Some(Memory {
                address: *own.memories.get(at)?,
                is64: own.module.memories().get(at)?.is64,
            })
        });
        found.ok_or_else(|| format!("there is no memory {index}"))
    }
}

impl Interpreter {
    /// The scope of a place in a function of an instance, for whatever frame stands there.
    pub(crate) fn scope_at(&self, instance: InstanceId, func: FuncIdx, offset: u32) -> Scope<'_> {
        let analysis = self.analysis(instance.0, func);
        let address = self.instance(instance).functions[func.index()];
        Scope {
            machine: self,
            instance: Some(instance),
            func: Some(func),
            locals: analysis.locals.clone(),
            operands: analysis.operands(offset),
            first_operand: self.code.local_slots(address).unwrap_or(0),
            base: 0,
        }
    }

    pub(super) fn scope_of_frame(&self, distance: usize) -> Result<Scope<'_>> {
        let position = self.depth().checked_sub(distance);
        let position = position.and_then(|position| position.checked_sub(1));
        let Some(position) = position else {
            let depth = self.depth();
            return Err(Error::Usage(format!(
                "there is no frame {distance}: there are {depth}"
            )));
        };
        let frame = self.context.frames[position];
        let Some(place) = self.place_of(position) else {
            let caller = match position.checked_sub(1) {
                Some(below) if !frame.is(mark::ENTRY) => self.context.frames.get(below),
                _ => None,
            };
            let caller =
                caller.map(|caller| self.context.store.functions[caller.function as usize].kind);
            return Ok(Scope {
                machine: self,
                instance: match caller {
                    Some(FunctionKind::Guest { instance, .. }) => Some(InstanceId(instance)),
                    _ => None,
                },
                func: None,
                locals: self
                    .context
                    .store
                    .func_type(frame.function)
                    .params()
                    .to_vec(),
                operands: Vec::new(),
                first_operand: 0,
                base: frame.base,
            });
        };
        let mut scope = self.scope_at(InstanceId(place.instance), place.func, place.offset);
        scope.base = frame.base;
        if place.waits {
            let analysis = self.analysis(place.instance, place.func);
            let kept = scope.operands.len() - analysis.takes(place.offset);
            scope.operands.truncate(kept);
        }
        Ok(scope)
    }
}
