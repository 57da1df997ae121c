//! The garbage-collected heap: objects that are addressed by handles and never move.
//!
//! The heap knows no types of WebAssembly.
//! An object is a kind, a number that its owner gives it, and a payload: slots, some of which may refer to objects,
//! or plain bytes. Which slots do, the owner tells when it collects.

use alloc::boxed::Box;
use alloc::vec::Vec;

mod copy;
mod rebuild;

pub use copy::HeapCopy;

/// What an object carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// 8-byte slots.
    Slots(Box<[u64]>),
    /// Bytes without references.
    Bytes(Box<[u8]>),
}

impl Payload {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Slots(slots) => slots.len() as u64 * 8,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The number that the owner has given it: its type.
    pub kind: u32,
    /// What it carries.
    pub payload: Payload,
    marked: bool,
}

/// Which slots of an object of one kind may refer to objects.
#[derive(Clone, Copy, Debug)]
pub enum References<'a> {
    /// None.
    None,
    /// All.
    All,
    /// Those at these positions.
    At(&'a [u32]),
}

/// There is no room: a collection may make some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapFull {
    /// The bytes that are wanted.
    pub wanted: u64,
}

/// A place for an object.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    object: Option<Object>,
    /// How many objects have been here before.
    generation: u32,
}

/// A garbage-collected heap.
#[derive(Clone, Debug)]
pub struct Heap {
    places: Vec<Place>,
    free: Vec<u32>,
    used: u64,
    budget: u64,
    /// The use at which the next collection is due.
    threshold: u64,
}

/// What an object costs beside its payload, in bytes: no less than a place takes on any platform.
///
/// It is the same on all of them, so that garbage is collected at the same time and objects have the same handles.
pub(crate) const OVERHEAD: u64 = 40;
const _: () = assert!(size_of::<Place>() as u64 <= OVERHEAD);

/// The least use at which a collection is due.
const FIRST_THRESHOLD: u64 = 1 << 20;

impl Heap {
    /// An empty heap that may take this many bytes.
    pub fn new(budget: u64) -> Self {
        let threshold = FIRST_THRESHOLD.min(budget);
        Self {
            places: Vec::new(),
            free: Vec::new(),
            used: 0,
            budget,
            threshold,
        }
    }

    /// The bytes taken by objects, their administration included.
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// The bytes that objects may take.
    pub const fn budget(&self) -> u64 {
        self.budget
    }

    /// How many objects there are.
    pub fn objects(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether an object with `payload` bytes fits without a collection.
    ///
    /// # Errors
    /// [`HeapFull`] if a collection is due first.
    pub fn room_for(&self, payload: u64) -> Result<(), HeapFull> {
        let wanted = payload.saturating_add(OVERHEAD);
        match self.used.checked_add(wanted) {
            Some(used) if used <= self.threshold => Ok(()),
            _ => Err(HeapFull { wanted }),
        }
    }

    /// Lets `wanted` more bytes fit without a collection, if the budget allows it.
    ///
    /// # Errors
    /// The bytes that the budget has left.
    pub fn grow_threshold(&mut self, wanted: u64) -> Result<(), u64> {
        let left = self.budget - self.used;
        if wanted > left {
            return Err(left);
        }
        self.threshold = self.threshold.max(self.used + wanted);
        Ok(())
    }

    /// Puts an object onto the heap: its handle. Whether it fits, [`Heap::room_for`] tells beforehand.
    pub fn insert(&mut self, kind: u32, payload: Payload) -> u32 {
        self.used += payload.size() + OVERHEAD;
        let object = Some(Object {
            kind,
            payload,
            marked: false,
        });
        match self.free.pop() {
            Some(handle) => {
                self.places[handle as usize].object = object;
                handle
            }
            None => {
                self.places.push(Place {
                    object,
                    generation: 0,
                });
                self.places.len() as u32 - 1
            }
        }
    }

    /// The object of a handle; `None` if there is none.
    pub fn get(&self, handle: u32) -> Option<&Object> {
        self.places.get(handle as usize)?.object.as_ref()
    }

    /// The object of a handle, to be changed.
    pub fn get_mut(&mut self, handle: u32) -> Option<&mut Object> {
        self.places.get_mut(handle as usize)?.object.as_mut()
    }

    /// How many objects have been at a handle's place before the present one: tells a stale handle.
    pub fn generation(&self, handle: u32) -> Option<u32> {
        let place = self.places.get(handle as usize)?;
        place.object.as_ref().map(|_| place.generation)
    }

    /// Every place an object has had, in the order of handles: how many objects have been there before, and the present one.
    pub fn places(&self) -> impl ExactSizeIterator<Item = (u32, Option<&Object>)> {
        self.places
            .iter()
            .map(|place| (place.generation, place.object.as_ref()))
    }

    /// The places without an object; the last one is taken next.
    pub fn free_places(&self) -> &[u32] {
        &self.free
    }

    /// The use at which the next collection is due.
    pub const fn threshold(&self) -> u64 {
        self.threshold
    }

    /// Drops every object that cannot be reached from `roots`, which are handles.
    ///
    /// `references` tells for each kind which slots may refer, `handle_in` takes the handle out of such a slot.
    /// Afterwards `wanted` more bytes fit if the budget allows it.
    ///
    /// # Errors
    /// [`HeapFull`] if it does not.
    pub fn collect<'a>(
        &mut self,
        roots: Vec<u32>,
        references: impl Fn(u32) -> References<'a>,
        handle_in: impl Fn(u64) -> Option<u32>,
        wanted: u64,
    ) -> Result<(), HeapFull> {
        // A list of handles instead of recursion: structures may be a million nodes deep.
        let mut unvisited = roots;
        while let Some(handle) = unvisited.pop() {
            let Some(object) = self.get_mut(handle) else {
                continue;
            };
            if core::mem::replace(&mut object.marked, true) {
                continue;
            }
            let Payload::Slots(slots) = &object.payload else {
                continue;
            };
            match references(object.kind) {
                References::None => {}
                References::All => {
                    unvisited.extend(slots.iter().filter_map(|slot| handle_in(*slot)));
                }
                References::At(positions) => {
                    let slots = positions.iter().filter_map(|at| slots.get(*at as usize));
                    unvisited.extend(slots.filter_map(|slot| handle_in(*slot)));
                }
            }
        }
        self.sweep();
        let needed = self.used.saturating_add(wanted);
        // A heap that may double before the next collection spends a bounded share of the time on collecting.
        self.threshold = (self.used * 2)
            .max(FIRST_THRESHOLD)
            .max(needed)
            .min(self.budget);
        if needed > self.budget {
            Err(HeapFull { wanted })
        } else {
            Ok(())
        }
    }

