//! 1-of-N OT, N = 2^b ≤ 16: the sender has tables of N entries, the receiver choices c < N; they
//! end with XOR shares of `table[c]`.
//!
//! b correlations (random bits r_0 … r_{b−1}) make one: with multiplication in GF(2^128), X = Σ
//! x^i·Q_i and Y = Σ x^i·T_i satisfy X = Y ⊕ r·Δ for r = Σ r_i·x^i. The receiver says f = c ⊕ r
//! (*flips*, b bits). With the pads P_c = H(X ⊕ (c ⊕ f)·Δ, j), of which the receiver knows P_{c_j}
//! = H(Y, j), the sender keeps `s = P_0 ⊕ table[0]` and sends `m_c = P_c ⊕ s ⊕ table[c]` for
//! c = 1 … N − 1 (one field each); the receiver keeps P_c ⊕ m_c with m_0 = 0. The tweak j is the
//! number of Q_0.
//!
//! Source: V. Kolesnikov, R. Kumaresan, "Improved OT Extension for Transferring Short Secrets",
//! CRYPTO 2013, for 1-of-N from one row; the row here is made of b rows of 1-of-2.

use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::correlated::{check_count, check_message, check_room, TASK};
use super::hash::{Hash, TILE};
use super::stock::{ReceiverCorrelations, SenderCorrelations};
use super::{zeroed, Block};
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::ring::{digit_pack, digits, pack, Ring};

/// The largest number of entries.
const MAX: usize = 16;

/// Choices of `bits` bits in tables of entries of `width` bits.
#[derive(Clone, Copy, Debug)]
pub struct LookUp {
    bits: usize,
    width: u32,
}

impl LookUp {
    /// Makes the shape for 1 to 4 bits and entries of 1 to 16 bits, or `BAD_ARGUMENT`.
    pub fn new(bits: u32, width: u32) -> Result<Self> {
        if !(1..=4).contains(&bits) || !(1..=16).contains(&width) {
            return Err(Error::bad_argument(format!(
                "a look-up has a choice of 1 to 4 bits and entries of 1 to 16, \
             not {bits} and {width}"
            )));
        }
        Ok(LookUp { bits: bits as usize, width })
    }

    fn entries(self) -> usize {
        1 << self.bits
    }

    /// Returns the bits of the sender's message per look-up.
    fn message_bits(self) -> usize {
        (self.entries() - 1) * self.width as usize
    }

    fn mask(self) -> u64 {
        u64::MAX >> (64 - self.width)
    }

    fn fields(self) -> Result<Ring> {
        Ring::new(1 << self.width)
    }
}

/// Returns x·v modulo x^128 + x^7 + x^2 + x + 1.
fn double(v: Block) -> Block {
    v << 1 ^ (v >> 127).wrapping_neg() & 0x87
}

/// Returns Σ x^i·rows_i
fn combine(rows: &[Block]) -> Block {
    rows.iter().rev().fold(0, |sum, row| double(sum) ^ row)
}

impl SenderCorrelations {
    /// Look-ups in as many tables as there are shares, from `bits` correlations each. `fill(i,
    /// table)` writes the entries of look-up i. Writes the sender's shares and message.
    pub fn send_look_ups(
        self,
        pool: &Pool,
        shape: LookUp,
        fill: impl Fn(usize, &mut [u16; MAX]) + Sync,
        flips: &[u8],
        shares: &mut [u16],
        message: &mut [u8],
    ) -> Result<()> {
        let (n, b) = (shares.len(), shape.bits);
        check_count(self.len(), n, b)?;
        check_room(message.len(), n, shape.message_bits() as u32)?;
        let mut flip = zeroed::<u8>(n)?;
        digit_pack::unpack(b as u32, flips, &mut flip)?;
        let (hash, fields) = (Hash::new(), shape.fields()?);
        let multiples = self.multiples(shape);
        pool.run(|| {
            let messages = message.par_chunks_mut(TASK / 8 * shape.message_bits());
            let tasks = (
                shares.par_chunks_mut(TASK),
                self.rows.par_chunks(b * TASK),
                flip.par_chunks(TASK),
                messages,
            );
            tasks.into_par_iter().enumerate().try_for_each(|(t, (shares, rows, flip, message))| {
                pool.check()?;
                let mut says = Zeroizing::new(zeroed::<u64>(shares.len() * (shape.entries() - 1))?);
                let mut pads = Zeroizing::new([[0; TILE]; MAX]);
                for (u, rows) in rows.chunks(b * TILE).enumerate() {
                    let (at, m) = (u * TILE, rows.len() / b);
                    let first = self.first + (b * (t * TASK + at)) as u64;
                    self.pads(shape, &hash, &multiples, rows, &flip[at..], first, &mut pads);
                    for i in at..at + m {
                        let mut table = [0; MAX];
                        fill(t * TASK + i, &mut table);
                        let share = (pads[0][i - at] as u64 ^ table[0] as u64) & shape.mask();
                        shares[i] = share as u16;
                        let said = says[i * (shape.entries() - 1)..].iter_mut();
                        for ((says, pads), &entry) in
                            said.zip(&pads[1..shape.entries()]).zip(&table[1..])
                        {
                            *says = (pads[i - at] as u64 ^ entry as u64 ^ share) & shape.mask();
                        }
                        table.zeroize();
                    }
                }
                pack::pack(fields, &says, message)
            })
        })
    }

