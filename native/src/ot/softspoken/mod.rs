//! SoftSpoken extension: a message of 128/k − 1 bits per correlation, receiver → sender, and little
//! arithmetic.
//!
//! In the order of the conversation: [`ggm`] (base OTs as punctured trees), [`Sender`] and
//! [`Receiver`], on [`leaves`] and [`transpose`].
//!
//! Δ's lowest bit is one, so that both parties may fix the lowest column: the receiver's is c
//! itself, the sender's is zero.
//!
//! Source: L. Roy, "SoftSpokenOT: Quieter OT Extension from Small-Field Silent VOLE in the
//! Minicrypt Model", CRYPTO 2022.

pub mod ggm;
pub mod leaves;
mod receiver;
mod sender;
pub mod transpose;

pub use receiver::Receiver;
pub use sender::Sender;

use crate::error::{Error, Result};

/// Correlations are made this many at a time.
pub const UNIT: usize = 1024;

/// SoftSpoken's k, and the sizes that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    k: usize,
}

impl Shape {
    /// Least bytes, most hashing.
    pub const QUIETEST: Shape = Shape { k: 8 };

    /// Makes the shape for k ∈ {1, 2, 4, 8}, or `BAD_ARGUMENT`.
    pub fn new(k: usize) -> Result<Self> {
        match k {
            1 | 2 | 4 | 8 => Ok(Shape { k }),
            _ => {
                Err(Error::bad_argument(format!("k of the OT extension is 1, 2, 4 or 8, not {k}")))
            }
        }
    }

    pub fn k(&self) -> usize {
        self.k
    }

    /// Returns the number of trees, each of which stands for k bits of Δ.
    pub fn trees(&self) -> usize {
        128 / self.k
    }

    /// Returns the bytes that the receiver sends for n correlations, n a multiple of [`UNIT`]: all
    /// trees but the first are corrected.
    pub fn extend_bytes(&self, n: usize) -> Result<usize> {
        if !n.is_multiple_of(UNIT) {
            return Err(Error::bad_argument(format!(
                "correlations are made by {UNIT}, which does not divide {n}"
            )));
        }
        let bytes = (n / 8).checked_mul(self.trees() - 1);
        bytes.ok_or_else(|| Error::bad_argument(format!("{n} correlations do not fit into memory")))
    }
}
