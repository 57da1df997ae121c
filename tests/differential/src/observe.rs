//! Runs a module in Flight, and writes down what can be seen: the script that the second engine follows.
//!
//! A line that begins with `>` is something to be done, the line after it what came of it.
//! `oracle.mjs` does the same and writes the same words.

use std::cell::Cell;
use std::fmt::Write;
use std::rc::Rc;

use flight_runtime::{
    AnyRef, Config, Error, Extern, ExternRef, FuncRef, InstanceId, Interpreter, Module, Moment,
    RefType, State, Translation, TrapKind, Until, Value, ValueType,
};
use flight_wasm::{ExternIdx, FuncIdx, HeapType};

use crate::expose::{REFUEL, is_hidden};
use crate::provide::provide;
use crate::random::Random;

const CONFIG: Config = Config {
    memory_budget: 64 << 20,
    heap_budget: 16 << 20,
    max_call_depth: 10_000,
    max_stack_bytes: 16 << 20,
    translation: Translation::Folded,
    history_budget: None,
};

/// How often each function is called.
const CALLS: usize = 3;

/// Entries of a table that are looked at.
const ENTRIES: u64 = 40;

/// At how many places inside of calls the machine's hash is taken.
const RESTS: usize = 16;

/// Bytes that a record may take.
const RECORD: u64 = 16 << 20;

/// How Flight executes: it must make no difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// Calls to their end, in the folded translation.
    Folded,
    /// The same in the precise one.
    Precise,
    /// One instruction at a time.
    Steps,
    /// Slices of random length in the precise translation.
    Slices,
    /// The same slices in a translation that chance chooses for each; recorded, and gone back in at the end.
    Switched,
}

/// What Flight did with a module.
pub(crate) struct Observed {
    /// What was done and what came of it, for the second engine.
    pub(crate) script: String,
    /// How many instructions were executed.
    pub(crate) time: u64,
    /// The hash of the machine at the end.
    pub(crate) hash: u64,
    /// Time and hash at the ends of some slices.
    pub(crate) rests: Vec<(u64, u64)>,
}

/// Runs all that a module exports. Whatever chance chooses follows from the seed.
pub(crate) fn observe(module: &Module, seed: u64, manner: Manner) -> Observed {
    let host = Rc::new(Cell::new(0));
    let mut interpreter = Interpreter::new(CONFIG);
    if matches!(manner, Manner::Precise | Manner::Slices) {
        interpreter.set_translation(Translation::Precise);
    }
    if manner == Manner::Switched {
        interpreter.record(RECORD);
    }
    let mut script = String::from(">new\n");
    let imports = provide(&mut interpreter, &host);
    match interpreter.instantiate(module, &imports) {
        Ok(instance) => {
            script.push_str("ok\n");
            let functions = module
                .exports()
                .iter()
                .filter(|export| export.name.starts_with('f'))
                .count() as u32;
            let mut run = Run {
                interpreter,
                instance,
                module,
                functions,
                random: Random::of_module(seed, 0),
                lengths: Random::of_module(seed, 1),
                choices: Random::of_module(seed, 2),
                manner,
                rests: Vec::new(),
                moments: Vec::new(),
                host,
                script,
            };
            if run.calls() {
                run.state();
            }
            run.go_back();
            Observed {
                time: run.interpreter.time(),
                hash: run.interpreter.state_hash(),
                script: run.script,
                rests: run.rests,
            }
        }
        Err(error) => {
            let _ = writeln!(script, "{}", refusal(&error));
            Observed {
                script,
                time: interpreter.time(),
                hash: interpreter.state_hash(),
                rests: Vec::new(),
            }
        }
    }
}

struct Run<'a> {
    interpreter: Interpreter,
    instance: InstanceId,
    module: &'a Module,
    /// How many functions it has without those that were added.
    functions: u32,
    /// Chooses arguments.
    random: Random,
    /// Chooses how long slices are.
    lengths: Random,
    /// Chooses translations.
    choices: Random,
    manner: Manner,
    rests: Vec<(u64, u64)>,
    /// Where it rested, if it is recorded, with the hash.
    moments: Vec<(Moment, u64)>,
    /// What host functions were called with, as one number.
    host: Rc<Cell<i32>>,
    script: String,
}

