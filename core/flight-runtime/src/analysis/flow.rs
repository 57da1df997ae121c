//! Where the operands of a function come from: which instructions make them, and which branches move them.
//!
//! An operand is named by its position from the bottom of its frame. Most instructions leave what lies below their own
//! operands where it is; blocks pass their parameters and results on without touching them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Range;

use flight_wasm::wasmparser::{Catch, Operator};
use flight_wasm::{FuncIdx, Module};

use super::{Analysis, Label};

/// What every instruction of a function does to its operands.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    steps: Vec<Step>,
    tries: Vec<Try>,
}

/// What one instruction does to the operands.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) offset: u32,
    /// The offset of the instruction behind it.
    pub(crate) next: u32,
    /// How many operands lie there before it.
    pub(crate) height: u32,
    pub(crate) takes: u32,
    /// How many lie there behind it.
    after: u32,
    pub(crate) kind: Kind,
    /// The innermost block around it that handles exceptions.
    handler: Option<u32>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// Its results lie on what it has not taken.
    Makes,
    /// The same for an instruction that changes a local.
    Sets(u32),
    /// What it has not taken stays what it is.
    Passes,
    /// The topmost operands move to those of a label's that it goes to, or everything stays. So many are dropped first.
    Branches {
        drops: u32,
        targets: Vec<Target>,
    },
    /// Its results lie on what it has not taken, unless the call throws.
    Calls,
    Throws,
    /// The frame becomes another function's.
    Leaves,
}

/// Where a branch, or an exception, can go to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// The offset at which the frame goes on; [`NOWHERE`] where the function ends.
    pub(crate) lands: u32,
    /// How many operands lie below what is brought along.
    pub(crate) height: u32,
    /// How many are brought along.
    pub(crate) arity: u32,
    /// The instruction that opened the label, until it is known where that ends.
    opener: Option<u32>,
}

const NOWHERE: u32 = u32::MAX;

/// A block that handles exceptions.
#[derive(Debug)]
struct Try {
    outer: Option<u32>,
    targets: Vec<Target>,
}

/// A block that has been opened.
struct Open {
    openers: Vec<u32>,
    is_loop: bool,
    handles: bool,
}

impl Target {
    fn of(label: &Label) -> Self {
        Self {
            lands: NOWHERE,
            height: label.height,
            arity: label.arity,
            opener: (label.kind != "func").then_some(label.offset),
        }
    }

    /// The positions of what is brought along.
    pub(crate) fn range(&self) -> Range<u32> {
        self.height..self.height.saturating_add(self.arity)
    }
}

impl Step {
    /// The positions of its results.
    pub(crate) fn results(&self) -> Range<u32> {
        let kept = self.kept();
        kept..self.after.max(kept)
    }

    /// How many operands it does not take.
    pub(crate) fn kept(&self) -> u32 {
        self.height - self.takes
    }

    /// How many operands lie there when it branches or returns.
    pub(crate) fn carried_from(&self) -> u32 {
        match self.kind {
            Kind::Branches { drops, .. } => self.height.saturating_sub(drops),
            _ => self.height,
        }
    }

    /// How far the operands that a branch carries move down.
    pub(crate) fn shift(&self, target: &Target) -> Option<u32> {
        self.carried_from().checked_sub(target.range().end)
    }
}

