//! What expressions evaluate to, and how mistakes in them are told.

use alloc::format;
use alloc::string::{String, ToString};

use crate::{
    BreakpointOptions, Config, Error, Imports, InstanceId, Interpreter, Module, Translation, Until,
};

/// `main` calls `work`, which stops before an instruction with operands of many types.
const TEXT: &str = r#"(module
    (memory (export "memory") 1)
    (memory $second 1)
    (memory $wide i64 1)
    (global $calls (mut i32) (i32.const -3))
    (global (export "limit") i64 (i64.const 0x123456789a))
    (global $ref funcref (ref.func $work))
    (data (i32.const 0) "\00\01\fe\ff\80\00\00\00\00\00\00\00\00\00\00\80")
    (data (i32.const 16) "\cd\cc\cc\3d")
    (data (i32.const 24) "\9a\99\99\99\99\99\b9\3f")
    (data (memory 1) (i32.const 0) "\2a")
    (data (memory $wide) (i64.const 65535) "\07")
    (func $work (export "work") (param $x i32) (param $big i64) (param $small f32) (param $d f64)
        (local $r funcref) (local $e externref) (local $v v128) (local $odd_name i32)
        i32.const 7
        i64.const -8
        v128.const i64x2 1 2
        f64.const 2.5
        drop
        drop drop drop)
    (func (export "main")
        i32.const 99
        i32.const -1 i64.const 0x7fffffffffffffff f32.const 0.1 f64.const -0.5 call $work
        drop))"#;

const AT: u64 = 10;

/// The machine before `work`'s first `drop`.
fn machine(translation: Translation) -> Interpreter {
    let bytes = wat::parse_str(TEXT).expect("the text is well-formed");
    let module = Module::from_bytes(&bytes).expect("it is valid");
    let mut machine = Interpreter::new(Config {
        translation,
        ..Config::default()
    });
    let instance = machine
        .instantiate(&module, &Imports::new())
        .expect("it needs nothing");
    let main = machine.exported_function(instance, "main");
    machine
        .start(main.expect("it is exported"), &[])
        .expect("it starts");
    let until = Until {
        fuel: Some(AT),
        depth: None,
    };
    machine.run(until).expect("it is paused");
    let frame = machine.frame(0).expect("there is one");
    assert_eq!(frame.instruction.as_deref(), Some("drop"));
    machine
}

