//! Functions of the embedder's.

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use flight_wasm::{ExternRef, FuncRef, FuncType, Value, ValueType};

use crate::asynchronous::HostFuture;
use crate::history::Recorded;
use crate::interpreter::{InstanceId, Interpreter};
use crate::trap::TagRef;
use crate::{Error, Result};

/// Why a host function failed: the guest traps with a message, or an exception is thrown into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    message: String,
    pub(crate) exception: Option<(TagRef, Recorded)>,
}

impl HostError {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exception: None,
        }
    }

    /// An exception with this tag that is thrown into the guest, as [`Interpreter::throw`] does.
    pub fn exception(tag: TagRef, arguments: impl Into<Vec<Value>>) -> Self {
        Self {
            message: "an exception was thrown".to_string(),
            exception: Some((tag, arguments.into().into())),
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for HostError {}

/// A guest's exception that nothing has caught goes on through the host function; all else is a failure.
impl From<Error> for HostError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let exception = match error {
            Error::Exception(trap) => trap.exception,
            _ => None,
        };
        let exception = exception.map(|thrown| (TagRef(thrown.tag), thrown.arguments.into()));
        Self { message, exception }
    }
}

impl From<flight_memory::OutOfBounds> for HostError {
    fn from(error: flight_memory::OutOfBounds) -> Self {
        Self::new(error.to_string())
    }
}

pub(crate) type SyncHostFn = Rc<dyn Fn(&mut Caller<'_>, &[Value]) -> Result<Vec<Value>, HostError>>;
pub(crate) type AsyncHostFn = Rc<dyn Fn(&mut Caller<'_>, &[Value]) -> HostFuture>;

/// Who answers a call of a host function.
#[derive(Clone)]
pub(crate) enum HostBody {
    Sync(SyncHostFn),
    Async(AsyncHostFn),
    ByHand,
}

/// A function of the embedder's with its type.
#[derive(Clone)]
pub struct HostFunction {
    /// Its type; `None` if it is the one that the module wants.
    pub(crate) ty: Option<FuncType>,
    pub(crate) body: HostBody,
}

impl HostFunction {
    /// A function over slices of values.
    pub fn new(
        ty: FuncType,
        function: impl Fn(&mut Caller<'_>, &[Value]) -> Result<Vec<Value>, HostError> + 'static,
    ) -> Self {
        Self {
            ty: Some(ty),
            body: HostBody::Sync(Rc::new(function)),
        }
    }

    /// A function over slices of values, of whatever type the importing module wants.
    pub fn of_any_type(
        function: impl Fn(&mut Caller<'_>, &[Value]) -> Result<Vec<Value>, HostError> + 'static,
    ) -> Self {
        Self {
            ty: None,
            body: HostBody::Sync(Rc::new(function)),
        }
    }

    pub(crate) fn new_async(ty: FuncType, function: AsyncHostFn) -> Self {
        Self {
            ty: Some(ty),
            body: HostBody::Async(function),
        }
    }

    pub(crate) fn by_hand() -> Self {
        Self {
            ty: None,
            body: HostBody::ByHand,
        }
    }
}

impl fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.ty {
            Some(ty) => write!(f, "HostFunction({ty})"),
            None => f.write_str("HostFunction(of any type)"),
        }
    }
}

/// What a host function may do with the machine that called it.
pub struct Caller<'a> {
    interpreter: &'a mut Interpreter,
    instance: Option<InstanceId>,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(interpreter: &'a mut Interpreter, instance: Option<InstanceId>) -> Self {
        Self {
            interpreter,
            instance,
        }
    }

    /// The instance whose code made the call; `None` if the embedder called the function itself.
    pub fn instance(&self) -> Option<InstanceId> {
        self.instance
    }

    /// The interpreter: to look into the machine, or to call the guest again.
    pub fn interpreter(&mut self) -> &mut Interpreter {
        self.interpreter
    }

    fn caller(&self) -> Result<InstanceId> {
        self.instance
            .ok_or_else(|| Error::Usage("no guest made this call".to_string()))
    }

    /// Bytes of the caller's memory 0.
    ///
    /// # Errors
    /// If the caller has no memory or the bytes are not all inside of it.
    pub fn read_memory(&self, address: u64, length: u64) -> Result<&[u8]> {
        self.interpreter
            .read_memory(self.caller()?, 0, address, length)
    }

    /// Writes bytes into the caller's memory 0.
    ///
    /// # Errors
    /// As [`Caller::read_memory`]; then nothing is written.
    pub fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<()> {
        let instance = self.caller()?;
        self.interpreter.write_memory(instance, 0, address, bytes)
    }

    /// Bytes of the caller's memory 0, to be changed in place, as [`Interpreter::memory_bytes_mut`] allows.
    ///
    /// # Errors
    /// As [`Caller::read_memory`].
    pub fn memory_bytes_mut(&mut self, address: u64, length: u64) -> Result<&mut [u8]> {
        let instance = self.caller()?;
        self.interpreter
            .memory_bytes_mut(instance, 0, address, length)
    }

    /// Calls a function that the caller's instance exports.
    ///
    /// # Errors
    /// As [`Interpreter::call_function`].
    pub fn call_function(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>> {
        let instance = self.caller()?;
        let func = self.interpreter.exported_function(instance, name)?;
        self.interpreter.call_function(func, arguments)
    }
}

/// A Rust type that stands for one of WebAssembly's in host functions.
pub trait HostValue: Sized {
    /// The type that it stands for.
    const TYPE: ValueType;
    /// Takes it out of a value; `None` if that has another type.
    fn from_value(value: Value) -> Option<Self>;
    /// Makes a value of it.
    fn into_value(self) -> Value;
}

macro_rules! host_values {
    ($($rust:ty as $variant:ident($inner:ty): $ty:expr;)*) => {$(
        impl HostValue for $rust {
            const TYPE: ValueType = $ty;
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => Some(value as $rust),
                    _ => None,
                }
            }
            fn into_value(self) -> Value {
                Value::$variant(self as $inner)
            }
        }
    )*};
}

