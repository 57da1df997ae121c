//! The module `spectest`, which every script may import from.

use flight_runtime::{FuncType, Imports, InstanceId, Interpreter, Module, ValueType};

/// The functions print in the reference interpreter; here they only have to be there.
const FUNCTIONS: [(&str, &[ValueType]); 7] = {
    use ValueType::{F32, F64, I32, I64};
    [
        ("print", &[]),
        ("print_i32", &[I32]),
        ("print_i64", &[I64]),
        ("print_f32", &[F32]),
        ("print_f64", &[F64]),
        ("print_i32_f32", &[I32, F32]),
        ("print_f64_f64", &[F64, F64]),
    ]
};

/// A module like any other, since its table and memory are shared by all that import them.
const REST: &str = r#"
    (global (export "global_i32") i32 (i32.const 666))
    (global (export "global_i64") i64 (i64.const 666))
    (global (export "global_f32") f32 (f32.const 666.6))
    (global (export "global_f64") f64 (f64.const 666.6))
    (table (export "table") 10 20 funcref)
    (table (export "table64") i64 10 20 funcref)
    (memory (export "memory") 1 2)
    (memory (export "shared_memory") 1 2 shared)
"#;

/// Makes an instance of it.
pub(crate) fn instantiate(interpreter: &mut Interpreter) -> InstanceId {
    let mut imports = Imports::new();
    let mut text = String::from("(module");
    for (name, params) in FUNCTIONS {
        let ty = FuncType::new(params.iter().copied(), []);
        imports.func_dynamic("host", name, ty, |_, _| Ok(Vec::new()));
        let params: Vec<String> = params.iter().map(ToString::to_string).collect();
        let params = params.join(" ");
        text +=
            &format!("\n(func (export \"{name}\") (import \"host\" \"{name}\") (param {params}))");
    }
    text += REST;
    text += ")";
    let buffer = wast::parser::ParseBuffer::new(&text).expect("the text is well-formed");
    let mut wat: wast::Wat<'_> = wast::parser::parse(&buffer).expect("the text is a module");
    let bytes = wat.encode().expect("the text is a module");
    let module = Module::from_bytes(&bytes).expect("the module is valid");
    interpreter
        .instantiate(&module, &imports)
        .expect("the module finds its imports")
}
