//! Calls that await host functions.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::pin::Pin;
use core::task::{Context, Poll};

use flight_wasm::{FuncRef, Value};

use crate::context::State;
use crate::host::{Caller, HostBody, HostError};
use crate::interpreter::{Interpreter, Stop};
use crate::run::Until;
use crate::{Error, Result};

/// What an asynchronous host function returns.
pub type HostFuture = Pin<Box<dyn Future<Output = Result<AsyncReply, HostError>>>>;

/// What happens with the caller once an asynchronous host function is done.
type Finish = Box<dyn FnOnce(&mut Caller<'_>) -> Result<Vec<Value>, HostError>>;

/// The answer of an asynchronous host function.
pub struct AsyncReply {
    finish: Finish,
}

impl AsyncReply {
    /// The results.
    pub fn values(values: impl Into<Vec<Value>>) -> Self {
        let values = values.into();
        Self {
            finish: Box::new(move |_| Ok(values)),
        }
    }

    /// A closure that gives the results, with access to the caller: to write into its memory what has been awaited.
    pub fn with_caller(
        finish: impl FnOnce(&mut Caller<'_>) -> Result<Vec<Value>, HostError> + 'static,
    ) -> Self {
        Self {
            finish: Box::new(finish),
        }
    }
}

/// How many instructions are executed before others get a turn.
const SLICE: u64 = 10_000_000;

impl Interpreter {
    /// Calls a function; awaits asynchronous host functions, and gives others a turn now and then.
    ///
    /// If the future is dropped before it is done, so is the call.
    ///
    /// # Errors
    /// As [`Interpreter::call_function`].
    pub async fn call_function_async(
        &mut self,
        func: FuncRef,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.start(func, arguments)?;
        let mut call = AsyncCall {
            depth: self.depth(),
            interpreter: self,
            done: false,
        };
        let result = call.run().await;
        call.done = result.is_ok() || call.interpreter.state() == State::Trapped;
        result
    }
}

/// A call under way: dropped, it clears away its frames.
struct AsyncCall<'a> {
    interpreter: &'a mut Interpreter,
    /// The depth with the call's own frame.
    depth: usize,
    done: bool,
}

impl AsyncCall<'_> {
    async fn run(&mut self) -> Result<Vec<Value>> {
        loop {
            match self.interpreter.state() {
                State::Paused => {
                    let until = Until {
                        fuel: Some(SLICE),
                        depth: None,
                    };
                    if self.interpreter.run_unwatched(until)? == Stop::OutOfFuel {
                        Turn { given: false }.await;
                    }
                }
                State::AwaitingHost => self.answer().await?,
                State::Finished => return self.interpreter.take_results(),
                State::Trapped => return Err(self.interpreter.trap_error()),
                State::Idle => return Err(self.interpreter.call_is_gone()),
            }
        }
    }

    async fn answer(&mut self) -> Result<()> {
        let Some(call) = self.interpreter.host_call() else {
            return Err(self.interpreter.call_is_gone());
        };
        let function = match self.interpreter.host_body(&call) {
            HostBody::Sync(_) => return self.interpreter.resolve_host_call(),
            HostBody::Async(function) => function,
            HostBody::ByHand => return Err(Error::AsyncHostFunction(call.name)),
        };
        let depth = self.interpreter.depth();
        self.interpreter.answering += 1;
        let mut caller = Caller::new(self.interpreter, call.instance);
        let future = function(&mut caller, &call.arguments);
        self.interpreter.answering -= 1;
        self.interpreter.leave_nested_calls(depth);
        let answer = match future.await {
            Ok(reply) => {
                self.interpreter.answering += 1;
                let results = (reply.finish)(&mut Caller::new(self.interpreter, call.instance));
                self.interpreter.answering -= 1;
                results
            }
            Err(error) => Err(error),
        };
        self.interpreter.leave_nested_calls(depth);
        self.interpreter.end_host_call(answer)
    }
}

impl Drop for AsyncCall<'_> {
    fn drop(&mut self) {
        if !self.done && self.interpreter.depth() >= self.depth {
            self.interpreter.leave_nested_calls(self.depth);
            self.interpreter.unwind();
        }
    }
}

/// A future that is ready when it is asked for the second time.
struct Turn {
    given: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.given {
            return Poll::Ready(());
        }
        self.given = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
