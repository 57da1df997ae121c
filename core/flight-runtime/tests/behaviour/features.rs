//! Features that only few official scripts touch, or that none does together.

use flight_runtime::{Caller, Config, Error, Imports, Interpreter, TrapKind, Value};

use crate::machine::{Machine, i32s, module};

#[test]
fn memories_with_64_bit_addresses() {
    let text = r#"(module
        (memory i64 1 3) (memory $narrow 1)
        (data (i64.const 8) "\01\02\03\04")
        (func (export "load") (param i64) (result i32) local.get 0 i32.load)
        (func (export "far") (param i64) (result i32)
            local.get 0 i32.load8_u offset=0xffffffffffffffff)
        (func (export "grow") (param i64) (result i64) local.get 0 memory.grow)
        (func (export "copy") (param i64 i32 i32) (result i32)
            local.get 1 local.get 0 local.get 2 memory.copy 1 0 local.get 1 i32.load $narrow))"#;
    let mut machine = Machine::new(text);
    assert_eq!(
        machine.call("load", &[8i64.into()]),
        Ok(i32s(&[0x0403_0201]))
    );
    let outside = [65_533, 1 << 32, (1 << 32) + 8, -1, i64::MIN];
    for address in outside {
        let result = machine.call("load", &[address.into()]);
        let Err(Error::Trap(trap)) = result else {
            panic!("{address}: {result:?}")
        };
        assert_eq!(trap.kind, TrapKind::MemoryOutOfBounds);
    }
    for address in [0, 1, 9] {
        let result = machine.call("far", &[Value::I64(address)]);
        assert!(
            matches!(result, Err(Error::Trap(_))),
            "a sum does not wrap: {result:?}"
        );
    }
    let copied = machine.call("copy", &[8i64.into(), 100.into(), 4.into()]);
    assert_eq!(copied, Ok(i32s(&[0x0403_0201])));
    assert!(
        machine
            .call("copy", &[(1i64 << 32).into(), 100.into(), 4.into()])
            .is_err()
    );
    for (delta, old) in [
        (1i64 << 48, -1i64),
        (-1, -1),
        (3, -1),
        (2, 1),
        (1, -1),
        (0, 3),
    ] {
        assert_eq!(
            machine.call("grow", &[delta.into()]),
            Ok(vec![old.into()]),
            "by {delta}"
        );
    }
}

#[test]
fn tables_with_64_bit_indices() {
    let text = r#"(module
        (table $t i64 2 5 funcref) (elem (table $t) (i64.const 1) func $seven)
        (func $seven (result i32) i32.const 7)
        (func (export "call") (param i64) (result i32)
            local.get 0 call_indirect $t (result i32))
        (func (export "get") (param i64) (result i32) local.get 0 table.get $t ref.is_null)
        (func (export "fill") (param i64 i64)
            local.get 0 ref.null func local.get 1 table.fill $t)
        (func (export "grow") (param i64) (result i64)
            ref.func $seven local.get 0 table.grow $t)
        (func (export "size") (result i64) table.size $t))"#;
    let mut machine = Machine::new(text);
    assert_eq!(machine.call("call", &[1i64.into()]), Ok(i32s(&[7])));
    for (index, kind) in [
        (0, TrapKind::UninitializedElement),
        (2, TrapKind::UndefinedElement),
        (1 << 32 | 1, TrapKind::UndefinedElement),
        (-1, TrapKind::UndefinedElement),
    ] {
        let result = machine.call("call", &[Value::I64(index)]);
        let Err(Error::Trap(trap)) = result else {
            panic!("{index}: {result:?}")
        };
        assert_eq!(trap.kind, kind, "{index}");
    }
    assert!(machine.call("get", &[(1i64 << 32).into()]).is_err());
    assert!(
        machine
            .call("fill", &[1i64.into(), (-1i64).into()])
            .is_err()
    );
    for (delta, old) in [(4i64, -1i64), (-1, -1), (3, 2), (1, -1)] {
        assert_eq!(
            machine.call("grow", &[delta.into()]),
            Ok(vec![old.into()]),
            "by {delta}"
        );
    }
    assert_eq!(machine.call("size", &[]), Ok(vec![5i64.into()]));
    assert_eq!(machine.call("call", &[4i64.into()]), Ok(i32s(&[7])));
}

