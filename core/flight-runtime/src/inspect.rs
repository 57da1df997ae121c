//! Looking in: copies of plain data in the user's terms.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use flight_wasm::{
    ExternIdx, FuncIdx, FuncRef, GlobalIdx, LocalIdx, TableType, TagIdx, Value, ValueType,
};

use crate::analysis::{Label, instruction_at};
use crate::context::{CallFrame, State, mark};
use crate::imports::Extern;
use crate::interpreter::{InstanceId, Interpreter};
use crate::slot;
use crate::store::FunctionKind;
use crate::trap::{TagRef, Trap, TrapFrame};
use crate::{Error, Result, TrapKind};

/// A local of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalView {
    /// Its index, parameters first.
    pub index: u32,
    /// Its name in the name section.
    pub name: Option<Box<str>>,
    /// Whether it is a parameter.
    pub parameter: bool,
    /// Its value.
    pub value: Value,
}

/// A call that has not returned.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameView {
    /// The function's address in the store.
    pub address: FuncRef,
    /// The instance that the function belongs to; `None` for a host function.
    pub instance: Option<InstanceId>,
    /// The function's index in its module; for a host function its address in the store.
    pub function: u32,
    /// The function's name.
    pub name: Option<Box<str>>,
    /// Whether it is the embedder's.
    pub host: bool,
    /// The byte offset of the next instruction, or of the call in frames that wait; `None` in a host function.
    pub offset: Option<u32>,
    /// That instruction with its immediates.
    pub instruction: Option<String>,
    /// Parameters and locals; for a host function its arguments.
    pub locals: Vec<LocalView>,
    /// The frame's operands, bottom first.
    pub operands: Vec<Value>,
    /// The labels open at the instruction, outermost first.
    pub labels: Vec<Label>,
}

/// A global of an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalView {
    /// Its index.
    pub index: u32,
    /// Its name: from the name section, else that of its export or import.
    pub name: Option<Box<str>>,
    /// Whether it can be changed.
    pub mutable: bool,
    /// Whether it is imported.
    pub imported: bool,
    /// Its value.
    pub value: Value,
}

/// Where a frame stands in its module.
pub(crate) struct Place {
    pub(crate) instance: u32,
    pub(crate) func: FuncIdx,
    pub(crate) offset: u32,
    /// Whether the frame waits for a call's return.
    pub(crate) waits: bool,
}

/// How many frames a trap carries at most.
const TRAP_FRAMES: usize = 100;

impl Interpreter {
    /// All frames, innermost first.
    pub fn frames(&self) -> Vec<FrameView> {
        (0..self.depth())
            .filter_map(|distance| self.frame(distance))
            .collect()
    }

    /// The frame at a distance from the innermost one, which has distance 0.
    pub fn frame(&self, distance: usize) -> Option<FrameView> {
        let position = self.depth().checked_sub(distance)?.checked_sub(1)?;
        let frame = self.context.frames[position];
        if frame.is(mark::HOST) {
            return Some(self.host_frame(frame));
        }
        let place = self.place_of(position)?;
        let own = &self.context.store.instances[place.instance as usize];
        Some(FrameView {
            address: FuncRef(frame.function),
            instance: Some(InstanceId(place.instance)),
            function: place.func.0,
            name: own.module.function_name(place.func).map(Into::into),
            host: false,
            offset: Some(place.offset),
            instruction: instruction_at(&own.module, place.func, place.offset),
            locals: self.locals_of(frame, &place),
            operands: self.operands_of(frame, &place),
            labels: self
                .analysis(place.instance, place.func)
                .labels(place.offset),
        })
    }

