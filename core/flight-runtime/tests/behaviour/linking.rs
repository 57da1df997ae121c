//! Instances in one interpreter share what they import from each other.

use flight_runtime::{
    Config, Error, Extern, FuncType, Imports, InstanceId, Interpreter, Limits, MemoryType, RefType,
    TableType, Value, ValueType,
};

use crate::machine::{i32s, module};

fn add(interpreter: &mut Interpreter, text: &str, from: &[(&str, InstanceId)]) -> InstanceId {
    let mut imports = Imports::new();
    for (name, instance) in from {
        interpreter.define_instance(&mut imports, name, *instance);
    }
    interpreter
        .instantiate(&module(text), &imports)
        .expect("the module is instantiated")
}

fn call(interpreter: &mut Interpreter, instance: InstanceId, name: &str, argument: i32) -> i32 {
    let func = interpreter
        .exported_function(instance, name)
        .expect("the function is exported");
    match interpreter
        .call_function(func, &[argument.into()])
        .expect("it returns")[..]
    {
        [Value::I32(result)] => result,
        ref other => panic!("one i32 is expected, not {other:?}"),
    }
}

const LIBRARY: &str = r#"(module
    (memory (export "memory") 1 4)
    (global (export "counter") (mut i32) (i32.const 10))
    (table (export "table") 4 funcref)
    (elem (i32.const 0) $load)
    (func $load (export "load") (param i32) (result i32) local.get 0 i32.load8_u)
    (func (export "store") (param i32) (result i32)
        local.get 0 i32.const 111 i32.store8 i32.const 0)
    (func (export "count") (param i32) (result i32)
        global.get 0 local.get 0 i32.add global.set 0 global.get 0))"#;

#[test]
fn memory_global_and_table_are_shared() {
    let mut interpreter = Interpreter::new(Config::default());
    let library = add(&mut interpreter, LIBRARY, &[]);
    let user = add(
        &mut interpreter,
        r#"(module
            (import "library" "memory" (memory 1))
            (import "library" "counter" (global $counter (mut i32)))
            (import "library" "table" (table 2 funcref))
            (elem (i32.const 1) $mine)
            (data (i32.const 50) "\2a")
            (func $mine (param i32) (result i32) local.get 0 i32.const 1000 i32.add)
            (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
            (func (export "set") (param i32) (result i32)
                local.get 0 global.set $counter i32.const 0)
            (func (export "indirect") (param i32) (result i32)
                local.get 0 local.get 0 call_indirect (param i32) (result i32)))"#,
        &[("library", library)],
    );
    assert_eq!(
        call(&mut interpreter, library, "load", 50),
        42,
        "the user's data segment"
    );
    call(&mut interpreter, user, "set", 30);
    assert_eq!(call(&mut interpreter, library, "count", 5), 35);
    assert_eq!(
        interpreter.exported_global(library, "counter"),
        Ok(Value::I32(35))
    );
    assert_eq!(call(&mut interpreter, user, "grow", 2), 1);
    assert_eq!(interpreter.memory_size(library, 0), Ok(3 * 65_536));
    assert_eq!(call(&mut interpreter, library, "load", 3 * 65_536 - 1), 0);
    assert_eq!(
        call(&mut interpreter, user, "grow", 2),
        -1,
        "its maximum is 4"
    );
    assert_eq!(call(&mut interpreter, user, "indirect", 1), 1001);
    assert_eq!(
        call(&mut interpreter, user, "indirect", 0),
        0,
        "the library's function"
    );
}

