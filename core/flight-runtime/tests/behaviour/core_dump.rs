//! Core dumps, read back by the decoder and compared with what the interpreter shows.

mod read_back;

use flight_runtime::{Config, Features, Imports, Interpreter, Module, Translation, Value};
use flight_wasm::wasmparser::{CoreDumpValue, MemoryType, RefType, ValType};

use crate::machine::{Machine, module};
use read_back::Dump;

/// The machine's dump, compared with what the machine shows.
fn checked(machine: &Machine) -> Dump {
    let dump = Dump::of(&machine.interpreter);
    dump.assert_shows(&machine.interpreter, &[machine.instance]);
    dump
}

/// A machine that has trapped in a call of this function, in either translation.
fn trapped(text: &str, arguments: &[Value]) -> [Machine; 2] {
    [Translation::Precise, Translation::Folded].map(|translation| {
        let config = Config {
            translation,
            ..Config::default()
        };
        let mut machine = Machine::with(text, &Imports::new(), config);
        machine
            .call("main", arguments)
            .expect_err("the call is to trap");
        machine
    })
}

const NESTED: &str = r#"(module $nested
    (import "env" "log" (func $log (param i32)))
    (memory 2)
    (data (i32.const 70000) "some text")
    (global $a (mut i32) (i32.const -1))
    (global $b (mut i64) (i64.const 0x123456789abcdef))
    (global $c f32 (f32.const nan:0x200001))
    (global $d f64 (f64.const -0x1.8p-1000))
    (func $inner (param $x i32) (param $y i64) (result i32) (local f64 f32)
        (local.set 2 (f64.const -nan:0x8000000000123))
        (local.set 3 (f32.const 1.25))
        (global.set $a (i32.const 77))
        i64.const -9223372036854775808
        (i32.div_u (local.get $x) (i32.wrap_i64 (local.get $y)))
        (call $log (i32.const 3))
        i32.popcnt
        i32.const -129
        i32.add
        br 0)
    (func $outer (export "main") (param i32) (result i32) (local i64)
        (i32.store (i32.const 4) (i32.const 0x04030201))
        f32.const 0.5
        (block (result i32)
            i32.const 6
            (call $inner (local.get 0) (local.get 1))
            i32.add
            br 0)
        return))"#;

fn nested(translation: Translation) -> Machine {
    let mut imports = Imports::new();
    imports.func("env", "log", |_: i32| {});
    let config = Config {
        translation,
        ..Config::default()
    };
    Machine::with(NESTED, &imports, config)
}

#[test]
fn a_trap_in_nested_calls_is_dumped_as_it_is_shown() {
    for translation in [Translation::Precise, Translation::Folded] {
        let mut machine = nested(translation);
        machine
            .call("main", &[Value::I32(-5)])
            .expect_err("it divides by zero");
        let dump = checked(&machine);
        assert_eq!(dump.modules, ["nested"]);
        assert_eq!(dump.frames.len(), 2);
        assert_eq!(dump.frames[0].funcidx, 1, "the innermost frame comes first");
        assert_eq!(dump.segments, 2);
        assert!(dump.bytes < 500, "{} bytes", dump.bytes);
    }
}

#[test]
fn a_machine_is_dumped_as_it_is_shown_wherever_it_stands() {
    for translation in [Translation::Precise, Translation::Folded] {
        let mut machine = nested(translation);
        machine.start("main", &[Value::I32(-5)]);
        checked(&machine);
        for _ in 0..20 {
            machine.step();
            checked(&machine);
        }
    }
}

#[test]
fn a_frame_behind_its_call_is_not_taken_for_one_that_waits_there() {
    let text = r#"(module (func $sum (export "main") (param i32) (result i32)
        i32.const 1
        i32.const 2
        (if (result i32) (local.get 0)
            (then (call $sum (i32.sub (local.get 0) (i32.const 1))))
            (else (i32.const 0)))
        i32.add
        i32.add))"#;
    for translation in [Translation::Precise, Translation::Folded] {
        let config = Config {
            translation,
            ..Config::default()
        };
        let mut machine = Machine::with(text, &Imports::new(), config);
        machine.start("main", &[Value::I32(3)]);
        while machine.interpreter.depth() > 0 {
            checked(&machine);
            machine.step();
        }
    }
}

#[test]
fn frames_of_the_host_are_left_out() {
    let text = r#"(module
        (import "env" "log" (func $log (param i32)))
        (func (export "main") (param i32) (result i32)
            i32.const 8
            (call $log (local.get 0))))"#;
    let mut imports = Imports::new();
    imports.func("env", "log", |_: i32| {});
    let mut machine = Machine::with(text, &imports, Config::default());
    machine.start("main", &[Value::I32(-5)]);
    machine.run();
    assert_eq!(machine.interpreter.depth(), 2);
    assert_eq!(checked(&machine).frames.len(), 1);
    // A call that is nested in the host's is of the same thread.
    machine.start("main", &[Value::I32(-6)]);
    machine.run();
    assert_eq!(machine.interpreter.depth(), 4);
    assert_eq!(checked(&machine).frames.len(), 2);
}

