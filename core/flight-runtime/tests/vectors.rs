//! Vectors wherever a value can be: parameters, locals, globals, blocks, branches, host calls; and how they are seen.

use flight_runtime::{
    Config, Extern, Imports, Instance, InstanceId, Interpreter, Module, State, TrapKind, Value,
};

const A: u128 = 0x1111_2222_3333_4444_5555_6666_7777_8888;
const B: u128 = 0x9999_aaaa_bbbb_cccc_dddd_eeee_ffff_0001;

fn module(text: &str) -> Module {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    Module::from_bytes(&bytes).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn they_are_passed_on_whole() {
    let call = |body: &str, expected: u128| {
        let text = format!(
            "(module
               (global $g (mut v128) (v128.const i64x2 0 0))
               (type $two (func (param i32 v128 i32) (result v128 i32)))
               (table funcref (elem $second))
               (func $second (type $two) local.get 1 local.get 2)
               (func $tail (param v128 v128) (result v128)
                 (return_call $pick (i32.const 7) (local.get 1) (local.get 0) (i64.const 9)))
               (func $pick (param i32 v128 v128 i64) (result v128) local.get 1)
               (func (export \"f\") (param i64 v128 i32 v128) (result v128)
                 (local i32 v128 i64) {body}))"
        );
        let arguments = [Value::I64(-1), A.into(), Value::I32(-1), B.into()];
        let mut instance = Instance::instantiate(&module(&text), &Imports::new()).unwrap();
        assert_eq!(
            instance.call_function("f", &arguments),
            Ok(vec![expected.into()]),
            "{body}"
        );
    };
    for (body, expected) in [
        ("local.get 1", A),
        ("local.get 3", B),
        ("local.get 5", 0),
        (
            "(local.set 5 (local.get 1)) (local.set 4 (i32.const -1)) local.get 5",
            A,
        ),
        (
            "(drop (local.tee 5 (local.get 3))) (local.set 6 (i64.const -1)) local.get 5",
            B,
        ),
        ("(global.set $g (local.get 3)) global.get $g", B),
        ("(select (local.get 1) (local.get 3) (i32.const 0))", B),
        (
            "(select (result v128) (local.get 1) (local.get 3) (i32.const 1))",
            A,
        ),
        (
            "(block (result v128) (i32.const 1) (br 0 (local.get 1)))",
            A,
        ),
        (
            "(block (result v128) (i32.const 1) (br_if 0 (local.get 3) (i32.const 1)) br 0)",
            B,
        ),
        (
            "(block (result v128) (br_table 0 0 (local.get 1) (i32.const 1)))",
            A,
        ),
        (
            "(if (result v128) (local.get 2) (then (local.get 3)) (else (local.get 1)))",
            B,
        ),
        ("(i32.const 3) (local.get 1) (return (local.get 3))", B),
        (
            "(local.get 1) (loop (param v128) (result v128) (local.set 5)
               (br_if 0 (local.get 3) (i32.eqz (local.tee 2 (i32.add (local.get 2) (i32.const 1)))))
               (drop) (local.get 5))",
            B,
        ),
        (
            "(i32.const 1) (call $second (local.get 1) (i32.const 5)) drop",
            A,
        ),
        (
            "(i32.const 1) (local.get 3)
             (call_indirect (type $two) (i32.const 5) (i32.const 0)) drop",
            B,
        ),
        ("(call $tail (local.get 1) (local.get 3))", B),
    ] {
        call(body, expected);
    }
}

#[test]
fn host_functions_take_and_give_them() {
    let module = module(
        "(module (import \"h\" \"f\" (func $f (param i32 v128 i32) (result v128)))
           (func (export \"f\") (param v128) (result v128 i32)
             (call $f (i32.const 1) (local.get 0) (i32.const 2)) (i32.const 3)))",
    );
    let mut imports = Imports::new();
    imports.func("h", "f", |a: i32, b: u128, c: i32| -> u128 {
        b + (a + c) as u128
    });
    let mut instance = Instance::instantiate(&module, &imports).unwrap();
    let results = instance.call_function("f", &[A.into()]);
    assert_eq!(results, Ok(vec![(A + 3).into(), Value::I32(3)]));
}

