//! Uniform shares from a ChaCha20 generator keyed by the operating system.

use std::ptr;
use std::sync::atomic::{compiler_fence, Ordering};

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use zeroize::Zeroize;

use super::Ring;
use crate::error::Result;

/// Words drawn at a time.
const TILE: usize = 512;

/// One party's generator for one attempt. Its state is overwritten on drop.
pub struct Rng(ChaCha20Rng);

impl Rng {
    /// Returns a fresh key from the operating system.
    pub fn new() -> Result<Self> {
        let mut seed = [0; 32];
        getrandom::getrandom(&mut seed)?;
        let rng = ChaCha20Rng::from_seed(seed);
        seed.zeroize();
        Ok(Rng(rng))
    }

    /// Uniform elements of Z_M. A word that is rejected tells nothing about those that are kept.
    pub fn elements(&mut self, ring: Ring, out: &mut [u64]) {
        let (mask, largest) = (u64::MAX >> (64 - ring.bits()), ring.largest());
        let mut words = [0u64; TILE];
        let mut filled = 0;
        while filled < out.len() {
            let wanted = (out.len() - filled).min(TILE);
            self.0.fill_bytes(bytemuck::cast_slice_mut(&mut words[..wanted]));
            for &word in &words[..wanted] {
                out[filled] = word & mask;
                filled += (out[filled] <= largest) as usize;
            }
        }
        words.zeroize();
    }

    /// Uniform digits below 2^width.
    pub fn digits(&mut self, width: u32, out: &mut [u8]) {
        let mask = ((1u32 << width) - 1) as u8;
        self.0.fill_bytes(out);
        out.iter_mut().for_each(|x| *x &= mask);
    }
}

impl Drop for Rng {
    fn drop(&mut self) {
        // The generator keeps its key private: overwrite it with a known one, in a way the compiler
        // may not drop.
        unsafe { ptr::write_volatile(&mut self.0, ChaCha20Rng::from_seed([0; 32])) };
        compiler_fence(Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_in_range_and_spread() {
        let mut rng = Rng::new().unwrap();
        for m in [2, 3, 5, 1 << 21, (1 << 40) + 15, 2198738042881, 1 << 63] {
            let mut x = vec![u64::MAX; 20_000];
            rng.elements(Ring::new(m).unwrap(), &mut x);
            assert!(x.iter().all(|&x| x < m));
            // The mean of 20,000 samples has a deviation of at most 0.0036: seven of them are
            // allowed.
            let mean = x.iter().map(|&x| x as f64 / (m - 1) as f64).sum::<f64>() / x.len() as f64;
            assert!((mean - 0.5).abs() < 0.025, "mean {mean} mod {m}");
        }
    }

    #[test]
    fn digits_take_every_value() {
        let mut rng = Rng::new().unwrap();
        for width in 1..=8 {
            let mut x = vec![0; 20_000];
            rng.digits(width, &mut x);
            let mut seen = [false; 256];
            x.iter().for_each(|&x| seen[x as usize] = true);
            assert_eq!(seen.iter().filter(|&&s| s).count(), 1 << width);
        }
    }

    #[test]
    fn generators_differ() {
        let (mut a, mut b) = ([0; 4], [0; 4]);
        Rng::new().unwrap().elements(Ring::new(1 << 63).unwrap(), &mut a);
        Rng::new().unwrap().elements(Ring::new(1 << 63).unwrap(), &mut b);
        assert_ne!(a, b);
    }
}
