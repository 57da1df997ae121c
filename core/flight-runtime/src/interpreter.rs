//! The interpreter: instances, one machine, and the operations on them.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;

use flight_wasm::{ExternIdx, FuncRef, FuncType, Module, Value, ValueType};

use crate::analysis::Analyses;
use crate::breakpoints::Breakpoints;
use crate::code::{Callable, Code};
use crate::context::{CallFrame, ExecutionContext, State, mark};
use crate::history::{Action, History, OpenMemory};
use crate::host::HostFunction;
use crate::imports::{Extern, Imports};
use crate::profile::Probes;
use crate::run::Until;
use crate::slot;
use crate::store::ModuleInstance;
use crate::watch::Watches;
use crate::{Config, Error, Result, Translation, TrapKind};

/// An instance of a module inside an [`Interpreter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceId(pub(crate) u32);

impl InstanceId {
    /// The first instance of an interpreter.
    pub const FIRST: Self = Self(0);

    /// Its number: instances are numbered in the order in which they are made, from 0.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// Why a run or a step came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// What was asked for has been executed: one instruction, or up to the wanted depth.
    Step,
    /// The fuel is used up.
    OutOfFuel,
    /// Before the instruction with a breakpoint.
    Breakpoint,
    /// Before the instruction with a breakpoint that has written a log message; see [`Interpreter::take_log`].
    /// The next run goes on from there.
    Log,
    /// Behind an instruction that has accessed what is watched; see [`Interpreter::watch_hit`].
    Watchpoint,
    /// A host function was called; see [`Interpreter::host_call`].
    AwaitingHost,
    /// The call has returned; see [`Interpreter::results`].
    Finished,
    /// The call has trapped; see [`Interpreter::trap`].
    Trapped,
    /// The beginning of the record; only steps and runs backwards come to it.
    Beginning,
}

/// Any number of linked instances, and the machine that executes them.
pub struct Interpreter {
    pub(crate) context: ExecutionContext,
    pub(crate) code: Code,
    pub(crate) hosts: Vec<(Box<str>, HostFunction)>,
    pub(crate) breakpoints: Breakpoints,
    pub(crate) watches: Watches,
    /// What counts while the past is executed again.
    pub(crate) probes: Option<Box<Probes>>,
    pub(crate) translation: Translation,
    pub(crate) analyses: RefCell<Analyses>,
    /// The time at which the embedder last saw the machine: a breakpoint there does not stop it again.
    pub(crate) seen: Option<u64>,
    /// Objects that the embedder keeps, with how often.
    pub(crate) kept: BTreeMap<u32, u32>,
    /// How many host functions are running.
    pub(crate) answering: u32,
    /// The time of the instruction that garbage was last collected for.
    pub(crate) collected: Option<u64>,
    /// Bytes of memories that the embedder may be changing.
    pub(crate) open_memories: Vec<OpenMemory>,
    /// What has been recorded.
    pub(crate) history: Option<Box<History>>,
    /// How much may be recorded, if anything is to be.
    pub(crate) history_budget: Option<u64>,
}

impl Interpreter {
    /// An interpreter without instances.
    pub fn new(config: Config) -> Self {
        Self {
            context: ExecutionContext::new(&config),
            code: Code::new(),
            hosts: Vec::new(),
            breakpoints: Breakpoints::default(),
            watches: Watches::default(),
            probes: None,
            translation: config.translation,
            analyses: RefCell::default(),
            seen: None,
            kept: BTreeMap::new(),
            answering: 0,
            collected: None,
            open_memories: Vec::new(),
            history: None,
            history_budget: config.history_budget,
        }
    }

    /// The machine.
    pub fn context(&self) -> &ExecutionContext {
        &self.context
    }

    /// Where the machine stands.
    pub fn state(&self) -> State {
        self.context.state
    }

    /// The number of instructions executed.
    pub fn time(&self) -> u64 {
        self.context.time
    }

    /// How many calls have not returned, host functions' included.
    pub fn depth(&self) -> usize {
        self.context.frames.len()
    }

