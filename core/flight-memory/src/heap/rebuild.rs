//! Building a heap again as it once was, place by place.

use alloc::vec::Vec;

use super::{Heap, HeapFull, OVERHEAD, Object, Payload, Place};

impl Heap {
    /// Whether another place fits, with an object of so many bytes in it if there is to be one.
    ///
    /// Every place has once had an object, when all others had theirs: so there are never more than the budget pays for.
    ///
    /// # Errors
    /// [`HeapFull`] if the budget does not suffice.
    pub fn room_for_place(&self, payload: Option<u64>) -> Result<(), HeapFull> {
        let places = (self.places.len() as u64 + 1).saturating_mul(OVERHEAD);
        let object = payload.map_or(0, |payload| payload.saturating_add(OVERHEAD));
        let used = self.used.saturating_add(object);
        match places.max(used) <= self.budget {
            true => Ok(()),
            false => Err(HeapFull { wanted: object }),
        }
    }

    /// Adds a place behind the last one: how many objects have been there, and the kind and payload of the present one.
    /// Whether it fits, [`Heap::room_for_place`] tells beforehand.
    pub fn push_place(&mut self, generation: u32, object: Option<(u32, Payload)>) {
        let object = object.map(|(kind, payload)| {
            self.used += payload.size() + OVERHEAD;
            Object {
                kind,
                payload,
                marked: false,
            }
        });
        self.places.push(Place { object, generation });
    }

    /// Sets the places without an object, in the order in which they are listed, and the use at which the next
    /// collection is due: whether these are exactly those places, and the threshold lies within the budget.
    pub fn set_free_places(&mut self, free: Vec<u32>, threshold: u64) -> bool {
        let mut is_free = alloc::vec![false; self.places.len()];
        for handle in &free {
            match is_free.get_mut(*handle as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => return false,
            }
        }
        let is_vacant = self.places.iter().map(|place| place.object.is_none());
        if threshold > self.budget || !is_vacant.eq(is_free) {
            return false;
        }
        self.free = free;
        self.threshold = threshold;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// Builds a heap again as another one is.
    fn again(heap: &Heap) -> Heap {
        let mut built = Heap::new(heap.budget());
        for (generation, object) in heap.places() {
            let size = object.map(|object| object.payload.size());
            built.room_for_place(size).expect("it has fitted before");
            built.push_place(generation, object.map(|it| (it.kind, it.payload.clone())));
        }
        assert!(built.set_free_places(heap.free_places().to_vec(), heap.threshold()));
        built
    }

    #[test]
    fn a_heap_that_is_built_again_goes_on_alike() {
        let mut heap = Heap::new(1 << 20);
        for kind in 0..5 {
            heap.insert(kind, Payload::Bytes(vec![1; kind as usize].into()));
        }
        let roots = vec![1, 3];
        let collected = heap.collect(roots, |_| crate::References::None, |_| None, 0);
        assert!(collected.is_ok());
        let mut built = again(&heap);
        assert_eq!(built.used(), heap.used());
        for _ in 0..4 {
            let payload = Payload::Slots([7].into());
            let handles = [&mut heap, &mut built].map(|heap| heap.insert(9, payload.clone()));
            assert_eq!(handles[0], handles[1]);
            assert_eq!(heap.generation(handles[0]), built.generation(handles[0]));
        }
        assert_eq!(built.used(), heap.used());
    }

    #[test]
    fn what_no_heap_has_been_is_refused() {
        for (free, threshold, fits) in [
            (vec![0, 2], 900, true),
            (vec![2, 0], 1000, true),
            (vec![0, 2], 1001, false),
            (vec![0], 900, false),
            (vec![0, 1], 900, false),
            (vec![0, 0], 900, false),
            (vec![0, 2, 2], 900, false),
            (vec![0, 3], 900, false),
        ] {
            let mut heap = Heap::new(1000);
            heap.push_place(1, None);
            heap.push_place(0, Some((7, Payload::Bytes([].into()))));
            heap.push_place(4, None);
            assert_eq!(
                heap.set_free_places(free.clone(), threshold),
                fits,
                "{free:?}"
            );
        }
    }

    #[test]
    fn no_more_is_built_than_the_budget_pays_for() {
        let mut heap = Heap::new(3 * OVERHEAD);
        assert!(heap.room_for_place(Some(2 * OVERHEAD)).is_ok());
        assert!(heap.room_for_place(Some(2 * OVERHEAD + 1)).is_err());
        assert!(heap.room_for_place(Some(u64::MAX)).is_err());
        for _ in 0..3 {
            assert!(heap.room_for_place(None).is_ok());
            heap.push_place(0, None);
        }
        assert!(heap.room_for_place(None).is_err());
    }
}
