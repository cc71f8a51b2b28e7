//! 1-of-4 OT: the sender has tables of four digits, the receiver choices c in 0..3; they end with XOR shares of table[c].
//!
//! Two correlations (random bits r_0, r_1) make one: with multiplication in GF(2^128), X = 2·Q_1 ⊕ Q_0 and Y = 2·T_1 ⊕ T_0 satisfy
//! X = Y ⊕ r·Δ for r = r_0 + 2·r_1 read as an element of degree 1. The receiver says f = c ⊕ r (*flips*, 2 bits). With the pads
//! P_c = H(X ⊕ (c ⊕ f)·Δ, j), of which the receiver knows P_{c_j} = H(Y, j), the sender keeps s = P_0 ⊕ table[0] and says
//! m_c = P_c ⊕ s ⊕ table[c] for c = 1, 2, 3; the receiver keeps P_c ⊕ m_c with m_0 = 0. The tweak j is the number of Q_0.
//!
//! Source: V. Kolesnikov, R. Kumaresan, "Improved OT Extension for Transferring Short Secrets", CRYPTO 2013, for
//! 1-of-N from one row; the row here is made of two rows of 1-of-2.

use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::correlated::{check_count, check_message, check_room, TASK};
use super::hash::{Hash, TILE};
use super::stock::{ReceiverCorrelations, SenderCorrelations};
use super::{zeroed, Block};
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::ring::{digit_pack, digits};

fn check_width(width: u32) -> Result<()> {
    if !(1..=2).contains(&width) {
        return Err(Error::bad_argument(format!("tables have digits of 1 or 2 bits, not {width}")));
    }
    Ok(())
}

/// 2·x modulo X^128 + X^7 + X^2 + X + 1.
fn double(x: Block) -> Block {
    x << 1 ^ (x >> 127).wrapping_neg() & 0x87
}

/// 2·Q_1 ⊕ Q_0
fn combine(pair: &[Block]) -> Block {
    double(pair[1]) ^ pair[0]
}

impl SenderCorrelations {
    /// Look-ups in n tables (four digits each) from 2n correlations; writes the sender's shares and message (3·width bits each).
    pub fn send_tables(
        self,
        pool: &Pool,
        width: u32,
        tables: &[u8],
        flips: &[u8],
        shares: &mut [u8],
        message: &mut [u8],
    ) -> Result<()> {
        let n = shares.len();
        check_width(width)?;
        check_count(self.len(), n, 2)?;
        check_count(tables.len(), n, 4)?;
        check_room(message.len(), n, 3 * width)?;
        if !digits::all_below(width, tables) {
            return Err(Error::bad_argument(format!("an entry of a table does not fit into {width} bits")));
        }
        let mut flip = zeroed::<u8>(n)?;
        digit_pack::unpack(2, flips, &mut flip)?;
        let hash = Hash::new();
        let doubled = double(*self.delta);
        let multiples = Zeroizing::new([0, *self.delta, doubled, doubled ^ *self.delta]);
        let mask = (1u8 << width) - 1;
        pool.run(|| {
            let messages = message.par_chunks_mut(TASK / 8 * 3 * width as usize);
            let tasks = (
                shares.par_chunks_mut(TASK),
                tables.par_chunks(4 * TASK),
                self.rows.par_chunks(2 * TASK),
                flip.par_chunks(TASK),
                messages,
            );
            tasks.into_par_iter().enumerate().try_for_each(|(t, (shares, tables, rows, flip, message))| {
                pool.check()?;
                let first = self.first + (2 * t * TASK) as u64;
                let mut fields = vec![0; shares.len()];
                let mut pads = [[0; TILE]; 4];
                for (t, rows) in rows.chunks(2 * TILE).enumerate() {
                    let (at, m) = (t * TILE, rows.len() / 2);
                    for (i, (pair, &flip)) in rows.chunks_exact(2).zip(&flip[at..]).enumerate() {
                        let [low, high] = [flip & 1, flip >> 1].map(|bit| (bit as Block).wrapping_neg());
                        let x = combine(pair) ^ (multiples[1] & low) ^ (multiples[2] & high);
                        (0..4).for_each(|c| pads[c][i] = x ^ multiples[c]);
                    }
                    for pads in &mut pads {
                        hash.apply(&mut pads[..m], |i| first + 2 * (at + i) as u64);
                    }
                    for (i, table) in tables[4 * at..].chunks_exact(4).take(m).enumerate() {
                        let share = pads[0][i] as u8 & mask ^ table[0];
                        shares[at + i] = share;
                        for c in 1..4 {
                            fields[at + i] |= (pads[c][i] as u8 & mask ^ share ^ table[c]) << ((c - 1) * width as usize);
                        }
                    }
                }
                pads.zeroize();
                digit_pack::pack(3 * width, &fields, message)
            })
        })
    }
}

impl ReceiverCorrelations {
    /// The receiver's shares from the sender's message; `MALFORMED_MESSAGE` if that is not n packed fields of 3·width bits.
    pub fn receive_tables(self, pool: &Pool, width: u32, choices: &[u8], message: &[u8], shares: &mut [u8]) -> Result<()> {
        let n = choices.len();
        check_width(width)?;
        check_count(self.len(), n, 2)?;
        check_count(shares.len(), n, 1)?;
        check_message(message.len(), n, 3 * width)?;
        if !digits::all_below(2, choices) {
            return Err(Error::bad_argument("a choice is not in 0..3"));
        }
        let hash = Hash::new();
        let mask = (1u8 << width) - 1;
        pool.run(|| {
            let messages = message.par_chunks(TASK / 8 * 3 * width as usize);
            let tasks = (shares.par_chunks_mut(TASK), choices.par_chunks(TASK), self.rows.par_chunks(2 * TASK), messages);
            tasks.into_par_iter().enumerate().try_for_each(|(t, (shares, choices, rows, message))| {
                pool.check()?;
                digit_pack::unpack(3 * width, message, shares)?;
                let first = self.first + (2 * t * TASK) as u64;
                let mut pads = [0; TILE];
                for (t, rows) in rows.chunks(2 * TILE).enumerate() {
                    let (at, m) = (t * TILE, rows.len() / 2);
                    for (pad, pair) in pads.iter_mut().zip(rows.chunks_exact(2)) {
                        *pad = combine(pair);
                    }
                    hash.apply(&mut pads[..m], |i| first + 2 * (at + i) as u64);
                    for i in 0..m {
                        // m_0 = 0 stands below m_1; a shift by a secret amount takes constant time.
                        let (fields, choice) = ((shares[at + i] as u32) << width, choices[at + i] as u32);
                        shares[at + i] = (pads[i] as u8 ^ (fields >> (choice * width)) as u8) & mask;
                    }
                }
                pads.zeroize();
                Ok(())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubling_is_multiplication_by_x() {
        assert_eq!(double(1), 2);
        assert_eq!(double(1 << 127), 0x87);
        assert_eq!(double(1 << 127 | 3), 0x87 ^ 6);
    }
}
