//! The programs: each is a module with one export, `run`, from a size to a checksum.

use std::borrow::Cow;

use crate::answers;
use crate::pack::Pack;

/// A program.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) code: Code,
    /// The size that is measured.
    pub(crate) size: u32,
    /// A size for trying out.
    pub(crate) small: u32,
}

/// What kind of program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A published crate at work.
    Published,
    /// A small program of the kind that is measured everywhere.
    Classic,
    /// Outside of the mean: the host does the work, by its own means, whichever the interpreter.
    Host,
    /// Outside of the mean: the peer does not know these instructions.
    Alone,
}

/// Where the module comes from.
pub(crate) enum Code {
    /// The text is here, and so is what it must give, computed in plain Rust.
    Text {
        text: &'static str,
        answer: fn(u32) -> u64,
    },
    /// It was compiled from `rust-guests` and is handed over.
    Compiled,
}

impl Class {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Classic => "classic",
            Self::Host => "host",
            Self::Alone => "alone",
        }
    }

    /// Whether it counts in the mean.
    pub(crate) const fn is_in_mean(self) -> bool {
        matches!(self, Self::Published | Self::Classic)
    }
}

impl Program {
    /// The program as a binary module, or none if it was not handed over.
    pub(crate) fn bytes<'a>(&self, pack: &'a Pack) -> Result<Option<Cow<'a, [u8]>>, String> {
        match self.code {
            Code::Text { text, .. } => match wat::parse_str(text) {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) => Err(format!("{}: {error}", self.name)),
            },
            Code::Compiled => Ok(pack.find(self.name).map(Cow::Borrowed)),
        }
    }

    /// The checksum for a size, if it is known.
    pub(crate) fn answer(&self, size: u32) -> Option<u64> {
        match self.code {
            Code::Text { answer, .. } => Some(answer(size)),
            Code::Compiled => None,
        }
    }
}

macro_rules! programs {
    ($($class:ident $kind:ident $name:ident: $size:literal, $small:literal;)*) => {
        /// All of them.
        pub(crate) const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            class: Class::$class,
            code: programs!($kind $name),
            size: $size,
            small: $small,
        }),*];
    };
    (text $name:ident) => {
        Code::Text {
            text: include_str!(concat!("../guests/", stringify!($name), ".wat")),
            answer: answers::$name,
        }
    };
    (rust $name:ident) => { Code::Compiled };
}

programs! {
    Published rust argon2: 16, 1;
    Published rust blake3: 200, 1;
    Published rust chess: 16, 1;
    Published rust coremark: 200, 1;
    Published rust deflate: 8, 1;
    Published rust jpeg: 20, 1;
    Published rust json: 80, 1;
    Published rust lua: 5, 1;
    Published rust markdown: 60, 1;
    Published rust raster: 20, 1;
    Published rust regex: 3, 1;
    Published rust sha2: 120, 1;
    Classic text fib: 32, 20;
    Classic text sieve: 4_000_000, 20_000;
    Classic text matrix: 240, 24;
    Classic rust nbody: 1000, 1;
    Classic rust mandelbrot: 100, 1;
    Classic rust spectral_norm: 200, 1;
    Classic text sort: 100_000, 5_000;
    Classic rust sort_indirect: 80, 1;
    Classic text call_indirect: 4_000_000, 30_000;
    Classic rust string_search: 150, 1;
    Classic rust simd_dot: 8000, 1;
    Classic rust simd_blur: 1200, 1;
    Host text memory_copy: 1000, 4;
    Alone text gc_list: 400_000, 1_000;
    Alone text gc_tree: 15, 6;
    Alone text exceptions: 1_000_000, 1_000;
}

#[cfg(test)]
mod tests {
    use super::{PROGRAMS, Program};
    use crate::engine::ENGINES;
    use crate::pack::Pack;

    /// The peer is compared with these answers at every measurement; built without full optimisation, as tests are,
    /// it runs out of the host's stack.
    #[test]
    fn flight_gives_the_known_answers() {
        let none = Pack::default();
        for program in PROGRAMS {
            let bytes = program.bytes(&none);
            let Some(bytes) = bytes.expect("the guests are well-formed") else {
                continue;
            };
            for engine in ENGINES.iter().filter(|engine| engine.is_flight) {
                let mut guest = (engine.load)(&bytes).expect("the guests are valid");
                for size in [program.small, program.small / 2 + 1] {
                    let found = guest.run(size).expect("the guests do not trap");
                    let answer = program.answer(size);
                    assert_eq!(Some(found), answer, "{} of {size}", program.name);
                }
            }
        }
    }

    #[test]
    fn no_two_programs_have_the_same_name() {
        let names = |programs: &[Program]| programs.iter().map(|one| one.name).collect::<Vec<_>>();
        for at in 1..PROGRAMS.len() {
            assert!(!names(&PROGRAMS[..at]).contains(&PROGRAMS[at].name));
        }
    }
}
