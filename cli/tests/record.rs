//! Records, snapshots and core dumps that go to files and come back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MODULE: &str = r#"(module
    (import "env" "log" (func $log (param i32) (result i32)))
    (memory 1)
    (global $calls (mut i32) (i32.const 0))
    (func $divide (param $what i32) (param $by i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.store (i32.const 8) (call $log (local.get $what)))
        (i32.div_s (local.get $what) (local.get $by)))
    (func (export "main") (param $by i32) (result i32)
        (drop (call $divide (i32.const 6) (i32.const 2)))
        (call $divide (i32.const 7) (local.get $by))))"#;

/// A folder of the test's own, with the module in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    // It may be left over from another run.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join("divider.wat"), MODULE).expect("the folder can be written");
    folder
}

/// Runs `flight` with the words of a line as arguments, and then `commands` as one.
fn flight(folder: &Path, line: &str, commands: Option<&str>) -> Output {
    let batch = commands.map(|commands| ["--batch", "-x", commands]);
    Command::new(env!("CARGO_BIN_EXE_flight"))
        .args(line.split_whitespace())
        .args(batch.iter().flatten())
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("flight can be started")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The last line but for those of a trap's report.
fn last_place(output: &Output) -> String {
    let out = out(output);
    let mut places = out.lines().filter(|line| !line.starts_with(' '));
    places.next_back().unwrap_or_default().into()
}

#[test]
fn a_record_is_gone_through_again_without_what_was_imported() {
    for (code, other) in [("folded", "precise"), ("precise", "folded")] {
        let folder = folder(&format!("a_record_is_gone_through_again_{code}"));
        let line = format!(
            "record divider.wat --invoke main 0 --stub-imports -o out.flight --code {code}"
        );
        let recorded = flight(&folder, &line, None);
        assert_eq!(recorded.status.code(), Some(134));
        let told = err(&recorded);
        assert!(
            told.contains("stub: env.log(6)\nstub: env.log(7)"),
            "{told}"
        );
        assert!(
            told.contains("note: 29 instructions are recorded in out.flight"),
            "{told}"
        );
        assert!(told.contains("error: integer divide by zero: 7 "), "{told}");
        // The module is in the record.
        fs::remove_file(folder.join("divider.wat")).expect("it is there");

        let line = format!("replay out.flight --profile --code {other}");
        let profile = flight(&folder, &line, None);
        assert_eq!(profile.status.code(), Some(0), "{}", err(&profile));
        let table = out(&profile);
        assert!(table.starts_with("29 instructions\n"), "{table}");
        let lines: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(lines[2], ["22", "75.8%", "22", "2", "divide"], "{table}");
        assert_eq!(lines[3], ["7", "24.1%", "29", "1", "main"], "{table}");
        assert_eq!(lines[4][..4], ["0", "0.0%", "0", "2"], "{table}");

        let line = format!("replay out.flight --verify --code {other}");
        let verified = flight(&folder, &line, None);
        assert_eq!(verified.status.code(), Some(0), "{}", err(&verified));
        assert!(
            out(&verified).starts_with("out.flight: the same again: 29 instructions, 3 actions, "),
            "{}",
            out(&verified)
        );

        let line = format!("replay out.flight --code {other}");
        let replayed = flight(
            &folder,
            &line,
            Some("continue; back; back-over; back-out; reverse"),
        );
        assert_eq!(err(&replayed), "");
        let expected = "\
time 0 of 29: main  0x005c  i32.const 6
> continue; back; back-over; back-out; reverse
time 29: trap: integer divide by zero: 7 was to be divided by 0
  at offset 0x58: i32.div_s
  operands: 7, 0
  calls, innermost first:
     0  divide  at 0x58  (what = 7, by = 0)
     1  main  at 0x67  (by = 0)
time 29 of 29: divide  0x0058  i32.div_s  takes 7, 0
time 28 of 29: divide  0x0056  local.get 1
time 18 of 29: main  0x0067  call 1  takes 7, 0
beginning of the record, time 0 of 29: main  0x005c  i32.const 6
";
        assert_eq!(out(&replayed), expected);
    }
}

#[test]
fn beyond_a_record_imported_functions_are_answered_by_hand() {
    let folder = folder("beyond_a_record");
    let line = "record divider.wat --invoke main 0 --stub-imports -o out.flight";
    flight(&folder, line, None);
    let commands = "seek 6; branch; continue; answer 44; memory 8 4; step 2; memory 8 4; continue; fail on purpose";
    let replayed = flight(&folder, "replay out.flight", Some(commands));
    let text = out(&replayed);
    for line in [
        "note: the recorded future was given up: 23 instructions, up to time 29",
        "calls env.log(6)\nanswer gives it results, fail lets it trap",
        "0x00000008  2c 00 00 00 ",
        "calls env.log(7)\nanswer gives it results, fail lets it trap",
        "trap: host function failed: on purpose",
    ] {
        assert!(text.contains(line), "{line}: {text}{}", err(&replayed));
    }
    assert_eq!(replayed.status.code(), Some(0));
}

#[test]
fn a_record_that_is_broken_or_none_is_refused() {
    let folder = folder("a_record_that_is_broken");
    let line = "record divider.wat --invoke main 2 --stub-imports -o out.flight";
    let recorded = flight(&folder, line, None);
    assert_eq!((recorded.status.code(), &*out(&recorded)), (Some(0), "3\n"));
    let bytes = fs::read(folder.join("out.flight")).expect("it was written");
    let write = |bytes: &[u8]| fs::write(folder.join("broken.flight"), bytes);
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 4;
    for broken in [
        &b""[..],
        &bytes[..bytes.len() - 1],
        &bytes[..20],
        &flipped,
        b"(module)",
    ] {
        write(broken).expect("the folder can be written");
        for line in ["replay broken.flight", "replay broken.flight --verify"] {
            let output = flight(&folder, line, None);
            assert_eq!(output.status.code(), Some(1), "{line}: {}", err(&output));
            let told = err(&output);
            assert!(
                told.starts_with("error: broken.flight: unusable recording"),
                "{told}"
            );
        }
    }
    let output = flight(&folder, "replay nothing.flight", None);
    assert_eq!(output.status.code(), Some(2));
    let output = flight(&folder, "replay out.flight --max-memory 1M", None);
    assert!(err(&output).contains("limit"), "{}", err(&output));
    let line = "record divider.wat --invoke main 2 --stub-imports -o no/such/out.flight";
    let output = flight(&folder, line, None);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("the record cannot be written to no/such/out.flight"));
}

