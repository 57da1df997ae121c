//! How long it takes to go back, and what the past takes in memory.

use std::time::Instant;

use flight_runtime::{Config, FuncRef, Imports, Interpreter, Module, State, Until, Value};

use crate::options::Options;
use crate::pack::Pack;
use crate::programs::PROGRAMS;
use crate::statistics::quantile;

/// What is gone back in unless programs are named.
const PROGRAM: &str = "coremark";
/// How often each way is gone.
const TIMES: usize = 1_000;
const FEW_TIMES: usize = 200;

/// Prints what it takes to go back in runs of so many instructions.
pub(crate) fn measure(options: &Options, pack: &Pack, lengths: &[u64]) -> Result<(), String> {
    println!(
        "program      instructions   step back: first, median, 99 %   random seek: median, 99 %   again forward: median   past   checkpoints"
    );
    for program in PROGRAMS {
        let wanted = match options.wants_all() {
            true => program.name == PROGRAM,
            false => options.wants(program.name),
        };
        if !wanted {
            continue;
        }
        let Some(bytes) = program.bytes(pack)? else {
            continue;
        };
        for length in lengths {
            let measured = measure_one(&bytes, *length, options.quick);
            println!(
                "{:<12} {length:>12}   {}",
                program.name,
                measured.map_err(|error| error.to_string())?
            );
        }
    }
    Ok(())
}

fn measure_one(bytes: &[u8], length: u64, quick: bool) -> flight_runtime::Result<String> {
    let module = Module::from_bytes(bytes)?;
    let mut machine = Interpreter::new(Config {
        history_budget: Some(256 << 20),
        ..Config::default()
    });
    let instance = machine.instantiate(&module, &Imports::new())?;
    let function = machine.exported_function(instance, "run")?;
    run(&mut machine, function, length)?;
    let times = if quick { FEW_TIMES } else { TIMES };
    let timed =
        |count: usize,
         machine: &mut Interpreter,
         way: &mut dyn FnMut(&mut Interpreter) -> flight_runtime::Result<()>| {
            let mut all = Vec::new();
            for _ in 0..count {
                let begin = Instant::now();
                way(machine)?;
                all.push(begin.elapsed().as_secs_f64() * 1000.0);
            }
            Ok::<_, flight_runtime::Error>(all)
        };
    let mut back = timed(times, &mut machine, &mut |machine| {
        machine.step_back().map(drop)
    })?;
    let first = back[0];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut seek = timed(times / 5, &mut machine, &mut |machine| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        machine.seek(random % length)
    })?;
    machine.seek(length)?;
    machine.seek(length / 3)?;
    let mut onward = timed(times, &mut machine, &mut |machine| machine.step().map(drop))?;
    machine.seek(length)?;
    let view = machine.history();
    let (bytes, checkpoints) = view.map_or((0, 0), |view| (view.bytes, view.checkpoints));
    for list in [&mut back, &mut seek, &mut onward] {
        list.sort_by(f64::total_cmp);
    }
    Ok(format!(
        "{first:>9.3} {:>8.3} {:>8.3} ms   {:>8.3} {:>8.3} ms   {:>8.4} ms   {:>7.1} MiB   {checkpoints:>5}",
        quantile(&back, 0.5),
        quantile(&back, 0.99),
        quantile(&seek, 0.5),
        quantile(&seek, 0.99),
        quantile(&onward, 0.5),
        bytes as f64 / f64::from(1 << 20),
    ))
}

/// Lets the program run, again and again, until so many instructions have been executed.
fn run(machine: &mut Interpreter, function: FuncRef, length: u64) -> flight_runtime::Result<()> {
    while machine.time() < length {
        if machine.state() != State::Paused {
            let sizes = machine.func_type(function)?.params().len();
            let arguments = vec![Value::I32(1_000_000); sizes];
            machine.start(function, &arguments)?;
        }
        machine.run(Until {
            fuel: Some(length - machine.time()),
            depth: None,
        })?;
    }
    Ok(())
}
