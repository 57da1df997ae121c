//! Who made what, noted while a program is executed step by step: without going back, and from what can be seen.

use alloc::string::String;
use alloc::vec::Vec;

use crate::access::Thing;
use crate::context::State;
use crate::history::tests::machine::Random;
use crate::{Config, FuncRef};
use crate::{
    FrameView, Imports, InstanceId, Interpreter, Label, Module, Moment, Translation, Value,
};

/// Who made something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Who {
    /// The instruction at a time.
    At(u64),
    /// An action of the embedder, by its number.
    Action(u64),
}

/// A call that is under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) operands: Vec<Who>,
    pub(super) locals: Vec<Who>,
    /// When it made a call, and the labels that were open there.
    waits: Option<(u64, Vec<Label>)>,
}

/// What is known at a moment.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) moment: Moment,
    pub(super) frames: Vec<Frame>,
    pub(super) bytes: Vec<Option<Who>>,
    pub(super) entries: Vec<Option<Who>>,
    pub(super) globals: Vec<Option<Who>>,
}

/// How many bytes and entries are looked at.
pub(super) const BYTES: usize = 80;
const ENTRIES: usize = 8;

pub(super) struct Shadow {
    pub(super) machine: Interpreter,
    now: Sample,
    pub(super) samples: Vec<Sample>,
    random: Random,
    /// How often the embedder may still change something: each time may let a program go on for longer.
    changes: u32,
}

const HERE: InstanceId = InstanceId::FIRST;

impl Shadow {
    pub(super) fn new(text: &str, translation: Translation, seed: u64) -> Self {
        let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let module = Module::from_bytes(&bytes).expect("the module is valid");
        let mut imports = Imports::new();
        imports.func_of_any_type("host", "ask", |_, _| Ok(Vec::new()));
        let mut machine = Interpreter::new(Config {
            translation,
            history_budget: Some(64 << 20),
            ..Config::default()
        });
        machine
            .instantiate(&module, &imports)
            .expect("it finds its imports");
        let now = Sample {
            moment: machine.moment(),
            frames: Vec::new(),
            bytes: vec![None; BYTES],
            entries: vec![None; ENTRIES],
            globals: vec![None; 2],
        };
        Self {
            machine,
            now,
            samples: Vec::new(),
            random: Random(seed),
            changes: 60,
        }
    }

    pub(super) fn call(&mut self, name: &str, argument: i32) {
        let function = self.machine.exported_function(HERE, name);
        let function = function.expect("it is exported");
        self.start(function, argument);
        self.finish_call();
    }

    fn start(&mut self, function: FuncRef, argument: i32) {
        let who = Who::Action(self.machine.moment().actions);
        let started = self.machine.start(function, &[argument.into()]);
        started.expect("it can start");
        self.enter(who);
    }

    fn enter(&mut self, who: Who) {
        let view = self.machine.frame(0).expect("a call is under way");
        self.now.frames.push(Frame {
            locals: vec![who; view.locals.len()],
            ..Frame::default()
        });
    }

    /// Goes on until the innermost call that the embedder made is over.
    fn finish_call(&mut self) {
        let depth = self.now.frames.len() - 1;
        while self.now.frames.len() > depth {
            self.look();
            match self.machine.state() {
                State::Paused => {
                    self.step();
                    if self.random.below(40) == 0 {
                        self.meddle();
                    }
                }
                State::AwaitingHost => self.host(),
                state => panic!("{state:?}"),
            }
        }
        self.look();
        if self.machine.state() == State::Finished {
            self.machine.take_results().expect("it has finished");
        }
    }

    /// Keeps what is known of the present moment, now and then.
    fn look(&mut self) {
        self.now.moment = self.machine.moment();
        for (position, frame) in self.now.frames.iter().rev().enumerate() {
            let view = self.machine.frame(position).expect("it is under way");
            assert_eq!(frame.operands.len(), view.operands.len(), "{view:?}");
        }
        // Most of the time is spent in deep calls.
        let every = if self.now.frames.len() == 1 { 2 } else { 12 };
        if self.random.below(every) == 0 {
            self.samples.push(self.now.clone());
        }
    }

    fn host(&mut self) {
        for _ in 0..self.random.below(4) {
            self.meddle();
        }
        if self.random.below(3) == 0 && self.now.frames.len() < 8 {
            self.call("leaf", 5);
        }
        self.look();
        self.now.frames.pop();
        self.machine.answer(&[7.into()]).expect("it awaits that");
        self.come_back(1);
    }

    /// The embedder changes something.
    fn meddle(&mut self) {
        if self.changes == 0 {
            return;
        }
        self.changes -= 1;
        let who = Who::Action(self.machine.moment().actions);
        let distance = self.random.below(self.now.frames.len() as u64 + 1) as usize;
        let index = self.random.below(3) as u32;
        let address = self.random.below(70);
        let machine = &mut self.machine;
        let at = |count: usize| count.checked_sub(distance + 1);
        match self.random.below(6) {
            0 => {
                if machine.set_local(distance, index, 1.into()).is_ok() {
                    let frame = at(self.now.frames.len()).expect("there is one");
                    self.now.frames[frame].locals[index as usize] = who;
                }
            }
            1 => {
                if machine.set_operand(distance, index, 2.into()).is_ok() {
                    let frame = at(self.now.frames.len()).expect("there is one");
                    self.now.frames[frame].operands[index as usize] = who;
                }
            }
            2 => {
                machine.write_memory(HERE, 0, address, &[1, 2]).expect("");
                self.now.bytes[address as usize..][..2].fill(Some(who));
            }
            3 => {
                machine.set_global(HERE, 1, 4i64.into()).expect("");
                self.now.globals[1] = Some(who);
            }
            4 => {
                let null = Value::FuncRef(None);
                let set = machine.set_table_entry(HERE, 0, 1, null);
                set.expect("there is one");
                self.now.entries[1] = Some(who);
            }
            _ => {
                let null = Value::FuncRef(None);
                if let Ok(old) = machine.grow_table(HERE, 0, 1, null) {
                    self.now.entries[old as usize] = Some(who);
                }
            }
        }
    }

