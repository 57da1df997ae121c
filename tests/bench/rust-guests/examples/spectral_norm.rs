//! The spectral norm of an endless matrix, of which the first 48 rows are looked at.

use rust_guests::guest;

const SIZE: usize = 48;

fn cell(row: usize, column: usize) -> f64 {
    let diagonal = row + column;
    1.0 / (diagonal * (diagonal + 1) / 2 + row + 1) as f64
}

fn multiply(from: &[f64; SIZE], cell: impl Fn(usize, usize) -> f64) -> [f64; SIZE] {
    std::array::from_fn(|row| {
        (0..SIZE)
            .map(|column| cell(row, column) * from[column])
            .sum()
    })
}

fn there_and_back(from: &[f64; SIZE]) -> [f64; SIZE] {
    let there = multiply(from, cell);
    multiply(&there, |row, column| cell(column, row))
}

guest!(|| {
    |index: u32| {
        let mut u = [1.0 + f64::from(index); SIZE];
        let mut v = u;
        for _ in 0..4 {
            v = there_and_back(&u);
            u = there_and_back(&v);
        }
        let dot =
            |a: &[f64; SIZE], b: &[f64; SIZE]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        f64::sqrt(dot(&u, &v) / dot(&v, &v)).to_bits()
    }
});