    pub(crate) fn instance(&self, instance: InstanceId) -> &ModuleInstance {
        &self.context.store.instances[instance.0 as usize]
    }

    /// All instances, in the order in which they were made.
    pub fn instances(&self) -> impl Iterator<Item = InstanceId> {
        (0..self.context.store.instances.len() as u32).map(InstanceId)
    }

    /// The module of an instance.
    pub fn module(&self, instance: InstanceId) -> &Module {
        &self.instance(instance).module
    }

    /// What an instance exports under a name.
    ///
    /// # Errors
    /// [`Error::NoSuchExport`].
    pub fn export(&self, instance: InstanceId, name: &str) -> Result<Extern> {
        let own = self.instance(instance);
        let export = own
            .module
            .export(name)
            .ok_or_else(|| Error::NoSuchExport(name.into()))?;
        Ok(own.resolve(export.idx))
    }

    /// What an index of an instance's module names; `None` if there is no such thing.
    pub fn extern_at(&self, instance: InstanceId, index: ExternIdx) -> Option<Extern> {
        let own = self.instance(instance);
        let at = |space: &[u32], index: u32| space.get(index as usize).copied();
        match index {
            ExternIdx::Func(func) => at(&own.functions, func.0).map(Extern::Func),
            ExternIdx::Table(table) => at(&own.tables, table.0).map(Extern::Table),
            ExternIdx::Memory(memory) => at(&own.memories, memory.0).map(Extern::Memory),
            ExternIdx::Global(global) => at(&own.globals, global.0).map(Extern::Global),
            ExternIdx::Tag(tag) => at(&own.tags, tag.0).map(Extern::Tag),
        }
    }

    /// The function that an instance exports under a name.
    ///
    /// # Errors
    /// [`Error::NoSuchExport`], [`Error::WrongExportKind`].
    pub fn exported_function(&self, instance: InstanceId, name: &str) -> Result<FuncRef> {
        match self.export(instance, name)? {
            Extern::Func(address) => Ok(FuncRef(address)),
            other => Err(Error::WrongExportKind {
                name: name.into(),
                wanted: "function",
                found: kind_of(other),
            }),
        }
    }

    /// The value of the global that an instance exports under a name.
    ///
    /// # Errors
    /// [`Error::NoSuchExport`], [`Error::WrongExportKind`].
    pub fn exported_global(&self, instance: InstanceId, name: &str) -> Result<Value> {
        match self.export(instance, name)? {
            Extern::Global(address) => Ok(self.global_value(address)),
            other => Err(Error::WrongExportKind {
                name: name.into(),
                wanted: "global",
                found: kind_of(other),
            }),
        }
    }

    /// All exports of an instance, as imports of this interpreter's later instances under the module name `name`.
    pub fn define_instance(&self, imports: &mut Imports, name: &str, instance: InstanceId) {
        let own = self.instance(instance);
        for export in own.module.exports() {
            imports.existing(name, &export.name, own.resolve(export.idx));
        }
    }

    /// An instance's start function, if its module has one.
    pub fn start_function(&self, instance: InstanceId) -> Option<FuncRef> {
        let own = self.instance(instance);
        own.module
            .start()
            .map(|start| FuncRef(own.functions[start.index()]))
    }

    /// The function of an index space.
    ///
    /// # Errors
    /// [`Error::Usage`] if the module has fewer functions.
    pub fn function(&self, instance: InstanceId, index: u32) -> Result<FuncRef> {
        let functions = &self.instance(instance).functions;
        match functions.get(index as usize) {
            Some(address) => Ok(FuncRef(*address)),
            None => Err(Error::Usage(format!(
                "there is no function {index}: the module has {}",
                functions.len()
            ))),
        }
    }

    /// The type of a function.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is not one of this interpreter's.
    pub fn func_type(&self, func: FuncRef) -> Result<&FuncType> {
        match self.context.store.functions.get(func.0 as usize) {
            Some(function) => Ok(self.context.store.types.func(function.type_id)),
            None => Err(Error::Usage(
                "the function is not of this interpreter".to_string(),
            )),
        }
    }

