//! Random numbers: AES-256 in counter mode, keyed by the operating system or by a seed that
//! travels.

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockEncrypt, KeyInit};
use aes::Aes256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Result;
use crate::modulus::Modulus;

/// Bytes of a seed.
pub const SEED_BYTES: usize = 32;

pub type Seed = [u8; SEED_BYTES];

const WORDS: usize = 256;

/// A stream of words; the key schedule and the unused words are wiped on drop.
pub struct Random {
    cipher: Aes256,
    counter: u128,
    words: [u64; WORDS],
    used: usize,
}

impl Random {
    /// Makes a stream keyed with fresh bytes of the operating system.
    pub fn from_os() -> Result<Self> {
        let mut seed = fresh_seed()?;
        let random = Self::from_seed(&seed);
        seed.zeroize();
        Ok(random)
    }

    /// Returns the stream that belongs to a seed.
    pub fn from_seed(seed: &Seed) -> Self {
        let cipher = Aes256::new(GenericArray::from_slice(seed));
        Random { cipher, counter: 0, words: [0; WORDS], used: WORDS }
    }

    #[inline(always)]
    pub fn word(&mut self) -> u64 {
        if self.used == WORDS {
            self.refill();
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    fn refill(&mut self) {
        let mut blocks = [GenericArray::default(); WORDS / 2];
        for block in &mut blocks {
            block.copy_from_slice(&self.counter.to_le_bytes());
            self.counter += 1;
        }
        self.cipher.encrypt_blocks(&mut blocks);
        for (words, block) in self.words.chunks_exact_mut(2).zip(&blocks) {
            words[0] = u64::from_le_bytes(block[..8].try_into().expect("8 bytes"));
            words[1] = u64::from_le_bytes(block[8..].try_into().expect("8 bytes"));
        }
        self.used = 0;
        for block in &mut blocks {
            block.as_mut_slice().zeroize();
        }
    }

    /// Uniform modulo q, by rejection.
    pub fn uniform(&mut self, modulus: &Modulus, out: &mut [u64]) {
        let mask = u64::MAX >> (64 - modulus.bits());
        for x in out {
            *x = loop {
                let candidate = self.word() & mask;
                if candidate < modulus.value() {
                    break candidate;
                }
            };
        }
    }

    /// Returns a uniform number in 0..=top, by rejection.
    #[inline(always)]
    pub fn wide(&mut self, top: u128) -> u128 {
        let mask = u128::MAX >> top.leading_zeros().min(127);
        loop {
            let high = if mask >> 64 == 0 { 0 } else { self.word() };
            let candidate = ((high as u128) << 64 | self.word() as u128) & mask;
            if candidate <= top {
                return candidate;
            }
        }
    }

    /// Uniform in {−1, 0, 1}, up to a bias of 2^−62.
    pub fn ternary(&mut self, out: &mut [i64]) {
        for x in out {
            *x = ((self.word() as u128 * 3) >> 64) as i64 - 1;
        }
    }

    /// SEAL's error distribution: centred binomial with 2·21 coins, variance 10.5.
    pub fn error(&mut self, out: &mut [i64]) {
        const COINS: u64 = (1 << 21) - 1;
        for x in out {
            let word = self.word();
            *x = (word & COINS).count_ones() as i64 - (word >> 21 & COINS).count_ones() as i64;
        }
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        self.words.zeroize();
    }
}

// The key schedule wipes itself (feature `zeroize` of the cipher), the words are wiped above.
impl ZeroizeOnDrop for Random {}

/// Returns a fresh seed of the operating system.
pub fn fresh_seed() -> Result<Seed> {
    let mut seed = [0; SEED_BYTES];
    getrandom::getrandom(&mut seed)?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions() {
        let mut random = Random::from_seed(&[7; 32]);
        let mut small = vec![0; 1 << 16];
        random.error(&mut small);
        let n = small.len() as f64;
        let variance = small.iter().map(|&x| (x * x) as f64).sum::<f64>() / n;
        assert!((variance - 10.5).abs() < 0.3, "{variance}");
        assert!(small.iter().all(|x| x.abs() <= 21));
        random.ternary(&mut small);
        let ones = small.iter().filter(|&&x| x == 1).count() as f64 / n;
        assert!((ones - 1.0 / 3.0).abs() < 0.01 && small.iter().all(|x| x.abs() <= 1), "{ones}");
        let top = (1u128 << 100) + 12345;
        let widest = (0..1000).map(|_| random.wide(top)).max().unwrap();
        assert!(widest <= top && widest > top / 100 * 95);
        assert!((0..100).all(|_| random.wide(2) <= 2));
        let mut residues = vec![0; 4096];
        let q = Modulus::new(3 << 40);
        random.uniform(&q, &mut residues);
        let mean = residues.iter().map(|&x| x as f64).sum::<f64>() / 4096.0 / q.value() as f64;
        assert!((mean - 0.5).abs() < 0.03 && residues.iter().all(|&x| x < q.value()), "{mean}");
    }

    #[test]
    fn seeds_fix_the_stream() {
        let words = |seed: u8| {
            (0..1000)
                .map({
                    let mut r = Random::from_seed(&[seed; 32]);
                    move |_| r.word()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(words(1), words(1));
        assert_ne!(words(1), words(2));
        assert_ne!(fresh_seed().unwrap(), fresh_seed().unwrap());
    }
}
