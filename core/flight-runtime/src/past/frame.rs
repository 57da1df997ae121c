//! Who made a local or an operand of a frame.
//!
//! The instructions of the frame's function that may have made it or moved it are marked. In an interval of the record
//! the machine goes from mark to mark, and of every part of the frame that matters it is kept who made it:
//! something in this interval, or what was in another part, or the same, when the interval began.
//!
//! Nothing has to be forgotten between two calls of a function at the same depth: what a call finds at the wanted
//! moment was made in it, so later than anything that an earlier one did.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::shown;
use crate::analysis::{Analysis, Flow, Kind, Step};
use crate::context::mark;
use crate::history::{Action, Gait};
use crate::interpreter::Interpreter;
use crate::store::FunctionKind;
use crate::watch::WatchValue;
use crate::{Error, Moment, Result};

/// A part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    /// By its position from the bottom.
    Operand(u32),
    Local(u32),
    /// The last call that the frame made and that may have thrown.
    Call,
}

/// How something was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// An instruction of the frame made it.
    Instruction,
    /// It is a result of a call.
    Returned,
    /// It belongs to an exception that an instruction of the frame, or a call, threw.
    Thrown,
    /// The call of the frame's function made it.
    Entered,
    /// An action of the embedder made it.
    Action(u64),
}

/// Who made something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The moment before.
    pub(super) moment: Moment,
    pub(super) how: How,
    /// Where an operand lay when it was made.
    pub(super) position: u32,
}

/// What is known of a part of a frame.
#[derive(Clone, Copy, Debug)]
enum Token {
    /// It is what this part was when the interval began.
    Before(Cell),
    /// The same, but how it was made is known, and where it lay then.
    Caught(Cell, u32),
    Made(Found),
}

/// What is looked for.
struct Quest {
    /// The frame's function.
    function: u32,
    /// How many calls lie on each other up to the frame.
    level: usize,
    analysis: Option<Rc<Analysis>>,
    /// Positions of operands that matter.
    positions: BTreeSet<u32>,
    /// A local.
    local: Option<u32>,
    /// The instruction that called the frame's function.
    caller: Option<(u32, u32)>,
    /// Instructions by which a frame becomes another function's.
    leaves: BTreeSet<(u32, u32)>,
}

/// What is known of the parts of the frame.
type Tokens = BTreeMap<Cell, Token>;

/// A call of the frame that has not returned, if what it threw may be caught.
struct UnderWay {
    offset: u32,
    moment: Option<Moment>,
}

impl Quest {
    fn flow(&self) -> Option<&Flow> {
        self.analysis.as_ref()?.known_flow()
    }

    fn step(&self, offset: u32) -> Option<&Step> {
        self.flow()?.step(offset)
    }

    fn marks(&self) -> BTreeSet<(u32, u32)> {
        let steps = self.flow().map_or(&[][..], Flow::steps);
        let wanted = |step: &&Step| match self.local {
            Some(local) => matches!(step.kind, Kind::Sets(set) if set == local),
            None => self
                .flow()
                .is_some_and(|flow| flow.concerns(step, &self.positions)),
        };
        let own = steps.iter().filter(wanted);
        let own = own.map(|step| (self.function, step.offset));
        own.chain(self.caller)
            .chain(self.leaves.iter().copied())
            .collect()
    }

    fn cells(&self) -> impl Iterator<Item = Cell> {
        let operands = self.positions.iter().copied().map(Cell::Operand);
        let local = self.local.map(Cell::Local);
        operands.chain(local).chain([Cell::Call])
    }

    /// What an instruction of the function makes.
    fn made(&self, step: &Step, moment: Moment, tokens: &mut Tokens) {
        let how = match step.kind {
            Kind::Calls => How::Returned,
            _ => How::Instruction,
        };
        let found = |position| Found {
            moment,
            how,
            position,
        };
        if matches!(step.kind, Kind::Makes | Kind::Sets(_) | Kind::Calls) {
            for position in step.results() {
                set(
                    tokens,
                    Cell::Operand(position),
                    Token::Made(found(position)),
                );
            }
        }
        if let Kind::Sets(local) = step.kind {
            set(tokens, Cell::Local(local), Token::Made(found(0)));
        }
        if let Kind::Calls = step.kind {
            let thrown = Found {
                moment,
                how: How::Thrown,
                position: 0,
            };
            set(tokens, Cell::Call, Token::Made(thrown));
        }
    }

    /// What a branch has moved by going on at an offset.
    fn moved(step: &Step, lands: u32, tokens: &mut Tokens) {
        let Kind::Branches { targets, .. } = &step.kind else {
            return;
        };
        let target = targets.iter().find(|target| target.lands == lands);
        let shift = target.and_then(|target| step.shift(target));
        let (Some(target), Some(shift)) = (target, shift.filter(|shift| *shift > 0)) else {
            return;
        };
        // Upwards, so that nothing is overwritten before it is read.
        for position in target.range() {
            if let Some(token) = tokens.get(&Cell::Operand(position + shift)).copied() {
                set(tokens, Cell::Operand(position), token);
            }
        }
    }