impl Flow {
    pub(super) fn of(analysis: &Analysis, module: &Module, func: FuncIdx) -> Option<Self> {
        let mut flow = Self::default();
        let mut operators = module.function_reader(func)?.get_operators_reader().ok()?;
        let mut open: Vec<Open> = Vec::new();
        let mut around = None;
        // Where each label leads.
        let mut landings = BTreeMap::new();
        for at in &analysis.instructions {
            let operator = operators.read().ok()?;
            let (offset, next) = (at.offset, operators.original_position() as u32);
            let labels = || analysis.labels(offset);
            let handler = around;
            let mut opens = |is_loop, handles| {
                open.push(Open {
                    openers: Vec::from([offset]),
                    is_loop,
                    handles,
                });
            };
            let kind = match &operator {
                Operator::Block { .. } | Operator::If { .. } => {
                    opens(false, false);
                    Kind::Passes
                }
                Operator::Loop { .. } => {
                    opens(true, false);
                    Kind::Passes
                }
                Operator::Try { .. } | Operator::TryTable { .. } => {
                    opens(false, true);
                    let targets = caught(&operator, &labels());
                    flow.tries.push(Try {
                        outer: around,
                        targets,
                    });
                    around = Some(flow.tries.len() as u32 - 1);
                    Kind::Passes
                }
                Operator::Else | Operator::Catch { .. } | Operator::CatchAll => {
                    open.last_mut()?.openers.push(offset);
                    let arity = match operator {
                        Operator::Catch { tag_index } => {
                            let ty = module.tags().get(tag_index as usize)?;
                            Some(module.func_type_at(*ty).params().len() as u32)
                        }
                        Operator::CatchAll => Some(0),
                        _ => None,
                    };
                    if let (Some(arity), Some(handler)) = (arity, around) {
                        flow.tries[handler as usize].targets.push(Target {
                            lands: next,
                            height: labels().last()?.height,
                            arity,
                            opener: None,
                        });
                    }
                    Kind::Passes
                }
                Operator::End | Operator::Delegate { .. } => {
                    if let Some(closed) = open.pop() {
                        for opener in closed.openers {
                            landings.insert(opener, if closed.is_loop { opener } else { next });
                        }
                        if closed.handles {
                            around = flow.tries[around? as usize].outer;
                        }
                    }
                    Kind::Passes
                }
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    Kind::Sets(*local_index)
                }
                Operator::Call { .. }
                | Operator::CallIndirect { .. }
                | Operator::CallRef { .. } => Kind::Calls,
                Operator::Throw { .. } | Operator::ThrowRef | Operator::Rethrow { .. } => {
                    Kind::Throws
                }
                Operator::ReturnCall { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::ReturnCallRef { .. } => Kind::Leaves,
                _ => branch(&operator, labels).unwrap_or(Kind::Makes),
            };
            flow.steps.push(Step {
                offset,
                next,
                height: at.height,
                takes: at.takes,
                after: at.after,
                kind,
                handler,
            });
        }
        flow.resolve(&landings);
        Some(flow)
    }

    fn resolve(&mut self, landings: &BTreeMap<u32, u32>) {
        let branches = self
            .steps
            .iter_mut()
            .filter_map(|step| match &mut step.kind {
                Kind::Branches { targets, .. } => Some(targets),
                _ => None,
            });
        let tries = self.tries.iter_mut().map(|it| &mut it.targets);
        for target in branches.chain(tries).flatten() {
            if let Some(opener) = target.opener {
                target.lands = landings.get(&opener).copied().unwrap_or(NOWHERE);
            }
        }
    }

