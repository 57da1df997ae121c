//! Questions to the past: who wrote something last, and how an operand came about.

use flight_runtime::{Doer, LocalView, Origin, State, WrittenPlace};

use super::command::{LocalOfFrame, Subject};
use super::set::position;
use super::{Debugger, Done, Problem};
use crate::functions::function_name;
use crate::values::counted;

/// How far an operand is followed.
const MOST: usize = 20;
/// Columns are not made wider than this.
const WIDEST: usize = 32;
/// What is said where nobody is found.
const BEFORE: &str = "since before the record began";

impl Debugger<'_> {
    pub(super) fn last_write(&mut self, subject: Subject<LocalOfFrame>) -> Done {
        let place = self.written_place(subject)?;
        let Some(origin) = self.session.interpreter.last_write(place)? else {
            writeln!(self.out, "it has been there {BEFORE}")?;
            return Ok(());
        };
        let time = origin.moment.time;
        self.show_trail(&[origin])?;
        writeln!(self.out, "seek {time} goes there")?;
        Ok(())
    }

    fn written_place(&self, subject: Subject<LocalOfFrame>) -> Result<WrittenPlace, Problem> {
        let instance = self.session.instance;
        Ok(match subject {
            Subject::Memory {
                address,
                length,
                memory,
            } => {
                self.memory_reaches(address, memory)?;
                WrittenPlace::Memory {
                    instance,
                    memory,
                    address,
                    length,
                }
            }
            Subject::Global(global) => WrittenPlace::Global {
                instance,
                index: self.global(&global)?,
            },
            Subject::Local(LocalOfFrame { local, frame }) => {
                let names = |view: &LocalView| (view.index, view.name.clone());
                let view = self.frame(frame)?;
                WrittenPlace::Local {
                    distance: frame,
                    index: position("local", &local, view.locals.iter().map(names))?,
                }
            }
            Subject::Table {
                entry,
                count,
                table,
            } => {
                let machine = &self.session.interpreter;
                let size = machine.table_type(instance, table)?.limits.minimum;
                if entry >= size {
                    let size = counted(size, "entry", "entries");
                    return Err(format!("there is no entry {entry}: the table has {size}").into());
                }
                WrittenPlace::Table {
                    instance,
                    table,
                    entry,
                    count,
                }
            }
        })
    }

    pub(super) fn origin(&mut self, position: Option<u32>, frame: Option<usize>) -> Done {
        // One more than is shown tells whether there are more.
        let most = MOST + 1;
        let machine = &mut self.session.interpreter;
        let mut trail = match (machine.state(), frame) {
            (State::Trapped, None) => {
                let taken = machine.trap().map_or(0, |trap| trap.operands.len());
                let Some(topmost) = taken.checked_sub(1) else {
                    let why =
                        "what trapped took no operands; `origin POSITION FRAME` asks about others";
                    return Err(why.to_string().into());
                };
                let operand = position.map_or(topmost, |position| position as usize);
                machine.how_it_came_to_trap(operand, most)?
            }
            (_, frame) => {
                let distance = frame.unwrap_or(0);
                let operands = self.frame(distance)?.operands.len() as u32;
                let Some(topmost) = operands.checked_sub(1) else {
                    return Err(format!("frame {distance} has no operands").into());
                };
                let position = position.unwrap_or(topmost);
                let machine = &mut self.session.interpreter;
                machine.how_it_came_about(distance, position, most)?
            }
        };
        let has_more = trail.len() > MOST;
        trail.truncate(MOST);
        self.show_trail(&trail)?;
        match trail.last() {
            None => writeln!(self.out, "it has been there {BEFORE}")?,
            Some(_) if has_more => writeln!(self.out, "      and from further back")?,
            Some(last) if is_copy(&last.doer) => writeln!(self.out, "      {BEFORE}")?,
            Some(_) => {}
        }
        if let Some(last) = trail.last() {
            let there = match trail.len() {
                1 => "there",
                _ => "to the last of these, seek TIME to any of them",
            };
            writeln!(self.out, "seek {} goes {there}", last.moment.time)?;
        }
        Ok(())
    }

    /// One line for each: when, who, and what came of it.
    fn show_trail(&mut self, trail: &[Origin]) -> Done {
        let lines: Vec<_> = trail.iter().map(|origin| self.trail_line(origin)).collect();
        let widest = |text: fn(&Line) -> &str| {
            let all = lines.iter().filter(|line| line.place.is_some());
            let widths = all.map(|line| text(line).chars().count());
            widths.max().unwrap_or(0).min(WIDEST)
        };
        let (who, what) = (widest(|line| &line.who), widest(|line| &line.what));
        for line in &lines {
            let Line {
                time, place, value, ..
            } = line;
            write!(self.out, "{time:>4}  ")?;
            let text = match place {
                Some(offset) => format!("{:<who$}  0x{offset:04x}  {:<what$}", line.who, line.what),
                None => {
                    let all = who + what + "  0x0000  ".len();
                    format!("{:<all$}", line.who)
                }
            };
            match value {
                Some(value) => writeln!(self.out, "{text}  gives {value}")?,
                None => writeln!(self.out, "{}", text.trim_end())?,
            }
        }
        Ok(())
    }

    fn trail_line(&self, origin: &Origin) -> Line {
        let time = origin.moment.time;
        let value = origin.value.as_ref().map(|value| self.held(value));
        match &origin.doer {
            Doer::Instruction {
                function,
                name,
                offset,
                instruction,
                ..
            } => Line {
                time,
                who: function_name(name.as_deref(), *function),
                place: Some(*offset),
                what: instruction.clone(),
                value,
            },
            Doer::Embedder(action) => Line {
                time,
                who: self.action(action),
                place: None,
                what: String::new(),
                value,
            },
        }
    }
}

/// What is printed of an origin.
struct Line {
    time: u64,
    /// A function's name, or what the embedder did.
    who: String,
    /// The instruction's offset.
    place: Option<u32>,
    what: String,
    value: Option<String>,
}

/// Whether what was done was to copy something: where that is the end, what was copied lay there when the record began.
fn is_copy(doer: &Doer) -> bool {
    let Doer::Instruction { instruction, .. } = doer else {
        return false;
    };
    let name = instruction.split(' ').next().unwrap_or_default();
    let (of, what) = name.split_once('.').unwrap_or((name, ""));
    match of {
        "local" | "global" => true,
        "table" => matches!(what, "get" | "set" | "fill" | "copy"),
        "memory" => matches!(what, "fill" | "copy"),
        "ref" => matches!(what, "as_non_null" | "cast"),
        "select" => true,
        _ => ["load", "store", "atomic.load", "atomic.store", "atomic.rmw"]
            .iter()
            .any(|begin| what.starts_with(begin)),
    }
}