host_values! {
    i32 as I32(i32): ValueType::I32;
    u32 as I32(i32): ValueType::I32;
    i64 as I64(i64): ValueType::I64;
    u64 as I64(i64): ValueType::I64;
    f32 as F32(f32): ValueType::F32;
    f64 as F64(f64): ValueType::F64;
    u128 as V128(u128): ValueType::V128;
    Option<FuncRef> as FuncRef(Option<FuncRef>): ValueType::FUNCREF;
    Option<ExternRef> as ExternRef(Option<ExternRef>): ValueType::EXTERNREF;
}

/// What a typed host function may return: nothing, a value, a tuple of values, or a `Result` of one of those.
pub trait HostResults {
    /// The results' types.
    fn types() -> Vec<ValueType>;
    /// The results.
    ///
    /// # Errors
    /// The host function's own.
    fn into_values(self) -> Result<Vec<Value>, HostError>;
}

impl<T: HostValue> HostResults for T {
    fn types() -> Vec<ValueType> {
        Vec::from([T::TYPE])
    }
    fn into_values(self) -> Result<Vec<Value>, HostError> {
        Ok(Vec::from([self.into_value()]))
    }
}

impl<R: HostResults> HostResults for Result<R, HostError> {
    fn types() -> Vec<ValueType> {
        R::types()
    }
    fn into_values(self) -> Result<Vec<Value>, HostError> {
        self?.into_values()
    }
}

/// A closure that can be given as an imported function.
///
/// `Shape` is the compiler's business: it tells the kinds of closures apart.
pub trait IntoHostFunction<Shape> {
    /// The function with its type.
    fn into_host_function(self) -> HostFunction;
}

/// Marks closures that take a [`Caller`] first.
#[doc(hidden)]
pub struct WithCaller;

macro_rules! tuples {
    ($($param:ident)*) => {
        impl<F, R, $($param),*> IntoHostFunction<($($param,)* R,)> for F
        where
            F: Fn($($param),*) -> R + 'static,
            R: HostResults,
            $($param: HostValue),*
        {
            fn into_host_function(self) -> HostFunction {
                let ty = FuncType::new([$($param::TYPE),*], R::types());
                HostFunction::new(ty, move |_, arguments| {
                    tuples!(@call arguments, self, (), $($param)*)
                })
            }
        }

        impl<F, R, $($param),*> IntoHostFunction<(WithCaller, $($param,)* R,)> for F
        where
            F: Fn(&mut Caller<'_>, $($param),*) -> R + 'static,
            R: HostResults,
            $($param: HostValue),*
        {
            fn into_host_function(self) -> HostFunction {
                let ty = FuncType::new([$($param::TYPE),*], R::types());
                HostFunction::new(ty, move |caller, arguments| {
                    tuples!(@call arguments, self, (caller), $($param)*)
                })
            }
        }
    };
    (@call $arguments:ident, $function:ident, ($($caller:ident)?), $($param:ident)*) => {{
        #[allow(unused_mut, unused_variables, reason = "unused without parameters")]
        let mut arguments = $arguments.iter();
        $(
            #[allow(non_snake_case, reason = "named after its type parameter")]
            let Some($param) = arguments.next().and_then(|value| $param::from_value(*value)) else {
                return Err(HostError::new("an argument has another type than the host function's"));
            };
        )*
        $function($($caller,)? $($param),*).into_values()
    }};
}

macro_rules! result_tuples {
    ($($result:ident)*) => {
        impl<$($result: HostValue),*> HostResults for ($($result,)*) {
            fn types() -> Vec<ValueType> {
                Vec::from([$($result::TYPE),*])
            }
            fn into_values(self) -> Result<Vec<Value>, HostError> {
                #[allow(non_snake_case, reason = "named after its type parameter")]
                let ($($result,)*) = self;
                Ok(Vec::from([$($result.into_value()),*]))
            }
        }
    };
}

macro_rules! for_lengths {
    ($macro:ident:) => { $macro! {} };
    ($macro:ident: $first:ident $($rest:ident)*) => {
        $macro! { $first $($rest)* }
        for_lengths! { $macro: $($rest)* }
    };
}

for_lengths! { tuples: A B C D E G H I J K L M }
for_lengths! { result_tuples: A B C D E G H I }
