//! Runs a module in either translation, and in both by turns: nothing that can be seen may differ.

use flight_runtime::{
    Config, Error, FuncRef, InstanceId, Interpreter, Module, Moment, State, Stop, Translation,
    Until, Value,
};

use crate::load_and_run::{CONFIG, Outcome, stubs, zeros};
use crate::random::Random;

/// Instructions that each call may execute.
const FUEL: u64 = 10_000;

/// Bytes that are hashed at the places where the machines rest in one module.
const HASHED: u64 = 8 << 20;

/// Decodes a module, instantiates it with stubs, and calls its start function and all that it exports with zeros.
///
/// # Panics
/// If the machines differ.
pub fn switching(bytes: &[u8]) -> Outcome {
    let module = match Module::from_bytes(bytes) {
        Ok(module) => module,
        Err(error) => return Outcome::Refused(error.into()),
    };
    let seed = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    let mut together = match Together::new(&module, &CONFIG, seed, HASHED) {
        Ok(together) => together,
        Err(error) => return Outcome::NotInstantiated(error),
    };
    let start = together.first().start_function(together.instance());
    let exports = module.exports().iter();
    let functions: Vec<FuncRef> = exports
        .filter_map(|export| {
            let found = together
                .first()
                .exported_function(together.instance(), &export.name);
            found.ok()
        })
        .collect();
    let mut calls = 0;
    for func in start.into_iter().chain(functions) {
        let ty = together.first().func_type(func).expect("it is exported");
        let Some(arguments) = zeros(ty.params()) else {
            continue;
        };
        let called = together.call(func, &arguments, FUEL);
        match called {
            Ok(done) => calls += usize::from(done.is_ok()),
            Err(words) => panic!("{words}"),
        }
        together.each(Interpreter::reset);
    }
    Outcome::Ran { calls }
}

/// Three machines with the same module: one is precise, one is folded and runs as far as it can,
/// one changes its translation wherever it rests, and goes back to where it was.
pub(crate) struct Together {
    machines: [Interpreter; 3],
    /// Where the third one rested, with its hash.
    rests: Vec<(Moment, u64)>,
    instance: InstanceId,
    random: Random,
    /// Bytes that may still be hashed.
    allowance: u64,
}

/// Bytes that its record may take.
const RECORD: u64 = 32 << 20;

/// How many places are gone back to after each call.
const BACK: usize = 4;

const PRECISE: usize = 0;
const FOLDED: usize = 1;
const SWITCHED: usize = 2;

impl Together {
    /// Instances with stubs for the imports; no start function has run.
    pub(crate) fn new(
        module: &Module,
        config: &Config,
        seed: u64,
        allowance: u64,
    ) -> Result<Self, Error> {
        let mut instance = InstanceId::FIRST;
        let mut machines = [
            Translation::Precise,
            Translation::Folded,
            Translation::Folded,
        ]
        .map(|translation| {
            Interpreter::new(Config {
                translation,
                ..config.clone()
            })
        });
        machines[SWITCHED].record(RECORD);
        for machine in &mut machines {
            instance = machine.instantiate_without_start(module, &stubs(module))?;
        }
        Ok(Self {
            machines,
            rests: Vec::new(),
            instance,
            random: Random::new(seed),
            allowance,
        })
    }

    /// One of the machines: all are equal.
    pub(crate) fn first(&self) -> &Interpreter {
        &self.machines[PRECISE]
    }

    pub(crate) fn instance(&self) -> InstanceId {
        self.instance
    }

    /// Does the same to every machine.
    pub(crate) fn each(&mut self, act: impl FnMut(&mut Interpreter)) {
        self.machines.iter_mut().for_each(act);
    }

    /// Calls a function in all machines, at most until the fuel is used up, and leaves them where they stand.
    /// The inner error is the embedder's, and the same in all of them.
    ///
    /// # Errors
    /// In words, where they differ.
    pub(crate) fn call(
        &mut self,
        func: FuncRef,
        arguments: &[Value],
        fuel: u64,
    ) -> Result<Result<(), Error>, String> {
        let begin = self.first().time();
        let mut done = self.every("the beginning", |machine| machine.start(func, arguments))?;
        while done.is_ok() {
            let left = fuel.saturating_sub(self.first().time() - begin);
            match self.first().state() {
                State::Paused if left > 0 => self.advance(left)?,
                State::AwaitingHost => {
                    let answer = |machine: &mut Interpreter| machine.resolve_host_call();
                    done = self.every("the host's answer", answer)?;
                }
                _ => break,
            }
        }
        self.compare("the end")?;
        self.go_back()?;
        Ok(done)
    }