    /// Returns c·Δ for every choice c.
    fn multiples(&self, shape: LookUp) -> Zeroizing<[Block; MAX]> {
        let mut multiples = Zeroizing::new([0; MAX]);
        let mut power = Zeroizing::new(*self.delta);
        for b in 0..shape.bits {
            for c in 0..1 << b {
                multiples[1 << b | c] = multiples[c] ^ *power;
            }
            *power = double(*power);
        }
        multiples
    }

    /// P_c for up to [`TILE`] look-ups.
    #[allow(clippy::too_many_arguments)]
    fn pads(
        &self,
        shape: LookUp,
        hash: &Hash,
        multiples: &[Block; MAX],
        rows: &[Block],
        flips: &[u8],
        first: u64,
        pads: &mut [[Block; TILE]; MAX],
    ) {
        let m = rows.len() / shape.bits;
        for (i, (rows, &flip)) in rows.chunks_exact(shape.bits).zip(flips).enumerate() {
            let mut x = combine(rows);
            for b in 0..shape.bits {
                x ^= multiples[1 << b] & (Block::from(flip >> b & 1)).wrapping_neg();
            }
            for c in 0..shape.entries() {
                pads[c][i] = x ^ multiples[c];
            }
        }
        for pads in &mut pads[..shape.entries()] {
            hash.apply(&mut pads[..m], |i| first + (shape.bits * i) as u64);
        }
    }
}

impl ReceiverCorrelations {
    /// The receiver's shares from the sender's message; `MALFORMED_MESSAGE` if that is not as many
    /// packed fields as it should be.
    pub fn receive_look_ups(
        self,
        pool: &Pool,
        shape: LookUp,
        choices: &[u8],
        message: &[u8],
        shares: &mut [u16],
    ) -> Result<()> {
        let (n, b) = (choices.len(), shape.bits);
        check_count(self.len(), n, b)?;
        check_count(shares.len(), n, 1)?;
        check_message(message.len(), n, shape.message_bits() as u32)?;
        if !digits::all_below(b as u32, choices) {
            return Err(Error::bad_argument(format!("a choice does not fit into {b} bits")));
        }
        let (hash, fields, said) = (Hash::new(), shape.fields()?, shape.entries() - 1);
        pool.run(|| {
            let messages = message.par_chunks(TASK / 8 * shape.message_bits());
            let tasks = (
                shares.par_chunks_mut(TASK),
                choices.par_chunks(TASK),
                self.rows.par_chunks(b * TASK),
                messages,
            );
            tasks.into_par_iter().enumerate().try_for_each(
                |(t, (shares, choices, rows, message))| {
                    pool.check()?;
                    let mut says = zeroed::<u64>(shares.len() * said)?;
                    pack::unpack(fields, message, &mut says)?;
                    let mut pads = Zeroizing::new([0; TILE]);
                    for (u, rows) in rows.chunks(b * TILE).enumerate() {
                        let (at, m) = (u * TILE, rows.len() / b);
                        let first = self.first + (b * (t * TASK + at)) as u64;
                        for (pad, rows) in pads.iter_mut().zip(rows.chunks_exact(b)) {
                            *pad = combine(rows);
                        }
                        hash.apply(&mut pads[..m], |i| first + (b * i) as u64);
                        for i in at..at + m {
                            let chosen = pick(&says[i * said..(i + 1) * said], choices[i]);
                            shares[i] = ((pads[i - at] as u64 ^ chosen) & shape.mask()) as u16;
                        }
                    }
                    Ok(())
                },
            )
        })
    }
}