#[test]
fn expressions_have_these_values() {
    for translation in [Translation::Precise, Translation::Folded] {
        let machine = machine(translation);
        for (expression, value) in VALUES {
            let found = match machine.evaluate(expression, 0) {
                Ok(value) => value.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(found, *value, "{expression}");
        }
    }
}

const VALUES: &[(&str, &str)] = &[
    // Constants.
    ("42", "42"),
    ("0x2A", "42"),
    ("1_000", "1000"),
    ("18446744073709551615", "18446744073709551615"),
    ("1.5", "1.5"),
    ("2e3", "2000"),
    ("25e-1", "2.5"),
    ("true", "true"),
    ("null", "null"),
    // Places.
    ("local[0]", "-1"),
    ("local.x", "-1"),
    ("local.$x", "-1"),
    (r#"local."x""#, "-1"),
    ("local.odd_name", "0"),
    ("local . big", "9223372036854775807"),
    ("local.small", "0.1"),
    ("local.d", "-0.5"),
    ("local.r", "null"),
    ("local.v", "0x00000000000000000000000000000000"),
    ("stack[0]", "2.5"),
    ("stack[1]", "0x00000000000000020000000000000001"),
    ("stack[2]", "-8"),
    ("stack[3]", "7"),
    ("global.calls", "-3"),
    ("global[0]", "-3"),
    ("global.limit", "78187493530"),
    ("global.ref", "func 0"),
    ("time", "10"),
    ("depth", "2"),
    // Memory.
    ("memory[1]", "1"),
    ("memory[2]", "254"),
    ("u8[2]", "254"),
    ("i8[2]", "-2"),
    ("i16[2]", "-2"),
    ("u16[2]", "65534"),
    ("i32[0]", "-130816"),
    ("u32[0]", "4294836480"),
    ("i64[8]", "-9223372036854775808"),
    ("u64[8]", "9223372036854775808"),
    ("f32[16]", "0.1"),
    ("f64[24]", "0.1"),
    ("memory[1, 0]", "42"),
    ("u8[2, 65535]", "7"),
    ("memory[local.x + 2]", "1"),
    ("u8[memory[1] + memory[0]]", "1"),
    // Integers are signed, exact, and wrap where they are told to.
    ("local.x < 0", "true"),
    ("local.x == 0xffffffff", "false"),
    ("u32(local.x) == 0xffffffff", "true"),
    ("u64(local.x)", "18446744073709551615"),
    ("local.big + 1", "9223372036854775808"),
    ("i64(local.big + 1)", "-9223372036854775808"),
    ("u8(300)", "44"),
    ("i8(200)", "-56"),
    ("i16(0x8000)", "-32768"),
    ("u16(-1)", "65535"),
    ("i32(0x80000000)", "-2147483648"),
    ("u32(local.x) >> 28", "15"),
    ("local.x >> 28", "-1"),
    ("1 << 100 >> 98", "4"),
    ("-7 / 2", "-3"),
    ("-7 % 2", "-1"),
    ("7 % -2", "1"),
    ("~0", "-1"),
    ("~5 & 0xf", "10"),
    ("- -3", "3"),
    // Floats.
    ("7 / 2.0", "3.5"),
    ("local.d * 4", "-2"),
    ("1.0 / 0", "inf"),
    ("local.small == 0.1", "false"),
    ("local.small == f32(0.1)", "true"),
    ("-local.small", "-0.1"),
    ("i32(-2.7)", "-2"),
    ("u8(1e9)", "255"),
    ("i64(0.0 / 0)", "0"),
    ("f64(local.x)", "-1"),
    ("f64[24] == 0.1", "true"),
    ("0.5 < 1 ", "true"),
    // Precedence and order.
    ("1 + 2 * 3", "7"),
    ("(1 + 2) * 3", "9"),
    ("10 - 3 - 2", "5"),
    ("2 | 4 ^ 4 & 6", "2"),
    ("1 + 1 << 2", "8"),
    ("6 & 4 == 4", "true"),
    ("1 | 2 == 3", "true"),
    ("1 < 2 && 2 < 1 || true", "true"),
    ("true || false && false", "true"),
    ("!0 && !false", "true"),
    ("!local.x", "false"),
    (
        "-1 < 0 == true",
        "expression, column 8: `==` behind another comparison: use parentheses or &&",
    ),
    ("(1 < 2) + (2 < 3)", "2"),
    ("1 ? 2 : 3", "2"),
    ("0 ? 2 : 0 ? 3 : 4", "4"),
    ("true ? 1 : 2.5", "1"),
    ("(true ? 1 : 2.5) / 2", "0.5"),
    // What need not be looked at is not.
    ("false && 1 / 0 == 1", "false"),
    ("true || memory[70000] == 1", "true"),
    ("true ? 1 : 1 / 0", "1"),
    ("5 || 1 / 0", "true"),
    // References and vectors.
    ("local.r == null", "true"),
    ("null != global.ref", "true"),
    ("global.ref == global.ref", "true"),
    ("local.e == local.r", "true"),
    ("stack[1] == local.v", "false"),
    ("local.v == local[6]", "true"),
    ("global.ref && true", "true"),
    ("!local.r", "true"),
];

#[test]
fn a_frame_further_out_has_its_own_locals_and_operands() {
    let machine = machine(Translation::Folded);
    let evaluate = |text| machine.evaluate(text, 1).map(|value| value.to_string());
    assert_eq!(
        evaluate("stack[0]"),
        Ok("99".into()),
        "the arguments are not its own any more"
    );
    assert!(evaluate("stack[1]").is_err());
    assert!(evaluate("local[0]").is_err());
    assert!(matches!(machine.evaluate("1", 2), Err(Error::Usage(_))));
    assert!(matches!(
        machine.evaluate("1", usize::MAX),
        Err(Error::Usage(_))
    ));
    let outside = |text| machine.evaluate_outside(text, InstanceId::FIRST);
    assert_eq!(
        outside("global.calls + 1").map(|it| it.to_string()),
        Ok("-2".into())
    );
    assert!(outside("local[0]").is_err());
    assert!(outside("stack[0]").is_err());
}

#[test]
fn a_host_function_has_arguments_and_its_callers_memory() {
    let bytes = wat::parse_str(
        r#"(module (import "host" "f" (func $f (param i32 i64))) (memory 1) (data (i32.const 3) "\05")
            (func (export "f") i32.const 3 i64.const 4 call $f))"#,
    );
    let module = Module::from_bytes(&bytes.expect("it is well-formed")).expect("it is valid");
    let mut imports = Imports::new();
    imports.func_by_hand("host", "f");
    let mut machine = Interpreter::new(Config::default());
    let instance = machine.instantiate(&module, &imports).expect("it links");
    let function = machine
        .exported_function(instance, "f")
        .expect("it is there");
    machine.start(function, &[]).expect("it starts");
    machine.run(Until::default()).expect("it runs");
    let value = machine.evaluate("memory[local[0]] + local[1]", 0);
    assert_eq!(value.map(|value| value.to_string()), Ok("9".into()));
    assert!(machine.evaluate("stack[0]", 0).is_err());
}

#[test]
fn mistakes_are_told_with_their_columns() {
    let machine = machine(Translation::Folded);
    for (expression, column, part) in MISTAKES {
        match machine.evaluate(expression, 0) {
            Err(Error::Expression {
                what: "expression",
                column: found,
                message,
            }) => {
                assert!(message.contains(part), "{expression}: {message}");
                assert_eq!(found, *column, "{expression}: {message}");
            }
            other => panic!("{expression}: {other:?}"),
        }
    }
}

const MISTAKES: &[(&str, u32, &str)] = &[
    ("", 1, "a number or a place is missing"),
    ("  ", 3, "missing"),
    ("1 +", 4, "missing"),
    ("1 2", 3, "an operator is expected, not `2`"),
    ("(1", 3, "`)` is missing"),
    ("1)", 2, "an operator is expected"),
    ("x == 1", 1, "a local is written local.x"),
    ("1 = 1", 3, "`==` compares"),
    ("local.nobody", 1, "no local has the name \"nobody\""),
    ("1 + local[8]", 5, "there is no local 8: the function has 8"),
    ("local", 6, "`[` or `.` is missing"),
    ("local.", 7, "a name is missing"),
    ("local[x]", 7, "a number is expected"),
    ("local[1.5]", 7, "a number is expected"),
    ("local[18446744073709551615]", 1, "there is no local"),
    ("stack[4]", 1, "there is no operand 4: there are 4 here"),
    ("stack.x", 6, "`[` is expected"),
    ("global[9]", 1, "there is no global 9: the module has 3"),
    ("global.x", 1, "no global has the name"),
    ("memory[0", 9, "`]` is missing"),
    ("u8[3, 0]", 1, "there is no memory 3"),
    ("u8[local.x, 0]", 4, "the memory before `,` is a number"),
    ("u8[1.5]", 4, "an address is an integer"),
    ("u8[-4294967296]", 1, "is no address"),
    ("u32", 4, "`[` for a load or `(` for a conversion"),
    ("u32(null)", 1, "a reference cannot be made a number"),
    ("\"x\"", 1, "a number or a place is expected"),
    ("local.\"x", 7, "the quote is not closed"),
    ("1 § 2", 3, "`§` means nothing here"),
    ("é § 2", 3, "`§` means nothing here"),
    ("12ab", 1, "12ab is no number"),
    ("0x", 1, "0x is no number"),
    ("18446744073709551616", 1, "does not fit 64 bits"),
    ("1e5x", 1, "is no number"),
    ("1.5 & 1", 5, "`&` does not take a float"),
    ("1 << 1.0", 3, "`<<` does not take a float"),
    ("~1.5", 1, "`~` does not take a float"),
    ("-null", 1, "`-` does not take a reference"),
    ("null < null", 6, "`<` does not take a reference"),
    ("local.r == 0", 9, "a reference is never an integer"),
    ("local.v + 1", 9, "`+` does not take a vector"),
    ("true ? null : 1", 1, "do not go together"),
    ("1 ? 2", 6, "`:` is missing"),
    ("1 < 2 < 3", 7, "behind another comparison"),
    // These are only known when they are evaluated.
    ("1 / 0", 3, "division by zero"),
    ("1 % (local.x + 1)", 3, "division by zero"),
    ("1 << 128", 3, "0 to 127 bits"),
    ("1 >> -1", 3, "0 to 127 bits"),
    ("1 << 126 << 1", 10, "does not fit 128 bits"),
    (
        "local.big * local.big * local.big",
        23,
        "does not fit 128 bits",
    ),
    (
        "memory[65536]",
        1,
        "address 65536 is past the end of the memory, 65536 bytes",
    ),
    ("1 + i32[65533]", 5, "address 65533 + 4 bytes is past"),
    ("memory[-1]", 1, "address 4294967295 is past"),
    ("memory[2, -1]", 1, "address 18446744073709551615 is past"),
    (
        "memory[local.big * 4]",
        1,
        "address 36893488147419103228 is past",
    ),
];

#[test]
fn hostile_texts_are_refused_and_nothing_else_happens() {
    let machine = machine(Translation::Folded);
    let refused = |text: &str| machine.evaluate(text, 0).is_err();
    for opening in [
        "(", "-", "!", "~", "u8[", "i32(", "1 ? ", "1 ? 2 : ", "1 + (",
    ] {
        for times in [65, 500] {
            assert!(refused(&opening.repeat(times)), "{opening}");
        }
        let text = opening.repeat(4096 / opening.len() + 1);
        assert!(refused(&text), "{opening}");
    }
    assert!(refused(&" ".repeat(4097)));
    let long = format!("1{}", " + 1".repeat(1000));
    assert_eq!(
        machine.evaluate(&long, 0).map(|value| value.to_string()),
        Ok("1001".into())
    );
    let long = format!("0{}", " || 0".repeat(800));
    assert_eq!(
        machine.evaluate(&long, 0).map(|value| value.to_string()),
        Ok("false".into())
    );
}

#[test]
fn no_text_makes_it_panic() {
    let mut machine = machine(Translation::Folded);
    let pieces = [
        "local", ".", "x", "[", "]", "(", ")", "0", "1", "-", "!", "~", "?", ":", "&&", "||", "==",
        "<", "u8", "i64", "f32", ",", "null", "stack", "global", "memory", "{", "}", "{{", "}}",
        "\"", "\\", "1.5", "0x", " ", "é", "<<", "/", "%", ":x", "=", "$", "1e",
    ];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    let frame = machine.frame(0).expect("there is one");
    let offset = frame.offset.expect("it is a guest's");
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..next(12) {
            text += pieces[next(pieces.len())];
        }
        drop(machine.evaluate(&text, 0));
        let options = BreakpointOptions {
            log: Some(&text),
            ..BreakpointOptions::default()
        };
        drop(machine.add_breakpoint_with(InstanceId::FIRST, offset, options));
    }
}
