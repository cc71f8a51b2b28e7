//! Silent extension: a message of a fraction of a bit per correlation, sender → receiver, expanded
//! by both parties (Ferret).
//!
//! Known correlations x (k of them, rows with choices x) times a public sparse matrix A, plus a
//! sparse error e: c = x·A ⊕ e looks random by the learning parity with noise assumption (LPN).
//! Everything is linear but the error, whose correlations are made by one punctured tree for each
//! bin of 2^depth rows, in which just one row is noisy (`tree`). The last bins of an expansion
//! are the inputs of the next (`expansion`); a small expansion of SoftSpoken's correlations is
//! the first of all.
//!
//! The noisy position of a bin is the complement of the choices of its tree's own correlations,
//! which are random: so the receiver says nothing, and an extension is one message, 128·depth bits
//! for each bin.
//!
//! Assumed beside SoftSpoken's security: LPN with regular noise (one noisy row in each bin) for
//! random 10-local codes, see [`Parameters`], and a circular correlation-robust hash, see `tree`.
//!
//! Source: K. Yang, C. Weng, X. Lan, J. Zhang, X. Wang, "Ferret: Fast Extension for coRRElated oT
//! with small communication", CCS 2020.

mod code;
mod expansion;
mod parameters;
mod receiver;
mod sender;
mod tree;

#[cfg(test)]
mod estimate;
#[cfg(test)]
mod tests;

pub use parameters::{Lpn, Parameters};
pub use receiver::Receiver;
pub use sender::Sender;
