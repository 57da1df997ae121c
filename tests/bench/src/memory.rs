//! Memory: what an instance takes that does nothing, and the peak of a whole process.

use wasmi::Engine as PeerEngine;

use crate::allocation::bytes_in_use;
use crate::engine::{ENGINES, Guest};
use crate::large_module::large_module;
use crate::options::{Options, Task};
use crate::output::{kibibytes, record};
use crate::pack::Pack;
use crate::programs::PROGRAMS;
use crate::{flight, peer};

/// One of everything: what a small plug-in looks like.
const SMALL: &str = r#"(module
    (memory (export "memory") 1)
    (table 4 funcref)
    (global $calls (mut i64) (i64.const 0))
    (func $twice (param i32) (result i32) local.get 0 i32.const 1 i32.shl)
    (func (export "run") (param i32) (result i64)
        (global.set $calls (i64.add (global.get $calls) (i64.const 1)))
        (i64.extend_i32_u (call $twice (local.get 0))))
    (elem (i32.const 0) $twice)
    (data (i32.const 8) "hello"))"#;

/// Its memory's pages, which are not counted.
const PAGES: usize = 1 << 16;

/// So many instances are made: the mean is taken.
const INSTANCES: usize = 64;

pub(crate) fn measure_idle(options: &Options) -> Result<(), String> {
    if !options.wants_all() {
        return Ok(());
    }
    println!("\nheap per instance of a small module that lies idle, without its pages");
    let bytes = wat::parse_str(SMALL).map_err(|error| error.to_string())?;
    let module = flight_runtime::Module::from_bytes(&bytes).map_err(|error| error.to_string())?;
    idle(options, "flight", || flight::instantiate(&module))?;
    let engine = PeerEngine::default();
    let module = peer::module(&engine, &bytes)?;
    idle(options, "wasmi", || peer::instantiate(&module))
}

fn idle<G: Guest>(
    options: &Options,
    name: &str,
    make: impl Fn() -> Result<G, String>,
) -> Result<(), String> {
    // What an engine makes once, at the first instance, is not counted.
    make()?.run(1)?;
    let mut instances = Vec::with_capacity(INSTANCES);
    let before = bytes_in_use();
    for _ in 0..INSTANCES {
        instances.push(make()?);
    }
    let fresh = (bytes_in_use() - before) / INSTANCES;
    for instance in &mut instances {
        instance.run(21)?;
    }
    let called = (bytes_in_use() - before) / INSTANCES;
    // What lies in the list itself belongs to an instance as well.
    let own = size_of::<G>();
    let [made, used] = [fresh, called].map(|bytes| (bytes + own).saturating_sub(PAGES));
    println!(
        "{name:<16} {:>10} made, {:>10} after a call",
        kibibytes(made),
        kibibytes(used)
    );
    record(options.record, &[&"idle", &name, &made, &used]);
    Ok(())
}

/// Does one thing with one engine: the peak of this process' memory is then looked at by whoever started it.
pub(crate) fn load(engine: &str, task: Task) -> Result<(), String> {
    let found = ENGINES.iter().find(|known| known.name == engine);
    let engine = found.ok_or(format!("there is no engine \"{engine}\"."))?;
    match task {
        Task::Nothing => drop(large_module()),
        Task::Large => {
            (engine.load)(&large_module())?.run(7)?;
        }
        Task::Programs => {
            for program in PROGRAMS.iter().filter(|program| program.class.is_in_mean()) {
                if let Some(bytes) = program.bytes(&Pack::default())? {
                    (engine.load)(&bytes)?.run(program.small)?;
                }
            }
        }
    }
    #[cfg(target_os = "linux")]
    println!("{}", native_peak()?);
    Ok(())
}

/// The peak of this process' resident memory, in KiB.
#[cfg(target_os = "linux")]
fn native_peak() -> Result<usize, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or("the system does not tell the peak of memory.".to_string())
}

/// Prints the peaks of processes that do one thing each. In wasm the host does it: no process can start another.
pub(crate) fn measure_peaks(options: &Options) -> Result<(), String> {
    if !options.wants_all() || !cfg!(target_os = "linux") {
        return Ok(());
    }
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    println!("\npeak memory of a process, MiB");
    let names: Vec<String> = ENGINES
        .iter()
        .map(|engine| format!("{:>11}", engine.name))
        .collect();
    println!("{:<16}{}", "", names.concat());
    for (name, _) in Task::ALL {
        let mut peaks = Vec::new();
        for engine in &ENGINES {
            let output = std::process::Command::new(&program)
                .args(["--load", engine.name, name])
                .output();
            let output = output.map_err(|error| error.to_string())?;
            let told = String::from_utf8_lossy(&output.stdout);
            let peak: f64 = told.trim().parse().map_err(|_| {
                format!(
                    "{}: {name} failed: {}",
                    engine.name,
                    String::from_utf8_lossy(&output.stderr)
                )
            })?;
            peaks.push(format!("{:>11.1}", peak / 1024.0));
            record(
                options.record,
                &[&"peak", &name, &engine.name, &(peak * 1024.0)],
            );
        }
        println!("{name:<16}{}", peaks.concat());
    }
    Ok(())
}
