//! Oblivious transfer as state machines without I/O: bytes in, bytes out. Semi-honest.
//!
//! In the order of the conversation: [`base`] (128 OTs on ristretto255), [`softspoken`] and
//! [`silent`] (two kinds of [`extension`]), [`Sender`] and [`Receiver`] (either kind, with what it
//! leaves in [`stock`]), [`hash`] and the ways to use it up: [`correlated`], [`table`] and, on it,
//! [`millionaires`].
//!
//! The extension's *sender* holds a global Δ with lowest bit 1 and rows Q_j with lowest bit 0, its
//! *receiver* rows T_j whose lowest bits c_j are random choices, with Q_j = T_j ⊕ c_j·Δ.

pub mod aes;
#[cfg(target_arch = "x86_64")]
mod aes_x86;
pub mod base;
pub mod correlated;
pub mod extension;
pub mod group;
pub mod hash;
pub mod millionaires;
mod receiver;
mod sender;
pub mod silent;
pub mod softspoken;
pub mod stock;
pub mod table;

#[cfg(test)]
mod measure;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

pub use extension::Extension;
pub use receiver::Receiver;
pub use sender::Sender;

use crate::error::{Error, Result};
use crate::pool::Pool;

/// 128 bits: a seed, a row of the correlation matrix, a pad. Bit i is column i; on the wire
/// little-endian.
pub type Block = u128;

/// Rows of one party, wiped on drop.
pub type Rows = Zeroizing<Vec<Block>>;

/// One party of an extension for one direction of one attempt. Which of the two writes the
/// extension's messages depends on the kind; the other one reads them.
pub trait Side {
    /// Returns the bytes of the message that adds the next n correlations, a multiple of the kind's
    /// unit.
    fn extend_bytes(&self, n: usize) -> Result<usize>;

    /// Adds n correlations to the stock and writes the message for the peer.
    fn write_extension(&mut self, pool: &Pool, n: usize, out: &mut [u8]) -> Result<()>;

    /// Adds n correlations to the stock from the peer's message.
    fn read_extension(&mut self, pool: &Pool, n: usize, message: &[u8]) -> Result<()>;

    /// Returns the number of correlations in stock.
    fn available(&self) -> usize;
}

/// Returns zeros, whose pages the workers touch first; an error where `vec!` would abort the JVM.
fn zeroed<T: bytemuck::Zeroable>(n: usize) -> Result<Vec<T>> {
    bytemuck::allocation::try_zeroed_vec(n)
        .map_err(|()| Error::internal(format!("no memory for {n} values of OTs")))
}

fn wrong_direction(party: &str, verb: &str) -> Error {
    Error::bad_argument(format!(
        "the {party} of this kind of OT extension does not {verb} its messages"
    ))
}
