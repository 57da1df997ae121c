//! Bytes that are no module, or a hostile one: each is refused or runs, nothing panics, nothing takes much memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use flight_runtime::Error;
use tests::load_and_run::{Outcome, load_and_run};
use tests::random::Random;
use tests::scripts::official;
use tests::switching::switching;
use wast::parser::{ParseBuffer, parse};
use wast::{QuoteWat, Wast, WastDirective};

const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// Counts what one thread has allocated at most at once.
struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // The counters may be gone while a thread ends.
    let _ = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(now.get())));
    });
}

#[allow(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: everything is left to the system's allocator; only numbers are added.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What the bytes come to, how much memory that took at most, and how long.
fn measured(bytes: &[u8]) -> (Outcome, usize, Duration) {
    let before = NOW.get();
    MOST.set(before);
    let begin = Instant::now();
    let outcome = load_and_run(bytes);
    (outcome, (MOST.get() - before) as usize, begin.elapsed())
}

/// Modules of official scripts: of each the first ones that are not too long.
fn modules() -> Vec<(String, Vec<u8>)> {
    const SCRIPTS: [&str; 14] = [
        "memory64/call_indirect",
        "memory64/memory_grow64",
        "multi-memory/memory_copy0",
        "tail-call/return_call_indirect",
        "wasm-v2/br_table",
        "wasm-v2/call_indirect",
        "wasm-v2/elem",
        "wasm-v2/fac",
        "wasm-v2/global",
        "wasm-v2/if",
        "wasm-v2/memory_init",
        "wasm-v2/local_tee",
        "wasm-v2/start",
        "wasm-v2/table_copy",
    ];
    const EACH: usize = 3;
    const LONGEST: usize = 3_000;
    let scripts = official();
    let mut modules = Vec::new();
    for name in SCRIPTS {
        let script = scripts.iter().find(|script| script.name == name);
        let Some(script) = script else { continue };
        let buffer = ParseBuffer::new(script.text).expect("the script can be read");
        let directives = parse::<Wast<'_>>(&buffer)
            .expect("the script is well-formed")
            .directives;
        let encoded = directives
            .into_iter()
            .filter_map(|directive| match directive {
                WastDirective::Module(QuoteWat::Wat(mut module)) => module.encode().ok(),
                _ => None,
            });
        let short = encoded.filter(|bytes| bytes.len() <= LONGEST).take(EACH);
        modules.extend(short.map(|bytes| (name.to_string(), bytes)));
    }
    assert!(
        modules.len() > 25,
        "the scripts are still there: {}",
        modules.len()
    );
    modules
}

#[test]
fn whole_modules_run() {
    let mut called = 0;
    for (name, bytes) in modules() {
        match load_and_run(&bytes) {
            Outcome::Ran { calls } => called += calls,
            // Imports of a fresh table or memory may be too small for its segments.
            Outcome::NotInstantiated(Error::Trap(_)) => {}
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(called > 200, "{called} functions were called");
}

#[test]
fn modules_cut_off_at_every_byte_are_refused_or_run() {
    for (name, bytes) in modules() {
        for length in 0..bytes.len() {
            match load_and_run(&bytes[..length]) {
                Outcome::Refused(
                    Error::Malformed { offset, .. } | Error::Invalid { offset, .. },
                ) => {
                    assert!(
                        offset <= length as u64,
                        "{name} cut at {length}: offset {offset}"
                    );
                }
                Outcome::Refused(error) => panic!("{name} cut at {length}: {error:?}"),
                // It ended between two sections.
                Outcome::NotInstantiated(_) | Outcome::Ran { .. } => {}
            }
        }
    }
}

#[test]
fn modules_with_flipped_bits_are_refused_or_run() {
    const EACH: usize = 400;
    const SWITCHED: usize = 3;
    let mut random = Random::new(1);
    let (mut refused, mut ran) = (0, 0);
    for (_, bytes) in modules() {
        for _ in 0..EACH {
            let mut bytes = bytes.clone();
            for _ in 0..=random.below(3) {
                let position = random.below(bytes.len());
                bytes[position] ^= 1 << random.below(8);
            }
            match load_and_run(&bytes) {
                Outcome::Refused(_) => refused += 1,
                Outcome::NotInstantiated(_) => ran += 1,
                Outcome::Ran { .. } => {
                    ran += 1;
                    // Code that nobody has written in this way: it must be the same in either translation.
                    if ran % SWITCHED == 0 {
                        switching(&bytes);
                    }
                }
            }
        }
    }
    assert!(
        refused > 1_000 && ran > 1_000,
        "{refused} were refused, {ran} ran"
    );
}

#[test]
fn modules_with_pieces_of_others_are_refused_or_run() {
    let mut random = Random::new(2);
    let modules = modules();
    for _ in 0..10_000 {
        let (_, one) = &modules[random.below(modules.len())];
        let (_, other) = &modules[random.below(modules.len())];
        let mut bytes = one[..random.below(one.len() + 1)].to_vec();
        bytes.extend_from_slice(&other[random.below(other.len())..]);
        load_and_run(&bytes);
    }
}

#[test]
fn random_bytes_are_refused() {
    let mut random = Random::new(3);
    for round in 0..20_000 {
        let length = random.below(200);
        let mut bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        if round % 2 == 0 {
            bytes.splice(0..0, HEADER);
        }
        load_and_run(&bytes);
    }
}

#[test]
fn wrong_magic_and_versions_are_malformed() {
    let inputs: [&[u8]; 9] = [
        b"",
        b"\0",
        b"\0asm",
        b"\0asm\x01\0\0",
        b"\0asm\x02\0\0\0",
        b"\0asm\x0d\0\x01\0",
        b"\x7fELF\x02\x01\x01\0",
        b"(module)",
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0",
    ];
    for bytes in inputs {
        let outcome = load_and_run(bytes);
        let malformed = matches!(outcome, Outcome::Refused(Error::Malformed { .. }));
        assert!(malformed, "{bytes:?}: {outcome:?}");
    }
    assert_eq!(
        load_and_run(&HEADER),
        Outcome::Ran { calls: 0 },
        "the smallest module"
    );
}

#[test]
fn a_hundred_megabytes_of_zeros_are_refused_at_once() {
    for header in [&[][..], &HEADER] {
        let mut bytes = vec![0; 100 << 20];
        bytes[..header.len()].copy_from_slice(header);
        let (outcome, memory, time) = measured(&bytes);
        let malformed = matches!(outcome, Outcome::Refused(Error::Malformed { .. }));
        assert!(malformed, "{outcome:?}");
        assert!(memory < 1 << 20, "{memory} bytes were taken");
        assert!(time < Duration::from_millis(500), "it took {time:?}");
    }
}

#[test]
fn a_file_of_empty_sections_takes_little_more_memory_than_itself() {
    let mut bytes = HEADER.to_vec();
    bytes.extend([0, 1, 0].repeat(4 << 20));
    let (outcome, memory, _) = measured(&bytes);
    assert_eq!(outcome, Outcome::Ran { calls: 0 });
    assert!(
        memory < 2 * bytes.len() + (32 << 20),
        "{memory} bytes were taken"
    );
}

/// 2^32 - 1 in LEB128.
const MANY: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x0f];

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    assert!(contents.len() < 128, "its length fits one byte");
    [&[id, contents.len() as u8], contents].concat()
}

