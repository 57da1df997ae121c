//! Questions to the past: which instruction wrote this, and where a value comes from.
//!
//! The record is searched backwards, one interval between two copies of the machine after the other
//! ([`Interpreter::search_back_from`]); within an interval the machine goes forward and what happens is noted.
//! What a memory, a global or a table is asked about is watched (`past/writes.rs`); for a local or an operand the
//! instructions of its function that may have made it are marked (`past/frame.rs`).
//! `past/follow.rs` goes on from there to where a copied value was made.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use flight_wasm::Value;

use crate::analysis::instruction_at;
use crate::context::{State, mark};
use crate::history::Action;
use crate::interpreter::{InstanceId, Interpreter};
use crate::watch::{WatchValue, Watched};
use crate::{Error, Moment, Result};

mod births;
mod follow;
mod frame;
#[cfg(test)]
pub(crate) mod tests;
mod writes;

use frame::{Cell, Found, How};
use writes::Written;

/// Something that can have been written. What an instance imports is the same thing in the instance that exports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrittenPlace {
    /// Bytes of a memory: the last write of any of them.
    Memory {
        /// The instance.
        instance: InstanceId,
        /// The memory's index.
        memory: u32,
        /// The first byte's address.
        address: u64,
        /// How many bytes: at least one.
        length: u64,
    },
    /// A global.
    Global {
        /// The instance.
        instance: InstanceId,
        /// The global's index.
        index: u32,
    },
    /// A local of a call that is under way.
    Local {
        /// The frame's distance from the innermost one.
        distance: usize,
        /// The local's index, parameters first.
        index: u32,
    },
    /// Entries of a table: the last write of any of them.
    Table {
        /// The instance.
        instance: InstanceId,
        /// The table's index.
        table: u32,
        /// The first entry.
        entry: u64,
        /// How many entries: at least one.
        count: u64,
    },
}

/// Who did something.
#[derive(Clone, Debug, PartialEq)]
pub enum Doer {
    /// An instruction. A call is the one that gave its function's parameters and made its other locals zero,
    /// that pushed its results, and that threw what came out of it.
    Instruction {
        /// The instance that its function belongs to.
        instance: InstanceId,
        /// The function's index in its module.
        function: u32,
        /// The function's name.
        name: Option<Box<str>>,
        /// The instruction's byte offset in the module.
        offset: u32,
        /// The instruction with its immediates.
        instruction: String,
        /// How many calls lay on each other, the instruction's own included.
        depth: usize,
    },
    /// The embedder: what it did. A call that it made gave parameters and made locals zero.
    Embedder(Action),
}

/// Where something comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The moment before it was done, which [`Interpreter::seek_moment`] goes to.
    pub moment: Moment,
    /// Who did it.
    pub doer: Doer,
    /// What was written or pushed. Of a memory or a table the part that was asked about, as a watchpoint shows it.
    pub value: Option<WatchValue>,
}

impl Interpreter {
    /// Who wrote something last before the present moment, in the recorded past; `None` if nobody since it began.
    ///
    /// What counts are the guest's instructions that write, also if the value stays the same, what the embedder and its
    /// host functions changed, and that a memory or table grew to have what is asked about.
    /// A local was written by the call of its function, if by nothing later.
    /// The machine stays where it is.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing is recorded, from inside of a host function, or if there is no such place;
    /// [`Error::Diverged`].
    pub fn last_write(&mut self, place: WrittenPlace) -> Result<Option<Origin>> {
        self.ask_past("last_write", |own| {
            let query = match place {
                WrittenPlace::Local { distance, index } => Query::Frame {
                    level: own.level_at(distance)?,
                    cell: Cell::Local(index),
                },
                WrittenPlace::Memory {
                    instance,
                    memory,
                    address,
                    length,
                } => Query::Written(Watched::Memory {
                    instance,
                    memory,
                    address,
                    length,
                }),
                WrittenPlace::Global { instance, index } => {
                    Query::Written(Watched::Global { instance, index })
                }
                WrittenPlace::Table {
                    instance,
                    table,
                    entry,
                    count,
                } => Query::Written(Watched::Table {
                    instance,
                    table,
                    entry,
                    count,
                }),
            };
            let answer = own.answer_query(query)?;
            Ok(answer.map(|(origin, _)| origin))
        })
    }

