//! Traps say where, with which operands, and why in words; explanations foretell what an instruction does.

use flight_runtime::{Error, State, Trap, TrapKind, Value};

use crate::machine::{Machine, i32s};

fn trap(machine: &mut Machine, name: &str, arguments: &[Value]) -> Trap {
    match machine.call(name, arguments) {
        Err(Error::Trap(trap) | Error::Exhaustion(trap)) => *trap,
        other => panic!("{name} should trap, not give {other:?}"),
    }
}

/// A body of a function from i32 to nothing, its argument, and the trap.
#[rustfmt::skip]
const CASES: &[(&str, i32, TrapKind, &str)] = &[
    ("unreachable", 0, TrapKind::Unreachable, "an unreachable instruction was reached"),
    ("i32.const 10 local.get 0 i32.div_s drop", 0, TrapKind::IntegerDivideByZero, "10 was to be divided by 0"),
    ("i32.const 10 local.get 0 i32.rem_u drop", 0, TrapKind::IntegerDivideByZero, "10 was to be divided by 0"),
    ("i32.const 0x80000000 local.get 0 i32.div_s drop", -1, TrapKind::IntegerOverflow, "the quotient of -2147483648 and -1 does not fit the type"),
    ("f64.const 3e9 i32.trunc_f64_s drop", 0, TrapKind::IntegerOverflow, "3000000000 does not fit the integer type"),
    ("f32.const nan i32.trunc_f32_s drop", 0, TrapKind::InvalidConversionToInteger, "nan:0x7fc00000 is no number"),
    ("local.get 0 i32.load drop", 65_533, TrapKind::MemoryOutOfBounds, "address 65533 + 4 bytes is past the end of memory 0, 65536 bytes"),
    ("local.get 0 i64.load offset=100 drop", -1, TrapKind::MemoryOutOfBounds, "address 4294967295 + offset 100 + 8 bytes is past the end of memory 0, 65536 bytes"),
    ("local.get 0 i32.const 1 i32.store8 offset=65535", 1, TrapKind::MemoryOutOfBounds, "address 1 + offset 65535 + 1 bytes is past the end of memory 0, 65536 bytes"),
    ("local.get 0 i32.const 0 i32.const 2 memory.fill", 65_535, TrapKind::MemoryOutOfBounds, "the operands 65535, 0 and 2 reach past an end"),
    ("local.get 0 table.get 0 drop", 2, TrapKind::TableOutOfBounds, "the operands 2 reach past an end"),
    ("local.get 0 call_indirect", 2, TrapKind::UndefinedElement, "entry 2 is past the end of the table"),
    ("local.get 0 call_indirect", 0, TrapKind::UninitializedElement, "entry 0 of the table is null"),
    ("local.get 0 call_indirect", 1, TrapKind::IndirectCallTypeMismatch, "entry 1 is other of type [] -> [i32], not [] -> []"),
];

