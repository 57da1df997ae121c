//! Copies of what changes little, in pages that copies share.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::iter::repeat;
use core::ops::Range;

/// The bytes of a page.
const PAGE_BYTES: usize = 65_536;

/// What pages are made of.
pub trait Unit: Copy + Default + PartialEq {
    /// Whether two slices of the same length hold the same.
    fn same(left: &[Self], right: &[Self]) -> bool;
    /// Whether all is zero.
    fn is_zero(items: &[Self]) -> bool;
}

/// How many words are looked at before it is asked whether they were the wanted ones: a question for each word would
/// be slow, and so is a library's comparison inside WebAssembly, which goes byte by byte.
const WORDS: usize = 8;

impl Unit for u8 {
    fn same(left: &[Self], right: &[Self]) -> bool {
        if cfg!(not(target_family = "wasm")) {
            return left == right;
        }
        let (lefts, left_rest) = left.as_chunks::<8>();
        let (rights, right_rest) = right.as_chunks::<8>();
        let (lefts, left_words) = lefts.as_chunks::<WORDS>();
        let (rights, right_words) = rights.as_chunks::<WORDS>();
        let same_words = |(left, right): (&[[u8; 8]; WORDS], &[[u8; 8]; WORDS])| {
            let pairs = left.iter().zip(right);
            let differing =
                |(l, r): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*l) ^ u64::from_le_bytes(*r);
            pairs.map(differing).fold(0, |all, word| all | word) == 0
        };
        lefts.iter().zip(rights).all(same_words)
            && left_words == right_words
            && left_rest == right_rest
    }

    fn is_zero(items: &[Self]) -> bool {
        let (words, rest) = items.as_chunks::<8>();
        let (chunks, words) = words.as_chunks::<WORDS>();
        let zero = |words: &[[u8; 8]]| {
            let words = words.iter().map(|word| u64::from_le_bytes(*word));
            words.fold(0, |all, word| all | word) == 0
        };
        chunks.iter().all(|chunk| zero(chunk)) && zero(words) && rest.iter().all(|byte| *byte == 0)
    }
}

impl Unit for u64 {
    fn same(left: &[Self], right: &[Self]) -> bool {
        if cfg!(not(target_family = "wasm")) {
            return left == right;
        }
        let (lefts, left_rest) = left.as_chunks::<WORDS>();
        let (rights, right_rest) = right.as_chunks::<WORDS>();
        let same_words = |(left, right): (&[u64; WORDS], &[u64; WORDS])| {
            let pairs = left.iter().zip(right);
            pairs.map(|(l, r)| l ^ r).fold(0, |all, word| all | word) == 0
        };
        lefts.iter().zip(rights).all(same_words) && left_rest == right_rest
    }

    fn is_zero(items: &[Self]) -> bool {
        let (chunks, rest) = items.as_chunks::<WORDS>();
        let zero = |words: &[u64]| words.iter().fold(0, |all, word| all | word) == 0;
        chunks.iter().all(|chunk| zero(chunk)) && zero(rest)
    }
}

impl Unit for u32 {
    fn same(left: &[Self], right: &[Self]) -> bool {
        left == right
    }

    fn is_zero(items: &[Self]) -> bool {
        items.iter().all(|item| *item == 0)
    }
}

/// A copy of a list, in pages of 64 KiB. Pages that an earlier copy has too are shared with it, and zeros take no room.
#[derive(Clone, Debug)]
pub struct Pages<T> {
    length: usize,
    /// `None` is a page of zeros.
    pages: Vec<Option<Arc<[T]>>>,
}

impl<T: Unit> Pages<T> {
    const UNITS: usize = PAGE_BYTES / size_of::<T>();

    /// Copies `items`; what has not changed since an `earlier` copy is shared with it.
    pub fn of(items: &[T], earlier: Option<&Self>) -> Self {
        let page = |(index, items): (usize, &[T])| {
            let shared = earlier.and_then(|earlier| earlier.pages.get(index));
            match shared {
                Some(Some(page)) if page.len() == items.len() && T::same(page, items) => {
                    Some(page.clone())
                }
                _ if T::is_zero(items) => None,
                _ => Some(items.into()),
            }
        };
        Self {
            length: items.len(),
            pages: items.chunks(Self::UNITS).enumerate().map(page).collect(),
        }
    }

    /// How many items there are.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Writes the items back into a list of the same length. Pages that are the same are only read.
    pub fn write_to(&self, items: &mut [T]) {
        for (items, page) in items.chunks_mut(Self::UNITS).zip(&self.pages) {
            match page {
                Some(page) if T::same(page, items) => {}
                Some(page) if page.len() == items.len() => items.copy_from_slice(page),
                Some(_) => {}
                None if T::is_zero(items) => {}
                None => items.fill(T::default()),
            }
        }
    }

