//! Homomorphic encryption: SEAL's BGV with N = 8192 slots and 128-bit security, token-major.
//!
//! One ciphertext holds one feature of up to 8192 tokens. The client encrypts its shares
//! ([`ClientKeys::encrypt`]), the server loads them into a [`Matrix`] together with its own,
//! computes ([`linear()`], [`select()`], [`product()`], [`row_sums`], [`scale`], [`batched()`])
//! and answers through `rerandomize`, the only exit; the client decrypts ([`ClientKeys::decrypt`]).
//! Ciphertexts are arrays of residues: SEAL gives the parameters with their security check and
//! the keys; the arithmetic is ours.

mod answer;
mod batched;
mod blocks;
mod client;
mod codec;
mod encryption_params;
mod keys;
mod linear;
mod matrix;
mod noise;
mod ntt;
mod product;
mod relinearise;
mod rerandomize;
mod rounded;
mod rows;
mod seal;
mod select;
mod select_parameters;
mod switch;

#[cfg(test)]
mod attack;
#[cfg(test)]
mod measure;
#[cfg(test)]
mod tests;

pub use batched::{batched, Pairs};
pub use encryption_params::Params;
pub use keys::{ClientKeys, ServerKeys};
pub use linear::linear;
pub use matrix::{Form, Matrix};
pub use noise::{flood_bits, Depth};
pub use product::product;
pub use rerandomize::Answer;
pub use rows::{row_sums, scale, Scale};
pub use seal::version as seal_version;
pub use select::{select, Selection};
pub use select_parameters::{parameters, Parameters};

/// Slots of a ciphertext and degree of its polynomials.
pub const N: usize = 8192;
