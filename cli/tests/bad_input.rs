//! Bad input ends in an exit code that says whose fault it is, and in words; it never ends in a panic.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Small, but with an entry in most sections.
const MODULE: &str = r#"(module
    (import "env" "log" (func $log (param i32)))
    (memory (export "memory") 1)
    (table 2 funcref)
    (global $g (mut i64) (i64.const 5))
    (func $fac (export "fac") (param $n i64) (result i64)
        local.get $n i64.eqz
        if (result i64) i64.const 1
        else local.get $n local.get $n i64.const 1 i64.sub call $fac i64.mul end)
    (func $main global.get $g call $fac global.set $g)
    (start $main)
    (elem (i32.const 0) $fac $main)
    (data (i32.const 8) "hello"))"#;

fn flight(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flight"));
    command.args(arguments);
    command
}

/// Runs `flight` with these bytes on its standard input.
fn with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = flight(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("flight can be started");
    let mut stdin = child.stdin.take().expect("the input is a pipe");
    let input = input.to_vec();
    // A command that has seen enough does not read the rest.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("flight ends");
    writer.join().expect("the writer ends");
    output
}

fn assert_orderly(output: &Output, codes: &[i32], about: &str) {
    let err = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or(-1);
    assert!(codes.contains(&code), "{about}: exit code {code}\n{err}");
    assert!(!err.contains("panicked"), "{about}: {err}");
    assert!(
        code == 0 || err.contains("error: "),
        "{about}: no error is told: {err}"
    );
}

/// A repeatable sequence of numbers.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[test]
fn truncated_modules_are_the_modules_fault() {
    let bytes = wat::parse_str(MODULE).expect("the text is well-formed");
    // The first byte alone tells a binary module from a text.
    for length in (1..bytes.len()).step_by(7) {
        let output = with_input(&["validate", "-"], &bytes[..length]);
        // A module may end behind any section, as long as no function lacks its body.
        assert_orderly(&output, &[0, 1], &format!("the first {length} bytes"));
    }
}

#[test]
fn flipped_bits_and_random_bytes_never_panic() {
    let bytes = wat::parse_str(MODULE).expect("the text is well-formed");
    let mut numbers = Numbers(0x5eed);
    for round in 0..60 {
        let mut bytes = bytes.clone();
        for _ in 0..1 + round % 3 {
            let bit = numbers.next() as usize % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        let limits = ["--fuel", "10000", "--max-memory", "1M", "--stub-imports"];
        let run = [&["run", "-", "--invoke", "fac", "5"][..], &limits].concat();
        let output = with_input(&run, &bytes);
        assert_orderly(&output, &[0, 1, 2, 134], &format!("run, round {round}"));
        let output = with_input(&["inspect", "-"], &bytes);
        assert_orderly(&output, &[0, 1], &format!("inspect, round {round}"));
    }
    for round in 0..20 {
        let length = numbers.next() as usize % 300;
        let bytes: Vec<u8> = (0..length).map(|_| numbers.next() as u8).collect();
        for command in ["validate", "run", "inspect"] {
            let output = with_input(&[command, "-"], &bytes);
            assert_orderly(
                &output,
                &[0, 1],
                &format!("{command}, random bytes {round}"),
            );
        }
    }
}

#[test]
fn a_large_file_of_zeros_is_refused_at_its_beginning() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("zeros.wasm");
    let file = File::create(&path).expect("the folder can be written");
    file.set_len(100 << 20).expect("a file can have holes");
    let path_text = path.to_str().expect("the path is text");
    let output = flight(&["run", path_text])
        .output()
        .expect("flight can be started");
    assert_orderly(&output, &[1], "zeros");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("offset 0x0") && err.contains("magic"), "{err}");
    fs::remove_file(path).expect("the file is there");
}

