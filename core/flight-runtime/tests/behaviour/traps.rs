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
    ("local.get 0 call_indirect", 1, TrapKind::IndirectCallTypeMismatch, "entry 1 is a function of another type"),
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
