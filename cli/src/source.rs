//! Modules from files: binary or text.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flight_runtime::Module;
use flight_wasm::Features;

use crate::failure::Failure;

/// The bytes of a module, and what to call it in messages.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Source {
    /// Reads a file, or the standard input for `-`, and translates it if it is text.
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        let (name, bytes) = if file == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| cannot_read("the standard input", &error))?;
            ("standard input".to_string(), bytes)
        } else {
            (file.to_string(), read_file(file)?)
        };
        let bytes = match text(file, &bytes) {
            None => bytes,
            Some(text) => translate(&name, text)?,
        };
        Ok(Self { name, bytes })
    }

    /// Decodes and validates the module.
    pub(crate) fn module(&self, features: Features) -> Result<Module, Failure> {
        let module = Module::from_bytes_with(&self.bytes, features);
        module.map_err(|error| Failure::of_module(&self.name, &error.into()))
    }
}

/// The bytes of a file.
pub(crate) fn read_file(file: &str) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| cannot_read(file, &error))
}

fn cannot_read(what: &str, error: &io::Error) -> Failure {
    Failure::CommandLine(format!("{what} cannot be read: {error}"))
}

/// The text of a file, if it is not a binary one: by its first bytes and by its name's ending.
fn text<'a>(file: &str, bytes: &'a [u8]) -> Option<&'a str> {
    let named_binary = Path::new(file)
        .extension()
        .is_some_and(|ending| ending == "wasm");
    // A text cannot begin with the zero byte that every binary module begins with.
    let begins_binary = bytes.first() == Some(&0);
    if named_binary || begins_binary {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

fn translate(name: &str, text: &str) -> Result<Vec<u8>, Failure> {
    wat::parse_str(text).map_err(|mut error| {
        error.set_path(name);
        Failure::Module(error.to_string())
    })
}
