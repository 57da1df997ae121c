//! A module instantiated for one call, within the limits of the command line.

use std::fs;
use std::path::{Path, PathBuf};

use flight_runtime::{
    Config, Error, FuncRef, Imports, InstanceId, Interpreter, LinkProblem, Module, State, Stop,
    Until, Value,
};

use crate::arguments::{CallOptions, ReplayOptions};
use crate::failure::Failure;
use crate::report;
use crate::source::{Source, read_file};
use crate::stubs;
use crate::values::{name_text, parse_arguments};

/// An instance, and what is to be called in it.
pub(crate) struct Session {
    pub(crate) interpreter: Interpreter,
    pub(crate) instance: InstanceId,
    /// The file's name, for messages.
    pub(crate) name: String,
    fuel: Option<u64>,
    /// Where a core dump goes if a call is ended by a trap or for want of fuel.
    coredump: Option<PathBuf>,
}

/// A call to make.
pub(crate) struct Call {
    pub(crate) function: FuncRef,
    pub(crate) arguments: Vec<Value>,
}

impl Session {
    /// Reads and instantiates the module; its start function has not run yet.
    pub(crate) fn open(options: &CallOptions) -> Result<Self, Failure> {
        let source = Source::read(&options.file)?;
        let module = source.module(options.features.features)?;
        let defaults = Config::default();
        let mut interpreter = Interpreter::new(Config {
            memory_budget: options.max_memory.unwrap_or(defaults.memory_budget),
            max_call_depth: options.max_call_depth.unwrap_or(defaults.max_call_depth),
            translation: options.code.into(),
            ..defaults
        });
        let imports = if options.stub_imports {
            stubs::imports(&module)
        } else {
            Imports::new()
        };
        let instance = interpreter
            .instantiate_without_start(&module, &imports)
            .map_err(|error| cannot_instantiate(&source.name, options, error))?;
        Ok(Self {
            interpreter,
            instance,
            name: source.name,
            fuel: options.fuel,
            coredump: options.coredump.clone(),
        })
    }

    /// Opens a record; the machine is at its beginning.
    pub(crate) fn open_recording(options: &ReplayOptions) -> Result<Self, Failure> {
        let bytes = read_file(&options.file)?;
        let defaults = Config::default();
        let config = Config {
            memory_budget: options.max_memory.unwrap_or(defaults.memory_budget),
            max_call_depth: options.max_call_depth.unwrap_or(defaults.max_call_depth),
            translation: options.code.into(),
            history_budget: Some(options.history),
            ..defaults
        };
        let opened = Interpreter::from_recording(&bytes, &config);
        let (interpreter, instances) =
            opened.map_err(|error| Failure::of_module(&options.file, &error))?;
        // What is linked comes before what it is linked to.
        let Some(instance) = instances.last().copied() else {
            let name = &options.file;
            return Err(Failure::Module(format!("{name}: it has no module")));
        };
        Ok(Self {
            interpreter,
            instance,
            name: options.file.clone(),
            fuel: None,
            coredump: None,
        })
    }

    /// The calls that the command line asks for: the start function's, then that of the function to invoke.
    pub(crate) fn calls(&self, options: &CallOptions) -> Result<Vec<Call>, Failure> {
        let start = self.interpreter.start_function(self.instance);
        let mut calls = Vec::new();
        calls.extend(start.map(|function| Call {
            function,
            arguments: Vec::new(),
        }));
        match &options.invoke {
            Some(name) => calls.push(self.invocation(name, &options.arguments)?),
            None if options.arguments.is_empty() => {}
            None => {
                return Err(Failure::CommandLine(
                    "there are arguments, but --invoke NAME does not say what for".to_string(),
                ));
            }
        }
        Ok(calls)
    }

    /// The call of an exported function with arguments as they are typed.
    pub(crate) fn invocation(&self, name: &str, texts: &[String]) -> Result<Call, Failure> {
        let found = self.interpreter.exported_function(self.instance, name);
        let function = found.map_err(|error| {
            let exports = exported_functions(self.module());
            let hint = match &exports[..] {
                [] => "the module exports no function".to_string(),
                names => format!("the module exports the functions {}", names.join(", ")),
            };
            Failure::CommandLine(format!("{}: {error}; {hint}", self.name))
        })?;
        let ty = self
            .interpreter
            .func_type(function)
            .map_err(|error| self.failure(error))?;
        let arguments = parse_arguments(&self.interpreter, self.instance, ty.params(), texts);
        let arguments =
            arguments.map_err(|words| Failure::CommandLine(format!("{name}: {words}")))?;
        Ok(Call {
            function,
            arguments,
        })
    }

    /// The module.
    pub(crate) fn module(&self) -> &Module {
        self.interpreter.module(self.instance)
    }

