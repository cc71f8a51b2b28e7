//! The extension's receiver: base sender in the set-up, rows T_j with random choice bits c_j as
//! their lowest bits afterwards.

use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::leaves::{add, Leaves, Scratch, TILE_BLOCKS, UNIT_BLOCKS};
use super::{ggm, transpose, Shape};
use crate::error::{Error, Result};
use crate::ot::base::BaseSender;
use crate::ot::{zeroed, Block, Rows};
use crate::pool::Pool;

enum State {
    Fresh,
    Greeted(BaseSender),
    Ready { leaves: Leaves, counter: u64 },
}

/// Receiver of SoftSpoken extension. Secrets are wiped on drop.
pub struct Receiver {
    shape: Shape,
    state: State,
}

impl Receiver {
    pub fn new(shape: Shape) -> Self {
        Receiver { shape, state: State::Fresh }
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Set-up message 0.
    pub fn hello(&mut self, out: &mut [u8]) -> Result<()> {
        if !matches!(self.state, State::Fresh) {
            return Err(Error::bad_argument("an OT receiver says hello once"));
        }
        let base = BaseSender::new()?;
        if out.len() != base.hello().len() {
            return Err(Error::bad_argument(format!("room of {} bytes for a hello", out.len())));
        }
        out.copy_from_slice(base.hello());
        self.state = State::Greeted(base);
        Ok(())
    }

    /// Set-up message 2, from the peer's message 1.
    pub fn seeds(&mut self, choose: &[u8], out: &mut [u8]) -> Result<()> {
        let State::Greeted(base) = std::mem::replace(&mut self.state, State::Fresh) else {
            return Err(Error::bad_argument("an OT receiver sends seeds once, after its hello"));
        };
        let leaves = ggm::grow(self.shape, &base.keys(choose)?, out)?;
        self.state = State::Ready { leaves: Leaves::full(self.shape, &leaves), counter: 0 };
        Ok(())
    }

    /// Returns n rows, and the message that lets the sender make its own. Format: per unit of 1024
    /// correlations and tree 1, 2, …: 1024 bits u_i ⊕ u_0.
    pub fn extend(&mut self, pool: &Pool, n: usize, message: &mut [u8]) -> Result<Rows> {
        let bytes = self.shape.extend_bytes(n)?;
        if message.len() != bytes {
            return Err(Error::bad_argument(format!(
                "room of {} bytes for an extension that takes {bytes}",
                message.len()
            )));
        }
        let State::Ready { leaves, counter } = &mut self.state else {
            return Err(Error::bad_argument("an OT receiver extends after its set-up"));
        };
        let mut rows = Zeroizing::new(zeroed(n)?);
        let (shape, start, leaves) = (self.shape, *counter, &*leaves);
        let tile_rows = TILE_BLOCKS * 128;
        pool.run(|| {
            let messages = message.par_chunks_mut(shape.extend_bytes(tile_rows)?);
            (rows.par_chunks_mut(tile_rows), messages).into_par_iter().enumerate().try_for_each(
                |(i, (rows, message))| {
                    pool.check()?;
                    tile(shape, leaves, start + (i * TILE_BLOCKS) as u64, rows, message);
                    Ok(())
                },
            )
        })?;
        *counter += (n / 128) as u64;
        Ok(rows)
    }
}

/// Up to 4096 correlations.
fn tile(shape: Shape, leaves: &Leaves, counter: u64, rows: &mut [Block], message: &mut [u8]) {
    let (k, width) = (shape.k(), rows.len() / 128);
    let (mut columns, mut scratch) = (Zeroizing::new(vec![0; 128 * width]), Scratch::new());
    let (mut common, mut sum) = ([0; TILE_BLOCKS], [0; TILE_BLOCKS]);
    leaves.fold(&mut scratch, 0, counter, &mut columns[..k * width], &mut common[..width]);
    for tree in 1..shape.trees() {
        let sum = &mut sum[..width];
        leaves.fold(
            &mut scratch,
            tree,
            counter,
            &mut columns[tree * k * width..][..k * width],
            sum,
        );
        add(sum, &common[..width]);
        for (unit, correction) in sum.chunks_exact(UNIT_BLOCKS).enumerate() {
            let at = (unit * (shape.trees() - 1) + tree - 1) * UNIT_BLOCKS * 16;
            message[at..][..UNIT_BLOCKS * 16].copy_from_slice(bytemuck::cast_slice(correction));
        }
    }
    columns[..width].copy_from_slice(&common[..width]);
    transpose::transpose(&columns, width, rows);
    common.zeroize();
}
