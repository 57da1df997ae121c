//! Changing the state by hand: what the embedder does to a machine beside calling it.
//!
//! Every change is recorded. A change in the past gives up the recorded future.

use alloc::format;
use alloc::string::ToString;

use flight_wasm::{Value, ValueType};

use crate::context::{State, mark};
use crate::history::Action;
use crate::imports::Extern;
use crate::interpreter::{InstanceId, Interpreter};
use crate::slot::{self, slot_count};
use crate::{Error, Result};

/// A frame's part that can be changed: the types of its values, and the slot of the first.
struct Values {
    types: alloc::vec::Vec<ValueType>,
    first: usize,
}

impl Interpreter {
    /// Writes bytes into a memory of an instance.
    ///
    /// # Errors
    /// As [`Interpreter::read_memory`]; then nothing is written.
    pub fn write_memory(
        &mut self,
        instance: InstanceId,
        index: u32,
        address: u64,
        bytes: &[u8],
    ) -> Result<()> {
        let memory = self.memory_address(instance, index)?;
        self.write_memory_at(memory as u32, address, bytes)
    }

    /// The same by the memory's address in the store.
    pub(crate) fn write_memory_at(
        &mut self,
        memory: u32,
        address: u64,
        bytes: &[u8],
    ) -> Result<()> {
        let occasion = self.occasion();
        self.existing(Extern::Memory(memory))?;
        self.context.store.memories[memory as usize]
            .write(address, bytes)
            .map_err(|error| Error::Usage(error.to_string()))?;
        self.note(occasion, || Action::WriteMemory {
            memory,
            address,
            bytes: bytes.into(),
        });
        Ok(())
    }

    /// Grows a memory of an instance: its size before, in pages.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such memory, or its type or the budget does not allow it.
    pub fn grow_memory(&mut self, instance: InstanceId, index: u32, delta: u64) -> Result<u64> {
        let memory = self.memory_address(instance, index)?;
        self.grow_memory_at(memory as u32, delta)
    }

    pub(crate) fn grow_memory_at(&mut self, memory: u32, delta: u64) -> Result<u64> {
        let occasion = self.occasion();
        self.existing(Extern::Memory(memory))?;
        let store = &mut self.context.store;
        let old = store.memories[memory as usize].grow(delta, &mut store.budget);
        let old = old.ok_or_else(|| {
            Error::Usage(format!("the memory cannot grow by {delta} pages any more"))
        })?;
        self.note(occasion, || Action::GrowMemory { memory, delta });
        Ok(old)
    }

    /// Changes a global of an instance.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such global, it cannot be changed, or the value has another type.
    pub fn set_global(&mut self, instance: InstanceId, index: u32, value: Value) -> Result<()> {
        let globals = &self.instance(instance).globals;
        let Some(global) = globals.get(index as usize).copied() else {
            return Err(Error::Usage(format!(
                "there is no global {index}: the module has {}",
                globals.len()
            )));
        };
        self.set_global_at(global, value)
    }

    pub(crate) fn set_global_at(&mut self, global: u32, value: Value) -> Result<()> {
        self.existing(Extern::Global(global))?;
        let found = self.context.store.globals[global as usize];
        if !found.ty.mutable {
            return Err(Error::Usage("the global cannot be changed".to_string()));
        }
        self.must_fit(found.ty.content, value)?;
        let occasion = self.occasion();
        let cells = &mut self.context.store.cells[found.cell as usize..];
        slot::write_values(&[value], cells);
        self.note(occasion, || Action::SetGlobal { global, value });
        Ok(())
    }

    /// Changes an entry of a table of an instance.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such entry, or the value has another type.
    pub fn set_table_entry(
        &mut self,
        instance: InstanceId,
        index: u32,
        entry: u64,
        value: Value,
    ) -> Result<()> {
        let table = self.table_address(instance, index)?;
        self.set_table_entry_at(table, entry, value)
    }

    pub(crate) fn set_table_entry_at(
        &mut self,
        table: u32,
        entry: u64,
        value: Value,
    ) -> Result<()> {
        self.existing(Extern::Table(table))?;
        let found = &self.context.store.tables[table as usize];
        let (ty, size) = (ValueType::Ref(found.ty.element), found.size());
        self.must_fit(ty, value)?;
        let occasion = self.occasion();
        self.context.store.tables[table as usize]
            .set(entry, slot::slots_of(value).0)
            .map_err(|_| {
                Error::Usage(format!("there is no entry {entry}: the table has {size}"))
            })?;
        self.note(occasion, || Action::SetTableEntry {
            table,
            entry,
            value,
        });
        Ok(())
    }

