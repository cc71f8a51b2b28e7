//! The code A: every column of its n has ten ones, in places that AES in counter mode draws under a fixed, public key. All expansions of
//! one problem share the matrix, as the assumption allows: it is public and was chosen before any secret.

use crate::ot::aes::Aes;
use crate::ot::Block;

/// Ones in a column.
const LOCALITY: usize = 10;

/// Columns made at a time: their 32-bit words fill whole blocks for any even number of columns.
const COLUMNS: usize = 64;

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

    /// Adds to row i the sum of the ten rows of `secret` (k of them) that column `first` + i names. `first` and the number of rows are even.
    pub fn add(&self, secret: &[Block], first: usize, rows: &mut [Block]) {
        assert!(secret.len() == self.k && first.is_multiple_of(2) && rows.len().is_multiple_of(2));
        let mut words = [0; BLOCKS];
        for (t, rows) in rows.chunks_mut(COLUMNS).enumerate() {
            let places = self.places(first + t * COLUMNS, rows.len(), &mut words);
            for (row, places) in rows.iter_mut().zip(places.chunks_exact(LOCALITY)) {
                *row ^= sum(secret, places);
            }
        }
    }

    /// The places of `columns` columns, ten each, all below k.
    fn places<'a>(&self, first: usize, columns: usize, words: &'a mut [Block; BLOCKS]) -> &'a [u32] {
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

/// The places are public: which rows are read tells nothing.
#[inline(always)]
fn sum(secret: &[Block], places: &[u32]) -> Block {
    places.iter().fold(0, |sum, &place| sum ^ secret[place as usize])
}
