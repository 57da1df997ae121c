//! Limits and manner of a machine.

/// How functions are translated into internal code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Translation {
    /// One internal instruction for each of WebAssembly.
    Precise,
    /// Fewer and richer ones, where nothing asks to see more.
    #[default]
    Folded,
}

/// What a machine may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Bytes that all memories and tables may take together. Default: 1 GiB.
    pub memory_budget: u64,
    /// Bytes that structures, arrays and exceptions may take together. Default: 256 MiB.
    pub heap_budget: u64,
    /// Call frames that may lie on each other, host functions' included. Default: 100,000.
    pub max_call_depth: u32,
    /// Bytes that the value stack may take. Default: 64 MiB; at most 4 GiB are used.
    pub max_stack_bytes: u64,
    /// How functions are translated. The results are the same; folded code is faster.
    pub translation: Translation,
    /// Bytes that the record of a machine's past may take, which begins when a module is instantiated.
    /// `None`, the default, records nothing. See [`crate::Interpreter::record`].
    pub history_budget: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            memory_budget: 1 << 30,
            heap_budget: 256 << 20,
            max_call_depth: 100_000,
            max_stack_bytes: 64 << 20,
            translation: Translation::default(),
            history_budget: None,
        }
    }
}
