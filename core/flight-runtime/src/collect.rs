//! Collecting garbage: what the machine can still reach, it keeps.

use alloc::vec::Vec;

use flight_wasm::{AnyRef, ObjectRef, Value, ValueType};

use crate::context::mark;
use crate::history::Action;
use crate::interpreter::Interpreter;
use crate::slot::{self, slot_object};
use crate::type_ids::may_refer;
use crate::{Error, Result, TrapKind};

impl Interpreter {
    /// Drops every object that neither the guest reaches nor the embedder keeps.
    ///
    /// This happens by itself when the heap has grown; calling it makes room early.
    pub fn collect_garbage(&mut self) {
        let occasion = self.occasion();
        // Nothing more is wanted, so this cannot fail.
        let _ = self.collect(0, &[]);
        self.note(occasion, || Action::CollectGarbage);
    }

    /// Bytes that the objects of the heap take, and how many there are.
    pub fn heap_use(&self) -> (u64, usize) {
        (
            self.context.store.heap.used(),
            self.context.store.heap.objects(),
        )
    }

    /// Keeps an object alive until [`Interpreter::release`] has been called as often.
    ///
    /// Objects that a call returns or hands to a host function live until the machine goes on.
    ///
    /// # Errors
    /// [`Error::Usage`] if the object has been collected.
    pub fn keep(&mut self, object: ObjectRef) -> Result<()> {
        self.check_object(object)?;
        let occasion = self.occasion();
        *self.kept.entry(object.handle).or_insert(0) += 1;
        self.note(occasion, || Action::Keep(object));
        Ok(())
    }

    /// Takes back one [`Interpreter::keep`].
    pub fn release(&mut self, object: ObjectRef) {
        // Another object may have the place of one that is gone.
        if self.check_object(object).is_err() {
            return;
        }
        if let Some(count) = self.kept.get_mut(&object.handle) {
            *count -= 1;
            if *count == 0 {
                self.kept.remove(&object.handle);
            }
            let occasion = self.occasion();
            self.note(occasion, || Action::Release(object));
        }
    }

    /// Whether what the embedder's references refer to is there.
    pub(crate) fn check_references(&self, values: &[Value]) -> Result<()> {
        values.iter().try_for_each(|value| match *value {
            Value::FuncRef(Some(func)) => self.func_type(func).map(drop),
            _ => object_of(*value).map_or(Ok(()), |object| self.check_object(object)),
        })
    }

    pub(crate) fn check_object(&self, object: ObjectRef) -> Result<()> {
        match self.context.store.heap.generation(object.handle) {
            Some(generation) if generation == object.generation => Ok(()),
            _ => Err(Error::Usage(alloc::format!(
                "object {} has been collected",
                object.handle
            ))),
        }
    }

    /// Collects so that `wanted` bytes fit; if they do not even then, the instruction at hand traps.
    pub(crate) fn make_room(&mut self, wanted: u64) {
        self.collected = Some(self.context.time);
        if !self.collect(wanted, &[]) {
            self.trap_with(TrapKind::HeapExhausted, None);
        }
    }

    /// Collects so that `wanted` bytes fit, and keeps what the embedder is about to hand over: whether they fit now.
    pub(crate) fn collect(&mut self, wanted: u64, held: &[Value]) -> bool {
        if !cfg!(feature = "gc") {
            return false;
        }
        let mut roots = self.roots();
        roots.extend(
            held.iter()
                .filter_map(|value| object_of(*value))
                .map(|object| object.handle),
        );
        let store = &mut self.context.store;
        // The heap is changed while the types beside it are read.
        let mut heap = core::mem::replace(&mut store.heap, flight_memory::Heap::new(0));
        let collected = heap.collect(roots, |kind| store.references(kind), slot_object, wanted);
        store.heap = heap;
        collected.is_ok()
    }

    /// The handles of all objects that are reached directly.
    fn roots(&self) -> Vec<u32> {
        let mut roots: Vec<u32> = self.kept.keys().copied().collect();
        self.visit_references(&mut |slot| roots.extend(slot_object(slot)));
        roots
    }

    /// Shows every slot outside of the heap that refers to an object, or to something of the embedder's; and others.
    pub(crate) fn visit_references(&self, visit: &mut impl FnMut(u64)) {
        let store = &self.context.store;
        for global in &store.globals {
            if may_refer(global.ty.content) {
                visit(store.cells[global.cell as usize]);
            }
        }
        for table in &store.tables {
            if may_refer(ValueType::Ref(table.ty.element)) {
                table.elements().iter().for_each(|slot| visit(*slot));
            }
        }
        for segment in store.elements.iter().filter(|segment| segment.may_refer) {
            segment.items.iter().for_each(|slot| visit(*slot));
        }
        for value in &self.context.results {
            if may_refer(value.ty()) {
                visit(slot::slots_of(*value).0);
            }
        }
        for position in 0..self.depth() {
            self.visit_frame(position, visit);
        }
        // A host function's exception that nothing catches is nowhere else.
        let trap = self.context.trap.iter();
        let thrown = trap.flat_map(|trap| &trap.exception);
        for value in thrown.flat_map(|thrown| &thrown.arguments) {
            if object_of(*value).is_some_and(|object| self.check_object(object).is_ok()) {
                visit(slot::slots_of(*value).0);
            }
        }
    }

    /// What a frame refers to: by the types that hold at its instruction, so that nothing dead is kept.
    fn visit_frame(&self, position: usize, visit: &mut impl FnMut(u64)) {
        let frame = self.context.frames[position];
        let slots = &self.context.stack.slots()[frame.base as usize..];
        let mut scan = |types: &[ValueType], mut at: usize| {
            for ty in types {
                if may_refer(*ty) {
                    visit(slots[at]);
                }
                at += ty.slots() as usize;
            }
        };
        if frame.is(mark::HOST) {
            return scan(self.context.store.func_type(frame.function).params(), 0);
        }
        let Some(place) = self.place_of(position) else {
            return;
        };
        let analysis = self.analysis(place.instance, place.func);
        scan(&analysis.locals, 0);
        let mut operands = analysis.operands(place.offset);
        if place.waits {
            operands.truncate(operands.len() - analysis.takes(place.offset));
        }
        let operand_slot = self.code.local_slots(frame.function).unwrap_or(0);
        scan(&operands, operand_slot as usize);
        // The exceptions that `catch` arms handle lie between locals and operands.
        let declared = slot::slot_count(&analysis.locals);
        let exceptions = &slots[declared as usize..operand_slot as usize];
        exceptions.iter().for_each(|slot| visit(*slot));
    }
}

/// The object that a value refers to.
pub(crate) fn object_of(value: Value) -> Option<ObjectRef> {
    match value {
        Value::ExnRef(object) => object,
        Value::AnyRef(Some(AnyRef::Object(object)))
        | Value::ConvertedAny(AnyRef::Object(object)) => Some(object),
        _ => None,
    }
}
