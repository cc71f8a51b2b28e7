//! Switching a component down to the answer level.

use super::{Params, N};
use crate::modulus::Modulus;

/// Divides a component (coefficient form, `level` primes) by its primes from the last one on until
/// one is left. Each step subtracts the multiple of t that makes the division exact, so the
/// plaintext is divided by the prime modulo t.
pub(super) fn to_answer_level(params: &Params, level: usize, component: &mut [u64]) {
    for last in (1..level).rev() {
        let (kept, dropped) = component.split_at_mut(last * N);
        divide(&params.t, &params.data[..last], &params.data[last], kept, &dropped[..N]);
    }
}

/// kept = (kept − v − q·k) / q with v the centred dropped residue and k = −v·q⁻¹ mod t, centred.
pub(super) fn divide(
    t: &Modulus,
    moduli: &[Modulus],
    q: &Modulus,
    kept: &mut [u64],
    dropped: &[u64],
) {
    let inverse = t.factor(t.neg(t.inverse(t.reduce_word(q.value()))));
    let q_mod_t = t.reduce_word(q.value());
    let carries: Vec<i64> = dropped
        .iter()
        .map(|&r| {
            let above = ((r > q.value() / 2) as u64).wrapping_neg();
            t.centre(inverse.mul(t.sub(t.reduce_word(r), q_mod_t & above)))
        })
        .collect();
    for (poly, p) in kept.chunks_exact_mut(N).zip(moduli) {
        let inverse = p.factor(p.inverse(p.reduce_word(q.value())));
        let q_mod_p = p.reduce_word(q.value());
        for ((x, &r), &k) in poly.iter_mut().zip(dropped).zip(&carries) {
            let above = ((r > q.value() / 2) as u64).wrapping_neg();
            let v = p.sub(p.reduce_word(r), q_mod_p & above);
            *x = p.sub(inverse.mul(p.sub(*x, v)), p.from_signed(k));
        }
    }
}