    /// Where `items` differ from the copy, as far as both reach, in order. Differences that no more than `gap` equal
    /// items keep apart are one.
    pub fn differences(&self, items: &[T], gap: usize) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (index, (items, page)) in items.chunks(Self::UNITS).zip(&self.pages).enumerate() {
            let same = match page {
                Some(page) => page.len() == items.len() && T::same(page, items),
                None => T::is_zero(items),
            };
            if same {
                continue;
            }
            let first = index * Self::UNITS;
            let page = page.as_deref().unwrap_or_default();
            let before = page.iter().copied().chain(repeat(T::default()));
            let length = items.len().min(self.length - first);
            for (at, (item, before)) in items[..length].iter().zip(before).enumerate() {
                let at = first + at;
                match found.last_mut() {
                    _ if *item == before => {}
                    Some(last) if at - last.end <= gap => last.end = at + 1,
                    _ => found.push(at..at + 1),
                }
            }
        }
        found
    }

    /// The bytes of the pages that no other copy shares.
    pub fn own_bytes(&self) -> u64 {
        let own = |page: &&Arc<[T]>| Arc::strong_count(page) == 1;
        let pages = self.pages.iter().flatten().filter(own);
        let bytes: usize = pages.map(|page| size_of_val(&**page)).sum();
        bytes as u64 + size_of_val(&*self.pages) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn copies_share_what_is_the_same_and_give_back_what_they_were_made_of() {
        let page = PAGE_BYTES;
        let mut bytes = vec![0_u8; 3 * page + 5];
        bytes[page] = 1;
        bytes[3 * page + 4] = 2;
        let first = Pages::of(&bytes, None);
        let index = first.pages.len() as u64 * size_of::<Option<Arc<[u8]>>>() as u64;
        assert_eq!(
            first.own_bytes(),
            index + page as u64 + 5,
            "zeros take no room"
        );
        let before = bytes.clone();
        bytes[2 * page + 77] = 3;
        let second = Pages::of(&bytes, Some(&first));
        assert_eq!(second.own_bytes(), index + page as u64, "one has changed");
        assert_eq!(first.own_bytes(), index, "the rest is shared");
        let mut read = vec![9; bytes.len()];
        first.write_to(&mut read);
        assert!(read == before);
        second.write_to(&mut read);
        assert!(read == bytes);
        drop(second);
        assert_eq!(first.own_bytes(), index + page as u64 + 5);
    }

    #[test]
    fn differences_are_ranges_and_near_ones_are_one() {
        let page = PAGE_BYTES;
        let mut bytes = vec![0_u8; 2 * page + 9];
        bytes[page + 3] = 1;
        let copy = Pages::of(&bytes, None);
        assert!(copy.differences(&bytes, 4).is_empty());
        // In a page of zeros, over its end, in one that is not, and at the very end.
        for at in [5, 7, 12, 18, page - 2, page + 2, page + 3, 2 * page + 8] {
            bytes[at] ^= 0x40;
        }
        let far = [
            5..13,
            18..19,
            page - 2..page + 4,
            2 * page + 8..2 * page + 9,
        ];
        assert_eq!(copy.differences(&bytes, 4), far);
        let all = [5, 7, 12, 18, page - 2].map(|at| at..at + 1);
        let mut all = Vec::from(all);
        all.extend([page + 2..page + 4, 2 * page + 8..2 * page + 9]);
        assert_eq!(copy.differences(&bytes, 0), all);
        // What one of the two lacks is no difference.
        assert_eq!(copy.differences(&bytes[..10], 0), all[..2]);
        bytes.push(1);
        assert_eq!(copy.differences(&bytes, 0), all);
    }

    #[test]
    fn a_difference_anywhere_is_seen() {
        let bytes: Vec<u8> = (0..200).map(|at| at as u8).collect();
        let words: Vec<u64> = bytes.iter().map(|at| (*at).into()).collect();
        assert!(u8::same(&bytes, &bytes) && u64::same(&words, &words));
        for at in 0..200 {
            let mut zeros = [0_u8; 200];
            assert!(u8::is_zero(&zeros));
            zeros[at] = 1;
            assert!(!u8::is_zero(&zeros), "byte {at}");
            let mut zeros = [0_u64; 200];
            assert!(u64::is_zero(&zeros));
            zeros[at] = 1 << 40;
            assert!(!u64::is_zero(&zeros), "word {at}");
            let mut other = bytes.clone();
            other[at] ^= 0x80;
            assert!(!u8::same(&bytes, &other), "byte {at}");
            let mut other = words.clone();
            other[at] ^= 1 << 63;
            assert!(!u64::same(&words, &other), "word {at}");
        }
    }
}
