//! What modules may import: the same in both engines.

use std::cell::Cell;
use std::rc::Rc;

use flight_runtime::{Imports, Interpreter};
use wasm_encoder::{
    ConstExpr, EntityType, ExportKind, ExportSection, GlobalSection, GlobalType, ImportSection,
    MemorySection, MemoryType, Module, RefType, TableSection, TableType, TagKind, TagSection,
    TagType, TypeSection, ValType,
};

const FUNCTIONS: [&str; 4] = ["add", "mix", "nothing", "same"];
const MEMORY: MemoryType = MemoryType {
    minimum: 1,
    maximum: Some(2),
    memory64: false,
    shared: false,
    page_size_log2: None,
};
const TABLE: TableType = TableType {
    element_type: RefType::FUNCREF,
    minimum: 4,
    maximum: Some(9),
    table64: false,
    shared: false,
};
const SEVEN: GlobalType = GlobalType {
    val_type: ValType::I32,
    mutable: false,
    shared: false,
};
const COUNTER: GlobalType = GlobalType {
    val_type: ValType::I64,
    mutable: true,
    shared: false,
};
/// The first types are those of the functions.
const TAG: TagType = TagType {
    kind: TagKind::Exception,
    func_type_idx: FUNCTIONS.len() as u32,
};

/// All that can be imported, as a module that imports it.
pub(crate) fn imports() -> Vec<u8> {
    let mut imports = ImportSection::new();
    for (name, ty) in FUNCTIONS.into_iter().zip(0..) {
        imports.import("env", name, EntityType::Function(ty));
    }
    imports.import("env", "memory", MEMORY);
    imports.import("env", "table", TABLE);
    imports.import("env", "seven", SEVEN);
    imports.import("env", "counter", COUNTER);
    imports.import("env", "tag", TAG);
    let mut module = Module::new();
    module.section(&types()).section(&imports);
    module.finish()
}

/// The same as a module that has all but the functions.
fn exports() -> Vec<u8> {
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("table", ExportKind::Table, 0);
    exports.export("seven", ExportKind::Global, 0);
    exports.export("counter", ExportKind::Global, 1);
    exports.export("tag", ExportKind::Tag, 0);
    let mut module = Module::new();
    module.section(&types());
    module.section(TableSection::new().table(TABLE));
    module.section(MemorySection::new().memory(MEMORY));
    module.section(TagSection::new().tag(TAG));
    let mut globals = GlobalSection::new();
    globals
        .global(SEVEN, &ConstExpr::i32_const(7))
        .global(COUNTER, &ConstExpr::i64_const(-1));
    module.section(&globals);
    module.section(&exports);
    module.finish()
}

fn types() -> TypeSection {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    types
        .ty()
        .function([ValType::I64, ValType::F64], [ValType::I64]);
    types.ty().function([], []);
    types
        .ty()
        .function([ValType::EXTERNREF], [ValType::EXTERNREF]);
    types.ty().function([ValType::I32], []);
    types
}

/// Provides all that can be imported. What the functions are called with is noted in `host`.
pub(crate) fn provide(interpreter: &mut Interpreter, host: &Rc<Cell<i32>>) -> Imports {
    let mut imports = Imports::new();
    let note = || {
        let host = host.clone();
        move |number: i32| host.set(host.get().wrapping_mul(31).wrapping_add(number))
    };
    let called = note();
    imports.func("env", "add", move |a: i32| -> i32 {
        called(a);
        a.wrapping_mul(31).wrapping_add(7)
    });
    let called = note();
    imports.func("env", "mix", move |a: i64, b: f64| -> i64 {
        called(a as i32);
        if b > 0.0 { a } else { !a }
    });
    let called = note();
    imports.func("env", "nothing", move || called(1));
    let called = note();
    imports.func_of_any_type("env", "same", move |_, arguments| {
        called(2);
        Ok(arguments.to_vec())
    });
    let module = flight_runtime::Module::from_bytes(&exports()).expect("it is a module");
    let instance = interpreter
        .instantiate(&module, &Imports::new())
        .expect("it imports nothing");
    interpreter.define_instance(&mut imports, "env", instance);
    imports
}
