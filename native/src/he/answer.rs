//! The compressed form of an answer, and its decryption.
//!
//! At the answer level (one prime q₀) both components are multiplied by t⁻¹ modulo q₀, which turns
//! the BGV phase m + t·e into the BFV phase −(q₀/t)·(m·q₀⁻¹ mod t) + small, and are rounded to the
//! modulus 2^kb. The first component travels without its low bits.

use zeroize::Zeroizing;

use super::encryption_params::ANSWER_DROPPED_BITS;
use super::{codec, ClientKeys, Params, N};

/// Compresses the components c₀, c₁ (coefficient form modulo q₀) into [`Params::answer_bytes`]
/// bytes.
pub(super) fn compress(params: &Params, c0: &mut [u64], c1: &mut [u64]) -> Vec<u8> {
    let bits = params.answer_bits();
    let mut bytes = vec![0; params.answer_bytes()];
    let (first, second) = bytes.split_at_mut((bits - ANSWER_DROPPED_BITS) as usize * N / 8);
    round(params, c0);
    let half = 1 << (ANSWER_DROPPED_BITS - 1);
    let mask = (1 << (bits - ANSWER_DROPPED_BITS)) - 1;
    c0.iter_mut().for_each(|c| *c = (*c + half) >> ANSWER_DROPPED_BITS & mask);
    codec::pack(c0, bits - ANSWER_DROPPED_BITS, first);
    round(params, c1);
    codec::pack(c1, bits, second);
    bytes
}

/// Rounds each residue x to ⌊(x·t⁻¹ mod q₀)·2^kb / q₀⌉ modulo 2^kb.
fn round(params: &Params, poly: &mut [u64]) {
    let (bits, q) = (params.answer_bits(), &params.data[0]);
    let to_bfv = q.factor(q.inverse(params.t.value()));
    // ⌊2^(64 + kb) / q₀⌋, in two steps that fit 128 bits; off by less than one, that is 2^−4 of a
    // unit of the result.
    let scale = ((1u128 << 127) / q.value() as u128) >> (63 - bits);
    let mask = (1 << bits) - 1;
    for c in poly {
        *c = ((to_bfv.mul(*c) as u128 * scale + (1 << 63)) >> 64) as u64 & mask;
    }
}

/// Decrypts one compressed answer into N slots modulo t.
pub(super) fn decrypt(keys: &ClientKeys, level: usize, answer: &[u8]) -> Vec<u64> {
    let params = &keys.params;
    let (bits, t) = (params.answer_bits(), &params.t);
    let (first, second) = answer.split_at((bits - ANSWER_DROPPED_BITS) as usize * N / 8);
    let mut poly = vec![0; N];
    codec::unpack(first, bits - ANSWER_DROPPED_BITS, &mut poly);
    let mut c1 = vec![0; N];
    codec::unpack(second, bits, &mut c1);
    let c1_s = times_secret(keys, &c1);

    // The phase modulo 2^kb is −(2^kb/t)·(m·q₀⁻¹) + small; switching down divided m by every other
    // prime of the level.
    let path =
        params.data[..level].iter().fold(1, |product, q| t.mul(product, t.reduce_word(q.value())));
    let correction = t.factor(t.neg(path));
    let mask = (1 << bits) - 1;
    for (c, &cs) in poly.iter_mut().zip(c1_s.iter()) {
        let phase = (*c << ANSWER_DROPPED_BITS).wrapping_add(cs) & mask;
        let rounded = (phase as u128 * t.value() as u128 + (1 << (bits - 1))) >> bits;
        *c = correction.mul(rounded as u64);
    }
    params.forward_plain(&mut poly);
    poly
}

/// Returns c₁·s modulo 2^64 over the integers: two halves of c₁, each small enough for the product
/// to fit below q₀/2.
fn times_secret(keys: &ClientKeys, c1: &[u64]) -> Zeroizing<Vec<u64>> {
    const HALF: u32 = 30;
    let (params, q) = (&keys.params, &keys.params.data[0]);
    let mut sum = Zeroizing::new(vec![0u64; N]);
    for shift in [0, HALF] {
        let mut part =
            Zeroizing::new(c1.iter().map(|c| c >> shift & ((1 << HALF) - 1)).collect::<Vec<u64>>());
        params.forward(0, &mut part);
        for (p, &s) in part.iter_mut().zip(keys.secret.iter()) {
            *p = q.mul(*p, s);
        }
        params.inverse(0, &mut part);
        for (sum, &p) in sum.iter_mut().zip(part.iter()) {
            *sum = sum.wrapping_add((q.centre(p) as u64) << shift);
        }
    }
    sum
}
