//! What crosses to JavaScript as plain objects; the shapes are described in `js/*.d.ts`.

use flight_runtime::{
    AnyRef, Exception, Explanation, ExternType, FrameView, FuncType, GlobalView, InstanceId,
    Interpreter, Label, Limits, LocalView, ObjectKind, ObjectRef, ObjectView, PartView, Trap,
    Value,
};
use flight_wasm::{Export, ExternIdx, Import};
use serde::Serialize;

use crate::crossing::number;

/// A value with its type.
#[derive(Serialize)]
pub(crate) struct TypedValue {
    #[serde(rename = "type")]
    ty: String,
    value: Payload,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Payload {
    I32(i32),
    I64(i64),
    F64(#[serde(serialize_with = "number")] f64),
    V128(u128),
    Null(()),
    Function(FunctionReference),
    /// The number of a value that the JavaScript side keeps.
    Kept {
        kept: u32,
    },
    I31 {
        i31: i32,
    },
    Object(ObjectReference),
}

#[derive(Serialize)]
pub(crate) struct FunctionReference {
    function: Option<u32>,
    name: Option<String>,
    /// Where the interpreter's store holds it: lets it be handed back as an argument.
    address: u32,
}

/// An object of the heap: what it is, and enough to ask for its parts.
#[derive(Serialize)]
pub(crate) struct ObjectReference {
    object: &'static str,
    name: Option<String>,
    length: u32,
    handle: u32,
    generation: u32,
}

/// How a view of a value finds out about functions.
#[derive(Clone, Copy)]
pub(crate) struct Viewer<'a> {
    pub(crate) interpreter: &'a Interpreter,
    pub(crate) instance: flight_runtime::InstanceId,
}

impl Viewer<'_> {
    pub(crate) fn value(self, value: Value) -> TypedValue {
        let (payload, bits) = match value {
            Value::I32(number) => (Payload::I32(number), Some(format!("{number:08x}"))),
            Value::I64(number) => (Payload::I64(number), Some(format!("{number:016x}"))),
            Value::F32(number) => (
                Payload::F64(f64::from(number)),
                Some(format!("{:08x}", number.to_bits())),
            ),
            Value::F64(number) => (
                Payload::F64(number),
                Some(format!("{:016x}", number.to_bits())),
            ),
            Value::V128(bits) => (Payload::V128(bits), Some(format!("{bits:032x}"))),
            null if null.is_null() => (Payload::Null(()), None),
            Value::ExternRef(Some(kept)) => (Payload::Kept { kept: kept.0 }, None),
            Value::AnyRef(Some(any)) | Value::ConvertedAny(any) => (self.any(any), None),
            Value::ExnRef(Some(object)) => (self.object(object), None),
            Value::FuncRef(None)
            | Value::ExternRef(None)
            | Value::AnyRef(None)
            | Value::ExnRef(None) => (Payload::Null(()), None),
            Value::FuncRef(Some(func)) => {
                let reference = FunctionReference {
                    function: self.interpreter.function_index(self.instance, func),
                    name: self
                        .interpreter
                        .function_name(func)
                        .map(ToString::to_string),
                    address: func.0,
                };
                (Payload::Function(reference), None)
            }
        };
        TypedValue {
            ty: value.ty().to_string(),
            value: payload,
            bits,
        }
    }

    fn any(self, value: AnyRef) -> Payload {
        match value {
            AnyRef::I31(i31) => Payload::I31 { i31 },
            AnyRef::Extern(kept) => Payload::Kept { kept: kept.0 },
            AnyRef::Object(object) => self.object(object),
        }
    }

    pub(crate) fn object(self, object: ObjectRef) -> Payload {
        let view = self.interpreter.object(object, 0, 0).ok();
        Payload::Object(ObjectReference {
            // Only the journal names objects that are not there at present.
            object: view.as_ref().map_or("gone", |view| kind_name(view.kind)),
            length: view.as_ref().map_or(0, |view| view.length),
            name: view.and_then(|view| view.name).map(Into::into),
            handle: object.handle,
            generation: object.generation,
        })
    }

