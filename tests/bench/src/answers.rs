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

pub(crate) fn sha256(size: u32) -> u64 {
    let message: Vec<u8> = (0..size)
        .map(|index| (index.wrapping_mul(31) + 7) as u8)
        .collect();
    let digest = digest(&message);
    u64::from(digest[0]) << 32 | u64::from(digest[1])
}

/// The digest as FIPS 180-4 defines it.
fn digest(message: &[u8]) -> [u32; 8] {
    let mut primes = (2u64..).filter(is_prime);
    let primes: [u64; 64] = std::array::from_fn(|_| primes.next().unwrap_or(0));
    let constants = primes.map(|prime| root_fraction(prime, 3));
    let mut state: [u32; 8] = std::array::from_fn(|index| root_fraction(primes[index], 2));

    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((message.len() + 9).next_multiple_of(64) - 8, 0);
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|bytes| {
                bytes
                    .iter()
                    .fold(0, |word, byte| word << 8 | u32::from(*byte))
            })
            .collect();
        for at in 16..64 {
            let (x, y) = (words[at - 15], words[at - 2]);
            let small0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
            let small1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
            let word = words[at - 16].wrapping_add(small0);
            words.push(word.wrapping_add(words[at - 7]).wrapping_add(small1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (constant, word) in constants.iter().zip(words) {
            let big1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let x = [big1, choice, *constant, word]
                .iter()
                .fold(h, |sum, part| sum.wrapping_add(*part));
            let big0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = (a & b) ^ (a & c) ^ (b & c);
            (h, g, f, e) = (g, f, e, d.wrapping_add(x));
            (d, c, b, a) = (c, b, a, x.wrapping_add(big0).wrapping_add(majority));
        }
        for (own, round) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *own = own.wrapping_add(round);
        }
    }
    state
}

/// The first 32 bits of the fraction of a number's square or cube root.
fn root_fraction(number: u64, degree: u32) -> u32 {
    // The largest whole number whose power is no more than `number` shifted up: bit by bit.
    let target = u128::from(number) << (32 * degree);
    let mut root = 0u128;
    for bit in (0..40).rev() {
        let candidate = root | 1 << bit;
        if candidate.pow(degree) <= target {
            root = candidate;
        }
    }
    root as u32
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_agree_with_published_ones() {
        assert_eq!(super::fib(30), 832_040);
        assert_eq!(super::sieve(1_000), 168);
        let abc = [
            0xba78_16bf,
            0x8f01_cfea,
            0x4141_40de,
            0x5dae_2223,
            0xb003_61a3,
            0x9617_7a9c,
            0xb410_ff61,
            0xf200_15ad,
        ];
        assert_eq!(super::digest(b"abc"), abc);
    }
}
