//! What is done when a run comes to an instruction that may access what is watched.

use alloc::vec::Vec;
use core::ops::Range;

use flight_wasm::ValueType;

use super::{Heed, Watch, WatchAccess, WatchHit, WatchKind, WatchValue};
use crate::Result;
use crate::access::{Access, Mode, Thing, Touch, writes_nothing};
use crate::analysis::{instruction_at, with_operator};
use crate::context::CallFrame;
use crate::interpreter::{InstanceId, Interpreter, Stop};
use crate::run::Until;
use crate::slot::value_of;
use crate::store::FunctionKind;

/// How many bytes of a memory a hit shows at most.
const SHOWN: u64 = 64;

/// What a watched thing held before the instruction at hand.
struct Before {
    /// The position of the watchpoint.
    watch: usize,
    mode: Mode,
    /// What is both watched and accessed.
    range: Range<u64>,
    old: Held,
}

/// What a watched thing holds.
#[derive(PartialEq)]
enum Held {
    Bytes(Vec<u8>),
    /// Entries of a table, or the slots of a value.
    Slots(Vec<u64>),
}

impl Held {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Slots(slots) => slots.len(),
        }
    }
}

/// Where an instruction stands.
struct Place {
    time: u64,
    frame: CallFrame,
    depth: usize,
}

impl Interpreter {
    /// The first word of the instruction at the break where the loop was left, if the run may go on past it.
    ///
    /// This is all that a watchpoint costs where it is not hit, so nothing is allocated and nothing decoded.
    #[inline]
    pub(crate) fn passes_break(&self) -> Option<u32> {
        let top = self.context.frames.last()?;
        let replaced = self.code.replaced(top.ip)?;
        let stops = replaced.breakpoint && self.breakpoints.count_at(self.depth());
        let passes =
            !stops && (self.watches.heed == Heed::Nothing || self.watched_site(top).is_none());
        passes.then_some(replaced.word)
    }

    /// The candidate that a frame stands at, if it accesses what is watched.
    fn watched_site(&self, frame: &CallFrame) -> Option<&Touch<u32>> {
        let site = self.watches.sites.get(&frame.ip)?;
        let watches = &self.watches.watches;
        self.accesses_at(site, frame)
            .any(|access| watches.iter().any(|watch| watch.overlaps(&access)))
            .then_some(site)
    }

