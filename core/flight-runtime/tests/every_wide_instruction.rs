//! Every vector and atomic instruction and wide arithmetic: what is explained is what happens.

use flight_runtime::{Config, Imports, Interpreter, Module, State, TrapKind, Value};

macro_rules! list {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        &[$((stringify!($proposal), stringify!($visit), stringify!($($ann)*))),*]
    };
}

/// The proposal, the decoder's name and the arity of every instruction.
const ALL: &[(&str, &str, &str)] = flight_wasm::wasmparser::for_each_operator!(list);

/// The instruction's name in the text format.
fn mnemonic(visit: &str) -> String {
    let name = visit.trim_start_matches("visit_");
    match name.split_once("atomic_") {
        None => name.replacen('_', ".", 1),
        Some((ty, rest)) => {
            let rest = match rest.starts_with("rmw") {
                true => rest.replacen('_', ".", 1),
                false => rest.to_string(),
            };
            format!("{}atomic.{rest}", ty.replace('_', "."))
        }
    }
}

fn immediate(name: &str) -> &'static str {
    match name {
        "v128.const" => " f32x4 1.5 -0 nan inf",
        "i8x16.shuffle" => " 0 17 2 19 4 21 6 23 31 30 29 28 3 2 1 0",
        _ if name.contains("extract_lane") || name.contains("replace_lane") => " 1",
        _ if name.ends_with("_lane") => " offset=8 1",
        _ => "",
    }
}

/// Operands that differ from each other in every lane, with small, large, negative and fractional numbers.
const VECTORS: [&str; 3] = [
    "(v128.const i32x4 0x3fc00000 0xff7f8001 0x80000000 0x41ef0c07)",
    "(v128.const i32x4 0xc0200000 0x01fe7f82 0x7fc00001 0x0f100311)",
    "(v128.const i32x4 0xffff0000 0x00ff80f0 0x12345678 0x00000001)",
];

fn scalar(ty: &str) -> &'static str {
    match ty {
        "i64" | "i64x2" => "(i64.const -81985529216486896)",
        "f32" | "f32x4" => "(f32.const -2.75)",
        "f64" | "f64x2" => "(f64.const 6.5e200)",
        _ => "(i32.const -19088744)",
    }
}

/// The operands that the instruction is tried with.
fn operands(proposal: &str, name: &str, arity: usize) -> String {
    let (ty, rest) = name.split_once('.').expect("these names have two parts");
    let address = "(i32.const 16)";
    let kinds: Vec<&str> = match (proposal, arity) {
        ("wide_arithmetic", _) => vec![scalar("i64"); arity],
        ("threads", 0) => vec![],
        ("threads", _) if rest.contains("wait64") => vec![address, scalar("i64"), scalar("i64")],
        ("threads", _) if rest.contains("wait32") => vec![address, scalar("i32"), scalar("i64")],
        ("threads", _) => [address]
            .into_iter()
            .chain(vec![scalar(ty); arity - 1])
            .collect(),
        _ if rest.starts_with("load") || rest.starts_with("store") => {
            [address].into_iter().chain(VECTORS).take(arity).collect()
        }
        _ if rest == "splat" => vec![scalar(ty)],
        _ if rest == "replace_lane" => vec![VECTORS[0], scalar(ty)],
        _ if ["shl", "shr_s", "shr_u"].contains(&rest) => vec![VECTORS[0], "(i32.const 37)"],
        _ => VECTORS[..arity].to_vec(),
    };
    kinds.join(" ")
}

#[test]
fn every_one_is_explained_as_it_is_executed() {
    let mut tried = 0;
    for (proposal, visit, arity) in ALL {
        if !["simd", "relaxed_simd", "threads", "wide_arithmetic"].contains(proposal) {
            continue;
        }
        let name = mnemonic(visit);
        let (takes, gives) = arity.split_once("->").expect("the arity is known");
        let number = |text: &str| {
            text.split_whitespace()
                .next_back()
                .and_then(|n| n.parse().ok())
        };
        let (takes, gives): (usize, usize) = (number(takes).unwrap(), number(gives).unwrap());
        let instruction = format!("{name}{}", immediate(&name));
        let text = format!(
            "(module (memory 1 1 shared) (data (i32.const 12) {:?}) (func (export \"f\") {} {instruction} unreachable))",
            "abcdefghijklmnopqrstuvwxyz".repeat(2),
            operands(proposal, &name, takes),
        );
        check(&text, &name, takes, gives);
        tried += 1;
    }
    assert_eq!(tried, 236 + 20 + 67 + 4);
}

fn check(text: &str, name: &str, takes: usize, gives: usize) {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let module = Module::from_bytes(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut interpreter = Interpreter::new(Config::default());
    let instance = interpreter
        .instantiate(&module, &Imports::new())
        .expect(name);
    let function = interpreter.exported_function(instance, "f").expect(name);
    interpreter.start(function, &[]).expect(name);
    for _ in 0..takes {
        interpreter.step().expect(name);
    }
    let explained = interpreter.explain().expect(name);
    assert_eq!(explained.mnemonic, name);
    assert_eq!(explained.takes.len(), takes, "{name}");
    let before = interpreter.time();
    interpreter.step().expect(name);
    assert_eq!(
        interpreter.state(),
        State::Paused,
        "{name}: {:?}",
        interpreter.trap()
    );
    assert_eq!(interpreter.time(), before + 1, "{name}");
    let operands = interpreter.frame(0).expect(name).operands;
    assert_eq!(operands.len(), gives, "{name}");
    // Compared in words: a NaN is not equal to itself.
    let words = |values: &[Value]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    if gives > 0 {
        let explained = explained
            .gives
            .unwrap_or_else(|| panic!("{name}: it is not told what it gives"));
        assert_eq!(words(&explained), words(&operands), "{name}");
    } else {
        assert!(explained.text.len() > name.len(), "{name}: nothing is told");
    }
    interpreter.step().expect(name);
    assert_eq!(
        interpreter.trap().map(|trap| trap.kind),
        Some(TrapKind::Unreachable),
        "{name}"
    );
}