#[test]
fn offsets_count_from_the_declarations_of_locals() {
    // Two bytes declare the locals' groups, `nop` is one.
    let text = r#"(module (func (export "main") (local i32) nop unreachable))"#;
    for machine in trapped(text, &[]) {
        assert_eq!(checked(&machine).frames[0].codeoffset, 4);
    }
    let text = r#"(module (func (export "main") unreachable))"#;
    for machine in trapped(text, &[]) {
        assert_eq!(checked(&machine).frames[0].codeoffset, 1);
    }
}

#[test]
fn several_instances_share_modules_memories_and_globals() {
    let mut interpreter = Interpreter::new(Config::default());
    let mut imports = Imports::new();
    let owner = module(
        r#"(module (memory (export "memory") 1) (global (export "global") (mut i32) (i32.const 1))
            (global i64 (i64.const 2))
            (func (export "fail") (param i64) (i32.store8 (i32.const 9) (i32.const 5)) unreachable))"#,
    );
    let owner = interpreter
        .instantiate(&owner, &imports)
        .expect("the owner is instantiated");
    interpreter.define_instance(&mut imports, "owner", owner);
    let user = module(
        r#"(module (import "owner" "memory" (memory 1))
            (import "owner" "global" (global $own (mut i32)))
            (import "owner" "fail" (func $fail (param i64)))
            (memory 1) (data (memory 1) (i32.const 3) "x") (global f32 (f32.const 1))
            (func (export "main")
                (global.set $own (i32.const 40)) (call $fail (i64.const -64))))"#,
    );
    let mut instances = vec![owner];
    for _ in 0..2 {
        let user = interpreter.instantiate(&user, &imports);
        instances.push(user.expect("the user is instantiated"));
    }
    let main = interpreter.exported_function(instances[2], "main");
    interpreter
        .call_function(main.expect("it is exported"), &[])
        .expect_err("it traps");
    let dump = Dump::of(&interpreter);
    dump.assert_shows(&interpreter, &instances);
    assert_eq!(dump.modules, ["<module 0>", "<module 1>"]);
    let modules = dump.instances.iter().map(|at| at.module_index);
    assert_eq!(modules.collect::<Vec<_>>(), [0, 1, 1]);
    let memories: Vec<_> = dump.instances.iter().map(|at| &at.memories[..]).collect();
    assert_eq!(memories, [&[0][..], &[0, 1], &[0, 2]]);
    let globals: Vec<_> = dump.instances.iter().map(|at| &at.globals[..]).collect();
    assert_eq!(globals, [&[0, 1][..], &[0, 2], &[0, 3]]);
    assert_eq!(dump.memories.len(), 3);
    let frames: Vec<_> = dump.frames.iter().map(|at| at.instanceidx).collect();
    assert_eq!(frames, [0, 2]);
}

#[test]
fn memories_keep_their_types_and_have_their_present_sizes() {
    let text = r#"(module
        (memory $plain 1 5)
        (memory $wide i64 1 9)
        (memory $shared 1 2 shared)
        (memory $bytes 10 70 (pagesize 1))
        (func (export "main")
            (drop (memory.grow $wide (i64.const 2)))
            (i64.store $wide (i64.const 131072) (i64.const -1))
            (i32.store8 $plain (i32.const 65535) (i32.const 1))
            (i32.store8 $shared (i32.const 0) (i32.const 2))
            (drop (memory.grow $bytes (i32.const 3)))
            (i32.store8 $bytes (i32.const 12) (i32.const 3))
            unreachable))"#;
    for machine in trapped(text, &[]) {
        let dump = checked(&machine);
        let types: Vec<MemoryType> = dump.memories.iter().map(|(ty, _)| *ty).collect();
        let ty = |memory64, shared, initial, maximum, page_size_log2| MemoryType {
            memory64,
            shared,
            initial,
            maximum: Some(maximum),
            page_size_log2,
        };
        assert_eq!(
            types,
            [
                ty(false, false, 1, 5, None),
                ty(true, false, 3, 9, None),
                ty(false, true, 1, 2, None),
                ty(false, false, 13, 70, Some(0)),
            ]
        );
    }
}