    /// Lets the machine that is recorded go to some of the places where it rested, in any order, and come back.
    fn go_back(&mut self) -> Result<(), String> {
        let mut rests = std::mem::take(&mut self.rests);
        let machine = &mut self.machines[SWITCHED];
        let here = machine.moment();
        let hash = (!rests.is_empty()).then(|| machine.state_hash());
        while rests.len() > BACK {
            rests.swap_remove((self.random.next() % rests.len() as u64) as usize);
        }
        for (moment, hash) in rests {
            let sought = machine.seek_moment(moment);
            sought.map_err(|error| format!("from {here:?} to {moment:?}: {error}"))?;
            equal("the way back", &machine.state_hash(), &hash)
                .map_err(|words| format!("{words}, from {here:?} to {moment:?}"))?;
            let back = machine.step_back();
            back.map_err(|error| format!("a step back from {moment:?}: {error}"))?;
        }
        if let Some(hash) = hash {
            let sought = machine.seek_moment(here);
            sought.map_err(|error| format!("forth to {here:?}: {error}"))?;
            equal("the way forth", &machine.state_hash(), &hash)?;
        }
        Ok(())
    }

    /// Lets all machines run to where the folded one stops.
    fn advance(&mut self, fuel: u64) -> Result<(), String> {
        let stop = run(&mut self.machines[FOLDED], fuel)?;
        let begin = self.first().time();
        let mut rests: u64 = 0;
        loop {
            let left = fuel - (self.first().time() - begin);
            let slice = self.random.slice().min(left);
            let translation = match self.random.next() >> 63 {
                0 => Translation::Precise,
                _ => Translation::Folded,
            };
            self.machines[SWITCHED].set_translation(translation);
            let precise = run(&mut self.machines[PRECISE], slice)?;
            let switched = run(&mut self.machines[SWITCHED], slice)?;
            equal("the stop", &precise, &switched)?;
            rests += 1;
            if precise != Stop::OutOfFuel || slice == left {
                equal("the stop", &precise, &stop)?;
                return self.compare("a stop");
            }
            self.same("the time", [PRECISE, SWITCHED], Interpreter::time)?;
            if rests.is_power_of_two() && self.may_hash() {
                self.same("the hash", [PRECISE, SWITCHED], Interpreter::state_hash)?;
                let machine = &self.machines[SWITCHED];
                self.rests.push((machine.moment(), machine.state_hash()));
            }
        }
    }

    /// Does the same to every machine; what comes of it must be the same too.
    fn every<R: PartialEq + std::fmt::Debug>(
        &mut self,
        about: &str,
        act: impl Fn(&mut Interpreter) -> R,
    ) -> Result<R, String> {
        let [precise, folded, switched] = self.machines.each_mut().map(act);
        equal(about, &precise, &folded)?;
        equal(about, &precise, &switched)?;
        Ok(precise)
    }

    /// Compares all that can be seen.
    pub(crate) fn compare(&mut self, about: &str) -> Result<(), String> {
        for other in [FOLDED, SWITCHED] {
            let pair = [PRECISE, other];
            self.same(about, pair, |machine| (machine.time(), machine.depth()))?;
            // As words, since a NaN is not equal to itself.
            self.same(about, pair, |machine| {
                format!("{:?}, {:?}", machine.results(), machine.trap())
            })?;
        }
        if self.may_hash() {
            for other in [FOLDED, SWITCHED] {
                self.same(about, [PRECISE, other], Interpreter::state_hash)?;
            }
        }
        Ok(())
    }

    fn same<R: PartialEq + std::fmt::Debug>(
        &self,
        about: &str,
        pair: [usize; 2],
        look: impl Fn(&Interpreter) -> R,
    ) -> Result<(), String> {
        let [one, other] = pair.map(|at| &self.machines[at]);
        equal(about, &look(one), &look(other))
            .map_err(|words| format!("{words}\n{:?}\n{:?}", one.frame(0), other.frame(0)))
    }

    /// Whether as many bytes may be hashed as the machines have.
    fn may_hash(&mut self) -> bool {
        let machine = self.first();
        let memories = machine.module(self.instance).memories().len() as u32;
        let (heap, _) = machine.heap_use();
        let bytes: u64 = (0..memories)
            .filter_map(|index| machine.memory_size(self.instance, index).ok())
            .sum();
        // What every machine has takes a while too.
        match self.allowance.checked_sub(bytes + heap + 1_000) {
            Some(left) => self.allowance = left,
            None => return false,
        }
        true
    }
}

fn run(machine: &mut Interpreter, fuel: u64) -> Result<Stop, String> {
    let until = Until {
        fuel: Some(fuel),
        depth: None,
    };
    machine.run(until).map_err(|error| error.to_string())
}

fn equal<R: PartialEq + std::fmt::Debug>(about: &str, one: &R, other: &R) -> Result<(), String> {
    match one == other {
        true => Ok(()),
        false => Err(format!("{about} differs: {one:?} and {other:?}")),
    }
}