    /// Which instruction pushed an operand of the frame at a distance from the innermost one; `position` counts from the
    /// bottom. `None` if it was there when the record began.
    ///
    /// Blocks pass their parameters and results on, and branches carry operands along: those have pushed nothing.
    /// A caught exception's values were pushed by what threw it in the frame: an instruction or a call.
    /// The machine stays where it is.
    ///
    /// # Errors
    /// [`Error::Usage`] if nothing is recorded, from inside of a host function, or if there is no such operand;
    /// [`Error::Diverged`].
    pub fn origin(&mut self, distance: usize, position: u32) -> Result<Option<Origin>> {
        let mut all = self.how_it_came_about(distance, position, 1)?;
        Ok(all.pop())
    }

    /// How an operand came about: who pushed it, and if that was a copy, where the copied value was written, and so on to
    /// where it was computed, to the embedder, or to the beginning of the record; at most so many, nearest first.
    ///
    /// Copies are reads and writes of locals, globals, memories and tables, `select`, parameters, results and thrown
    /// values. A call is followed by what it returned or threw, which was made later than it. Of several bytes or entries the ones that were written last are followed.
    /// The machine stays where it is.
    ///
    /// # Errors
    /// As [`Interpreter::origin`].
    pub fn how_it_came_about(
        &mut self,
        distance: usize,
        position: u32,
        most: usize,
    ) -> Result<Vec<Origin>> {
        self.ask_past("origin", |own| {
            let level = own.level_at(distance)?;
            let cell = Cell::Operand(position);
            own.follow(Query::Frame { level, cell }, most)
        })
    }

    /// Who pushed an operand of the instruction that trapped; `operand` counts those that it took, the deepest first, as
    /// in [`crate::Trap::operands`].
    ///
    /// # Errors
    /// As [`Interpreter::origin`]; [`Error::WrongState`] unless the machine is `Trapped`.
    pub fn origin_of_trap(&mut self, operand: usize) -> Result<Option<Origin>> {
        let mut all = self.how_it_came_to_trap(operand, 1)?;
        Ok(all.pop())
    }

    /// How an operand of the instruction that trapped came about, as [`Interpreter::how_it_came_about`] tells.
    ///
    /// # Errors
    /// As [`Interpreter::origin_of_trap`].
    pub fn how_it_came_to_trap(&mut self, operand: usize, most: usize) -> Result<Vec<Origin>> {
        if self.state() != State::Trapped {
            return Err(Error::WrongState {
                operation: "the origin of a trap",
                state: self.state(),
            });
        }
        self.ask_past("origin_of_trap", |own| {
            let taken = own.trap().map_or(0, |trap| trap.operands.len());
            let depth = own.depth();
            let Some(top) = own
                .context
                .frames
                .last()
                .copied()
                .filter(|_| operand < taken)
            else {
                return Err(Error::Usage(format!(
                    "there is no operand {operand}: what trapped took {taken}"
                )));
            };
            if !top.is(mark::HOST) {
                let place = own.place_of(depth - 1);
                let kept = place.map_or(0, |place| {
                    let analysis = own.analysis(place.instance, place.func);
                    analysis.operands(place.offset).len() - analysis.takes(place.offset)
                });
                let query = Query::Frame {
                    level: depth,
                    cell: Cell::Operand((kept + operand) as u32),
                };
                return own.follow(query, most);
            }
            // A host function has failed. Its arguments were operands of the call.
            let query = Query::Frame {
                level: depth,
                cell: Cell::Local(operand as u32),
            };
            match own.answer_query(query)? {
                None => Ok(Vec::new()),
                Some((origin, lead)) => match own.leads_to(&lead)? {
                    Some(query) => own.follow(query, most),
                    None => Ok(Vec::from([origin])),
                },
            }
        })
    }

