//! What extensions leave behind, taken out first in, first out. Both parties take in the same order, so that a correlation has the
//! same global number on both sides; numbers start at 0 with the attempt and serve as tweaks of the hash.

use std::collections::VecDeque;

use zeroize::{Zeroize, Zeroizing};

use super::{zeroed, Block};
use crate::error::{Error, Result};

/// The rows of one extension, and on the receiver's side its choices (one byte each; empty on the sender's side).
pub(super) struct Batch {
    pub rows: Zeroizing<Vec<Block>>,
    pub choices: Zeroizing<Vec<u8>>,
}

/// A queue of extensions, partly taken.
#[derive(Default)]
pub(super) struct Stock {
    batches: VecDeque<Batch>,
    /// Rows of the first batch that were taken and wiped.
    taken: usize,
    available: usize,
    /// Global number of the next correlation.
    next: u64,
}

/// Correlations on the sender's side: Q_j for consecutive global numbers, and Δ. Used once: consuming functions take it by value.
pub struct SenderCorrelations {
    pub(super) first: u64,
    pub(super) delta: Zeroizing<Block>,
    pub(super) rows: Zeroizing<Vec<Block>>,
}

/// Correlations on the receiver's side: c_j and T_j. Used once: consuming functions take it by value.
pub struct ReceiverCorrelations {
    pub(super) first: u64,
    pub(super) rows: Zeroizing<Vec<Block>>,
    pub(super) choices: Zeroizing<Vec<u8>>,
}

impl Stock {
    pub fn available(&self) -> usize {
        self.available
    }

    pub fn add(&mut self, batch: Batch) {
        self.available += batch.rows.len();
        self.batches.push_back(batch);
    }

    /// The first n correlations: the global number of the first, and their rows and choices. `EXHAUSTED` leaves the stock as it was.
    pub fn take(&mut self, n: usize, with_choices: bool) -> Result<(u64, Batch)> {
        if n > self.available {
            return Err(Error::exhausted(format!("{n} correlations asked for, {} in stock", self.available)));
        }
        let mut rows = Zeroizing::new(zeroed::<Block>(n)?);
        let mut choices = Zeroizing::new(zeroed::<u8>(if with_choices { n } else { 0 })?);
        let mut done = 0;
        while done < n {
            let batch = self.batches.front_mut().ok_or_else(|| Error::internal("a stock counts more than it holds"))?;
            let m = (n - done).min(batch.rows.len() - self.taken);
            let from = self.taken..self.taken + m;
            rows[done..done + m].copy_from_slice(&batch.rows[from.clone()]);
            batch.rows[from.clone()].zeroize();
            if with_choices {
                choices[done..done + m].copy_from_slice(&batch.choices[from.clone()]);
                batch.choices[from].zeroize();
            }
            done += m;
            self.taken += m;
            if self.taken == batch.rows.len() {
                self.batches.pop_front();
                self.taken = 0;
            }
        }
        let first = self.next;
        self.next += n as u64;
        self.available -= n;
        Ok((first, Batch { rows, choices }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn first_in_first_out_over_batches() {
        let mut stock = Stock::default();
        for from in [0, 4, 8] {
            let rows = Zeroizing::new((from..from + 4).collect());
            let choices = Zeroizing::new((from as u8..from as u8 + 4).collect());
            stock.add(Batch { rows, choices });
        }
        let mut next = 0;
        for n in [0, 1, 2, 5, 4, 0] {
            let (first, batch) = stock.take(n, true).unwrap();
            assert_eq!(first, next);
            assert!(batch.rows.iter().copied().eq(next as Block..(next + n as u64) as Block));
            assert!(batch.choices.iter().copied().eq(next as u8..next as u8 + n as u8));
            next += n as u64;
        }
        assert_eq!(stock.take(1, true).err().unwrap().code, Code::Exhausted);
        assert_eq!(stock.available(), 0);
    }
}