/// Each function reads its own instance's memory, before and after a call into the other one.
#[test]
fn each_function_sees_the_memory_of_its_own_instance() {
    let mut interpreter = Interpreter::new(Config::default());
    let library = add(&mut interpreter, LIBRARY, &[]);
    let user = add(
        &mut interpreter,
        r#"(module
            (import "library" "load" (func $load (param i32) (result i32)))
            (import "library" "store" (func $store (param i32) (result i32)))
            (memory 1) (table 2 funcref) (elem (i32.const 0) $load $own)
            (data (i32.const 7) "\05")
            (func $own (param i32) (result i32) local.get 0 i32.load8_u)
            (func (export "both") (param i32) (result i32)
                local.get 0 call $store drop
                local.get 0 i32.load8_u i32.const 1000 i32.mul
                local.get 0 call $load i32.add
                local.get 0 i32.load8_u i32.const 1000000 i32.mul i32.add)
            (func (export "indirect") (param i32) (result i32)
                i32.const 7 local.get 0 call_indirect (param i32) (result i32)
                i32.const 1000 i32.mul i32.const 7 i32.load8_u i32.add)
            (func (export "tail") (param i32) (result i32) local.get 0 return_call $load))"#,
        &[("library", library)],
    );
    assert_eq!(call(&mut interpreter, user, "both", 7), 5_005_111);
    assert_eq!(call(&mut interpreter, user, "indirect", 0), 111_005);
    assert_eq!(call(&mut interpreter, user, "indirect", 1), 5_005);
    assert_eq!(call(&mut interpreter, user, "tail", 7), 111);
}

/// A tail call into another instance: its caller's memory must be back after the return.
#[test]
fn a_tail_call_across_instances_gives_the_memory_back() {
    let mut interpreter = Interpreter::new(Config::default());
    let library = add(&mut interpreter, LIBRARY, &[]);
    let user = add(
        &mut interpreter,
        r#"(module
            (import "library" "load" (func $load (param i32) (result i32)))
            (memory 1) (data (i32.const 7) "\05")
            (func $tail (param i32) (result i32) local.get 0 return_call $load)
            (func (export "f") (param i32) (result i32)
                local.get 0 call $tail i32.const 1000 i32.mul local.get 0 i32.load8_u i32.add))"#,
        &[("library", library)],
    );
    call(&mut interpreter, library, "store", 7);
    assert_eq!(call(&mut interpreter, user, "f", 7), 111_005);
}

const WANTS_MUCH: &str = r#"(module
    (import "a" "f" (func (param i32) (result i64)))
    (import "a" "m" (memory 2 5))
    (import "b" "t" (table 1 externref))
    (import "b" "g" (global (mut f32))))"#;

#[test]
fn all_missing_imports_are_named_with_their_types() {
    let mut interpreter = Interpreter::new(Config::default());
    let mut imports = Imports::new();
    imports.memory(
        "a",
        "m",
        MemoryType {
            limits: Limits {
                minimum: 2,
                maximum: Some(5),
            },
            is64: false,
            shared: false,
            page_size_log2: 16,
        },
    );
    let error = interpreter.instantiate(&module(WANTS_MUCH), &imports);
    let Err(Error::Unlinkable(problems)) = error else {
        panic!("not {error:?}")
    };
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "unknown import: \"a\" \"f\" (func [i32] -> [i64]) is missing",
        "unknown import: \"b\" \"t\" (table 1 externref) is missing",
        "unknown import: \"b\" \"g\" (global (mut f32)) is missing",
    ];
    assert_eq!(words, expected);
}