    /// One instruction.
    fn step(&mut self) {
        let (time, depth) = (self.machine.time(), self.machine.depth());
        let view = self.machine.frame(0).expect("it is paused");
        let takes = self.machine.next_operands().expect("it is paused");
        let writes: Vec<_> = self.machine.accesses();
        let tables = self.machine.table_type(HERE, 0).expect("there is one");
        self.machine.step().expect("it is paused");
        assert_eq!(self.machine.time(), time + 1, "nothing traps here");
        for access in writes.iter().filter(|access| access.mode.writes()) {
            let range = access.first as usize..(access.first + access.length) as usize;
            let noted = match access.thing {
                Thing::Memory(_) => &mut self.now.bytes,
                Thing::Table(_) => &mut self.now.entries,
                Thing::Global(0) => {
                    self.now.globals[0] = Some(Who::At(time));
                    continue;
                }
                Thing::Global(_) => {
                    self.now.globals[1] = Some(Who::At(time));
                    continue;
                }
                Thing::Local { .. } => continue,
            };
            for at in range {
                if let Some(noted) = noted.get_mut(at) {
                    *noted = Some(Who::At(time));
                }
            }
        }
        let grown = self.machine.table_type(HERE, 0).expect("there is one");
        for entry in tables.limits.minimum..grown.limits.minimum {
            self.now.entries[entry as usize] = Some(Who::At(time));
        }
        self.note(time, depth, &view, takes.len());
    }

    fn note(&mut self, time: u64, depth: usize, view: &FrameView, takes: usize) {
        let after = self.machine.depth();
        let text = view.instruction.clone().unwrap_or_default();
        let mut words = text.split(' ');
        let name = words.next().unwrap_or_default();
        let numbers: Vec<u32> = words.filter_map(|word| word.parse().ok()).collect();
        let kept = view.operands.len() - takes;
        if after < depth {
            self.now.frames.truncate(after);
            let thrown = ["throw", "throw_ref", "rethrow"].contains(&name);
            return match self.now.frames.last_mut() {
                Some(_) if self.machine.state() == State::Finished => {}
                Some(frame) if thrown => {
                    let (call, labels) = frame.waits.take().expect("it waited");
                    self.catch(call, &labels);
                }
                Some(_) => self.come_back(0),
                None => {}
            };
        }
        let frame = self.now.frames.last_mut().expect("it has stepped");
        match name {
            "call" | "call_indirect" => {
                frame.operands.truncate(kept);
                frame.waits = Some((time, view.labels.clone()));
                self.enter(Who::At(time));
            }
            "return_call" => {
                self.now.frames.pop();
                self.enter(Who::At(time));
            }
            "throw" => self.catch(time, &view.labels),
            "block" | "loop" | "else" | "end" | "try" | "try_table" | "catch" => {}
            "if" => drop(frame.operands.pop()),
            "br" | "br_if" | "br_table" => {
                let chosen = match name {
                    "br" => Some(numbers[0]),
                    _ => {
                        frame.operands.pop();
                        let Some(Value::I32(value)) = view.operands.last() else {
                            panic!("{view:?}");
                        };
                        match name {
                            "br_if" => (*value != 0).then(|| numbers[0]),
                            _ => Some(numbers[(*value as u32 as usize).min(numbers.len() - 1)]),
                        }
                    }
                };
                if let Some(chosen) = chosen {
                    let label = view.labels[view.labels.len() - 1 - chosen as usize];
                    let carried = frame.operands.len() - label.arity as usize;
                    let carried = frame.operands.split_off(carried);
                    frame.operands.truncate(label.height as usize);
                    frame.operands.extend(carried);
                }
            }
            _ => {
                frame.operands.truncate(kept);
                let now = self.machine.frame(0).expect("it is paused").operands.len();
                frame.operands.resize(now, Who::At(time));
                if name == "local.set" || name == "local.tee" {
                    frame.locals[numbers[0] as usize] = Who::At(time);
                }
            }
        }
    }

    /// A call has returned to the innermost frame.
    fn come_back(&mut self, _results: usize) {
        if self.machine.state() != State::Paused {
            return;
        }
        let now = self.machine.frame(0).expect("it is paused").operands.len();
        let frame = self.now.frames.last_mut().expect("it is paused");
        let (call, _) = frame.waits.take().expect("it waited");
        frame.operands.resize(now, Who::At(call));
    }

    /// The innermost frame has caught an exception that an instruction of its own at this time let be thrown.
    fn catch(&mut self, time: u64, labels: &[Label]) {
        let view = self.machine.frame(0).expect("it is paused");
        let label = match view.labels.last() {
            Some(label) if label.kind == "catch" => *label,
            _ => labels[view.labels.len()],
        };
        let frame = self.now.frames.last_mut().expect("it is paused");
        frame.operands.truncate(label.height as usize);
        frame.operands.resize(view.operands.len(), Who::At(time));
    }
}

/// What is asked for, for messages.
pub(super) fn words(sample: &Sample, what: &str) -> String {
    alloc::format!("{what} at {:?}", sample.moment)
}

use alloc::vec;
