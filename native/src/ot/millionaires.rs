//! The leaves of comparisons: the receiver holds a digit c, the sender one digit y_j per threshold;
//! they end with XOR shares of `[c > y_j]` and `[c = y_j]` for every j, by one 1-of-N OT for all
//! thresholds together.
//!
//! Source: P. Mohassel, S. Rathee et al., "CrypTFlow2", CCS 2020, section 3.1; several thresholds
//! in one table are ours.

use zeroize::Zeroizing;

use super::stock::{ReceiverCorrelations, SenderCorrelations};
use super::table::LookUp;
use super::zeroed;
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::ring::digits;

/// Leaves of `bits`-bit digits for 1 to 8 thresholds. The lowest leaf of a number needs no [c = y].
#[derive(Clone, Copy, Debug)]
pub struct Leaves {
    bits: u32,
    thresholds: usize,
    lowest: bool,
}

impl Leaves {
    pub fn new(bits: u32, thresholds: usize, lowest: bool) -> Result<Self> {
        if !(1..=8).contains(&thresholds) {
            return Err(Error::bad_argument(format!(
                "a leaf compares with 1 to 8 thresholds, not {thresholds}"
            )));
        }
        LookUp::new(bits, 1)?;
        Ok(Leaves { bits, thresholds, lowest })
    }

    pub fn thresholds(self) -> usize {
        self.thresholds
    }

    /// Returns the bits of one threshold's result: `[c > y]` below `[c = y]`.
    fn width(self) -> u32 {
        if self.lowest {
            1
        } else {
            2
        }
    }

    fn look_up(self) -> Result<LookUp> {
        LookUp::new(self.bits, self.thresholds as u32 * self.width())
    }

    fn entry(self, c: u16, y: u16) -> u16 {
        (c > y) as u16 | ((c == y) as u16 & !(self.lowest as u16)) << 1
    }

    /// Results of all thresholds of n look-ups, apart: threshold by threshold.
    fn scatter(self, shares: &[u16], out: &mut [u8]) {
        let mask = (1u16 << self.width()) - 1;
        for (j, out) in out.chunks_exact_mut(shares.len().max(1)).enumerate() {
            for (o, &share) in out.iter_mut().zip(shares) {
                *o = (share >> (j as u32 * self.width()) & mask) as u8;
            }
        }
    }

    fn check(self, n: usize, digits: usize) -> Result<()> {
        if n.checked_mul(self.thresholds) != Some(digits) {
            return Err(Error::bad_argument(format!(
                "{digits} digits for {n} leaves of {} thresholds",
                self.thresholds
            )));
        }
        Ok(())
    }
}

impl SenderCorrelations {
    /// `y` and `out`: threshold by threshold, n digits each.
    pub fn send_leaves(
        self,
        pool: &Pool,
        leaves: Leaves,
        y: &[u8],
        flips: &[u8],
        out: &mut [u8],
        message: &mut [u8],
    ) -> Result<()> {
        let n = self.len() / leaves.bits as usize;
        leaves.check(n, y.len())?;
        leaves.check(n, out.len())?;
        if !digits::all_below(leaves.bits, y) {
            return Err(Error::bad_argument(format!(
                "a digit does not fit into {} bits",
                leaves.bits
            )));
        }
        let mut shares = Zeroizing::new(zeroed::<u16>(n)?);
        let fill = |i: usize, table: &mut [u16; 16]| {
            for j in 0..leaves.thresholds {
                let (y, shift) = (y[j * n + i] as u16, j as u32 * leaves.width());
                for (c, entry) in table.iter_mut().enumerate() {
                    *entry |= leaves.entry(c as u16, y) << shift;
                }
            }
        };
        self.send_look_ups(pool, leaves.look_up()?, fill, flips, &mut shares, message)?;
        leaves.scatter(&shares, out);
        Ok(())
    }
}

impl ReceiverCorrelations {
    /// `choices`: n digits; `out`: threshold by threshold, n results each.
    pub fn receive_leaves(
        self,
        pool: &Pool,
        leaves: Leaves,
        choices: &[u8],
        message: &[u8],
        out: &mut [u8],
    ) -> Result<()> {
        leaves.check(choices.len(), out.len())?;
        let mut shares = Zeroizing::new(zeroed::<u16>(choices.len())?);
        self.receive_look_ups(pool, leaves.look_up()?, choices, message, &mut shares)?;
        leaves.scatter(&shares, out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::testing::Pair;
    use crate::ring::pack::packed_bytes;

    #[test]
    fn every_pair_of_digits_is_compared() {
        let mut pair = Pair::new(8, 1);
        for (bits, thresholds, lowest) in
            [(1, 1, false), (2, 1, true), (2, 8, false), (3, 5, false), (4, 3, false), (4, 8, true)]
        {
            let leaves = Leaves::new(bits, thresholds, lowest).unwrap();
            let size = 1usize << bits;
            let n = size * size;
            let choices: Vec<u8> = (0..n).map(|i| (i % size) as u8).collect();
            let y: Vec<u8> =
                (0..thresholds * n).map(|i| ((i % n / size + i / n) % size) as u8).collect();
            let (sent, received) = pair.take(n * bits as usize);
            let mut flips = vec![0; packed_bytes(n, bits).unwrap()];
            received.flips(bits, &choices, &mut flips).unwrap();
            let mut message =
                vec![
                    0;
                    packed_bytes(n, (size as u32 - 1) * thresholds as u32 * leaves.width())
                        .unwrap()
                ];
            let (mut a, mut b) = (vec![0; y.len()], vec![0; y.len()]);
            sent.send_leaves(&pair.pool, leaves, &y, &flips, &mut a, &mut message).unwrap();
            received.receive_leaves(&pair.pool, leaves, &choices, &message, &mut b).unwrap();
            for (i, &y) in y.iter().enumerate() {
                let c = choices[i % n];
                let expected = (c > y) as u8 + if lowest { 0 } else { 2 * (c == y) as u8 };
                assert_eq!(a[i] ^ b[i], expected, "{leaves:?} {c} {y}");
            }
        }
        assert!(
            Leaves::new(2, 9, true).is_err()
                && Leaves::new(2, 0, true).is_err()
                && Leaves::new(5, 1, true).is_err()
        );
    }
}