    /// Calls a function and runs it to its end, answering host calls by their closures.
    ///
    /// # Errors
    /// [`Error::ArgumentMismatch`], a trap, [`Error::AsyncHostFunction`].
    pub fn call_function(&mut self, func: FuncRef, arguments: &[Value]) -> Result<Vec<Value>> {
        self.start(func, arguments)?;
        let result = self.run_to_end();
        if result.is_err() && self.state() != State::Trapped {
            // What the embedder did wrong leaves a call that nobody will finish.
            self.unwind();
        }
        result
    }

    fn run_to_end(&mut self) -> Result<Vec<Value>> {
        loop {
            // A host function that fails leaves the machine `Trapped`, so the state is looked at after each part.
            match self.state() {
                State::Paused => drop(self.run_freely()?),
                State::AwaitingHost => self.resolve_host_call()?,
                State::Finished => return self.take_results(),
                State::Trapped => return Err(self.trap_error()),
                State::Idle => return Err(self.call_is_gone()),
            }
        }
    }

    /// The error for a call whose frame a host function has taken away.
    pub(crate) fn call_is_gone(&self) -> Error {
        Error::Usage("a host function has ended the call that it was made by".to_string())
    }

    /// Runs without stopping at breakpoints and watchpoints: for calls that are made to their end.
    pub(crate) fn run_freely(&mut self) -> Result<Stop> {
        self.run_unwatched(Until::default())
    }

    /// The error for the trap that the machine rests in.
    pub(crate) fn trap_error(&self) -> Error {
        match &self.context.trap {
            Some(trap) => trap.clone().into(),
            None => Error::Usage("the machine has not trapped".to_string()),
        }
    }

    /// Prepares a call: the machine then is `Paused` before the function's first instruction,
    /// or `AwaitingHost` if the function is the embedder's own.
    ///
    /// Allowed when nothing runs, and while a host call waits (then the new call nests in it).
    /// A finished or trapped call is cleared away first.
    ///
    /// # Errors
    /// [`Error::ArgumentMismatch`], [`Error::WrongState`], [`Error::Exhaustion`].
    pub fn start(&mut self, func: FuncRef, arguments: &[Value]) -> Result<()> {
        let ty = self.func_type(func)?;
        self.check_references(arguments)?;
        self.check_values(ty.params(), arguments)
            .map_err(|(wanted, found)| Error::ArgumentMismatch { wanted, found })?;
        match self.state() {
            State::Idle | State::AwaitingHost => {}
            State::Finished => drop(self.take_results()?),
            State::Trapped => self.unwind(),
            state => {
                return Err(Error::WrongState {
                    operation: "start",
                    state,
                });
            }
        }
        let occasion = self.occasion();
        if self.depth() >= self.context.max_call_depth as usize {
            return Err(crate::Trap::outside_of_code(
                TrapKind::CallStackExhausted,
                format!("{} calls lie on each other", self.depth()),
            )
            .into());
        }
        self.lower(func.0);
        let callable = self.code.callables()[func.0 as usize];
        let base = self.free_slot();
        let argument_slots: u32 = arguments.iter().map(|value| value.ty().slots()).sum();
        let slots = argument_slots.max(callable.frame_bytes / 8);
        if !self.context.stack.reserve(base as usize + slots as usize) {
            return Err(crate::Trap::outside_of_code(
                TrapKind::CallStackExhausted,
                format!("a frame of {slots} slots does not fit the value stack"),
            )
            .into());
        }
        let frame = &mut self.context.stack.slots_mut()[base as usize..];
        slot::write_values(arguments, frame);
        let host = callable.entry == Callable::HOST;
        if !host {
            frame[callable.zero_from as usize / 8..callable.zero_to as usize / 8].fill(0);
        }
        let marks = mark::ENTRY | if host { mark::HOST } else { 0 };
        let ip = if host { 0 } else { callable.entry };
        self.context.frames.push(CallFrame {
            function: func.0,
            base,
            ip,
            marks,
        });
        self.context.state = if host {
            State::AwaitingHost
        } else {
            State::Paused
        };
        self.context.trap = None;
        // That the machine stands there is nothing new to the embedder, but a message is.
        self.seen = (!self.logs_here()).then_some(self.context.time);
        self.note(occasion, || Action::Start {
            function: func,
            arguments: arguments.into(),
        });
        Ok(())
    }

