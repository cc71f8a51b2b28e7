//! The plaintext factor of a product.

use std::ops::Range;

use crate::error::{Error, Result};

/// The largest |w|.
pub const WEIGHT_LIMIT: i16 = 2047;

/// [W₁ | W₂ | …]: row-major blocks of small integers side by side, borrowed.
pub struct Weights<'a> {
    rows: usize,
    /// Columns of one block.
    inner: usize,
    blocks: Vec<&'a [i16]>,
}

impl<'a> Weights<'a> {
    /// Makes weights of `rows` × `inner` integers |w| ≤ 2047, or `BAD_ARGUMENT`.
    pub fn new(values: &'a [i16], rows: usize, inner: usize) -> Result<Self> {
        Self::stacked(vec![values], rows, inner)
    }

    /// Makes weights of several blocks of `rows` × `inner` each.
    pub fn stacked(blocks: Vec<&'a [i16]>, rows: usize, inner: usize) -> Result<Self> {
        if rows == 0
            || inner == 0
            || blocks.is_empty()
            || blocks.iter().any(|b| b.len() != rows * inner)
        {
            let sizes: Vec<_> = blocks.iter().map(|b| b.len()).collect();
            return Err(Error::bad_argument(format!(
                "weights of {sizes:?} elements instead of {rows} x {inner}"
            )));
        }
        let inside = |b: &&[i16]| {
            b.iter().fold(true, |all, w| all & (-WEIGHT_LIMIT..=WEIGHT_LIMIT).contains(w))
        };
        if !blocks.iter().all(inside) {
            return Err(Error::bad_argument(format!(
                "a weight exceeds {WEIGHT_LIMIT} in absolute value"
            )));
        }
        Ok(Weights { rows, inner, blocks })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the blocks, row-major each.
    pub fn blocks(&self) -> &[&'a [i16]] {
        &self.blocks
    }

    /// Returns the number of columns of all blocks, the inner dimension of the product.
    pub fn inner(&self) -> usize {
        self.inner * self.blocks.len()
    }

    /// Writes the columns `terms` of all rows as FP64, row-major.
    pub(super) fn columns(&self, terms: Range<usize>, out: &mut [f64]) {
        for (row, mut out) in out.chunks_exact_mut(terms.len()).enumerate() {
            let mut from = terms.start;
            while from < terms.end {
                let (block, column) = (from / self.inner, from % self.inner);
                let count = (self.inner - column).min(terms.end - from);
                let (head, rest) = out.split_at_mut(count);
                let values = &self.blocks[block][row * self.inner + column..][..count];
                head.iter_mut().zip(values).for_each(|(o, &w)| *o = w.into());
                (out, from) = (rest, from + count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_side_by_side() {
        let weights = Weights::stacked(vec![&[1, 2, 3, 4], &[5, 6, 7, 8]], 2, 2).unwrap();
        assert_eq!((weights.rows(), weights.inner()), (2, 4));
        let mut out = [0.0; 4];
        weights.columns(1..3, &mut out);
        assert_eq!(out, [2.0, 5.0, 4.0, 7.0]);
        weights.columns(2..4, &mut out);
        assert_eq!(out, [5.0, 6.0, 7.0, 8.0]);
    }

    #[test]
    fn limits() {
        assert!(Weights::new(&[2047, -2047], 1, 2).is_ok());
        assert!(Weights::new(&[2048], 1, 1).is_err());
        assert!(Weights::new(&[i16::MIN], 1, 1).is_err());
        assert!(Weights::new(&[1, 2, 3], 1, 2).is_err());
        assert!(Weights::new(&[], 0, 2).is_err());
        assert!(Weights::stacked(vec![], 1, 1).is_err());
    }
}
