//! What each directive of a script asks for: one arm per assertion.

use flight_runtime::{Error, Features, Module, Value};
use wast::{QuoteWat, QuoteWatTest, WastDirective, WastExecute, WastInvoke, WastThread, Wat};

use crate::expect;
use crate::session::Session;

/// The directive's first word.
pub(crate) fn keyword(directive: &WastDirective<'_>) -> &'static str {
    match directive {
        WastDirective::Module(_) => "module",
        WastDirective::ModuleDefinition(_) => "module definition",
        WastDirective::ModuleInstance { .. } => "module instance",
        WastDirective::AssertMalformed { .. } => "assert_malformed",
        WastDirective::AssertInvalid { .. } => "assert_invalid",
        WastDirective::AssertInvalidCustom { .. } => "assert_invalid_custom",
        WastDirective::AssertMalformedCustom { .. } => "assert_malformed_custom",
        WastDirective::Register { .. } => "register",
        WastDirective::Invoke(_) => "invoke",
        WastDirective::AssertTrap { .. } => "assert_trap",
        WastDirective::AssertReturn { .. } => "assert_return",
        WastDirective::AssertExhaustion { .. } => "assert_exhaustion",
        WastDirective::AssertUnlinkable { .. } => "assert_unlinkable",
        WastDirective::AssertException { .. } => "assert_exception",
        WastDirective::AssertSuspension { .. } => "assert_suspension",
        WastDirective::Thread(_) => "thread",
        WastDirective::Wait { .. } => "wait",
    }
}

/// Why a module of a script could not be had.
#[derive(Clone)]
pub(crate) enum LoadFailure {
    /// Its text is wrong; the message of the text's parser.
    Text(String),
    /// Its bytes are.
    Module(Error),
}

impl LoadFailure {
    fn words(&self) -> String {
        match self {
            Self::Text(message) => format!("wrong text: {message}"),
            Self::Module(error) => error.to_string(),
        }
    }
}

impl Session {
    /// Executes a directive; if it does not do what it is to do, says in words what happened.
    pub(crate) fn execute(&mut self, directive: &mut WastDirective<'_>) -> Result<(), String> {
        match directive {
            WastDirective::Module(module) => {
                self.forget_current();
                let loaded = self.load(module).map_err(|failure| failure.words())?;
                self.instantiate_as(module.name(), &loaded)
                    .map_err(|error| error.to_string())
            }
            WastDirective::ModuleDefinition(module) => {
                let loaded = self.load(module).map_err(|failure| failure.words())?;
                self.define(module.name(), loaded);
                Ok(())
            }
            WastDirective::ModuleInstance {
                instance, module, ..
            } => {
                self.forget_current();
                let module = self.definition(*module)?;
                self.instantiate_as(*instance, &module)
                    .map_err(|error| error.to_string())
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(*module)?;
                self.register(name, instance);
                Ok(())
            }
            WastDirective::Invoke(invoke) => {
                self.invoke(invoke)?.map_err(|error| error.to_string())?;
                Ok(())
            }
            WastDirective::AssertReturn { exec, results, .. } => match self.exec(exec)? {
                Ok(values) => self.check_results(results, &values),
                Err(error) => Err(format!("expected {}, got: {error}", expect::words(results))),
            },
            WastDirective::AssertTrap { exec, message, .. } => match self.exec(exec)? {
                Err(Error::Trap(trap)) => check_message(message, trap.kind.message()),
                other => Err(instead("a trap", message, &other)),
            },
            WastDirective::AssertExhaustion { call, message, .. } => match self.invoke(call)? {
                Err(Error::Exhaustion(trap)) => check_message(message, trap.kind.message()),
                other => Err(instead("exhaustion", message, &other)),
            },
            WastDirective::AssertMalformed {
                module, message, ..
            } => {
                let is_text = matches!(*module, QuoteWat::QuoteModule(..));
                match self.load(module) {
                    Err(LoadFailure::Text(_)) if is_text => Ok(()),
                    Err(LoadFailure::Module(Error::Malformed { .. })) => Ok(()),
                    // The text's parser leaves some checks of the text to the validation of the bytes.
                    Err(LoadFailure::Module(Error::Invalid { .. })) if is_text => Ok(()),
                    other => Err(instead_of_failure("a malformed module", message, other)),
                }
            }
            WastDirective::AssertInvalid {
                module, message, ..
            } => match self.load(module) {
                Err(LoadFailure::Module(Error::Invalid { .. })) => Ok(()),
                // The text's parser resolves names and matches types, and so finds some of the mistakes.
                Err(LoadFailure::Text(_)) => Ok(()),
                other => Err(instead_of_failure("an invalid module", message, other)),
            },
            WastDirective::AssertUnlinkable {
                module, message, ..
            } => {
                let module = self.load_wat(module).map_err(|failure| failure.words())?;
                match self.instantiate(&module) {
                    Err(error @ Error::Unlinkable(_)) => check_message(message, &error.to_string()),
                    other => Err(instead(
                        "an unlinkable module",
                        message,
                        &other.map(|_| Vec::new()),
                    )),
                }
            }
            WastDirective::AssertMalformedCustom {
                module, message, ..
            }
            | WastDirective::AssertInvalidCustom {
                module, message, ..
            } => {
                // Custom sections are of no consequence to Flight: only the text can be wrong.
                match self.load(module) {
                    Err(LoadFailure::Text(_)) => Ok(()),
                    other => Err(instead_of_failure("a wrong custom section", message, other)),
                }
            }
            WastDirective::AssertException { exec, .. } => match self.exec(exec)? {
                Err(Error::Exception(_)) => Ok(()),
                other => Err(instead("an exception", "", &other)),
            },
            WastDirective::AssertSuspension { exec, message, .. } => {
                let result = self.exec(exec)?;
                Err(instead("a suspension", message, &result))
            }
            WastDirective::Thread(thread) => self.thread(thread),
            WastDirective::Wait { thread, .. } => self.wait(thread.name()),
        }
    }

    /// Executes a thread's directives, all of them before what follows it: one of the orders that the script allows.
    fn thread(&mut self, thread: &mut WastThread<'_>) -> Result<(), String> {
        let outside = self.enter_thread(thread.shared_module)?;
        let results: Vec<_> = thread
            .directives
            .iter_mut()
            .map(|directive| {
                let keyword = keyword(directive);
                self.execute(directive)
                    .map_err(|message| format!("{keyword}: {message}"))
            })
            .collect();
        self.leave_thread(outside, thread.name.name());
        results.into_iter().collect()
    }

    /// Does what an assertion is about. The outer error is one of the script, the inner one of the guest.
    fn exec(&mut self, exec: &mut WastExecute<'_>) -> Result<Result<Vec<Value>, Error>, String> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke),
            WastExecute::Wat(module) => {
                let module = self.load_wat(module).map_err(|failure| failure.words())?;
                Ok(self.instantiate(&module).map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(*module)?;
                Ok(self
                    .interpreter
                    .exported_global(instance, global)
                    .map(|value| vec![value]))
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Result<Vec<Value>, Error>, String> {
        let instance = self.instance(invoke.module)?;
        let arguments: Vec<Value> = invoke
            .args
            .iter()
            .map(expect::argument)
            .collect::<Result<_, _>>()?;
        match self.interpreter.exported_function(instance, invoke.name) {
            Ok(func) => Ok(self.call(func, &arguments)),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Decodes and validates a module of the script, unless that was done in an earlier run.
    fn load(&mut self, module: &mut QuoteWat<'_>) -> Result<Module, LoadFailure> {
        let features = self.features;
        self.modules.next(|| load(module, features))
    }

    fn load_wat(&mut self, module: &mut Wat<'_>) -> Result<Module, LoadFailure> {
        let features = self.features;
        let load = || decode(&module.encode().map_err(text_failure)?, features);
        self.modules.next(load)
    }

    fn check_results(
        &self,
        expected: &[wast::WastRet<'_>],
        values: &[Value],
    ) -> Result<(), String> {
        if expect::all_match(expected, values, &self.interpreter) {
            return Ok(());
        }
        Err(format!(
            "expected {}, got {}",
            expect::words(expected),
            expect::list(values)
        ))
    }
}

/// The modules that the runs of a script share, in the order in which it loads them.
#[derive(Default)]
pub(crate) struct Modules {
    loaded: Vec<Result<Module, LoadFailure>>,
    /// How many the run at hand has loaded.
    position: usize,
}

impl Modules {
    /// From here on the script begins again.
    pub(crate) fn rewind(mut self) -> Self {
        self.position = 0;
        self
    }

    fn next(
        &mut self,
        load: impl FnOnce() -> Result<Module, LoadFailure>,
    ) -> Result<Module, LoadFailure> {
        if self.position == self.loaded.len() {
            self.loaded.push(load());
        }
        self.position += 1;
        self.loaded[self.position - 1].clone()
    }
}

fn load(module: &mut QuoteWat<'_>, features: Features) -> Result<Module, LoadFailure> {
    let bytes = match module.to_test().map_err(text_failure)? {
        QuoteWatTest::Binary(bytes) => bytes,
        QuoteWatTest::Text(text) => encode(&text)?,
    };
    decode(&bytes, features)
}

fn decode(bytes: &[u8], features: Features) -> Result<Module, LoadFailure> {
    Module::from_bytes_with(bytes, features).map_err(|error| LoadFailure::Module(error.into()))
}

fn encode(text: &[u8]) -> Result<Vec<u8>, LoadFailure> {
    let text = std::str::from_utf8(text).map_err(|error| LoadFailure::Text(error.to_string()))?;
    let buffer = wast::parser::ParseBuffer::new(text).map_err(text_failure)?;
    let mut wat: Wat<'_> = wast::parser::parse(&buffer).map_err(text_failure)?;
    wat.encode().map_err(text_failure)
}

fn text_failure(error: wast::Error) -> LoadFailure {
    LoadFailure::Text(error.message())
}

/// Messages are compared as the reference interpreter does: one must begin with the other.
fn check_message(expected: &str, found: &str) -> Result<(), String> {
    if found.starts_with(expected) || expected.starts_with(found) {
        Ok(())
    } else {
        Err(format!("expected \"{expected}\", got: {found}"))
    }
}

fn instead(what: &str, message: &str, result: &Result<Vec<Value>, Error>) -> String {
    match result {
        Ok(values) => format!(
            "expected {what} \"{message}\", got {}",
            expect::list(values)
        ),
        Err(error) => format!("expected {what} \"{message}\", got: {error}"),
    }
}

fn instead_of_failure(what: &str, message: &str, result: Result<Module, LoadFailure>) -> String {
    match result {
        Ok(_) => format!("expected {what} \"{message}\", got a valid module"),
        Err(failure) => format!("expected {what} \"{message}\", got: {}", failure.words()),
    }
}
