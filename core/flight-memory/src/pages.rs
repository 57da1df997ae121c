//! Copies of what changes little, in pages that copies share.

use alloc::sync::Arc;
use alloc::vec::Vec;

/// The bytes of a page.
const PAGE_BYTES: usize = 65_536;

/// What pages are made of.
pub trait Unit: Copy + Default + PartialEq {
    /// Whether two slices of the same length hold the same.
    fn same(left: &[Self], right: &[Self]) -> bool;
}

/// Compared by words of the machine, and only then is it looked at where: a library's comparison goes byte by byte
/// inside WebAssembly.
impl Unit for u8 {
    fn same(left: &[Self], right: &[Self]) -> bool {
        let (lefts, left_rest) = left.as_chunks::<64>();
        let (rights, right_rest) = right.as_chunks::<64>();
        let word = |chunk: &[u8; 64], at: usize| {
            let (words, _) = chunk.as_chunks::<8>();
            u64::from_le_bytes(words[at])
        };
        let same_chunk = |(left, right): (&[u8; 64], &[u8; 64])| {
            (0..8).fold(0, |differing, at| {
                differing | (word(left, at) ^ word(right, at))
            }) == 0
        };
        lefts.iter().zip(rights).all(same_chunk)
            && left_rest.len() == right_rest.len()
            && left_rest.iter().zip(right_rest).all(|(l, r)| l == r)
    }
}

impl Unit for u64 {
    fn same(left: &[Self], right: &[Self]) -> bool {
        let (lefts, left_rest) = left.as_chunks::<8>();
        let (rights, right_rest) = right.as_chunks::<8>();
        let same_chunk = |(left, right): (&[u64; 8], &[u64; 8])| {
            (0..8).fold(0, |differing, at| differing | (left[at] ^ right[at])) == 0
        };
        lefts.iter().zip(rights).all(same_chunk)
            && left_rest.len() == right_rest.len()
            && left_rest.iter().zip(right_rest).all(|(l, r)| l == r)
    }
}

impl Unit for u32 {
    fn same(left: &[Self], right: &[Self]) -> bool {
        left.len() == right.len() && left.iter().zip(right).all(|(l, r)| l == r)
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
                _ if is_zero(items) => None,
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
                None if is_zero(items) => {}
                None => items.fill(T::default()),
            }
        }
    }

    /// The bytes of the pages that no other copy shares.
    pub fn own_bytes(&self) -> u64 {
        let own = |page: &&Arc<[T]>| Arc::strong_count(page) == 1;
        let pages = self.pages.iter().flatten().filter(own);
        let bytes: usize = pages.map(|page| size_of_val(&**page)).sum();
        bytes as u64 + size_of_val(&*self.pages) as u64
    }
}

fn is_zero<T: Unit>(items: &[T]) -> bool {
    // Most pages that are not zero tell so by their first item.
    items.first().is_none_or(|first| *first == T::default())
        && items.iter().all(|item| *item == T::default())
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
    fn a_difference_anywhere_is_seen() {
        let bytes: Vec<u8> = (0..200).map(|at| at as u8).collect();
        let words: Vec<u64> = bytes.iter().map(|at| (*at).into()).collect();
        assert!(u8::same(&bytes, &bytes) && u64::same(&words, &words));
        for at in 0..200 {
            let mut other = bytes.clone();
            other[at] ^= 0x80;
            assert!(!u8::same(&bytes, &other), "byte {at}");
            let mut other = words.clone();
            other[at] ^= 1 << 63;
            assert!(!u64::same(&words, &other), "word {at}");
        }
    }
}
