//! Globals, tables and segments.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use flight_wasm::ElementItems;

use crate::codec::{Read, Reader, Writer};
use crate::snapshot::check::Check;
use crate::store::Store;
use crate::type_ids::canonical_ref;

/// What is put back.
pub(super) struct Contents {
    pub(super) cells: Vec<u64>,
    pub(super) tables: Vec<Vec<u64>>,
    pub(super) elements: Vec<Box<[u64]>>,
    pub(super) data: Vec<Range<usize>>,
}

impl Contents {
    /// The bytes that the tables take of the budget.
    pub(super) fn table_bytes(&self) -> u64 {
        self.tables.iter().map(|table| table.len() as u64 * 8).sum()
    }
}

pub(super) fn write(to: &mut Writer, store: &Store) {
    to.slots(&store.cells);
    for table in &store.tables {
        to.number(table.size());
        to.slots(table.elements());
    }
    for segment in &store.elements {
        // The objects in a segment have other handles in other machines, so its entries are written.
        to.number(segment.items.len() as u64);
        to.slots(&segment.items);
    }
    for segment in &store.data {
        to.flag(segment.range == (0..0));
    }
}

/// Reads what a store may hold whose objects are `check.heap`.
pub(super) fn read(from: &mut Reader<'_>, check: Check<'_>) -> Read<Contents> {
    let store = check.store;
    Ok(Contents {
        cells: cells(from, check)?,
        tables: tables(from, check)?,
        elements: elements(from, check)?,
        data: data(from, store)?,
    })
}

fn cells(from: &mut Reader<'_>, check: Check<'_>) -> Read<Vec<u64>> {
    let begin = from.clone();
    let cells: Vec<u64> = from.slots(check.store.cells.len())?.collect();
    for (address, global) in check.store.globals.iter().enumerate() {
        if !check.value(&cells[global.cell as usize..], global.ty.content) {
            return Err(begin.wrong(format!(
                "global {address} holds what its type does not allow"
            )));
        }
    }
    Ok(cells)
}

fn tables(from: &mut Reader<'_>, check: Check<'_>) -> Read<Vec<Vec<u64>>> {
    let mut tables = Vec::new();
    for (address, table) in check.store.tables.iter().enumerate() {
        let begin = from.clone();
        let size = from.count(8)?;
        if !table.may_have(size as u64) {
            return Err(begin.wrong(format!("table {address} cannot have {size} entries")));
        }
        let entries: Vec<u64> = from.slots(size)?.collect();
        if !entries
            .iter()
            .all(|slot| check.reference(*slot, table.ty.element))
        {
            return Err(begin.wrong(format!(
                "table {address} holds what its type does not allow"
            )));
        }
        tables.push(entries);
    }
    Ok(tables)
}

fn elements(from: &mut Reader<'_>, check: Check<'_>) -> Read<Vec<Box<[u64]>>> {
    let mut all = Vec::new();
    all.resize_with(check.store.elements.len(), || Box::from([]));
    for instance in &check.store.instances {
        for (segment, address) in instance.module.elements().iter().zip(&instance.elements) {
            let begin = from.clone();
            let count = from.count(8)?;
            let own = match &segment.items {
                ElementItems::Functions(items) => items.len(),
                ElementItems::Expressions(items) => items.len(),
            };
            if count != 0 && count != own {
                return Err(begin.wrong("an element segment has another length than in the module"));
            }
            let ty = canonical_ref(segment.ty, &instance.type_ids);
            let items: Box<[u64]> = from.slots(count)?.collect();
            if !items.iter().all(|slot| check.reference(*slot, ty)) {
                return Err(begin.wrong("an element segment holds what its type does not allow"));
            }
            all[*address as usize] = items;
        }
    }
    Ok(all)
}

fn data(from: &mut Reader<'_>, store: &Store) -> Read<Vec<Range<usize>>> {
    let mut all = alloc::vec![0..0; store.data.len()];
    for instance in &store.instances {
        for (segment, address) in instance.module.data().iter().zip(&instance.data) {
            if !from.flag()? {
                all[*address as usize] = segment.range.clone();
            }
        }
    }
    Ok(all)
}
