//! Memories whose bytes the embedder changes in place: the record learns of it afterwards.

use alloc::vec::Vec;
use core::ops::Range;

use flight_memory::Pages;

use super::{Action, Checkpoint};
use crate::Result;
use crate::context::State;
use crate::interpreter::{InstanceId, Interpreter};

/// Changes that no more than so many unchanged bytes keep apart are recorded as one. With more of them, a question
/// about who wrote an unchanged byte would often be answered wrongly; with fewer, there would be very many actions.
const GAP: usize = 16;

/// So many parts of memories are open at most; then all of a memory is.
const MOST_PARTS: usize = 32;

/// A part of a memory that the embedder has in its hands.
#[derive(Debug)]
pub(crate) struct OpenMemory {
    /// The memory's address in the store.
    memory: u32,
    range: Range<usize>,
    /// What it held; `None` if nothing is recorded.
    before: Option<Pages<u8>>,
}

impl Interpreter {
    /// Bytes of a memory of an instance, to be changed in place.
    ///
    /// What changes is recorded as if by [`Interpreter::write_memory`], at the moment at which the machine then is: by
    /// [`Interpreter::settle_memories`], which everything that changes the machine, executes or goes back does first.
    /// So whoever keeps a pointer to these bytes must ask for them anew after any of that, and may not write through the
    /// old one: it may be dangling, since memories move when they grow, and what it writes would not be in the record.
    ///
    /// While a record is kept, what the bytes are before is copied; of all bytes of a memory only those that have
    /// changed since the last copy of the machine.
    ///
    /// # Errors
    /// As [`Interpreter::read_memory`].
    pub fn memory_bytes_mut(
        &mut self,
        instance: InstanceId,
        index: u32,
        address: u64,
        length: u64,
    ) -> Result<&mut [u8]> {
        self.read_memory(instance, index, address, length)?;
        let memory = self.memory_address(instance, index)?;
        // The bytes are there, so both fit.
        let range = address as usize..address as usize + length as usize;
        self.open(memory as u32, range.clone());
        Ok(&mut self.context.store.memories[memory].bytes_mut()[range])
    }

    /// Whether bytes of memories may have been changed in place since they were last settled.
    pub fn has_open_memories(&self) -> bool {
        !self.open_memories.is_empty()
    }

    /// Records what has been changed through [`Interpreter::memory_bytes_mut`], as an action of its own for each range
    /// of bytes. In the past, a change gives up the recorded future; nothing happens if no byte is another one.
    ///
    /// [`Interpreter::moment`], [`Interpreter::journal`] and the like tell of it only then.
    pub fn settle_memories(&mut self) {
        if self.open_memories.is_empty() {
            return;
        }
        for OpenMemory {
            memory,
            range,
            before,
        } in core::mem::take(&mut self.open_memories)
        {
            let bytes = self.context.store.memories[memory as usize].bytes();
            let (Some(before), Some(bytes)) = (before, bytes.get(range.clone())) else {
                continue;
            };
            let changes = before.differences(bytes, GAP);
            let changes = changes.into_iter().map(|change| {
                let address = (range.start + change.start) as u64;
                (address, Vec::from(&bytes[change]))
            });
            for (address, bytes) in changes.collect::<Vec<_>>() {
                let occasion = self.recorded_here();
                self.note(occasion, || Action::WriteMemory {
                    memory,
                    address,
                    bytes,
                });
            }
        }
    }

    /// Notes what a part of a memory holds before the embedder changes it.
    fn open(&mut self, memory: u32, mut range: Range<usize>) {
        let covers = |open: &OpenMemory| {
            open.memory == memory && open.range.start <= range.start && range.end <= open.range.end
        };
        if self.open_memories.iter().any(covers) {
            return;
        }
        if self.open_memories.len() >= MOST_PARTS {
            range = 0..self.context.store.memories[memory as usize].bytes().len();
        }
        let before = self.recorded_here().map(|_| self.copy_of(memory, &range));
        self.open_memories.push(OpenMemory {
            memory,
            range,
            before,
        });
    }

    fn copy_of(&self, memory: u32, range: &Range<usize>) -> Pages<u8> {
        let bytes = self.context.store.memories[memory as usize].bytes();
        let is_whole = *range == (0..bytes.len());
        let earlier = self
            .last_checkpoint()
            .filter(|_| is_whole)
            .and_then(|last| last.memory(memory));
        Pages::of(&bytes[range.clone()], earlier)
    }

    /// A record begins or ends while the embedder has memories in its hands.
    pub(crate) fn reopen_memories(&mut self) {
        let mut open = core::mem::take(&mut self.open_memories);
        for part in &mut open {
            part.before = self
                .recorded_here()
                .map(|_| self.copy_of(part.memory, &part.range));
        }
        self.open_memories = open;
    }

    /// The embedder's memories are others now, so what it had in its hands is nothing to be compared with.
    pub(crate) fn forget_open_memories(&mut self) {
        self.open_memories.clear();
    }

    /// The last copy of the machine before the present moment.
    fn last_checkpoint(&self) -> Option<&Checkpoint> {
        let history = self.history.as_deref()?;
        let at = history.checkpoint_before(self.moment())?;
        history.checkpoints.get(at)
    }

    /// When something happens that is to be recorded; `None` if it is not.
    pub(super) fn recorded_here(&self) -> Option<(u64, State)> {
        let history = self.history.as_ref()?;
        (!history.replaying).then(|| (self.time(), self.state()))
    }
}