    pub(crate) fn object_view(self, view: &ObjectView) -> ObjectViewJs {
        let part = |part: &PartView| Part {
            index: part.index,
            name: part.name.as_deref().map(Into::into),
            storage: part.storage.clone(),
            mutable: part.mutable,
            value: self.value(part.value),
        };
        ObjectViewJs {
            kind: kind_name(view.kind),
            name: view.name.as_deref().map(Into::into),
            ty: view.ty.clone(),
            length: view.length,
            parts: view.parts.iter().map(part).collect(),
        }
    }

    pub(crate) fn values(self, values: &[Value]) -> Vec<TypedValue> {
        values.iter().map(|value| self.value(*value)).collect()
    }

    pub(crate) fn local(self, local: &LocalView) -> Local {
        Local {
            index: local.index,
            name: local.name.as_deref().map(Into::into),
            parameter: local.parameter,
            value: self.value(local.value),
        }
    }

    pub(crate) fn frame(self, frame: &FrameView) -> Frame {
        Frame {
            instance: frame.instance.map(InstanceId::number),
            function: frame.function,
            name: frame.name.as_deref().map(Into::into),
            host: frame.host,
            offset: frame.offset,
            instruction: frame.instruction.clone(),
            locals: frame.locals.iter().map(|local| self.local(local)).collect(),
            operands: self.values(&frame.operands),
            labels: frame.labels.iter().map(label).collect(),
        }
    }

    pub(crate) fn explanation(self, explanation: &Explanation) -> ExplanationView {
        ExplanationView {
            offset: explanation.offset,
            mnemonic: explanation.mnemonic.clone(),
            instruction: explanation.instruction.clone(),
            takes: self.values(&explanation.takes),
            gives: explanation.gives.as_deref().map(|gives| self.values(gives)),
            text: explanation.text.clone(),
        }
    }

    pub(crate) fn global(self, global: &GlobalView) -> Global {
        Global {
            index: global.index,
            name: global.name.as_deref().map(Into::into),
            mutable: global.mutable,
            imported: global.imported,
            value: self.value(global.value),
        }
    }

    pub(crate) fn trap(self, trap: &Trap) -> TrapInfo {
        let frame = |frame: &flight_runtime::TrapFrame| TrapFrame {
            function: frame.function,
            name: frame.name.as_deref().map(Into::into),
            offset: frame.offset,
            locals: frame.locals.iter().map(|local| self.local(local)).collect(),
        };
        let guest = trap.frames.iter().find(|frame| frame.offset.is_some());
        TrapInfo {
            kind: trap.kind.name(),
            message: trap.kind.message(),
            explanation: trap.explanation.clone(),
            offset: trap.offset,
            function: guest.map(|frame| frame.function),
            instruction: trap.instruction.clone(),
            operands: self.values(&trap.operands),
            exception: trap
                .exception
                .as_ref()
                .map(|exception| self.exception(exception)),
            frames: trap.frames.iter().map(frame).collect(),
            depth: trap.depth as u32,
        }
    }

    pub(crate) fn exception(self, exception: &Exception) -> ExceptionView {
        ExceptionView {
            tag: exception.tag,
            name: exception.name.as_deref().map(Into::into),
            arguments: self.values(&exception.arguments),
        }
    }
}

fn label(label: &Label) -> LabelView {
    LabelView {
        kind: label.kind,
        offset: label.offset,
        height: label.height,
        arity: label.arity,
    }
}

fn kind_name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Struct => "struct",
        ObjectKind::Array => "array",
        ObjectKind::Exception => "exception",
    }
}

/// An object with a page of its parts.
#[derive(Serialize)]
pub(crate) struct ObjectViewJs {
    kind: &'static str,
    name: Option<String>,
    #[serde(rename = "type")]
    ty: String,
    length: u32,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    index: u32,
    name: Option<String>,
    storage: String,
    mutable: bool,
    #[serde(flatten)]
    value: TypedValue,
}

#[derive(Serialize)]
pub(crate) struct ExceptionView {
    tag: u32,
    name: Option<String>,
    arguments: Vec<TypedValue>,
}

#[derive(Serialize)]
pub(crate) struct Local {
    index: u32,
    name: Option<String>,
    parameter: bool,
    #[serde(flatten)]
    value: TypedValue,
}

#[derive(Serialize)]
struct LabelView {
    kind: &'static str,
    offset: u32,
    height: u32,
    arity: u32,
}