    pub(crate) fn step(&self, offset: u32) -> Option<&Step> {
        let found = self.steps.binary_search_by_key(&offset, |step| step.offset);
        self.steps.get(found.ok()?)
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Where an exception that an instruction throws can go to in its own function.
    fn handlers(&self, step: &Step) -> impl Iterator<Item = &Target> {
        let handler = |at: Option<u32>| self.tries.get(at? as usize);
        let all = core::iter::successors(handler(step.handler), move |inner| handler(inner.outer));
        all.flat_map(|handler| &handler.targets)
    }

    /// The handler at which the frame has gone on.
    pub(crate) fn handler_at(&self, step: &Step, lands: u32) -> Option<&Target> {
        self.handlers(step).find(|target| target.lands == lands)
    }

    /// The positions that an operand at this one may have had before branches moved it, its own included.
    pub(crate) fn positions(&self, position: u32) -> BTreeSet<u32> {
        let mut moves = BTreeSet::new();
        for step in &self.steps {
            if let Kind::Branches { targets, .. } = &step.kind {
                let shifts = targets.iter().filter_map(|target| {
                    let shift = step.shift(target).filter(|shift| *shift > 0)?;
                    Some((target.height, target.arity, shift))
                });
                moves.extend(shifts);
            }
        }
        let mut positions = BTreeSet::from([position]);
        let mut new = Vec::from([position]);
        while let Some(position) = new.pop() {
            for (height, arity, shift) in &moves {
                let moved = position.checked_sub(*height).is_some_and(|at| at < *arity);
                if moved && positions.insert(position + shift) {
                    new.push(position + shift);
                }
            }
        }
        positions
    }

    /// Whether an instruction makes or moves an operand at one of these positions.
    pub(crate) fn concerns(&self, step: &Step, positions: &BTreeSet<u32>) -> bool {
        let any = |range: Range<u32>| !range.is_empty() && positions.range(range).next().is_some();
        let caught = || self.handlers(step).any(|target| any(target.range()));
        match &step.kind {
            Kind::Makes | Kind::Sets(_) => any(step.results()),
            Kind::Passes | Kind::Leaves => false,
            Kind::Branches { targets, .. } => targets.iter().any(|target| {
                step.shift(target).is_some_and(|shift| shift > 0) && any(target.range())
            }),
            Kind::Calls => any(step.results()) || caught(),
            Kind::Throws => caught(),
        }
    }
}

/// The offsets of a function's tail calls.
pub(crate) fn tail_calls(module: &Module, func: FuncIdx) -> Vec<u32> {
    let mut found = Vec::new();
    let body = module.function_reader(func);
    let Some(Ok(mut operators)) = body.map(|body| body.get_operators_reader()) else {
        return found;
    };
    while !operators.eof() {
        let offset = operators.original_position() as u32;
        match operators.read() {
            Ok(
                Operator::ReturnCall { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::ReturnCallRef { .. },
            ) => found.push(offset),
            Ok(_) => {}
            Err(_) => return found,
        }
    }
    found
}

/// Where the arms of a `try_table` lead: their labels are counted from outside of it.
fn caught(operator: &Operator<'_>, labels: &[Label]) -> Vec<Target> {
    let Operator::TryTable { try_table } = operator else {
        return Vec::new();
    };
    let target = |catch: &Catch| {
        let (Catch::One { label, .. }
        | Catch::OneRef { label, .. }
        | Catch::All { label }
        | Catch::AllRef { label }) = *catch;
        outwards(labels, label)
    };
    try_table.catches.iter().filter_map(target).collect()
}

fn outwards(labels: &[Label], depth: u32) -> Option<Target> {
    let at = labels.len().checked_sub(1)?.checked_sub(depth as usize)?;
    labels.get(at).map(Target::of)
}

/// What a branch does; `None` if it is none.
fn branch(operator: &Operator<'_>, labels: impl Fn() -> Vec<Label>) -> Option<Kind> {
    let (drops, depths) = match operator {
        Operator::Br { relative_depth } => (0, BTreeSet::from([*relative_depth])),
        Operator::BrIf { relative_depth } | Operator::BrOnNull { relative_depth } => {
            (1, BTreeSet::from([*relative_depth]))
        }
        Operator::BrOnNonNull { relative_depth }
        | Operator::BrOnCast { relative_depth, .. }
        | Operator::BrOnCastFail { relative_depth, .. } => (0, BTreeSet::from([*relative_depth])),
        Operator::BrTable { targets } => {
            let mut depths: BTreeSet<u32> = targets.targets().filter_map(Result::ok).collect();
            depths.insert(targets.default());
            (1, depths)
        }
        Operator::Return => {
            let outermost = labels().first().map(Target::of);
            return Some(Kind::Branches {
                drops: 0,
                targets: outermost.into_iter().collect(),
            });
        }
        _ => return None,
    };
    let labels = labels();
    let targets = depths
        .into_iter()
        .filter_map(|depth| outwards(&labels, depth));
    Some(Kind::Branches {
        drops,
        targets: targets.collect(),
    })
}
