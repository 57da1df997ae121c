//! What can be asked for at the prompt.

use flight_runtime::WatchKind;

/// One command, its words read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Step(u64),
    Back(u64),
    Over,
    BackOver,
    Out,
    BackOut,
    Continue,
    Reverse,
    Seek(Goal),
    Call {
        name: String,
        arguments: Vec<String>,
    },
    Answer(Vec<String>),
    Fail(String),
    Branch,
    Break(Spot, BreakOptions),
    Delete(Spot),
    Breaks,
    Watch {
        subject: Subject<LocalOfFunction>,
        kind: WatchKind,
    },
    Unwatch(Option<u32>),
    Watches,
    LastWrite(Subject<LocalOfFrame>),
    Origin {
        /// An operand; if none is named, the topmost one.
        position: Option<u32>,
        /// Its frame; if none is named, the innermost one, or in a trapped machine what the instruction took.
        frame: Option<usize>,
    },
    Time,
    Frames(usize),
    Locals {
        frame: usize,
    },
    Stack {
        frame: usize,
    },
    Memory {
        address: u64,
        length: u64,
        memory: u32,
    },
    Globals,
    Table {
        table: u32,
        first: u64,
        count: u64,
    },
    /// An expression to evaluate.
    Print(String),
    Explain,
    Code {
        around: usize,
        frame: usize,
    },
    Set(Change),
    Journal(usize),
    CoreDump(String),
    Snapshot(String),
    Restore(String),
    Save(String),
    Help(Option<String>),
    Quit,
}

/// What a breakpoint does other than to stop each time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BreakOptions {
    pub(super) condition: Option<String>,
    pub(super) hits: u64,
    pub(super) log: Option<String>,
}

/// A moment to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Time(u64),
    Start,
    End,
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// Where the machine stands.
    Here,
    Offset(u32),
    /// The first instruction of the function with this name, or `func` and this index.
    Function(String),
    /// Wherever there is one.
    All,
}

/// What to watch, or what to ask about. `L` is how a local is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject<L> {
    Memory {
        address: u64,
        length: u64,
        memory: u32,
    },
    /// A global by its index or name.
    Global(String),
    Local(L),
    Table {
        entry: u64,
        count: u64,
        table: u32,
    },
}

/// A local in every call of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocalOfFunction {
    /// Its index or name.
    pub(super) local: String,
    /// The function; if none is named, that of the innermost frame.
    pub(super) function: Option<String>,
}

/// A local of a call that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocalOfFrame {
    /// Its index or name.
    pub(super) local: String,
    pub(super) frame: usize,
}

/// A change by hand. The value is read once its type is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Local {
        /// Its index or name.
        local: String,
        value: String,
        frame: usize,
    },
    Stack {
        position: u32,
        value: String,
        frame: usize,
    },
    Global {
        /// Its index or name.
        global: String,
        value: String,
    },
    Memory {
        address: u64,
        bytes: Vec<u8>,
        memory: u32,
    },
    Table {
        entry: u64,
        value: String,
        table: u32,
    },
}
