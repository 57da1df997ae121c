//! One number for the whole machine: equal machines have equal numbers, however they came to stand where they stand.

use hashbrown::HashMap;

use flight_wasm::Value;

use crate::collect::object_of;
use crate::context::{CallFrame, ExecutionContext, mark};
use crate::inspect::LocalView;
use crate::interpreter::Interpreter;
use crate::slot::{slot_count, slots_of};
use crate::store::Store;
use crate::trap::{Exception, Trap, TrapFrame};
use crate::xxh64::Xxh64;

/// What a frame has beside its own words that means something.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// The byte offset of the instruction that the frame stands at; 0 for a host function's.
    pub(crate) offset: u32,
    /// The slots in use: those of parameters, locals, and handled exceptions, and those of its operands.
    pub(crate) slots: usize,
}

impl Interpreter {
    /// A hash of the whole machine as it can be observed: of state, time, results and trap;
    /// of every call that has not returned, with its function, place in the stack and in the code,
    /// parameters, locals and operands, or the arguments of a host function;
    /// of all memories, tables, globals, segments, and objects of the heap, with their handles and generations.
    ///
    /// It does not depend on the translation, on what has been translated, on how the machine was run, looked at or
    /// stopped, or on bytes of the value stack that have no meaning.
    /// Not covered are what is given from outside: modules, host functions, limits, breakpoints, and which objects
    /// the embedder keeps.
    ///
    /// Machines that were given the same and have equal hashes behave alike from here on.
    /// The hash is the same on every platform, but may be another one in the next version of Flight.
    ///
    /// It reads every byte of every memory: several gigabytes a second.
    pub fn state_hash(&self) -> u64 {
        // Taken apart, so that nothing that is added will be forgotten.
        let ExecutionContext {
            store,
            stack: _,
            frames: _,
            state,
            time,
            results,
            trap,
            max_call_depth: _,
        } = &self.context;
        let mut hash = Xxh64::new();
        hash.word(*state as u64);
        hash.word(*time);
        hash_list(&mut hash, results, |hash, value| hash_value(hash, *value));
        hash_option(&mut hash, trap.as_ref(), hash_trap);
        self.hash_frames(&mut hash);
        hash_store(&mut hash, store);
        hash.finish()
    }

    fn hash_frames(&self, hash: &mut Xxh64) {
        let slots = self.context.stack.slots();
        // Of very many frames most stand at the same few instructions.
        let mut waiting = HashMap::new();
        hash.word(self.depth() as u64);
        for (position, frame) in self.context.frames.iter().enumerate() {
            let marks = frame.marks & (mark::ENTRY | mark::HOST);
            hash.word(u64::from(frame.function) | u64::from(marks) << 32);
            let live = if position + 1 == self.depth() {
                self.live(position, *frame)
            } else {
                *waiting
                    .entry((frame.function, frame.ip))
                    .or_insert_with(|| self.live(position, *frame))
            };
            hash.word(u64::from(frame.base) | u64::from(live.offset) << 32);
            hash.words(&slots[frame.base as usize..][..live.slots]);
        }
    }

    /// What means something of the frame at a position, counted from the outermost one.
    pub(crate) fn live(&self, position: usize, frame: CallFrame) -> Live {
        if frame.is(mark::HOST) {
            let params = self.context.store.func_type(frame.function).params();
            return Live {
                offset: 0,
                slots: slot_count(params) as usize,
            };
        }
        let Some(place) = self.place_of(position) else {
            return Live {
                offset: 0,
                slots: 0,
            };
        };
        let analysis = self.analysis(place.instance, place.func);
        let mut operands = analysis.operands(place.offset);
        if place.waits {
            operands.truncate(operands.len() - analysis.takes(place.offset));
        }
        let locals = self.code.local_slots(frame.function).unwrap_or(0);
        Live {
            offset: place.offset,
            slots: (locals + slot_count(&operands)) as usize,
        }
    }
}

