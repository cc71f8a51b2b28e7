//! The stock that extensions fill, taken out first in, first out. Both parties take in the same
//! order, so that a correlation has the same global number on both sides. Numbers start at 0 with
//! the attempt and serve as tweaks of the hash.

use std::collections::VecDeque;

use zeroize::{Zeroize, Zeroizing};

use super::{zeroed, Block, Rows};
use crate::error::{Error, Result};

/// A queue of extensions, partly taken.
#[derive(Default)]
pub(super) struct Stock {
    batches: VecDeque<Rows>,
    /// Rows of the first batch that were taken and wiped.
    taken: usize,
    available: usize,
    /// Global number of the next correlation.
    next: u64,
}

/// Correlations on the sender's side: Q_j for consecutive global numbers, and Δ. Used once:
/// consuming functions take it by value.
pub struct SenderCorrelations {
    pub(super) first: u64,
    pub(super) delta: Zeroizing<Block>,
    pub(super) rows: Rows,
}

/// Correlations on the receiver's side: T_j, with c_j as the lowest bit. Used once: consuming
/// functions take it by value.
pub struct ReceiverCorrelations {
    pub(super) first: u64,
    pub(super) rows: Rows,
}

impl Stock {
    pub fn available(&self) -> usize {
        self.available
    }

    pub fn add(&mut self, rows: Rows) {
        self.available += rows.len();
        if !rows.is_empty() {
            self.batches.push_back(rows);
        }
    }

    /// Returns the first n rows, after the global number of the first. `EXHAUSTED` leaves the stock
    /// as it was.
    pub fn take(&mut self, n: usize) -> Result<(u64, Rows)> {
        if n > self.available {
            return Err(Error::exhausted(format!(
                "{n} correlations asked for, {} in stock",
                self.available
            )));
        }
        let rows = match self.whole(n) {
            Some(rows) => rows,
            None => self.copy(n)?,
        };
        let first = self.next;
        self.next += n as u64;
        self.available -= n;
        Ok((first, rows))
    }

    /// Returns the first batch if it is just what is asked for.
    fn whole(&mut self, n: usize) -> Option<Rows> {
        let fits = self.taken == 0 && self.batches.front().is_some_and(|rows| rows.len() == n);
        fits.then(|| self.batches.pop_front()).flatten()
    }

    fn copy(&mut self, n: usize) -> Result<Rows> {
        let mut rows = Zeroizing::new(zeroed::<Block>(n)?);
        let mut done = 0;
        while done < n {
            let batch = self
                .batches
                .front_mut()
                .ok_or_else(|| Error::internal("a stock counts more than it holds"))?;
            let m = (n - done).min(batch.len() - self.taken);
            let from = self.taken..self.taken + m;
            rows[done..done + m].copy_from_slice(&batch[from.clone()]);
            batch[from].zeroize();
            done += m;
            self.taken += m;
            if self.taken == batch.len() {
                self.batches.pop_front();
                self.taken = 0;
            }
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn first_in_first_out_over_batches() {
        let mut stock = Stock::default();
        for from in [0, 4, 8, 12] {
            stock.add(Zeroizing::new((from..from + 4).collect()));
            stock.add(Zeroizing::new(Vec::new()));
        }
        let mut next = 0;
        for n in [0, 1, 2, 5, 4, 0, 4] {
            let (first, rows) = stock.take(n).unwrap();
            assert_eq!(first, next);
            assert!(rows.iter().copied().eq(next as Block..(next + n as u64) as Block));
            next += n as u64;
        }
        assert_eq!(stock.take(1).err().unwrap().code, Code::Exhausted);
        assert_eq!(stock.available(), 0);
    }
}
