//! One instance with an interpreter of its own: the short way in.

use alloc::vec::Vec;

use flight_wasm::{Module, Value};

use crate::imports::Imports;
use crate::interpreter::{InstanceId, Interpreter};
use crate::{Config, Result};

/// A module instantiated, with an interpreter of its own.
///
/// To link several instances, make them with one [`Interpreter`].
pub struct Instance {
    interpreter: Interpreter,
    id: InstanceId,
}

impl Instance {
    /// Instantiates a module and runs its start function.
    ///
    /// # Errors
    /// As [`Interpreter::instantiate`].
    pub fn instantiate(module: &Module, imports: &Imports) -> Result<Self> {
        Self::with_config(module, imports, Config::default())
    }

    /// The same with other limits than the default ones.
    ///
    /// # Errors
    /// As [`Interpreter::instantiate`].
    pub fn with_config(module: &Module, imports: &Imports, config: Config) -> Result<Self> {
        let mut interpreter = Interpreter::new(config);
        let id = interpreter.instantiate(module, imports)?;
        Ok(Self { interpreter, id })
    }

    /// Calls an exported function and runs it to its end.
    ///
    /// # Errors
    /// As [`Interpreter::exported_function`] and [`Interpreter::call_function`].
    pub fn call_function(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>> {
        let func = self.interpreter.exported_function(self.id, name)?;
        self.interpreter.call_function(func, arguments)
    }

    /// Calls an exported function; awaits asynchronous host functions, and gives others a turn now and then.
    ///
    /// # Errors
    /// As [`Instance::call_function`].
    pub async fn call_function_async(
        &mut self,
        name: &str,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        let func = self.interpreter.exported_function(self.id, name)?;
        self.interpreter.call_function_async(func, arguments).await
    }

    /// The instance's number in its interpreter.
    pub fn id(&self) -> InstanceId {
        self.id
    }

    /// The interpreter.
    pub fn interpreter(&self) -> &Interpreter {
        &self.interpreter
    }

    /// The interpreter, to step it or to change its state.
    pub fn interpreter_mut(&mut self) -> &mut Interpreter {
        &mut self.interpreter
    }
}
