//! The extension's sender: base receiver in the set-up with the bits of Δ as choices, rows Q_j =
//! T_j ⊕ c_j·Δ afterwards.

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::leaves::{Leaves, Scratch, TILE_BLOCKS, UNIT_BLOCKS};
use super::{ggm, transpose, Shape};
use crate::error::{Error, Result};
use crate::ot::{base, zeroed, Block, Rows};
use crate::pool::Pool;

enum State {
    Fresh,
    Chosen(Zeroizing<Vec<Block>>),
    Ready { leaves: Leaves, counter: u64 },
}

/// Sender of SoftSpoken extension. Secrets are wiped on drop.
pub struct Sender {
    shape: Shape,
    delta: Zeroizing<Block>,
    state: State,
}

impl Sender {
    /// Makes the sender of Δ, whose lowest bit must be one.
    pub fn new(shape: Shape, delta: Zeroizing<Block>) -> Self {
        Sender { shape, delta, state: State::Fresh }
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Set-up message 1, from the peer's message 0.
    pub fn choose(&mut self, hello: &[u8], out: &mut [u8]) -> Result<()> {
        if !matches!(self.state, State::Fresh) {
            return Err(Error::bad_argument("an OT sender chooses once"));
        }
        self.state = State::Chosen(base::choose(ggm::choices(*self.delta), hello, out)?);
        Ok(())
    }

    /// The peer's set-up message 2; then the sender is ready.
    pub fn seeds(&mut self, message: &[u8]) -> Result<()> {
        let State::Chosen(keys) = &self.state else {
            return Err(Error::bad_argument("an OT sender takes seeds once, after it chose"));
        };
        let leaves = ggm::puncture(self.shape, *self.delta, keys, message)?;
        self.state = State::Ready { leaves: Leaves::punctured(self.shape, &leaves), counter: 0 };
        Ok(())
    }

    /// Returns n rows from the receiver's extension message.
    pub fn extend(&mut self, pool: &Pool, n: usize, message: &[u8]) -> Result<Rows> {
        let bytes = self.shape.extend_bytes(n)?;
        if message.len() != bytes {
            return Err(Error::malformed(format!(
                "an extension of {} bytes, not {bytes}",
                message.len()
            )));
        }
        let State::Ready { leaves, counter } = &mut self.state else {
            return Err(Error::bad_argument("an OT sender extends after its set-up"));
        };
        let mut rows = Zeroizing::new(zeroed(n)?);
        let (shape, start, leaves, delta) = (self.shape, *counter, &*leaves, *self.delta);
        let tile_rows = TILE_BLOCKS * 128;
        pool.run(|| {
            let messages = message.par_chunks(shape.extend_bytes(tile_rows)?);
            (rows.par_chunks_mut(tile_rows), messages).into_par_iter().enumerate().try_for_each(
                |(i, (rows, message))| {
                    pool.check()?;
                    tile(shape, leaves, delta, start + (i * TILE_BLOCKS) as u64, rows, message);
                    Ok(())
                },
            )
        })?;
        *counter += (n / 128) as u64;
        Ok(rows)
    }
}

/// Up to 4096 correlations: columns w_b ⊕ δ_b·(u_i ⊕ u_0) = v_b ⊕ δ_b·u_0, but for the lowest.
fn tile(
    shape: Shape,
    leaves: &Leaves,
    delta: Block,
    counter: u64,
    rows: &mut [Block],
    message: &[u8],
) {
    let (k, width) = (shape.k(), rows.len() / 128);
    let (mut columns, mut scratch) = (Zeroizing::new(vec![0; 128 * width]), Scratch::new());
    let mut partial = [0; TILE_BLOCKS];
    for tree in 0..shape.trees() {
        let columns = &mut columns[tree * k * width..][..k * width];
        leaves.fold(&mut scratch, tree, counter, columns, &mut partial[..width]);
        if tree == 0 {
            continue;
        }
        for (b, column) in columns.chunks_exact_mut(width).enumerate() {
            let bit = ggm::mask(delta, tree * k + b);
            for (unit, blocks) in column.chunks_exact_mut(UNIT_BLOCKS).enumerate() {
                let at = (unit * (shape.trees() - 1) + tree - 1) * UNIT_BLOCKS * 16;
                let correction = message[at..][..UNIT_BLOCKS * 16].chunks_exact(16);
                for (block, correction) in blocks.iter_mut().zip(correction) {
                    *block ^= bit & Block::from_le_bytes(correction.try_into().unwrap());
                }
            }
        }
    }
    columns[..width].fill(0);
    transpose::transpose(&columns, width, rows);
}
