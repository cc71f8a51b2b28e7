//! Native kernels of SecMoE: homomorphic encryption over SEAL, exact modular GEMM, OT extension,
//! arithmetic on shares, and the client's texts as ids.
//!
//! Arrows go one way: `jni` → `he`, `ot`, `ring`, `tokenizer` → `gemm`, `dot` → `modulus`,
//! `random`, `pool` → `error`. The crate opens no socket, reads no file, logs nothing and knows
//! nothing of Spark. Only `jni` handles addresses that come from Java.

pub mod dot;
pub mod error;
pub mod gemm;
pub mod he;
pub mod jni;
pub mod modulus;
pub mod ot;
pub mod pages;
pub mod pool;
pub mod random;
pub mod ring;
pub mod tokenizer;
