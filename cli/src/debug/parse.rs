//! The words of the commands that have more to them than numbers.

use flight_runtime::WatchKind;

use super::command::{
    BreakOptions, Change, Command, Goal, LocalOfFrame, LocalOfFunction, Spot, Subject,
};
use super::words::{Words, number};
use crate::values::parse_bytes;

/// How many bytes are watched or asked about if nobody says how many.
const WATCHED: u64 = 4;

/// A moment to go to.
pub(super) fn goal(words: &mut Words) -> Result<Goal, String> {
    Ok(match &*words.word("TIME")? {
        "start" => Goal::Start,
        "end" => Goal::End,
        word => Goal::Time(number(word).ok_or_else(|| {
            let word = word.escape_debug();
            words.wrong(&format!(
                "TIME is to be a number, start or end, not \"{word}\""
            ))
        })?),
    })
}

/// A place in the code, if one is named.
pub(super) fn spot(words: &mut Words) -> Result<Option<Spot>, String> {
    let Some(word) = words.optional_word() else {
        return Ok(None);
    };
    Ok(Some(match number(&word) {
        Some(offset) => match u32::try_from(offset) {
            Ok(offset) => Spot::Offset(offset),
            Err(_) => return Err(words.wrong("OFFSET is too large")),
        },
        None => Spot::Function(word),
    }))
}

/// Where `break` sets a breakpoint, and what that does.
pub(super) fn breakpoint(words: &mut Words) -> Result<Command, String> {
    let spot = match spot(words)? {
        Some(Spot::Function(name)) if name == "." => Spot::Here,
        spot => spot.unwrap_or(Spot::Here),
    };
    let mut options = BreakOptions::default();
    while let Some(clause) = words.optional_word() {
        match &*clause {
            "if" => {
                let is_other = |word: &str| matches!(word, "hits" | "log");
                options.condition = Some(words.some_until("CONDITION", is_other)?.join(" "));
            }
            "hits" => options.hits = words.number("N")?,
            "log" => options.log = Some(words.some("MESSAGE")?.join(" ")),
            other => {
                let other = other.escape_debug();
                return Err(words.wrong(&format!("\"{other}\" is one word too many")));
            }
        }
    }
    Ok(Command::Break(spot, options))
}

/// What `set` changes, and to what.
pub(super) fn change(words: &mut Words) -> Result<Command, String> {
    let what = words.word("what to change")?;
    let is = |name: &str| name.starts_with(&*what);
    let change = if is("local") {
        words.is_written("set local LOCAL VALUE [FRAME]");
        Change::Local {
            local: words.word("LOCAL")?,
            value: words.word("VALUE")?,
            frame: words.optional_number("FRAME", 0)?,
        }
    } else if is("stack") {
        words.is_written("set stack POSITION VALUE [FRAME]");
        Change::Stack {
            position: words.number("POSITION")?,
            value: words.word("VALUE")?,
            frame: words.optional_number("FRAME", 0)?,
        }
    } else if is("global") {
        words.is_written("set global GLOBAL VALUE");
        Change::Global {
            global: words.word("GLOBAL")?,
            value: words.word("VALUE")?,
        }
    } else if is("memory") {
        words.is_written("set memory ADDRESS TYPE VALUE [MEMORY]");
        let address = words.number("ADDRESS")?;
        let (ty, value) = (words.word("TYPE")?, words.word("VALUE")?);
        Change::Memory {
            address,
            bytes: parse_bytes(&ty, &value).map_err(|wrong| words.wrong(&wrong))?,
            memory: words.optional_number("MEMORY", 0)?,
        }
    } else if is("table") {
        words.is_written("set table ENTRY VALUE [TABLE]");
        Change::Table {
            entry: words.number("ENTRY")?,
            value: words.word("VALUE")?,
            table: words.optional_number("TABLE", 0)?,
        }
    } else {
        let what = what.escape_debug();
        return Err(words.wrong(&format!("\"{what}\" cannot be set")));
    };
    Ok(Command::Set(change))
}

/// What `watch` watches, and for what.
pub(super) fn watch(words: &mut Words) -> Result<Command, String> {
    let first = words.word("what to watch")?;
    let kind = match &*first {
        "read" => Some(WatchKind::Read),
        "write" => Some(WatchKind::Write),
        "access" => Some(WatchKind::Access),
        "change" => Some(WatchKind::Change),
        _ => None,
    };
    let what = match kind {
        Some(_) => words.word("what to watch")?,
        None => first,
    };
    let local = |words: &mut Words| {
        Ok(LocalOfFunction {
            local: words.word("LOCAL")?,
            function: words.optional_word(),
        })
    };
    match subject(words, "watch [KIND]", &what, "LOCAL [FUNCTION]", local)? {
        Some(subject) => Ok(Command::Watch {
            subject,
            kind: kind.unwrap_or(WatchKind::Change),
        }),
        None => {
            let what = what.escape_debug();
            Err(words.wrong(&format!("\"{what}\" cannot be watched")))
        }
    }
}

/// What `last-write` asks about.
pub(super) fn last_write(words: &mut Words) -> Result<Command, String> {
    let what = words.word("what was written")?;
    let local = |words: &mut Words| {
        Ok(LocalOfFrame {
            local: words.word("LOCAL")?,
            frame: words.optional_number("FRAME", 0)?,
        })
    };
    match subject(words, "last-write", &what, "LOCAL [FRAME]", local)? {
        Some(subject) => Ok(Command::LastWrite(subject)),
        None => {
            let what = what.escape_debug();
            Err(words.wrong(&format!("\"{what}\" is nothing that can be written")))
        }
    }
}

/// Which operand `origin` asks about.
pub(super) fn origin(words: &mut Words) -> Result<Command, String> {
    let position = words.optional_word();
    let frame = words.optional_word();
    Ok(Command::Origin {
        position: match position {
            Some(word) => Some(words.number_in("POSITION", &word)?),
            None => None,
        },
        frame: match frame {
            Some(word) => Some(words.number_in("FRAME", &word)?),
            None => None,
        },
    })
}

/// What a command is about, if there is such a thing. `local` reads what names a local, and `locals` says how that is
/// written.
fn subject<L>(
    words: &mut Words,
    command: &str,
    what: &str,
    locals: &str,
    local: impl FnOnce(&mut Words) -> Result<L, String>,
) -> Result<Option<Subject<L>>, String> {
    let is = |name: &str| name.starts_with(what);
    Ok(Some(if is("memory") {
        words.is_written(&format!("{command} memory ADDRESS [LENGTH [MEMORY]]"));
        Subject::Memory {
            address: words.number("ADDRESS")?,
            length: words.optional_number("LENGTH", WATCHED)?,
            memory: words.optional_number("MEMORY", 0)?,
        }
    } else if is("global") {
        words.is_written(&format!("{command} global GLOBAL"));
        Subject::Global(words.word("GLOBAL")?)
    } else if is("local") {
        words.is_written(&format!("{command} local {locals}"));
        Subject::Local(local(words)?)
    } else if is("table") {
        words.is_written(&format!("{command} table ENTRY [COUNT [TABLE]]"));
        Subject::Table {
            entry: words.number("ENTRY")?,
            count: words.optional_number("COUNT", 1)?,
            table: words.optional_number("TABLE", 0)?,
        }
    } else {
        return Ok(None);
    }))
}
