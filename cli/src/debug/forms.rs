//! How commands are written, and what `help` says of them.

use super::command::{Command, Spot};
use super::parse::{breakpoint, change, goal, last_write, origin, spot, watch};
use super::words::Words;

/// A command as it is written.
pub(super) struct Form {
    pub(super) name: &'static str,
    /// What is enough of the name, if that would mean several.
    short: &'static str,
    /// What may stand behind the name.
    rest: &'static str,
    /// What it does, in a line.
    says: &'static str,
    /// What else there is to know about it.
    more: &'static str,
    parse: fn(&mut Words) -> Result<Command, String>,
}

impl Form {
    /// The whole of it.
    pub(super) fn written(&self) -> String {
        format!("{} {}", self.name, self.rest)
            .trim_end()
            .to_string()
    }
}

/// How many instructions are shown on each side of the present one.
const AROUND: usize = 5;
/// How many bytes are shown if nobody says how many.
const BYTES: u64 = 64;
/// Where the descriptions begin in the list of commands.
const COLUMN: usize = 39;
/// How many of what may be very many are shown if nobody says how many.
const MANY: u64 = 20;
const FEW: u64 = 10;

#[rustfmt::skip]
const FORMS: &[Form] = &[
    Form { name: "step", short: "s", rest: "[N]", says: "execute one instruction, or N",
        more: "Imported functions are called to their end. Breakpoints do not stop it.",
        parse: |words| Ok(Command::Step(words.optional_number("N", 1)?)) },
    Form { name: "back", short: "b", rest: "[N]", says: "take back one instruction, or N",
        more: "The reverse of step. What imported functions have done is taken back with the instruction that called them.",
        parse: |words| Ok(Command::Back(words.optional_number("N", 1)?)) },
    Form { name: "over", short: "o", rest: "", says: "execute one instruction; of a call, all of it",
        more: "A breakpoint inside of the call stops it.",
        parse: |_| Ok(Command::Over) },
    Form { name: "back-over", short: "", rest: "", says: "take back one instruction; of a call, all of it",
        more: "The reverse of over.",
        parse: |_| Ok(Command::BackOver) },
    Form { name: "out", short: "", rest: "", says: "run until the innermost function has returned",
        more: "A breakpoint on the way stops it.",
        parse: |_| Ok(Command::Out) },
    Form { name: "back-out", short: "", rest: "", says: "go back to before the call of the innermost function",
        more: "The reverse of out.",
        parse: |_| Ok(Command::BackOut) },
    Form { name: "continue", short: "c", rest: "", says: "run to the next breakpoint or to the end",
        more: "It stops too when the instructions of --fuel have been executed; the next continue goes on from there.\n\
               In the past it goes along the record, and at the record's end on from there.",
        parse: |_| Ok(Command::Continue) },
    Form { name: "reverse", short: "r", rest: "", says: "run back to the previous breakpoint or to the beginning",
        more: "The reverse of continue.",
        parse: |_| Ok(Command::Reverse) },
    Form { name: "seek", short: "", rest: "TIME|start|end", says: "go to a time of the record, to its start or its end",
        more: "Times are numbers of executed instructions: at time 7 the machine stands behind seven of them.",
        parse: |words| Ok(Command::Seek(goal(words)?)) },
    Form { name: "call", short: "", rest: "NAME [ARGS]", says: "call an exported function, once no call is under way",
        more: "ARGS are written as for `flight run`. After a trap the calls that have trapped are dropped.\n\
               In the past this gives up the recorded future, unless that has the same call here.",
        parse: |words| Ok(Command::Call { name: words.word("NAME")?, arguments: words.all() }) },
    Form { name: "answer", short: "", rest: "[VALUES]", says: "answer the imported function that is called, in a record that comes from a file", more: "",
        parse: |words| Ok(Command::Answer(words.all())) },
    Form { name: "fail", short: "", rest: "WORDS", says: "let the imported function that is called trap, with these words", more: "",
        parse: |words| Ok(Command::Fail(words.some("WORDS")?.join(" "))) },
    Form { name: "branch", short: "", rest: "", says: "give up the recorded future and go on anew from here",
        more: "From here on imported functions are called again, instead of what they did being repeated.\n\
               Changing anything in the past does the same.",
        parse: |_| Ok(Command::Branch) },
    Form { name: "break", short: "", rest: "[OFFSET|FUNCTION] [if CONDITION] [hits N] [log MESSAGE]",
        says: "set a breakpoint: before an instruction, a function's first or the present one",
        more: "OFFSET is the instruction's byte offset in the module, FUNCTION a name, or an index as in func3, `.` is here.\n\
               With CONDITION it counts only where that is true, with `hits N` only from the Nth time on.\n\
               With MESSAGE it does not stop, but prints: `log sum is {local.sum} at {local.at:x}`, `:x` for hexadecimal.\n\
               CONDITION and what stands in braces are expressions, as for print.",
        parse: breakpoint },
    Form { name: "delete", short: "", rest: "OFFSET|FUNCTION|all", says: "take a breakpoint away, or all of them",
        more: "OFFSET and FUNCTION are written as for break.",
        parse: |words| match spot(words)? {
            Some(Spot::Function(name)) if name == "all" => Ok(Command::Delete(Spot::All)),
            Some(spot) => Ok(Command::Delete(spot)),
            None => Err(words.wrong("OFFSET is missing")),
        } },
    Form { name: "breaks", short: "", rest: "", says: "list the breakpoints", more: "",
        parse: |_| Ok(Command::Breaks) },
    Form { name: "watch", short: "", rest: "[KIND] memory|global|local|table …", says: "stop behind each instruction that reads, writes or changes something",
        more: "memory ADDRESS [LENGTH [MEMORY]]  LENGTH is 4 if nothing else is said\n\
               global GLOBAL                     GLOBAL is a name or an index\n\
               local LOCAL [FUNCTION]            in every call of FUNCTION; if none is named, of the innermost\n\
               table ENTRY [COUNT [TABLE]]\n\
               KIND is read, write, access or change; if none is named it is change. It works backwards too: `reverse` goes to behind\n\
               the last access.",
        parse: watch },
    Form { name: "unwatch", short: "", rest: "NUMBER|all", says: "take a watchpoint away, or all of them", more: "",
        parse: |words| match &*words.word("NUMBER")? {
            "all" => Ok(Command::Unwatch(None)),
            word => Ok(Command::Unwatch(Some(words.number_in("NUMBER", word)?))),
        } },
    Form { name: "watches", short: "", rest: "", says: "list the watchpoints", more: "",
        parse: |_| Ok(Command::Watches) },
    Form { name: "last-write", short: "", rest: "memory|global|local|table …", says: "tell which instruction wrote something last, or who else did",
        more: "memory ADDRESS [LENGTH [MEMORY]]  LENGTH is 4 if nothing else is said\n\
               global GLOBAL                     GLOBAL is a name or an index\n\
               local LOCAL [FRAME]               of a call under way; a call itself gives parameters and makes locals zero\n\
               table ENTRY [COUNT [TABLE]]\n\
               The machine stays where it is; `seek TIME` goes to before the instruction.",
        parse: last_write },
    Form { name: "origin", short: "", rest: "[POSITION [FRAME]]", says: "tell how an operand came about: who pushed it, where that was copied from, and so on",
        more: "POSITION counts from the bottom, as `stack` shows it; if none is named it is the topmost operand.\n\
               After a trap it counts, from 0, the operands that the instruction took, unless FRAME is named too.\n\
               The nearest comes first. The machine stays where it is; `seek TIME` goes to before an instruction of the list.",
        parse: origin },
    Form { name: "time", short: "", rest: "", says: "tell the time, where the record begins and ends, and what it takes", more: "",
        parse: |_| Ok(Command::Time) },
    Form { name: "frames", short: "", rest: "[N]", says: "list the calls under way, innermost first; N of them at most",
        more: "The number before a call is the FRAME of other commands.",
        parse: |words| Ok(Command::Frames(words.optional_number("N", MANY as usize)?)) },
    Form { name: "where", short: "", rest: "[N]", says: "the same as frames", more: "",
        parse: |words| Ok(Command::Frames(words.optional_number("N", MANY as usize)?)) },
    Form { name: "locals", short: "l", rest: "[FRAME]", says: "list parameters and locals", more: "",
        parse: |words| Ok(Command::Locals { frame: words.optional_number("FRAME", 0)? }) },
    Form { name: "stack", short: "", rest: "[FRAME]", says: "list the operands, the topmost first",
        more: "The number before an operand counts from the bottom of its frame; it is the POSITION of `set stack`.",
        parse: |words| Ok(Command::Stack { frame: words.optional_number("FRAME", 0)? }) },
    Form { name: "memory", short: "", rest: "ADDRESS [LENGTH [MEMORY]]", says: "show bytes of a memory", more: "",
        parse: |words| Ok(Command::Memory {
            address: words.number("ADDRESS")?,
            length: words.optional_number("LENGTH", BYTES)?,
            memory: words.optional_number("MEMORY", 0)?,
        }) },
    Form { name: "globals", short: "", rest: "", says: "list the globals", more: "",
        parse: |_| Ok(Command::Globals) },
    Form { name: "table", short: "", rest: "[TABLE [FIRST [COUNT]]]", says: "list entries of a table", more: "",
        parse: |words| Ok(Command::Table {
            table: words.optional_number("TABLE", 0)?,
            first: words.optional_number("FIRST", 0)?,
            count: words.optional_number("COUNT", MANY)?,
        }) },
    Form { name: "print", short: "p", rest: "EXPRESSION", says: "evaluate an expression in the innermost frame",
        more: "local[0] local.sum         a local by its index or name\n\
               stack[0]                   an operand, the topmost first\n\
               global[0] global.calls     a global by its index or name\n\
               memory[16] i32[local.at]   a byte, and what else lies in memory: i8, u8, i16, u16, i32, u32, i64, u64, f32, f64\n\
               i32[1, 16]                 the same in memory 1\n\
               time depth true false null\n\
               Operators are || && == != < <= > >= | ^ & << >> + - * / % ! ~ ?: and conversions as u32(local.x).\n\
               Integers are signed. What has a \" or ; in it stands in \"\" as a whole.",
        parse: |words| Ok(Command::Print(words.some("EXPRESSION")?.join(" "))) },
    Form { name: "explain", short: "", rest: "", says: "say what the next instruction is about to do, or why the last one trapped", more: "",
        parse: |_| Ok(Command::Explain) },
    Form { name: "code", short: "", rest: "[N [FRAME]]", says: "show the instructions around the present one, N on each side",
        more: "`>` stands before the present instruction, `*` before those with breakpoints.",
        parse: |words| Ok(Command::Code {
            around: words.optional_number("N", AROUND)?,
            frame: words.optional_number("FRAME", 0)?,
        }) },
    Form { name: "set", short: "", rest: "local|stack|global|memory|table …", says: "change something; in the past this gives up the recorded future",
        more: "local LOCAL VALUE [FRAME]           LOCAL is a name or an index\n\
               stack POSITION VALUE [FRAME]        POSITION counts from the bottom\n\
               global GLOBAL VALUE                 GLOBAL is a name or an index\n\
               memory ADDRESS TYPE VALUE [MEMORY]  TYPE is i8, i16, i32, i64, f32, f64, v128 or bytes;\n\
               \x20                                   bytes are hexadecimal digits: 00ff10\n\
               table ENTRY VALUE [TABLE]           VALUE is null or a function's index\n\
               Values are written as the arguments of `flight run`.",
        parse: change },
    Form { name: "journal", short: "", rest: "[N]", says: "list what was done to the machine: calls, answers, changes; N before and after now", more: "",
        parse: |words| Ok(Command::Journal(words.optional_number("N", FEW as usize)?)) },
    Form { name: "coredump", short: "", rest: "FILE", says: "write a core dump of the machine as it is now",
        more: "A file of this name is overwritten.",
        parse: |words| Ok(Command::CoreDump(words.word("FILE")?)) },
    Form { name: "snapshot", short: "", rest: "FILE", says: "write the whole machine as it is now to a file",
        more: "A file of this name is overwritten.",
        parse: |words| Ok(Command::Snapshot(words.word("FILE")?)) },
    Form { name: "restore", short: "", rest: "FILE", says: "put the machine where it was when a snapshot was written",
        more: "The snapshot must be of the same module. The record is given up, and a new one begins here.",
        parse: |words| Ok(Command::Restore(words.word("FILE")?)) },
    Form { name: "save", short: "", rest: "FILE", says: "write the record to a file that `flight replay` opens",
        more: "It holds the module and all that was done to the machine. A file of this name is overwritten.",
        parse: |words| Ok(Command::Save(words.word("FILE")?)) },
    Form { name: "help", short: "h", rest: "[COMMAND]", says: "list the commands, or describe one", more: "",
        parse: |words| Ok(Command::Help(words.optional_word())) },
    Form { name: "quit", short: "q", rest: "", says: "end", more: "",
        parse: |_| Ok(Command::Quit) },
];