#[test]
fn several_memories_keep_apart() {
    let text = r#"(module
        (memory $a 1) (memory $b 2) (memory $c i64 1)
        (data (memory $b) (i32.const 0) "bbbb") (data $passive "pq")
        (func (export "store") (param i32)
            i32.const 0 local.get 0 i32.store $a
            i32.const 65536 local.get 0 i32.const 1 i32.add i32.store $b
            i64.const 0 local.get 0 i32.const 2 i32.add i32.store $c)
        (func (export "load") (result i32 i32 i32)
            i32.const 0 i32.load $a i32.const 65536 i32.load $b i64.const 0 i32.load $c)
        (func (export "init") (result i32)
            i32.const 4 i32.const 0 i32.const 2 memory.init $b $passive
            i32.const 2 i32.load $b)
        (func (export "sizes") (result i32 i32 i64)
            i32.const 1 memory.grow $a drop memory.size $a memory.size $b memory.size $c))"#;
    let mut machine = Machine::new(text);
    machine.call("store", &i32s(&[10])).expect("it fits");
    assert_eq!(machine.call("load", &[]), Ok(i32s(&[10, 11, 12])));
    let expected = i32::from_le_bytes(*b"bbpq");
    assert_eq!(machine.call("init", &[]), Ok(i32s(&[expected])));
    let sizes = [2.into(), 2.into(), 1i64.into()];
    assert_eq!(machine.call("sizes", &[]), Ok(sizes.to_vec()));
}

#[test]
fn constant_expressions_add_subtract_and_multiply() {
    let text = r#"(module
        (import "m" "base" (global $base i32))
        (import "m" "wide" (global $wide i64))
        (memory 1)
        (global (export "a") i32
            (i32.add (global.get $base) (i32.mul (i32.const 3) (i32.const 4))))
        (global (export "b") i64 (i64.sub (global.get $wide) (i64.const 9)))
        (global (export "c") i32 (i32.mul (i32.const 0x40000000) (i32.const 4)))
        (data (i32.sub (global.get $base) (i32.const 1)) "\63")
        (func (export "load") (param i32) (result i32) local.get 0 i32.load8_u))"#;
    let mut imports = Imports::new();
    imports.global("m", "base", 100.into(), false);
    imports.global("m", "wide", i64::MIN.into(), false);
    let mut machine = Machine::with(text, &imports, Config::default());
    let global = |name| machine.interpreter.exported_global(machine.instance, name);
    assert_eq!(global("a"), Ok(112.into()));
    assert_eq!(global("b"), Ok((i64::MAX - 8).into()));
    assert_eq!(global("c"), Ok(0.into()));
    assert_eq!(machine.call("load", &i32s(&[99])), Ok(i32s(&[99])));
}

#[test]
fn start_functions_run_once_after_the_segments() {
    let text = r#"(module
        (import "env" "note" (func $note (param i32)))
        (memory 1) (data (i32.const 0) "\07")
        (func $begin i32.const 0 i32.load8_u call $note)
        (start $begin))"#;
    let notes = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let noted = notes.clone();
    let mut imports = Imports::new();
    imports.func("env", "note", move |_: &mut Caller<'_>, value: i32| {
        noted.borrow_mut().push(value);
        Ok::<(), flight_runtime::HostError>(())
    });
    let machine = Machine::with(text, &imports, Config::default());
    assert_eq!(*notes.borrow(), [7]);
    assert_eq!(machine.interpreter.time(), 4);
    // Left to the embedder, it can be stepped like any other call.
    let mut interpreter = Interpreter::new(Config::default());
    let instance = interpreter
        .instantiate_without_start(&module(text), &imports)
        .expect("the module is instantiated");
    assert_eq!(interpreter.time(), 0);
    let start = interpreter.start_function(instance).expect("it has one");
    assert_eq!(interpreter.call_function(start, &[]), Ok(Vec::new()));
    assert_eq!(*notes.borrow(), [7, 7]);
}

#[test]
fn a_start_function_that_traps_fails_the_instantiation() {
    let text = r#"(module (global $g (mut i32) (i32.const 0))
        (func $begin i32.const 1 global.set $g unreachable) (start $begin)
        (func (export "f") (result i32) i32.const 5))"#;
    let mut interpreter = Interpreter::new(Config::default());
    let result = interpreter.instantiate(&module(text), &Imports::new());
    let Err(Error::Trap(trap)) = result else {
        panic!("a trap is expected, not {result:?}")
    };
    assert_eq!(trap.kind, TrapKind::Unreachable);
    // The next module is not troubled by it.
    let next = module(r#"(module (func (export "f") (result i32) i32.const 6))"#);
    let instance = interpreter
        .instantiate(&next, &Imports::new())
        .expect("it is instantiated");
    let func = interpreter
        .exported_function(instance, "f")
        .expect("it is exported");
    assert_eq!(interpreter.call_function(func, &[]), Ok(i32s(&[6])));
}

