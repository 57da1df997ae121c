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
    pub(crate) is_flight: bool,
}

const fn of_flight(name: &'static str, load: fn(&[u8]) -> Loaded) -> Engine {
    let is_flight = true;
    Engine {
        name,
        load,
        is_flight,
    }
}

const fn of_peer(name: &'static str, load: fn(&[u8]) -> Loaded) -> Engine {
    let is_flight = false;
    Engine {
        name,
        load,
        is_flight,
    }
}

/// Flight in both of its translations and with a record, and the peer that it is measured against.
pub(crate) const ENGINES: [Engine; 4] = [
    of_flight("flight", flight::load),
    of_flight("recorded", flight::load_recorded),
    of_flight("precise", flight::load_precisely),
    of_peer("wasmi", peer::load),
];

/// Ways to load a module: the engines' own, and those of which the peer has a choice.
pub(crate) const LOADERS: [Engine; 5] = [
    of_flight("flight", flight::load),
    of_flight("precise", flight::load_precisely),
    of_peer("wasmi", peer::load),
    of_peer("wasmi, all translated", peer::load_eagerly),
    of_peer("wasmi, validated lazily too", peer::load_lazily),
];
