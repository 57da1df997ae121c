//! Flight.

use flight_runtime::{Config, Imports, Instance, Module, Translation, Value};

use crate::engine::{Guest, Loaded};

/// Which Flight this is.
pub(crate) const VERSION: &str = concat!("Flight ", env!("CARGO_PKG_VERSION"));

impl Guest for Instance {
    fn run(&mut self, size: u32) -> Result<u64, String> {
        let results = self.call_function("run", &[size.into()]);
        match results.map_err(|error| error.to_string())?.as_slice() {
            [Value::I64(checksum)] => Ok(*checksum as u64),
            other => Err(format!("run gave {other:?}")),
        }
    }
}

/// As it does by itself.
pub(crate) fn load(bytes: &[u8]) -> Loaded {
    load_by(Translation::Folded, bytes)
}

pub(crate) fn load_precisely(bytes: &[u8]) -> Loaded {
    load_by(Translation::Precise, bytes)
}

fn load_by(translation: Translation, bytes: &[u8]) -> Loaded {
    let module = Module::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok(Box::new(instantiate_by(translation, &module)?))
}

/// An instance with an interpreter of its own.
pub(crate) fn instantiate(module: &Module) -> Result<Instance, String> {
    instantiate_by(Translation::Folded, module)
}

fn instantiate_by(translation: Translation, module: &Module) -> Result<Instance, String> {
    let config = Config {
        translation,
        ..Config::default()
    };
    let instance = Instance::with_config(module, &Imports::new(), config);
    instance.map_err(|error| error.to_string())
}
