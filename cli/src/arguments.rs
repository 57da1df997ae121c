//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use flight_runtime::Translation;
use flight_wasm::Features;

/// Runs, traces, debugs, checks and describes WebAssembly modules.
///
/// Exit codes: 0 all went well; 1 the module or script is at fault; 2 the command line is;
/// 134 execution was ended by a trap or by a limit.
#[derive(Debug, Parser)]
#[command(name = "flight", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line of this process.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse_from(std::env::args_os().map(marked))
    }
}

/// No argument of a process has this character.
const MARK: char = '\0';

/// Marks negative numbers that the reader of the command line would not take for such: `-0x10`, `-inf`, `-nan`, `-.5`.
fn marked(argument: OsString) -> OsString {
    let is_number = |text: &str| {
        ["-0x", "-0X", "-inf", "-nan", "-."]
            .iter()
            .any(|begin| text.starts_with(begin))
    };
    match argument.to_str() {
        Some(text) if is_number(text) => format!("{MARK}{text}").into(),
        _ => argument,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "clap wants a parser that may fail"
)]
fn unmarked(text: &str) -> Result<String, String> {
    Ok(text.trim_start_matches(MARK).to_string())
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(RunOptions),
    Trace(TraceOptions),
    Debug(DebugOptions),
    Record(RecordOptions),
    Replay(ReplayOptions),
    Wast(WastOptions),
    /// Decode and validate a module
    Validate(FileOptions),
    /// Show what a module consists of
    ///
    /// Sections, types, imports, exports, functions, tables, memories, globals, segments, names, and the
    /// features that it uses. Offsets are those of bytes in the binary module.
    Inspect(InspectOptions),
}

/// Call a function of a module and print its results, one a line
///
/// Integers are printed in decimal and signed, other numbers in the shortest decimal form that reads back
/// as the same number, a NaN as `nan:0x` with all its bits, references as `null`, `func N` (N being the
/// function's index) or `extern N`.
#[derive(Args, Debug)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) call: CallOptions,
    /// Tell on the error output which functions executed how many instructions, and how often they were called
    ///
    /// A table, with the function that executed the most first: how many instructions it executed itself, how many
    /// were executed while it was under way, and how often it was called. The call is recorded for that, and executed
    /// once more when it is over; imported functions are not called again.
    #[arg(long)]
    pub(crate) profile: bool,
}

/// Call a function of a module and print each instruction that is executed
///
/// One line an instruction: how many calls lie on each other, the function, the instruction's byte offset
/// in the module, the instruction, the operands that it takes, and behind `->` what it pushes, returns, or
/// traps with. The results of the call are the last line's.
#[derive(Args, Debug)]
pub(crate) struct TraceOptions {
    #[command(flatten)]
    pub(crate) call: CallOptions,
    /// Stop after N instructions
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

/// Look into a call of a function, forwards and backwards
///
/// Commands are read from the standard input, one a line; `help` lists them. The call is recorded, so that
/// every command that goes forward has one that goes back. Imported functions are not called again when
/// the past is repeated: what they gave is in the record. A command that goes forward stops after as many
/// instructions as --fuel says, or after 10000000000: the next one goes on from there.
#[derive(Args, Debug)]
pub(crate) struct DebugOptions {
    #[command(flatten)]
    pub(crate) call: CallOptions,
    #[command(flatten)]
    pub(crate) prompt: PromptOptions,
    /// What the record may take, such as 65536, 64K, 16M or 1G; a smaller one makes going back slower
    #[arg(long, value_name = "BYTES", default_value = "256M", value_parser = crate::values::parse_size)]
    pub(crate) history: u64,
}

/// Call a function as `run` does, and write what happened to a file
///
/// The file holds the module, the call, and what imported functions gave: all that is needed to go through
/// the call again, forwards and backwards, by `flight replay` or in the page.
#[derive(Args, Debug)]
pub(crate) struct RecordOptions {
    #[command(flatten)]
    pub(crate) call: CallOptions,
    /// The file to write; a name that ends in .flight is usual, and a file of this name is overwritten
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// What the record may take while it is made, such as 65536, 64K, 16M or 1G
    #[arg(long, value_name = "BYTES", default_value = "256M", value_parser = crate::values::parse_size)]
    pub(crate) history: u64,
}

/// Open what `record` has written, at the prompt of `debug`
///
/// The machine is at the beginning of the record. Imported functions are not called: what they gave is in
/// the record. Beyond its end they are answered by hand.
#[derive(Args, Debug)]
pub(crate) struct ReplayOptions {
    /// The record
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Execute the whole record instead, and tell whether all came out as it is recorded
    #[arg(long, conflicts_with = "PromptOptions")]
    pub(crate) verify: bool,
    /// Tell instead which functions executed how many instructions, and how often they were called, as `run` does
    #[arg(long, conflicts_with_all = ["PromptOptions", "verify"])]
    pub(crate) profile: bool,
    #[command(flatten)]
    pub(crate) prompt: PromptOptions,
    /// How many instructions a command that goes forward executes at most [default: 10000000000]
    #[arg(long, value_name = "INSTRUCTIONS")]
    pub(crate) fuel: Option<u64>,
    /// What the record's machine may have been allowed for memories and tables at most [default: 1G]
    #[arg(long, value_name = "BYTES", value_parser = crate::values::parse_size)]
    pub(crate) max_memory: Option<u64>,
    /// How many calls it may have been allowed at most [default: 100000]
    #[arg(long, value_name = "CALLS")]
    pub(crate) max_call_depth: Option<u32>,
    /// What the record may take, such as 65536, 64K, 16M or 1G; a smaller one makes going back slower
    #[arg(long, value_name = "BYTES", default_value = "256M", value_parser = crate::values::parse_size)]
    pub(crate) history: u64,
    /// The internal code to execute: `precise` has one instruction for each of WebAssembly's, `folded` fewer
    #[arg(long, value_name = "CODE", default_value = "folded")]
    pub(crate) code: Code,
}

/// Where commands come from.
#[derive(Args, Debug)]
pub(crate) struct PromptOptions {
    /// Do these commands first; `;` stands between two
    #[arg(short = 'x', long, value_name = "COMMANDS")]
    pub(crate) execute: Vec<String>,
    /// End after the commands of --execute, and at the first that cannot be done
    #[arg(long)]
    pub(crate) batch: bool,
}

/// What a module may use.
#[derive(Args, Debug)]
pub(crate) struct FeatureOptions {
    /// The features that a module may use: names with commas between them, `-` before one that is taken away
    ///
    /// Sets: v1, v2, v3 (versions of the specification), all. A list that begins with `-` takes away from all:
    /// `--features=-simd`. A module that uses another feature is refused with a message that names it.
    #[arg(
        long,
        value_name = "LIST",
        default_value = "all",
        allow_hyphen_values = true
    )]
    pub(crate) features: Features,
}

