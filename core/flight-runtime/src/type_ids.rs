//! Function types as numbers: equal types have equal numbers, among all modules of a machine.

use alloc::vec::Vec;

use flight_wasm::FuncType;
use hashbrown::HashMap;

/// Gives each function type its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeIds {
    ids: HashMap<FuncType, u32>,
    types: Vec<FuncType>,
}

impl TypeIds {
    /// The number of a type, a new one if it has none yet.
    pub(crate) fn id(&mut self, ty: &FuncType) -> u32 {
        if let Some(id) = self.ids.get(ty) {
            return *id;
        }
        let id = self.types.len() as u32;
        self.types.push(ty.clone());
        self.ids.insert(ty.clone(), id);
        id
    }

    /// The type of a number that [`TypeIds::id`] gave.
    pub(crate) fn get(&self, id: u32) -> &FuncType {
        &self.types[id as usize]
    }
}