/// Returns the message for this choice, 0 for choice 0. It reads all messages.
#[inline(always)]
fn pick(says: &[u64], choice: u8) -> u64 {
    says.iter()
        .enumerate()
        .fold(0, |sum, (c, &m)| sum | m & u64::from(c + 1 == choice as usize).wrapping_neg())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::ot::testing::Pair;
    use crate::ring::pack::packed_bytes;

    #[test]
    fn doubling_is_multiplication_by_x() {
        assert_eq!(double(1), 2);
        assert_eq!(double(1 << 127), 0x87);
        assert_eq!(double(1 << 127 | 3), 0x87 ^ 6);
        assert_eq!(combine(&[1, 1 << 127, 3]), 1 ^ 0x87 ^ 12);
    }

    /// Returns an entry without a pattern.
    fn entry(i: usize, c: usize, shape: LookUp) -> u16 {
        (((i * MAX + c) as u32).wrapping_mul(0x85EB_CA6B) >> 13 & shape.mask() as u32) as u16
    }

    #[test]
    fn tables_are_looked_up() {
        let mut pair = Pair::new(8, 2);
        for (bits, width) in
            [(1, 1), (1, 7), (2, 1), (2, 2), (2, 16), (3, 5), (4, 1), (4, 6), (4, 16)]
        {
            let shape = LookUp::new(bits, width).unwrap();
            for n in [1, 63, 64, 65, 1000, TASK + 17] {
                let top = shape.entries() as u8 - 1;
                let mixed: Vec<u8> = (0..n)
                    .map(|i| (i as u32).wrapping_mul(0x9E37_79B9) as u8 >> (8 - bits))
                    .collect();
                for choices in [mixed, vec![0; n], vec![top; n]] {
                    let (sent, received) = pair.take(bits as usize * n);
                    let mut flips = vec![0; packed_bytes(n, bits).unwrap()];
                    received.flips(bits, &choices, &mut flips).unwrap();
                    let (mut a, mut b) = (vec![0; n], vec![0; n]);
                    let mut message =
                        vec![0; packed_bytes(n, shape.message_bits() as u32).unwrap()];
                    let fill = |i: usize, table: &mut [u16; MAX]| {
                        (0..shape.entries()).for_each(|c| table[c] = entry(i, c, shape));
                    };
                    sent.send_look_ups(&pair.pool, shape, fill, &flips, &mut a, &mut message)
                        .unwrap();
                    received
                        .receive_look_ups(&pair.pool, shape, &choices, &message, &mut b)
                        .unwrap();
                    for i in 0..n {
                        assert_eq!(
                            a[i] ^ b[i],
                            entry(i, choices[i] as usize, shape),
                            "{shape:?} choice {} at {i}",
                            choices[i]
                        );
                    }
                    if n >= 1000 {
                        let ones = a.iter().filter(|&&x| x & 1 == 1).count();
                        assert!((2 * n / 5..3 * n / 5).contains(&ones), "{ones} of {n}");
                    }
                }
            }
        }
    }

    #[test]
    fn bad_look_ups_are_refused() {
        for (bits, width) in [(0, 1), (5, 1), (1, 0), (1, 17)] {
            assert_eq!(LookUp::new(bits, width).unwrap_err().code, Code::BadArgument);
        }
        let (mut pair, shape) = (Pair::new(4, 1), LookUp::new(2, 1).unwrap());
        let malformed = |r: Result<()>| assert_eq!(r.unwrap_err().code, Code::MalformedMessage);
        let mut shares = [0; 3];
        for flips in [&[0xC0][..], &[0, 0]] {
            malformed(pair.take(6).0.send_look_ups(
                &pair.pool,
                shape,
                |_, _| {},
                flips,
                &mut shares,
                &mut [0; 2],
            ));
        }
        for message in [&[0, 2][..], &[0], &[0; 3]] {
            malformed(pair.take(6).1.receive_look_ups(
                &pair.pool,
                shape,
                &[0, 3, 2],
                message,
                &mut shares,
            ));
        }
        let bad =
            pair.take(6).1.receive_look_ups(&pair.pool, shape, &[0, 4, 2], &[0, 0], &mut shares);
        assert_eq!(bad.unwrap_err().code, Code::BadArgument);
    }
}