    fn host_frame(&self, frame: CallFrame) -> FrameView {
        let types = self.context.store.func_type(frame.function).params();
        let slots = &self.context.stack.slots()[frame.base as usize..];
        let local = |(index, value)| LocalView {
            index: index as u32,
            name: None,
            parameter: true,
            value,
        };
        FrameView {
            address: FuncRef(frame.function),
            instance: None,
            function: frame.function,
            name: self.function_name(FuncRef(frame.function)).map(Into::into),
            host: true,
            offset: None,
            instruction: None,
            locals: slot::read_values(types, slots, &self.context.store.heap)
                .into_iter()
                .enumerate()
                .map(local)
                .collect(),
            operands: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Where the frame at this position, counted from the outermost one, stands; `None` for a host function's.
    pub(crate) fn place_of(&self, position: usize) -> Option<Place> {
        let frame = self.context.frames[position];
        let FunctionKind::Guest { instance, func } =
            self.context.store.functions[frame.function as usize].kind
        else {
            return None;
        };
        let waits = position + 1 < self.depth();
        let offset = match waits {
            _ if self.is_folded(frame) => self.folded_offset(frame, waits),
            true => self.code.offset_before(frame.function, frame.ip),
            false => self.code.offset_at(frame.function, frame.ip),
        }?;
        Some(Place {
            instance,
            func,
            offset,
            waits,
        })
    }

    fn locals_of(&self, frame: CallFrame, place: &Place) -> Vec<LocalView> {
        let module = &self.context.store.instances[place.instance as usize].module;
        let analysis = self.analysis(place.instance, place.func);
        let parameters = module.func_type(place.func).params().len();
        let slots = &self.context.stack.slots()[frame.base as usize..];
        let local = |(index, value)| LocalView {
            index: index as u32,
            name: module
                .names()
                .local(place.func, LocalIdx(index as u32))
                .map(Into::into),
            parameter: index < parameters,
            value,
        };
        slot::read_values(&analysis.locals, slots, &self.context.store.heap)
            .into_iter()
            .enumerate()
            .map(local)
            .collect()
    }

    /// The frame's operands, bottom first; of a frame that waits, without the arguments of its call.
    pub(crate) fn operands_of(&self, frame: CallFrame, place: &Place) -> Vec<Value> {
        let analysis = self.analysis(place.instance, place.func);
        let mut types = analysis.operands(place.offset);
        if place.waits {
            types.truncate(types.len() - analysis.takes(place.offset));
        }
        let locals = self.code.local_slots(frame.function).unwrap_or(0);
        let first = frame.base as usize + locals as usize;
        slot::read_values(
            &types,
            &self.context.stack.slots()[first..],
            &self.context.store.heap,
        )
    }

    /// A function's name: from the name section, else that of its export or import.
    pub fn function_name(&self, func: FuncRef) -> Option<&str> {
        match self.context.store.functions.get(func.0 as usize)?.kind {
            FunctionKind::Host { host } => Some(&self.hosts[host as usize].0),
            FunctionKind::Guest { instance, func } => self.context.store.instances
                [instance as usize]
                .module
                .function_name(func),
        }
    }

    /// The index of a function in the module of an instance, if it is in its index space.
    pub fn function_index(&self, instance: InstanceId, func: FuncRef) -> Option<u32> {
        index_of(&self.instance(instance).functions, func.0)
    }

    /// The index that a memory has in an instance, by its address in the store; `None` if it has none.
    pub fn memory_index(&self, instance: InstanceId, address: u32) -> Option<u32> {
        index_of(&self.instance(instance).memories, address)
    }

    /// The index that a table has in an instance, by its address in the store; `None` if it has none.
    pub fn table_index(&self, instance: InstanceId, address: u32) -> Option<u32> {
        index_of(&self.instance(instance).tables, address)
    }

    /// The index that a global has in an instance, by its address in the store; `None` if it has none.
    pub fn global_index(&self, instance: InstanceId, address: u32) -> Option<u32> {
        index_of(&self.instance(instance).globals, address)
    }

    /// The offsets of all instructions of a function of a module.
    pub fn instruction_offsets(module: &flight_wasm::Module, func: FuncIdx) -> Vec<u32> {
        crate::analysis::Analysis::of(module, func, &[])
            .offsets()
            .collect()
    }

    pub(crate) fn global_value(&self, address: u32) -> Value {
        let global = self.context.store.globals[address as usize];
        let cells = &self.context.store.cells[global.cell as usize..];
        slot::value_of(
            global.ty.content,
            cells[0],
            cells.get(1).copied().unwrap_or(0),
            &self.context.store.heap,
        )
    }

    /// The globals of an instance.
    pub fn globals(&self, instance: InstanceId) -> Vec<GlobalView> {
        let own = self.instance(instance);
        let imported = own.module.globals().len() - own.module.defined_globals().len();
        let view = |(index, address): (usize, &u32)| GlobalView {
            index: index as u32,
            name: self
                .global_name(instance, GlobalIdx(index as u32))
                .map(Into::into),
            mutable: self.context.store.globals[*address as usize].ty.mutable,
            imported: index < imported,
            value: self.global_value(*address),
        };
        own.globals.iter().enumerate().map(view).collect()
    }

    fn global_name(&self, instance: InstanceId, global: GlobalIdx) -> Option<&str> {
        let module = self.module(instance);
        let named = |idx: ExternIdx| idx == ExternIdx::Global(global);
        module.names().global(global).or_else(|| {
            let exported = module.exports().iter().find(|export| named(export.idx));
            let imported = module.imports().iter().find(|import| named(import.idx));
            exported
                .map(|export| &*export.name)
                .or(imported.map(|import| &*import.name))
        })
    }

    pub(crate) fn memory_address(&self, instance: InstanceId, index: u32) -> Result<usize> {
        let memories = &self.instance(instance).memories;
        match memories.get(index as usize) {
            Some(address) => Ok(*address as usize),
            None => Err(Error::Usage(format!(
                "there is no memory {index}: the module has {}",
                memories.len()
            ))),
        }
    }

    /// The size in bytes of a memory of an instance.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such memory.
    pub fn memory_size(&self, instance: InstanceId, index: u32) -> Result<u64> {
        Ok(self.context.store.memories[self.memory_address(instance, index)?].size())
    }

    /// Bytes of a memory of an instance.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such memory or the bytes are not all inside of it.
    pub fn read_memory(
        &self,
        instance: InstanceId,
        index: u32,
        address: u64,
        length: u64,
    ) -> Result<&[u8]> {
        let memory = &self.context.store.memories[self.memory_address(instance, index)?];
        memory
            .read(address, length)
            .map_err(|error| Error::Usage(error.to_string()))
    }

    /// The type of a table of an instance, with its present size as the minimum.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such table.
    pub fn table_type(&self, instance: InstanceId, index: u32) -> Result<TableType> {
        Ok(self.table(instance, index)?.current_type())
    }

    /// An entry of a table of an instance; `None` past its end.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such table.
    pub fn table_entry(
        &self,
        instance: InstanceId,
        index: u32,
        entry: u64,
    ) -> Result<Option<Value>> {
        let table = self.table(instance, index)?;
        let ty = ValueType::Ref(table.ty.element);
        Ok(table
            .get(entry)
            .map(|slot| slot::value_of(ty, slot, 0, &self.context.store.heap)))
    }

    fn table(&self, instance: InstanceId, index: u32) -> Result<&crate::table::Table> {
        let address = self.table_address(instance, index)?;
        Ok(&self.context.store.tables[address as usize])
    }

    pub(crate) fn table_address(&self, instance: InstanceId, index: u32) -> Result<u32> {
        let tables = &self.instance(instance).tables;
        match tables.get(index as usize) {
            Some(address) => Ok(*address),
            None => Err(Error::Usage(format!(
                "there is no table {index}: the module has {}",
                tables.len()
            ))),
        }
    }

    /// The type of anything in the store, as it is now.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is not of this interpreter.
    pub fn extern_type(&self, value: Extern) -> Result<flight_wasm::ExternType> {
        let ty = self.context.store.extern_type(value);
        ty.ok_or_else(|| Error::Usage("it is not of this interpreter".to_string()))
    }

    /// Describes the trap of the innermost frame as it lies now.
    pub(crate) fn describe_trap(&self, kind: TrapKind, explanation: Option<String>) -> Trap {
        debug_assert_ne!(self.state(), State::Trapped, "a trap is described once");
        let frames: Vec<FrameView> = (0..self.depth().min(TRAP_FRAMES))
            .filter_map(|at| self.frame(at))
            .collect();
        // A host function that failed was called by the instruction of the frame below it.
        let at = frames.iter().find(|frame| !frame.host);
        let (operands, words) = match self.depth().checked_sub(1) {
            Some(top) if !self.context.frames[top].is(mark::HOST) => {
                let operands = self.next_operands().unwrap_or_default();
                let words = self.explain_trap(kind, &operands);
                (operands, words)
            }
            _ => (
                frames.first().map(host_arguments).unwrap_or_default(),
                String::new(),
            ),
        };
        let frame = |frame: &FrameView| TrapFrame {
            function: frame.function,
            name: frame.name.clone(),
            offset: frame.offset,
            locals: frame.locals.clone(),
        };
        let exception = match kind {
            TrapKind::UncaughtException => self.describe_thrown(),
            _ => None,
        };
        Trap {
            kind,
            explanation: explanation.unwrap_or(words),
            offset: at.and_then(|frame| frame.offset),
            instruction: at.and_then(|frame| frame.instruction.clone()),
            operands,
            exception,
            frames: frames.iter().map(frame).collect(),
            depth: self.depth(),
        }
    }

    /// A tag's name: from the name section of a module that has it, else that of its export or import.
    pub fn tag_name(&self, TagRef(address): TagRef) -> Option<Box<str>> {
        self.context.store.instances.iter().find_map(|instance| {
            let index = instance.tags.iter().position(|tag| *tag == address)?;
            let tag = TagIdx(index as u32);
            let module = &instance.module;
            let named = |idx: ExternIdx| idx == ExternIdx::Tag(tag);
            let name = module.names().tag(tag).or_else(|| {
                let exported = module.exports().iter().find(|export| named(export.idx));
                let imported = module.imports().iter().find(|import| named(import.idx));
                exported
                    .map(|export| &*export.name)
                    .or(imported.map(|import| &*import.name))
            });
            name.map(Into::into)
        })
    }

    /// The operands that the innermost frame's next instruction takes, deepest first.
    pub(crate) fn next_operands(&self) -> Option<Vec<Value>> {
        let position = self.depth().checked_sub(1)?;
        let place = self.place_of(position)?;
        let mut operands = self.operands_of(self.context.frames[position], &place);
        let takes = self
            .analysis(place.instance, place.func)
            .takes(place.offset);
        Some(operands.split_off(operands.len().saturating_sub(takes)))
    }
}

fn host_arguments(frame: &FrameView) -> Vec<Value> {
    frame.locals.iter().map(|local| local.value).collect()
}

/// The position of an address in one of an instance's index spaces.
fn index_of(addresses: &[u32], address: u32) -> Option<u32> {
    let position = addresses.iter().position(|other| *other == address);
    position.map(|index| index as u32)
}