    /// The first slot above everything that the frames use.
    pub(crate) fn free_slot(&self) -> u32 {
        let Some(top) = self.context.frames.last() else {
            return 0;
        };
        let ty = self.context.store.func_type(top.function);
        let frame = match top.is(mark::HOST) {
            true => slot::slot_count(ty.params()).max(slot::slot_count(ty.results())),
            false => self.code.callables()[top.function as usize].frame_bytes / 8,
        };
        top.base + frame
    }

    /// Whether values have the wanted types; if not, both in words.
    pub(crate) fn check_values(
        &self,
        wanted: &[ValueType],
        values: &[Value],
    ) -> Result<(), (String, String)> {
        let fits = |(ty, value): (&ValueType, &Value)| self.context.store.value_fits(*value, *ty);
        if wanted.len() == values.len() && wanted.iter().zip(values).all(fits) {
            return Ok(());
        }
        let list = |types: &mut dyn Iterator<Item = ValueType>| {
            let words: Vec<String> = types.map(|ty| ty.to_string()).collect();
            format!("[{}]", words.join(" "))
        };
        Err((
            list(&mut wanted.iter().copied()),
            list(&mut values.iter().map(Value::ty)),
        ))
    }

    /// The results of the innermost call, once it is `Finished`.
    pub fn results(&self) -> Option<&[Value]> {
        (self.state() == State::Finished).then_some(&self.context.results)
    }

    /// Takes the results of a finished call. The machine goes back to what it was before it: `Idle`, or the host call
    /// in which the call was nested.
    ///
    /// # Errors
    /// [`Error::WrongState`].
    pub fn take_results(&mut self) -> Result<Vec<Value>> {
        if self.state() != State::Finished {
            return Err(Error::WrongState {
                operation: "take_results",
                state: self.state(),
            });
        }
        let occasion = self.occasion();
        self.context.state = self.resting_state();
        let results = core::mem::take(&mut self.context.results);
        self.note(occasion, || Action::TakeResults {
            results: results.as_slice().into(),
        });
        Ok(results)
    }

    /// Drops the innermost call, whatever its state: its frames go, results and trap too.
    pub fn unwind(&mut self) {
        let occasion = self.occasion();
        if self.state() != State::Finished {
            while let Some(frame) = self.context.frames.pop() {
                if frame.is(mark::ENTRY) {
                    break;
                }
            }
        }
        self.context.trap = None;
        self.context.results.clear();
        self.context.state = self.resting_state();
        self.note(occasion, || Action::Unwind);
    }

    /// Drops every call: the machine is `Idle`. The instances keep what the calls have changed.
    pub fn reset(&mut self) {
        if self.state() == State::Idle {
            return;
        }
        let occasion = self.occasion();
        self.context.frames.clear();
        self.context.trap = None;
        self.context.results.clear();
        self.context.state = State::Idle;
        self.note(occasion, || Action::Reset);
    }

    fn resting_state(&self) -> State {
        if self.context.frames.is_empty() {
            State::Idle
        } else {
            State::AwaitingHost
        }
    }

    /// The trap, once the machine is `Trapped`.
    pub fn trap(&self) -> Option<&crate::Trap> {
        self.context.trap.as_ref()
    }
}

pub(crate) fn kind_of(value: Extern) -> &'static str {
    match value {
        Extern::Func(_) => "function",
        Extern::Table(_) => "table",
        Extern::Memory(_) => "memory",
        Extern::Global(_) => "global",
        Extern::Tag(_) => "tag",
    }
}
