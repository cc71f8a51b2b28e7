//! Correlated OT in a group: the sender has δ_j, the receiver a bit c_j; they end with shares that
//! add up to c_j·δ_j.
//!
//! Stock correlations have random choice bits r_j, so the receiver first says f_j = c_j ⊕ r_j
//! (*flips*, 1 bit). With the pads P_c = H(Q_j ⊕ (c ⊕ f_j)·Δ, j), of which the receiver knows
//! P_{c_j} = H(T_j, j), the sender keeps −P_0 and says m = P_0 + δ_j − P_1 (one element); the
//! receiver keeps P_{c_j} + c_j·m.

use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::group::Group;
use super::hash::{Hash, TILE};
use super::stock::{ReceiverCorrelations, SenderCorrelations};
use super::{zeroed, Block};
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::ring::pack::packed_bytes;
use crate::ring::{digit_pack, digits};

/// Correlations per task of the pool; a multiple of 8, so that packed elements of any width meet at
/// whole bytes.
pub(super) const TASK: usize = 64 * TILE;

/// Correlations of n choices of `width` bits each, or `BAD_ARGUMENT`.
pub(super) fn check_count(have: usize, n: usize, width: usize) -> Result<()> {
    if n.checked_mul(width) != Some(have) {
        return Err(Error::bad_argument(format!(
            "{have} correlations for {n} choices of {width} bits"
        )));
    }
    Ok(())
}

pub(super) fn check_room(have: usize, n: usize, width: u32) -> Result<()> {
    let needed = packed_bytes(n, width)?;
    if have != needed {
        return Err(Error::bad_argument(format!(
            "room of {have} bytes for {n} fields of {width} bits, which take {needed}"
        )));
    }
    Ok(())
}

impl ReceiverCorrelations {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The receiver's message before it uses these correlations: choice ⊕ random choice, packed. A
    /// choice of `width` bits (1 to 4) takes as many correlations, low bit first.
    pub fn flips(&self, width: u32, choices: &[u8], out: &mut [u8]) -> Result<()> {
        if !(1..=4).contains(&width) {
            return Err(Error::bad_argument(format!("choices have 1 to 4 bits, not {width}")));
        }
        check_count(self.len(), choices.len(), width as usize)?;
        check_room(out.len(), choices.len(), width)?;
        let mut flips = Zeroizing::new(choices.to_vec());
        for (flip, rows) in flips.iter_mut().zip(self.rows.chunks_exact(width as usize)) {
            for (b, &row) in rows.iter().enumerate() {
                *flip ^= (row as u8 & 1) << b;
            }
        }
        digit_pack::pack(width, &flips, out)
    }

    /// Shares P_c + c·m from the sender's `message`, packed elements; `MALFORMED_MESSAGE` if it is
    /// not that.
    pub fn receive<G: Group>(
        self,
        pool: &Pool,
        group: G,
        choices: &[u8],
        message: &[u8],
        shares: &mut [G::Element],
    ) -> Result<()> {
        let n = choices.len();
        check_count(self.len(), n, 1)?;
        check_count(shares.len(), n, 1)?;
        if !digits::all_below(1, choices) {
            return Err(Error::bad_argument("a choice is not a bit"));
        }
        check_message(message.len(), n, group.width())?;
        let hash = Hash::new();
        pool.run(|| {
            let messages = message.par_chunks(TASK / 8 * group.width() as usize);
            let tasks = (
                shares.par_chunks_mut(TASK),
                choices.par_chunks(TASK),
                self.rows.par_chunks(TASK),
                messages,
            );
            tasks.into_par_iter().enumerate().try_for_each(
                |(t, (shares, choices, rows, message))| {
                    pool.check()?;
                    group.unpack(message, shares)?;
                    let first = self.first + (t * TASK) as u64;
                    let mut pads = [0; TILE];
                    for (t, rows) in rows.chunks(TILE).enumerate() {
                        let pads = &mut pads[..rows.len()];
                        pads.copy_from_slice(rows);
                        hash.apply(pads, |i| first + (t * TILE + i) as u64);
                        let (shares, choices) =
                            (&mut shares[t * TILE..][..rows.len()], &choices[t * TILE..]);
                        for ((share, &choice), &pad) in
                            shares.iter_mut().zip(choices).zip(pads.iter())
                        {
                            *share = group.add(group.pad(pad), group.select(choice, *share));
                        }
                    }
                    pads.zeroize();
                    Ok(())
                },
            )
        })
    }
}

impl SenderCorrelations {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Shares −P_0, and the message for the receiver. `flips`: the receiver's, `MALFORMED_MESSAGE`
    /// if they are not n packed bits.
    pub fn send<G: Group>(
        self,
        pool: &Pool,
        group: G,
        delta: &[G::Element],
        flips: &[u8],
        shares: &mut [G::Element],
        message: &mut [u8],
    ) -> Result<()> {
        let n = delta.len();
        check_count(self.len(), n, 1)?;
        check_count(shares.len(), n, 1)?;
        check_room(message.len(), n, group.width())?;
        group.check(delta)?;
        let mut flip = zeroed::<u8>(n)?;
        digit_pack::unpack(1, flips, &mut flip)?;
        let hash = Hash::new();
        pool.run(|| {
            let messages = message.par_chunks_mut(TASK / 8 * group.width() as usize);
            let tasks = (
                shares.par_chunks_mut(TASK),
                delta.par_chunks(TASK),
                self.rows.par_chunks(TASK),
                flip.par_chunks(TASK),
                messages,
            );
            tasks.into_par_iter().enumerate().try_for_each(
                |(t, (shares, delta, rows, flip, message))| {
                    pool.check()?;
                    let first = self.first + (t * TASK) as u64;
                    let mut elements = Zeroizing::new(vec![G::Element::default(); rows.len()]);
                    let mut pads = [[0; TILE]; 2];
                    for (t, rows) in rows.chunks(TILE).enumerate() {
                        let (at, m) = (t * TILE, rows.len());
                        self.inputs(rows, &flip[at..], &mut pads);
                        for pads in &mut pads {
                            hash.apply(&mut pads[..m], |i| first + (at + i) as u64);
                        }
                        for i in 0..m {
                            let [zero, one] = [pads[0][i], pads[1][i]].map(|pad| group.pad(pad));
                            shares[at + i] = group.neg(zero);
                            elements[at + i] =
                                group.add(group.add(zero, delta[at + i]), group.neg(one));
                        }
                    }
                    pads.zeroize();
                    group.pack(&elements, message)
                },
            )
        })
    }

    /// Writes the inputs of the hash that gives the pads: Q ⊕ (c ⊕ f)·Δ for c = 0, 1.
    fn inputs(&self, rows: &[Block], flips: &[u8], pads: &mut [[Block; TILE]; 2]) {
        for (i, (&row, &flip)) in rows.iter().zip(flips).enumerate() {
            pads[0][i] = row ^ (*self.delta & (flip as Block).wrapping_neg());
            pads[1][i] = pads[0][i] ^ *self.delta;
        }
    }
}

/// The length of a message from the peer, or `MALFORMED_MESSAGE`.
pub(super) fn check_message(have: usize, n: usize, width: u32) -> Result<()> {
    let needed = packed_bytes(n, width)?;
    if have != needed {
        return Err(Error::malformed(format!(
            "a message of {have} bytes for {n} fields of {width} bits, which take {needed}"
        )));
    }
    Ok(())
}