#[test]
fn every_kind_is_explained_with_its_operands() {
    for (body, argument, kind, words) in CASES {
        let text = format!(
            "(module (memory 1) (table 2 funcref) (elem (i32.const 1) $other)
               (func $other (result i32) i32.const 0)
               (func (export \"f\") (param i32) nop {body}))"
        );
        let mut machine = Machine::new(&text);
        let trap = trap(&mut machine, "f", &i32s(&[*argument]));
        assert_eq!(
            (trap.kind, trap.explanation.as_str()),
            (*kind, *words),
            "{body}"
        );
        let message = trap.to_string();
        let begin = format!(
            "{} at offset 0x{:x}",
            kind.message(),
            trap.offset.unwrap_or(0)
        );
        assert!(message.starts_with(&begin), "{message}");
        // Compared as text, since a NaN among the operands is not equal to itself.
        let kept = machine
            .interpreter
            .trap()
            .expect("it stays to be looked at");
        assert_eq!(format!("{kept:?}"), format!("{trap:?}"));
        assert_eq!(machine.interpreter.frames().len(), trap.frames.len());
    }
}

#[test]
fn a_trap_carries_the_calls_with_their_locals() {
    let text = r#"(module
        (func $inner (param $n i32) (local $twice i32)
            local.get $n i32.const 2 i32.mul local.set $twice unreachable)
        (func (export "outer") (param $m i32) local.get $m i32.const 1 i32.add call $inner))"#;
    let mut machine = Machine::new(text);
    let trap = trap(&mut machine, "outer", &i32s(&[4]));
    let frames: Vec<_> = trap
        .frames
        .iter()
        .map(|frame| {
            let values: Vec<Value> = frame.locals.iter().map(|local| local.value).collect();
            (
                frame.name.as_deref().unwrap_or_default(),
                frame.offset,
                values,
            )
        })
        .collect();
    let expected = [
        ("inner", Some(machine.offset(0, 4)), i32s(&[5, 10])),
        ("outer", Some(machine.offset(1, 3)), i32s(&[4])),
    ];
    assert_eq!(frames, expected);
    assert_eq!(
        (trap.instruction.as_deref(), trap.depth),
        (Some("unreachable"), 2)
    );
}

#[test]
fn after_a_trap_the_next_call_begins_afresh() {
    let text = r#"(module (global $g (mut i32) (i32.const 0))
        (func (export "trap") i32.const 5 global.set $g unreachable)
        (func (export "get") (result i32) global.get $g))"#;
    let mut machine = Machine::new(text);
    trap(&mut machine, "trap", &[]);
    assert_eq!(machine.interpreter.state(), State::Trapped);
    assert_eq!(
        machine.call("get", &[]),
        Ok(i32s(&[5])),
        "what has been changed stays changed"
    );
    assert_eq!(
        (machine.interpreter.depth(), machine.interpreter.trap()),
        (0, None)
    );
}

#[test]
fn what_is_foretold_comes_true() {
    let text = r#"(module (memory 1) (global $g i64 (i64.const 6))
        (data (i32.const 4) "\01\02\03\04")
        (func (export "f") (param i32) (result i32)
            local.get 0
            i32.const 3
            i32.mul
            i32.load
            global.get $g
            i32.wrap_i64
            i32.add
            local.get 0
            i32.const 0
            select (result i32)
            local.tee 0
            f32.convert_i32_s
            f32.sqrt
            drop
            ref.null func
            ref.is_null
            memory.size
            i32.add
            local.get 0
            i32.rem_s))"#;
    let mut machine = Machine::new(text);
    machine.start("f", &i32s(&[5]));
    let mut foretold = 0;
    while machine.interpreter.results().is_none() {
        let before = machine.interpreter.frame(0).expect("there is a frame");
        let explanation = machine.interpreter.explain().expect("it is paused");
        assert!(
            before.operands.ends_with(&explanation.takes),
            "{}",
            explanation.text
        );
        assert_eq!(before.offset, Some(explanation.offset));
        assert!(explanation.instruction.starts_with(&explanation.mnemonic));
        machine.step();
        if let (Some(gives), Some(after)) = (explanation.gives, machine.interpreter.frame(0)) {
            let kept = before.operands.len() - explanation.takes.len();
            assert_eq!(after.operands[kept..], gives, "{}", explanation.text);
            foretold += 1;
        }
    }
    assert!(
        foretold >= 15,
        "most instructions can be foretold, not {foretold}"
    );
}

