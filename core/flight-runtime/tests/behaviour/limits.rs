//! What a machine may use is limited: memory, tables, depth of calls, value stack.

use flight_runtime::{
    Config, Error, Imports, Instance, Interpreter, Limits, MemoryType, RefType, TableType,
    TrapKind, Value,
};

use crate::machine::{Machine, i32s, module};

const PAGE: u64 = 65_536;

const GROWING: &str = r#"(module (memory 1) (table $t 1 funcref)
    (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
    (func (export "size") (result i32) memory.size)
    (func (export "grow_table") (param i32) (result i32)
        ref.null func local.get 0 table.grow $t))"#;

fn budget(bytes: u64) -> Config {
    Config {
        memory_budget: bytes,
        ..Config::default()
    }
}

#[test]
fn growth_beyond_the_budget_gives_minus_one() {
    let mut machine = Machine::with(GROWING, &Imports::new(), budget(3 * PAGE + 8));
    let steps = [
        ("grow", 3, -1),
        ("grow", 1, 1),
        ("grow_table", 8_193, -1),
        ("grow_table", 8_000, 1),
        ("grow", 1, -1),
        ("grow_table", 192, 8_001),
        ("grow_table", 1, -1),
        ("grow_table", -1, -1),
        ("grow", -1, -1),
        ("grow", 0, 2),
    ];
    for (name, delta, result) in steps {
        assert_eq!(
            machine.call(name, &i32s(&[delta])),
            Ok(i32s(&[result])),
            "{name} {delta}"
        );
    }
}

#[test]
fn what_does_not_fit_the_budget_is_not_instantiated() {
    let texts = [
        "(module (memory 3))",
        "(module (memory 1) (memory 2))",
        "(module (table 30000 funcref))",
        "(module (table 0xffffffff externref))",
        "(module (memory i64 0x1000000000000))",
        "(module (memory 65536))",
        "(module (table i64 0xffffffffffffffff funcref))",
    ];
    for text in texts {
        let mut interpreter = Interpreter::new(budget(2 * PAGE));
        let result = interpreter.instantiate(&module(text), &Imports::new());
        assert!(
            matches!(result, Err(Error::OutOfMemory(_))),
            "{text}: {result:?}"
        );
        // What it had taken by then it has given back.
        let small = interpreter.instantiate(&module("(module (memory 2))"), &Imports::new());
        assert!(small.is_ok(), "after {text}: {small:?}");
    }
}

#[test]
fn new_memories_and_tables_for_imports_take_from_the_budget_too() {
    let limits = Limits {
        minimum: 3,
        maximum: None,
    };
    let mut imports = Imports::new();
    let memory = MemoryType {
        limits,
        is64: false,
        shared: false,
        page_size_log2: 16,
    };
    imports.memory("m", "memory", memory);
    let limits = Limits {
        minimum: 100_000,
        maximum: None,
    };
    imports.table(
        "m",
        "table",
        TableType {
            limits,
            is64: false,
            element: RefType::FUNCREF,
        },
    );
    for wanted in ["\"memory\" (memory 1)", "\"table\" (table 1 funcref)"] {
        let text = format!("(module (import \"m\" {wanted}))");
        let mut interpreter = Interpreter::new(budget(2 * PAGE));
        let result = interpreter.instantiate(&module(&text), &imports);
        assert!(
            matches!(result, Err(Error::OutOfMemory(_))),
            "{text}: {result:?}"
        );
    }
}

const DEEP: &str = r#"(module
    (func $down (export "down") (param i32) (result i32)
        local.get 0 i32.eqz if (result i32) i32.const 0
        else local.get 0 i32.const 1 i32.sub call $down i32.const 1 i32.add end)
    (func $forever (export "forever") call $forever))"#;

fn exhaustion(result: Result<Vec<Value>, Error>) -> flight_runtime::Trap {
    match result {
        Err(Error::Exhaustion(trap)) => *trap,
        other => panic!("exhaustion is expected, not {other:?}"),
    }
}

