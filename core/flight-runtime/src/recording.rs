//! A record as a file: a beginning and a journal, from which the whole course follows.
//!
//! ```text
//! envelope   magic, version, length, checksum (`envelope.rs`)
//! limits     of memories, heap, calls and value stack
//! instances  for each its module, compressed, and what its imports were given
//! beginning  a snapshot; none if the instances had just been made
//! course     moments of beginning and end, and the journal
//! marks      hashes of the machine at some moments, the last one at the end
//! ```

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use flight_wasm::{ExternType, Limits, Module};

use crate::codec::{Read, Reader, Unreadable, Writer};
use crate::envelope::Envelope;
use crate::history::{Entry, Moment};
use crate::imports::{Extern, Imports};
use crate::interpreter::{InstanceId, Interpreter};
use crate::snapshot::pack::{Packed, pack};
use crate::store::{Given, ModuleInstance};
use crate::{Config, Error, Result};

mod entries;
#[cfg(test)]
mod tests;

const RECORDING: Envelope = Envelope {
    magic: *b"\0flightr",
    version: 1,
    name: "a recording",
};

/// How many moments of the course are marked at most, beside the end.
const MARKS: usize = 30;

/// What a check of a record has found to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The instructions that were executed.
    pub instructions: u64,
    /// What the embedder did.
    pub actions: u64,
    /// The moments at which the whole machine was compared.
    pub marks: usize,
}

impl Interpreter {
    /// The record as the bytes of a `.flight` file, self-contained: modules, limits, beginning, and what the embedder
    /// did. What lies in the future of the present moment belongs to it.
    ///
    /// The machine goes through its past for this, and is back where it was.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing is recorded; [`Error::Diverged`].
    pub fn recording(&mut self) -> Result<Vec<u8>> {
        self.ask_past("recording", Self::write_recording)
    }

    fn write_recording(&mut self) -> Result<Vec<u8>> {
        let view = self.must_be_recording()?;
        let mut to = Writer::new();
        RECORDING.begin(&mut to);
        let config = self.limits();
        to.number(config.memory_budget);
        to.number(config.heap_budget);
        to.number(config.max_call_depth.into());
        to.number(config.max_stack_bytes);
        to.list(&self.context.store.instances, write_instance);
        self.seek_moment(view.begin)?;
        to.option(self.beginning()?.as_deref(), |to, snapshot| {
            to.bytes(snapshot);
        });
        to.moment(view.begin);
        to.moment(view.end);
        let mut time = view.begin.time;
        to.list(self.journal(), |to, entry| {
            to.entry(entry, time);
            time = entry.time;
        });
        let marks = self.marks()?;
        to.list(&marks, |to, (moment, hash)| {
            to.moment(*moment);
            to.fixed(*hash);
        });
        Ok(RECORDING.seal(to))
    }

    fn must_be_recording(&self) -> Result<crate::HistoryView> {
        self.history()
            .ok_or_else(|| Error::Usage("nothing is recorded".to_string()))
    }

    fn limits(&self) -> Config {
        let context = &self.context;
        Config {
            memory_budget: context.store.budget.limit(),
            heap_budget: context.store.heap.budget(),
            max_call_depth: context.max_call_depth,
            max_stack_bytes: context.stack.max_bytes(),
            translation: self.translation,
            history_budget: None,
        }
    }

    /// A snapshot of the machine, unless it is as its instances make it.
    fn beginning(&self) -> Result<Option<Vec<u8>>> {
        let mut fresh = Self::new(self.limits());
        for instance in &self.context.store.instances {
            let imports = imports_of(instance);
            fresh.instantiate_without_start(&instance.module, &imports)?;
        }
        let same = fresh.state_hash() == self.state_hash();
        Ok((!same).then(|| self.snapshot()))
    }

    /// Hashes of the machine from here on: at some of the moments of which there are copies, and at the end.
    fn marks(&mut self) -> Result<Vec<(Moment, u64)>> {
        let mut moments = self.checkpoint_moments();
        let every = moments.len().div_ceil(MARKS).max(1);
        moments = moments.into_iter().step_by(every).collect();
        moments.extend(self.history().map(|view| view.end));
        moments.dedup();
        let hash = |moment| {
            self.seek_moment(moment)?;
            Ok((moment, self.state_hash()))
        };
        moments.into_iter().map(hash).collect()
    }