#[test]
fn globals_of_them_are_shared_and_seen() {
    let mut interpreter = Interpreter::new(Config::default());
    let exporter = module(
        "(module (global (export \"first\") i32 (i32.const 1))
           (global $v (export \"v\") (mut v128) (v128.const i32x4 1 2 3 4))
           (global $last (export \"last\") i64 (i64.const -1))
           (func (export \"set\") (param v128) (global.set $v (local.get 0))))",
    );
    let exporter = interpreter.instantiate(&exporter, &Imports::new()).unwrap();
    let Ok(global @ Extern::Global(_)) = interpreter.export(exporter, "v") else {
        panic!("it is a global");
    };
    let mut imports = Imports::new();
    imports
        .existing("m", "v", global)
        .global("m", "w", A.into(), false);
    let importer = module(
        "(module (import \"m\" \"v\" (global $v (mut v128))) (import \"m\" \"w\" (global $w v128))
           (global $copy v128 (global.get $w))
           (func (export \"get\") (result v128 v128 v128)
             (global.get $v) (global.get $w) (global.get $copy)))",
    );
    let importer = interpreter.instantiate(&importer, &imports).unwrap();
    let set = interpreter.exported_function(exporter, "set").unwrap();
    let get = interpreter.exported_function(importer, "get").unwrap();
    let first = Value::V128(0x0000_0004_0000_0003_0000_0002_0000_0001);
    assert_eq!(
        interpreter.call_function(get, &[]),
        Ok(vec![first, A.into(), A.into()])
    );
    assert_eq!(interpreter.call_function(set, &[B.into()]), Ok(vec![]));
    assert_eq!(
        interpreter.call_function(get, &[]),
        Ok(vec![B.into(), A.into(), A.into()])
    );
    let seen: Vec<_> = interpreter
        .globals(exporter)
        .iter()
        .map(|global| global.value)
        .collect();
    assert_eq!(seen, [Value::I32(1), B.into(), Value::I64(-1)]);
}

#[test]
fn frames_show_them() {
    let module = module(
        "(module (func (export \"f\") (param i32 v128) (result v128) (local v128 i32)
           (local.set 2 (v128.const i32x4 1 0 0 0)) (i32.const 5)
           (i8x16.add (local.get 1) (local.get 2)) unreachable))",
    );
    let mut interpreter = Interpreter::new(Config::default());
    interpreter.instantiate(&module, &Imports::new()).unwrap();
    let function = interpreter
        .exported_function(InstanceId::FIRST, "f")
        .unwrap();
    interpreter
        .start(function, &[Value::I32(9), A.into()])
        .unwrap();
    for _ in 0..5 {
        interpreter.step().unwrap();
    }
    let frame = interpreter.frame(0).unwrap();
    let locals: Vec<_> = frame.locals.iter().map(|local| local.value).collect();
    assert_eq!(
        locals,
        [Value::I32(9), A.into(), Value::V128(1), Value::I32(0)]
    );
    assert_eq!(frame.operands, [Value::I32(5), A.into(), Value::V128(1)]);
    let explained = interpreter.explain().unwrap();
    assert_eq!(
        explained.text,
        "i8x16.add takes 0x11112222333344445555666677778888 and 0x00000000000000000000000000000001, \
         pushes 0x11112222333344445555666677778889"
    );
    assert_eq!(interpreter.state(), State::Paused);
}

#[test]
fn accesses_past_the_end_trap_and_say_where() {
    for (instruction, operands, explanation) in [
        (
            "v128.load offset=1",
            "(i32.const 65520)",
            "address 65520 + offset 1 + 16 bytes",
        ),
        (
            "v128.load8x8_u",
            "(i32.const 65529)",
            "address 65529 + 8 bytes",
        ),
        (
            "v128.load64_lane 1",
            "(i32.const -8) (v128.const i64x2 0 0)",
            "address 4294967288 + 8 bytes",
        ),
        (
            "v128.store16_lane 7",
            "(i32.const 65535) (v128.const i64x2 0 0)",
            "address 65535 + 2 bytes",
        ),
    ] {
        let text = format!(
            "(module (memory 1) (func (export \"f\") {operands} {instruction} unreachable))"
        );
        let mut instance = Instance::instantiate(&module(&text), &Imports::new()).unwrap();
        let Err(flight_runtime::Error::Trap(trap)) = instance.call_function("f", &[]) else {
            panic!("{instruction} traps");
        };
        assert_eq!(trap.kind, TrapKind::MemoryOutOfBounds, "{instruction}");
        let wanted = format!("{explanation} is past the end of memory 0, 65536 bytes");
        assert_eq!(trap.explanation, wanted, "{instruction}");
    }
}

#[test]
fn memories_of_64_bits_and_others_than_the_first_are_accessed() {
    for (memories, load) in [
        ("(memory 1)", "(v128.load (i32.const 3))"),
        (
            "(memory 0) (memory 1)",
            "(v128.load 1 offset=1 (i32.const 2))",
        ),
        ("(memory i64 1)", "(v128.load offset=2 (i64.const 1))"),
        (
            "(memory 0) (memory i64 1)",
            "(v128.load 1 offset=3 (i64.const 0))",
        ),
    ] {
        let store = load.replace("load", "store");
        let store = format!("{} (local.get 0))", store.strip_suffix(')').unwrap());
        let text = format!(
            "(module {memories} (func (export \"f\") (param v128) (result v128) {store} {load}))"
        );
        let mut instance = Instance::instantiate(&module(&text), &Imports::new()).unwrap();
        assert_eq!(
            instance.call_function("f", &[A.into()]),
            Ok(vec![A.into()]),
            "{text}"
        );
    }
    // The sum of address and offset must not wrap around to where there is something.
    let text = "(module (memory i64 1) (func (export \"f\") (result v128)
        (v128.load offset=0xfffffffffffffff0 (i64.const 16))))";
    let mut instance = Instance::instantiate(&module(text), &Imports::new()).unwrap();
    assert!(instance.call_function("f", &[]).is_err());
}