/// Reads a command.
///
/// # Errors
/// A sentence that says what is wrong and what would be right.
pub(super) fn parse(words: Vec<String>) -> Result<Command, String> {
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_default();
    let form = find(&name)?;
    let mut words = Words::new(form, words.collect());
    let command = (form.parse)(&mut words)?;
    words.end()?;
    Ok(command)
}

/// The command that is meant by its name or the beginning of it.
fn find(name: &str) -> Result<&'static Form, String> {
    let exact = |form: &&Form| form.name == name || form.short == name;
    if let Some(form) = FORMS.iter().find(exact) {
        return Ok(form);
    }
    let begins = |form: &&Form| form.name.starts_with(name);
    let found: Vec<&Form> = FORMS.iter().filter(begins).collect();
    let written = name.escape_debug();
    match found[..] {
        [form] => Ok(form),
        [] => Err(format!(
            "there is no command \"{written}\"; help lists those that there are"
        )),
        _ => {
            let names: Vec<&str> = found.iter().map(|form| form.name).collect();
            Err(format!("\"{written}\" may be {}", names.join(", ")))
        }
    }
}

/// What `help` prints: of all commands, or of one.
///
/// # Errors
/// A sentence, if there is no such command.
pub(super) fn help(command: Option<&str>) -> Result<String, String> {
    let mut text = String::new();
    if let Some(name) = command {
        let form = find(name)?;
        text += &format!("{}\n  {}", form.written(), form.says);
        for line in form.more.lines() {
            text += "\n  ";
            text += line;
        }
        if !form.short.is_empty() {
            text += &format!("\n  `{}` is enough.", form.short);
        }
        return Ok(text);
    }
    for form in FORMS {
        let written = form.written();
        if written.chars().count() < COLUMN {
            text += &format!("{written:<COLUMN$}{}\n", form.says);
        } else {
            text += &format!("{written}\n{:<COLUMN$}{}\n", "", form.says);
        }
    }
    text += "\nThe beginning of a name is enough where it is the only one with it; s, b, o, c, r, l, p, h and q are\n\
             step, back, over, continue, reverse, locals, print, help and quit. Commands on one line have ; between them.\n\
             Numbers may be hexadecimal, as 0xff; a word with spaces stands in \"\"; # begins a remark.";
    Ok(text)
}

