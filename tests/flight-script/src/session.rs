//! The instances of a script, and calls of their functions.

use std::collections::{HashMap, HashSet};

use flight_runtime::{
    Config, Error, Features, FuncRef, Imports, InstanceId, Interpreter, Module, Moment, State,
    Stop, Translation, Until, Value,
};

use crate::allowance::Allowance;
use crate::directive::Modules;
use crate::random::Random;
use crate::{Call, Manner, Pace, Rest, Translations, spectest};

/// How many single steps one call makes at most: what is still to come of very long ones is executed in slices.
const MOST_STEPS: u64 = 50_000;

/// Bytes that a record may take.
const RECORD: u64 = 64 << 20;

/// The state of a script that runs.
pub(crate) struct Session {
    pub(crate) interpreter: Interpreter,
    pace: Pace,
    /// What modules may use.
    pub(crate) features: Features,
    /// What the lengths of slices are taken from.
    lengths: Random,
    /// What translations are chosen by, if they are.
    choices: Option<Random>,
    /// The line of the directive at hand.
    pub(crate) line: usize,
    pub(crate) calls: Vec<Call>,
    /// What may be hashed after calls, and inside of them.
    after: Allowance,
    inside: Allowance,
    pub(crate) rests: Vec<Rest>,
    /// Where the machine rested in the call at hand, if it is recorded, with its hash.
    moments: Vec<(Moment, u64)>,
    pub(crate) modules: Modules,
    instances: Vec<InstanceId>,
    names: Names,
    /// The names of the threads that have been executed.
    threads: HashSet<String>,
}

/// What the script's names mean: each thread has names of its own.
#[derive(Default)]
pub(crate) struct Names {
    /// The latest instance; `None` if it could not be made.
    current: Option<InstanceId>,
    /// Instances by the names that the script calls them by.
    named: HashMap<String, InstanceId>,
    /// Instances by the names that modules import them by.
    registered: HashMap<String, InstanceId>,
    /// The latest module that has been defined without being instantiated.
    definition: Option<Module>,
    definitions: HashMap<String, Module>,
}

impl Session {
    pub(crate) fn new(manner: Manner, features: Features, modules: Modules) -> Self {
        let mut config = Config::default();
        let mut choices = None;
        match manner.translations {
            Translations::One(translation) => config.translation = translation,
            Translations::Switched(seed) => {
                choices = Some(Random::new(seed));
                config.history_budget = Some(RECORD);
            }
        }
        let mut interpreter = Interpreter::new(config);
        let spectest = spectest::instantiate(&mut interpreter);
        let lengths = match manner.pace {
            Pace::Slices(seed) => Random::new(seed),
            Pace::Whole | Pace::Steps => Random::new(0),
        };
        Self {
            interpreter,
            pace: manner.pace,
            features,
            lengths,
            choices,
            line: 0,
            calls: Vec::new(),
            after: Allowance::new(),
            inside: Allowance::new(),
            rests: Vec::new(),
            moments: Vec::new(),
            modules,
            instances: vec![spectest],
            names: Names {
                registered: HashMap::from([("spectest".to_string(), spectest)]),
                ..Names::default()
            },
            threads: HashSet::new(),
        }
    }

    /// Gives a new thread names of its own: what is registered, and the instance that it shares. Gives back the others.
    pub(crate) fn enter_thread(
        &mut self,
        shared: Option<wast::token::Id<'_>>,
    ) -> Result<Names, String> {
        let mut own = Names {
            registered: self.names.registered.clone(),
            ..Names::default()
        };
        if let Some(name) = shared {
            own.named
                .insert(name.name().to_string(), self.instance(Some(name))?);
        }
        Ok(std::mem::replace(&mut self.names, own))
    }

    pub(crate) fn leave_thread(&mut self, outside: Names, name: &str) {
        self.names = outside;
        self.threads.insert(name.to_string());
    }

    /// Waits for a thread: it has ended already.
    pub(crate) fn wait(&mut self, name: &str) -> Result<(), String> {
        let known = self.threads.remove(name);
        known
            .then_some(())
            .ok_or_else(|| "there is no such thread".to_string())
    }

    /// The instance of that name, or the latest one.
    pub(crate) fn instance(&self, name: Option<wast::token::Id<'_>>) -> Result<InstanceId, String> {
        match name {
            Some(name) => self.names.named.get(name.name()).copied(),
            None => self.names.current,
        }
        .ok_or_else(|| "there is no such instance".to_string())
    }

    pub(crate) fn register(&mut self, name: &str, instance: InstanceId) {
        self.names.registered.insert(name.to_string(), instance);
    }

    pub(crate) fn define(&mut self, name: Option<wast::token::Id<'_>>, module: Module) {
        if let Some(name) = name {
            self.names
                .definitions
                .insert(name.name().to_string(), module.clone());
        }
        self.names.definition = Some(module);
    }

    /// The defined module of that name, or the latest one.
    pub(crate) fn definition(&self, name: Option<wast::token::Id<'_>>) -> Result<Module, String> {
        match name {
            Some(name) => self.names.definitions.get(name.name()),
            None => self.names.definition.as_ref(),
        }
        .cloned()
        .ok_or_else(|| "there is no such module definition".to_string())
    }

    /// No instance is the latest one: what follows must not use the one before by mistake.
    pub(crate) fn forget_current(&mut self) {
        self.names.current = None;
    }