/// One function type, one function, and its body with these instructions in front of `end`.
fn function(body: &[u8]) -> Vec<u8> {
    let body = [body, &[0x0b]].concat();
    let entry = [&[1, body.len() as u8], &body[..]].concat();
    [
        &HEADER[..],
        &section(1, &[1, 0x60, 0, 0]),
        &section(3, &[1, 0]),
        &section(4, &[1, 0x70, 0, 1]),
        &section(10, &entry),
    ]
    .concat()
}

fn with(text: &[&[u8]]) -> Vec<u8> {
    text.concat()
}

#[test]
fn counts_beyond_the_file_take_no_memory() {
    let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
    for id in 0..=14 {
        for rest in [&[][..], &[0; 40], &[1; 40]] {
            let contents = [&MANY[..], rest].concat();
            let bytes = [&HEADER[..], &section(id, &contents)].concat();
            inputs.push((format!("section {id} of many"), bytes));
        }
        let long = [&HEADER[..], &[id], &MANY, &[0; 40]].concat();
        inputs.push((format!("section {id} of that length"), long));
    }
    let inner: [(&str, Vec<u8>); 12] = [
        (
            "parameters",
            section(1, &with(&[&[1, 0x60], &MANY, &[0x7f; 20]])),
        ),
        (
            "results",
            section(1, &with(&[&[1, 0x60, 0], &MANY, &[0x7f; 20]])),
        ),
        (
            "the length of a name",
            section(2, &with(&[&[1], &MANY, &[0x61; 20]])),
        ),
        ("a memory's pages", section(5, &with(&[&[1, 0], &MANY]))),
        (
            "a table's entries",
            section(4, &with(&[&[1, 0x70, 0], &MANY])),
        ),
        (
            "an element segment's entries",
            section(9, &with(&[&[1, 1, 0], &MANY, &[0; 20]])),
        ),
        (
            "an element segment's expressions",
            section(9, &with(&[&[1, 5, 0x70], &MANY, &[0; 20]])),
        ),
        (
            "a data segment's bytes",
            section(11, &with(&[&[1, 1], &MANY, &[0; 20]])),
        ),
        ("data segments announced", section(12, &MANY)),
        (
            "a function's bytes",
            section(10, &with(&[&[1], &MANY, &[0; 20]])),
        ),
        (
            "names of functions",
            section(0, &with(&[b"\x04name\x01\x0a", &MANY, &[0; 20]])),
        ),
        (
            "names of locals",
            section(0, &with(&[b"\x04name\x02\x0c\x01\x00", &MANY, &[0; 20]])),
        ),
    ];
    for (about, section) in inner {
        inputs.push((about.to_string(), [&HEADER[..], &section].concat()));
    }
    let bodies: [(&str, Vec<u8>); 5] = [
        ("groups of locals", with(&[&MANY, &[1, 0x7f]])),
        ("locals in a group", with(&[&[1], &MANY, &[0x7f]])),
        (
            "locals in many groups",
            with(&[&[8], &with(&[&MANY, &[0x7f]]).repeat(8)]),
        ),
        (
            "targets of a table",
            with(&[&[0, 0x41, 0, 0x0e], &MANY, &[0; 20]]),
        ),
        ("types of a select", with(&[&[0, 0x1c], &MANY, &[0x7f; 20]])),
    ];
    for (about, body) in bodies {
        inputs.push((about.to_string(), function(&body)));
    }
    for (about, bytes) in inputs {
        let (outcome, memory, time) = measured(&bytes);
        // Names are of no consequence for validity, and a custom section may be called anything.
        let harmless = about.contains("names") || about.contains("section 0");
        let refused = matches!(outcome, Outcome::Refused(_) | Outcome::NotInstantiated(_));
        assert!(refused || harmless, "{about}: {outcome:?}");
        assert!(memory < 4 << 20, "{about}: {memory} bytes were taken");
        assert!(time < Duration::from_secs(1), "{about}: it took {time:?}");
    }
}
