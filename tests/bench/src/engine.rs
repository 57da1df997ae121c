//! What an engine must be able to do to be measured.

use crate::{flight, peer};

/// A loaded and instantiated module.
pub(crate) trait Guest {
    /// Calls the export `run`.
    fn run(&mut self, size: u32) -> Result<u64, String>;
}

/// What loading gives.
pub(crate) type Loaded = Result<Box<dyn Guest>, String>;

/// An engine, or a way to use one.
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    /// Decodes, validates and instantiates a module.
    pub(crate) load: fn(&[u8]) -> Loaded,
}

/// Flight, and the peer that it is measured against.
pub(crate) const ENGINES: [Engine; 2] = [
    Engine {
        name: "flight",
        load: flight::load,
    },
    Engine {
        name: "wasmi",
        load: peer::load,
    },
];

/// Ways to load a module: the engines' own, and those of which the peer has a choice.
pub(crate) const LOADERS: [Engine; 4] = [
    Engine {
        name: "flight",
        load: flight::load,
    },
    Engine {
        name: "wasmi",
        load: peer::load,
    },
    Engine {
        name: "wasmi, all translated",
        load: peer::load_eagerly,
    },
    Engine {
        name: "wasmi, validated lazily too",
        load: peer::load_lazily,
    },
];
