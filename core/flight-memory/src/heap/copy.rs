//! Copies of a heap that share what has not changed.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Heap, Object, Payload, Place};
use crate::Pages;

/// A copy of a heap. Objects that have not changed are shared with an earlier copy, in groups.
#[derive(Clone, Debug)]
pub struct HeapCopy {
    groups: Vec<Arc<[u64]>>,
    /// How many places there are.
    places: usize,
    free: Pages<u32>,
    used: u64,
    threshold: u64,
}

/// How many places are shared together.
const GROUP: usize = 256;

impl HeapCopy {
    /// Copies a heap; what has not changed since an `earlier` copy is shared with it.
    pub fn of(heap: &Heap, earlier: Option<&Self>) -> Self {
        let mut words = Vec::new();
        let group = |(index, places): (usize, &[Place])| {
            let shared = earlier.and_then(|earlier| earlier.groups.get(index));
            match shared {
                Some(group) if is_copy(group, places) => group.clone(),
                _ => {
                    words.clear();
                    places.iter().for_each(|place| write(place, &mut words));
                    words.as_slice().into()
                }
            }
        };
        Self {
            groups: heap.places.chunks(GROUP).enumerate().map(group).collect(),
            places: heap.places.len(),
            free: Pages::of(&heap.free, earlier.map(|earlier| &earlier.free)),
            used: heap.used,
            threshold: heap.threshold,
        }
    }

    /// Lets a heap hold what it held when it was copied. Its budget stays.
    pub fn write_to(&self, heap: &mut Heap) {
        let vacant = Place {
            object: None,
            generation: 0,
        };
        heap.places.resize(self.places, vacant);
        for (places, group) in heap.places.chunks_mut(GROUP).zip(&self.groups) {
            let mut words: &[u64] = group;
            for place in places {
                let (head, rest) = split(words);
                if !head.is_of(place) {
                    place.generation = head.generation;
                    place.object = head.object();
                }
                words = rest;
            }
        }
        heap.free.resize(self.free.length(), 0);
        self.free.write_to(&mut heap.free);
        heap.used = self.used;
        heap.threshold = self.threshold;
    }

    /// The bytes that no other copy shares.
    pub fn own_bytes(&self) -> u64 {
        let own = self.groups.iter().filter(|it| Arc::strong_count(it) == 1);
        let bytes: usize = own.map(|group| size_of_val(&**group)).sum();
        (bytes + size_of_val(&*self.groups)) as u64 + self.free.own_bytes()
    }
}

/// A place in words: generation and what is there, then, of an object, its kind and length, and its payload.
/// A copy of an object of its own for each one would take much longer than all these words together.
struct Copied<'a> {
    generation: u32,
    what: u32,
    kind: u32,
    /// Slots, or bytes.
    length: usize,
    payload: &'a [u64],
}

const NOTHING: u32 = 0;
const SLOTS: u32 = 1;
const BYTES: u32 = 2;

fn write(place: &Place, words: &mut Vec<u64>) {
    let head = |what: u32| u64::from(place.generation) << 32 | u64::from(what);
    let Some(object) = &place.object else {
        words.push(head(NOTHING));
        return;
    };
    // Lengths are 32 bits wide in WebAssembly.
    let about = |length: usize| u64::from(object.kind) << 32 | length as u64;
    match &object.payload {
        Payload::Slots(slots) => {
            words.extend([head(SLOTS), about(slots.len())]);
            words.extend_from_slice(slots);
        }
        Payload::Bytes(bytes) => {
            words.extend([head(BYTES), about(bytes.len())]);
            words.extend(bytes.chunks(8).map(word));
        }
    }
}

/// Up to eight bytes as a word.
fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}

/// The first place of some, and the words behind it.
fn split(words: &[u64]) -> (Copied<'_>, &[u64]) {
    let (head, rest) = words.split_first().unwrap_or((&0, &[]));
    let (generation, what) = ((head >> 32) as u32, *head as u32);
    let (about, rest) = match what {
        NOTHING => (&0, rest),
        _ => rest.split_first().unwrap_or((&0, &[])),
    };
    let length = *about as u32 as usize;
    let count = match what {
        NOTHING => 0,
        SLOTS => length,
        _ => length.div_ceil(8),
    };
    let (payload, rest) = rest.split_at(count);
    let copied = Copied {
        generation,
        what,
        kind: (about >> 32) as u32,
        length,
        payload,
    };
    (copied, rest)
}

/// Whether a group is a copy of these places.
fn is_copy(group: &[u64], places: &[Place]) -> bool {
    let mut words = group;
    let same = places.iter().all(|place| {
        if words.is_empty() {
            return false;
        }
        let (copied, rest) = split(words);
        words = rest;
        copied.is_of(place)
    });
    same && words.is_empty()
}

impl Copied<'_> {
    fn is_of(&self, place: &Place) -> bool {
        self.generation == place.generation
            && match &place.object {
                None => self.what == NOTHING,
                Some(object) => self.kind == object.kind && self.is_payload(&object.payload),
            }
    }

    fn is_payload(&self, payload: &Payload) -> bool {
        match payload {
            Payload::Slots(slots) => self.what == SLOTS && *self.payload == **slots,
            Payload::Bytes(bytes) => {
                self.what == BYTES
                    && self.length == bytes.len()
                    && bytes.chunks(8).map(word).eq(self.payload.iter().copied())
            }
        }
    }

    fn object(&self) -> Option<Object> {
        let payload = match self.what {
            NOTHING => return None,
            SLOTS => Payload::Slots(self.payload.into()),
            _ => {
                let bytes = self.payload.iter().flat_map(|word| word.to_le_bytes());
                Payload::Bytes(bytes.take(self.length).collect())
            }
        };
        Some(Object {
            kind: self.kind,
            payload,
            marked: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::References;

    /// Puts objects of all lengths onto a heap, and lets some go.
    fn fill(heap: &mut Heap, seed: u64) {
        for length in 0..700_u64 {
            let payload = match (length * seed) % 3 {
                0 => Payload::Slots((0..length % 19).map(|at| at * seed).collect()),
                1 => Payload::Bytes((0..length).map(|at| (at * seed) as u8).collect()),
                _ => Payload::Slots([].into()),
            };
            heap.insert((length * seed) as u32, payload);
        }
        let kept = (0..heap.places.len() as u32).filter(|at| (u64::from(*at) * seed) % 7 != 3);
        let collected = heap.collect(kept.collect(), |_| References::None, |_| None, 0);
        assert!(collected.is_ok());
    }

    #[test]
    fn a_copy_gives_back_what_it_was_made_of() {
        let mut heap = Heap::new(1 << 30);
        let empty = HeapCopy::of(&heap, None);
        fill(&mut heap, 5);
        let before = heap.clone();
        let first = HeapCopy::of(&heap, Some(&empty));
        let own = first.own_bytes();
        let again = HeapCopy::of(&heap, Some(&first));
        assert!(first.own_bytes() < own / 50, "everything is shared");
        fill(&mut heap, 11);
        let after = heap.clone();
        let second = HeapCopy::of(&heap, Some(&again));
        for (copy, wanted) in [(&first, &before), (&second, &after), (&again, &before)] {
            copy.write_to(&mut heap);
            assert!(heap.places == wanted.places && heap.free == wanted.free);
            assert_eq!((heap.used, heap.threshold), (wanted.used, wanted.threshold));
        }
        empty.write_to(&mut heap);
        assert_eq!((heap.objects(), heap.used()), (0, 0));
    }
}
