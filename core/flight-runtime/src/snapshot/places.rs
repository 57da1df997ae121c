//! Places in the code at which frames stand: what a frame there has.

use alloc::vec::Vec;

use flight_wasm::wasmparser::Operator;
use flight_wasm::{Module, TypeIdx, ValueType};

use crate::analysis::with_operator;
use crate::interpreter::Interpreter;
use crate::slot::{NULL, slot_count};
use crate::snapshot::check::Check;
use crate::store::FunctionKind;
use crate::type_ids::canonical;

/// A place, and what has been found out about it.
pub(super) struct Place {
    pub(super) function: u32,
    offset: u32,
    resting: Option<Found>,
    waiting: Option<Found>,
}

/// Whose function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Guest,
    Host,
}

/// What a frame at a place has.
pub(super) struct Found {
    pub(super) kind: Kind,
    /// The word of precise code at which it goes on.
    pub(super) ip: u32,
    /// How many of its slots are in use.
    pub(super) live: u32,
    /// How many it has.
    pub(super) frame: u32,
    /// Where the frame above begins, counted from where it begins itself.
    pub(super) callee: u32,
    /// The results that it waits for.
    expected: Vec<ValueType>,
    locals: Vec<ValueType>,
    /// How many slots hold exceptions that are being handled.
    exceptions: u32,
    operands: Vec<ValueType>,
}

impl Place {
    pub(super) fn new(function: u32, offset: u32) -> Self {
        Self {
            function,
            offset,
            resting: None,
            waiting: None,
        }
    }

    /// What a frame has that rests or waits here, once that has been found.
    pub(super) fn found(&self, waits: bool) -> Option<&Found> {
        match waits {
            true => self.waiting.as_ref(),
            false => self.resting.as_ref(),
        }
    }
}

impl Found {
    /// Whether every slot in use holds what its type says.
    pub(super) fn holds(&self, check: Check<'_>, slots: &[u64]) -> bool {
        let mut at = 0;
        let mut own = |ty: &ValueType| {
            let own = &slots[at..];
            at += ty.slots() as usize;
            own
        };
        let locals = self.locals.iter().all(|ty| check.local(own(ty), *ty));
        let mut exceptions = (0..self.exceptions).map(|_| own(&ValueType::EXNREF)[0]);
        locals
            && exceptions.all(|slot| slot == NULL || check.exception(slot))
            && self.operands.iter().all(|ty| check.value(own(ty), *ty))
    }
}

impl Interpreter {
    /// Finds out what a frame has that rests or waits at a place: whether one can.
    pub(super) fn find(&mut self, place: &mut Place, waits: bool) -> bool {
        if place.found(waits).is_some() {
            return true;
        }
        let found = match self.context.store.functions[place.function as usize].kind {
            FunctionKind::Host { .. } => self.host_place(place),
            FunctionKind::Guest { .. } => self.guest_place(place, waits),
        };
        let is_found = found.is_some();
        match waits {
            true => place.waiting = found,
            false => place.resting = found,
        }
        is_found
    }

    fn host_place(&self, place: &Place) -> Option<Found> {
        let ty = self.context.store.func_type(place.function);
        let (params, results) = (slot_count(ty.params()), slot_count(ty.results()));
        (place.offset == 0).then(|| Found {
            kind: Kind::Host,
            ip: 0,
            live: params,
            frame: params.max(results),
            callee: params.max(results),
            expected: Vec::new(),
            locals: ty.params().to_vec(),
            exceptions: 0,
            operands: Vec::new(),
        })
    }

    fn guest_place(&mut self, place: &Place, waits: bool) -> Option<Found> {
        let (function, offset) = (place.function, place.offset);
        let FunctionKind::Guest { instance, func } =
            self.context.store.functions[function as usize].kind
        else {
            return None;
        };
        let analysis = self.analysis(instance, func);
        if !analysis.is_instruction(offset) {
            return None;
        }
        self.prepare_precise(function);
        // An instruction that cannot be reached has no code.
        let at = self.code.word_at(function, offset)?;
        let ip = match waits {
            true => self.code.word_behind(function, offset)?,
            false => at,
        };
        let own = &self.context.store.instances[instance as usize];
        let expected = match waits {
            true => with_operator(&own.module, func, offset, |operator| {
                results_of_call(&own.module, operator)
            })??,
            false => Vec::new(),
        };
        let expected = expected
            .into_iter()
            .map(|ty| canonical(ty, &own.type_ids))
            .collect();
        let mut operands = analysis.operands(offset);
        if waits {
            operands.truncate(operands.len() - analysis.takes(offset));
        }
        let locals = analysis.locals.clone();
        let local_slots = self.code.local_slots(function)?;
        let live = local_slots + slot_count(&operands);
        Some(Found {
            kind: Kind::Guest,
            ip,
            live,
            frame: self.code.callables()[function as usize].frame_bytes / 8,
            callee: live,
            expected,
            exceptions: local_slots - slot_count(&locals),
            locals,
            operands,
        })
    }

    /// Whether a function's results are those that its caller waits for.
    ///
    /// The function need not be the one that was called: that may have called this one in its own place.
    pub(super) fn may_return_to(&self, function: u32, caller: &Found) -> bool {
        let types = &self.context.store.types;
        let results = self.context.store.func_type(function).results();
        let expected = &caller.expected;
        let fits = |(found, wanted): (&ValueType, &ValueType)| types.value_matches(*found, *wanted);
        results.len() == expected.len() && results.iter().zip(expected).all(fits)
    }
}

/// The types of what a call gives back, with the module's numbers; `None` for what is no call that is waited for.
fn results_of_call(module: &Module, operator: &Operator<'_>) -> Option<Vec<ValueType>> {
    let ty = match *operator {
        Operator::Call { function_index } => module.func_type(flight_wasm::FuncIdx(function_index)),
        Operator::CallIndirect { type_index, .. } | Operator::CallRef { type_index } => {
            module.func_type_at(TypeIdx(type_index))
        }
        _ => return None,
    };
    Some(ty.results().to_vec())
}