    /// What an exception that was caught at an offset has brought.
    fn caught(&self, step: &Step, lands: u32, by: Option<Moment>, tokens: &mut Tokens) {
        let target = self.flow().and_then(|flow| flow.handler_at(step, lands));
        let Some(target) = target.filter(|_| lands != step.next) else {
            return;
        };
        for position in target.range() {
            let token = match by {
                Some(moment) => Token::Made(Found {
                    moment,
                    how: How::Thrown,
                    position,
                }),
                None => Token::Caught(Cell::Call, position),
            };
            set(tokens, Cell::Operand(position), token);
        }
    }
}

/// Notes who made a part of the frame, if that matters.
fn set(tokens: &mut Tokens, cell: Cell, token: Token) {
    if let Some(known) = tokens.get_mut(&cell) {
        *known = token;
    }
}

impl Interpreter {
    /// Who made a part of a frame, and its value now.
    pub(super) fn find_in_frame(
        &mut self,
        level: usize,
        cell: Cell,
    ) -> Result<Option<(Found, Option<WatchValue>)>> {
        let (value, quest) = self.quest(level, cell)?;
        let here = self.moment();
        self.leave_copies()?;
        let marks = quest.marks();
        let levels = level.saturating_sub(1)..=level;
        let found = self.with_marks(marks, levels, |own| {
            let mut wanted = cell;
            let mut at = None;
            let mut found = None;
            own.search_back_from(here, |own, end| {
                let tokens = own.trace(&quest, end)?;
                match tokens.get(&wanted) {
                    Some(Token::Made(made)) => found = Some(*made),
                    Some(Token::Before(cell)) => wanted = *cell,
                    Some(Token::Caught(cell, position)) => {
                        (wanted, at) = (*cell, Some(*position));
                    }
                    None => {}
                }
                Ok(found.is_some())
            })?;
            let at = |mut found: Found| {
                found.position = at.unwrap_or(found.position);
                found
            };
            Ok(found.map(at))
        });
        found.map(|found| found.map(|found| (found, value)))
    }

    /// What is to be looked for, and what is there now.
    fn quest(&self, level: usize, cell: Cell) -> Result<(Option<WatchValue>, Quest)> {
        let distance = self.depth() - level;
        let frame = self.context.frames[level - 1];
        let view = self.frame(distance);
        let no = |what: &str, index: u32, count: usize| {
            Error::Usage(format!("there is no {what} {index}: the frame has {count}"))
        };
        let view = view.ok_or_else(|| Error::Usage(format!("there is no frame {distance}")))?;
        let mut quest = Quest {
            function: frame.function,
            level,
            analysis: None,
            positions: BTreeSet::new(),
            local: None,
            caller: None,
            leaves: BTreeSet::new(),
        };
        if let FunctionKind::Guest { instance, func } =
            self.context.store.functions[frame.function as usize].kind
        {
            let analysis = self.analysis(instance, func);
            let module = &self.context.store.instances[instance as usize].module;
            analysis.flow(module, func);
            quest.analysis = Some(analysis);
        }
        let value = match cell {
            Cell::Local(index) => {
                let count = view.locals.len();
                let local = view.locals.get(index as usize);
                let local = local.ok_or_else(|| no("local", index, count))?;
                quest.local = Some(index);
                if !frame.is(mark::ENTRY) {
                    let below = level.checked_sub(2);
                    let place = below.and_then(|below| {
                        let function = self.context.frames[below].function;
                        Some((function, self.place_of(below)?.offset))
                    });
                    quest.caller = place;
                }
                quest.leaves = self.tail_calls();
                Some(local.value)
            }
            Cell::Operand(position) => {
                let count = view.operands.len();
                let operand = view.operands.get(position as usize);
                let operand = operand.ok_or_else(|| no("operand", position, count))?;
                if let Some(flow) = quest.flow() {
                    quest.positions = flow.positions(position);
                }
                Some(*operand)
            }
            Cell::Call => None,
        };
        Ok((shown(value), quest))
    }

    /// The tail calls in all functions that have been translated: others have not been executed.
    fn tail_calls(&self) -> BTreeSet<(u32, u32)> {
        let mut found = BTreeSet::new();
        for address in self.code.translated() {
            let FunctionKind::Guest { instance, func } =
                self.context.store.functions[address as usize].kind
            else {
                continue;
            };
            let module = &self.context.store.instances[instance as usize].module;
            let offsets = crate::analysis::tail_calls(module, func);
            found.extend(offsets.into_iter().map(|offset| (address, offset)));
        }
        found
    }

