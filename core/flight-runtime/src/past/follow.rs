//! From a copy to what was copied, and so on.

use alloc::vec::Vec;

use flight_wasm::Value;
use flight_wasm::wasmparser::Operator;

use super::frame::{Cell, Found, How};
use super::writes::number;
use super::{Doer, Lead, Origin, Query, shown};
use crate::access::{Access, Thing};
use crate::analysis::{Kind, with_operator};
use crate::history::{Action, Gait};
use crate::interpreter::{InstanceId, Interpreter};
use crate::watch::{WatchValue, Watched};
use crate::{Moment, Result};

/// What the machine is about to do.
struct Next {
    instance: InstanceId,
    level: usize,
    /// How many operands lie there, and how many are taken.
    height: u32,
    takes: u32,
    copies: Copies,
}

/// What an instruction does with a value that it does not compute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copies {
    /// It computes it.
    Nothing,
    /// It is read from where the instruction reads.
    Read,
    /// It is one of the operands that it takes, counted from the topmost one.
    Operand(u32),
    /// It is one of the two below the topmost one.
    Select,
    /// It comes from another part of what can be watched.
    Moved,
    /// What it grows is filled with the operand below the topmost one.
    Grows,
    /// Operands that it takes are thrown.
    Thrown,
}

/// What an operator copies where.
fn copies(operator: &Operator<'_>) -> Copies {
    match operator {
        Operator::LocalSet { .. }
        | Operator::LocalTee { .. }
        | Operator::GlobalSet { .. }
        | Operator::TableSet { .. }
        | Operator::RefAsNonNull
        | Operator::RefCastNonNull { .. }
        | Operator::RefCastNullable { .. } => Copies::Operand(0),
        Operator::TableFill { .. } | Operator::MemoryFill { .. } => Copies::Operand(1),
        Operator::TableGrow { .. } => Copies::Grows,
        Operator::MemoryCopy { .. } | Operator::TableCopy { .. } => Copies::Moved,
        Operator::Select | Operator::TypedSelect { .. } => Copies::Select,
        Operator::LocalGet { .. } | Operator::GlobalGet { .. } | Operator::TableGet { .. } => {
            Copies::Read
        }
        Operator::Throw { .. } => Copies::Thrown,
        Operator::MemoryAtomicNotify { .. }
        | Operator::MemoryAtomicWait32 { .. }
        | Operator::MemoryAtomicWait64 { .. } => Copies::Nothing,
        _ => match crate::access::memory_access(operator).map(|access| access.mode) {
            Some(mode) if mode.reads() => Copies::Read,
            Some(_) => Copies::Operand(0),
            None => Copies::Nothing,
        },
    }
}

impl Interpreter {
    /// Answers a question, then the one that the answer leads to, and so on.
    pub(super) fn follow(&mut self, query: Query, most: usize) -> Result<Vec<Origin>> {
        let mut found = Vec::new();
        let mut next = Some(query);
        while let Some(query) = next.take().filter(|_| found.len() < most) {
            let Some((origin, lead)) = self.answer_query(query)? else {
                break;
            };
            found.push(origin);
            if found.len() >= most {
                break;
            }
            match self.answered_by_host(&lead)? {
                Some(origin) => found.push(origin),
                None => next = self.leads_to(&lead)?,
            }
        }
        Ok(found)
    }

    /// What an answer leads to, if it tells of a copy; the machine then is where that is to be asked.
    pub(super) fn leads_to(&mut self, lead: &Lead) -> Result<Option<Query>> {
        match lead {
            Lead::Frame { found, cell, level } => match found.how {
                How::Action(_) => Ok(None),
                How::Instruction => self.instruction_leads_to(found.moment, *cell),
                How::Entered => self.call_leads_to(found.moment, *cell),
                How::Returned => self.return_leads_to(found, *level),
                How::Thrown => self.throw_leads_to(found, *level),
            },
            Lead::Written {
                by_embedder: true, ..
            } => Ok(None),
            Lead::Written {
                watched,
                moment,
                value,
                ..
            } => self.write_leads_to(*watched, *moment, value.as_ref()),
        }
    }

    /// The instruction at hand.
    fn next(&self) -> Option<Next> {
        let level = self.depth();
        let place = self.place_of(level.checked_sub(1)?)?;
        let analysis = self.analysis(place.instance, place.func);
        let module = &self.context.store.instances[place.instance as usize].module;
        let step = analysis.flow(module, place.func).step(place.offset)?;
        Some(Next {
            instance: InstanceId(place.instance),
            level,
            height: step.height,
            takes: step.takes,
            copies: with_operator(module, place.func, place.offset, copies)?,
        })
    }

