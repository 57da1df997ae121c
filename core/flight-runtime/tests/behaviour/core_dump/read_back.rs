//! A core dump as the decoder reads it, and its comparison with what the interpreter shows.

use flight_runtime::{AnyRef, InstanceId, Interpreter, Value};
use flight_wasm::FuncIdx;
use flight_wasm::wasmparser::{
    CoreDumpInstance, CoreDumpStackFrame, CoreDumpValue, DataKind, GlobalType, KnownCustom,
    MemoryType, Operator, Parser, Payload, Validator, WasmFeatures,
};

/// What a core dump holds.
#[derive(Default)]
pub(crate) struct Dump {
    pub(crate) name: String,
    pub(crate) modules: Vec<String>,
    pub(crate) instances: Vec<CoreDumpInstance>,
    pub(crate) frames: Vec<CoreDumpStackFrame>,
    pub(crate) memories: Vec<(MemoryType, Vec<u8>)>,
    pub(crate) globals: Vec<(GlobalType, String)>,
    pub(crate) segments: usize,
    pub(crate) bytes: usize,
}

impl Dump {
    /// The dump of an interpreter: a valid module.
    pub(crate) fn of(interpreter: &Interpreter) -> Self {
        let bytes = interpreter.core_dump("what ran").expect("a dump is made");
        let features = WasmFeatures::all();
        Validator::new_with_features(features)
            .validate_all(&bytes)
            .expect("a dump is a valid module");
        let mut dump = Self::read(&bytes);
        dump.bytes = bytes.len();
        dump
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut dump = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.expect("a dump is well-formed") {
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::CoreDump(core) => dump.name = core.name.into(),
                    KnownCustom::CoreDumpModules(section) => {
                        dump.modules = section.modules.into_iter().map(Into::into).collect();
                    }
                    KnownCustom::CoreDumpInstances(section) => dump.instances = section.instances,
                    KnownCustom::CoreDumpStack(stack) => {
                        assert_eq!(stack.name, "main");
                        dump.frames = stack.frames;
                    }
                    _ => panic!("a section {} that cannot be read", section.name()),
                },
                Payload::MemorySection(memories) => {
                    for ty in memories {
                        let ty = ty.expect("a type is well-formed");
                        let size = ty.initial << ty.page_size_log2.unwrap_or(16);
                        dump.memories.push((ty, vec![0; size as usize]));
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        let global = global.expect("a global is well-formed");
                        let operators = global.init_expr.get_operators_reader().into_iter();
                        let words = operators.map(|operator| match operator {
                            Ok(Operator::I32Const { value }) => format!("i32 {value}"),
                            Ok(Operator::I64Const { value }) => format!("i64 {value}"),
                            Ok(Operator::F32Const { value }) => format!("f32 {:x}", value.bits()),
                            Ok(Operator::F64Const { value }) => format!("f64 {:x}", value.bits()),
                            Ok(Operator::V128Const { value }) => format!("v128 {}", value.i128()),
                            Ok(Operator::RefNull { .. }) => "null".into(),
                            Ok(Operator::RefI31) => "i31".into(),
                            Ok(Operator::End) => String::new(),
                            other => panic!("{other:?} in a constant"),
                        });
                        let words: Vec<String> = words.collect();
                        dump.globals
                            .push((global.ty, words.join(" ").trim().into()));
                    }
                }
                Payload::DataSection(segments) => {
                    for segment in segments {
                        let segment = segment.expect("a segment is well-formed");
                        dump.place(&segment.kind, segment.data);
                    }
                }
                _ => {}
            }
        }
        dump
    }

    fn place(&mut self, kind: &DataKind<'_>, data: &[u8]) {
        let DataKind::Active {
            memory_index,
            offset_expr,
        } = kind
        else {
            panic!("a passive segment")
        };
        let (ty, bytes) = &mut self.memories[*memory_index as usize];
        let start = match (ty.memory64, offset_expr.get_operators_reader().read()) {
            (true, Ok(Operator::I64Const { value })) => value as usize,
            (false, Ok(Operator::I32Const { value })) => value as u32 as usize,
            other => panic!("{other:?} is not the offset of a segment"),
        };
        bytes[start..start + data.len()].copy_from_slice(data);
        self.segments += 1;
    }

    /// Compares everything with what the interpreter shows.
    pub(crate) fn assert_shows(&self, interpreter: &Interpreter, instances: &[InstanceId]) {
        assert_eq!(self.name, "what ran");
        let frames = interpreter.frames().into_iter();
        let guests: Vec<_> = frames.filter(|frame| !frame.host).collect();
        assert_eq!(self.frames.len(), guests.len());
        for (found, shown) in self.frames.iter().zip(guests) {
            let instance = shown.instance.expect("a guest's frame has one");
            assert_eq!(instances[found.instanceidx as usize], instance);
            assert_eq!(found.funcidx, shown.function);
            let body = interpreter
                .module(instance)
                .function_body(FuncIdx(shown.function))
                .expect("the function has a body");
            assert_eq!(
                Some(body.range.start as u32 + found.codeoffset),
                shown.offset
            );
            let locals: Vec<Value> = shown.locals.iter().map(|local| local.value).collect();
            assert_values(&found.locals, &locals);
            assert_values(&found.stack, &shown.operands);
        }
        assert_eq!(self.instances.len(), instances.len());
        for (found, instance) in self.instances.iter().zip(instances) {
            assert_eq!(
                found.memories.len(),
                interpreter.module(*instance).memories().len()
            );
            for (index, memory) in found.memories.iter().enumerate() {
                let size = interpreter.memory_size(*instance, index as u32);
                let size = size.expect("the memory exists");
                let bytes = interpreter.read_memory(*instance, index as u32, 0, size);
                let (_, found) = &self.memories[*memory as usize];
                assert!(found == bytes.expect("it is inside"), "memory {memory}");
            }
            let globals = interpreter.globals(*instance);
            assert_eq!(found.globals.len(), globals.len());
            for (found, shown) in found.globals.iter().zip(globals) {
                let (ty, value) = &self.globals[*found as usize];
                assert!(!ty.mutable, "globals are constants");
                assert_eq!(*value, global_words(shown.value));
            }
        }
    }
}

fn assert_values(found: &[CoreDumpValue], shown: &[Value]) {
    let words = |value: &CoreDumpValue| match value {
        CoreDumpValue::Missing => "missing".into(),
        CoreDumpValue::I32(value) => format!("i32 {value}"),
        CoreDumpValue::I64(value) => format!("i64 {value}"),
        CoreDumpValue::F32(value) => format!("f32 {:x}", value.bits()),
        CoreDumpValue::F64(value) => format!("f64 {:x}", value.bits()),
    };
    let found: Vec<String> = found.iter().map(words).collect();
    let shown: Vec<String> = shown.iter().map(|value| number_words(*value)).collect();
    assert_eq!(found, shown);
}

fn number_words(value: Value) -> String {
    match value {
        Value::I32(value) => format!("i32 {value}"),
        Value::I64(value) => format!("i64 {value}"),
        Value::F32(value) => format!("f32 {:x}", value.to_bits()),
        Value::F64(value) => format!("f64 {:x}", value.to_bits()),
        _ => "missing".into(),
    }
}

fn global_words(value: Value) -> String {
    match value {
        Value::V128(bits) => format!("v128 {}", bits as i128),
        Value::AnyRef(Some(AnyRef::I31(value))) => format!("i32 {value} i31"),
        value if number_words(value) == "missing" => "null".into(),
        value => number_words(value),
    }
}
