//! Exports all that a module has, in a form that JavaScript can take.
//!
//! Vectors and exceptions cannot cross into JavaScript: functions and globals that have them get a wrapper, in which a
//! vector is two integers and an exception is whether it is null.

use flight_runtime::{Module, RefType, ValueType};
use flight_wasm::{FuncIdx, HeapType, Hierarchy};
use wasm_encoder::{Encode, ExportKind, ExportSection, FuncType, Function, RawSection, ValType};
use wasmparser::BinaryReader;

use crate::canonicalize;
use crate::generate::{FUEL, Generated};

/// The name of the function that fills up the fuel.
pub(crate) const REFUEL: &str = "refuel";

/// The sections by their numbers, in the order that they have in a module.
const ORDER: [u8; 13] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/// Functions that are added to a module.
struct Added {
    module: Module,
    types: Vec<FuncType>,
    bodies: Vec<Function>,
    exports: ExportSection,
}

/// The module with its own exports replaced by `f0`, `g0`, `t0`, `m0`, `x0` and so on, and by wrappers `w0`, `v0`.
pub(crate) fn expose(generated: &Generated, module: &Module) -> Vec<u8> {
    let mut added = Added {
        module: module.clone(),
        types: Vec::new(),
        bodies: Vec::new(),
        exports: ExportSection::new(),
    };
    added.export_all();
    for (ty, body) in canonicalize::functions() {
        added.add(FuncType::new([ty], [ty]), body);
    }
    let mut refuel = Function::new([]);
    refuel
        .instructions()
        .i32_const(FUEL as i32)
        .global_set(generated.fuel)
        .end();
    added.function(REFUEL, FuncType::new([], []), refuel);
    for index in 0..module.function_count() {
        added.wrap_function(index);
    }
    for (index, ty) in module.globals().iter().enumerate() {
        added.wrap_global(index as u32, ty.content);
    }
    added.assemble(&generated.bytes)
}

/// Whether values of this type cannot cross into JavaScript.
pub(crate) fn is_hidden(ty: ValueType) -> bool {
    ty == ValueType::V128
        || matches!(ty, ValueType::Ref(ty) if ty.heap.hierarchy() == Hierarchy::Exn)
}

impl Added {
    fn export_all(&mut self) {
        let module = &self.module;
        let counts = [
            ("f", ExportKind::Func, module.function_count() as usize),
            ("g", ExportKind::Global, module.globals().len()),
            ("t", ExportKind::Table, module.tables().len()),
            ("m", ExportKind::Memory, module.memories().len()),
            ("x", ExportKind::Tag, module.tags().len()),
        ];
        for (letter, kind, count) in counts {
            for index in 0..count as u32 {
                self.exports
                    .export(&format!("{letter}{index}"), kind, index);
            }
        }
    }

    fn function(&mut self, name: &str, ty: FuncType, body: Function) {
        let index = self.module.function_count() + self.bodies.len() as u32;
        self.exports.export(name, ExportKind::Func, index);
        self.add(ty, body);
    }

    fn add(&mut self, ty: FuncType, body: Function) {
        self.types.push(ty);
        self.bodies.push(body);
    }

    fn wrap_function(&mut self, index: u32) {
        let ty = self.module.func_type(FuncIdx(index)).clone();
        if !ty
            .params()
            .iter()
            .chain(ty.results())
            .any(|ty| is_hidden(*ty))
        {
            return;
        }
        let params: Vec<ValType> = ty
            .params()
            .iter()
            .flat_map(|ty| visible(*ty, false))
            .collect();
        let results: Vec<ValType> = ty
            .results()
            .iter()
            .flat_map(|ty| visible(*ty, true))
            .collect();
        let mut body = Function::new_with_locals_types(ty.results().iter().map(|ty| encoded(*ty)));
        let mut code = body.instructions();
        let mut local = 0;
        for param in ty.params() {
            match param {
                ValueType::V128 => {
                    code.local_get(local)
                        .i64x2_splat()
                        .local_get(local + 1)
                        .i64x2_replace_lane(1);
                    local += 2;
                }
                ValueType::Ref(RefType {
                    nullable: false, ..
                }) if is_hidden(*param) => {
                    // Nobody can call it, so it may as well stop.
                    code.unreachable();
                }
                _ if is_hidden(*param) => {
                    code.ref_null(wasm_encoder::HeapType::Abstract {
                        shared: false,
                        ty: wasm_encoder::AbstractHeapType::NoExn,
                    });
                }
                _ => {
                    code.local_get(local);
                    local += 1;
                }
            }
        }
        code.call(index);
        for position in (0..ty.results().len() as u32).rev() {
            code.local_set(local + position);
        }
        for (ty, position) in ty.results().iter().zip(local..) {
            show(&mut code, *ty, |code| {
                code.local_get(position);
            });
        }
        code.end();
        self.function(&format!("w{index}"), FuncType::new(params, results), body);
    }

    fn wrap_global(&mut self, index: u32, ty: ValueType) {
        if is_hidden(ty) {
            let mut body = Function::new([]);
            let mut code = body.instructions();
            show(&mut code, ty, |code| {
                code.global_get(index);
            });
            code.end();
            self.function(
                &format!("v{index}"),
                FuncType::new([], visible(ty, true)),
                body,
            );
        }
    }

