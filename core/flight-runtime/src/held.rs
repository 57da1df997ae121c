//! Which of the embedder's own things a machine can still reach.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use flight_memory::{Payload, References};
use flight_wasm::{AnyRef, ExternRef, Value};

use crate::interpreter::Interpreter;
use crate::slot::{slot_extern, slot_object};

impl Interpreter {
    /// The numbers of all references of the embedder's ([`ExternRef`]) that the machine can still reach, sorted:
    /// from globals, tables, segments, results, frames, the description of a trap, kept objects,
    /// and through objects from all of these.
    ///
    /// What has another number, the embedder may forget. After a snapshot has been put back, these are the numbers that
    /// the guest may hand to it.
    pub fn held_references(&self) -> Vec<u32> {
        let heap = &self.context.store.heap;
        let mut held = BTreeSet::new();
        // A list of handles instead of recursion: structures may be a million nodes deep.
        let mut unvisited: Vec<u32> = self.kept.keys().copied().collect();
        let mut see = |slot, unvisited: &mut Vec<u32>| {
            held.extend(slot_extern(slot));
            unvisited.extend(slot_object(slot));
        };
        self.visit_references(&mut |slot| see(slot, &mut unvisited));
        let mut visited = alloc::vec![false; heap.places().len()];
        while let Some(handle) = unvisited.pop() {
            let Some(object) = heap.get(handle) else {
                continue;
            };
            if core::mem::replace(&mut visited[handle as usize], true) {
                continue;
            }
            let Payload::Slots(slots) = &object.payload else {
                continue;
            };
            match self.context.store.references(object.kind) {
                References::None => {}
                References::All => slots.iter().for_each(|slot| see(*slot, &mut unvisited)),
                References::At(positions) => {
                    let slots = positions.iter().filter_map(|at| slots.get(*at as usize));
                    slots.for_each(|slot| see(*slot, &mut unvisited));
                }
            }
        }
        held.extend(self.trap_values().filter_map(extern_of));
        held.into_iter().collect()
    }

    /// The values that the description of a trap shows.
    fn trap_values(&self) -> impl Iterator<Item = Value> {
        self.context.trap.iter().flat_map(|trap| {
            let locals = trap.frames.iter().flat_map(|frame| &frame.locals);
            let thrown = trap.exception.iter().flat_map(|thrown| &thrown.arguments);
            let values = trap.operands.iter().chain(thrown).copied();
            values.chain(locals.map(|local| local.value))
        })
    }
}

fn extern_of(value: Value) -> Option<u32> {
    match value {
        Value::ExternRef(Some(ExternRef(number)))
        | Value::AnyRef(Some(AnyRef::Extern(ExternRef(number))))
        | Value::ConvertedAny(AnyRef::Extern(ExternRef(number))) => Some(number),
        _ => None,
    }
}
