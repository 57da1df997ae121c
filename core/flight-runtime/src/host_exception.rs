//! Exceptions that host functions throw into the guest. By the JavaScript interface they go through it like its own.

use alloc::format;
use alloc::string::ToString;
use alloc::vec;

use flight_memory::Payload;
use flight_wasm::{FuncRef, Value, ValueType};

use crate::context::State;
use crate::explain::exception_words;
use crate::history::Action;
use crate::interpreter::{InstanceId, Interpreter, kind_of};
use crate::objects;
use crate::rare::Interrupt;
use crate::slot;
use crate::trap::TagRef;
use crate::type_ids::EXCEPTION;
use crate::{Error, Extern, Result, TrapKind};

impl Interpreter {
    /// Ends the waiting host call by an exception, thrown where the guest called it.
    ///
    /// The guest goes on at its handler; calls up to there are dropped. That takes no time.
    /// If nothing catches the exception up to the innermost call of the embedder's, the machine is `Trapped` with
    /// [`TrapKind::UncaughtException`], and every frame is left to be looked at.
    ///
    /// # Errors
    /// [`Error::WrongState`]; [`Error::Usage`] if there is no such tag, or its exceptions carry other types, or an
    /// object has been collected: then the call still waits.
    pub fn throw(&mut self, tag: TagRef, arguments: &[Value]) -> Result<()> {
        let frame = self.waiting_frame("throw")?;
        self.check_references(arguments)?;
        self.check_values(self.tag_parameters(tag)?, arguments)
            .map_err(|(wanted, found)| {
                Error::Usage(format!(
                    "an exception of this tag carries {wanted}, not {found}"
                ))
            })?;
        let (occasion, given) = self.host_occasion();
        let caught = self.throw_from_host(tag, arguments);
        self.note(occasion, || Action::Throw {
            function: FuncRef(frame.function),
            arguments: given,
            tag,
            thrown: arguments.into(),
            caught,
        });
        Ok(())
    }

    /// Whether the guest would catch an exception with this tag if the waiting host function threw it: up to the
    /// innermost call of the embedder's, as [`Interpreter::throw`] looks for a handler.
    /// `None` is a tag that no module knows: then only handlers of all exceptions count.
    ///
    /// False unless the machine is `AwaitingHost`, and for a tag that is not there.
    pub fn would_catch(&self, tag: Option<TagRef>) -> bool {
        if self.state() != State::AwaitingHost {
            return false;
        }
        match tag {
            // No address is as large.
            None => self.landing_of(u32::MAX, 0).is_some(),
            Some(tag) => self.tag_parameters(tag).is_ok_and(|types| {
                let count = slot::slot_count(types);
                self.landing_of(tag.0, count).is_some()
            }),
        }
    }

    /// The types of what the exceptions of a tag carry.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is not one of this interpreter's.
    pub fn tag_parameters(&self, tag: TagRef) -> Result<&[ValueType]> {
        match self.context.store.has_tag(tag.0) {
            true => Ok(self.context.store.tag_params(tag.0)),
            false => Err(Error::Usage(
                "the tag is not of this interpreter".to_string(),
            )),
        }
    }

    /// The tag of an index space.
    ///
    /// # Errors
    /// [`Error::Usage`] if the module has fewer tags.
    pub fn tag(&self, instance: InstanceId, index: u32) -> Result<TagRef> {
        let tags = &self.instance(instance).tags;
        match tags.get(index as usize) {
            Some(address) => Ok(TagRef(*address)),
            None => Err(Error::Usage(format!(
                "there is no tag {index}: the module has {}",
                tags.len()
            ))),
        }
    }

    /// The tag that an instance exports under a name.
    ///
    /// # Errors
    /// [`Error::NoSuchExport`], [`Error::WrongExportKind`].
    pub fn exported_tag(&self, instance: InstanceId, name: &str) -> Result<TagRef> {
        match self.export(instance, name)? {
            Extern::Tag(address) => Ok(TagRef(address)),
            other => Err(Error::WrongExportKind {
                name: name.into(),
                wanted: "tag",
                found: kind_of(other),
            }),
        }
    }

    /// The index that a tag has in an instance; `None` if it has none.
    pub fn tag_index(&self, instance: InstanceId, tag: TagRef) -> Option<u32> {
        let tags = &self.instance(instance).tags;
        let index = tags.iter().position(|address| *address == tag.0);
        index.map(|index| index as u32)
    }

    /// Throws what has been checked: whether the guest has caught it.
    fn throw_from_host(&mut self, TagRef(tag): TagRef, arguments: &[Value]) -> bool {
        let count: u32 = arguments.iter().map(|value| value.ty().slots()).sum();
        let mut slots = vec![0; count as usize];
        slot::write_values(arguments, &mut slots);
        let landing = match cfg!(feature = "gc") {
            true => self.landing_of(tag, count),
            false => None,
        };
        let Some(landing) = landing else {
            self.trap_uncaught(tag, &slots);
            return false;
        };
        let payload = Payload::Slots(slots.into());
        let kind = tag | EXCEPTION;
        let mut exception = objects::allocate(&mut self.context.store, kind, payload.clone());
        if let Err(Interrupt::Collect(wanted)) = exception
            && self.collect(wanted, arguments)
        {
            exception = objects::allocate(&mut self.context.store, kind, payload);
        }
        let Ok(exception) = exception else {
            self.trap_with(TrapKind::HeapExhausted, None);
            return false;
        };
        self.land(exception, &landing);
        self.context.state = State::Paused;
        self.settle();
        true
    }

    fn trap_uncaught(&mut self, tag: u32, slots: &[u64]) {
        let exception = self.exception(tag, slots);
        let name = self.host_call().map(|call| call.name).unwrap_or_default();
        let words = format!(
            "{} was thrown by {name} and nothing catches it",
            exception_words(&exception)
        );
        self.trap_with(TrapKind::UncaughtException, Some(words));
        if let Some(trap) = &mut self.context.trap {
            trap.exception = Some(exception);
        }
    }
}
