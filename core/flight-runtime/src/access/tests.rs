//! Every instruction on a memory: how many bytes it accesses, and how.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::*;
use crate::interpreter::InstanceId;
use crate::{Config, Imports, Module};

/// The part of a name that says how many bits are accessed, behind `load` or `store`, and the bytes.
const WIDTHS: [(&str, u64); 13] = [
    ("8x8", 8),
    ("16x4", 8),
    ("32x2", 8),
    ("8_splat", 1),
    ("16_splat", 2),
    ("32_splat", 4),
    ("64_splat", 8),
    ("32_zero", 4),
    ("64_zero", 8),
    ("8", 1),
    ("16", 2),
    ("32", 4),
    ("64", 8),
];

/// The bytes that an instruction of this name accesses, from the part behind `load`, `store`, `rmw` or `wait`.
fn width(name: &str) -> u64 {
    let behind = ["load", "store", "rmw", "wait"]
        .iter()
        .find_map(|word| name.split_once(word))
        .map_or("32", |(_, behind)| behind);
    let told = WIDTHS.iter().find(|(bits, _)| behind.starts_with(bits));
    told.map_or_else(
        || match &name[..3] {
            "v12" => 16,
            "i64" | "f64" => 8,
            _ => 4,
        },
        |(_, width)| *width,
    )
}

/// All loads, then all stores, then all that do both, without operands.
fn names() -> [Vec<String>; 3] {
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    let [loads, stores, both] = &mut all;
    for (ty, narrow) in [
        ("i32", &["8", "16"][..]),
        ("i64", &["8", "16", "32"]),
        ("f32", &[]),
        ("f64", &[]),
        ("v128", &[]),
    ] {
        loads.push(format!("{ty}.load"));
        stores.push(format!("{ty}.store"));
        for bits in narrow {
            loads.push(format!("{ty}.load{bits}_s"));
            loads.push(format!("{ty}.load{bits}_u"));
            stores.push(format!("{ty}.store{bits}"));
            loads.push(format!("{ty}.atomic.load{bits}_u"));
            stores.push(format!("{ty}.atomic.store{bits}"));
        }
        if narrow.is_empty() {
            continue;
        }
        loads.push(format!("{ty}.atomic.load"));
        stores.push(format!("{ty}.atomic.store"));
        for operation in ["add", "sub", "and", "or", "xor", "xchg", "cmpxchg"] {
            both.push(format!("{ty}.atomic.rmw.{operation}"));
            for bits in narrow {
                both.push(format!("{ty}.atomic.rmw{bits}.{operation}_u"));
            }
        }
    }
    for shape in ["8x8", "16x4", "32x2"] {
        loads.push(format!("v128.load{shape}_s"));
        loads.push(format!("v128.load{shape}_u"));
    }
    for bits in ["8", "16", "32", "64"] {
        loads.push(format!("v128.load{bits}_splat"));
        loads.push(format!("v128.load{bits}_lane 0"));
        stores.push(format!("v128.store{bits}_lane 0"));
    }
    for what in ["load32_zero", "load64_zero"] {
        loads.push(format!("v128.{what}"));
    }
    for what in ["wait32", "wait64", "notify"] {
        loads.push(format!("memory.atomic.{what}"));
    }
    all
}

/// The operands that an instruction takes behind its address.
fn operands(name: &str) -> String {
    let ty = name.split('.').next().unwrap_or_default();
    let value = match ty {
        "v128" => "(v128.const i64x2 0 0)".into(),
        ty => format!("({ty}.const 0)"),
    };
    match name {
        "memory.atomic.wait32" => "(i32.const 0) (i64.const 0)".into(),
        "memory.atomic.wait64" => "(i64.const 0) (i64.const 0)".into(),
        "memory.atomic.notify" => "(i32.const 0)".into(),
        name if name.contains("cmpxchg") => format!("{value} {value}"),
        name if name.contains("rmw")
            || name.contains("store")
            || name.contains("load") && name.contains("lane") =>
        {
            value
        }
        _ => String::new(),
    }
}

#[test]
fn every_instruction_on_a_memory_tells_its_bytes() {
    let modes = [Mode::Read, Mode::Write, Mode::Both];
    let mut wanted = Vec::new();
    let mut body = String::new();
    for (mode, names) in modes.into_iter().zip(names()) {
        for name in names {
            let drop = if mode == Mode::Write { "" } else { "drop" };
            body.push_str(&format!(
                "({name} (i32.const 0) {}) {drop}\n",
                operands(&name)
            ));
            wanted.push((mode, width(&name)));
        }
    }
    // Of numbers, of vectors, atomic ones.
    assert_eq!(wanted.len(), 23 + 22 + 66);
    let text = format!("(module (memory 1 1 shared) (func {body}))");
    let bytes = wat::parse_str(&text).expect("the text is well-formed");
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    let mut machine = Interpreter::new(Config::default());
    machine
        .instantiate(&module, &Imports::new())
        .expect("it imports nothing");
    let own = machine.instance(InstanceId::FIRST);
    let found = candidates(own, FuncIdx(0), |_, _| true);
    let found: Vec<_> = found
        .iter()
        .flat_map(|candidate| candidate.touch.accesses(|_| 100))
        .map(|access| {
            assert_eq!((access.thing, access.first), (Thing::Memory(0), 100));
            (access.mode, access.length)
        })
        .collect();
    assert_eq!(found, wanted);
    // By kind: nothing is left over.
    let writing = candidates(own, FuncIdx(0), |_, mode| mode == Mode::Write);
    assert_eq!(writing.len(), names()[1].len());
}
