//! The execution engine of Flight: a WebAssembly interpreter that can be stepped and looked into.
//!
//! The short way is an [`Instance`] and its [`call_function`](Instance::call_function):
//!
//! ```
//! use flight_runtime::{Imports, Instance, Module, Value};
//!
//! # let wasm_bytes = wat::parse_str(r#"(module (func (export "add") (param i32 i32) (result i32)
//! #     local.get 0 local.get 1 i32.add))"#)?;
//! let module = Module::from_bytes(&wasm_bytes)?;
//! let mut instance = Instance::instantiate(&module, &Imports::new())?;
//! let result = instance.call_function("add", &[42.into(), 58.into()])?;
//! assert_eq!(result, [Value::I32(100)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The long way is the [`Interpreter`]: it holds any number of linked instances and one machine, the
//! [`ExecutionContext`], which is started, stepped, run with fuel, looked into, and answered when it calls the host:
//!
//! ```
//! use flight_runtime::{Config, Imports, Interpreter, Module, State, Stop};
//!
//! # let bytes = wat::parse_str(r#"(module (func (export "five") (result i32) i32.const 2 i32.const 3 i32.add))"#)?;
//! let mut interpreter = Interpreter::new(Config::default());
//! let instance = interpreter.instantiate(&Module::from_bytes(&bytes)?, &Imports::new())?;
//! let five = interpreter.exported_function(instance, "five")?;
//! interpreter.start(five, &[])?;
//! while interpreter.state() == State::Paused {
//!     println!("{:?}", interpreter.explain());
//!     interpreter.step()?;
//! }
//! assert_eq!(interpreter.time(), 4);
//! assert_eq!(interpreter.results(), Some(&[5.into()][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![no_std]
extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

mod config;
mod error;
mod trap;

mod context;
mod stack;
mod store;
mod table;
mod type_ids;

mod atomic;
mod code;
mod family;
mod lower;
mod numeric;
mod op;
mod pairs;
mod simd;
mod slot;

mod execute;
mod leave;
mod operands;
mod rare;

mod collect;
mod evaluate;
mod exceptions;
mod objects;
mod refs;

mod access;
mod breakpoints;
mod change;
mod expression;
mod history;
mod interpreter;
mod past;
mod profile;
mod run;
mod translation;
mod watch;

mod asynchronous;
mod host;
mod host_call;
mod host_exception;
mod imports;
mod instance;
mod instantiate;
mod link;

mod analysis;
mod explain;
mod inspect;
mod listing;
mod objects_view;

mod codec;
mod coredump;
mod envelope;
mod held;
mod recording;
mod snapshot;
mod state_hash;
mod xxh64;

pub use analysis::Label;
pub use asynchronous::{AsyncReply, HostFuture};
pub use breakpoints::{Breakpoint, BreakpointOptions, LogMessage, TakenLog};
pub use config::{Config, Translation};
pub use context::{CallFrame, ExecutionContext, State};
pub use error::{Error, LinkProblem, Result};
pub use explain::Explanation;
pub use expression::Evaluated;
pub use history::{Action, Branch, Entry, HistoryView, Moment, Recorded};
pub use host::{Caller, HostError, HostFunction, HostResults, HostValue, IntoHostFunction};
pub use host_call::HostCall;
pub use imports::{Extern, Imports};
pub use inspect::{FrameView, GlobalView, LocalView};
pub use instance::Instance;
pub use interpreter::{InstanceId, Interpreter, Stop};
pub use listing::{CodeLine, CodeOperand, OperandValue, internal_code};
pub use objects_view::{ObjectKind, ObjectView, PartView};
pub use past::{Doer, Origin, WrittenPlace};
pub use profile::{Coverage, FunctionCoverage, FunctionProfile, InstructionCount, Profile};
pub use recording::Verified;
pub use run::Until;
pub use stack::Stack;
pub use trap::{Exception, TagRef, Trap, TrapFrame, TrapKind};
pub use watch::{WatchAccess, WatchHit, WatchKind, WatchValue, Watched, Watchpoint};

pub use flight_wasm::{
    AnyRef, ExternRef, ExternType, Features, FuncRef, FuncType, GlobalType, HeapType, Limits,
    LoadError, LoadErrorKind, MemoryType, Module, ObjectRef, RefType, Shape, TableType, Value,
    ValueType,
};
