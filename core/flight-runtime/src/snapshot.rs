//! A whole machine as bytes, from which another one goes on: in another process, on another platform, another day.
//!
//! A snapshot is, all numbers little-endian:
//!
//! ```text
//! envelope  magic, version, length, checksum (`envelope.rs`)
//! instances of which modules they are, and what they have from outside (`fingerprint.rs`)
//! state     heap, globals, tables, segments, state, results, trap, frames (in compressed pieces: `pack.rs`)
//! memories  in compressed pieces, those of zeros left out
//! ```
//!
//! Internal code is not part of it: a frame says at which instruction of its function it stands.
//! Everything is read and checked before anything is changed. The checksum finds accidents; since it can be made to
//! fit, the rest is checked as if somebody had done so.

use alloc::format;
use alloc::vec::Vec;

use flight_memory::Heap;
use flight_wasm::Module;

use crate::codec::{Read, Reader, Unreadable, Writer};
use crate::context::{ExecutionContext, State};
use crate::envelope::Envelope;
use crate::interpreter::{InstanceId, Interpreter};
use crate::store::Store;
use crate::{Config, Error, Imports, Result};

mod check;
mod fingerprint;
mod frames;
mod heap;
mod machine;
pub(crate) mod pack;
mod places;
mod store;
mod types;

use check::Check;
use frames::Frames;
use machine::Machine;
use pack::{Packed, pack};
use store::Contents;
use types::TypeNumbers;

/// What every snapshot begins with, and the version of the format that is written, and the only one that is read.
const SNAPSHOT: Envelope = Envelope {
    magic: *b"\0flights",
    version: 1,
    name: "a snapshot",
};

/// A snapshot that has been read and checked.
struct Snapshot<'a> {
    heap: Heap,
    contents: Contents,
    machine: Machine,
    frames: Frames,
    memories: Vec<Packed<'a>>,
}

impl Interpreter {
    /// The whole machine as bytes, in whatever state it is.
    ///
    /// [`Interpreter::restore`] goes on exactly there; machines before and after have the same
    /// [`state_hash`](Interpreter::state_hash). The bytes themselves may differ among platforms, which compress differently.
    /// Not among it are what is given from outside (modules, host functions,
    /// limits, breakpoints) and what the embedder's references stand for; of these
    /// [`held_references`](Interpreter::held_references) gives the numbers.
    pub fn snapshot(&self) -> Vec<u8> {
        let store = &self.context.store;
        let types = TypeNumbers::of(store);
        let mut to = Writer::new();
        SNAPSHOT.begin(&mut to);
        fingerprint::write(&mut to, store, &types);
        let mut state = Writer::new();
        heap::write(&mut state, store, &types);
        store::write(&mut state, store);
        self.machine_state().write(&mut state);
        self.write_frames(&mut state);
        pack(&mut to, state.written(), false);
        for memory in &store.memories {
            pack(&mut to, memory.bytes(), true);
        }
        SNAPSHOT.seal(to)
    }

