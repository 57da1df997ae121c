//! Copies of a heap that share what has not changed.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Heap, Place};
use crate::Pages;

/// A copy of a heap. Objects that have not changed are shared with an earlier copy, in groups.
#[derive(Clone, Debug)]
pub struct HeapCopy {
    groups: Vec<Arc<Group>>,
    free: Pages<u32>,
    used: u64,
    threshold: u64,
}

/// Places that are shared together.
#[derive(Clone, Debug)]
struct Group {
    places: Vec<Place>,
    /// What they take, objects included.
    bytes: u64,
}

/// How many places that are.
const GROUP: usize = 256;

impl Group {
    fn of(places: &[Place]) -> Self {
        let payload = |place: &Place| place.object.as_ref().map_or(0, |it| it.payload.size());
        Self {
            bytes: size_of_val(places) as u64 + places.iter().map(payload).sum::<u64>(),
            places: places.into(),
        }
    }
}

impl HeapCopy {
    /// Copies a heap; what has not changed since an `earlier` copy is shared with it.
    pub fn of(heap: &Heap, earlier: Option<&Self>) -> Self {
        let group = |(index, places): (usize, &[Place])| {
            let shared = earlier.and_then(|earlier| earlier.groups.get(index));
            match shared {
                Some(group) if group.places == places => group.clone(),
                _ => Arc::new(Group::of(places)),
            }
        };
        Self {
            groups: heap.places.chunks(GROUP).enumerate().map(group).collect(),
            free: Pages::of(&heap.free, earlier.map(|earlier| &earlier.free)),
            used: heap.used,
            threshold: heap.threshold,
        }
    }

    /// Lets a heap hold what it held when it was copied. Its budget stays.
    pub fn write_to(&self, heap: &mut Heap) {
        let count = self.groups.iter().map(|group| group.places.len()).sum();
        let vacant = Place {
            object: None,
            generation: 0,
        };
        heap.places.resize(count, vacant);
        for (places, group) in heap.places.chunks_mut(GROUP).zip(&self.groups) {
            if group.places != places {
                places.clone_from_slice(&group.places);
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
        let bytes = own.map(|group| group.bytes).sum::<u64>();
        bytes + self.free.own_bytes() + size_of_val(&*self.groups) as u64
    }
}
