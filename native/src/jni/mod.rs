//! The boundary to Java: the only module that turns addresses into slices and ids into objects.

pub mod argument;
pub mod buffer;
mod gemm;
mod guard;
pub mod handles;
mod he;
mod life;
mod ot;
mod ring;
mod tiles;
mod tokenizer;

pub use guard::guard;
pub use handles::Object;
