//! What is executed, noted step by step while it happens.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::context::State;
use crate::history::tests::machine::Random;
use crate::{
    Config, Extern, FuncRef, Imports, InstanceId, Interpreter, Module, Moment, Profile,
    Translation, TrapKind, Value,
};

/// What is known at a moment. Nothing is there that is 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ledger {
    /// By function and offset.
    counts: BTreeMap<(u32, u32), u64>,
    /// How often the instruction trapped.
    traps: BTreeMap<(u32, u32), u64>,
    calls: BTreeMap<u32, u64>,
    totals: BTreeMap<u32, u64>,
}

fn difference<K: Ord + Copy>(one: &BTreeMap<K, u64>, other: &BTreeMap<K, u64>) -> BTreeMap<K, u64> {
    let rest = |(key, count): (&K, &u64)| (*key, count - other.get(key).unwrap_or(&0));
    one.iter()
        .map(rest)
        .filter(|(_, count)| *count > 0)
        .collect()
}

impl Ledger {
    pub(super) fn of(profile: &Profile) -> Self {
        let mut ledger = Self::default();
        for function in &profile.functions {
            let address = function.function.0;
            assert!(ledger.calls.insert(address, function.calls).is_none());
            ledger.totals.insert(address, function.total);
            let counts = function.counts.iter();
            ledger
                .counts
                .extend(counts.map(|it| ((address, it.offset), it.count)));
            let sum: u64 = function.counts.iter().map(|it| it.count).sum();
            assert_eq!(sum, function.instructions);
        }
        // Nothing of nothing.
        ledger.since(&Self::default())
    }

    pub(super) fn since(&self, earlier: &Self) -> Self {
        Self {
            counts: difference(&self.counts, &earlier.counts),
            traps: difference(&self.traps, &earlier.traps),
            calls: difference(&self.calls, &earlier.calls),
            totals: difference(&self.totals, &earlier.totals),
        }
    }

    pub(super) fn without_traps(&self) -> Self {
        Self {
            traps: BTreeMap::new(),
            ..self.clone()
        }
    }

    /// The instructions that were executed or trapped.
    pub(super) fn come_to(&self) -> Vec<(u32, u32)> {
        let all: BTreeSet<_> = self
            .counts
            .keys()
            .chain(self.traps.keys())
            .copied()
            .collect();
        all.into_iter().collect()
    }
}

/// A machine that takes single steps, and whose embedder does all that one may do.
pub(super) struct Walker {
    pub(super) machine: Interpreter,
    pub(super) random: Random,
    now: Ledger,
    pub(super) notes: Vec<(Ledger, Moment)>,
    /// All exported functions that take an `i32`.
    functions: Vec<FuncRef>,
    steps: u32,
}

const STEPS: u32 = 4000;

impl Walker {
    pub(super) fn new(texts: &[String], translation: Translation, seed: u64) -> Self {
        let mut machine = Interpreter::new(Config {
            translation,
            history_budget: Some(super::BUDGET),
            max_call_depth: 60,
            ..Config::default()
        });
        let mut imports = Imports::new();
        imports.func_of_any_type("host", "ask", |_, _| Ok(Vec::new()));
        imports.func_of_any_type("host", "back", |_, _| Ok(Vec::new()));
        let mut functions = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let module = Module::from_bytes(&bytes).expect("the module is valid");
            let instance = machine.instantiate(&module, &imports);
            let instance = instance.expect("it finds its imports");
            machine.define_instance(&mut imports, &number.to_string(), instance);
            for export in module.exports() {
                if let Ok(Extern::Func(address)) = machine.export(instance, &export.name) {
                    functions.push(FuncRef(address));
                }
            }
        }
        let mut walker = Self {
            machine,
            random: Random(seed),
            now: Ledger::default(),
            notes: Vec::new(),
            functions,
            steps: 0,
        };
        walker.note();
        walker
    }

    pub(super) fn walk(&mut self) {
        while self.steps < STEPS {
            self.steps += 1;
            if self.random.below(25) == 0 {
                self.note();
            }
            match self.machine.state() {
                State::Paused => match self.random.below(200) {
                    0 => self.machine.unwind(),
                    1 => self.machine.reset(),
                    2 => drop(self.machine.set_local(0, 0, 3.into())),
                    3 => self.machine.collect_garbage(),
                    _ => self.step(),
                },
                State::AwaitingHost => match self.random.below(12) {
                    0 => self.machine.unwind(),
                    1 => self.machine.fail(TrapKind::Host, "no").expect("it awaits"),
                    2..5 => self.start(),
                    5 => self.throw(),
                    _ => self.answer(),
                },
                State::Finished => match self.random.below(3) {
                    0 => self.start(),
                    1 => self.machine.unwind(),
                    _ => drop(self.machine.take_results().expect("it has finished")),
                },
                State::Trapped => match self.random.below(4) {
                    0 => self.machine.unwind(),
                    1 => self.machine.reset(),
                    _ => self.start(),
                },
                State::Idle => self.start(),
            }
        }
        self.note();
    }

    fn note(&mut self) {
        self.notes.push((self.now.clone(), self.machine.moment()));
    }

    fn start(&mut self) {
        let chosen = self.random.below(self.functions.len() as u64) as usize;
        let function = self.functions[chosen];
        let ty = self.machine.func_type(function).expect("it is one").clone();
        let argument = self.random.below(7) as i32;
        let arguments: Vec<Value> = ty.params().iter().map(|_| argument.into()).collect();
        // Too many calls may lie on each other.
        if self.machine.start(function, &arguments).is_ok() {
            *self.now.calls.entry(function.0).or_default() += 1;
        }
    }

    /// Lets the host function that waits throw the first exception that there is.
    fn throw(&mut self) {
        let Ok(tag) = self.machine.tag(InstanceId::FIRST, 0) else {
            return;
        };
        let types = self.machine.tag_parameters(tag).expect("it is one");
        let arguments: Vec<Value> = types.iter().map(|_| 4.into()).collect();
        self.machine.throw(tag, &arguments).expect("it awaits");
    }

    fn answer(&mut self) {
        let call = self.machine.host_call().expect("it awaits");
        let results: Vec<Value> = call.ty.results().iter().map(|_| 2.into()).collect();
        self.machine.answer(&results).expect("it fits");
    }

    fn step(&mut self) {
        let before: Vec<u32> = self.functions_of_frames();
        let time = self.machine.time();
        let view = self.machine.frame(0).expect("it is paused");
        let place = (
            before[before.len() - 1],
            view.offset.expect("it is the guest's"),
        );
        self.machine.step().expect("it is paused");
        if self.machine.time() == time {
            assert_eq!(self.machine.state(), State::Trapped);
            *self.now.traps.entry(place).or_default() += 1;
            return;
        }
        *self.now.counts.entry(place).or_default() += 1;
        let under_way: BTreeSet<u32> = before.iter().copied().collect();
        for function in under_way {
            *self.now.totals.entry(function).or_default() += 1;
        }
        let after = self.functions_of_frames();
        let text = view.instruction.unwrap_or_default();
        if after.len() > before.len() || text.starts_with("return_call") {
            let called = after.last().expect("it was called");
            *self.now.calls.entry(*called).or_default() += 1;
        }
    }

    fn functions_of_frames(&self) -> Vec<u32> {
        let frames = self.machine.context.frames.iter();
        frames.map(|frame| frame.function).collect()
    }
}