    /// How many calls lie on each other up to the frame at a distance from the innermost one.
    fn level_at(&self, distance: usize) -> Result<usize> {
        let depth = self.depth();
        let level = depth.checked_sub(distance).filter(|level| *level > 0);
        level
            .ok_or_else(|| Error::Usage(format!("there is no frame {distance}: there are {depth}")))
    }

    /// Answers a question at the moment at which the machine is; it is somewhere else afterwards.
    fn answer_query(&mut self, query: Query) -> Result<Option<(Origin, Lead)>> {
        Ok(match query {
            Query::Frame { level, cell } => match self.find_in_frame(level, cell)? {
                Some((found, value)) => {
                    let origin = self.origin_of(found.moment, found.action(), value)?;
                    Some((origin, Lead::Frame { found, cell, level }))
                }
                None => None,
            },
            Query::Written(watched) => match self.find_written(watched)? {
                Some(written) => {
                    let Written {
                        moment,
                        action,
                        ref value,
                    } = written;
                    let origin = self.origin_of(moment, action, value.clone())?;
                    let value = origin.value.clone();
                    let lead = Lead::Written {
                        watched,
                        moment,
                        by_embedder: action.is_some(),
                        value,
                    };
                    Some((origin, lead))
                }
                None => None,
            },
        })
    }

    /// Tells of what was done at a moment: by the embedder if that was an action, else by the next instruction.
    fn origin_of(
        &mut self,
        moment: Moment,
        action: Option<u64>,
        value: Option<WatchValue>,
    ) -> Result<Origin> {
        let embedder = action.and_then(|action| self.action(action).cloned());
        let doer = match embedder {
            Some(action) => Doer::Embedder(action),
            None => {
                self.go_to(moment)?;
                self.next_instruction()?
            }
        };
        Ok(Origin {
            moment,
            doer,
            value,
        })
    }

    /// What the embedder did, from the action with one number to before that with another, and when.
    fn actions(&self, from: u64, to: u64) -> impl DoubleEndedIterator<Item = (Moment, &Action)> {
        let first = self.history().map_or(0, |history| history.begin.actions);
        let at = |number: u64| {
            let at = usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
            at.min(self.journal().len())
        };
        let range = at(from)..at(to).max(at(from));
        let entries = self.journal()[range].iter().enumerate();
        entries.map(move |(at, entry)| {
            let moment = Moment {
                time: entry.time,
                actions: from.max(first) + at as u64,
                trapped: entry.trapped(),
            };
            (moment, &entry.action)
        })
    }

    /// An action of the embedder by its number.
    fn action(&self, number: u64) -> Option<&Action> {
        let (_, action) = self.actions(number, number.saturating_add(1)).next()?;
        Some(action)
    }

    /// The instruction that the machine stands before.
    fn next_instruction(&self) -> Result<Doer> {
        let depth = self.depth();
        let place = depth.checked_sub(1).and_then(|top| self.place_of(top));
        let place = place.ok_or_else(|| Error::Diverged {
            moment: self.moment(),
            message: "an instruction was executed here, but now there is none".to_string(),
        })?;
        let module = &self.context.store.instances[place.instance as usize].module;
        Ok(Doer::Instruction {
            instance: InstanceId(place.instance),
            function: place.func.0,
            name: module.function_name(place.func).map(Into::into),
            offset: place.offset,
            instruction: instruction_at(module, place.func, place.offset).unwrap_or_default(),
            depth,
        })
    }
}

/// What is asked, about the moment at which the machine is.
#[derive(Clone, Copy, Debug)]
enum Query {
    /// About a part of a frame: so many calls lie on each other there.
    Frame { level: usize, cell: Cell },
    /// About what can be watched.
    Written(Watched),
}

/// What an answer says about where to ask next.
enum Lead {
    Frame {
        found: Found,
        cell: Cell,
        level: usize,
    },
    Written {
        watched: Watched,
        moment: Moment,
        by_embedder: bool,
        value: Option<WatchValue>,
    },
}

impl Found {
    fn action(&self) -> Option<u64> {
        match self.how {
            How::Action(number) => Some(number),
            _ => None,
        }
    }
}

/// What is shown of a value of a frame.
fn shown(value: Option<Value>) -> Option<WatchValue> {
    value.map(WatchValue::Value)
}
