//! Copies of a whole machine, that share what has not changed.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use flight_memory::{HeapCopy, Pages};
use flight_wasm::Value;

use crate::context::{CallFrame, ExecutionContext, State};
use crate::history::Moment;
use crate::interpreter::Interpreter;
use crate::store::Store;
use crate::{Result, Trap};

/// A machine as it was at a moment. It can be restored in the interpreter that made it only.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    pub(crate) moment: Moment,
    /// Made while going back, for the next steps back: the first to go.
    pub(crate) passing: bool,
    memories: Vec<Pages<u8>>,
    tables: Vec<Pages<u64>>,
    cells: Pages<u64>,
    stack: Pages<u64>,
    frames: Vec<CallFrame>,
    elements: Vec<Arc<[u64]>>,
    data: Vec<Range<usize>>,
    heap: HeapCopy,
    kept: BTreeMap<u32, u32>,
    state: State,
    results: Vec<Value>,
    trap: Option<Trap>,
}

impl Checkpoint {
    /// Copies the machine as it is; what has not changed since an `earlier` copy is shared with it.
    pub(crate) fn of(
        interpreter: &Interpreter,
        moment: Moment,
        passing: bool,
        earlier: Option<&Self>,
    ) -> Self {
        // Taken apart, so that nothing that is added will be forgotten.
        let ExecutionContext {
            store,
            stack,
            frames,
            state,
            time: _,
            results,
            trap,
            max_call_depth: _,
        } = &interpreter.context;
        let Store {
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
            budget: _,
        } = store;
        let live = stack.slots().len().min(interpreter.free_slot() as usize);
        let memories = memories.iter().enumerate().map(|(at, memory)| {
            let earlier = earlier.and_then(|earlier| earlier.memories.get(at));
            Pages::of(memory.bytes(), earlier)
        });
        let tables = tables.iter().enumerate().map(|(at, table)| {
            let earlier = earlier.and_then(|earlier| earlier.tables.get(at));
            Pages::of(table.elements(), earlier)
        });
        Self {
            moment,
            passing,
            memories: memories.collect(),
            tables: tables.collect(),
            cells: Pages::of(cells, earlier.map(|earlier| &earlier.cells)),
            stack: Pages::of(
                &stack.slots()[..live],
                earlier.map(|earlier| &earlier.stack),
            ),
            frames: frames.clone(),
            elements: elements.iter().map(|it| it.items.clone()).collect(),
            data: data.iter().map(|it| it.range.clone()).collect(),
            heap: HeapCopy::of(heap, earlier.map(|earlier| &earlier.heap)),
            kept: interpreter.kept.clone(),
            state: *state,
            results: results.clone(),
            trap: trap.clone(),
        }
    }

    /// Lets the machine be again what it was.
    ///
    /// # Errors
    /// [`crate::Error::OutOfMemory`] if memories cannot be made as large again.
    pub(crate) fn restore(&self, interpreter: &mut Interpreter) -> Result<()> {
        let context = &mut interpreter.context;
        let store = &mut context.store;
        for (memory, copy) in store.memories.iter_mut().zip(&self.memories) {
            memory.restore(copy, &mut store.budget)?;
        }
        for (table, copy) in store.tables.iter_mut().zip(&self.tables) {
            table.restore(copy, &mut store.budget)?;
        }
        self.cells.write_to(&mut store.cells);
        for (segment, items) in store.elements.iter_mut().zip(&self.elements) {
            segment.items = items.clone();
        }
        for (segment, range) in store.data.iter_mut().zip(&self.data) {
            segment.range = range.clone();
        }
        self.heap.write_to(&mut store.heap);
        // It had this size before, and never gets smaller.
        context.stack.reserve(self.stack.length());
        self.stack
            .write_to(&mut context.stack.slots_mut()[..self.stack.length()]);
        context.frames.clone_from(&self.frames);
        context.state = self.state;
        context.time = self.moment.time;
        context.results.clone_from(&self.results);
        context.trap.clone_from(&self.trap);
        interpreter.kept.clone_from(&self.kept);
        interpreter.translate_frames();
        Ok(())
    }

    /// What a memory held.
    pub(crate) fn memory(&self, memory: u32) -> Option<&Pages<u8>> {
        self.memories.get(memory as usize)
    }

    /// The bytes that no other copy shares.
    pub(crate) fn own_bytes(&self) -> u64 {
        let memories = self.memories.iter().map(Pages::own_bytes);
        let tables = self.tables.iter().map(Pages::own_bytes);
        let lists = size_of_val(&*self.frames) + size_of::<Self>();
        memories.chain(tables).sum::<u64>()
            + self.cells.own_bytes()
            + self.stack.own_bytes()
            + self.heap.own_bytes()
            + lists as u64
    }
}

impl Interpreter {
    /// Lets frames that come from an earlier time be in the translation that their functions now have.
    fn translate_frames(&mut self) {
        for position in 0..self.depth() {
            let frame = self.context.frames[position];
            if self.is_folded(frame) && !self.folds(frame.function) {
                self.rest_precisely(position);
            }
        }
    }

    /// How much there is to be copied and compared, in bytes.
    pub(crate) fn state_bytes(&self) -> u64 {
        let store = &self.context.store;
        let stack = u64::from(self.free_slot()) * 8;
        store.budget.used() + store.heap.used() + stack
    }
}
