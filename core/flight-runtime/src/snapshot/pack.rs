//! Bytes in compressed pieces of 64 KiB. Pieces of zeros take no room.

use alloc::vec::Vec;

use lz4_flex::block::{
    CompressTable, compress_into_with_table, decompress_into, get_maximum_output_size,
};

use crate::codec::{Read, Reader, Writer};

/// The bytes of a piece; the last one may have fewer.
pub(super) const PIECE: usize = 1 << 16;

/// Writes bytes: how many they are, then the pieces.
///
/// A piece is its compressed size, which is the whole one if it is not compressed, and the bytes.
/// A size of 0 stands for a number of pieces of zeros, which follows; `sparse` says whether there are such.
pub(crate) fn pack(to: &mut Writer, bytes: &[u8], sparse: bool) {
    to.number(bytes.len() as u64);
    let mut table = CompressTable::large();
    let mut packed = alloc::vec![0; get_maximum_output_size(PIECE)];
    let mut zeros = 0;
    for piece in bytes.chunks(PIECE) {
        if sparse && is_zero(piece) {
            zeros += 1;
            continue;
        }
        pack_zeros(to, &mut zeros);
        match compress_into_with_table(piece, &mut packed, &mut table) {
            Ok(size) if size < piece.len() => to.bytes(&packed[..size]),
            _ => to.bytes(piece),
        }
    }
    pack_zeros(to, &mut zeros);
}