    /// Puts this machine where it was when the snapshot was made, or where another one was.
    ///
    /// It must have the same instances: of the same modules, made in the same order, with imports of the same kinds and
    /// types. Best is [`Interpreter::instantiate_without_start`], since what a start function does is part of the
    /// snapshot. Limits are this machine's own. What it has recorded is given up; a record begins here.
    ///
    /// Whatever the bytes are, nothing harmful comes of them: the machine stands where a machine with these instances
    /// can stand.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if the bytes are none, are broken, or are of a newer version, if the instances are others, or
    /// if this machine's limits do not suffice. Then it is as it was before.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<()> {
        let wrong = |Unreadable { offset, message }| Error::Snapshot { offset, message };
        let body = SNAPSHOT.open(bytes).map_err(wrong)?;
        if self.answering > 0 {
            return Err(Error::Usage(
                "restore is not possible from inside of a host function".into(),
            ));
        }
        let snapshot = self.read_snapshot(body).map_err(wrong)?;
        self.put_back(snapshot);
        self.forget_open_memories();
        self.record_anew();
        Ok(())
    }

    /// A machine with one instance, where it was when the snapshot was made. The start function is not called.
    ///
    /// # Errors
    /// As [`Interpreter::instantiate_without_start`] and [`Interpreter::restore`].
    pub fn from_snapshot(
        module: &Module,
        bytes: &[u8],
        imports: &Imports,
        config: Config,
    ) -> Result<(Self, InstanceId)> {
        let mut interpreter = Self::new(config);
        let instance = interpreter.instantiate_without_start(module, imports)?;
        interpreter.restore(bytes)?;
        Ok((interpreter, instance))
    }

    /// What is neither store nor frames.
    fn machine_state(&self) -> Machine {
        // Taken apart, so that nothing that is added will be forgotten.
        let ExecutionContext {
            store: _,
            stack: _,
            frames: _,
            state,
            time,
            results,
            trap,
            max_call_depth: _,
        } = &self.context;
        Machine {
            state: *state,
            time: *time,
            results: results.clone(),
            trap: trap.clone(),
            kept: self.kept.clone(),
        }
    }

    fn read_snapshot<'a>(&mut self, body: &'a [u8]) -> Read<Snapshot<'a>> {
        let mut from = Reader::new(body, Envelope::HEADER as u64);
        let types = TypeNumbers::of(&self.context.store);
        fingerprint::compare(&mut from, &self.context.store, &types)?;
        let begin = from.clone();
        let Some(state) = Packed::read(&mut from, false)?.unpack() else {
            return Err(begin.wrong("the state cannot be decompressed"));
        };
        let (heap, contents, machine, frames) = self
            .read_state(&mut Reader::new(&state, 0), &types)
            .map_err(|Unreadable { offset, message }| {
                begin.wrong(format!("{message} (byte {offset} of the state)"))
            })?;
        let memories = self.read_memories(&mut from, &contents)?;
        from.end()?;
        Ok(Snapshot {
            heap,
            contents,
            machine,
            frames,
            memories,
        })
    }

    fn read_state(
        &mut self,
        from: &mut Reader<'_>,
        types: &TypeNumbers,
    ) -> Read<(Heap, Contents, Machine, Frames)> {
        let heap = heap::read(from, &self.context.store, types)?;
        let check = Check {
            store: &self.context.store,
            heap: &heap,
        };
        let contents = store::read(from, check)?;
        let machine = Machine::read(from, check)?;
        let frames = self.read_frames(from, &heap, machine.state)?;
        from.end()?;
        Ok((heap, contents, machine, frames))
    }

    /// Reads memories that fit the budget together with tables, and makes room for them.
    fn read_memories<'a>(
        &mut self,
        from: &mut Reader<'a>,
        contents: &Contents,
    ) -> Read<Vec<Packed<'a>>> {
        let store = &mut self.context.store;
        let mut wanted = contents.table_bytes();
        let mut memories = Vec::new();
        for (address, memory) in store.memories.iter_mut().enumerate() {
            let begin = from.clone();
            let packed = Packed::read(from, true)?;
            let bytes = packed.length();
            if !memory.may_have(bytes) {
                return Err(begin.wrong(format!("memory {address} cannot have {bytes} bytes")));
            }
            wanted = wanted.saturating_add(bytes);
            if wanted > store.budget.limit() {
                let limit = store.budget.limit();
                return Err(begin.wrong(format!(
                    "its memories and tables take {wanted} bytes or more, the memory budget has {limit}"
                )));
            }
            if !packed.is_sound() {
                return Err(begin.wrong(format!("memory {address} cannot be decompressed")));
            }
            if !memory.reserve(bytes as usize) {
                return Err(begin.wrong(format!("there is no room for {bytes} bytes of memory")));
            }
            memories.push(packed);
        }
        if wanted > store.budget.limit() {
            let limit = store.budget.limit();
            return Err(from.wrong(format!(
                "its tables take {wanted} bytes, the memory budget has {limit}"
            )));
        }
        Ok(memories)
    }

    /// Changes everything to what has been read. This cannot fail.
    fn put_back(&mut self, snapshot: Snapshot<'_>) {
        let Snapshot {
            heap,
            contents,
            machine,
            frames,
            memories,
        } = snapshot;
        self.context.store.put_back(heap, contents, &memories);
        self.put_frames(frames);
        let Machine {
            state,
            time,
            results,
            trap,
            kept,
        } = machine;
        // The embedder sees where the machine stands, unless its own function is to answer first.
        self.seen = (state == State::Paused).then_some(time);
        self.collected = None;
        self.forget_hits();
        self.context.state = state;
        self.context.time = time;
        self.context.results = results;
        self.context.trap = trap;
        self.kept = kept;
    }
}

impl Store {
    fn put_back(&mut self, new_heap: Heap, contents: Contents, packed: &[Packed<'_>]) {
        // Taken apart, so that nothing that is added will be forgotten.
        let Self {
            types: _,
            functions: _,
            tables,
            memories,
            globals: _,
            cells,
            elements,
            data,
            instances: _,
            tags: _,
            heap,
            budget,
        } = self;
        let mut used = contents.table_bytes();
        *heap = new_heap;
        *cells = contents.cells;
        for (table, entries) in tables.iter_mut().zip(contents.tables) {
            table.set_elements(entries);
        }
        for (segment, items) in elements.iter_mut().zip(contents.elements) {
            segment.items = items.into();
        }
        for (segment, range) in data.iter_mut().zip(contents.data) {
            segment.range = range;
        }
        for (memory, packed) in memories.iter_mut().zip(packed) {
            memory.set_size(packed.length() as usize);
            packed.write_to(memory.bytes_mut());
            used += packed.length();
        }
        budget.give_back(budget.used());
        // That this fits has been seen.
        let _ = budget.take(used);
    }
}

#[cfg(test)]
mod tests;
