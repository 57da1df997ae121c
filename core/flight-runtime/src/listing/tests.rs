//! Every opcode has a form, and a listing holds all code and all that it comes from.

use super::*;
use crate::op::{NAMES, Op};

#[test]
fn the_form_of_every_opcode_is_known() {
    let without_operands = [
        Op::Halt,
        Op::Rare,
        Op::Unreachable,
        Op::Nop,
        Op::Flush,
        Op::Tick,
        Op::Break,
    ]
    .map(|op| op as u32);
    // What stands for numbers of its own, as it is.
    let numbers = [
        "at",
        "count",
        "entries",
        "field",
        "from_memory",
        "from_table",
        "function",
        "kind",
        "lane",
        "memory",
        "offset",
        "offset_hi",
        "opcode",
        "segment",
        "signed",
        "table",
        "tag",
        "to_memory",
        "to_table",
        "type",
        "hi",
    ];
    // What stands behind it is another opcode with its own form.
    let opcodes = (0..family::END).filter(|opcode| *opcode != Op::Rare as u32);
    for opcode in opcodes {
        let (family, base) = family::name(opcode);
        let names = forms::names(opcode, 9);
        assert_eq!(
            names.is_empty(),
            without_operands.contains(&opcode),
            "{family} {base}"
        );
        for name in names {
            let is_number = matches!(forms::kind(opcode, name), forms::Kind::Word);
            assert!(
                !is_number || numbers.contains(&name),
                "{family} {base}: {name}"
            );
        }
    }
    assert_eq!(NAMES.len(), crate::op::SAID.len());
}

#[test]
fn nothing_is_left_out() {
    let text = r#"(module (memory 1) (global $g (mut v128) (v128.const i64x2 1 2)) (tag $t (param i32))
        (func (param i32 v128) (result i32) (local i64)
            (block $out (result i32)
                (br_table $out $out (i32.const 5) (local.get 0)))
            local.tee 0
            (global.set $g (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
                (local.get 1) (global.get $g)))
            i32.eqz
            (if (then (br 1 (i32.const 3))) (else nop))
            (block $caught (result i32)
                (try_table (catch $t $caught) (throw $t (local.get 0)))
                unreachable)
            drop
            (local.set 2 (i64.const -9223372036854775808))
            (i32x4.extract_lane 1 (v128.load offset=5 (i32.const 8)))))"#;
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let [precise, folded] = [Translation::Precise, Translation::Folded]
        .map(|translation| internal_code(&module, FuncIdx(0), translation));
    let offsets = |lines: &[CodeLine]| -> Vec<u32> {
        lines.iter().flat_map(|line| line.offsets.clone()).collect()
    };
    assert!(folded.len() < precise.len());
    assert_eq!(offsets(&precise), offsets(&folded));
    assert!(offsets(&precise).is_sorted());
    for line in precise.iter().chain(&folded) {
        for operand in &line.operands {
            // The targets are instructions.
            if let OperandValue::Target(word) = operand.value {
                let lines = [&precise, &folded].map(|all| all.iter().any(|it| it.word == word));
                assert!(lines.contains(&true), "{line:?}");
            }
        }
    }
}

/// What stands behind a tick, which ends a long run, is made pairs of as what stands before it.
#[test]
fn there_are_pairs_behind_a_tick() {
    let turn = "local.get 0 local.get 1 i32.xor i32.const 5 i32.rotl local.set 0 ".repeat(100);
    let text = alloc::format!("(module (func (param i32 i32) {turn}))");
    let bytes = wat::parse_str(&text).expect("the text is right");
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let lines = internal_code(&module, FuncIdx(0), Translation::Folded);
    let tick = lines.iter().position(|line| line.name == "Tick");
    let last_pair = lines.iter().rposition(|line| line.pair.is_some());
    assert!(tick.expect("the run is long") < last_pair.expect("there are pairs"));
}
