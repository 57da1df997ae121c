//! Every instruction that is neither vector nor atomic: it is explained in words, and what is foretold comes true.

use std::collections::BTreeSet;

use flight_runtime::{Config, Imports, Interpreter, Module, State, Value};

macro_rules! list {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        &[$((stringify!($proposal), stringify!($op), stringify!($visit))),*]
    };
}

/// The proposal, the decoder's name and the visitor's name of every instruction.
const ALL: &[(&str, &str, &str)] = flight_wasm::wasmparser::for_each_operator!(list);

const PROPOSALS: [&str; 10] = [
    "mvp",
    "sign_extension",
    "saturating_float_to_int",
    "bulk_memory",
    "reference_types",
    "tail_call",
    "function_references",
    "gc",
    "exceptions",
    "legacy_exceptions",
];

/// Functions that are stepped through to their ends, and what some instruction in them is told to do.
#[rustfmt::skip]
const PROGRAMS: &[(&str, &[&str])] = &[
    // Structures.
    ("i32.const 3 i64.const 4 struct.new $point local.tee 0
      struct.get $point $x drop
      local.get 0 i64.const 9 struct.set $point $y
      local.get 0 struct.get $point 1 drop
      struct.new_default $bytes local.set 1
      local.get 1 i32.const -2 struct.set $bytes 0
      local.get 1 struct.get_s $bytes 0 drop local.get 1 struct.get_u $bytes 0 drop", &[
        "struct.new takes 3 and 4, makes a structure of type 0 ($point)",
        "struct.get takes object 0, pushes 3",
        "struct.set takes object 0 and 9, puts 9 into field 1 ($y) of object 0",
        "struct.get takes object 0, pushes 9",
        "struct.new_default makes a structure of type 1 ($bytes) from zeros and nulls",
        "struct.get_s takes object 1, pushes -2",
        "struct.get_u takes object 1, pushes 254",
    ]),
    // Arrays.
    ("i32.const 7 i32.const 5 array.new $ints local.set 2
      i32.const 4 array.new_default $ints local.set 3
      i32.const 1 i32.const 2 i32.const 3 array.new_fixed $ints 3 drop
      i32.const 1 i32.const 2 array.new_data $ints $data drop
      i32.const 0 i32.const 2 array.new_elem $funcs $elem local.set 5
      local.get 2 i32.const 1 i32.const 40 array.set $ints
      local.get 2 i32.const 1 array.get $ints drop
      local.get 2 array.len drop
      local.get 2 i32.const 2 i32.const 9 i32.const 2 array.fill $ints
      local.get 3 i32.const 0 local.get 2 i32.const 1 i32.const 3 array.copy $ints $ints
      local.get 3 i32.const 0 i32.const 4 i32.const 1 array.init_data $ints $data
      local.get 5 i32.const 1 i32.const 0 i32.const 1 array.init_elem $funcs $elem
      i32.const 200 i32.const 1 array.new $narrow local.tee 4
      i32.const 0 array.get_s $narrow drop local.get 4 i32.const 0 array.get_u $narrow drop", &[
        "array.new takes 7 and 5, makes an array of type 2 ($ints) with 5 elements, each 7",
        "array.new_default takes 4, makes an array of type 2 ($ints) with 4 elements, each zero or null",
        "array.new_fixed takes 1, 2 and 3, makes an array of type 2 ($ints) with 3 elements",
        "array.new_data takes 1 and 2, makes an array of type 2 ($ints) with 2 elements from data segment 0",
        "array.new_elem takes 0 and 2, makes an array of type 4 ($funcs) with 2 elements from element segment 0",
        "array.set takes object 0, 1 and 40, puts 40 into element 1 of object 0",
        "array.get takes object 0 and 1, pushes 40",
        "array.len takes object 0, pushes 5",
        "array.fill takes object 0, 2, 9 and 2, puts 9 into elements 2 to 3 of object 0",
        "array.copy takes object 1, 0, object 0, 1 and 3, copies elements 1 to 3 of object 0 to elements 0 to 2 of object 1",
        "array.init_data takes object 1, 0, 4 and 1, copies from data segment 0 to element 0 of object 1",
        "array.init_elem takes object 4, 1, 0 and 1, copies from element segment 0 to element 1 of object 4",
        "array.get_s takes object 5 and 0, pushes -56",
        "array.get_u takes object 5 and 0, pushes 200",
    ]),
    // References.
    ("i32.const -1 ref.i31 i31.get_s drop i32.const -1 ref.i31 i31.get_u drop
      ref.null any ref.is_null drop
      i32.const 5 ref.i31 i32.const 5 ref.i31 ref.eq drop
      i32.const 5 ref.i31 ref.as_non_null drop
      i32.const 5 ref.i31 extern.convert_any any.convert_extern drop
      i32.const 5 ref.i31 ref.test (ref i31) drop ref.null any ref.test structref drop
      i32.const 5 ref.i31 ref.cast (ref eq) drop ref.null any ref.cast structref drop
      block (result anyref) i32.const 5 ref.i31 br_on_cast 0 anyref (ref struct) end drop
      block (result anyref) i32.const 5 ref.i31 br_on_cast_fail 0 anyref (ref struct) end drop
      block ref.null any br_on_null 0 drop end
      block (result (ref any)) ref.null any br_on_non_null 0 i32.const 1 ref.i31 end drop", &[
        "ref.i31 takes -1, pushes i31 -1",
        "i31.get_s takes i31 -1, pushes -1",
        "i31.get_u takes i31 -1, pushes 2147483647",
        "ref.null pushes null",
        "ref.eq takes i31 5 and i31 5, pushes 1",
        "ref.test takes i31 5, pushes 1",
        "ref.test takes null, pushes 1",
        "ref.cast takes i31 5, pushes i31 5",
        "br_on_cast takes i31 5, does not branch",
        "br_on_cast_fail takes i31 5, branches behind the end of the block",
        "br_on_null takes null, branches behind the end of the block",
        "br_on_non_null takes null, does not branch",
    ]),
    // Calls.
    ("i32.const 1 call $double drop
      i32.const 2 i32.const 1 call_indirect (type $unary) drop
      i32.const 3 ref.func $double call_ref $unary drop
      i32.const 4 call $tail drop i32.const 5 call $tail_indirect drop i32.const 6 call $tail_ref drop", &[
        "call takes 1, calls double",
        "call_indirect takes 2 and 1, calls double",
        "call_ref takes 3 and func 1, calls double",
        "return_call takes 4, returns and calls double instead",
        "return_call_indirect takes 5 and 1, returns and calls double instead",
        "return_call_ref takes 6 and func 1, returns and calls double instead",
    ]),
    // Control.
    ("block block block i32.const 1 br_table 0 1 2 end nop end end
      block i32.const 9 br_table 0 0 end
      block br 0 end block i32.const 1 br_if 0 end loop end
      i32.const 1 if nop else nop end i32.const 0 if else nop end
      i32.const 1 i32.const 2 i32.const 0 select drop
      i32.const 1 i32.const 2 i32.const 0 select (result i32) drop
      i32.const 1 global.set $g global.get $g drop return", &[
        "br_table takes 1, branches behind the end of the block by entry 1",
        "br_table takes 9, branches behind the end of the block by default",
        "return returns from the function",
    ]),
    // Exceptions.
    ("block $caught (result i32 exnref)
        try_table (catch_ref $e $caught) (catch_all 1) i32.const 5 throw $e end
        unreachable
      end
      local.set 6 drop
      block $again try_table (catch $none 0) (catch_all $again) local.get 6 throw_ref end end
      try i32.const 3 throw $e catch $e drop catch_all end
      try try i32.const 4 call $throws catch_all rethrow 0 end catch_all end
      try try nop delegate 0 catch_all end
      try nop catch $e drop catch_all end", &[
        "try_table opens a block that catches tag 0 ($e) with its reference, everything",
        "throw takes 5, throws $e with 5, caught in this function",
        "throw_ref takes exception 0, throws $e with 5, caught in this function",
        "try opens a block whose exceptions go to its arms",
        "throw takes 4, throws $e with 4, caught by the caller",
        "rethrow throws $e with 4, caught in this function",
        "delegate closes the block",
        "catch ends what is before the arm: goes behind the end",
    ]),
    // Tables.
    ("i32.const 1 table.get $t drop table.size $t drop
      i32.const 0 ref.func $double table.set $t
      ref.null func i32.const 2 table.grow $t drop
      i32.const 2 ref.func $double i32.const 2 table.fill $t
      i32.const 1 i32.const 2 i32.const 2 table.copy $t $t
      i32.const 0 i32.const 1 i32.const 1 table.init $t $elem elem.drop $elem", &[
        "table.get takes 1, pushes func 1",
        "table.size pushes 2",
        "table.set takes 0 and func 1, puts func 1 into entry 0 of table 0",
        "table.grow takes null and 2, grows table 0 from 2 entries and pushes that, or pushes -1 if it cannot",
        "table.fill takes 2, func 1 and 2, puts func 1 into entries 2 to 3 of table 0",
        "table.copy takes 1, 2 and 2, copies entries 2 to 3 of table 0 to entries 1 to 2 of table 0",
        "table.init takes 0, 1 and 1, copies entry 1 of element segment 0 to entry 0 of table 0",
        "elem.drop empties element segment 0",
    ]),
    // Memories.
    ("memory.size drop i32.const 1 memory.grow drop
      i32.const 16 i32.const 255 i32.const 4 memory.fill
      i32.const 8 i32.const 16 i32.const 4 memory.copy
      i32.const 0 i32.const 2 i32.const 3 memory.init $data data.drop $data", &[
        "memory.grow takes 1, grows memory 0 from 1 pages and pushes that, or pushes -1 if it cannot",
        "memory.fill takes 16, 255 and 4, puts 255 into bytes 16 to 19 of memory 0",
        "memory.copy takes 8, 16 and 4, copies bytes 16 to 19 of memory 0 to bytes 8 to 11 of memory 0",
        "memory.init takes 0, 2 and 3, copies bytes 2 to 4 of data segment 0 to bytes 0 to 2 of memory 0",
        "data.drop empties data segment 0",
    ]),
    ("unreachable", &["unreachable traps: unreachable"]),
];

