//! A machine with a rich course, for tests.

use alloc::vec::Vec;
use std::cell::Cell;
use std::rc::Rc;

use super::super::*;
use crate::{Config, FuncRef, Imports, InstanceId, Module, Translation, Until, Value};

/// Everything that a course can meet: host calls that write, grow, fail and call back, exceptions caught and not,
/// garbage that is collected, growing memories, tables, tail calls, a trap.
pub(crate) const ALL: &str = r#"(module
    (import "host" "ask" (func $ask (param i32) (result i32)))
    (import "host" "back" (func $back (param i32)))
    (type $node (struct (field (mut i32)) (field (mut (ref null $node)))))
    (type $bytes (array (mut i8)))
    (memory (export "memory") 1 40)
    (table $table (export "table") 4 40 funcref)
    (global $count (export "count") (mut i32) (i32.const 0))
    (global $list (mut (ref null $node)) (ref.null $node))
    (tag $tag (param i32))
    (elem $passive func $leaf $deep)
    (data $data "some bytes")
    (func $leaf (export "leaf") (param i32) (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (i32.store (i32.mul (local.get 0) (i32.const 8)) (global.get $count))
        (i32.add (local.get 0) (i32.const 1)))
    (func $deep (export "deep") (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0))
            (then (call $leaf (i32.const 3)))
            (else (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))))
    (func $tail (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (call $ask (i32.const 9)))))
        (return_call $tail (i32.sub (local.get 0) (i32.const 1))))
    (func $throws (param i32) (result i32)
        (block $caught (result i32)
            (try_table (catch $tag $caught)
                (throw $tag (call $leaf (local.get 0))))
            (unreachable)))
    (func $garbage (param i32) (local i32)
        (loop $again
            (global.set $list (struct.new $node (local.get 1) (global.get $list)))
            (drop (array.new $bytes (i32.const 1) (i32.const 3000)))
            (if (i32.eqz (i32.rem_u (local.get 1) (i32.const 50)))
                (then (global.set $list (ref.null $node))))
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get 1) (local.get 0)))))
    (func (export "main") (param i32) (result i32) (local i32 i32)
        (table.init $table $passive (i32.const 0) (i32.const 0) (i32.const 2))
        (elem.drop $passive)
        (memory.init $data (i32.const 100) (i32.const 0) (i32.const 10))
        (data.drop $data)
        (loop $again
            (local.set 2 (i32.add (local.get 2) (call_indirect (param i32) (result i32)
                (i32.and (local.get 1) (i32.const 15)) (i32.and (local.get 1) (i32.const 1)))))
            (if (i32.eq (i32.rem_u (local.get 1) (i32.const 5)) (i32.const 1))
                (then (drop (memory.grow (i32.const 1)))))
            (if (i32.eq (i32.rem_u (local.get 1) (i32.const 7)) (i32.const 2))
                (then (call $garbage (i32.const 400))))
            (local.set 2 (i32.add (local.get 2) (call $throws (local.get 1))))
            (local.set 2 (i32.add (local.get 2) (call $tail (local.get 1))))
            (call $back (local.get 1))
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
        (local.get 2))
    (func (export "fails") (param i32) (result i32)
        (if (local.get 0) (then (throw $tag (i32.const 4))))
        (i32.div_u (call $deep (i32.const 5)) (local.get 0)))
    (func (export "spin") (param i32) (local i32)
        (loop $again
            (i32.store (i32.and (local.get 1) (i32.const 0xfff8)) (local.get 1))
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get 1) (local.get 0))))))"#;

pub(crate) struct Machine {
    pub(crate) interpreter: Interpreter,
    /// How often host functions were really called.
    pub(crate) calls: Rc<Cell<u32>>,
}

impl Machine {
    pub(crate) fn new(translation: Translation, budget: u64) -> Self {
        let calls = Rc::new(Cell::new(0));
        let mut imports = Imports::new();
        let counter = calls.clone();
        imports.func(
            "host",
            "ask",
            move |caller: &mut crate::Caller<'_>, a: i32| {
                counter.set(counter.get() + 1);
                caller.write_memory(200, &[counter.get() as u8, 7])?;
                let machine = caller.interpreter();
                machine.set_global(InstanceId::FIRST, 0, Value::I32(a + counter.get() as i32))?;
                if counter.get() == 3 {
                    machine.grow_memory(InstanceId::FIRST, 0, 1)?;
                    machine.grow_table(InstanceId::FIRST, 0, 2, Value::FuncRef(None))?;
                }
                Ok::<i32, crate::HostError>(a * 2)
            },
        );
        let counter = calls.clone();
        imports.func(
            "host",
            "back",
            move |caller: &mut crate::Caller<'_>, a: i32| {
                counter.set(counter.get() + 1);
                // What it starts and leaves is dropped.
                let _ = caller.call_function("fails", &[Value::I32(a & 1)]);
                let nested = caller.call_function("deep", &[Value::I32(a)]);
                nested
                    .map(drop)
                    .map_err(|error| crate::HostError::new(error.to_string()))
            },
        );
        let bytes = wat::parse_str(ALL).expect("the text is well-formed");
        let module = Module::from_bytes(&bytes).expect("the module is valid");
        let mut interpreter = Interpreter::new(Config {
            translation,
            history_budget: Some(budget),
            ..Config::default()
        });
        interpreter
            .instantiate(&module, &imports)
            .expect("it finds its imports");
        Self { interpreter, calls }
    }

    pub(crate) fn function(&self, name: &str) -> FuncRef {
        let found = self.interpreter.exported_function(InstanceId::FIRST, name);
        found.expect("it is exported")
    }

    pub(crate) fn start(&mut self, name: &str, argument: i32) {
        let function = self.function(name);
        let started = self.interpreter.start(function, &[Value::I32(argument)]);
        started.expect("it can start");
    }

    pub(crate) fn here(&self) -> (Moment, u64) {
        (self.interpreter.moment(), self.interpreter.state_hash())
    }

    /// Time, depth and now and then the hash, which takes a while.
    pub(crate) fn sample(&self) -> (u64, usize, Option<u64>) {
        let machine = &self.interpreter;
        let hash = machine
            .time()
            .is_multiple_of(11)
            .then(|| machine.state_hash());
        (machine.time(), machine.depth(), hash)
    }

    /// Runs the call to its end, in slices of random lengths: where it rested.
    pub(crate) fn run(&mut self, random: &mut Random, longest: u64) -> Vec<(Moment, u64)> {
        let mut rests = Vec::from([self.here()]);
        loop {
            match self.interpreter.state() {
                State::Paused => {
                    let fuel = Some(1 + random.below(longest));
                    let until = Until { fuel, depth: None };
                    self.interpreter.run(until).expect("it runs");
                }
                State::AwaitingHost => self.interpreter.resolve_host_call().expect("it answers"),
                State::Finished | State::Trapped | State::Idle => return rests,
            }
            rests.push(self.here());
        }
    }

    pub(crate) fn run_all(&mut self, random: &mut Random) -> Vec<(Moment, u64)> {
        let mut rests = self.run(random, 1);
        for (name, argument) in [
            ("main", 12),
            ("fails", 0),
            ("fails", 1),
            ("deep", 50),
            ("main", 3),
        ] {
            self.start(name, argument);
            rests.extend(self.run(random, 3000));
        }
        rests
    }
}

pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}
