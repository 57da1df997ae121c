//! `flight debug`: a prompt at which a call is looked into, forwards and backwards.
//!
//! A line becomes commands ([`words`], [`forms`], [`parse`], [`command`]); a [`Debugger`] does what they say ([`act`],
//! [`breakpoints`], [`watch`], [`set`], [`files`]) and prints what there is to see ([`show`], [`journal`],
//! [`past`]).

mod act;
mod breakpoints;
mod command;
mod files;
mod forms;
mod journal;
mod parse;
mod past;
mod set;
mod show;
mod watch;
mod words;

use std::io::{self, BufRead, IsTerminal, Read, Write};

use flight_runtime::{Error, Interpreter, Moment, State};

use crate::arguments::{DebugOptions, PromptOptions};
use crate::failure::Failure;
use crate::session::{Call, Session, exported_functions};
use command::Command;

/// How many instructions a command executes at most, if nothing else is said: so that every one comes back.
const LIMIT: u64 = 10_000_000_000;
/// A longer line than this is taken for several.
const LONGEST_LINE: u64 = 1 << 16;

pub(crate) fn debug(options: &DebugOptions, out: &mut dyn Write) -> Result<(), Failure> {
    if options.call.file == "-" && !options.prompt.batch {
        return Err(Failure::CommandLine(
            "the module is read from the standard input, so the commands cannot be: \
             give them by --execute, with --batch"
                .to_string(),
        ));
    }
    let mut session = Session::open(&options.call)?;
    let calls = session.calls(&options.call)?;
    session.interpreter.record(options.history);
    Debugger::new(session, calls, options.call.fuel, out).prompt(&options.prompt)
}

/// A machine with a record, and where to print.
pub(crate) struct Debugger<'a> {
    session: Session,
    /// The calls that the command line asks for.
    calls: Vec<Call>,
    /// The moments behind the start of each call that has been made.
    started: Vec<Moment>,
    /// How many instructions a command executes at most.
    limit: u64,
    out: &'a mut dyn Write,
}

/// Why a command was not done.
enum Problem {
    /// It cannot be done, for the reason that the words give.
    Told(String),
    /// The output cannot be written.
    Output(io::Error),
}

type Done = Result<(), Problem>;

impl<'a> Debugger<'a> {
    /// A debugger of a session that is being recorded, in which calls are to be made one after the other.
    /// `limit` is the number of instructions that a command executes at most.
    pub(crate) fn new(
        session: Session,
        calls: Vec<Call>,
        limit: Option<u64>,
        out: &'a mut dyn Write,
    ) -> Self {
        Self {
            session,
            calls,
            started: Vec::new(),
            limit: limit.unwrap_or(LIMIT),
            out,
        }
    }

    /// A debugger of a record that comes from a file.
    pub(crate) fn of_record(session: Session, limit: Option<u64>, out: &'a mut dyn Write) -> Self {
        Self::new(session, Vec::new(), limit, out)
    }

