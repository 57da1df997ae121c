//! Atomic instructions on one thread: what waits and wakes, what traps, and in which order; custom page sizes.

use flight_runtime::{Error, Imports, Instance, Module, TrapKind, Value};

fn instance(text: &str) -> Instance {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let module = Module::from_bytes(&bytes).unwrap_or_else(|error| panic!("{text}: {error}"));
    Instance::instantiate(&module, &Imports::new()).unwrap()
}

/// Executes an instruction on a memory whose first bytes are 1 to 8.
fn execute(memory: &str, instruction: &str, ty: &str) -> Result<Vec<Value>, Error> {
    let text = format!(
        "(module {memory} (data (i32.const 0) \"\\01\\02\\03\\04\\05\\06\\07\\08\")
           (func (export \"f\") (result {ty}) {instruction}))"
    );
    instance(&text).call_function("f", &[])
}

const SHARED: &str = "(memory 1 1 shared)";
const UNSHARED: &str = "(memory 1 1)";

#[test]
fn waits_end_at_once_or_trap() {
    for (instruction, answer) in [
        (
            "(memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))",
            1,
        ),
        (
            "(memory.atomic.wait64 (i32.const 0) (i64.const 0x04030201) (i64.const -1))",
            1,
        ),
        (
            "(memory.atomic.wait32 (i32.const 0) (i32.const 0x04030201) (i64.const 0))",
            2,
        ),
        (
            "(memory.atomic.wait32 offset=4 (i32.const 0) (i32.const 0x08070605) (i64.const 9))",
            2,
        ),
        (
            "(memory.atomic.wait64 (i32.const 0) (i64.const 0x0807060504030201) (i64.const 9))",
            2,
        ),
        ("(memory.atomic.notify (i32.const 0) (i32.const -1))", 0),
        ("(memory.atomic.notify (i32.const 65532) (i32.const 1))", 0),
    ] {
        assert_eq!(
            execute(SHARED, instruction, "i32"),
            Ok(vec![answer.into()]),
            "{instruction}"
        );
    }
    assert_eq!(
        execute(
            UNSHARED,
            "(memory.atomic.notify (i32.const 0) (i32.const 1))",
            "i32"
        ),
        Ok(vec![0.into()])
    );
}

#[test]
fn checks_are_made_in_order_and_explained() {
    use TrapKind::*;
    for (memory, instruction, ty, kind, explanation) in [
        (
            UNSHARED,
            "(i32.atomic.load (i32.const 2))",
            "i32",
            UnalignedAtomic,
            "address 2 is no multiple of 4",
        ),
        (
            UNSHARED,
            "(i32.atomic.load offset=3 (i32.const 2))",
            "i32",
            UnalignedAtomic,
            "address 5 is no multiple of 4",
        ),
        (
            UNSHARED,
            "(i64.atomic.load (i32.const 65541))",
            "i64",
            UnalignedAtomic,
            "address 65541 is no multiple of 8",
        ),
        (
            UNSHARED,
            "(i64.atomic.load (i32.const 65536))",
            "i64",
            MemoryOutOfBounds,
            "address 65536 + 8 bytes is past the end of memory 0, 65536 bytes",
        ),
        (
            UNSHARED,
            "(i32.atomic.rmw16.add_u (i32.const 65535) (i32.const 1))",
            "i32",
            UnalignedAtomic,
            "address 65535 is no multiple of 2",
        ),
        (
            UNSHARED,
            "(i32.atomic.rmw8.cmpxchg_u (i32.const 65536) (i32.const 1) (i32.const 2))",
            "i32",
            MemoryOutOfBounds,
            "address 65536 + 1 bytes is past the end of memory 0, 65536 bytes",
        ),
        (
            UNSHARED,
            "(memory.atomic.notify (i32.const 1) (i32.const 0))",
            "i32",
            UnalignedAtomic,
            "address 1 is no multiple of 4",
        ),
        (
            SHARED,
            "(memory.atomic.notify (i32.const 65536) (i32.const 0))",
            "i32",
            MemoryOutOfBounds,
            "address 65536 + 4 bytes is past the end of memory 0, 65536 bytes",
        ),
        (
            UNSHARED,
            "(memory.atomic.wait32 (i32.const 2) (i32.const 0) (i64.const 0))",
            "i32",
            UnalignedAtomic,
            "address 2 is no multiple of 4",
        ),
        (
            UNSHARED,
            "(memory.atomic.wait32 (i32.const 65536) (i32.const 0) (i64.const 0))",
            "i32",
            ExpectedSharedMemory,
            "memory 0 is not shared",
        ),
        (
            UNSHARED,
            "(memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0))",
            "i32",
            ExpectedSharedMemory,
            "memory 0 is not shared",
        ),
        (
            SHARED,
            "(memory.atomic.wait64 (i32.const 65536) (i64.const 0) (i64.const 0))",
            "i32",
            MemoryOutOfBounds,
            "address 65536 + 8 bytes is past the end of memory 0, 65536 bytes",
        ),
        (
            SHARED,
            "(memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))",
            "i32",
            EndlessWait,
            "the value at address 8 is 0 as expected, there is no timeout",
        ),
    ] {
        match execute(memory, instruction, ty) {
            Err(Error::Trap(trap)) => {
                assert_eq!(
                    (trap.kind, &*trap.explanation),
                    (kind, explanation),
                    "{instruction}"
                );
            }
            other => panic!("{instruction}: {other:?}"),
        }
    }
    assert!(
        EndlessWait
            .message()
            .contains("no other thread can wake it")
    );
}

#[test]
fn memory_is_changed_and_the_old_value_given() {
    for (instruction, ty, old, memory) in [
        (
            "(i32.atomic.rmw8.add_u (i32.const 7) (i32.const 0x1ff))",
            "i32",
            8,
            0x0707060504030201u64,
        ),
        (
            "(i32.atomic.rmw16.xchg_u (i32.const 2) (i32.const -1))",
            "i32",
            0x0403,
            0x08070605ffff0201,
        ),
        (
            "(i64.atomic.rmw32.sub_u (i32.const 4) (i64.const 0x08070606))",
            "i64",
            0x08070605,
            0xffffffff04030201,
        ),
        // Only the bits that fit take part in the comparison.
        (
            "(i32.atomic.rmw8.cmpxchg_u (i32.const 0) (i32.const 0x701) (i32.const 0xaabb))",
            "i32",
            1,
            0x08070605040302bb,
        ),
        (
            "(i32.atomic.rmw8.cmpxchg_u (i32.const 0) (i32.const 0x107) (i32.const 0xaabb))",
            "i32",
            1,
            0x0807060504030201,
        ),
        (
            "(i32.atomic.store8 (i32.const 1) (i32.const 0x1ff)) (i32.const 0)",
            "i32",
            0,
            0x080706050403ff01,
        ),
    ] {
        for (index, index_type) in [("0", "i32"), ("1", "i64")] {
            let address = instruction.replacen("(i32.const", &format!("({index_type}.const"), 1);
            let name = address[1..].split(' ').next().unwrap();
            let text = format!(
                "(module (memory 1) (memory i64 1)
                   (data (memory {index}) ({index_type}.const 0) \"\\01\\02\\03\\04\\05\\06\\07\\08\")
                   (func (export \"f\") (result {ty} i64) {} (i64.load {index} ({index_type}.const 0))))",
                address.replacen(name, &format!("{name} {index}"), 1),
            );
            let old = if ty == "i32" {
                Value::I32(old as i32)
            } else {
                Value::I64(old)
            };
            let results = instance(&text).call_function("f", &[]);
            assert_eq!(results, Ok(vec![old, Value::I64(memory as i64)]), "{text}");
        }
    }
}

#[test]
fn pages_of_one_byte_are_counted_alike_everywhere() {
    let mut instance = instance(
        "(module (memory (export \"m\") 3 10 (pagesize 1)) (data (i32.const 0) \"abc\")
           (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0)))
           (func (export \"size\") (result i32) memory.size)
           (func (export \"load\") (param i32) (result i32) (i32.load8_u (local.get 0))))",
    );
    for (name, argument, result) in [
        ("size", None, Some(3)),
        ("load", Some(2), Some(i32::from(b'c'))),
        ("load", Some(3), None),
        ("grow", Some(7), Some(3)),
        ("load", Some(9), Some(0)),
        ("load", Some(10), None),
        ("grow", Some(1), Some(-1)),
        ("size", None, Some(10)),
    ] {
        let arguments: Vec<Value> = argument.into_iter().map(Value::I32).collect();
        let results = instance.call_function(name, &arguments).ok();
        assert_eq!(
            results,
            result.map(|value| vec![value.into()]),
            "{name} {argument:?}"
        );
    }
}