#[test]
fn calls_are_exhausted_at_exactly_the_configured_depth() {
    for depth in [1, 2, 10, 1_000, 100_000] {
        let config = Config {
            max_call_depth: depth,
            ..Config::default()
        };
        let mut machine = Machine::with(DEEP, &Imports::new(), config);
        let deepest = depth as i32 - 1;
        assert_eq!(
            machine.call("down", &i32s(&[deepest])),
            Ok(i32s(&[deepest])),
            "{depth}"
        );
        let trap = exhaustion(machine.call("down", &i32s(&[deepest + 1])));
        assert_eq!(
            (trap.kind, trap.depth),
            (TrapKind::CallStackExhausted, depth as usize)
        );
        assert!(
            trap.frames.len() <= 100,
            "of very many frames only the innermost are kept"
        );
        assert_eq!(trap.instruction.as_deref(), Some("call 0"));
        assert_eq!(
            machine.call("down", &i32s(&[0])),
            Ok(i32s(&[0])),
            "it goes on afterwards"
        );
    }
}

#[test]
fn the_value_stack_is_exhausted_at_its_configured_size() {
    let big = format!(
        "(module (func $big (export \"f\") (param i32) (local {})
            local.get 0 i32.eqz br_if 0 local.get 0 i32.const 1 i32.sub call $big))",
        "i64 ".repeat(999)
    );
    let config = Config {
        max_stack_bytes: 10 * 8_100,
        ..Config::default()
    };
    let mut machine = Machine::with(&big, &Imports::new(), config);
    assert_eq!(machine.call("f", &i32s(&[9])), Ok(Vec::new()));
    let trap = exhaustion(machine.call("f", &i32s(&[10_000])));
    assert!((10..=11).contains(&trap.depth), "{}", trap.depth);
    // A function that does not fit at all cannot even be started.
    let config = Config {
        max_stack_bytes: 4_000,
        ..Config::default()
    };
    let mut machine = Machine::with(&big, &Imports::new(), config);
    exhaustion(machine.call("f", &i32s(&[0])));
    assert_eq!(machine.interpreter.depth(), 0);
}

#[test]
fn nested_calls_of_host_functions_are_exhausted_too() {
    let text = r#"(module (import "env" "again" (func $again))
        (func (export "f") call $again))"#;
    let mut imports = Imports::new();
    imports.func("env", "again", |caller: &mut flight_runtime::Caller<'_>| {
        caller
            .call_function("f", &[])
            .map(|_| ())
            .map_err(flight_runtime::HostError::from)
    });
    let config = Config {
        max_call_depth: 100,
        ..Config::default()
    };
    let mut machine = Machine::with(text, &imports, config);
    let Err(Error::Trap(trap)) = machine.call("f", &[]) else {
        panic!("it cannot go on for ever")
    };
    assert!(
        trap.explanation.contains("call stack exhausted"),
        "{}",
        trap.explanation
    );
}

#[test]
fn unbounded_recursion_ends_quickly_with_default_limits() {
    let mut instance =
        Instance::instantiate(&module(DEEP), &Imports::new()).expect("nothing is imported");
    exhaustion(instance.call_function("forever", &[]));
    assert!(instance.interpreter().context().stack().slots().len() <= (64 << 20) / 8);
}

/// Ten million calls, each in place of the one before.
#[test]
fn tail_calls_take_no_room() {
    let text = r#"(module (table funcref (elem $odd))
        (func $even (export "even") (param i32 i64 i64) (result i32)
            local.get 0 i32.eqz if i32.const 1 return end
            local.get 0 i32.const 1 i32.sub local.get 1 local.get 2 i32.const 0
            return_call_indirect (param i32 i64 i64) (result i32))
        (func $odd (param i32 i64 i64) (result i32)
            local.get 0 i32.eqz if i32.const 0 return end
            local.get 0 i32.const 1 i32.sub local.get 2 local.get 1 return_call $even))"#;
    let config = Config {
        max_call_depth: 1,
        max_stack_bytes: 4_096,
        ..Config::default()
    };
    let mut machine = Machine::with(text, &Imports::new(), config);
    let arguments = [10_000_000.into(), 1i64.into(), 2i64.into()];
    assert_eq!(machine.call("even", &arguments), Ok(i32s(&[1])));
}