    /// Makes a call ready to run.
    pub(crate) fn start(&mut self, call: &Call) -> Result<(), Failure> {
        let started = self.interpreter.start(call.function, &call.arguments);
        started.map_err(|error| self.failure(error))
    }

    /// Runs the call that was started to its end and gives its results.
    pub(crate) fn finish(&mut self) -> Result<Vec<Value>, Failure> {
        loop {
            match self.interpreter.state() {
                State::Paused => {
                    let fuel = self.fuel_left();
                    let stop = self.interpreter.run(Until {
                        fuel,
                        ..Until::default()
                    });
                    if stop.map_err(|error| self.failure(error))? == Stop::OutOfFuel {
                        return Err(self.out_of_fuel());
                    }
                }
                State::AwaitingHost => self.answer()?,
                State::Trapped => return Err(self.trapped()),
                State::Idle | State::Finished => {
                    return self
                        .interpreter
                        .take_results()
                        .map_err(|error| self.failure(error));
                }
            }
        }
    }

    /// Answers the host call that waits.
    pub(crate) fn answer(&mut self) -> Result<(), Failure> {
        self.interpreter
            .resolve_host_call()
            .map_err(|error| self.failure(error))
    }

    /// How many instructions may still be executed, if there is a limit.
    pub(crate) fn fuel_left(&self) -> Option<u64> {
        self.fuel
            .map(|fuel| fuel.saturating_sub(self.interpreter.time()))
    }

    /// The failure for fuel that is used up.
    pub(crate) fn out_of_fuel(&self) -> Failure {
        Failure::Trapped(self.dumped(report::out_of_fuel(self)))
    }

    /// The failure for the trap that the machine rests in.
    pub(crate) fn trapped(&self) -> Failure {
        Failure::Trapped(self.trap_report())
    }

    /// What is told of the trap that the machine rests in. The core dump is written if one is wanted.
    pub(crate) fn trap_report(&self) -> String {
        self.dumped(match self.interpreter.trap() {
            Some(trap) => report::trap(&self.interpreter, self.instance, trap),
            None => "trap".to_string(),
        })
    }

    /// The failure for an error of the engine.
    pub(crate) fn failure(&self, error: Error) -> Failure {
        match error {
            Error::Trap(trap) | Error::Exhaustion(trap) => {
                Failure::Trapped(self.dumped(report::trap(&self.interpreter, self.instance, &trap)))
            }
            error => Failure::of_module(&self.name, &error),
        }
    }

    /// What is told of a call that was ended, in these words; the core dump is written if one is wanted.
    fn dumped(&self, mut words: String) -> String {
        if let Some(file) = &self.coredump {
            words += &match self.write_coredump(file) {
                Ok(()) => format!("\nnote: the core dump was written to {}", file.display()),
                Err(wrong) => format!("\nerror: {wrong}"),
            };
        }
        words
    }

    /// Writes a core dump.
    ///
    /// # Errors
    /// A sentence that says why it was not written.
    pub(crate) fn write_coredump(&self, file: &Path) -> Result<(), String> {
        let dump = self.interpreter.core_dump(&self.name);
        let written = match dump {
            Ok(bytes) => fs::write(file, bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        written.map_err(|words| {
            let file = file.display();
            format!("the core dump cannot be written to {file}: {words}")
        })
    }
}

/// The names of the functions that a module exports.
pub(crate) fn exported_functions(module: &Module) -> Vec<String> {
    let is_function = |idx| matches!(idx, flight_wasm::ExternIdx::Func(_));
    let functions = module
        .exports()
        .iter()
        .filter(|export| is_function(export.idx));
    functions
        .map(|export| format!("\"{}\"", name_text(&export.name)))
        .collect()
}

fn cannot_instantiate(name: &str, options: &CallOptions, error: Error) -> Failure {
    match error {
        Error::Unlinkable(problems) => Failure::Module(unlinkable(name, options, &problems)),
        Error::Trap(trap) | Error::Exhaustion(trap) => Failure::Trapped(format!("{name}: {trap}")),
        error => Failure::of_module(name, &error),
    }
}

fn unlinkable(name: &str, options: &CallOptions, problems: &[LinkProblem]) -> String {
    let mut words = format!("{name}: the module's imports cannot be given");
    for problem in problems {
        words += "\n  ";
        words += &name_text(&problem.to_string());
    }
    if problems
        .iter()
        .any(|problem| problem.module.starts_with("wasi_"))
    {
        words += "\nThe module wants WASI, which comes in a later version of flight.";
    }
    if !options.stub_imports {
        words += "\nWith --stub-imports they are given functions that return zero, \
                  and memories, tables and globals that begin with zeros.";
    }
    words
}
