//! The code A: every column of its n has ten ones, in places that AES in counter mode draws under a
//! fixed, public key. All expansions of one problem share the matrix, as the assumption allows: it
//! is public and was chosen before any secret.

use crate::ot::aes::Aes;
use crate::ot::Block;

/// Ones in a column. `estimate` counts on it: with fewer, smaller sets of the secret's bits have
/// samples of their own.
pub const LOCALITY: usize = 10;

/// Columns made at a time: their 32-bit words fill whole blocks for any even number of columns.
const COLUMNS: usize = 256;

const BLOCKS: usize = COLUMNS * LOCALITY * 4 / 16;

/// AES's key: digits 33 to 48 of π, as text, so that nobody chose it.
const KEY: Block = Block::from_le_bytes(*b"0288419716939937");

/// The matrix for secrets of k bits.
pub struct Code {
    aes: Aes,
    k: usize,
}

impl Code {
    pub fn new(k: usize) -> Self {
        Code { aes: Aes::new(KEY), k }
    }

    /// Adds to row i the sum of the ten rows of `secret` (k of them) that column `first` + i names.
    /// `first` and the number of rows are even.
    pub fn add(&self, secret: &[Block], first: usize, rows: &mut [Block]) {
        assert!(secret.len() == self.k && first.is_multiple_of(2) && rows.len().is_multiple_of(2));
        let mut words = [0; BLOCKS];
        for (t, rows) in rows.chunks_mut(COLUMNS).enumerate() {
            let places = self.places(first + t * COLUMNS, rows.len(), &mut words);
            #[cfg(target_arch = "x86_64")]
            // SAFETY: all places are below k.
            unsafe {
                gather(secret, places, rows)
            }
            #[cfg(not(target_arch = "x86_64"))]
            gather_portably(secret, places, rows);
        }
    }

    /// Calls `visit` with the ten places of each of the first n columns, n being even.
    #[cfg(test)]
    pub fn for_each_column(&self, n: usize, mut visit: impl FnMut(&[u32])) {
        let mut words = [0; BLOCKS];
        for first in (0..n).step_by(COLUMNS) {
            self.places(first, COLUMNS.min(n - first), &mut words)
                .chunks_exact(LOCALITY)
                .for_each(&mut visit);
        }
    }

    /// The places of `columns` columns, ten each, all below k.
    fn places<'a>(
        &self,
        first: usize,
        columns: usize,
        words: &'a mut [Block; BLOCKS],
    ) -> &'a [u32] {
        let words = &mut words[..columns * LOCALITY * 4 / 16];
        // Counters of different problems differ in their upper halves.
        let counter = (self.k as Block) << 64 | (first * LOCALITY * 4 / 16) as Block;
        for (i, word) in words.iter_mut().enumerate() {
            *word = counter + i as Block;
        }
        self.aes.encrypt(words);
        let places: &mut [u32] = bytemuck::cast_slice_mut(words);
        for place in places.iter_mut() {
            *place = ((*place as u64 * self.k as u64) >> 32) as u32;
        }
        places
    }
}

/// Adds to every row the ten rows of `secret` that its places name. The places are public: which
/// rows are read tells nothing.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn gather_portably(secret: &[Block], places: &[u32], rows: &mut [Block]) {
    for (row, places) in rows.iter_mut().zip(places.chunks_exact(LOCALITY)) {
        *row = places.iter().fold(*row, |sum, &place| sum ^ secret[place as usize]);
    }
}

/// Does what the function above does, in registers of 128 bits. It asks for rows of the secret
/// ahead of their use, because they lie in a slow cache.
///
/// # Safety
/// All places must be below the secret's length.
#[cfg(target_arch = "x86_64")]
unsafe fn gather(secret: &[Block], places: &[u32], rows: &mut [Block]) {
    use std::arch::x86_64::*;
    const AHEAD: usize = 12 * LOCALITY;
    let secret = secret.as_ptr() as *const __m128i;
    for (i, row) in rows.iter_mut().enumerate() {
        let at = i * LOCALITY;
        if at + AHEAD + LOCALITY <= places.len() {
            for place in &places[at + AHEAD..][..LOCALITY] {
                _mm_prefetch::<_MM_HINT_T0>(secret.add(*place as usize) as *const i8);
            }
        }
        let row = row as *mut Block as *mut __m128i;
        let mut sum = _mm_loadu_si128(row);
        for place in &places[at..][..LOCALITY] {
            sum = _mm_xor_si128(sum, _mm_loadu_si128(secret.add(*place as usize)));
        }
        _mm_storeu_si128(row, sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::testing::random_block;

    #[test]
    fn rows_get_the_ten_that_the_key_names() {
        for k in [1, 37, 5000] {
            let code = Code::new(k);
            let secret: Vec<Block> = (0..k).map(|_| random_block()).collect();
            for (first, n) in [(0, 2), (2, 1000), (1 << 30, 512)] {
                let before: Vec<Block> = (0..n).map(|_| random_block()).collect();
                let mut rows = before.clone();
                code.add(&secret, first, &mut rows);
                // The words of all columns, from the definition: forty bytes for each.
                let mut words: Vec<Block> = (0..n * 5 / 2)
                    .map(|i| (k as Block) << 64 | (first * 5 / 2 + i) as Block)
                    .collect();
                Aes::new(KEY).encrypt(&mut words);
                let places: Vec<u32> = bytemuck::cast_slice::<Block, u32>(&words)
                    .iter()
                    .map(|&w| ((w as u64 * k as u64) >> 32) as u32)
                    .collect();
                let mut expected = before;
                gather_portably(&secret, &places, &mut expected);
                assert_eq!(rows, expected, "k {k}, columns from {first} on");
            }
        }
    }
}