fn hash_store(hash: &mut Xxh64, store: &Store) {
    let Store {
        types: _,
        functions,
        tables,
        memories,
        globals,
        cells,
        elements,
        data,
        instances,
        tags,
        heap,
        budget: _,
    } = store;
    // What these are is given by the modules, but not how many there are already.
    for count in [functions.len(), globals.len(), instances.len(), tags.len()] {
        hash.word(count as u64);
    }
    hash.words(cells);
    hash_list(hash, memories, |hash, memory| hash.bytes(memory.bytes()));
    hash_list(hash, tables, |hash, table| hash.words(table.elements()));
    hash_list(hash, elements, |hash, segment| hash.words(&segment.items));
    hash_list(hash, data, |hash, segment| {
        hash.word(segment.range.start as u64);
        hash.word(segment.range.end as u64);
    });
    // The order of the free places and the threshold decide on the handles that objects to come will have.
    hash.word(heap.threshold());
    hash_list(hash, heap.free_places(), |hash, place| {
        hash.word((*place).into());
    });
    hash.word(heap.places().len() as u64);
    for (generation, object) in heap.places() {
        hash.word(generation.into());
        hash_option(hash, object, |hash, object| {
            use flight_memory::Payload;
            hash.word(object.kind.into());
            match &object.payload {
                Payload::Slots(slots) => hash.words(slots),
                Payload::Bytes(bytes) => hash.bytes(bytes),
            }
        });
    }
}

fn hash_trap(hash: &mut Xxh64, trap: &Trap) {
    let Trap {
        kind,
        explanation,
        offset,
        instruction,
        operands,
        exception,
        frames,
        depth,
    } = trap;
    hash.word(*kind as u64);
    hash.bytes(explanation.as_bytes());
    hash_option(hash, *offset, |hash, offset| hash.word(offset.into()));
    hash_text(hash, instruction.as_deref());
    hash_list(hash, operands, |hash, value| hash_value(hash, *value));
    hash_option(hash, exception.as_ref(), |hash, exception| {
        let Exception {
            tag,
            name,
            arguments,
        } = exception;
        hash.word((*tag).into());
        hash_text(hash, name.as_deref());
        hash_list(hash, arguments, |hash, value| hash_value(hash, *value));
    });
    hash_list(hash, frames, |hash, frame| {
        let TrapFrame {
            function,
            name,
            offset,
            locals,
        } = frame;
        hash.word((*function).into());
        hash_text(hash, name.as_deref());
        hash_option(hash, *offset, |hash, offset| hash.word(offset.into()));
        hash_list(hash, locals, |hash, local| {
            let LocalView {
                index,
                name,
                parameter,
                value,
            } = local;
            hash.word(u64::from(*index) << 1 | u64::from(*parameter));
            hash_text(hash, name.as_deref());
            hash_value(hash, *value);
        });
    });
    hash.word(*depth as u64);
}

fn hash_value(hash: &mut Xxh64, value: Value) {
    let kind = match value {
        Value::I32(_) => 0,
        Value::I64(_) => 1,
        Value::F32(_) => 2,
        Value::F64(_) => 3,
        Value::V128(_) => 4,
        Value::FuncRef(_) => 5,
        Value::ExternRef(_) => 6,
        Value::AnyRef(_) => 7,
        Value::ConvertedAny(_) => 8,
        Value::ExnRef(_) => 9,
    };
    let generation = object_of(value).map_or(0, |object| object.generation);
    let (low, high) = slots_of(value);
    hash.word(kind | u64::from(generation) << 32);
    hash.word(low);
    hash.word(high);
}

fn hash_text(hash: &mut Xxh64, text: Option<&str>) {
    hash_option(hash, text, |hash, text| hash.bytes(text.as_bytes()));
}

fn hash_list<T>(hash: &mut Xxh64, items: &[T], item: impl Fn(&mut Xxh64, &T)) {
    hash.word(items.len() as u64);
    items.iter().for_each(|one| item(hash, one));
}

fn hash_option<T>(hash: &mut Xxh64, option: Option<T>, item: impl Fn(&mut Xxh64, T)) {
    hash.word(option.is_some().into());
    if let Some(one) = option {
        item(hash, one);
    }
}

#[cfg(test)]
mod tests;