#[cfg(test)]
mod tests {
    use flight_runtime::WatchKind;

    use super::*;
    use crate::debug::command::{BreakOptions, LocalOfFrame, LocalOfFunction, Subject};
    use crate::debug::words::split;

    fn read(line: &str) -> Result<Command, String> {
        let mut commands = split(line).expect("nothing is missing");
        parse(commands.remove(0))
    }

    #[test]
    fn every_command_is_found_by_its_name_and_by_what_is_enough_of_it() {
        for form in FORMS {
            let found = |name| find(name).expect("there is such a command").name;
            assert_eq!(found(form.name), form.name);
            if !form.short.is_empty() {
                assert_eq!(found(form.short), form.name);
            }
            let help = help(Some(form.name)).expect("every command can be described");
            assert!(help.starts_with(&form.written()), "{help}");
        }
    }

    #[test]
    fn the_beginning_of_a_name_is_enough_if_it_is_the_only_one() {
        for (line, command) in [
            ("s", Ok(Command::Step(1))),
            ("step 0x10", Ok(Command::Step(16))),
            ("sta", Ok(Command::Stack { frame: 0 })),
            ("back", Ok(Command::Back(1))),
            ("back-ov", Ok(Command::BackOver)),
            ("wh 3", Ok(Command::Frames(3))),
            ("se", Err("\"se\" may be seek, set")),
            ("back-", Err("\"back-\" may be back-over, back-out")),
            (
                "go",
                Err("there is no command \"go\"; help lists those that there are"),
            ),
        ] {
            assert_eq!(read(line), command.map_err(str::to_string), "{line}");
        }
    }

