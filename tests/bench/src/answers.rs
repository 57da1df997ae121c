//! What the programs must give, computed in plain Rust.

pub(crate) fn fib(size: u32) -> u64 {
    let (mut now, mut next) = (0u32, 1u32);
    for _ in 0..size {
        (now, next) = (next, now.wrapping_add(next));
    }
    now.into()
}

pub(crate) fn sieve(size: u32) -> u64 {
    (2..u64::from(size)).filter(is_prime).count() as u64
}

fn is_prime(n: &u64) -> bool {
    (2..)
        .take_while(|divisor| divisor * divisor <= *n)
        .all(|divisor| !n.is_multiple_of(divisor))
}

pub(crate) fn matrix(size: u32) -> u64 {
    let product = |row: u32, column: u32| -> u64 {
        let a = |inner: u32| u64::from((row * 7 + inner * 3) % 11);
        let b = |inner: u32| u64::from((inner * 5 + column) % 13);
        (0..size).map(|inner| a(inner) * b(inner)).sum()
    };
    let weighted = |row, column| product(row, column) * u64::from((row + column) % 7 + 1);
    (0..size)
        .flat_map(|row| (0..size).map(move |column| weighted(row, column)))
        .sum()
}

pub(crate) fn sort(size: u32) -> u64 {
    let mut x = 2_463_534_242u32;
    let mut numbers: Vec<u32> = (0..size)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            x
        })
        .collect();
    numbers.sort_unstable();
    (0u64..).zip(numbers).fold(0, |sum: u64, (index, number)| {
        sum.wrapping_add(u64::from(number).wrapping_mul(index))
    })
}

pub(crate) fn call_indirect(size: u32) -> u64 {
    let (mut x, mut sum) = (0u32, 0u64);
    for index in 0..size {
        x = match x.wrapping_add(index) & 7 {
            0 => x.wrapping_add(1),
            1 => x.wrapping_neg(),
            2 => (x << 1).wrapping_add(5),
            3 => x ^ 0x9e37_79b9,
            4 => x.rotate_left(7),
            5 => !x,
            6 => x.wrapping_mul(0x0100_0193),
            _ => x ^ (x >> 3),
        };
        sum = sum.wrapping_add(x.into());
    }
    sum
}

pub(crate) fn memory_copy(size: u32) -> u64 {
    const LENGTH: usize = 1 << 16;
    let mut memory = vec![0u8; 3 * LENGTH];
    for address in (0..LENGTH).step_by(8) {
        let word = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        memory[address..address + 8].copy_from_slice(&word.to_le_bytes());
    }
    for round in (1..=size).rev() {
        memory.copy_within(..LENGTH, LENGTH + 1);
        memory[LENGTH] = round as u8;
        memory.copy_within(LENGTH..2 * LENGTH, 0);
    }
    memory[..LENGTH].chunks_exact(8).fold(0, |sum: u64, word| {
        let word = word
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        sum.rotate_left(1).wrapping_add(word)
    })
}

pub(crate) fn gc_list(size: u32) -> u64 {
    // The list is turned around after it was made from its end.
    let sum = (1..=size).rev().fold(0, |sum: u64, value| {
        sum.wrapping_mul(31).wrapping_add(value.into())
    });
    // Three equal sums, by exclusive or.
    sum
}

pub(crate) fn gc_tree(size: u32) -> u64 {
    fn weigh(depth: u32, weight: u32) -> u64 {
        match depth {
            0 => weight.into(),
            _ => {
                let (left, right) = (weight.wrapping_mul(2), weight.wrapping_add(3));
                weigh(depth - 1, left) + weigh(depth - 1, right)
            }
        }
    }
    (0..16).map(|weight| weigh(size, weight)).sum()
}

pub(crate) fn exceptions(size: u32) -> u64 {
    let thrown = (0..size).filter(|index| !index.is_multiple_of(5));
    thrown.fold(0, |sum: u64, index| {
        let value = if index % 2 == 1 { index } else { index << 1 };
        sum.wrapping_mul(3).wrapping_add(value.into())
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_agree_with_published_ones() {
        assert_eq!(super::fib(30), 832_040);
        assert_eq!(super::sieve(1_000), 168);
    }
}