impl Run<'_> {
    /// Calls every function; false if one met a limit, after which nothing can be compared.
    fn calls(&mut self) -> bool {
        for _ in 0..CALLS {
            for index in 0..self.functions {
                let ty = self.module.func_type(FuncIdx(index));
                let hidden = ty
                    .params()
                    .iter()
                    .chain(ty.results())
                    .any(|ty| is_hidden(*ty));
                let name = format!("{}{index}", if hidden { "w" } else { "f" });
                if !self.call(&name) {
                    return false;
                }
            }
        }
        true
    }

    fn call(&mut self, name: &str) -> bool {
        let func = self
            .interpreter
            .exported_function(self.instance, name)
            .expect("it is exported");
        let params = self
            .interpreter
            .func_type(func)
            .expect("it is of this interpreter")
            .params()
            .to_vec();
        let arguments: Option<Vec<Value>> = params.iter().map(|ty| self.argument(*ty)).collect();
        let Some(arguments) = arguments else {
            return true;
        };
        let words: Vec<String> = arguments.iter().map(|value| self.words(value)).collect();
        let _ = writeln!(self.script, ">{name} {}", words.join(" "));
        let refuel = self
            .interpreter
            .exported_function(self.instance, REFUEL)
            .expect("it is exported");
        self.interpreter
            .call_function(refuel, &[])
            .expect("it sets a global");
        let result = self.execute(func, &arguments);
        let words = match &result {
            Ok(values) => values
                .iter()
                .map(|value| self.words(value))
                .collect::<Vec<_>>()
                .join(" "),
            Err(error) => self.failure(error),
        };
        let _ = writeln!(self.script, "{words} after {}", self.host.get());
        self.interpreter.reset();
        words != LIMIT
    }

    fn execute(&mut self, func: FuncRef, arguments: &[Value]) -> Result<Vec<Value>, Error> {
        if matches!(self.manner, Manner::Folded | Manner::Precise) {
            return self.interpreter.call_function(func, arguments);
        }
        self.interpreter.start(func, arguments)?;
        loop {
            match self.interpreter.state() {
                State::Paused if self.manner == Manner::Steps => {
                    self.interpreter.step()?;
                }
                State::Paused => self.slice()?,
                State::AwaitingHost => self.interpreter.resolve_host_call()?,
                State::Trapped => {
                    return Err(self
                        .interpreter
                        .trap()
                        .expect("it has trapped")
                        .clone()
                        .into());
                }
                State::Finished | State::Idle => return self.interpreter.take_results(),
            }
        }
    }

    fn slice(&mut self) -> Result<(), Error> {
        if self.manner == Manner::Switched {
            self.interpreter
                .set_translation(match self.choices.chance(1, 2) {
                    true => Translation::Precise,
                    false => Translation::Folded,
                });
        }
        // Mostly short, now and then longer than the longest straight run of code.
        let longest = [3, 40, 700, 5_000][self.lengths.below(4) as usize];
        self.interpreter.run(Until {
            fuel: Some(1 + self.lengths.below(longest)),
            depth: None,
        })?;
        if self.rests.len() < RESTS && self.lengths.chance(1, 4) {
            let interpreter = &self.interpreter;
            let hash = interpreter.state_hash();
            self.rests.push((interpreter.time(), hash));
            if interpreter.is_recording() {
                self.moments.push((interpreter.moment(), hash));
            }
        }
        Ok(())
    }

    /// Goes to where the machine rested, last places first, and back: that must give the machines that were there.
    fn go_back(&mut self) {
        let moments = std::mem::take(&mut self.moments);
        let machine = &mut self.interpreter;
        let end = moments
            .last()
            .map(|_| (machine.moment(), machine.state_hash()));
        for (moment, hash) in moments.into_iter().rev().chain(end) {
            let sought = machine.seek_moment(moment);
            if sought.is_err() || machine.state_hash() != hash {
                let _ = writeln!(
                    self.script,
                    "went back to {moment:?}: {sought:?}, another machine"
                );
            }
        }
    }

    /// A value to call a function with; `None` if there is none that JavaScript could pass.
    fn argument(&mut self, ty: ValueType) -> Option<Value> {
        let random = &mut self.random;
        let integer = match random.below(5) {
            0 => random.below(20) as i64 - 3,
            1 => 1 << random.below(64),
            2 => (1_i64 << random.below(64)).wrapping_sub(1),
            3 => random.next() as i32 as i64,
            _ => random.next() as i64,
        };
        let number = match random.below(4) {
            0 => [
                0.0,
                -0.0,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::MAX,
                1e-310,
                0.5,
                -1.5,
            ][random.below(8) as usize],
            1 => integer as f64,
            2 => f64::NAN,
            _ => Some(f64::from_bits(random.next()))
                .filter(|number| !number.is_nan())
                .unwrap_or(2.5),
        };
        Some(match ty {
            ValueType::I32 => Value::I32(integer as i32),
            ValueType::I64 => Value::I64(integer),
            ValueType::F32 => Value::F32(if number.is_nan() {
                f32::NAN
            } else {
                number as f32
            }),
            ValueType::F64 => Value::F64(number),
            ValueType::V128 => return None,
            ValueType::Ref(ty) => return self.reference(ty, integer),
        })
    }

    fn reference(&mut self, ty: RefType, integer: i64) -> Option<Value> {
        if ty.nullable && self.random.chance(1, 2) {
            return Some(Value::null(ty.heap.hierarchy()));
        }
        let small = integer as i32 & 0xff;
        match ty.heap {
            HeapType::Any if integer & 1 == 0 => {
                Some(Value::AnyRef(Some(AnyRef::Extern(ExternRef(small as u32)))))
            }
            HeapType::Any | HeapType::Eq | HeapType::I31 => {
                Some(Value::AnyRef(Some(AnyRef::I31((integer as i32) << 1 >> 1))))
            }
            HeapType::Extern => Some(Value::ExternRef(Some(ExternRef(small as u32)))),
            HeapType::Func => {
                let index = (integer as u32) % self.functions;
                self.interpreter
                    .function(self.instance, index)
                    .ok()
                    .map(|func| Value::FuncRef(Some(func)))
            }
            _ => ty.nullable.then(|| Value::null(ty.heap.hierarchy())),
        }
    }

    /// What a call has failed with.
    fn failure(&self, error: &Error) -> String {
        let Error::Exception(trap) = error else {
            return refusal(error).into();
        };
        let exception = trap.exception.as_ref().expect("it was thrown");
        let tags = self
            .module
            .exports()
            .iter()
            .filter_map(|export| match export.idx {
                ExternIdx::Tag(tag) => Some((export, tag)),
                _ => None,
            });
        for (export, tag) in tags {
            if self.interpreter.export(self.instance, &export.name)
                == Ok(Extern::Tag(exception.tag))
            {
                let types = self
                    .module
                    .func_type_at(self.module.tags()[tag.0 as usize])
                    .params();
                let shown =
                    exception
                        .arguments
                        .iter()
                        .zip(types)
                        .map(|(value, ty)| match is_hidden(*ty) {
                            true => "hidden".into(),
                            false => self.words(value),
                        });
                return format!(
                    "exception {} {}",
                    export.name,
                    shown.collect::<Vec<_>>().join(" ")
                );
            }
        }
        "exception".into()
    }

    /// What the calls have left.
    fn state(&mut self) {
        let (interpreter, instance) = (&self.interpreter, self.instance);
        let mut script = String::new();
        for index in 0..self.module.memories().len() as u32 {
            let size = interpreter
                .memory_size(instance, index)
                .expect("the module has it");
            let bytes = interpreter
                .read_memory(instance, index, 0, size)
                .expect("it is all of it");
            let _ = writeln!(script, ">m{index}\n{size} {}", hash(bytes));
        }
        for (index, ty) in self.module.tables().iter().enumerate() {
            let size = interpreter
                .table_type(instance, index as u32)
                .expect("the module has it")
                .limits
                .minimum;
            let _ = write!(script, ">t{index}\n{size}");
            if !is_hidden(ValueType::Ref(ty.element)) {
                for entry in 0..size.min(ENTRIES) {
                    let value = interpreter.table_entry(instance, index as u32, entry);
                    let value = value
                        .expect("the module has it")
                        .expect("it is below the size");
                    let _ = write!(script, " {}", self.words(&value));
                }
            }
            script.push('\n');
        }
        for view in interpreter.globals(instance) {
            let index = view.index;
            let ty = self.module.globals()[index as usize].content;
            let letter = if is_hidden(ty) { "v" } else { "g" };
            let words = match view.value {
                Value::V128(bits) => format!("i64:{} i64:{}", bits as i64, (bits >> 64) as i64),
                value if is_hidden(ty) => format!("i32:{}", i32::from(value.is_null())),
                value => self.words(&value),
            };
            let _ = writeln!(script, ">{letter}{index}\n{words}");
        }
        self.script.push_str(&script);
    }

    /// A value as the second engine sees it: all structures look alike, and so do all NaNs.
    fn words(&self, value: &Value) -> String {
        match *value {
            Value::I32(value) => format!("i32:{value}"),
            Value::I64(value) => format!("i64:{value}"),
            Value::F32(value) if value.is_nan() => "f32:nan".into(),
            Value::F64(value) if value.is_nan() => "f64:nan".into(),
            Value::F32(value) => format!("f32:{:08x}", value.to_bits()),
            Value::F64(value) => format!("f64:{:016x}", value.to_bits()),
            Value::FuncRef(Some(func)) => {
                let index = self.interpreter.function_index(self.instance, func);
                format!("func:{}", index.map_or(-1, i64::from))
            }
            Value::ExternRef(Some(ExternRef(number)))
            | Value::AnyRef(Some(AnyRef::Extern(ExternRef(number))))
            | Value::ConvertedAny(AnyRef::Extern(ExternRef(number))) => format!("extern:{number}"),
            Value::AnyRef(Some(AnyRef::I31(number))) | Value::ConvertedAny(AnyRef::I31(number)) => {
                format!("i31:{number}")
            }
            Value::AnyRef(Some(AnyRef::Object(_))) | Value::ConvertedAny(AnyRef::Object(_)) => {
                "object:".into()
            }
            null if null.is_null() => "null:".into(),
            Value::V128(_) | Value::ExnRef(_) => "hidden:".into(),
            _ => "null:".into(),
        }
    }
}

