//! The peer, wasmi.

use wasmi::{CompilationMode, Config, Engine, Instance, Linker, Module, Store, TypedFunc};

use crate::engine::{Guest, Loaded};

/// Which wasmi this is.
pub(crate) const VERSION: &str = if cfg!(feature = "indirect") {
    "wasmi 2.0.0 with indirect dispatch"
} else {
    "wasmi 2.0.0"
};

/// An instance with a store of its own.
pub(crate) struct Peer {
    pub(crate) store: Store<()>,
    pub(crate) instance: Instance,
    run: Option<TypedFunc<i32, i64>>,
}

impl Guest for Peer {
    fn run(&mut self, size: u32) -> Result<u64, String> {
        let run = match self.run {
            Some(run) => run,
            None => {
                let run = self.instance.get_typed_func::<i32, i64>(&self.store, "run");
                *self.run.insert(run.map_err(|error| error.to_string())?)
            }
        };
        let checksum = run.call(&mut self.store, size as i32);
        checksum
            .map(|checksum| checksum as u64)
            .map_err(|error| error.to_string())
    }
}

/// As it does by itself: everything is validated at once, and functions are translated when they are first called.
pub(crate) fn load(bytes: &[u8]) -> Loaded {
    load_by(CompilationMode::LazyTranslation, bytes)
}

pub(crate) fn load_eagerly(bytes: &[u8]) -> Loaded {
    load_by(CompilationMode::Eager, bytes)
}

pub(crate) fn load_lazily(bytes: &[u8]) -> Loaded {
    load_by(CompilationMode::Lazy, bytes)
}

fn load_by(mode: CompilationMode, bytes: &[u8]) -> Loaded {
    let mut config = Config::default();
    config.compilation_mode(mode);
    Ok(Box::new(instantiate(&module(
        &Engine::new(&config),
        bytes,
    )?)?))
}

pub(crate) fn module(engine: &Engine, bytes: &[u8]) -> Result<Module, String> {
    Module::new(engine, bytes).map_err(|error| error.to_string())
}

pub(crate) fn instantiate(module: &Module) -> Result<Peer, String> {
    let mut store = Store::new(module.engine(), ());
    let instance = Linker::new(module.engine()).instantiate_and_start(&mut store, module);
    let instance = instance.map_err(|error| error.to_string())?;
    Ok(Peer {
        store,
        instance,
        run: None,
    })
}
