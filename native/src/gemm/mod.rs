//! Exact modular matrix products on FP64 hardware.
//!
//! Residues are centred and split into two signed slices in [−2^29, 2^29]; with |w| ≤ 2047 and at
//! most 4096 terms every partial sum of a slice stays below 2^53 in any order, so FP64 is exact.
//! Longer sums are folded into 64-bit integers every 4096 terms, and the slices are recombined
//! modulo q once at the end. After Bae, Cheon, Hanrot, Park, Stehlé, "Plaintext-ciphertext matrix
//! multiplication and FHE bootstrapping: fast and fused" (CRYPTO 2024), which reduces such products
//! to plaintext ones.

mod blas;
mod plain;
mod slices;
mod tile;
mod weights;

pub use plain::{exact, plain};
pub use slices::split;
pub use tile::{tile, Slices};
pub use weights::{Weights, WEIGHT_LIMIT};