    /// Grows a table of an instance, its new entries being `value`: its size before.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no such table, the value has another type, or its type or the budget does not
    /// allow it.
    pub fn grow_table(
        &mut self,
        instance: InstanceId,
        index: u32,
        delta: u64,
        value: Value,
    ) -> Result<u64> {
        let table = self.table_address(instance, index)?;
        self.grow_table_at(table, delta, value)
    }

    pub(crate) fn grow_table_at(&mut self, table: u32, delta: u64, value: Value) -> Result<u64> {
        self.existing(Extern::Table(table))?;
        let ty = self.context.store.tables[table as usize].ty.element;
        self.must_fit(ValueType::Ref(ty), value)?;
        let occasion = self.occasion();
        let store = &mut self.context.store;
        let (init, _) = slot::slots_of(value);
        let old = store.tables[table as usize].grow(delta, init, &mut store.budget);
        let old = old.ok_or_else(|| {
            Error::Usage(format!("the table cannot grow by {delta} entries any more"))
        })?;
        self.note(occasion, || Action::GrowTable {
            table,
            delta,
            value,
        });
        Ok(old)
    }

    /// Changes a local of the frame at a distance from the innermost one.
    ///
    /// # Errors
    /// [`Error::WrongState`] unless calls are under way; [`Error::Usage`] if there is no such frame or local, or the
    /// value has another type.
    pub fn set_local(&mut self, distance: usize, index: u32, value: Value) -> Result<()> {
        let locals = self.locals_at(distance)?;
        self.set_value(&locals, "local", index, value, || Action::SetLocal {
            distance,
            index,
            value,
        })
    }

    /// Changes an operand of the frame at a distance from the innermost one; `position` counts from the bottom.
    ///
    /// # Errors
    /// As [`Interpreter::set_local`].
    pub fn set_operand(&mut self, distance: usize, position: u32, value: Value) -> Result<()> {
        let operands = self.operands_at(distance)?;
        self.set_value(&operands, "operand", position, value, || {
            Action::SetOperand {
                distance,
                position,
                value,
            }
        })
    }

    fn set_value(
        &mut self,
        values: &Values,
        what: &str,
        index: u32,
        value: Value,
        action: impl FnOnce() -> Action,
    ) -> Result<()> {
        let Some(ty) = values.types.get(index as usize) else {
            return Err(Error::Usage(format!(
                "there is no {what} {index}: the frame has {}",
                values.types.len()
            )));
        };
        self.must_fit(*ty, value)?;
        let occasion = self.occasion();
        let slot = values.first + slot_count(&values.types[..index as usize]) as usize;
        slot::write_values(&[value], &mut self.context.stack.slots_mut()[slot..]);
        self.note(occasion, action);
        Ok(())
    }

    /// The position of a frame whose values can be changed.
    fn changeable_frame(&self, distance: usize) -> Result<usize> {
        match self.state() {
            State::Paused | State::AwaitingHost => {}
            state => {
                return Err(Error::WrongState {
                    operation: "a change of a frame",
                    state,
                });
            }
        }
        let depth = self.depth();
        let position = depth
            .checked_sub(distance)
            .and_then(|behind| behind.checked_sub(1))
            .ok_or_else(|| {
                Error::Usage(format!("there is no frame {distance}: there are {depth}"))
            })?;
        if self.context.frames[position].is(mark::HOST) {
            return Err(Error::Usage(format!(
                "frame {distance} is a host function's: it has nothing to change"
            )));
        }
        Ok(position)
    }

    fn locals_at(&self, distance: usize) -> Result<Values> {
        let position = self.changeable_frame(distance)?;
        let frame = self.context.frames[position];
        let place = self.place_of(position);
        let types = place.map(|place| self.analysis(place.instance, place.func).locals.clone());
        Ok(Values {
            types: types.unwrap_or_default(),
            first: frame.base as usize,
        })
    }

    fn operands_at(&self, distance: usize) -> Result<Values> {
        let position = self.changeable_frame(distance)?;
        let frame = self.context.frames[position];
        let types = self.place_of(position).map(|place| {
            let analysis = self.analysis(place.instance, place.func);
            let mut types = analysis.operands(place.offset);
            if place.waits {
                types.truncate(types.len() - analysis.takes(place.offset));
            }
            types
        });
        let locals = self.code.local_slots(frame.function).unwrap_or(0);
        Ok(Values {
            types: types.unwrap_or_default(),
            first: frame.base as usize + locals as usize,
        })
    }

    /// That something is in the store: addresses may come from a file.
    fn existing(&self, address: Extern) -> Result<()> {
        self.extern_type(address).map(drop)
    }

    fn must_fit(&self, ty: ValueType, value: Value) -> Result<()> {
        self.check_references(&[value])?;
        if self.context.store.value_fits(value, ty) {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "a value of type {ty} is wanted, not one of type {}",
            value.ty()
        )))
    }
}