    /// A machine with the record of a `.flight` file, at its beginning: it can go anywhere in it.
    /// Imported functions are never called, since what they did is in the record; beyond its end, and in a branch,
    /// they have to be answered by hand.
    ///
    /// `config` gives what the machine may use at most, its translation, and the budget of the history
    /// (256 MiB if it names none). The limits that were recorded hold.
    ///
    /// # Errors
    /// [`Error::Recording`] if the bytes are no record, are broken or of a newer version, or the machine would need
    /// more than `config` allows.
    pub fn from_recording(bytes: &[u8], config: &Config) -> Result<(Self, Vec<InstanceId>)> {
        let wrong = |Unreadable { offset, message }| Error::Recording { offset, message };
        let body = RECORDING.open(bytes).map_err(wrong)?;
        let mut from = Reader::new(body, Envelope::HEADER as u64);
        let limits = read_limits(&mut from, config).map_err(wrong)?;
        let mut machine = Self::new(limits);
        let instances = machine.read_instances(&mut from).map_err(wrong)?;
        let begin = from.clone();
        let snapshot = from.option(Reader::bytes).map_err(wrong)?;
        if let Some(snapshot) = snapshot {
            machine
                .restore(snapshot)
                .map_err(|error| wrong(begin.wrong(error.to_string())))?;
        }
        let course = read_course(&mut from).map_err(wrong)?;
        if course.begin.time != machine.time() {
            return Err(wrong(begin.wrong("it begins at another time")));
        }
        machine.record(config.history_budget.unwrap_or(HISTORY));
        machine.put_course(course);
        Ok((machine, instances))
    }

    fn read_instances(&mut self, from: &mut Reader<'_>) -> Read<Vec<InstanceId>> {
        let mut instances = Vec::new();
        for _ in 0..from.count(2)? {
            let begin = from.clone();
            let unpacked = Packed::read(from, false)?.unpack();
            let module = match unpacked.map(|bytes| Module::from_bytes(&bytes)) {
                Some(Ok(module)) => module,
                Some(Err(error)) => return Err(begin.wrong(format!("its module: {error}"))),
                None => return Err(begin.wrong("its module cannot be decompressed")),
            };
            let begin = from.clone();
            let given = from.list(read_given)?;
            let imports = imports(&module, &given);
            let known = given.iter().try_for_each(|given| match given {
                Given::Global { value, .. } => self.check_references(&[*value]),
                _ => Ok(()),
            });
            let made = known.and_then(|()| self.instantiate_without_start(&module, &imports));
            instances.push(made.map_err(|error| begin.wrong(format!("its instance: {error}")))?);
        }
        Ok(instances)
    }

    /// Executes the whole record again and compares: what the embedder's functions were called with, how calls ended,
    /// and, if the record comes from a file, the machine at some moments and at the end.
    /// Then the machine is at the end of the record.
    ///
    /// # Errors
    /// [`Error::Diverged`] with the first difference; [`Error::Usage`] if nothing is recorded.
    pub fn verify(&mut self) -> Result<Verified> {
        self.settle_memories();
        let view = self.must_be_recording()?;
        let marks = self.recorded_marks();
        self.forget_copies()?;
        let mut equal_at = view.begin;
        for (moment, hash) in &marks {
            self.seek_moment(*moment)?;
            if self.state_hash() != *hash {
                return Err(Error::Diverged {
                    moment: *moment,
                    message: format!(
                        "the machine is another one, after it was the same at time {}",
                        equal_at.time
                    ),
                });
            }
            equal_at = *moment;
        }
        self.seek_moment(view.end)?;
        Ok(Verified {
            instructions: view.end.time - view.begin.time,
            actions: view.end.actions - view.begin.actions,
            marks: marks.len(),
        })
    }
}

/// What a record's history may take unless something else is wished.
const HISTORY: u64 = 256 << 20;

/// What a file says of a machine's course.
pub(crate) struct Course {
    pub(crate) begin: Moment,
    pub(crate) end: Moment,
    pub(crate) entries: Vec<Entry>,
    pub(crate) marks: Vec<(Moment, u64)>,
}

fn read_course(from: &mut Reader<'_>) -> Read<Course> {
    let at_begin = from.clone();
    let (begin, end) = (from.moment()?, from.moment()?);
    let mut time = begin.time;
    let entries = from.list(|from| {
        let entry = from.entry(time)?;
        time = entry.time;
        Ok(entry)
    })?;
    let count = end.actions.checked_sub(begin.actions);
    if count != Some(entries.len() as u64) || end.time < time || end.time > i64::MAX as u64 {
        return Err(at_begin.wrong("its end does not fit what happened"));
    }
    let at_marks = from.clone();
    let marks = from.list(|from| Ok((from.moment()?, from.fixed()?)))?;
    let ordered = marks.is_sorted_by(|one, next| one.0 < next.0);
    if !ordered || !marks.iter().all(|(at, _)| (begin..=end).contains(at)) {
        return Err(at_marks.wrong("its marks are not in its course"));
    }
    from.end()?;
    Ok(Course {
        begin,
        end,
        entries,
        marks,
    })
}