#[test]
fn segments_are_written_up_to_the_one_that_does_not_fit() {
    let shared = r#"(module (memory (export "m") 1) (table (export "t") 2 funcref)
        (func (export "load") (param i32) (result i32) local.get 0 i32.load8_u))"#;
    let mut machine = Machine::new(shared);
    let mut imports = Imports::new();
    machine
        .interpreter
        .define_instance(&mut imports, "shared", machine.instance);
    let text = r#"(module
        (import "shared" "m" (memory 1)) (import "shared" "t" (table 2 funcref))
        (func $f) (elem (i32.const 0) $f)
        (data (i32.const 0) "\09") (data (i32.const 65535) "\01\02") (data (i32.const 1) "\08"))"#;
    let result = machine.interpreter.instantiate(&module(text), &imports);
    let Err(Error::Trap(trap)) = result else {
        panic!("a trap is expected, not {result:?}")
    };
    assert_eq!(trap.kind, TrapKind::MemoryOutOfBounds);
    assert_eq!(trap.explanation, "active data segment 1 does not fit");
    assert_eq!(machine.call("load", &i32s(&[0])), Ok(i32s(&[9])));
    assert_eq!(machine.call("load", &i32s(&[1])), Ok(i32s(&[0])));
    assert_eq!(machine.call("load", &i32s(&[65_535])), Ok(i32s(&[0])));
    let entry = machine
        .interpreter
        .table_entry(machine.instance, 0, 0)
        .expect("there is a table");
    assert!(matches!(entry, Some(Value::FuncRef(Some(_)))), "{entry:?}");
}

#[test]
fn functions_may_have_many_results_and_block_parameters() {
    let text = r#"(module
        (func $swap (param i32 i64) (result i64 i32) local.get 1 local.get 0)
        (func (export "f") (param i32) (result i32 i64 i32)
            i32.const 1 i64.const 2 call $swap
            local.get 0
            if (param i64 i32) (result i32 i64)
                i32.const 10 i32.add call 2
            else
                drop i32.wrap_i64 i64.const 77
            end
            i32.const 3)
        (func $unswap (param i64 i32) (result i32 i64) local.get 1 local.get 0))"#;
    let mut machine = Machine::new(text);
    let results = |a: i32, b: i64, c: i32| Ok(vec![a.into(), b.into(), c.into()]);
    assert_eq!(machine.call("f", &i32s(&[1])), results(11, 2, 3));
    assert_eq!(machine.call("f", &i32s(&[0])), results(2, 77, 3));
}

/// Whatever lay in the slots before: of a call, a call by a table, a tail call, and of the embedder's call.
#[test]
fn locals_begin_with_zero_or_null() {
    let text = r#"(module (table funcref (elem $clean))
        (func $dirty (export "dirty") (param i64 i64 i64 i64 i64 i64)
            (local i64 i64 i64 i64)
            i64.const -1 local.set 6 i64.const -1 local.set 7
            i64.const -1 local.set 8 i64.const -1 local.set 9)
        (func $fill i64.const -1 i64.const -1 i64.const -1 i64.const -1 i64.const -1 i64.const -1
            call $dirty)
        (func $clean (export "clean") (result i32) (local i32 i64 f32 f64 funcref externref)
            local.get 0 local.get 1 i64.const 0 i64.ne i32.or
            local.get 2 i32.reinterpret_f32 i32.or
            local.get 3 i64.reinterpret_f64 i64.const 0 i64.ne i32.or
            local.get 4 ref.is_null i32.eqz i32.or
            local.get 5 ref.is_null i32.eqz i32.or)
        (func $tail (result i32) return_call $clean)
        (func (export "called") (result i32) call $fill call $clean)
        (func (export "by_table") (result i32) call $fill i32.const 0 call_indirect (result i32))
        (func (export "tail_called") (result i32) call $fill call $tail))"#;
    let mut machine = Machine::new(text);
    for name in ["called", "by_table", "tail_called", "clean"] {
        machine
            .call("dirty", &[Value::I64(-1); 6])
            .expect("it returns");
        assert_eq!(machine.call(name, &[]), Ok(i32s(&[0])), "{name}");
    }
}
