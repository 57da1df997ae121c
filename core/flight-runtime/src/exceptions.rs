//! Throwing: finding the handler, unwinding to it. Spec: exec-throw_ref

use flight_memory::Payload;
use flight_wasm::Value;

use crate::TrapKind;
use crate::code::Code;
use crate::context::mark;
use crate::interpreter::Interpreter;
use crate::lower::{Handler, HandlerKind, arm};
use crate::objects;
use crate::op::{Op, opcode};
use crate::rare::Interrupt;
use crate::slot::{self, slot_object};
use crate::trap::{Exception, TagRef};
use crate::type_ids::EXCEPTION;

/// Where a thrown exception goes on.
pub(crate) struct Landing {
    /// The frame's position, counted from the outermost one.
    position: usize,
    /// The word of the internal code.
    ip: u32,
    /// The slot of the value stack that the exception's arguments go to.
    arguments: Option<u32>,
    /// The slot that the reference to the exception goes to: behind the arguments, or one of the frame's own.
    reference: Reference,
}

enum Reference {
    None,
    BehindArguments(u32),
    At(u32),
}

impl Interpreter {
    /// Executes the instruction at hand, which throws: the machine goes on at a handler, or traps.
    pub(crate) fn execute_throw(&mut self) {
        if !cfg!(feature = "gc") {
            return self.trap_with(TrapKind::Unreachable, None);
        }
        match self.thrown() {
            Ok(exception) => match self.landing(exception) {
                Some(landing) => {
                    self.land(exception, &landing);
                    self.context.time += 1;
                }
                None => self.trap_with(TrapKind::UncaughtException, None),
            },
            Err(Interrupt::Trap(kind)) => self.trap_with(kind, None),
            // Once there is room the instruction is executed again.
            Err(Interrupt::Collect(bytes)) => self.make_room(bytes),
        }
    }

    /// The exception that the instruction at hand throws, as the slot that refers to it.
    fn thrown(&mut self) -> Result<u64, Interrupt> {
        let Some(&top) = self.context.frames.last() else {
            return Err(TrapKind::NullException.into());
        };
        let words = &self.code.words()[top.ip as usize..];
        let frame = &self.context.stack.slots()[top.base as usize..];
        if opcode(self.code.first_word(top.ip)) == Op::Throw as u32 {
            let (tag, first, count) = (words[1], words[2] as usize / 8, words[3] as usize);
            let arguments = frame[first..first + count].into();
            return objects::allocate(
                &mut self.context.store,
                tag | EXCEPTION,
                Payload::Slots(arguments),
            );
        }
        let exception = frame[words[1] as usize / 8];
        slot_object(exception)
            .map(|_| exception)
            .ok_or(TrapKind::NullException.into())
    }

    /// The tag of an exception, and its arguments as slots.
    fn opened(&self, exception: u64) -> Option<(u32, &[u64])> {
        let object = self.context.store.heap.get(slot_object(exception)?)?;
        match &object.payload {
            Payload::Slots(slots) => Some((object.kind & !EXCEPTION, slots)),
            Payload::Bytes(_) => None,
        }
    }

    /// The innermost handler of an exception; never beyond a call of the embedder's.
    fn landing(&self, exception: u64) -> Option<Landing> {
        let (tag, arguments) = self.opened(exception)?;
        self.landing_of(tag, arguments.len() as u32)
    }

    /// How many calls above the innermost one a handler of this tag is found, if there is one.
    pub(crate) fn handler_depth(&self, tag: u32, count: u32) -> Option<usize> {
        self.landing_of(tag, count)
            .map(|landing| self.depth() - 1 - landing.position)
    }

    /// The innermost handler of exceptions with a tag whose arguments take `count` slots.
    pub(crate) fn landing_of(&self, tag: u32, count: u32) -> Option<Landing> {
        for (position, frame) in self.context.frames.iter().enumerate().rev() {
            // A frame that waits stands behind its call; the word before is still the call's.
            let waits = position + 1 < self.depth();
            let ip = if waits {
                frame.ip.wrapping_sub(1)
            } else {
                frame.ip
            };
            if let Some((first, handlers)) = self.code.handlers(frame.function, ip) {
                let found = handling(&self.code, first, handlers, ip - first, tag);
                if let Some((handler, arm)) = found {
                    return Some(self.landing_at(position, first, handler, arm, count));
                }
            }
            if frame.is(mark::ENTRY) {
                return None;
            }
        }
        None
    }