    fn instruction_leads_to(&mut self, moment: Moment, cell: Cell) -> Result<Option<Query>> {
        self.go_to(moment)?;
        let Some(next) = self.next() else {
            return Ok(None);
        };
        Ok(match next.copies {
            // A value that a store takes goes elsewhere, so this is `local.tee`, or `local.set` of the local.
            Copies::Operand(from_top) => next.operand(from_top),
            Copies::Select => {
                let chosen = self.next_operands().unwrap_or_default().pop();
                let first = chosen.is_some_and(|chosen| number(chosen) != 0);
                next.operand(if first { 2 } else { 1 })
            }
            Copies::Read if matches!(cell, Cell::Operand(_)) => {
                let read = self.accesses().into_iter().find(|it| it.mode.reads());
                read.and_then(|read| self.as_query(&next, &read))
            }
            _ => None,
        })
    }

    /// What an instruction accesses, as a question.
    fn as_query(&self, next: &Next, access: &Access) -> Option<Query> {
        if let Thing::Local { index, .. } = access.thing {
            return Some(Query::Frame {
                level: next.level,
                cell: Cell::Local(index),
            });
        }
        let Access {
            thing,
            first,
            length,
            ..
        } = *access;
        let watched = self.watched_at(next.instance, thing, first, length)?;
        Some(Query::Written(watched))
    }

    /// From a parameter to the caller's operand.
    fn call_leads_to(&mut self, moment: Moment, cell: Cell) -> Result<Option<Query>> {
        let Cell::Local(local) = cell else {
            return Ok(None);
        };
        self.go_to(moment)?;
        let Some(next) = self.next() else {
            return Ok(None);
        };
        // What was called is only known behind the call.
        let behind = Moment {
            time: moment.time + 1,
            ..moment
        };
        self.forward(behind, Gait::Step)?;
        let called = self.context.frames.last().copied();
        self.go_to(moment)?;
        let params = called.map_or(0, |called| {
            let ty = self.context.store.func_type(called.function);
            ty.params().len() as u32
        });
        let operand = Query::Frame {
            level: next.level,
            cell: Cell::Operand(next.height - next.takes + local),
        };
        Ok((local < params).then_some(operand))
    }

    /// The moment at which a frame goes on behind a call, or where it catches what was thrown.
    fn landing_behind(&mut self, call: Moment, level: usize) -> Result<Option<Moment>> {
        let end = self.history().map_or(call, |history| history.end);
        self.go_to(call)?;
        let behind = Moment {
            time: call.time + 1,
            ..call
        };
        self.forward(behind, Gait::Step)?;
        while self.depth() > level && self.moment() < end {
            self.forward(end, Gait::ToDepth(level))?;
        }
        Ok((self.depth() == level).then(|| self.moment()))
    }

    /// From a result to the operand that the called function returned.
    fn return_leads_to(&mut self, found: &Found, level: usize) -> Result<Option<Query>> {
        let Some(landing) = self.landing_behind(found.moment, level)? else {
            return Ok(None);
        };
        self.go_to(found.moment)?;
        let kept = self.next().map_or(0, |next| next.height - next.takes);
        let last = self.last_moment_at(landing.time - 1)?;
        if last <= found.moment {
            return Ok(None);
        }
        self.go_to(last)?;
        if self.depth() != level + 1 {
            return Ok(None);
        }
        let returned = || {
            let place = self.place_of(level)?;
            let analysis = self.analysis(place.instance, place.func);
            let module = &self.context.store.instances[place.instance as usize].module;
            let step = analysis.flow(module, place.func).step(place.offset)?;
            let results = module.func_type(place.func).results().len() as u32;
            if matches!(step.kind, Kind::Leaves) {
                return None;
            }
            let first = step.carried_from().checked_sub(results)?;
            Some(Query::Frame {
                level: level + 1,
                cell: Cell::Operand(first + found.position.checked_sub(kept)?),
            })
        };
        Ok(returned())
    }

