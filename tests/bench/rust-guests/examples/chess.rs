//! Counts all lines of play of three moves from a position with shakmaty: bit boards, and lists of moves.

use rust_guests::guest;
use shakmaty::{CastlingMode, Chess, fen::Fen, perft};

/// A position with castling, pins and promotions, known from tests of move generators, and the count that they know.
const POSITION: &str = "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1";
const LINES: u64 = 97_862;

guest!(|| {
    let fen: Fen = POSITION.parse().expect("the position is written right");
    let position: Chess = fen
        .into_position(CastlingMode::Standard)
        .expect("the position is possible");
    move |_: u32| {
        let lines = perft(&position, 3);
        assert_eq!(lines, LINES, "all lines are found");
        lines
    }
});
