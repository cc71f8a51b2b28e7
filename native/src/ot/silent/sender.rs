//! The party with Δ: it grows whole trees from random seeds and says their level sums.

use zeroize::Zeroizing;

use super::expansion::{Expansion, Trees};
use super::tree::Tree;
use super::Parameters;
use crate::error::{Error, Result};
use crate::ot::{zeroed, Block, Rows};
use crate::pool::Pool;

struct Growing {
    tree: Tree,
    delta: Zeroizing<Block>,
}

impl Trees for Growing {
    fn leaves(&self, inputs: &[Block], sums: &mut [Block], rows: &mut [Block]) -> Result<()> {
        let mut seed = Zeroizing::new([0; 16]);
        getrandom::getrandom(&mut *seed)?;
        self.tree.grow(*self.delta, Block::from_le_bytes(*seed), inputs, sums, rows);
        Ok(())
    }
}

/// Sender of silent extension. Secrets are wiped on drop.
pub struct Sender {
    trees: Growing,
    expansion: Expansion,
}

impl Sender {
    /// Makes it from SoftSpoken's rows under the same Δ.
    pub fn new(parameters: Parameters, delta: Zeroizing<Block>, inputs: Rows) -> Self {
        Sender {
            trees: Growing { tree: Tree::new(), delta },
            expansion: Expansion::new(parameters, inputs),
        }
    }

    /// Returns the bytes of the message for the next n correlations.
    pub fn extend_bytes(&self, n: usize) -> Result<usize> {
        Ok(16 * self.expansion.sums(n)?)
    }

    /// Returns the next n rows, and the message for the receiver: for every bin, level by level,
    /// the sum of the left nodes, masked; 16 bytes each.
    pub fn extend(&mut self, pool: &Pool, n: usize, message: &mut [u8]) -> Result<Rows> {
        let mut sums = zeroed(self.expansion.sums(n)?)?;
        if message.len() != 16 * sums.len() {
            let (room, needed) = (message.len(), 16 * sums.len());
            return Err(Error::bad_argument(format!(
                "room of {room} bytes for an extension that takes {needed}"
            )));
        }
        let rows = self.expansion.extend(pool, n, &self.trees, &mut sums)?;
        for (bytes, sum) in message.chunks_exact_mut(16).zip(&sums) {
            bytes.copy_from_slice(&sum.to_le_bytes());
        }
        Ok(rows)
    }
}