#[test]
fn what_the_format_cannot_express_is_missing_or_null() {
    let text = r#"(module
        (type $pair (struct (field i32)))
        (global $v (mut v128) (v128.const i64x2 -2 7))
        (global $f funcref (ref.func $main))
        (global $i (ref i31) (ref.i31 (i32.const -3)))
        (global $s (ref $pair) (struct.new $pair (i32.const 1)))
        (global $e (mut externref) (ref.null extern))
        (global $x (mut exnref) (ref.null exn))
        (global $n i32 (i32.const 64))
        (func $main (export "main") (param v128 i32)
            (local funcref v128 externref i64 (ref null $pair))
            (local.set 2 (ref.func $main))
            (local.set 3 (v128.const i32x4 1 2 3 4))
            (local.set 5 (i64.const 63))
            (local.set 6 (global.get $s))
            local.get 3 i32.const -64 global.get $i f64.const 1
            unreachable))"#;
    for machine in trapped(text, &[Value::V128(5), Value::I32(-65)]) {
        let dump = checked(&machine);
        let missing = |values: &[CoreDumpValue]| {
            let missing = |value| matches!(value, &CoreDumpValue::Missing);
            values.iter().map(missing).collect::<Vec<bool>>()
        };
        let [frame] = &dump.frames[..] else {
            panic!("there is one call")
        };
        assert_eq!(
            missing(&frame.locals),
            [true, false, true, true, true, false, true]
        );
        assert_eq!(missing(&frame.stack), [true, false, true, false]);
        let types: Vec<ValType> = dump.globals.iter().map(|(ty, _)| ty.content_type).collect();
        assert_eq!(
            types,
            [
                ValType::V128,
                ValType::FUNCREF,
                ValType::Ref(RefType::ANYREF),
                ValType::Ref(RefType::ANYREF),
                ValType::EXTERNREF,
                ValType::EXNREF,
                ValType::I32,
            ]
        );
    }
}

#[test]
fn numbers_of_every_length_are_read_back() {
    let mut edges = vec![0i64, -1];
    for bit in 0..63 {
        edges.extend([(1 << bit) - 1, 1 << bit, -(1 << bit), -(1 << bit) - 1]);
    }
    edges.extend([i64::MIN, i64::MAX]);
    let text = r#"(module (func (export "main") (param i64 i32) unreachable))"#;
    let mut machine = Machine::new(text);
    for edge in edges {
        machine.start("main", &[Value::I64(edge), Value::I32(edge as i32)]);
        machine.run();
        checked(&machine);
    }
}

#[test]
fn zeros_are_skipped_and_segments_are_few() {
    let text = r#"(module (memory 1024)
        (data (i32.const 0x3fffff0) "\00end of memory")
        (func (export "main") (param $step i32) (local $at i32)
            (loop $next
                (i32.store8 (local.get $at) (i32.const 1))
                (local.set $at (i32.add (local.get $at) (local.get $step)))
                (br_if $next (i32.lt_u (local.get $at) (i32.const 0x4000000))))
            unreachable))"#;
    // The step between bytes that are set, at most how many segments, at most how many bytes.
    for (step, segments, bytes) in [
        (0x3ffffff, 2, 300),
        (0x10000, 1026, 30_000),
        (1000, 50_000, 0x4010000),
        (1500, 50_000, 1_000_000),
    ] {
        let mut machine = Machine::new(text);
        machine
            .call("main", &[Value::I32(step)])
            .expect_err("it traps");
        let dump = checked(&machine);
        assert!(
            dump.segments <= segments,
            "{step}: {} segments",
            dump.segments
        );
        assert!(dump.bytes <= bytes, "{step}: {} bytes", dump.bytes);
    }
}

#[test]
fn a_machine_without_calls_is_dumped_without_frames() {
    let text = r#"(module (memory 1) (data (i32.const 8) "here") (func (export "main") (result i32) i32.const 1))"#;
    let mut machine = Machine::new(text);
    assert!(checked(&machine).frames.is_empty());
    machine.start("main", &[]);
    assert_eq!(checked(&machine).frames.len(), 1);
    machine.run();
    let dump = checked(&machine);
    assert!(dump.frames.is_empty());
    assert_eq!(&dump.memories[0].1[8..12], b"here");
    // Without an instance there is nothing but the frame of a module.
    let dump = Dump::of(&Interpreter::new(Config::default()));
    assert!(dump.instances.is_empty() && dump.memories.is_empty() && dump.globals.is_empty());
}

#[test]
fn very_many_frames_are_dumped_at_once() {
    let text = r#"(module (func $main (export "main") (param i32) (local v128)
        i32.const 7
        (if (i32.and (local.get 0) (i32.const 1))
            (then (call $main (i32.add (local.get 0) (i32.const 1))))
            (else (call $main (i32.add (local.get 0) (i32.const 1)))))
        drop))"#;
    for machine in trapped(text, &[Value::I32(0)]) {
        let bytes = machine.interpreter.core_dump("").expect("a dump is made");
        let dump = Dump::read(&bytes);
        assert_eq!(dump.frames.len(), 100_000);
        assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
        let last = &dump.frames[99_999];
        assert!(matches!(last.locals[0], CoreDumpValue::I32(0)));
        assert!(matches!(last.stack[..], [CoreDumpValue::I32(7)]));
    }
}

#[test]
fn dumps_of_plain_machines_need_no_new_features() {
    let mut machine = nested(Translation::Folded);
    machine
        .call("main", &[Value::I32(-5)])
        .expect_err("it divides by zero");
    let bytes = machine.interpreter.core_dump("").expect("a dump is made");
    Module::from_bytes_with(&bytes, Features::V1).expect("a module of the first version");
}