    /// Puts the module together again, with what is added at the end of its sections.
    fn assemble(&self, bytes: &[u8]) -> Vec<u8> {
        let first_type = self.module.types().len() as u32;
        let mut types = Vec::new();
        let mut functions = Vec::new();
        let mut bodies = Vec::new();
        for (position, (ty, body)) in self.types.iter().zip(&self.bodies).enumerate() {
            types.push(0x60);
            ty.params().encode(&mut types);
            ty.results().encode(&mut types);
            (first_type + position as u32).encode(&mut functions);
            body.encode(&mut bodies);
        }
        let mut exports = Vec::new();
        self.exports.encode(&mut exports);

        let own = sections(bytes);
        let mut module = wasm_encoder::Module::new();
        for id in ORDER {
            let data = own
                .iter()
                .find(|(own, _)| *own == id)
                .map(|(_, data)| *data);
            let more = match id {
                1 => &types,
                3 => &functions,
                10 => &bodies,
                7 => {
                    // The size that is encoded with it is left out: the section is written anew.
                    let (_, size) = leb(&exports);
                    raw(&mut module, id, &exports[size..]);
                    continue;
                }
                _ => {
                    if let Some(data) = data {
                        raw(&mut module, id, data);
                    }
                    continue;
                }
            };
            let (count, size) = data.map_or((0, 0), leb);
            let mut section = Vec::new();
            (count + self.bodies.len() as u32).encode(&mut section);
            let data = &data.unwrap_or_default()[size..];
            match id {
                10 => self.canonicalize_bodies(data, count, &mut section),
                _ => section.extend(data),
            }
            section.extend(more);
            raw(&mut module, id, &section);
        }
        module.finish()
    }

    fn canonicalize_bodies(&self, mut data: &[u8], count: u32, section: &mut Vec<u8>) {
        for _ in 0..count {
            let (length, size) = leb(data);
            let (body, rest) = data[size..].split_at(length as usize);
            canonicalize::body(body, self.module.function_count())
                .as_slice()
                .encode(section);
            data = rest;
        }
    }
}

/// The types that stand for one in a wrapper. A hidden reference is not passed, and comes back as a number.
fn visible(ty: ValueType, result: bool) -> Vec<ValType> {
    match ty {
        ValueType::V128 => vec![ValType::I64; 2],
        ty if is_hidden(ty) && result => vec![ValType::I32],
        ty if is_hidden(ty) => vec![],
        ty => vec![encoded(ty)],
    }
}

fn show(
    code: &mut wasm_encoder::InstructionSink<'_>,
    ty: ValueType,
    get: impl Fn(&mut wasm_encoder::InstructionSink<'_>),
) {
    get(code);
    if ty == ValueType::V128 {
        code.i64x2_extract_lane(0);
        get(code);
        code.i64x2_extract_lane(1);
    } else if is_hidden(ty) {
        code.ref_is_null();
    }
}

fn encoded(ty: ValueType) -> ValType {
    use wasm_encoder::AbstractHeapType as Abstract;
    let heap = |ty| wasm_encoder::HeapType::Abstract { shared: false, ty };
    match ty {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
        ValueType::F32 => ValType::F32,
        ValueType::F64 => ValType::F64,
        ValueType::V128 => ValType::V128,
        ValueType::Ref(ty) => {
            let heap_type = match ty.heap {
                HeapType::Func => heap(Abstract::Func),
                HeapType::Extern => heap(Abstract::Extern),
                HeapType::Any => heap(Abstract::Any),
                HeapType::Eq => heap(Abstract::Eq),
                HeapType::I31 => heap(Abstract::I31),
                HeapType::Struct => heap(Abstract::Struct),
                HeapType::Array => heap(Abstract::Array),
                HeapType::Exn => heap(Abstract::Exn),
                HeapType::None => heap(Abstract::None),
                HeapType::NoExtern => heap(Abstract::NoExtern),
                HeapType::NoFunc => heap(Abstract::NoFunc),
                HeapType::NoExn => heap(Abstract::NoExn),
                HeapType::ConcreteFunc(idx)
                | HeapType::ConcreteStruct(idx)
                | HeapType::ConcreteArray(idx) => wasm_encoder::HeapType::Concrete(idx.0),
            };
            ValType::Ref(wasm_encoder::RefType {
                nullable: ty.nullable,
                heap_type,
            })
        }
    }
}

/// A module's sections: number and content.
fn sections(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut sections = Vec::new();
    let mut at = 8;
    while let Some(id) = bytes.get(at) {
        let (length, size) = leb(&bytes[at + 1..]);
        let begin = at + 1 + size;
        at = begin + length as usize;
        sections.push((*id, &bytes[begin..at]));
    }
    sections
}

/// The number that bytes begin with, and how many it takes.
fn leb(bytes: &[u8]) -> (u32, usize) {
    let mut reader = BinaryReader::new(bytes, 0);
    let number = reader.read_var_u32().expect("the generator encodes well");
    (number, reader.original_position() as usize)
}

fn raw(module: &mut wasm_encoder::Module, id: u8, data: &[u8]) {
    module.section(&RawSection { id, data });
}
