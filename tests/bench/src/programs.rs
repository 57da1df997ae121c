//! The programs: guests written in the text format, each with one export, `run`, from a size to a checksum.

use crate::answers;

/// A program.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    /// The size that is measured.
    pub(crate) size: u32,
    /// A size for trying out.
    pub(crate) quick: u32,
    /// The checksum for a size, computed here.
    pub(crate) answer: fn(u32) -> u64,
}

impl Program {
    /// The program as a binary module.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, String> {
        wat::parse_str(self.text).map_err(|error| format!("{}: {error}", self.name))
    }
}

macro_rules! programs {
    ($($name:ident: $size:literal, $quick:literal;)*) => {
        pub(crate) const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            text: include_str!(concat!("../guests/", stringify!($name), ".wat")),
            size: $size,
            quick: $quick,
            answer: answers::$name,
        }),*];
    };
}

programs! {
    fib: 29, 20;
    sieve: 1_000_000, 20_000;
    matrix: 120, 24;
    sha256: 400_000, 10_000;
    sort: 100_000, 5_000;
    call_indirect: 1_000_000, 30_000;
    memory_copy: 100, 4;
}

#[cfg(test)]
mod tests {
    use super::PROGRAMS;

    /// The peer is compared with these answers at every measurement; built without full optimisation, as tests are,
    /// it runs out of the host's stack.
    #[test]
    fn flight_gives_the_known_answers() {
        for program in PROGRAMS {
            let bytes = program.bytes().expect("the guests are well-formed");
            let mut guest = crate::flight::load(&bytes).expect("the guests are valid");
            for size in [program.quick, program.quick / 2 + 1] {
                let found = guest.run(size).expect("the guests do not trap");
                assert_eq!(found, (program.answer)(size), "{} of {size}", program.name);
            }
        }
    }
}