    /// What a host function answered or threw, if a result or a caught value comes from there: nothing follows.
    fn answered_by_host(&mut self, lead: &Lead) -> Result<Option<Origin>> {
        let Lead::Frame { found, level, .. } = lead else {
            return Ok(None);
        };
        if !matches!(found.how, How::Returned | How::Thrown) {
            return Ok(None);
        }
        let Some(landing) = self.landing_behind(found.moment, *level)? else {
            return Ok(None);
        };
        let handler = self.handler_height(found, *level)?;
        let mut answers = self
            .actions(0, landing.actions)
            .rev()
            .take_while(|(moment, _)| moment.time == landing.time)
            .filter(|(_, action)| match action {
                Action::Answer { .. } => found.how == How::Returned,
                Action::Throw { caught, .. } => found.how == How::Thrown && *caught,
                _ => false,
            });
        let Some((moment, action)) = answers.next() else {
            return Ok(None);
        };
        let action = action.clone();
        drop(answers);
        let nth = |values: &[Value], first: u32| {
            let position = found.position.checked_sub(first)? as usize;
            values.get(position).copied()
        };
        let value = match &action {
            Action::Answer { results, .. } => {
                self.go_to(found.moment)?;
                let kept = self.next().map_or(0, |next| next.height - next.takes);
                nth(results, kept)
            }
            Action::Throw { thrown, .. } => handler.and_then(|height| nth(thrown, height)),
            _ => None,
        };
        let origin = Origin {
            moment,
            doer: Doer::Embedder(action),
            value: shown(value),
        };
        Ok(Some(origin))
    }

    /// How many operands lie below what a handler was given: the machine is where that happened, and then where it was
    /// thrown.
    fn handler_height(&mut self, found: &Found, level: usize) -> Result<Option<u32>> {
        if found.how != How::Thrown {
            return Ok(None);
        }
        let offset = self.place_of(level - 1).map(|place| place.offset);
        self.go_to(found.moment)?;
        let height = || {
            let place = self.place_of(level - 1)?;
            let analysis = self.analysis(place.instance, place.func);
            let module = &self.context.store.instances[place.instance as usize].module;
            let flow = analysis.flow(module, place.func);
            let step = flow.step(place.offset)?;
            Some(flow.handler_at(step, offset?)?.height)
        };
        Ok(height())
    }

    /// From a thrown value to the operand of what threw it.
    fn throw_leads_to(&mut self, found: &Found, level: usize) -> Result<Option<Query>> {
        let Some(landing) = self.landing_behind(found.moment, level)? else {
            return Ok(None);
        };
        let Some(height) = self.handler_height(found, level)? else {
            return Ok(None);
        };
        let last = self.last_moment_at(landing.time - 1)?;
        self.go_to(last)?;
        let argument = found.position.saturating_sub(height);
        Ok(self.next().and_then(|next| {
            let thrown = next.copies == Copies::Thrown && argument < next.takes;
            thrown.then(|| Query::Frame {
                level: next.level,
                cell: Cell::Operand(next.height - next.takes + argument),
            })
        }))
    }

    /// From what was written to where that comes from.
    fn write_leads_to(
        &mut self,
        watched: Watched,
        moment: Moment,
        value: Option<&WatchValue>,
    ) -> Result<Option<Query>> {
        self.go_to(moment)?;
        let Some(next) = self.next() else {
            return Ok(None);
        };
        Ok(match next.copies {
            Copies::Operand(from_top) => next.operand(from_top),
            Copies::Grows => next.operand(1),
            Copies::Moved => {
                let accesses = self.accesses();
                let (thing, _) = self.resolve_watched(watched)?;
                let written = accesses
                    .iter()
                    .find(|it| it.mode.writes() && it.thing == thing);
                let read = accesses.iter().find(|it| it.mode.reads());
                let range = match (watched, value) {
                    (
                        Watched::Memory {
                            address, length, ..
                        },
                        _,
                    ) => Some((address, length)),
                    (_, Some(WatchValue::Entry { entry, .. })) => Some((*entry, 1)),
                    _ => None,
                };
                match (written, read, range) {
                    (Some(written), Some(read), Some((first, length))) => {
                        let begin = first.max(written.first);
                        let end = (first + length).min(written.first + written.length);
                        let part = Access {
                            first: read.first + (begin - written.first),
                            length: end.saturating_sub(begin),
                            ..*read
                        };
                        self.as_query(&next, &part)
                    }
                    _ => None,
                }
            }
            _ => None,
        })
    }
}

impl Next {
    /// An operand, counted from the topmost one.
    fn operand(&self, from_top: u32) -> Option<Query> {
        let position = self.height.checked_sub(1 + from_top)?;
        Some(Query::Frame {
            level: self.level,
            cell: Cell::Operand(position),
        })
    }
}
