//! What can be seen of a machine: frames, locals, operands, labels, globals, tables.

use flight_runtime::{Config, FrameView, Imports, Label, Value};

use crate::machine::{Machine, i32s};

const PROGRAM: &str = r#"(module
    (import "env" "host" (func $host (param i32 f64) (result i32)))
    (global $counter (mut i64) (i64.const 40))
    (global (export "limit") i32 (i32.const 9))
    (table (export "table") 3 funcref) (elem (i32.const 1) $inner)
    (memory (export "memory") 1)
    (func $inner (param $x i32) (param f64) (result i32) (local $sum i64)
        i64.const -5
        local.set $sum
        i32.const 100
        block $outer (param i32) (result i32)
            loop $again (param i32) (result i32)
                local.get $x
                local.get 1
                call $host
                i32.add
            end
        end)
    (func (export "main") (result i32)
        f32.const 1.5
        i32.const 7
        f64.const 2.5
        call $inner
        drop
        drop
        i32.const 1))"#;

/// A machine that waits for `host`, which `$inner` has called.
fn waiting() -> Machine {
    let mut imports = Imports::new();
    imports.func("env", "host", |a: i32, _: f64| a);
    let mut machine = Machine::with(PROGRAM, &imports, Config::default());
    machine.start("main", &[]);
    machine.run();
    machine
}

fn locals(frame: &FrameView) -> Vec<(Option<&str>, bool, Value)> {
    let view = |local: &flight_runtime::LocalView| local.value;
    frame
        .locals
        .iter()
        .map(|local| (local.name.as_deref(), local.parameter, view(local)))
        .collect()
}

#[test]
fn frames_of_a_waiting_machine() {
    let machine = waiting();
    let frames = machine.interpreter.frames();
    let [host, inner, main] = &frames[..] else {
        panic!("three frames, not {frames:?}")
    };

    assert!(host.host);
    assert_eq!(
        (host.instance, host.offset, host.name.as_deref()),
        (None, None, Some("env.host"))
    );
    assert_eq!(
        locals(host),
        [(None, true, Value::I32(7)), (None, true, Value::F64(2.5))],
        "its arguments"
    );

    assert_eq!((inner.function, inner.name.as_deref()), (1, Some("inner")));
    assert_eq!(inner.instruction.as_deref(), Some("call 0"));
    assert_eq!(inner.offset, Some(machine.offset(1, 7)));
    assert_eq!(
        locals(inner),
        [
            (Some("x"), true, Value::I32(7)),
            (None, true, Value::F64(2.5)),
            (Some("sum"), false, Value::I64(-5)),
        ]
    );
    assert_eq!(
        inner.operands,
        i32s(&[100]),
        "the arguments belong to the host's frame now"
    );

    assert_eq!((main.function, main.name.as_deref()), (2, Some("main")));
    assert_eq!(main.operands, [Value::F32(1.5)]);
    assert_eq!(main.offset, Some(machine.offset(2, 3)));
}

#[test]
fn labels_say_what_is_open() {
    let machine = waiting();
    let inner = machine
        .interpreter
        .frame(1)
        .expect("there are three frames");
    let offset = |instruction| machine.offset(1, instruction);
    let labels = [
        Label {
            kind: "func",
            offset: offset(0),
            height: 0,
            arity: 1,
        },
        Label {
            kind: "block",
            offset: offset(3),
            height: 0,
            arity: 1,
        },
        Label {
            kind: "loop",
            offset: offset(4),
            height: 0,
            arity: 1,
        },
    ];
    assert_eq!(inner.labels, labels);
}