    /// Reads commands and does them, until they end.
    pub(crate) fn prompt(mut self, options: &PromptOptions) -> Result<(), Failure> {
        if let Err(problem) = self.begin() {
            self.tell(problem)?;
        }
        for line in &options.execute {
            self.echo(line)?;
            match self.line(line) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Problem::Told(words)) if options.batch => {
                    return Err(Failure::CommandLine(words));
                }
                Err(problem) => self.tell(problem)?,
            }
        }
        if options.batch {
            return Ok(());
        }
        self.read_lines()
    }

    /// Makes the first call and shows where it begins.
    fn begin(&mut self) -> Done {
        let is_under_way = self.session.interpreter.state() == State::Paused;
        if is_under_way || self.next_call()? || self.session.interpreter.in_past() {
            return self.show_place();
        }
        let exports = exported_functions(self.session.module());
        let exports = match &exports[..] {
            [] => "the module exports no function".to_string(),
            names => format!("it can call {}", names.join(", ")),
        };
        writeln!(self.out, "nothing has been called yet: {exports}")?;
        Ok(())
    }

    fn read_lines(mut self) -> Result<(), Failure> {
        let mut input = io::stdin().lock();
        let is_terminal = input.is_terminal();
        let mut last = String::new();
        loop {
            if is_terminal {
                write!(self.out, "> ")?;
            }
            self.out.flush()?;
            let mut bytes = Vec::new();
            let read = input
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut bytes);
            let read = read.map_err(|error| {
                Failure::CommandLine(format!("the commands cannot be read: {error}"))
            })?;
            if read == 0 {
                if is_terminal {
                    writeln!(self.out)?;
                }
                return Ok(());
            }
            let mut line = String::from_utf8_lossy(&bytes).trim().to_string();
            if is_terminal && line.is_empty() {
                line.clone_from(&last);
            }
            if !is_terminal {
                self.echo(&line)?;
            }
            match self.line(&line) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(problem) => self.tell(problem)?,
            }
            last = line;
        }
    }

    /// Prints a command that was not typed in a terminal, so that what was printed reads as a conversation.
    fn echo(&mut self, line: &str) -> Result<(), Failure> {
        let line = line.escape_debug().to_string().replace("\\\"", "\"");
        writeln!(self.out, "{}", format!("> {line}").trim_end())?;
        Ok(())
    }

    /// Prints why a command was not done.
    fn tell(&mut self, problem: Problem) -> Result<(), Failure> {
        match problem {
            Problem::Told(words) => Ok(writeln!(self.out, "error: {words}")?),
            Problem::Output(error) => Err(error.into()),
        }
    }

    /// Does the commands of a line, as long as they can be done. Whether to go on.
    fn line(&mut self, line: &str) -> Result<bool, Problem> {
        let commands = words::split(line)?.into_iter().map(forms::parse);
        // A line with a mistake is not begun.
        for command in commands.collect::<Result<Vec<_>, _>>()? {
            if command == Command::Quit {
                return Ok(false);
            }
            let done = self.execute(command);
            self.note_branch()?;
            done?;
        }
        Ok(true)
    }

    fn execute(&mut self, command: Command) -> Done {
        match command {
            Command::Step(count) => self.step(count),
            Command::Back(count) => self.back(count),
            Command::Over => self.over(),
            Command::BackOver => self.backwards(Interpreter::step_back_over),
            Command::Out => self.out_of_function(),
            Command::BackOut => self.back_out(),
            Command::Continue => self.run_on(),
            Command::Reverse => self.backwards(Interpreter::reverse_continue),
            Command::Seek(goal) => self.seek(goal),
            Command::Call { name, arguments } => self.call(&name, &arguments),
            Command::Answer(values) => self.answer(&values),
            Command::Fail(words) => self.fail(&words),
            Command::Branch => self.branch(),
            Command::Break(spot, options) => self.set_breakpoint(&spot, &options),
            Command::Delete(spot) => self.delete_breakpoint(&spot),
            Command::Breaks => self.show_breakpoints(),
            Command::Watch { subject, kind } => self.set_watchpoint(subject, kind),
            Command::Unwatch(id) => self.delete_watchpoint(id),
            Command::Watches => self.show_watchpoints(),
            Command::LastWrite(subject) => self.last_write(subject),
            Command::Origin { position, frame } => self.origin(position, frame),
            Command::Time => self.show_time(),
            Command::Frames(most) => self.show_frames(most),
            Command::Locals { frame } => self.show_locals(frame),
            Command::Stack { frame } => self.show_stack(frame),
            Command::Memory {
                address,
                length,
                memory,
            } => self.show_memory(address, length, memory),
            Command::Globals => self.show_globals(),
            Command::Table {
                table,
                first,
                count,
            } => self.show_table(table, first, count),
            Command::Print(expression) => self.print(&expression),
            Command::Explain => self.explain(),
            Command::Code { around, frame } => self.show_code(around, frame),
            Command::Set(change) => self.set(change),
            Command::Journal(around) => self.show_journal(around),
            Command::CoreDump(file) => self.write_coredump(&file),
            Command::Snapshot(file) => self.write_snapshot(&file),
            Command::Restore(file) => self.restore(&file),
            Command::Save(file) => self.write_record(&file),
            Command::Help(command) => {
                writeln!(self.out, "{}", forms::help(command.as_deref())?)?;
                Ok(())
            }
            // The caller knows it.
            Command::Quit => Ok(()),
        }
    }
}

impl From<String> for Problem {
    fn from(words: String) -> Self {
        Self::Told(words)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Told(error.to_string())
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::CommandLine(words) | Failure::Module(words) | Failure::Trapped(words) => {
                Self::Told(words)
            }
            Failure::Output(error) => Self::Output(error),
            Failure::Told => Self::Told("it failed".to_string()),
        }
    }
}
