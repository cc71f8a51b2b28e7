//! Oblivious transfer as state machines without I/O: bytes in, bytes out. Semi-honest.
//!
//! In the order of the conversation: [`base`] (128 OTs on ristretto255), [`ggm`] (their outputs as punctured trees), [`sender`] and
//! [`receiver`] (SoftSpoken extension, on [`leaves`] and [`transpose`]), [`stock`] (what an extension leaves behind), [`hash`] and
//! the ways to use it up: [`correlated`], [`table`] and, on it, [`millionaires`].
//!
//! The extension's *sender* holds a global Δ and Q_j, its *receiver* random bits c_j and T_j, with Q_j = T_j ⊕ c_j·Δ.
//!
//! Source: L. Roy, "SoftSpokenOT: Quieter OT Extension from Small-Field Silent VOLE in the Minicrypt Model", CRYPTO 2022.

pub mod aes;
#[cfg(target_arch = "x86_64")]
mod aes_x86;
pub mod base;
pub mod correlated;
pub mod ggm;
pub mod group;
pub mod hash;
pub mod leaves;
pub mod millionaires;
pub mod receiver;
pub mod sender;
pub mod stock;
pub mod table;
pub mod transpose;

#[cfg(test)]
mod measure;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use receiver::Receiver;
pub use sender::Sender;

use crate::error::{Error, Result};

/// 128 bits: a seed, a row of the correlation matrix, a pad. Bit i is column i; on the wire little-endian.
pub type Block = u128;

/// Correlations are made this many at a time.
pub const UNIT: usize = 1024;

/// SoftSpoken's k, and the sizes that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    k: usize,
}

impl Shape {
    /// k ∈ {1, 2, 4, 8}, or `BAD_ARGUMENT`.
    pub fn new(k: usize) -> Result<Self> {
        match k {
            1 | 2 | 4 | 8 => Ok(Shape { k }),
            _ => Err(Error::bad_argument(format!("k of the OT extension is 1, 2, 4 or 8, not {k}"))),
        }
    }

    pub fn k(&self) -> usize {
        self.k
    }

    /// Trees, each standing for k bits of Δ.
    pub fn trees(&self) -> usize {
        128 / self.k
    }

    /// Bytes of set-up message 0 (hello), 1 (choose) or 2 (seeds); the same for every k.
    pub fn setup_bytes(&self, step: usize) -> Result<usize> {
        match step {
            0 => Ok(base::HELLO_BYTES),
            1 => Ok(base::CHOOSE_BYTES),
            2 => Ok(ggm::SEEDS_BYTES),
            _ => Err(Error::bad_argument(format!("set-up has messages 0 to 2, not {step}"))),
        }
    }

    /// Bytes that the receiver sends for n correlations, n a multiple of [`UNIT`]: all trees but the first are corrected.
    pub fn extend_bytes(&self, n: usize) -> Result<usize> {
        if !n.is_multiple_of(UNIT) {
            return Err(Error::bad_argument(format!("correlations are made by {UNIT}, which does not divide {n}")));
        }
        let bytes = (n / 8).checked_mul(self.trees() - 1);
        bytes.ok_or_else(|| Error::bad_argument(format!("{n} correlations do not fit into memory")))
    }
}

/// Zeros, whose pages the workers touch first; an error where `vec!` would abort the JVM.
fn zeroed<T: bytemuck::Zeroable>(n: usize) -> Result<Vec<T>> {
    bytemuck::allocation::try_zeroed_vec(n).map_err(|()| Error::internal(format!("no memory for {n} values of OTs")))
}