#[test]
fn operands_and_labels_change_step_by_step() {
    let text = r#"(module (func (export "f") (param i32) (result i64)
        local.get 0
        if (result i64)
            i64.const 1
        else
            f32.const 2
            drop
            i64.const 3
        end))"#;
    let mut machine = Machine::new(text);
    machine.start("f", &i32s(&[0]));
    let mut seen = Vec::new();
    while machine.interpreter.results().is_none() {
        let frame = machine.interpreter.frame(0).expect("there is a frame");
        let kinds: Vec<&str> = frame.labels.iter().map(|label| label.kind).collect();
        let words = frame.instruction.expect("the frame is a guest's");
        seen.push(format!(
            "{words} | {:?} | {}",
            frame.operands,
            kinds.join(" ")
        ));
        machine.step();
    }
    let expected = [
        "local.get 0 | [] | func",
        "if (result i64) | [I32(0)] | func",
        "f32.const 2 | [] | func else",
        "drop | [F32(2.0)] | func else",
        "i64.const 3 | [] | func else",
        "end | [I64(3)] | func else",
        "end | [I64(3)] | func",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn frames_of_a_trapped_machine_lie_where_they_lay() {
    let text = r#"(module
        (func $div (param $a i32) (param $b i32) (result i32)
            i32.const 77 local.get $a local.get $b i32.div_u drop)
        (func (export "main") (result i32) i64.const 8 i32.const 5 i32.const 0 call $div
            drop drop i32.const 0))"#;
    let mut machine = Machine::new(text);
    machine.call("main", &[]).expect_err("it divides by zero");
    let frames = machine.interpreter.frames();
    assert_eq!(frames[0].instruction.as_deref(), Some("i32.div_u"));
    assert_eq!(frames[0].operands, i32s(&[77, 5, 0]));
    assert_eq!(frames[1].instruction.as_deref(), Some("call 0"));
    assert_eq!(frames[1].operands, [Value::I64(8)]);
}

#[test]
fn globals_tables_and_memories_can_be_read() {
    let mut machine = waiting();
    let (interpreter, instance) = (&mut machine.interpreter, machine.instance);
    let globals: Vec<_> = interpreter
        .globals(instance)
        .into_iter()
        .map(|global| (global.name, global.mutable, global.imported, global.value))
        .collect();
    let expected = [
        (Some("counter".into()), true, false, Value::I64(40)),
        (Some("limit".into()), false, false, Value::I32(9)),
    ];
    assert_eq!(globals, expected);
    assert_eq!(
        interpreter.exported_global(instance, "limit"),
        Ok(Value::I32(9))
    );

    let inner = interpreter
        .function(instance, 1)
        .expect("there are three functions");
    let entry = |entry| {
        interpreter
            .table_entry(instance, 0, entry)
            .expect("there is a table")
    };
    assert_eq!(entry(0), Some(Value::FuncRef(None)));
    assert_eq!(entry(1), Some(Value::FuncRef(Some(inner))));
    assert_eq!(entry(3), None);
    assert_eq!(
        interpreter
            .table_type(instance, 0)
            .expect("a table")
            .limits
            .minimum,
        3
    );
    assert_eq!(interpreter.function_name(inner), Some("inner"));
    assert_eq!(interpreter.function_index(instance, inner), Some(1));

    assert_eq!(interpreter.memory_size(instance, 0), Ok(65_536));
    interpreter
        .write_memory(instance, 0, 65_533, &[1, 2, 3])
        .expect("it fits");
    assert!(
        interpreter
            .write_memory(instance, 0, 65_534, &[9, 9, 9])
            .is_err()
    );
    assert_eq!(
        interpreter.read_memory(instance, 0, 65_532, 4),
        Ok(&[0, 1, 2, 3][..])
    );
    for (index, address, length) in [(0, 65_536, 1), (0, u64::MAX, 2), (1, 0, 0)] {
        assert!(
            interpreter
                .read_memory(instance, index, address, length)
                .is_err()
        );
    }
    assert!(interpreter.table_entry(instance, 1, 0).is_err());
    assert!(interpreter.function(instance, 3).is_err());
}

#[test]
fn looking_in_changes_nothing() {
    let look = |machine: &Machine| {
        machine.interpreter.frames();
        machine.interpreter.explain();
        machine.interpreter.globals(machine.instance);
    };
    let mut looked_at = waiting();
    look(&looked_at);
    looked_at
        .interpreter
        .resolve_host_call()
        .expect("it answers");
    while looked_at.interpreter.results().is_none() {
        look(&looked_at);
        looked_at.step();
    }
    let mut plain = waiting();
    plain.interpreter.resolve_host_call().expect("it answers");
    plain.run();
    assert_eq!(looked_at.interpreter.results(), plain.interpreter.results());
    assert_eq!(looked_at.interpreter.time(), plain.interpreter.time());
}
