//! The calls that have not returned.
//!
//! Of a frame the function is written, the byte offset of its instruction, and the slots that mean something.
//! Where it lies and which marks it has follows from the frames below, so it can neither be wrong nor be made up.

use alloc::format;
use alloc::vec::Vec;

use hashbrown::HashMap;

use crate::codec::{Read, Reader, Writer};
use crate::context::{CallFrame, State, mark};
use crate::interpreter::Interpreter;
use crate::snapshot::check::Check;
use crate::snapshot::places::{Kind, Place};
use crate::state_hash::Live;

/// Frames that can be put back, with the slots in use of all of them, one after the other.
pub(super) struct Frames {
    pub(super) frames: Vec<CallFrame>,
    slots: Vec<u64>,
    /// For each frame how many of the slots are its.
    lengths: Vec<u32>,
    /// The slots that they need in all.
    pub(super) needed: usize,
}

impl Interpreter {
    /// Writes the places in the code at which frames stand, then the frames.
    pub(super) fn write_frames(&self, to: &mut Writer) {
        // Of very many frames most stand at the same few instructions, some of them in both translations.
        let mut known = HashMap::new();
        let mut numbers = HashMap::new();
        let mut places: Vec<(u32, u32)> = Vec::new();
        let mut lives: Vec<(u32, Live)> = Vec::new();
        for (position, frame) in self.context.frames.iter().enumerate() {
            let is_top = position + 1 == self.depth();
            let found = known
                .entry((frame.function, frame.ip, is_top))
                .or_insert_with(|| {
                    let live = self.live(position, *frame);
                    let place = (frame.function, live.offset);
                    let number = *numbers.entry(place).or_insert_with(|| {
                        places.push(place);
                        places.len() as u32 - 1
                    });
                    (number, live)
                });
            lives.push(*found);
        }
        to.list(&places, |to, (function, offset)| {
            to.number((*function).into());
            to.number((*offset).into());
        });
        to.number(lives.len() as u64);
        let slots = self.context.stack.slots();
        for ((number, live), frame) in lives.iter().zip(&self.context.frames) {
            to.number((*number).into());
            to.slots(&slots[frame.base as usize..][..live.slots]);
        }
    }

    /// Reads frames that may lie on each other in this machine, in this state.
    ///
    /// The internal code that they stand in is made, which changes nothing that can be seen.
    pub(super) fn read_frames(
        &mut self,
        from: &mut Reader<'_>,
        heap: &flight_memory::Heap,
        state: State,
    ) -> Read<Frames> {
        let begin = from.clone();
        let mut places = Vec::new();
        for _ in 0..from.count(2)? {
            let begin = from.clone();
            let (function, offset) = (from.small()?, from.small()?);
            if function as usize >= self.context.store.functions.len() {
                return Err(begin.wrong(format!("there is no function {function}")));
            }
            places.push(Place::new(function, offset));
        }
        let depth = from.count(1)?;
        if depth > self.context.max_call_depth as usize {
            let most = self.context.max_call_depth;
            return Err(begin.wrong(format!(
                "{depth} calls lie on each other, here at most {most} may"
            )));
        }
        let mut read = Frames {
            frames: Vec::new(),
            slots: Vec::new(),
            lengths: Vec::new(),
            needed: 0,
        };
        // The place of the frame below.
        let mut below: Option<usize> = None;
        let mut base = 0;
        for position in 0..depth {
            let begin = from.clone();
            let number = from.small()? as usize;
            let Some(place) = places.get_mut(number) else {
                return Err(begin.wrong(format!("frame {position} stands nowhere")));
            };
            let waits = position + 1 < depth;
            if !self.find(place, waits) {
                return Err(
                    begin.wrong(format!("frame {position} stands where no frame can stand"))
                );
            }
            let wrong = |what: &str| Err(begin.wrong(format!("frame {position} {what}")));
            let place = &places[number];
            let (Some(found), caller) = (place.found(waits), below.map(|below| &places[below]))
            else {
                return wrong("stands where no frame can stand");
            };
            let mut marks = 0;
            match caller.and_then(|caller| caller.found(true)) {
                Some(caller_found) if caller_found.kind == Kind::Guest => {
                    if !self.may_return_to(place.function, caller_found) {
                        return wrong("returns what its caller does not expect");
                    }
                    let caller = caller.map_or(place.function, |caller| caller.function);
                    if self.memory_of(caller) != self.memory_of(place.function) {
                        marks |= mark::CROSS;
                    }
                }
                // The embedder makes the outermost call, and those from inside of its own functions.
                _ => marks |= mark::ENTRY,
            }
            if found.kind == Kind::Host {
                marks |= mark::HOST;
            }
            let length = found.live as usize;
            let slots = from.slots(length)?;
            let first = read.slots.len();
            read.slots.extend(slots);
            let check = Check {
                store: &self.context.store,
                heap,
            };
            if !found.holds(check, &read.slots[first..]) {
                return wrong("has slots that do not hold what their types say");
            }
            read.lengths.push(found.live);
            read.frames.push(CallFrame {
                function: place.function,
                base,
                ip: found.ip,
                marks,
            });
            let (Some(end), Some(callee)) = (
                base.checked_add(found.frame),
                base.checked_add(found.callee),
            ) else {
                return wrong("lies beyond every value stack");
            };
            read.needed = read.needed.max(end as usize);
            base = callee;
            below = Some(number);
        }
        self.check_state(&begin, state, &read)?;
        if !self.context.stack.reserve(read.needed) {
            return Err(begin.wrong(format!(
                "its frames need {} bytes, which this machine's value stack does not have",
                read.needed as u64 * 8
            )));
        }
        Ok(read)
    }

    /// Fails if the innermost frame is not one that a machine in this state has.
    fn check_state(&self, begin: &Reader<'_>, state: State, read: &Frames) -> Read<()> {
        let top = read.frames.last();
        let is_host = top.is_some_and(|top| top.is(mark::HOST));
        let fits = match state {
            State::Idle => top.is_none(),
            State::Paused => top.is_some() && !is_host,
            State::AwaitingHost => is_host,
            State::Finished => top.is_none() || is_host,
            State::Trapped => top.is_some(),
        };
        match fits {
            true => Ok(()),
            false => Err(begin.wrong(format!(
                "the innermost call is not one of a machine that is {state:?}"
            ))),
        }
    }

    /// Lays frames onto the value stack, of which everything else is zero.
    pub(super) fn put_frames(&mut self, read: Frames) {
        let stack = self.context.stack.slots_mut();
        stack.fill(0);
        let mut slots = &read.slots[..];
        for (frame, length) in read.frames.iter().zip(&read.lengths) {
            let (own, rest) = slots.split_at(*length as usize);
            stack[frame.base as usize..][..own.len()].copy_from_slice(own);
            slots = rest;
        }
        self.context.frames = read.frames;
    }

    fn memory_of(&self, function: u32) -> u32 {
        self.code.callables()[function as usize].memory
    }
}