#[test]
fn a_snapshot_is_gone_on_from_in_another_process() {
    let folder = folder("a_snapshot_is_gone_on_from");
    let line = "debug divider.wat --stub-imports --invoke main 2";
    let commands = "step 7; set local what 9; snapshot here.snapshot; coredump here.core; continue";
    let first = flight(&folder, line, Some(commands));
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    assert_eq!(last_place(&first), "time 32: returned 3");
    assert!(out(&first).contains("the snapshot was written to here.snapshot"));
    assert!(out(&first).contains("the core dump was written to here.core"));
    let core = fs::read(folder.join("here.core")).expect("it was written");
    assert!(core.starts_with(b"\0asm"));

    let commands = "restore here.snapshot; locals; time; continue; reverse; save rest.flight; continue; continue";
    let line = "debug divider.wat --stub-imports --code precise";
    let second = flight(&folder, line, Some(commands));
    let text = out(&second);
    for line in [
        "a new record begins here\ntime 7: divide",
        "   0  param  i32        what          9\n",
        "time 7: the record goes from 7 to 7 ",
        "beginning of the record, time 7 of 32: divide",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_eq!(last_place(&second), "time 32: returned 3");
    // Nothing is left to be called.
    assert_eq!(second.status.code(), Some(2));

    let third = flight(&folder, "replay rest.flight", Some("continue; seek start"));
    assert_eq!(err(&third), "");
    assert!(
        out(&third).starts_with("time 7 of 32: divide"),
        "{}",
        out(&third)
    );
}
