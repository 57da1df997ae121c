//! A static file server for this machine only: enough of HTTP to look at the page and to test it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::Result;

/// No browser's request head is longer.
const LONGEST_HEAD: u64 = 64 * 1024;
/// Browsers open connections that they never use.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which port to listen on.
#[derive(Clone, Copy)]
pub(crate) enum Port {
    /// This one, or none; 0 is any free one.
    Exactly(u16),
    /// This one, else one of the next few, else any.
    From(u16),
}

/// A server that listens, and the folder that it serves.
pub(crate) struct Server {
    listener: TcpListener,
    folder: Arc<PathBuf>,
}

impl Server {
    /// Listens on the loopback address.
    pub(crate) fn bind(folder: PathBuf, port: Port) -> Result<Self> {
        let listen = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = match port {
            Port::Exactly(port) => {
                listen(port).map_err(|error| format!("cannot listen on port {port}: {error}."))?
            }
            Port::From(first) => {
                let near = (first..first.saturating_add(20)).find_map(|port| listen(port).ok());
                near.map_or_else(|| listen(0), Ok)
                    .map_err(|error| format!("no port is free to listen on: {error}."))?
            }
        };
        Ok(Self {
            listener,
            folder: Arc::new(folder),
        })
    }

    /// What to type into a browser.
    pub(crate) fn address(&self) -> String {
        let port = self
            .listener
            .local_addr()
            .map_or(0, |address| address.port());
        format!("http://127.0.0.1:{port}/")
    }

    /// Answers requests for as long as the program runs.
    pub(crate) fn serve(&self) -> Result<()> {
        for stream in self.listener.incoming().flatten() {
            let folder = Arc::clone(&self.folder);
            // A client that goes away in the middle is its own affair.
            thread::spawn(move || answer(&stream, &folder).ok());
        }
        Ok(())
    }
}

fn answer(mut stream: &TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = BufReader::new(stream.take(LONGEST_HEAD)).lines();
    let request = head.next().transpose()?.unwrap_or_default();
    // The connection is closed after the answer; unread input would make that a reset.
    head.map_while(std::io::Result::ok)
        .take_while(|line| !line.is_empty())
        .for_each(drop);

    let mut words = request.split(' ');
    let method = words.next().unwrap_or_default();
    let file = words.next().and_then(|target| file_of(target, folder));
    let (status, kind, body) = match file.map(|file| (media_type(&file), fs::read(&file))) {
        _ if method != "GET" && method != "HEAD" => (
            "405 Method Not Allowed",
            "text/plain",
            b"only GET\n".to_vec(),
        ),
        Some((kind, Ok(body))) => ("200 OK", kind, body),
        _ => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a request's target names, if it lies in the folder.
fn file_of(target: &str, folder: &Path) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let relative = decode(path.strip_prefix('/')?)?;
    let relative = Path::new(&relative);
    if !relative
        .components()
        .all(|component| matches!(component, Component::Normal(_)))
    {
        return None;
    }
    let file = folder.join(relative);
    Some(if file.is_dir() {
        file.join("index.html")
    } else {
        file
    })
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digit = |digit: u8| char::from(digit).to_digit(16);
            bytes.push(u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn media_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "wat" | "wast" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_name_files_in_the_folder_and_nowhere_else() {
        let folder = Path::new("dist");
        assert_eq!(
            file_of("/a/b%20c.js?v=1", folder),
            Some(PathBuf::from("dist/a/b c.js"))
        );
        assert_eq!(file_of("/../secret", folder), None);
        assert_eq!(file_of("/%2e%2e/secret", folder), None);
        assert_eq!(file_of("//etc/passwd", folder), None);
        assert_eq!(file_of("/bad%2", folder), None);
    }

    #[test]
    fn a_file_is_served_with_its_media_type_and_a_missing_one_is_not_found() {
        let server =
            Server::bind(PathBuf::from(env!("CARGO_MANIFEST_DIR")), Port::Exactly(0)).unwrap();
        let port = server.listener.local_addr().unwrap().port();
        thread::spawn(move || server.serve());
        let ask = |request: &str| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            write!(stream, "{request} HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let found = ask("GET /src/serve.rs");
        assert!(
            found.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"),
            "{found}"
        );
        assert!(found.ends_with("}\n"));
        assert!(ask("HEAD /Cargo.toml").ends_with("\r\n\r\n"));
        assert!(ask("GET /nothing").starts_with("HTTP/1.1 404 "));
        assert!(ask("POST /Cargo.toml").starts_with("HTTP/1.1 405 "));
    }
}