/// A module, and what to call in it.
#[derive(Args, Debug)]
pub(crate) struct CallOptions {
    /// The module, binary (.wasm) or text (.wat); `-` reads it from the standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// The exported function to call, after the module's start function; without it, only that one runs
    #[arg(long, value_name = "NAME")]
    pub(crate) invoke: Option<String>,
    /// The function's arguments, read by the types of its parameters
    ///
    /// Numbers are written as in the text format (`-5`, `0xff`, `1.5e3`, `0x1.8p3`, `inf`, `nan`,
    /// `nan:0x123`), references as `null`, a function's index, or a number of your choice for an externref.
    #[arg(value_name = "ARGS", allow_negative_numbers = true, value_parser = unmarked)]
    pub(crate) arguments: Vec<String>,
    #[command(flatten)]
    pub(crate) features: FeatureOptions,
    /// Give every import something: functions log their calls and return zero, the rest begins with zeros
    #[arg(long)]
    pub(crate) stub_imports: bool,
    /// Stop after so many instructions
    #[arg(long, value_name = "INSTRUCTIONS")]
    pub(crate) fuel: Option<u64>,
    /// What all memories and tables may take together, such as 65536, 64K, 16M or 1G [default: 1G]
    #[arg(long, value_name = "BYTES", value_parser = crate::values::parse_size)]
    pub(crate) max_memory: Option<u64>,
    /// How many calls may lie on each other [default: 100000]
    #[arg(long, value_name = "CALLS")]
    pub(crate) max_call_depth: Option<u32>,
    /// Write a core dump to this file if the call traps or runs out of fuel
    ///
    /// It holds the calls with their locals and operands, the memories and the globals, in the format of
    /// WebAssembly's tool conventions, which other debuggers open. A file of this name is overwritten.
    #[arg(long, value_name = "FILE")]
    pub(crate) coredump: Option<PathBuf>,
    /// The internal code to execute: `precise` has one instruction for each of WebAssembly's, `folded` fewer
    ///
    /// What is printed does not depend on it, only how long it takes.
    #[arg(long, value_name = "CODE", default_value = "folded")]
    pub(crate) code: Code,
}

/// The translations by the words of the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Code {
    Precise,
    Folded,
}

impl From<Code> for Translation {
    fn from(code: Code) -> Self {
        match code {
            Code::Precise => Self::Precise,
            Code::Folded => Self::Folded,
        }
    }
}

/// A module, and what to show of it.
#[derive(Args, Debug)]
pub(crate) struct InspectOptions {
    #[command(flatten)]
    pub(crate) file: FileOptions,
    /// Show the internal code of a function instead: FUNC is its index or its name
    ///
    /// Each internal instruction stands below those of WebAssembly that it has been made of, with its first
    /// word, its tick (how many instructions of its straight-line run have been executed once it has) and its
    /// operands: `local N`, `stack N` by height, numbers, the words that branches go to. Two that are
    /// executed together stand behind `/` and `\`; the first one's line ends with the pair's name.
    #[arg(long, value_name = "FUNC")]
    pub(crate) code: Option<String>,
    /// The internal code to show: `precise` has one instruction for each of WebAssembly's, `folded` fewer
    #[arg(long, value_name = "CODE", default_value = "folded", requires = "code")]
    pub(crate) translation: Code,
}

/// Run scripts of the official test format
///
/// Prints each failing assertion with its place, a line for each script, and last `N passed, N failed`.
#[derive(Args, Debug)]
pub(crate) struct WastOptions {
    /// Scripts, or folders whose *.wast files are run, those in folders below included; `-` is the standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<String>,
    #[command(flatten)]
    pub(crate) features: FeatureOptions,
}

/// A module.
#[derive(Args, Debug)]
pub(crate) struct FileOptions {
    /// The module, binary (.wasm) or text (.wat); `-` reads it from the standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) features: FeatureOptions,
}