fn pack_zeros(to: &mut Writer, zeros: &mut u64) {
    if *zeros > 0 {
        to.byte(0);
        to.number(core::mem::take(zeros));
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<256>();
    let is_zero = |bytes: &[u8]| bytes.iter().fold(0, |all, byte| all | byte) == 0;
    blocks.iter().all(|block| is_zero(block)) && is_zero(rest)
}

/// What `pack` has written, not yet decompressed.
#[derive(Debug)]
pub(crate) struct Packed<'a> {
    length: u64,
    parts: Vec<Part<'a>>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    /// So many pieces of zeros.
    Zeros(u64),
    Piece(&'a [u8]),
}

impl<'a> Packed<'a> {
    pub(crate) fn read(from: &mut Reader<'a>, sparse: bool) -> Read<Self> {
        let length = from.number()?;
        let mut parts = Vec::new();
        let mut pieces = length.div_ceil(PIECE as u64);
        while pieces > 0 {
            let begin = from.clone();
            let packed = from.bytes()?;
            if !packed.is_empty() {
                parts.push(Part::Piece(packed));
                pieces -= 1;
                continue;
            }
            let zeros = from.number()?;
            if !sparse || zeros == 0 || zeros > pieces {
                return Err(begin.wrong("more pieces are left out than there are"));
            }
            parts.push(Part::Zeros(zeros));
            pieces -= zeros;
        }
        Ok(Self { length, parts })
    }

    /// How many bytes it stands for.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Whether every piece can be decompressed.
    pub(crate) fn is_sound(&self) -> bool {
        let mut scratch = alloc::vec![0; PIECE];
        let mut left = self.length;
        self.parts.iter().all(|part| match part {
            Part::Zeros(pieces) => {
                left = left.saturating_sub(pieces * PIECE as u64);
                true
            }
            Part::Piece(packed) => {
                let length = left.min(PIECE as u64);
                left -= length;
                let target = &mut scratch[..length as usize];
                packed.len() == target.len() || unpack_piece(packed, target)
            }
        })
    }

    /// Decompresses to where the bytes are to lie: `target` has the right length.
    pub(crate) fn write_to(&self, mut target: &mut [u8]) {
        for part in &self.parts {
            let pieces = match part {
                Part::Zeros(pieces) => *pieces as usize,
                Part::Piece(_) => 1,
            };
            let length = pieces.saturating_mul(PIECE).min(target.len());
            let (own, rest) = target.split_at_mut(length);
            target = rest;
            match part {
                // What is zero already is not written, so that a system need not give memory for it.
                Part::Zeros(_) => own
                    .chunks_mut(PIECE)
                    .filter(|piece| !is_zero(piece))
                    .for_each(|piece| piece.fill(0)),
                // That this can be done has been seen.
                Part::Piece(packed) => drop(unpack_piece(packed, own)),
            }
        }
    }

    /// Decompresses what is not sparse; `None` if that cannot be done.
    pub(crate) fn unpack(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for part in &self.parts {
            let Part::Piece(packed) = part else {
                return None;
            };
            let begin = bytes.len();
            let length = (self.length - begin as u64).min(PIECE as u64) as usize;
            // Room is made as pieces turn out to be sound: a few bytes alone take none.
            bytes.try_reserve(length).ok()?;
            bytes.resize(begin + length, 0);
            if !unpack_piece(packed, &mut bytes[begin..]) {
                return None;
            }
        }
        Some(bytes)
    }
}

fn unpack_piece(packed: &[u8], target: &mut [u8]) -> bool {
    if packed.len() >= target.len() {
        let is_whole = packed.len() == target.len();
        if is_whole {
            target.copy_from_slice(packed);
        }
        return is_whole;
    }
    decompress_into(packed, target).is_ok_and(|length| length == target.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    /// Bytes of every sort, of this length.
    fn samples(length: usize) -> [Vec<u8>; 4] {
        let mut mixed = alloc::vec![0; length];
        for (position, byte) in mixed.iter_mut().enumerate() {
            if position % 200_000 < 70_000 {
                *byte = position as u8;
            }
        }
        [
            alloc::vec![0; length],
            alloc::vec![7; length],
            noise(length),
            mixed,
        ]
    }

    const LENGTHS: [usize; 8] = [0, 1, 17, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE, 700_001];

    #[test]
    fn what_is_packed_is_unpacked() {
        for sample in LENGTHS.into_iter().flat_map(samples) {
            let mut to = Writer::new();
            pack(&mut to, &sample, true);
            assert!(to.written().len() <= sample.len() + 100);
            let mut from = Reader::new(to.written(), 0);
            let packed = Packed::read(&mut from, true).expect("it is whole");
            assert_eq!((packed.length(), from.left()), (sample.len() as u64, 0));
            assert!(packed.is_sound());
            let mut target = noise(sample.len());
            packed.write_to(&mut target);
            assert!(target == sample, "{} bytes", sample.len());

            let mut to = Writer::new();
            pack(&mut to, &sample, false);
            let packed = Packed::read(&mut Reader::new(to.written(), 0), false);
            assert!(packed.expect("it is whole").unpack() == Some(sample));
        }
    }

    #[test]
    fn zeros_take_no_room() {
        let mut to = Writer::new();
        pack(&mut to, &alloc::vec![0; 64 << 20], true);
        assert!(to.written().len() < 16);
    }

    #[test]
    fn what_is_not_whole_is_found() {
        for sample in [1, PIECE + 1, 300_000].into_iter().flat_map(samples) {
            for sparse in [true, false] {
                let mut to = Writer::new();
                pack(&mut to, &sample, sparse);
                let bytes = to.into_bytes();
                for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
                    let packed = Packed::read(&mut Reader::new(&bytes[..end], 0), sparse);
                    assert!(packed.is_err());
                }
            }
        }
        // So many zeros, said in a few bytes.
        let bomb = [
            0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0xff, 0xff, 0xff, 0x7f,
        ];
        assert!(Packed::read(&mut Reader::new(&bomb, 0), false).is_err());
        assert!(Packed::read(&mut Reader::new(&bomb, 0), true).is_err());
    }

    #[test]
    fn changed_bytes_do_no_harm() {
        let [_, _, _, sample] = samples(150_000);
        let mut to = Writer::new();
        pack(&mut to, &sample, true);
        let bytes = to.into_bytes();
        for (position, value) in noise(20_000).chunks_exact(3).map(|it| {
            let position = usize::from(it[0]) << 8 | usize::from(it[1]);
            (position % bytes.len(), it[2])
        }) {
            let mut changed = bytes.clone();
            changed[position] = value;
            for sparse in [true, false] {
                let Ok(packed) = Packed::read(&mut Reader::new(&changed, 0), sparse) else {
                    continue;
                };
                if sparse && packed.is_sound() && packed.length() < 1 << 20 {
                    packed.write_to(&mut alloc::vec![0; packed.length() as usize]);
                }
                drop(packed.unpack());
            }
        }
    }
}