#[test]
fn an_empty_file_is_no_module() {
    assert_orderly(&with_input(&["validate", "-"], b""), &[1], "empty text");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("empty.wasm");
    fs::write(&path, b"").expect("the folder can be written");
    let path_text = path.to_str().expect("the path is text");
    let output = flight(&["validate", path_text])
        .output()
        .expect("flight can be started");
    assert_orderly(&output, &[1], "empty binary");
}

#[test]
fn folders_and_missing_files_are_the_command_lines_fault() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    for command in ["run", "trace", "validate", "inspect"] {
        let output = flight(&[command, folder])
            .output()
            .expect("flight can be started");
        assert_orderly(&output, &[2], command);
    }
    let output = flight(&["wast", "no/such/folder"])
        .output()
        .expect("flight can be started");
    assert_orderly(&output, &[2], "wast");
}

#[test]
fn a_reader_that_closes_the_pipe_ends_a_trace_quietly() {
    let text = r#"(module (func (export "endless") loop br 0 end))"#;
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("endless.wat");
    fs::write(&path, text).expect("the folder can be written");
    let path_text = path.to_str().expect("the path is text");
    let mut child = flight(&["trace", path_text, "--invoke", "endless"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("flight can be started");
    let mut stdout = child.stdout.take().expect("the output is a pipe");
    stdout.read_exact(&mut [0; 100]).expect("the trace begins");
    drop(stdout);
    let output = child.wait_with_output().expect("flight ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn deeply_nested_text_is_refused_in_words() {
    let text = format!("(module (func {}", "(block ".repeat(100_000));
    assert_orderly(
        &with_input(&["run", "-"], text.as_bytes()),
        &[1],
        "nested blocks",
    );
}

#[test]
fn whatever_is_typed_at_the_prompt_is_answered() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("prompt.wat");
    fs::write(&path, MODULE).expect("the folder can be written");
    let path = path.to_str().expect("the path is text");
    let commands = [
        "step",
        "back",
        "over",
        "back-over",
        "out",
        "back-out",
        "continue",
        "reverse",
        "seek",
        "seek start",
        "seek end",
        "call fac",
        "call main",
        "branch",
        "break",
        "break fac",
        "break func1",
        "delete",
        "delete all",
        "breaks",
        "time",
        "frames",
        "locals",
        "stack",
        "memory",
        "globals",
        "table",
        "explain",
        "code",
        "set local",
        "set stack",
        "set global",
        "set memory",
        "set table",
        "journal",
        "help",
        "watch memory",
        "watch access memory",
        "watch read global",
        "watch write local",
        "watch table",
        "unwatch",
        "watches",
        "last-write memory",
        "last-write global",
        "last-write local",
        "last-write table",
        "origin",
        "answer",
        "fail",
        "no-such-command",
        "set",
    ];
    let words = [
        "0",
        "1",
        "2",
        "7",
        "40",
        "0x8",
        "65533",
        "4294967295",
        "18446744073709551615",
        "-1",
        "n",
        "null",
        "i32",
        "bytes",
        "00ff",
        "g",
        "\"",
        ";",
        "\u{202e}",
        "\0",
        "#",
    ];
    let mut numbers = Numbers(0x0bac);
    let mut pick = |from: &[&str]| from[numbers.next() as usize % from.len()].to_string();
    for round in 0..12 {
        let mut input = Vec::new();
        for _ in 0..120 {
            let mut line = pick(&commands);
            for _ in 0..pick(&["0", "0", "1", "1", "2", "3"]).parse().unwrap_or(0) {
                line += " ";
                line += &pick(&words);
            }
            input.extend(line.as_bytes());
            input.extend(b"\n");
        }
        input.extend(b"\xff\xfe\n");
        input.extend([b'x'; 70_000]);
        let debug = [
            "debug",
            path,
            "--stub-imports",
            "--invoke",
            "fac",
            "6",
            "--fuel",
            "50",
        ];
        let output = with_input(&debug, &input);
        let about = format!(
            "round {round}:\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
        assert_orderly(&output, &[0], &about);
    }
}
