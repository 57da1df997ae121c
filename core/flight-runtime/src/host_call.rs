//! Host calls as requests: the machine waits, and the embedder answers.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use flight_wasm::{FuncRef, FuncType, Value};

use crate::context::{CallFrame, State, mark};
use crate::history::{Action, Recorded};
use crate::host::{Caller, HostBody, HostError};
use crate::interpreter::{InstanceId, Interpreter};
use crate::slot;
use crate::store::FunctionKind;
use crate::{Error, Result, TrapKind};

/// A host function that has been called and not yet answered.
#[derive(Clone, Debug, PartialEq)]
pub struct HostCall {
    /// The function's address in the store.
    pub function: FuncRef,
    /// The two names of its import, joined by a dot.
    pub name: Box<str>,
    /// Its type.
    pub ty: FuncType,
    /// The arguments.
    pub arguments: Vec<Value>,
    /// The instance whose code called it; `None` if the embedder did.
    pub instance: Option<InstanceId>,
}

impl Interpreter {
    /// The host call that waits for its answer.
    pub fn host_call(&self) -> Option<HostCall> {
        if self.state() != State::AwaitingHost {
            return None;
        }
        let frame = self.context.frames.last()?;
        let FunctionKind::Host { host } =
            self.context.store.functions[frame.function as usize].kind
        else {
            return None;
        };
        let ty = self.context.store.func_type(frame.function).clone();
        let slots = &self.context.stack.slots()[frame.base as usize..];
        Some(HostCall {
            function: FuncRef(frame.function),
            name: self.hosts[host as usize].0.clone(),
            arguments: slot::read_values(ty.params(), slots, &self.context.store.heap),
            ty,
            instance: self.calling_instance(),
        })
    }

    /// The instance of the innermost guest frame, if the waiting host function was called by a guest.
    fn calling_instance(&self) -> Option<InstanceId> {
        let [.., caller, host] = &self.context.frames[..] else {
            return None;
        };
        if host.is(mark::ENTRY) {
            return None;
        }
        match self.context.store.functions[caller.function as usize].kind {
            FunctionKind::Guest { instance, .. } => Some(InstanceId(instance)),
            FunctionKind::Host { .. } => None,
        }
    }

    /// Answers the waiting host call.
    ///
    /// # Errors
    /// [`Error::WrongState`]; [`Error::ResultMismatch`], or [`Error::Usage`] for a reference to what is not there, and the call still waits.
    pub fn answer(&mut self, results: &[Value]) -> Result<()> {
        let frame = self.waiting_frame("answer")?;
        let ty = self.context.store.func_type(frame.function);
        self.check_references(results)?;
        self.check_values(ty.results(), results)
            .map_err(|(wanted, found)| Error::ResultMismatch { wanted, found })?;
        let slots: u32 = results.iter().map(|value| value.ty().slots()).sum();
        if !self
            .context
            .stack
            .reserve(frame.base as usize + slots as usize)
        {
            self.fail(
                TrapKind::CallStackExhausted,
                "the results do not fit the value stack",
            )?;
            return Ok(());
        }
        let (occasion, arguments) = self.host_occasion();
        let base = frame.base as usize;
        slot::write_values(results, &mut self.context.stack.slots_mut()[base..]);
        self.context.frames.pop();
        if frame.is(mark::ENTRY) {
            self.finish(frame.function, frame.base);
        } else {
            self.context.state = State::Paused;
            self.settle();
        }
        self.note(occasion, || Action::Answer {
            function: FuncRef(frame.function),
            arguments,
            results: results.into(),
        });
        Ok(())
    }

    /// Lets the waiting host call trap.
    ///
    /// # Errors
    /// [`Error::WrongState`].
    pub fn fail(&mut self, kind: TrapKind, explanation: &str) -> Result<()> {
        let frame = self.waiting_frame("fail")?;
        let (occasion, arguments) = self.host_occasion();
        self.trap_with(kind, Some(explanation.into()));
        self.note(occasion, || Action::Fail {
            function: FuncRef(frame.function),
            arguments,
            kind,
            explanation: explanation.into(),
        });
        Ok(())
    }

    /// When the waiting host call is about to be ended, and its arguments: for the record.
    pub(crate) fn host_occasion(&mut self) -> (Option<(u64, State)>, Recorded) {
        let occasion = self.occasion();
        let call = occasion.and_then(|_| self.host_call());
        (
            occasion,
            call.map(|call| call.arguments).unwrap_or_default().into(),
        )
    }

    pub(crate) fn waiting_frame(&self, operation: &'static str) -> Result<CallFrame> {
        let state = self.state();
        match self.context.frames.last() {
            // A host function may have cleared away its own call and begun another one.
            Some(frame) if state == State::AwaitingHost && frame.is(mark::HOST) => Ok(*frame),
            _ => Err(Error::WrongState { operation, state }),
        }
    }

    /// Calls the closure of the waiting host function and answers with what it returns.
    ///
    /// # Errors
    /// [`Error::WrongState`]; [`Error::AsyncHostFunction`] if it has no closure that answers at once;
    /// [`Error::ResultMismatch`].
    pub fn resolve_host_call(&mut self) -> Result<()> {
        let Some(call) = self.host_call() else {
            return Err(Error::WrongState {
                operation: "resolve_host_call",
                state: self.state(),
            });
        };
        let HostBody::Sync(function) = self.host_body(&call) else {
            return Err(Error::AsyncHostFunction(call.name));
        };
        let depth = self.depth();
        self.answering += 1;
        let answer = function(&mut Caller::new(self, call.instance), &call.arguments);
        self.answering -= 1;
        self.leave_nested_calls(depth);
        self.end_host_call(answer)
    }

    /// Ends the waiting host call as its function says.
    pub(crate) fn end_host_call(&mut self, answer: Result<Vec<Value>, HostError>) -> Result<()> {
        match answer {
            Ok(results) => self.answer(&results),
            Err(error) => match &error.exception {
                Some((tag, arguments)) => self.throw(*tag, arguments),
                None => self.fail(TrapKind::Host, &error.to_string()),
            },
        }
    }

    pub(crate) fn host_body(&self, call: &HostCall) -> HostBody {
        match self.context.store.functions[call.function.0 as usize].kind {
            FunctionKind::Host { host } => self.hosts[host as usize].1.body.clone(),
            FunctionKind::Guest { .. } => HostBody::ByHand,
        }
    }

    /// Clears away what a host function has started and not finished: its own call, the `depth`-th from outside, waits again.
    ///
    /// For embedders that answer host calls by hand. Nothing happens where nothing was left, or that call is gone.
    pub fn leave_nested_calls(&mut self, depth: usize) {
        let own = depth
            .checked_sub(1)
            .and_then(|last| self.context.frames.get(last));
        let waits = own.is_some_and(|frame| frame.is(mark::HOST));
        if !waits || (self.depth() == depth && self.state() == State::AwaitingHost) {
            return;
        }
        let occasion = self.occasion();
        self.context.frames.truncate(depth);
        self.context.state = State::AwaitingHost;
        self.context.trap = None;
        self.context.results.clear();
        self.note(occasion, || Action::LeaveNested { depth });
    }
}