const AROUND: &str = r#"
    (type $point (struct (field $x i32) (field $y (mut i64))))
    (type $bytes (struct (field (mut i8))))
    (type $ints (array (mut i32)))
    (type $narrow (array (mut i8)))
    (type $funcs (array (mut funcref)))
    (type $unary (func (param i32) (result i32)))
    (tag $e (param i32)) (tag $none)
    (global $g (mut i32) (i32.const 0))
    (memory 1) (data $data "abcdefghijklmnop")
    (table $t 2 10 funcref) (elem $elem func $first $double)
    (elem (i32.const 1) func $double)
    (func $first)
    (func $double (type $unary) local.get 0 i32.const 2 i32.mul)
    (func $tail (type $unary) local.get 0 return_call $double)
    (func $tail_indirect (type $unary) local.get 0 i32.const 1 return_call_indirect (type $unary))
    (func $tail_ref (type $unary) local.get 0 ref.func $double return_call_ref $unary)
    (func $throws (param i32) local.get 0 throw $e)
"#;

fn program(body: &str) -> String {
    format!(
        "(module {AROUND} (func (export \"f\") (local (ref null $point) (ref null $bytes)
            (ref null $ints) (ref null $ints) (ref null $narrow) (ref null $funcs) exnref) {body}))"
    )
}