#[derive(Serialize)]
pub(crate) struct Frame {
    instance: Option<u32>,
    function: u32,
    name: Option<String>,
    host: bool,
    offset: Option<u32>,
    instruction: Option<String>,
    locals: Vec<Local>,
    operands: Vec<TypedValue>,
    labels: Vec<LabelView>,
}

#[derive(Serialize)]
pub(crate) struct ExplanationView {
    offset: u32,
    mnemonic: String,
    instruction: String,
    takes: Vec<TypedValue>,
    gives: Option<Vec<TypedValue>>,
    text: String,
}

#[derive(Serialize)]
pub(crate) struct Global {
    index: u32,
    name: Option<String>,
    mutable: bool,
    imported: bool,
    #[serde(flatten)]
    value: TypedValue,
}

#[derive(Serialize)]
struct TrapFrame {
    function: u32,
    name: Option<String>,
    offset: Option<u32>,
    locals: Vec<Local>,
}

#[derive(Serialize)]
pub(crate) struct TrapInfo {
    kind: &'static str,
    message: &'static str,
    explanation: String,
    offset: Option<u32>,
    function: Option<u32>,
    instruction: Option<String>,
    operands: Vec<TypedValue>,
    exception: Option<ExceptionView>,
    frames: Vec<TrapFrame>,
    depth: u32,
}

#[derive(Serialize)]
pub(crate) struct FunctionTypeView {
    params: Vec<String>,
    results: Vec<String>,
}

pub(crate) fn function_type(ty: &FuncType) -> FunctionTypeView {
    let words =
        |types: &[flight_runtime::ValueType]| types.iter().map(ToString::to_string).collect();
    FunctionTypeView {
        params: words(ty.params()),
        results: words(ty.results()),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LimitsView {
    minimum: u64,
    maximum: Option<u64>,
    is64: bool,
}

fn limits(limits: &Limits, is64: bool) -> LimitsView {
    LimitsView {
        minimum: limits.minimum,
        maximum: limits.maximum,
        is64,
    }
}

/// The type of an import or export.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum ExternTypeView {
    Func {
        #[serde(rename = "type")]
        ty: FunctionTypeView,
    },
    Table {
        element: String,
        limits: LimitsView,
    },
    Memory {
        limits: LimitsView,
        #[serde(rename = "pageSize")]
        page_size: u32,
        shared: bool,
    },
    Global {
        content: String,
        mutable: bool,
    },
    Tag {
        #[serde(rename = "type")]
        ty: FunctionTypeView,
    },
}

fn extern_type(ty: &ExternType) -> ExternTypeView {
    match ty {
        ExternType::Func(ty) => ExternTypeView::Func {
            ty: function_type(ty),
        },
        ExternType::Table(ty) => ExternTypeView::Table {
            element: ty.element.to_string(),
            limits: limits(&ty.limits, ty.is64),
        },
        ExternType::Memory(ty) => ExternTypeView::Memory {
            limits: limits(&ty.limits, ty.is64),
            page_size: 1 << ty.page_size_log2,
            shared: ty.shared,
        },
        ExternType::Global(ty) => ExternTypeView::Global {
            content: ty.content.to_string(),
            mutable: ty.mutable,
        },
        ExternType::Tag(ty) => ExternTypeView::Tag {
            ty: function_type(ty),
        },
    }
}

#[derive(Serialize)]
pub(crate) struct ImportDescriptor {
    module: String,
    name: String,
    #[serde(flatten)]
    ty: ExternTypeView,
}

pub(crate) fn import(import: &Import) -> ImportDescriptor {
    ImportDescriptor {
        module: import.module.to_string(),
        name: import.name.to_string(),
        ty: extern_type(&import.ty),
    }
}

#[derive(Serialize)]
pub(crate) struct ExportDescriptor {
    name: String,
    index: u32,
    #[serde(flatten)]
    ty: ExternTypeView,
}

pub(crate) fn export(export: &Export, ty: &ExternType) -> ExportDescriptor {
    let index = match export.idx {
        ExternIdx::Func(idx) => idx.0,
        ExternIdx::Table(idx) => idx.0,
        ExternIdx::Memory(idx) => idx.0,
        ExternIdx::Global(idx) => idx.0,
        ExternIdx::Tag(idx) => idx.0,
    };
    ExportDescriptor {
        name: export.name.to_string(),
        index,
        ty: extern_type(ty),
    }
}
