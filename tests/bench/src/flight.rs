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

/// The bytes that a record of the past may take where one is made.
const RECORD: u64 = 256 << 20;

/// As it does by itself.
pub(crate) fn load(bytes: &[u8]) -> Loaded {
    load_by(Config::default(), bytes)
}

pub(crate) fn load_precisely(bytes: &[u8]) -> Loaded {
    let config = Config {
        translation: Translation::Precise,
        ..Config::default()
    };
    load_by(config, bytes)
}

/// With a record of all that happens, so that it could go back.
pub(crate) fn load_recorded(bytes: &[u8]) -> Loaded {
    let config = Config {
        history_budget: Some(RECORD),
        ..Config::default()
    };
    load_by(config, bytes)
}

fn load_by(config: Config, bytes: &[u8]) -> Loaded {
    let module = Module::from_bytes(bytes).map_err(|error| error.to_string())?;
    Ok(Box::new(instantiate_by(config, &module)?))
}

/// An instance with an interpreter of its own.
pub(crate) fn instantiate(module: &Module) -> Result<Instance, String> {
    instantiate_by(Config::default(), module)
}

fn instantiate_by(config: Config, module: &Module) -> Result<Instance, String> {
    let instance = Instance::with_config(module, &Imports::new(), config);
    instance.map_err(|error| error.to_string())
}