/// Steps through the function `f`, and says the texts and the names of all instructions.
fn explained(text: &str) -> (Vec<String>, BTreeSet<String>) {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let module = Module::from_bytes(&bytes).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut interpreter = Interpreter::new(Config::default());
    let instance = interpreter
        .instantiate(&module, &Imports::new())
        .expect(text);
    let function = interpreter.exported_function(instance, "f").expect(text);
    interpreter.start(function, &[]).expect(text);
    let (mut texts, mut names) = (Vec::new(), BTreeSet::new());
    while interpreter.state() == State::Paused {
        let before = interpreter.frame(0).expect("there is a frame");
        let depth = interpreter.depth();
        let told = interpreter.explain().expect("it is paused");
        assert!(
            told.text.len() > told.mnemonic.len() + 1,
            "nothing is told: {}",
            told.text
        );
        interpreter.step().expect("it is paused");
        if let Some(trap) = interpreter.trap() {
            assert!(
                told.text.ends_with(&format!("traps: {}", trap.kind)),
                "{}: {trap}",
                told.text
            );
        } else {
            assert!(!told.text.contains("traps"), "{}", told.text);
        }
        let after = interpreter.frame(0);
        if let (Some(gives), Some(after), true) = (&told.gives, after, interpreter.depth() == depth)
        {
            let kept = before.operands.len() - told.takes.len();
            // Compared in words: a NaN is not equal to itself.
            let words =
                |values: &[Value]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(
                words(&after.operands[kept..]),
                words(gives),
                "{}",
                told.text
            );
        }
        names.insert(told.mnemonic);
        texts.push(told.text);
    }
    (texts, names)
}

