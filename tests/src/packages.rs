//! What is done with the modules of published packages.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flight_runtime::{
    Caller, Config, Error, HostError, Imports, Interpreter, Module, Translation, Trap, Value,
};

use crate::load_and_run::zeros;
use crate::switching::Together;

/// Instructions that each call of an export may execute, and how many exports are called.
const FUEL: u64 = 20_000;
const EXPORTS: usize = 300;

/// Bytes that are hashed while a module's exports are called.
const HASHED: u64 = 256 << 20;

/// All files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Loads a module, instantiates it with stubs, and calls its exports with zeros, in either translation and in both by
/// turns: says how far it came.
///
/// # Errors
/// In words, if it does not load or cannot be instantiated.
pub fn calls(bytes: &[u8]) -> Result<String, String> {
    let module = Module::from_bytes(bytes).map_err(|error| error.to_string())?;
    let config = Config {
        memory_budget: 2 << 30,
        ..Config::default()
    };
    let mut together = match Together::new(&module, &config, bytes.len() as u64, HASHED) {
        Ok(together) => together,
        // Zeros are no addresses that active segments could go to.
        Err(Error::Trap(trap))
            if module
                .imports()
                .iter()
                .any(|import| import.ty.kind() == "global") =>
        {
            return Ok(format!(
                "{} functions load; stubs do not suffice: {trap}",
                module.function_count()
            ));
        }
        Err(error) => return Err(error.to_string()),
    };
    let (mut called, mut traps) = (0, BTreeMap::new());
    for export in module.exports().iter().take(EXPORTS) {
        let interpreter = together.first();
        let Ok(func) = interpreter.exported_function(together.instance(), &export.name) else {
            continue;
        };
        let ty = interpreter
            .func_type(func)
            .map_err(|error| error.to_string())?;
        let Some(arguments) = zeros(ty.params()) else {
            continue;
        };
        together
            .call(func, &arguments, FUEL)
            .and_then(|done| done.map_err(|error| error.to_string()))
            .map_err(|words| format!("{}: {words}", export.name))?;
        called += 1;
        if let Some(trap) = together.first().trap() {
            *traps.entry(trap.kind.message()).or_insert(0) += 1;
        }
        // What can be seen where it stopped.
        together.each(Interpreter::collect_garbage);
        let interpreter = together.first();
        let frames = interpreter.frames().len();
        assert_eq!(frames, interpreter.depth(), "every frame can be seen");
        let _ = interpreter.explain();
        together.each(Interpreter::reset);
    }
    let traps: Vec<String> = traps
        .iter()
        .map(|(kind, count)| format!("; {count} {kind}"))
        .collect();
    Ok(format!(
        "{} functions, {called} exports called{}",
        module.function_count(),
        traps.concat()
    ))
}