fn read_limits(from: &mut Reader<'_>, config: &Config) -> Read<Config> {
    let begin = from.clone();
    let limits = Config {
        memory_budget: from.number()?,
        heap_budget: from.number()?,
        max_call_depth: from.small()?,
        max_stack_bytes: from.number()?,
        translation: config.translation,
        history_budget: None,
    };
    for (what, wanted, allowed) in [
        ("memory", limits.memory_budget, config.memory_budget),
        ("heap", limits.heap_budget, config.heap_budget),
        (
            "calls",
            limits.max_call_depth.into(),
            config.max_call_depth.into(),
        ),
        (
            "value stack",
            limits.max_stack_bytes,
            config.max_stack_bytes,
        ),
    ] {
        if wanted > allowed {
            return Err(begin.wrong(format!(
                "it was made with a limit of {wanted} for {what}; here {allowed} are allowed"
            )));
        }
    }
    Ok(limits)
}

fn write_instance(to: &mut Writer, instance: &ModuleInstance) {
    pack(to, instance.module.bytes(), false);
    to.list(&instance.given, |to, given| match *given {
        Given::Existing(value) => {
            let (kind, address) = match value {
                Extern::Func(address) => (0, address),
                Extern::Table(address) => (1, address),
                Extern::Memory(address) => (2, address),
                Extern::Global(address) => (3, address),
                Extern::Tag(address) => (4, address),
            };
            to.byte(kind);
            to.number(address.into());
        }
        Given::Function => to.byte(5),
        Given::Tag => to.byte(6),
        Given::Memory(limits) => {
            to.byte(7);
            write_limits(to, limits);
        }
        Given::Table(limits) => {
            to.byte(8);
            write_limits(to, limits);
        }
        Given::Global { value, mutable } => {
            to.byte(9);
            to.value(value);
            to.flag(mutable);
        }
    });
}

fn write_limits(to: &mut Writer, limits: Limits) {
    to.number(limits.minimum);
    to.option(limits.maximum, Writer::number);
}

fn read_given(from: &mut Reader<'_>) -> Read<Given> {
    let begin = from.clone();
    Ok(match from.byte()? {
        0 => Given::Existing(Extern::Func(from.small()?)),
        1 => Given::Existing(Extern::Table(from.small()?)),
        2 => Given::Existing(Extern::Memory(from.small()?)),
        3 => Given::Existing(Extern::Global(from.small()?)),
        4 => Given::Existing(Extern::Tag(from.small()?)),
        5 => Given::Function,
        6 => Given::Tag,
        7 => Given::Memory(sizes(from)?),
        8 => Given::Table(sizes(from)?),
        9 => Given::Global {
            value: from.value()?,
            mutable: from.flag()?,
        },
        other => return Err(begin.wrong(format!("there is no kind {other} of imports"))),
    })
}

fn sizes(from: &mut Reader<'_>) -> Read<Limits> {
    Ok(Limits {
        minimum: from.number()?,
        maximum: from.option(Reader::number)?,
    })
}

/// The imports that an instance was made with; functions have to be answered by hand.
fn imports_of(instance: &ModuleInstance) -> Imports {
    imports(&instance.module, &instance.given)
}

fn imports(module: &Module, given: &[Given]) -> Imports {
    let mut imports = Imports::new();
    for (import, given) in module.imports().iter().zip(given) {
        let (from, name) = (&*import.module, &*import.name);
        match (*given, &import.ty) {
            (Given::Existing(value), _) => imports.existing(from, name, value),
            (Given::Function, _) => imports.func_by_hand(from, name),
            (Given::Tag, _) => imports.tag(from, name),
            (Given::Global { value, mutable }, _) => imports.global(from, name, value, mutable),
            (Given::Memory(limits), ExternType::Memory(ty)) => {
                let mut ty = *ty;
                ty.limits = limits;
                imports.memory(from, name, ty)
            }
            (Given::Table(limits), ExternType::Table(ty)) => {
                let mut ty = *ty;
                ty.limits = limits;
                imports.table(from, name, ty)
            }
            // Left out: then linking says what is missing.
            (Given::Memory(_) | Given::Table(_), _) => &mut imports,
        };
    }
    imports
}

/// The marks that a file brings along: few, and only looked at when a record is verified.
pub(crate) type Marks = Box<[(Moment, u64)]>;