    fn sweep(&mut self) {
        for (handle, place) in self.places.iter_mut().enumerate() {
            let Some(object) = &mut place.object else {
                continue;
            };
            if core::mem::take(&mut object.marked) {
                continue;
            }
            self.used -= object.payload.size() + OVERHEAD;
            place.object = None;
            place.generation = place.generation.wrapping_add(1);
            self.free.push(handle as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const NODE: u32 = 7;

    fn collect(heap: &mut Heap, roots: Vec<u32>) {
        let references = |kind| {
            if kind == NODE {
                References::At(&[0])
            } else {
                References::None
            }
        };
        let handle_in = |slot: u64| slot.checked_sub(1).map(|handle| handle as u32);
        heap.collect(roots, references, handle_in, 0)
            .expect("the budget is large");
    }

    fn node(heap: &mut Heap, next: u64) -> u32 {
        heap.insert(NODE, Payload::Slots([next, 99].into()))
    }

    #[test]
    fn what_is_reachable_stays_and_the_rest_goes() {
        let mut heap = Heap::new(1 << 30);
        let end = node(&mut heap, 0);
        let start = node(&mut heap, u64::from(end) + 1);
        let lost = node(&mut heap, u64::from(end) + 1);
        let bytes = heap.insert(0, Payload::Bytes([1, 2, 3].into()));
        collect(&mut heap, vec![start]);
        assert!(heap.get(start).is_some() && heap.get(end).is_some());
        assert!(heap.get(lost).is_none() && heap.get(bytes).is_none());
        assert_eq!(heap.objects(), 2);
        let reused = node(&mut heap, 0);
        assert_eq!(heap.generation(reused), Some(1));
        collect(&mut heap, vec![]);
        assert_eq!((heap.objects(), heap.used()), (0, 0));
    }

    #[test]
    fn a_list_of_a_million_nodes_is_kept_and_dropped_without_recursion() {
        let mut heap = Heap::new(1 << 30);
        let mut head = 0;
        for _ in 0..1_000_000 {
            head = u64::from(node(&mut heap, head)) + 1;
        }
        collect(&mut heap, vec![head as u32 - 1]);
        assert_eq!(heap.objects(), 1_000_000);
        collect(&mut heap, vec![]);
        assert_eq!(heap.objects(), 0);
    }

    #[test]
    fn cycles_are_dropped() {
        let mut heap = Heap::new(1 << 30);
        let first = node(&mut heap, 0);
        let second = node(&mut heap, u64::from(first) + 1);
        if let Some(Object {
            payload: Payload::Slots(slots),
            ..
        }) = heap.get_mut(first)
        {
            slots[0] = u64::from(second) + 1;
        }
        collect(&mut heap, vec![second]);
        assert_eq!(heap.objects(), 2);
        collect(&mut heap, vec![]);
        assert_eq!(heap.objects(), 0);
    }

    #[test]
    fn the_budget_is_obeyed() {
        let heap = Heap::new(1000);
        assert!(heap.room_for(100).is_ok());
        assert!(heap.room_for(1000).is_err());
        assert!(heap.room_for(u64::MAX).is_err());
    }
}