/// A module of `hash-wasm`: its name, the argument of `Hash_Init`, that of `Hash_Final`, and the digest of `abc`.
#[rustfmt::skip]
const DIGESTS: &[(&str, i32, i32, &str)] = &[
    ("adler32", 0, 0, "024d0127"),
    ("blake2b", 512, 0, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
    ("blake2s", 256, 0, "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
    ("blake3", 0, 32, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
    ("crc32", 0xedb8_8320_u32 as i32, 0, "352441c2"),
    ("md4", 0, 0, "a448017aaf21d8525fc10ae87aa6729d"),
    ("md5", 0, 0, "900150983cd24fb0d6963f7d28e17f72"),
    ("ripemd160", 0, 0, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
    ("sha1", 0, 0, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("sha256", 256, 0, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("sha3", 256, 6, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    ("sha3", 256, 1, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ("sha512", 512, 0, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
    ("sm3", 0, 0, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ("whirlpool", 0, 0, "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5"),
];

/// The modules that the script of `hash-wasm` carries: each loads, and those with known answers give them.
pub fn digests(script: &str) -> Vec<(String, Result<String, String>)> {
    let mut name = "";
    let mut outcomes = Vec::new();
    for line in script.lines() {
        let Some((begin, value)) = line.split_once(" = \"") else {
            continue;
        };
        let value = value.trim_end_matches("\";");
        if begin.starts_with("var name$") {
            name = value;
        } else if begin.starts_with("var data$") {
            let bytes = base64(value);
            outcomes.push((format!("hash-wasm/{name}"), calls(&bytes)));
            let known = DIGESTS.iter().filter(|known| known.0 == name);
            for (_, init, end, digest) in known {
                let length = digest.len() as u64 / 2;
                let outcome = match in_both(|config| hash(&bytes, config, *init, *end, length)) {
                    Ok((found, _)) if found == *digest => {
                        Ok(format!("{found} is the digest of abc"))
                    }
                    Ok((found, _)) => Err(format!("the digest of abc is {digest}, not {found}")),
                    Err(words) => Err(words),
                };
                outcomes.push((format!("hash-wasm/{name} digest {init} {end}"), outcome));
            }
        }
    }
    outcomes
}

/// Does something in either translation: what came of it, and the machine's hash at the end.
fn in_both<R: PartialEq + Debug>(
    run: impl Fn(Config) -> Result<(R, u64), Error>,
) -> Result<(R, u64), String> {
    let [precise, folded] = [Translation::Precise, Translation::Folded].map(|translation| {
        run(Config {
            translation,
            ..Config::default()
        })
    });
    match precise == folded {
        true => precise.map_err(|error| error.to_string()),
        false => Err(format!(
            "the translations differ: precise {precise:?}, folded {folded:?}"
        )),
    }
}

/// The digest of `abc`, and the machine's hash at the end.
fn hash(
    bytes: &[u8],
    config: Config,
    init: i32,
    end: i32,
    length: u64,
) -> Result<(String, u64), Error> {
    let mut interpreter = Interpreter::new(config);
    let instance = interpreter.instantiate(&Module::from_bytes(bytes)?, &Imports::new())?;
    let call = |interpreter: &mut Interpreter, name: &str, argument: i32| {
        let func = interpreter.exported_function(instance, name)?;
        let count = interpreter.func_type(func)?.params().len();
        interpreter.call_function(func, &[Value::I32(argument)][..count])
    };
    let buffer = match call(&mut interpreter, "Hash_GetBuffer", 0)?[..] {
        [Value::I32(address)] => u64::from(address as u32),
        _ => return Err(Error::Usage("there is no buffer".to_string())),
    };
    call(&mut interpreter, "Hash_Init", init)?;
    interpreter.write_memory(instance, 0, buffer, b"abc")?;
    call(&mut interpreter, "Hash_Update", 3)?;
    call(&mut interpreter, "Hash_Final", end)?;
    let digest = interpreter.read_memory(instance, 0, buffer, length)?;
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((digest, interpreter.state_hash()))
}

/// The modules that the script of `wasm-feature-detect` carries, each of which uses one feature.
pub fn probes(script: &str) -> Vec<(String, Result<String, String>)> {
    let mut outcomes = Vec::new();
    for (position, part) in script.split("[0,97,115,109,").skip(1).enumerate() {
        let list = part.split(']').next().unwrap_or_default();
        let mut bytes = b"\0asm".to_vec();
        bytes.extend(
            list.split(',')
                .filter_map(|number| number.parse::<u8>().ok()),
        );
        outcomes.push((
            format!("wasm-feature-detect/probe {}", position + 1),
            calls(&bytes),
        ));
    }
    outcomes
}

fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for character in text.bytes() {
        let six = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

const PROGRAM: &str =
    "print(sum(range(1000)))\ntry:\n  1//0\nexcept ZeroDivisionError:\n  print('caught')";

/// Runs a program in MicroPython, which throws exceptions inside: with as little of WASI as it needs.
///
/// # Errors
/// In words, if it does not end as it should.
pub fn python(bytes: &[u8]) -> Result<String, String> {
    let module = Module::from_bytes(bytes).map_err(|error| error.to_string())?;
    let (ended, _) = in_both(|config| micropython(&module, config))?;
    let Ended {
        text,
        problem,
        time,
    } = ended;
    match problem {
        Some(problem) => Err(format!("{problem}\n{text}")),
        None if text == "499500\ncaught\n" => Ok(format!("{time} instructions")),
        None => Err(format!("it prints {text:?}")),
    }
}

/// How the program ended.
#[derive(Debug, PartialEq)]
struct Ended {
    text: String,
    problem: Option<Box<Trap>>,
    time: u64,
}

fn micropython(module: &Module, config: Config) -> Result<(Ended, u64), Error> {
    let output = Rc::new(RefCell::new(Vec::new()));
    let mut imports = Imports::new();
    for import in module.imports() {
        let (output, name) = (output.clone(), import.name.clone());
        let answer = move |caller: &mut Caller<'_>, arguments: &[Value]| {
            let numbers: Vec<u64> = arguments.iter().map(|value| number(*value)).collect();
            let result = wasi(caller, &name, &numbers, &output)?;
            Ok(if &*name == "proc_exit" {
                vec![]
            } else {
                vec![Value::I32(result)]
            })
        };
        imports.func_of_any_type(&import.module, &import.name, answer);
    }
    let mut interpreter = Interpreter::new(config);
    let instance = interpreter.instantiate(module, &imports)?;
    let start = interpreter.exported_function(instance, "_start")?;
    let problem = match interpreter.call_function(start, &[]) {
        Ok(_) => None,
        Err(Error::Trap(trap)) if trap.explanation == "exit 0" => None,
        Err(Error::Trap(trap)) => Some(trap),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8_lossy(&output.borrow()).into_owned();
    let time = interpreter.time();
    Ok((
        Ended {
            text,
            problem,
            time,
        },
        interpreter.state_hash(),
    ))
}

fn number(value: Value) -> u64 {
    match value {
        Value::I32(value) => u64::from(value as u32),
        Value::I64(value) => value as u64,
        _ => 0,
    }
}

const BAD_DESCRIPTOR: i32 = 8;
const NOT_SUPPORTED: i32 = 52;

fn wasi(
    caller: &mut Caller<'_>,
    name: &str,
    numbers: &[u64],
    output: &RefCell<Vec<u8>>,
) -> Result<i32, HostError> {
    let words = ["micropython", "-c", PROGRAM];
    let size: usize = words.iter().map(|word| word.len() + 1).sum();
    let word = |caller: &mut Caller<'_>, address: u64, value: u32| {
        caller.write_memory(address, &value.to_le_bytes())
    };
    match (name, numbers) {
        ("args_sizes_get", [count, bytes]) => {
            word(caller, *count, words.len() as u32)?;
            word(caller, *bytes, size as u32)?;
        }
        ("args_get", [pointers, bytes]) => {
            let mut at = *bytes;
            for (position, text) in words.iter().enumerate() {
                word(caller, pointers + 4 * position as u64, at as u32)?;
                caller.write_memory(at, text.as_bytes())?;
                caller.write_memory(at + text.len() as u64, &[0])?;
                at += text.len() as u64 + 1;
            }
        }
        ("environ_sizes_get", [count, bytes]) => {
            word(caller, *count, 0)?;
            word(caller, *bytes, 0)?;
        }
        ("clock_time_get", [.., time]) => caller.write_memory(*time, &[0; 8])?,
        ("fd_fdstat_get", [0..=2, address]) => {
            let mut stat = [0; 24];
            // A character device.
            stat[0] = 2;
            caller.write_memory(*address, &stat)?;
        }
        ("fd_write", [1 | 2, vectors, count, written]) => {
            let mut total = 0;
            for position in 0..*count {
                let vector = caller.read_memory(vectors + 8 * position, 8)?;
                let part = |at: usize| {
                    u32::from_le_bytes([vector[at], vector[at + 1], vector[at + 2], vector[at + 3]])
                };
                let (address, length) = (part(0), part(4));
                output
                    .borrow_mut()
                    .extend_from_slice(caller.read_memory(address.into(), length.into())?);
                total += length;
            }
            word(caller, *written, total)?;
        }
        ("proc_exit", [code]) => return Err(HostError::new(format!("exit {code}"))),
        ("environ_get" | "sched_yield" | "host_call" | "host_result_cap" | "fd_close", _) => {}
        ("fd_prestat_get" | "fd_fdstat_get", _) => return Ok(BAD_DESCRIPTOR),
        _ => return Ok(NOT_SUPPORTED),
    }
    Ok(0)
}
