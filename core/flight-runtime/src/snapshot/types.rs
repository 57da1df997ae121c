//! Types by numbers that only the instances decide on.
//!
//! The store's own numbers also depend on what an embedder has tried to instantiate, and on how its functions are typed.

use alloc::vec::Vec;

use flight_wasm::{RefType, ValueType};
use hashbrown::HashMap;

use crate::refs;
use crate::store::Store;
use crate::xxh64::Xxh64;

/// The numbers of types in snapshots.
pub(super) struct TypeNumbers {
    /// For each number the store's one.
    ids: Vec<u32>,
    /// For each of the store's its number.
    numbers: HashMap<u32, u32>,
}

impl TypeNumbers {
    pub(super) fn of(store: &Store) -> Self {
        let mut own = Self {
            ids: Vec::new(),
            numbers: HashMap::new(),
        };
        for instance in &store.instances {
            instance.type_ids.iter().for_each(|id| own.take_up(*id));
        }
        // Objects that nothing refers to may be of types that a failed instantiation has left.
        (0..store.types.count()).for_each(|id| own.take_up(id));
        own
    }

    fn take_up(&mut self, id: u32) {
        let number = self.ids.len() as u32;
        if *self.numbers.entry(id).or_insert(number) == number {
            self.ids.push(id);
        }
    }

    pub(super) fn number(&self, id: u32) -> u32 {
        self.numbers.get(&id).copied().unwrap_or(u32::MAX)
    }

    /// The store's number.
    pub(super) fn id(&self, number: u32) -> Option<u32> {
        self.ids.get(number as usize).copied()
    }

    pub(super) fn hash_ref(&self, hash: &mut Xxh64, ty: RefType) {
        let [kind, id] = refs::encode(ty);
        let number = ty.heap.concrete().map_or(0, |_| self.number(id));
        hash.word(u64::from(kind) << 32 | u64::from(number));
    }

    pub(super) fn hash_values(&self, hash: &mut Xxh64, types: &[ValueType]) {
        hash.word(types.len() as u64);
        for ty in types {
            match ty {
                ValueType::I32 => hash.word(0),
                ValueType::I64 => hash.word(1),
                ValueType::F32 => hash.word(2),
                ValueType::F64 => hash.word(3),
                ValueType::V128 => hash.word(4),
                ValueType::Ref(ty) => {
                    hash.word(5);
                    self.hash_ref(hash, *ty);
                }
            }
        }
    }
}
