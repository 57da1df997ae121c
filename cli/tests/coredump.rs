//! `--coredump`: what is written, when, and what is told of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flight_wasm::wasmparser::{CoreDumpValue, KnownCustom, Parser, Payload, Validator};

const MODULE: &str = r#"(module $divider
    (memory 1) (data (i32.const 40) "text")
    (func $divide (param i32 i32) (result i32)
        local.get 0 local.get 1 i32.div_s)
    (func (export "main") (param i32) (result i32)
        f32.const 0.5
        i32.const 7
        local.get 0
        call $divide
        br 0)
    (func (export "endless") (loop (br 0))))"#;

/// A folder of the test's own, with the module in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    // It may be left over from another run.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join("divider.wat"), MODULE).expect("the folder can be written");
    folder
}

fn flight(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_flight"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("flight can be started")
}

fn last_line(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    err.lines().last().unwrap_or_default().into()
}

/// The name in a dump, and its frames: functions, and the numbers among their locals and operands.
fn read(dump: &[u8]) -> (String, Vec<(u32, Vec<i32>, usize)>) {
    Validator::new()
        .validate_all(dump)
        .expect("a dump is a valid module");
    let (mut name, mut frames) = (String::new(), Vec::new());
    for payload in Parser::new(0).parse_all(dump) {
        let Ok(Payload::CustomSection(section)) = payload else {
            continue;
        };
        match section.as_known() {
            KnownCustom::CoreDump(core) => name = core.name.into(),
            KnownCustom::CoreDumpStack(stack) => {
                frames.extend(stack.frames.iter().map(|frame| {
                    let number = |value: &CoreDumpValue| match value {
                        CoreDumpValue::I32(number) => *number,
                        other => panic!("{other:?} is no i32"),
                    };
                    let locals = frame.locals.iter().map(number).collect();
                    (frame.funcidx, locals, frame.stack.len())
                }));
            }
            _ => {}
        }
    }
    (name, frames)
}

#[test]
fn a_trap_leaves_a_dump() {
    for command in [
        "run",
        "trace",
        "run --code precise",
        "run --max-call-depth 2",
    ] {
        let folder = folder("a_trap_leaves_a_dump");
        let line = format!("{command} divider.wat --invoke main 0 --coredump out.core");
        let output = flight(&folder, &line);
        assert_eq!(output.status.code(), Some(134), "{command}");
        assert_eq!(
            last_line(&output),
            "note: the core dump was written to out.core"
        );
        let dump = fs::read(folder.join("out.core")).expect("the dump is there");
        let frames = vec![(0, vec![7, 0], 2), (1, vec![0], 1)];
        assert_eq!(read(&dump), ("divider.wat".into(), frames), "{command}");
    }
}

#[test]
fn a_call_that_runs_out_of_fuel_leaves_a_dump() {
    for command in ["run", "trace"] {
        let folder = folder("a_call_that_runs_out_of_fuel_leaves_a_dump");
        let line = format!("{command} divider.wat --invoke endless --fuel 9 --coredump out.core");
        let output = flight(&folder, &line);
        assert_eq!(output.status.code(), Some(134), "{command}");
        let dump = fs::read(folder.join("out.core")).expect("the dump is there");
        assert_eq!(read(&dump).1, [(2, vec![], 0)]);
    }
}

#[test]
fn a_call_that_returns_leaves_none() {
    let folder = folder("a_call_that_returns_leaves_none");
    let output = flight(
        &folder,
        "run divider.wat --invoke main 2 --coredump out.core",
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(last_line(&output), "");
    assert!(!folder.join("out.core").exists());
}

#[test]
fn a_dump_that_cannot_be_written_is_told_after_the_trap() {
    let folder = folder("a_dump_that_cannot_be_written_is_told_after_the_trap");
    let output = flight(
        &folder,
        "run divider.wat --invoke main 0 --coredump no/such/out.core",
    );
    assert_eq!(output.status.code(), Some(134));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        err.starts_with("error: integer divide by zero"),
        "the trap itself is told: {err}"
    );
    let begin = "error: the core dump cannot be written to no/such/out.core: ";
    assert!(last_line(&output).starts_with(begin), "{err}");
}
