//! What a WebAssembly module is.
//!
//! This crate holds the types, values and instructions of WebAssembly and the validated [`Module`].
//! It never executes anything: that is `flight-runtime`'s work.
//!
//! ```
//! use flight_wasm::{ExternType, Module};
//!
//! // (module (func (export "two") (result i32) i32.const 2))
//! let bytes = [
//!     0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f, 0x03,
//!     0x02, 0x01, 0x00, 0x07, 0x07, 0x01, 0x03, 0x74, 0x77, 0x6f, 0x00, 0x00, 0x0a, 0x06, 0x01, 0x04,
//!     0x00, 0x41, 0x02, 0x0b,
//! ];
//! let module = Module::from_bytes(&bytes)?;
//! assert!(module.export("two").is_some());
//! assert_eq!(module.imports().len(), 0);
//! # Ok::<(), flight_wasm::LoadError>(())
//! ```
#![no_std]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod composite;
mod const_expr;
mod convert;
mod decode;
mod features;
mod index;
mod instruction;
mod lanes;
mod load_error;
mod module;
mod names;
mod types;
mod validation;
mod value;

pub use composite::{CompositeType, FieldType, StorageType, SubType};
pub use const_expr::{ConstExpr, ConstInstruction};
pub use features::{FeatureName, Features, UnknownFeature};
pub use index::{
    DataIdx, ElemIdx, FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx, TagIdx, TypeIdx,
};
pub use instruction::{instruction_text, mnemonic};
pub use lanes::Shape;
pub use load_error::{LoadError, LoadErrorKind};
pub use module::{
    DataSegment, ElementItems, ElementSegment, Export, ExternIdx, FunctionBody, Global, Import,
    Module, SectionInfo, SegmentMode, Table,
};
pub use names::Names;
pub use types::{
    ExternType, FuncType, GlobalType, HeapType, Hierarchy, Limits, MemoryType, RefType, TableType,
    ValueType,
};
pub use validation::validate_operator;
pub use value::{AnyRef, ExternRef, FuncRef, ObjectRef, Value};

/// The decoder that Flight builds on, re-exported so that users of the operators need no second version.
pub use wasmparser;
