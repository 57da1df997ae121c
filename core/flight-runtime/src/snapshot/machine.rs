//! What is neither store nor frames: state, time, results, trap, and what the embedder keeps.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use flight_wasm::Value;

use crate::codec::{Read, Reader, Writer};
use crate::context::State;
use crate::snapshot::check::Check;
use crate::trap::Trap;

/// What is put back.
pub(super) struct Machine {
    pub(super) state: State,
    pub(super) time: u64,
    pub(super) results: Vec<Value>,
    pub(super) trap: Option<Trap>,
    pub(super) kept: BTreeMap<u32, u32>,
}

impl Machine {
    pub(super) fn write(&self, to: &mut Writer) {
        let Self {
            state,
            time,
            results,
            trap,
            kept,
        } = self;
        to.state(*state);
        to.number(*time);
        to.values(results);
        to.option(trap.as_ref(), Writer::trap);
        to.number(kept.len() as u64);
        for (handle, count) in kept {
            to.number((*handle).into());
            to.number((*count).into());
        }
    }

    /// Reads a machine whose objects are `check.heap`.
    pub(super) fn read(from: &mut Reader<'_>, check: Check<'_>) -> Read<Self> {
        let state = from.state()?;
        let begin = from.clone();
        let time = from.number()?;
        // So that it can go on for as long as anybody will wait.
        if time > i64::MAX as u64 {
            return Err(begin.wrong("no machine can have run for so long"));
        }
        let begin = from.clone();
        let results = from.values()?;
        if !results.is_empty() && state != State::Finished
            || !results.iter().all(|value| check.embedder_value(*value))
        {
            return Err(begin.wrong("there are results that cannot be"));
        }
        let begin = from.clone();
        let trap = from.option(Reader::trap)?;
        if trap.is_some() != (state == State::Trapped)
            || !trap.as_ref().is_none_or(|trap| is_sound(check, trap))
        {
            return Err(begin.wrong("there is a trap that cannot be, or none where one must be"));
        }
        Ok(Self {
            state,
            time,
            results,
            trap,
            kept: kept(from, check)?,
        })
    }
}

/// Whether nothing in the description of a trap would mislead what looks at it.
fn is_sound(check: Check<'_>, trap: &Trap) -> bool {
    let thrown = trap.exception.as_ref();
    let arguments = thrown.iter().flat_map(|thrown| &thrown.arguments);
    let locals = trap.frames.iter().flat_map(|frame| &frame.locals);
    let values = trap.operands.iter().chain(arguments);
    thrown.is_none_or(|thrown| check.store.has_tag(thrown.tag))
        && values
            .chain(locals.map(|local| &local.value))
            .all(|value| check.is_of_its_kind(*value))
}

fn kept(from: &mut Reader<'_>, check: Check<'_>) -> Read<BTreeMap<u32, u32>> {
    let mut kept = BTreeMap::new();
    for _ in 0..from.count(2)? {
        let begin = from.clone();
        let (handle, count) = (from.small()?, from.small()?);
        let is_new = kept.insert(handle, count).is_none();
        if count == 0 || count > i32::MAX as u32 || !is_new || check.heap.get(handle).is_none() {
            return Err(begin.wrong(format!("object {handle} cannot be kept {count} times")));
        }
    }
    Ok(kept)
}
