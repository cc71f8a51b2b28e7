//! The party with choices: it grows punctured trees from the sender's level sums.

use super::expansion::{Expansion, Trees};
use super::tree::Tree;
use super::Parameters;
use crate::error::{Error, Result};
use crate::ot::{zeroed, Block, Rows};
use crate::pool::Pool;

impl Trees for Tree {
    fn leaves(&self, inputs: &[Block], sums: &mut [Block], rows: &mut [Block]) -> Result<()> {
        self.puncture(inputs, sums, rows);
        Ok(())
    }
}

/// Receiver of silent extension. Secrets are wiped on drop.
pub struct Receiver {
    tree: Tree,
    expansion: Expansion,
}

impl Receiver {
    /// Makes it from SoftSpoken's rows.
    pub fn new(parameters: Parameters, inputs: Rows) -> Self {
        Receiver { tree: Tree::new(), expansion: Expansion::new(parameters, inputs) }
    }

    /// Returns the bytes of the message for the next n correlations.
    pub fn extend_bytes(&self, n: usize) -> Result<usize> {
        Ok(16 * self.expansion.sums(n)?)
    }

    /// Returns the next n rows from the sender's message.
    pub fn extend(&mut self, pool: &Pool, n: usize, message: &[u8]) -> Result<Rows> {
        let mut sums = zeroed(self.expansion.sums(n)?)?;
        if message.len() != 16 * sums.len() {
            return Err(Error::malformed(format!(
                "an extension of {} bytes, not {}",
                message.len(),
                16 * sums.len()
            )));
        }
        for (sum, bytes) in sums.iter_mut().zip(message.chunks_exact(16)) {
            *sum = Block::from_le_bytes(bytes.try_into().expect("16 bytes"));
        }
        self.expansion.extend(pool, n, &self.tree, &mut sums)
    }
}