    fn accesses_at<'a>(
        &'a self,
        site: &'a Touch<u32>,
        frame: &CallFrame,
    ) -> impl Iterator<Item = Access> + 'a {
        let base = frame.base as usize;
        let slots = self.context.stack.slots();
        site.accesses(move |slot| slots[base + slot as usize])
    }

    /// Executes the next instruction if it accesses what is watched: how that stopped, and whether to stop behind it.
    /// `None`, and nothing is executed, if it does not.
    pub(crate) fn watched_step(&mut self) -> Option<(Stop, bool)> {
        // Without watchpoints there are no sites.
        if self.watches.sites.is_empty() || self.watches.heed == Heed::Nothing {
            return None;
        }
        let frame = *self.context.frames.last()?;
        let before = self.before(&frame, self.watched_site(&frame)?);
        let place = Place {
            time: self.context.time,
            frame,
            depth: self.depth(),
        };
        let stop = self.step_unchecked();
        // What traps does not count, and has accessed nothing.
        if self.context.time == place.time {
            return Some((stop, false));
        }
        let hits: Vec<_> = before
            .iter()
            .filter_map(|before| self.counted(before, &frame))
            .collect();
        if hits.is_empty() {
            return Some((stop, false));
        }
        if self.watches.heed == Heed::Note {
            self.watches.noted = Some(place.time);
            return Some((stop, false));
        }
        let hits = hits.into_iter().zip(&before);
        let hits = hits.filter_map(|(counted, before)| self.hit(counted, before, &place));
        self.watches.hits = hits.collect();
        Some((stop, true))
    }

    /// What lies where the instruction accesses what is watched.
    fn before(&self, frame: &CallFrame, site: &Touch<u32>) -> Vec<Before> {
        let accesses = self.accesses_at(site, frame);
        let accesses: Vec<Access> = accesses.map(|access| self.exact(access)).collect();
        let watches = self.watches.watches.iter().enumerate();
        let before = |(position, watch): (usize, &Watch)| {
            let mut wanted = accesses.iter().filter(|access| watch.overlaps(access));
            // A copy may read and write what is watched. Its write comes first in the list.
            let access = wanted.next()?;
            let end = watch.end.min(access.first + access.length);
            let range = watch.first.max(access.first)..end;
            let shown = match access.mode.writes() {
                true => range.clone(),
                false => range.start..end.min(range.start + SHOWN),
            };
            Some(Before {
                watch: position,
                mode: access.mode,
                old: self.held(watch, frame, shown)?,
                range,
            })
        };
        watches.filter_map(before).collect()
    }

    /// An access as it will be: an atomic exchange that finds another value than expected only reads.
    fn exact(&self, mut access: Access) -> Access {
        if access.mode == Mode::Both && self.exchange_fails(&access).unwrap_or(false) {
            access.mode = Mode::Read;
        }
        access
    }

    fn exchange_fails(&self, access: &Access) -> Option<bool> {
        let place = self.place_of(self.depth().checked_sub(1)?)?;
        let takes = self.next_operands()?;
        let operand = |at: usize| {
            takes
                .get(at)
                .map_or(0, |value| crate::slot::slots_of(*value).0)
        };
        let operands = [operand(1), operand(2)];
        let module = &self.context.store.instances[place.instance as usize].module;
        with_operator(module, place.func, place.offset, |operator| {
            writes_nothing(&self.context.store, operator, access, operands)
        })
    }

    /// What a part of a watched thing holds. `None` if it is not all there, so that the instruction will trap.
    fn held(&self, watch: &Watch, frame: &CallFrame, range: Range<u64>) -> Option<Held> {
        let store = &self.context.store;
        let length = range.end - range.start;
        let (slot, ty) = watch.place;
        Some(match watch.thing {
            Thing::Memory(memory) => {
                let bytes = store.memories[memory as usize].read(range.start, length);
                Held::Bytes(copied(bytes.ok()?))
            }
            Thing::Table(table) => {
                let entries = store.tables[table as usize].read(range.start, length);
                Held::Slots(copied(entries.ok()?))
            }
            Thing::Global(_) => {
                let cells = store.cells.get(slot as usize..)?;
                Held::Slots(cells.get(..ty.slots() as usize)?.into())
            }
            Thing::Local { .. } => {
                let slots = self.context.stack.slots().get(frame.base as usize..)?;
                let slots = slots.get(slot as usize..)?;
                Held::Slots(slots.get(..ty.slots() as usize)?.into())
            }
        })
    }

    /// What the thing holds now that the instruction has been executed, and whether it was written, if the watchpoint
    /// is one for that.
    fn counted(&self, before: &Before, frame: &CallFrame) -> Option<(WatchAccess, Option<Held>)> {
        let watch = &self.watches.watches[before.watch];
        let kind = watch.point.kind;
        if !(kind.writes() && before.mode.writes()) {
            return Some((WatchAccess::Read, None));
        }
        let new = self.held(watch, frame, before.range.clone())?;
        let all = before.old.len() as u64 >= before.range.end - before.range.start;
        let counts = kind != WatchKind::Change || new != before.old || !all;
        counts.then_some((WatchAccess::Write, Some(new)))
    }

    fn hit(
        &self,
        (access, new): (WatchAccess, Option<Held>),
        before: &Before,
        place: &Place,
    ) -> Option<WatchHit> {
        let watch = &self.watches.watches[before.watch];
        let new = new.as_ref().unwrap_or(&before.old);
        let start = before.range.start;
        let function = place.frame.function;
        let offset = self.code.offset_at(function, place.frame.ip)?;
        let FunctionKind::Guest { instance, func } =
            self.context.store.functions[function as usize].kind
        else {
            return None;
        };
        let module = &self.context.store.instances[instance as usize].module;
        Some(WatchHit {
            watchpoint: watch.point,
            access,
            time: place.time,
            instance: InstanceId(instance),
            function: func.0,
            offset,
            instruction: instruction_at(module, func, offset).unwrap_or_default(),
            depth: place.depth,
            old: self.shown(watch, start, &before.old, new),
            new: self.shown(watch, start, new, &before.old),
        })
    }

    /// What is shown of what a thing holds or held; `start` is where that begins, and `other` what it held or holds.
    fn shown(&self, watch: &Watch, start: u64, held: &Held, other: &Held) -> WatchValue {
        let value = |ty: ValueType, slots: &[u64]| {
            let slot = |at: usize| slots.get(at).copied().unwrap_or(0);
            value_of(ty, slot(0), slot(1), &self.context.store.heap)
        };
        match (held, other, watch.thing) {
            (Held::Bytes(bytes), Held::Bytes(others), _) => {
                let from = first_difference(bytes, others);
                let from = from.min(bytes.len().saturating_sub(SHOWN as usize));
                WatchValue::Bytes {
                    address: start + from as u64,
                    bytes: bytes[from..].iter().take(SHOWN as usize).copied().collect(),
                }
            }
            (Held::Slots(entries), Held::Slots(others), Thing::Table(table)) => {
                let ty = self.context.store.tables[table as usize].ty.element;
                let at = first_difference(entries, others);
                WatchValue::Entry {
                    entry: start + at as u64,
                    value: value(ValueType::Ref(ty), entries.get(at..).unwrap_or_default()),
                }
            }
            (Held::Slots(slots), ..) => WatchValue::Value(value(watch.place.1, slots)),
            (Held::Bytes(_), ..) => WatchValue::Bytes {
                address: start,
                bytes: Vec::new(),
            },
        }
    }

    /// Runs as far as `until` says without stopping behind accesses.
    pub(crate) fn run_unwatched(&mut self, until: Until) -> Result<Stop> {
        let heed = self.watches.heed;
        if heed == Heed::Stop {
            self.watches.heed = Heed::Nothing;
        }
        let stop = self.run_unchecked(until);
        self.watches.heed = heed;
        stop
    }
}

impl Watch {
    /// Whether an access is one of what is watched, in a way that may count.
    #[inline]
    pub(super) fn overlaps(&self, access: &Access) -> bool {
        self.thing == access.thing
            && access.first < self.end
            && self.first < access.first + access.length
            && self.point.kind.wants(access.mode)
    }
}

/// A copy; of the first few if there is no room for all.
fn copied<T: Copy>(all: &[T]) -> Vec<T> {
    let mut copy = Vec::new();
    let room = copy.try_reserve_exact(all.len()).is_ok();
    let kept = if room { all.len() } else { SHOWN as usize };
    copy.extend_from_slice(all.get(..kept).unwrap_or(all));
    copy
}

/// Where two lists begin to differ; 0 if they do not.
fn first_difference<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let pairs = one.iter().zip(other);
    pairs
        .into_iter()
        .position(|(one, other)| one != other)
        .unwrap_or(0)
}
