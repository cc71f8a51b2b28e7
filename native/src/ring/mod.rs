//! Arithmetic and bit-packing of shares. Start with [`zm`] (the rings), then [`vectors`] and
//! [`digits`] (elementwise kernels), [`power`], [`batched`], [`pack`] and [`digit_pack`] (the
//! format on the wire), [`random`].
//!
//! Everything here runs on the caller's thread (it is the boundary to Java that gives each worker
//! its part of a long vector), takes time that depends on lengths only, and leaves checking of
//! peers' bytes to the unpacking functions: elsewhere ring elements are canonical and digits below
//! 2^width because the caller's types say so.

pub mod batched;
pub mod digit_pack;
pub mod digits;
pub mod pack;
pub mod power;
pub mod random;
pub mod vectors;
pub mod zm;

pub use zm::Ring;
