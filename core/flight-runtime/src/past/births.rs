//! When bytes of a memory, or entries of a table, came to be: the last growth that they needed.
//!
//! What has come to be stays, so the moment is looked for by halves.

use alloc::vec;
use alloc::vec::Vec;

use super::writes::{SHOWN, Wanted, Written};
use crate::access::Thing;
use crate::history::Action;
use crate::interpreter::Interpreter;
use crate::slot::value_of;
use crate::watch::WatchValue;
use crate::{Moment, Result};

impl Interpreter {
    /// How large a memory or a table is; `None` for anything else.
    fn size_of(&self, thing: Thing) -> Option<u64> {
        let store = &self.context.store;
        match thing {
            Thing::Memory(memory) => Some(store.memories[memory as usize].size()),
            Thing::Table(table) => Some(store.tables[table as usize].size()),
            Thing::Global(_) | Thing::Local { .. } => None,
        }
    }

    /// The growth by which the last of what is asked about came to be, if that was later than `since`.
    /// The machine may be anywhere afterwards.
    pub(super) fn find_growth(
        &mut self,
        wanted: &Wanted,
        here: Moment,
        since: Option<Moment>,
    ) -> Result<Option<Written>> {
        let thing = wanted.thing;
        if self.size_of(thing).is_none() {
            return Ok(None);
        }
        self.go_to(here)?;
        // What is not there yet has not been written.
        let size = self.size_of(thing).unwrap_or(0).min(wanted.end);
        let Some(last) = size.checked_sub(1).filter(|last| *last >= wanted.first) else {
            return Ok(None);
        };
        let value = self.value_at(wanted, last);
        let begin = self.history().map_or(here, |history| history.begin);
        let mut absent = since.unwrap_or(begin).max(begin);
        self.go_to(absent)?;
        if self.size_of(thing) > Some(last) {
            return Ok(None);
        }
        // Before `absent` it was not there, at `present` it was.
        let mut present = here;
        while present.time - absent.time > 1 {
            let middle = absent.time + (present.time - absent.time) / 2;
            let middle = self.last_moment_at(middle)?;
            self.go_to(middle)?;
            match self.size_of(thing) > Some(last) {
                true => present = middle,
                false => absent = middle,
            }
        }
        // The last instruction before, or an action behind it.
        if present.time > absent.time {
            let behind = Moment {
                time: present.time,
                trapped: false,
                ..absent
            };
            self.go_to(behind)?;
            if self.size_of(thing) > Some(last) {
                return Ok(Some(Written {
                    moment: absent,
                    action: None,
                    value,
                }));
            }
            absent = behind;
        }
        let growths = self.actions(absent.actions, present.actions);
        let growths = growths.filter(|(_, action)| {
            matches!(action, Action::GrowMemory { .. } | Action::GrowTable { .. })
        });
        let moments: Vec<Moment> = growths.map(|(moment, _)| moment).collect();
        for moment in moments {
            let behind = Moment {
                actions: moment.actions + 1,
                ..moment
            };
            self.go_to(behind)?;
            if self.size_of(thing) > Some(last) {
                return Ok(Some(Written {
                    moment,
                    action: Some(moment.actions),
                    value,
                }));
            }
        }
        Ok(None)
    }

    /// What of the wanted things came to be last: bytes are zero then.
    fn value_at(&self, wanted: &Wanted, last: u64) -> Option<WatchValue> {
        match wanted.thing {
            Thing::Memory(_) => {
                let count = (last + 1 - wanted.first).min(SHOWN);
                Some(WatchValue::Bytes {
                    address: last + 1 - count,
                    bytes: vec![0; count as usize],
                })
            }
            Thing::Table(table) => {
                let store = &self.context.store;
                let table = &store.tables[table as usize];
                let ty = flight_wasm::ValueType::Ref(table.ty.element);
                let value = value_of(ty, table.get(last)?, 0, &store.heap);
                Some(WatchValue::Entry { entry: last, value })
            }
            Thing::Global(_) | Thing::Local { .. } => None,
        }
    }
}