#[test]
fn what_is_told_about_objects_exceptions_tables_and_calls() {
    for (body, wanted) in PROGRAMS {
        let (texts, _) = explained(&program(body));
        let mut left = texts.iter();
        for text in *wanted {
            assert!(
                left.any(|found| found == text),
                "{text}\nis not among\n{}",
                texts.join("\n")
            );
        }
    }
}

/// A number of a type as an operand.
fn operand(ty: &str) -> &'static str {
    match ty {
        "i64" => "(i64.const 6)",
        "f32" => "(f32.const 6.5)",
        "f64" => "(f64.const 6.5)",
        _ => "(i32.const 6)",
    }
}

/// A program of one numeric instruction, load or store.
fn numeric(name: &str) -> Option<String> {
    let (ty, rest) = name.split_once('.')?;
    if !["i32", "i64", "f32", "f64"].contains(&ty) {
        return None;
    }
    let of = ["i32", "i64", "f32", "f64"]
        .into_iter()
        .find(|other| rest.contains(&format!("_{other}")));
    let of = operand(of.unwrap_or(ty));
    let unary = [
        "clz", "ctz", "popcnt", "abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt", "eqz",
    ];
    let operands = match rest {
        "const" => return Some(format!("({name} 6) drop")),
        _ if rest.starts_with("load") => operand("i32").to_string(),
        _ if rest.starts_with("store") => format!("{} {of}", operand("i32")),
        _ if rest.contains("extend") || rest.contains("_i32") || rest.contains("_i64") => {
            of.to_string()
        }
        _ if rest.contains("_f32") || rest.contains("_f64") || unary.contains(&rest) => {
            of.to_string()
        }
        _ => format!("{of} {of}"),
    };
    let end = if rest.starts_with("store") {
        ""
    } else {
        "drop"
    };
    Some(format!("{operands} {name} {end}"))
}

#[test]
fn every_instruction_is_explained() {
    let mut seen = BTreeSet::new();
    for (body, _) in PROGRAMS {
        seen.extend(explained(&program(body)).1);
    }
    let mut asked = 0;
    for (proposal, op, visit) in ALL
        .iter()
        .filter(|(proposal, ..)| PROPOSALS.contains(proposal))
    {
        // Instructions that share a name with another one.
        let name = match *visit {
            "visit_ref_test_non_null" | "visit_ref_test_nullable" => "ref.test".to_string(),
            "visit_ref_cast_non_null" | "visit_ref_cast_nullable" => "ref.cast".to_string(),
            "visit_typed_select" | "visit_typed_select_multi" => "select".to_string(),
            _ => {
                let name = visit.trim_start_matches("visit_");
                match seen.contains(name) {
                    true => name.to_string(),
                    false => name.replacen('_', ".", 1),
                }
            }
        };
        if let Some(body) = numeric(&name) {
            seen.extend(explained(&program(&body)).1);
        }
        assert!(
            seen.contains(&name),
            "{proposal} {op}: {name} is not explained"
        );
        asked += 1;
    }
    assert!(asked >= 240, "{asked} instructions");
}
