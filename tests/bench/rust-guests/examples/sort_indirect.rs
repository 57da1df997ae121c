//! Sorts 2,000 records by a comparison that is called through a table, as C's `qsort` does: heap sort.

use std::cmp::Ordering;
use std::hint::black_box;

use rust_guests::{Numbers, guest};

type Record = (u32, u32);
type Compare = fn(&Record, &Record) -> Ordering;

/// By the first number, by the second, and by both.
const COMPARISONS: [Compare; 3] = [
    |a, b| a.0.cmp(&b.0),
    |a, b| b.1.cmp(&a.1),
    |a, b| (a.0 & 0xff, a.1).cmp(&(b.0 & 0xff, b.1)),
];

fn sift(records: &mut [Record], mut at: usize, compare: Compare) {
    loop {
        let mut child = 2 * at + 1;
        if child >= records.len() {
            return;
        }
        if child + 1 < records.len() && compare(&records[child], &records[child + 1]).is_lt() {
            child += 1;
        }
        if compare(&records[at], &records[child]).is_ge() {
            return;
        }
        records.swap(at, child);
        at = child;
    }
}

#[inline(never)]
fn sort(records: &mut [Record], compare: Compare) {
    for at in (0..records.len() / 2).rev() {
        sift(records, at, compare);
    }
    for end in (1..records.len()).rev() {
        records.swap(0, end);
        sift(&mut records[..end], 0, compare);
    }
}

guest!(|| {
    let mut numbers = Numbers::new(8);
    let unsorted: Vec<Record> = (0..2000)
        .map(|_| (numbers.next(), numbers.next()))
        .collect();
    move |index: u32| {
        let mut records = unsorted.clone();
        let compare = black_box(COMPARISONS)[index as usize % COMPARISONS.len()];
        sort(&mut records, compare);
        records.iter().fold(0, |sum: u64, (a, b)| {
            sum.wrapping_mul(31) ^ u64::from(a ^ b)
        })
    }
});
