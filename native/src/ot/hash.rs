//! The tweakable hash that turns correlated rows into independent pads: H(x, i) = π(π(x) ⊕ i) ⊕
//! π(x), π being AES with a fixed, public key. Correlation-robust for Δ in the ideal-cipher model
//! as long as no tweak i is used twice under one Δ.
//!
//! Source: C. Guo, J. Katz, X. Wang, Y. Yu, "Efficient and Secure Multiparty Computation from
//! Fixed-Key Block Ciphers", S&P 2020 (TMMO).

use zeroize::Zeroize;

use super::aes::Aes;
use super::Block;

/// Blocks hashed at a time.
pub const TILE: usize = 64;

/// π's key: the first 16 digits of π (3.141592653589793), as text, so that nobody chose it.
const KEY: Block = Block::from_le_bytes(*b"3141592653589793");

/// H with its key expanded.
pub struct Hash(Aes);

impl Hash {
    pub fn new() -> Self {
        Hash(Aes::new(KEY))
    }

    /// Replaces x_i by H(x_i, tweak(i)).
    pub fn apply(&self, x: &mut [Block], tweak: impl Fn(usize) -> u64) {
        let mut once = [0; TILE];
        for (t, x) in x.chunks_mut(TILE).enumerate() {
            let once = &mut once[..x.len()];
            self.0.encrypt(x);
            once.copy_from_slice(x);
            for (i, x) in x.iter_mut().enumerate() {
                *x ^= tweak(t * TILE + i) as Block;
            }
            self.0.encrypt(x);
            for (x, once) in x.iter_mut().zip(once) {
                *x ^= *once;
            }
        }
        once.zeroize();
    }
}

impl Default for Hash {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::testing::random_block;

    #[test]
    fn agrees_with_its_definition() {
        let pi = |x: Block| {
            let mut block = [x];
            Aes::new(KEY).encrypt(&mut block);
            block[0]
        };
        let x: Vec<Block> = (0..150).map(|_| random_block()).collect();
        let mut hashed = x.clone();
        Hash::new().apply(&mut hashed, |i| 1000 + 2 * i as u64);
        for i in 0..150 {
            assert_eq!(hashed[i], pi(pi(x[i]) ^ (1000 + 2 * i as Block)) ^ pi(x[i]));
        }
    }
}