    #[test]
    fn a_watchpoint_has_a_kind_and_a_subject() {
        let memory = Subject::Memory {
            address: 16,
            length: 4,
            memory: 0,
        };
        for (line, subject, kind) in [
            ("watch memory 16", memory.clone(), WatchKind::Change),
            ("watch write mem 0x10 4 0", memory, WatchKind::Write),
            (
                "watch read global g",
                Subject::Global("g".into()),
                WatchKind::Read,
            ),
            (
                "watch access local 1 f",
                Subject::Local(LocalOfFunction {
                    local: "1".into(),
                    function: Some("f".into()),
                }),
                WatchKind::Access,
            ),
        ] {
            assert_eq!(read(line), Ok(Command::Watch { subject, kind }), "{line}");
        }
        for line in [
            "watch",
            "watch read",
            "watch 5",
            "watch write write",
            "watch global",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_past_is_asked_about_subjects_and_operands() {
        for (line, subject) in [
            (
                "last-write memory 16",
                Subject::Memory {
                    address: 16,
                    length: 4,
                    memory: 0,
                },
            ),
            ("la global g", Subject::Global("g".into())),
            (
                "last-write local x",
                Subject::Local(LocalOfFrame {
                    local: "x".into(),
                    frame: 0,
                }),
            ),
            (
                "last-write loc 1 2",
                Subject::Local(LocalOfFrame {
                    local: "1".into(),
                    frame: 2,
                }),
            ),
            (
                "last-write table 7 2 1",
                Subject::Table {
                    entry: 7,
                    count: 2,
                    table: 1,
                },
            ),
        ] {
            assert_eq!(read(line), Ok(Command::LastWrite(subject)), "{line}");
        }
        for (line, position, frame) in [
            ("origin", None, None),
            ("or 3", Some(3), None),
            ("origin 3 0", Some(3), Some(0)),
        ] {
            assert_eq!(
                read(line),
                Ok(Command::Origin { position, frame }),
                "{line}"
            );
        }
        for line in [
            "last-write",
            "last-write 5",
            "last-write write global g",
            "last-write local",
            "last-write local x f",
            "origin x",
            "origin 1 2 3",
            "origin 4294967296",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn places_are_offsets_or_functions() {
        for (line, command) in [
            ("break", Command::Break(Spot::Here, BreakOptions::default())),
            (
                "break 0x1f",
                Command::Break(Spot::Offset(31), BreakOptions::default()),
            ),
            (
                "break func3",
                Command::Break(Spot::Function("func3".into()), BreakOptions::default()),
            ),
            (
                "break f if local.x == 1 hits 3 log \"a  b\" {local.x}",
                Command::Break(
                    Spot::Function("f".into()),
                    BreakOptions {
                        condition: Some("local.x == 1".into()),
                        hits: 3,
                        log: Some("a  b {local.x}".into()),
                    },
                ),
            ),
            (
                "break . log if hits",
                Command::Break(
                    Spot::Here,
                    BreakOptions {
                        log: Some("if hits".into()),
                        ..BreakOptions::default()
                    },
                ),
            ),
            (
                "break log",
                Command::Break(Spot::Function("log".into()), BreakOptions::default()),
            ),
            ("delete all", Command::Delete(Spot::All)),
            (
                "delete \"a b\"",
                Command::Delete(Spot::Function("a b".into())),
            ),
        ] {
            assert_eq!(read(line), Ok(command), "{line}");
        }
        for line in [
            "break f if",
            "break f hits",
            "break f hits x",
            "break f log",
            "break f g",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
