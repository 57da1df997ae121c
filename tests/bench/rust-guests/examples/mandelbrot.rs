//! How long the points of a grid of 64 by 64 stay near zero when they are squared again and again.

use rust_guests::guest;

fn steps(x: f64, y: f64) -> u64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    for step in 0..100 {
        let (a, b) = (real * real, imaginary * imaginary);
        if a + b > 4.0 {
            return step;
        }
        imaginary = 2.0 * real * imaginary + y;
        real = a - b + x;
    }
    100
}

guest!(|| {
    |index: u32| {
        let shift = f64::from(index) / 1000.0;
        let point = |at: i32| f64::from(at) / 24.0 - 2.0;
        let grid = (0..64).flat_map(|row| (0..64).map(move |column| (row, column)));
        grid.fold(0, |sum: u64, (row, column)| {
            sum.wrapping_mul(31) + steps(point(column) + shift, point(row) + 0.667)
        })
    }
});