#[test]
fn a_trap_is_foretold_too() {
    let mut machine =
        Machine::new(r#"(module (func (export "f") i32.const 1 i32.const 0 i32.div_s drop))"#);
    machine.start("f", &[]);
    machine.step();
    machine.step();
    let text = machine.interpreter.explain().expect("it is paused").text;
    assert_eq!(
        text,
        "i32.div_s takes 1 and 0, traps: integer divide by zero"
    );
}

/// A body of a function from i32 to nothing, its argument, and the trap: on references, objects and exceptions.
#[rustfmt::skip]
const OBJECT_CASES: &[(&str, i32, TrapKind, &str)] = &[
    ("ref.null any ref.as_non_null drop", 0, TrapKind::NullReference, "null was to be taken for a reference that is not"),
    ("ref.null $f call_ref $f", 0, TrapKind::NullFunction, "null was to be called"),
    ("ref.null $f return_call_ref $f", 0, TrapKind::NullFunction, "null was to be called"),
    ("ref.null $point struct.get $point $x drop", 0, TrapKind::NullStructure, "null has no field 0 ($x)"),
    ("ref.null $point i64.const 1 struct.set $point 1", 0, TrapKind::NullStructure, "null has no field 1"),
    ("ref.null $ints array.len drop", 0, TrapKind::NullArray, "null has no length"),
    ("ref.null $ints local.get 0 array.get $ints drop", 3, TrapKind::NullArray, "null has no elements; the operands are null and 3"),
    ("ref.null i31 i31.get_s drop", 0, TrapKind::NullI31, "null has no integer"),
    ("ref.null exn throw_ref", 0, TrapKind::NullException, "null was to be thrown"),
    ("i32.const 3 array.new_default $ints local.get 0 array.get $ints drop", 3, TrapKind::ArrayOutOfBounds, "not in bounds: element 3 of object 0, which has 3 elements"),
    ("i32.const 3 array.new_default $ints local.get 0 i32.const 1 array.set $ints", -1, TrapKind::ArrayOutOfBounds, "not in bounds: element 4294967295 of object 0, which has 3 elements"),
    ("i32.const 3 array.new_default $ints i32.const 2 i32.const 1 local.get 0 array.fill $ints", 2, TrapKind::ArrayOutOfBounds, "not in bounds: elements 2 to 3 of object 0, which has 3 elements"),
    ("i32.const 1 array.new_default $ints i32.const 0 i32.const 3 array.new_default $ints i32.const 1 local.get 0 array.copy $ints $ints", 2, TrapKind::ArrayOutOfBounds, "not in bounds: elements 0 to 1 of object 0, which has 1 element"),
    ("local.get 0 ref.i31 ref.cast (ref $point) drop", 5, TrapKind::CastFailure, "i31 5 is no (ref 1) ($point)"),
    ("struct.new_default $point ref.cast (ref null array) drop", 5, TrapKind::CastFailure, "object 0, a $point, is no arrayref"),
    ("local.get 0 array.new_default $ints ref.cast (ref $point) drop", 5, TrapKind::CastFailure, "object 0, a $ints, is no (ref 1) ($point)"),
    ("local.get 0 i64.const 7 throw $e", 5, TrapKind::UncaughtException, "$e with 5 and 7 was thrown and nothing catches it"),
    ("throw $none", 0, TrapKind::UncaughtException, "$none was thrown and nothing catches it"),
    ("local.get 0 array.new_default $ints drop", -1, TrapKind::HeapExhausted, "0 objects that can be reached take 0 of 268435456 bytes"),
];

#[test]
fn traps_on_objects_are_explained_and_foretold() {
    for (body, argument, kind, words) in OBJECT_CASES {
        let text = format!(
            "(module (type $f (func)) (type $point (struct (field $x i32) (field (mut i64))))
               (type $ints (array (mut i32))) (tag $e (param i32 i64)) (tag $none)
               (func (export \"f\") (param i32) {body}))"
        );
        let mut machine = Machine::new(&text);
        machine.start("f", &i32s(&[*argument]));
        let mut told = String::new();
        while machine.interpreter.state() == State::Paused {
            told = machine.interpreter.explain().expect("it is paused").text;
            machine.step();
        }
        let trap = machine.interpreter.trap().expect(body);
        assert_eq!(
            (trap.kind, trap.explanation.as_str()),
            (*kind, *words),
            "{body}"
        );
        let foretold = match kind {
            TrapKind::HeapExhausted => "makes an array".to_string(),
            TrapKind::UncaughtException => "nothing catches it".to_string(),
            _ => format!("traps: {kind}"),
        };
        assert!(told.contains(&foretold), "{told}");
    }
}