const LIMIT: &str = "limit";

/// What an error is, as coarsely as the second engine says it.
fn refusal(error: &Error) -> &'static str {
    let trap = match error {
        Error::Trap(trap) | Error::Exception(trap) | Error::Exhaustion(trap) => trap,
        Error::OutOfMemory(_) => return LIMIT,
        Error::Unlinkable(_) => return "unlinkable",
        _ => return "refused",
    };
    match trap.kind {
        TrapKind::Unreachable => "unreachable",
        TrapKind::IntegerDivideByZero => "divide",
        TrapKind::IntegerOverflow | TrapKind::InvalidConversionToInteger => "convert",
        TrapKind::MemoryOutOfBounds => "memory",
        TrapKind::TableOutOfBounds | TrapKind::UndefinedElement => "table",
        TrapKind::UninitializedElement | TrapKind::IndirectCallTypeMismatch => "indirect",
        TrapKind::UnalignedAtomic => "unaligned",
        TrapKind::CallStackExhausted | TrapKind::HeapExhausted => LIMIT,
        TrapKind::NullReference
        | TrapKind::NullFunction
        | TrapKind::NullStructure
        | TrapKind::NullArray
        | TrapKind::NullI31
        | TrapKind::NullException => "null",
        TrapKind::ArrayOutOfBounds => "array",
        TrapKind::CastFailure => "cast",
        TrapKind::UncaughtException => "exception",
        TrapKind::ExpectedSharedMemory | TrapKind::EndlessWait | TrapKind::Host => "other",
    }
}

/// A number for the content of a memory, whose size is a multiple of four.
fn hash(bytes: &[u8]) -> i32 {
    bytes.chunks_exact(4).fold(0, |hash: i32, word| {
        let word = i32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        (hash ^ word).wrapping_mul(0x0100_0193).rotate_left(5)
    })
}
