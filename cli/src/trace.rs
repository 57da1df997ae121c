//! `flight trace`: calls a function and prints each instruction.

use std::io::{self, Write};

use flight_runtime::{Explanation, FrameView, Interpreter, State, Value};
use flight_wasm::FuncIdx;

use crate::arguments::TraceOptions;
use crate::failure::Failure;
use crate::functions::function_name;
use crate::session::Session;
use crate::values::values_text;

/// The columns behind the function's name.
const INSTRUCTION_WIDTH: usize = 24;
const OPERANDS_WIDTH: usize = 16;
/// A longer name than this moves its own line's columns only.
const LONGEST_NAME: usize = 24;

pub(crate) fn trace(options: &TraceOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut session = Session::open(&options.call)?;
    let calls = session.calls(&options.call)?;
    let columns = Columns::of(&session);
    let mut left = options.limit.unwrap_or(u64::MAX);
    for call in &calls {
        session.start(call)?;
        loop {
            match session.interpreter.state() {
                State::Paused if left == 0 => {
                    // The limit was asked for: reaching it is no failure.
                    let _ = writeln!(
                        io::stderr().lock(),
                        "note: stopped after {} instructions, as --limit says",
                        session.interpreter.time()
                    );
                    return Ok(());
                }
                State::Paused if session.fuel_left() == Some(0) => {
                    return Err(session.out_of_fuel());
                }
                State::Paused => {
                    left -= 1;
                    step(&mut session, &columns, out)?;
                }
                // The function that is called is itself an imported one.
                State::AwaitingHost => session.answer()?,
                State::Trapped => return Err(session.trapped()),
                State::Idle | State::Finished => break,
            }
        }
    }
    Ok(())
}

/// How wide the columns are that depend on the module.
struct Columns {
    name: usize,
    offset: usize,
}

impl Columns {
    fn of(session: &Session) -> Self {
        let module = session.module();
        let width = |index| {
            function_name(module.function_name(FuncIdx(index)), index)
                .chars()
                .count()
        };
        let bodies = module.imported_function_count()..module.function_count();
        let names = bodies.map(width).filter(|width| *width <= LONGEST_NAME);
        let digits = format!("{:x}", module.bytes().len()).len();
        Self {
            name: names.max().unwrap_or(LONGEST_NAME),
            offset: digits.max(4),
        }
    }
}

/// Executes one instruction, a host function that it calls included, and prints its line.
fn step(session: &mut Session, columns: &Columns, out: &mut dyn Write) -> Result<(), Failure> {
    let interpreter = &session.interpreter;
    let depth = interpreter.depth();
    let (Some(frame), Some(explanation)) = (interpreter.frame(0), interpreter.explain()) else {
        // A paused machine stands before an instruction of a frame.
        return Err(Failure::Module("the machine stands nowhere".to_string()));
    };
    let operands = values_text(interpreter, session.instance, &explanation.takes);
    let name = function_name(frame.name.as_deref(), frame.function);
    let Columns {
        name: name_width,
        offset: offset_width,
    } = *columns;
    let begin = format!(
        "{depth:>4}  {name:<name_width$}  0x{:0offset_width$x}  {:<INSTRUCTION_WIDTH$}  ",
        explanation.offset, explanation.instruction,
    );
    let stepped = session.interpreter.step();
    stepped.map_err(|error| session.failure(error))?;
    if session.interpreter.state() == State::AwaitingHost {
        // What the host function writes to the terminal comes behind the lines so far.
        out.flush()?;
        session.answer()?;
    }
    let interpreter = &session.interpreter;
    let results = match interpreter.trap() {
        Some(trap) => format!("trap: {}", trap.kind),
        None => {
            let results = results(interpreter, depth, &frame, &explanation);
            values_text(interpreter, session.instance, &results)
        }
    };
    if results.is_empty() {
        writeln!(out, "{}", format!("{begin}{operands}").trim_end())?;
    } else {
        writeln!(out, "{begin}{operands:<OPERANDS_WIDTH$}  -> {results}")?;
    }
    Ok(())
}

/// What an instruction has pushed, or what the function has returned if it was the last one.
fn results(
    interpreter: &Interpreter,
    depth: usize,
    frame: &FrameView,
    explanation: &Explanation,
) -> Vec<Value> {
    if let Some(results) = interpreter.results() {
        return results.to_vec();
    }
    let Some(now) = interpreter.frame(0) else {
        return Vec::new();
    };
    if interpreter.depth() < depth {
        let ty = interpreter.func_type(frame.address);
        let count = ty.map_or(0, |ty| ty.results().len());
        return last(&now.operands, count);
    }
    // Instructions that go elsewhere leave operands for those that they go to, but push nothing of their own.
    let goes = ["br", "return", "block", "loop", "else", "end"];
    if interpreter.depth() > depth
        || goes
            .iter()
            .any(|word| explanation.mnemonic.starts_with(word))
    {
        return Vec::new();
    }
    let kept = frame.operands.len().saturating_sub(explanation.takes.len());
    last(&now.operands, now.operands.len().saturating_sub(kept))
}

fn last(values: &[Value], count: usize) -> Vec<Value> {
    values[values.len().saturating_sub(count)..].to_vec()
}