#[test]
fn imports_of_the_wrong_type_are_refused() {
    let memory = |minimum, maximum, is64| MemoryType {
        limits: Limits { minimum, maximum },
        is64,
        shared: false,
        page_size_log2: 16,
    };
    let table = |minimum, element| TableType {
        limits: Limits {
            minimum,
            maximum: None,
        },
        is64: false,
        element,
    };
    type Give = Box<dyn Fn(&mut Imports)>;
    #[rustfmt::skip]
    let give: [(&str, bool, Give); 13] = [
        ("(func (param i32))", true, Box::new(|i| { i.func("m", "n", |_: i32| 0); })),
        ("(func (param i32) (result i32))", true, Box::new(|i| { i.func("m", "n", |_: i64| 0); })),
        ("(func)", true, Box::new(|i| { i.global("m", "n", 1.into(), false); })),
        ("(global i32)", false, Box::new(|i| { i.global("m", "n", 1.into(), false); })),
        ("(global i32)", true, Box::new(|i| { i.global("m", "n", 1.into(), true); })),
        ("(global (mut i32))", true, Box::new(|i| { i.global("m", "n", 1.into(), false); })),
        ("(global i64)", true, Box::new(|i| { i.global("m", "n", 1.into(), false); })),
        ("(memory 2)", true, Box::new(move |i| { i.memory("m", "n", memory(1, None, false)); })),
        ("(memory 1 2)", true, Box::new(move |i| { i.memory("m", "n", memory(1, None, false)); })),
        ("(memory 1 2)", false, Box::new(move |i| { i.memory("m", "n", memory(1, Some(2), false)); })),
        ("(memory i64 1)", true, Box::new(move |i| { i.memory("m", "n", memory(1, None, false)); })),
        ("(table 1 externref)", true, Box::new(move |i| { i.table("m", "n", table(1, RefType::FUNCREF)); })),
        ("(table 1 funcref)", false, Box::new(move |i| { i.table("m", "n", table(3, RefType::FUNCREF)); })),
    ];
    for (position, (wanted, refused, give)) in give.into_iter().enumerate() {
        let mut imports = Imports::new();
        give(&mut imports);
        let mut interpreter = Interpreter::new(Config::default());
        let text = format!("(module (import \"m\" \"n\" {wanted}))");
        match (interpreter.instantiate(&module(&text), &imports), refused) {
            (Ok(_), false) => {}
            (Err(Error::Unlinkable(problems)), true) => {
                assert!(problems[0].found.is_some(), "{wanted}");
            }
            (other, _) => panic!("{wanted} ({position}): {other:?}"),
        }
    }
}

#[test]
fn what_grew_is_linked_with_its_present_size() {
    let mut interpreter = Interpreter::new(Config::default());
    let library = add(
        &mut interpreter,
        r#"(module (memory (export "m") 1)
            (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))"#,
        &[],
    );
    let wants = module(r#"(module (import "library" "m" (memory 3)))"#);
    let mut imports = Imports::new();
    interpreter.define_instance(&mut imports, "library", library);
    let early = interpreter.instantiate(&wants, &imports);
    assert!(matches!(early, Err(Error::Unlinkable(_))), "{early:?}");
    call(&mut interpreter, library, "grow", 2);
    assert!(interpreter.instantiate(&wants, &imports).is_ok());
}

#[test]
fn things_of_other_interpreters_are_refused() {
    let mut interpreter = Interpreter::new(Config::default());
    for foreign in [
        Extern::Func(9),
        Extern::Memory(9),
        Extern::Table(9),
        Extern::Global(9),
    ] {
        let mut imports = Imports::new();
        imports.existing("m", "n", foreign);
        for wanted in ["(func)", "(memory 0)", "(table 0 funcref)", "(global i32)"] {
            let text = format!("(module (import \"m\" \"n\" {wanted}))");
            let result = interpreter.instantiate(&module(&text), &imports);
            assert!(matches!(result, Err(Error::Unlinkable(_))), "{result:?}");
        }
    }
}

#[test]
fn one_host_function_may_satisfy_many_imports() {
    let mut interpreter = Interpreter::new(Config::default());
    let mut imports = Imports::new();
    let ty = FuncType::new([ValueType::I32], [ValueType::I32]);
    imports.func_dynamic("m", "n", ty, |_, arguments| Ok(arguments.to_vec()));
    let text = r#"(module
        (import "m" "n" (func $a (param i32) (result i32)))
        (import "m" "n" (func $b (param i32) (result i32)))
        (func (export "f") (param i32) (result i32) local.get 0 call $a call $b))"#;
    let instance = interpreter
        .instantiate(&module(text), &imports)
        .expect("both are given");
    let func = interpreter
        .exported_function(instance, "f")
        .expect("it is exported");
    assert_eq!(interpreter.call_function(func, &i32s(&[3])), Ok(i32s(&[3])));
}