    /// Goes forward to `end` and notes who has made what of the frame.
    fn trace(&mut self, quest: &Quest, end: Moment) -> Result<Tokens> {
        let cells = quest.cells();
        let mut tokens: Tokens = cells.map(|cell| (cell, Token::Before(cell))).collect();
        let actions = self.actions_on(quest, end);
        let mut actions = actions.into_iter().peekable();
        let mut under_way = self.call_under_way(quest);
        loop {
            if let Some(call) = &under_way
                && self.depth() <= quest.level
            {
                if let (Some(step), Some(lands)) = (quest.step(call.offset), self.offset_in(quest))
                {
                    quest.caught(step, lands, call.moment, &mut tokens);
                }
                under_way = None;
            }
            if self.moment() >= end {
                return Ok(tokens);
            }
            let limit = actions.peek().copied().unwrap_or(end);
            if self.moment() >= limit && actions.next().is_some() {
                self.note_action(quest, limit.actions, &mut tokens);
                let behind = Moment {
                    actions: limit.actions + 1,
                    trapped: false,
                    ..limit
                };
                self.forward(behind, Gait::Freely)?;
            } else if under_way.is_some() {
                self.forward(limit, Gait::ToDepth(quest.level))?;
            } else if self.forward(limit, Gait::ToMark)?.is_some() && self.moment() < limit {
                under_way = self.pass_mark(quest, limit, &mut tokens)?;
            }
        }
    }

    /// Executes the marked instruction at hand, and notes what it did.
    fn pass_mark(
        &mut self,
        quest: &Quest,
        limit: Moment,
        tokens: &mut Tokens,
    ) -> Result<Option<UnderWay>> {
        let (at, level) = (self.moment(), self.depth());
        let top = level.checked_sub(1).and_then(|top| {
            let function = self.context.frames[top].function;
            Some((function, self.place_of(top)?.offset))
        });
        self.forward(limit, Gait::Step)?;
        // What traps has done nothing.
        let Some(top) = top.filter(|_| self.time() > at.time) else {
            return Ok(None);
        };
        let calls = level + 1 == quest.level && quest.caller == Some(top);
        if calls || level == quest.level && quest.leaves.contains(&top) {
            if let Some(local) = quest.local {
                let found = Found {
                    moment: at,
                    how: How::Entered,
                    position: 0,
                };
                set(tokens, Cell::Local(local), Token::Made(found));
            }
            return Ok(None);
        }
        let (function, offset) = top;
        let Some(step) = quest.step(offset) else {
            return Ok(None);
        };
        if level != quest.level || function != quest.function {
            return Ok(None);
        }
        quest.made(step, at, tokens);
        match (&step.kind, self.offset_in(quest)) {
            (Kind::Calls, _) => {
                return Ok(Some(UnderWay {
                    offset,
                    moment: Some(at),
                }));
            }
            (Kind::Throws, Some(lands)) if self.depth() == level => {
                quest.caught(step, lands, Some(at), tokens);
            }
            (_, Some(lands)) => Quest::moved(step, lands, tokens),
            _ => {}
        }
        Ok(None)
    }

    /// The offset at which the frame that is looked for stands or waits, if there is one.
    fn offset_in(&self, quest: &Quest) -> Option<u32> {
        let position = quest.level - 1;
        let frame = self.context.frames.get(position)?;
        (frame.function == quest.function)
            .then(|| self.place_of(position))?
            .map(|place| place.offset)
    }

    /// The call that the frame waits for as an interval begins: when it was made, an earlier one knows.
    fn call_under_way(&self, quest: &Quest) -> Option<UnderWay> {
        if self.depth() <= quest.level {
            return None;
        }
        self.offset_in(quest).map(|offset| UnderWay {
            offset,
            moment: None,
        })
    }

    /// What the embedder does on the way to `end` that may make what is looked for.
    fn actions_on(&self, quest: &Quest, end: Moment) -> Vec<Moment> {
        let between = self.actions(self.moment().actions, end.actions);
        let concerned = between.filter(|(_, action)| match action {
            Action::SetOperand { position, .. } => quest.positions.contains(position),
            Action::SetLocal { index, .. } => quest.local == Some(*index),
            Action::Start { .. } => quest.local.is_some(),
            _ => false,
        });
        concerned.map(|(moment, _)| moment).collect()
    }

    /// Notes what an action is about to do.
    fn note_action(&self, quest: &Quest, number: u64, tokens: &mut Tokens) {
        let (level, cell) = match self.action(number) {
            Some(Action::SetOperand {
                distance, position, ..
            }) => (
                self.depth().checked_sub(*distance),
                Cell::Operand(*position),
            ),
            Some(Action::SetLocal {
                distance, index, ..
            }) => (self.depth().checked_sub(*distance), Cell::Local(*index)),
            Some(Action::Start { .. }) => match quest.local {
                Some(local) => (Some(self.depth() + 1), Cell::Local(local)),
                None => return,
            },
            _ => return,
        };
        if level == Some(quest.level) {
            let position = match cell {
                Cell::Operand(position) => position,
                _ => 0,
            };
            let found = Found {
                moment: self.moment(),
                how: How::Action(number),
                position,
            };
            set(tokens, cell, Token::Made(found));
        }
    }
}
