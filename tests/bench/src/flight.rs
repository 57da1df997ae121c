//! Flight.

use flight_runtime::{Imports, Instance, Module, Value};

use crate::engine::{Guest, Loaded};

impl Guest for Instance {
    fn run(&mut self, size: u32) -> Result<u64, String> {
        let results = self.call_function("run", &[size.into()]);
        match results.map_err(|error| error.to_string())?.as_slice() {
            [Value::I64(checksum)] => Ok(*checksum as u64),
            other => Err(format!("run gave {other:?}")),
        }
    }
}

pub(crate) fn load(bytes: &[u8]) -> Loaded {
    let module = Module::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok(Box::new(instantiate(&module)?))
}

/// An instance with an interpreter of its own.
pub(crate) fn instantiate(module: &Module) -> Result<Instance, String> {
    Instance::instantiate(module, &Imports::new()).map_err(|error| error.to_string())
}