    /// Instantiates a module and makes it the latest one, under this name if it has one.
    pub(crate) fn instantiate_as(
        &mut self,
        name: Option<wast::token::Id<'_>>,
        module: &Module,
    ) -> Result<(), Error> {
        let instance = self.instantiate(module)?;
        self.names.current = Some(instance);
        if let Some(name) = name {
            self.names.named.insert(name.name().to_string(), instance);
        }
        Ok(())
    }

    /// Instantiates a module with what is registered, and runs its start function.
    pub(crate) fn instantiate(&mut self, module: &Module) -> Result<InstanceId, Error> {
        let mut imports = Imports::new();
        for import in module.imports() {
            let from = self.names.registered.get(&*import.module);
            if let Some(value) =
                from.and_then(|from| self.interpreter.export(*from, &import.name).ok())
            {
                imports.existing(&import.module, &import.name, value);
            }
        }
        let instance = self
            .interpreter
            .instantiate_without_start(module, &imports)?;
        self.instances.push(instance);
        if let Some(start) = self.interpreter.start_function(instance) {
            self.call(start, &[])?;
        }
        Ok(instance)
    }

    /// Calls a function at the pace of this run, and writes down what came of it.
    pub(crate) fn call(&mut self, func: FuncRef, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        self.after.call();
        self.inside.call();
        self.choose_translation();
        let result = match self.pace {
            Pace::Whole => self.interpreter.call_function(func, arguments),
            Pace::Steps | Pace::Slices(_) => self.call_by_hand(func, arguments),
        };
        self.go_back()?;
        let outcome = match &result {
            Ok(values) => crate::expect::list(values),
            Err(error) => error.to_string(),
        };
        self.calls.push(Call {
            line: self.line,
            outcome,
            time: self.interpreter.time(),
            hash: self.after.hash(&self.interpreter, &self.instances),
        });
        result
    }

    /// Goes to where the machine rested in the call, and back: that gives the machines that were there.
    fn go_back(&mut self) -> Result<(), Error> {
        let moments = std::mem::take(&mut self.moments);
        let Some(last) = moments.last().copied() else {
            return Ok(());
        };
        let machine = &mut self.interpreter;
        let here = (machine.moment(), machine.state_hash());
        // In an order that is neither the one nor the other.
        let (even, odd): (Vec<_>, Vec<_>) = (0..moments.len()).partition(|at| at % 2 == 0);
        let order = odd.into_iter().chain(even).map(|at| moments[at]);
        for (moment, hash) in order.chain([last, here]) {
            machine.seek_moment(moment)?;
            if machine.state_hash() != hash {
                let problem = format!("another machine was found at {moment:?}");
                return Err(Error::Usage(problem));
            }
        }
        Ok(())
    }

    fn call_by_hand(&mut self, func: FuncRef, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        self.interpreter.start(func, arguments)?;
        let mut rests: u64 = 0;
        loop {
            self.choose_translation();
            match self.interpreter.state() {
                State::Paused => {
                    self.advance(rests)?;
                    rests += 1;
                    // The longer a call lasts, the more seldom.
                    if matches!(self.pace, Pace::Slices(_)) && rests.is_power_of_two() {
                        self.rest();
                    }
                }
                State::AwaitingHost => self.interpreter.resolve_host_call()?,
                State::Finished => return self.interpreter.take_results(),
                State::Trapped => {
                    let trap = self.interpreter.trap().cloned();
                    return Err(trap.map_or(Error::Usage("a trap says why".into()), Error::from));
                }
                State::Idle => return Err(Error::Usage("the call is gone".into())),
            }
        }
    }

    /// One step, or one slice, after so many others; whether it was as long as it should have been.
    fn advance(&mut self, rests: u64) -> Result<(), Error> {
        let before = self.interpreter.time();
        let (wanted, stop) = match self.pace {
            Pace::Steps if rests < MOST_STEPS => (1, self.interpreter.step()?),
            _ => {
                let fuel = self.slice();
                let until = Until {
                    fuel: Some(fuel),
                    ..Until::default()
                };
                (fuel, self.interpreter.run(until)?)
            }
        };
        let taken = self.interpreter.time() - before;
        if taken > wanted || (taken < wanted && matches!(stop, Stop::Step | Stop::OutOfFuel)) {
            let problem = format!("{taken} instructions were executed instead of {wanted}");
            return Err(Error::Usage(problem));
        }
        Ok(())
    }

    /// How long the next slice is: mostly short, now and then longer than the longest straight run of code.
    fn slice(&mut self) -> u64 {
        let random = self.lengths.next();
        let longest = [3, 40, 700, 5_000][(random >> 62) as usize];
        1 + (random & 0xffff_ffff) % longest
    }

    /// Lets chance choose the translation, if it is to.
    fn choose_translation(&mut self) {
        if let Some(choices) = &mut self.choices {
            let translation = match choices.next() >> 63 {
                0 => Translation::Precise,
                _ => Translation::Folded,
            };
            self.interpreter.set_translation(translation);
        }
    }

    /// Writes down the machine's hash, if it is allowed.
    fn rest(&mut self) {
        if let Some(hash) = self.inside.hash(&self.interpreter, &self.instances) {
            self.rests.push(Rest {
                line: self.line,
                time: self.interpreter.time(),
                hash,
            });
            if self.interpreter.is_recording() {
                self.moments.push((self.interpreter.moment(), hash));
            }
        }
    }
}