    fn landing_at(
        &self,
        position: usize,
        first: u32,
        handler: &Handler,
        arm: usize,
        count: u32,
    ) -> Landing {
        let base = self.context.frames[position].base;
        match &handler.kind {
            HandlerKind::Table { word } => {
                let word = first + word;
                let entry = &self.code.words()[word as usize + 2 + 4 * arm..];
                let arguments = base + entry[3] / 8;
                let (arguments, reference) = match entry[0] {
                    arm::ONE => (Some(arguments), Reference::None),
                    arm::ONE_REF => (
                        Some(arguments),
                        Reference::BehindArguments(arguments + count),
                    ),
                    arm::ALL_REF => (None, Reference::BehindArguments(arguments)),
                    _ => (None, Reference::None),
                };
                Landing {
                    position,
                    ip: word.wrapping_add(entry[2]),
                    arguments,
                    reference,
                }
            }
            HandlerKind::Arms {
                arms,
                dst,
                exception,
            } => {
                let (tag, word) = arms[arm];
                Landing {
                    position,
                    ip: first + word,
                    arguments: tag.map(|_| base + dst / 8),
                    reference: Reference::At(base + exception / 8),
                }
            }
            // `handling` gives none of these.
            HandlerKind::Delegate { .. } => Landing {
                position,
                ip: first,
                arguments: None,
                reference: Reference::None,
            },
        }
    }

    /// Unwinds to a handler and goes on there. The frame has had room for the arguments ever since it was called.
    pub(crate) fn land(&mut self, exception: u64, landing: &Landing) {
        let arguments = match self.opened(exception) {
            Some((_, arguments)) => arguments.to_vec(),
            None => alloc::vec::Vec::new(),
        };
        let stack = self.context.stack.slots_mut();
        if let Some(first) = landing.arguments {
            stack[first as usize..][..arguments.len()].copy_from_slice(&arguments);
        }
        match landing.reference {
            Reference::None => {}
            Reference::BehindArguments(slot) | Reference::At(slot) => {
                stack[slot as usize] = exception;
            }
        }
        self.context.frames.truncate(landing.position + 1);
        self.context.frames[landing.position].ip = landing.ip;
    }

    /// The exception that the instruction at hand throws, to be looked at.
    pub(crate) fn describe_thrown(&self) -> Option<Exception> {
        let top = self.context.frames.last()?;
        if top.is(mark::HOST) {
            return None;
        }
        let words = &self.code.words()[top.ip as usize..];
        let frame = &self.context.stack.slots()[top.base as usize..];
        let (tag, slots) = if opcode(self.code.first_word(top.ip)) == Op::Throw as u32 {
            let first = words[2] as usize / 8;
            (words[1], &frame[first..first + words[3] as usize])
        } else {
            self.opened(frame[words[1] as usize / 8])?
        };
        Some(self.exception(tag, slots))
    }

    pub(crate) fn exception(&self, tag: u32, slots: &[u64]) -> Exception {
        let types = self.context.store.tag_params(tag);
        Exception {
            tag,
            name: self.tag_name(TagRef(tag)),
            arguments: slot::read_values(types, slots, &self.context.store.heap),
        }
    }

    /// The exception that a value refers to; `None` for null, for other values and for stale references.
    pub fn exception_of(&self, value: Value) -> Option<Exception> {
        let Value::ExnRef(Some(object)) = value else {
            return None;
        };
        if self.context.store.heap.generation(object.handle) != Some(object.generation) {
            return None;
        }
        let (tag, slots) = self.opened(slot::object_slot(object.handle))?;
        Some(self.exception(tag, slots))
    }
}

/// The innermost handler of a tag around a word of a function's code, and the position of its arm.
fn handling<'a>(
    code: &Code,
    first: u32,
    handlers: &'a [Handler],
    word: u32,
    tag: u32,
) -> Option<(&'a Handler, usize)> {
    let mut level = u32::MAX;
    for handler in handlers {
        if word < handler.start || word >= handler.end || handler.level > level {
            continue;
        }
        let arm = match &handler.kind {
            HandlerKind::Delegate { level: outer } => {
                level = *outer;
                None
            }
            HandlerKind::Arms { arms, .. } => arms
                .iter()
                .position(|(caught, _)| caught.is_none_or(|caught| caught == tag)),
            HandlerKind::Table { word } => {
                let word = (first + word) as usize;
                let count = code.words()[word + 1] as usize;
                let entries = code.words()[word + 2..][..4 * count].chunks_exact(4);
                entries.into_iter().position(|entry| match entry[0] {
                    arm::ONE | arm::ONE_REF => entry[1] == tag,
                    _ => true,
                })
            }
        };
        if let Some(arm) = arm {
            return Some((handler, arm));
        }
    }
    None
}
