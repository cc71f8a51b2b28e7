//! Relinearisation: a result's third component, which belongs to the square of the secret key,
//! becomes two that belong to the key.
//!
//! The residues of the third component c₂ modulo each data prime are its digits. Key j encrypts
//! P·s² modulo data prime j and 0 modulo the others, P being the key-switching prime, so Σ_j
//! digit_j·key_j encrypts P·c₂·s², and the division by P gives c₂·s² with an error of about
//! t·√N·q/P. Source: the decomposition by residues of Bajard, Eynard, Hasan and Zucca (SAC 2016)
//! with one extra prime, as in SEAL, whose keys these are.

use super::{switch, ServerKeys, N};

/// Adds two components that stand for `third` (coefficient form, `level` primes) to `pair`
/// (coefficient form, two components of `level` primes).
pub(super) fn relinearise(keys: &ServerKeys, level: usize, third: &[u64], pair: &mut [u64]) {
    let params = &*keys.params;
    let special = params.chain.len() - 1;
    let mut sums = vec![0; 2 * (level + 1) * N];
    let (first, second) = sums.split_at_mut((level + 1) * N);
    let primes = (0..level).chain([special]);
    for ((i, first), second) in
        primes.zip(first.chunks_exact_mut(N)).zip(second.chunks_exact_mut(N))
    {
        let digits = digits(keys, i, third);
        multiply(keys, i, &digits, 0, first);
        multiply(keys, i, &digits, 1, second);
    }
    for (sum, pair) in [first, second].into_iter().zip(pair.chunks_exact_mut(level * N)) {
        let (kept, dropped) = sum.split_at_mut(level * N);
        switch::divide(&params.t, &params.data[..level], &params.chain[special], kept, dropped);
        let primes = params.data.iter().zip(pair.chunks_exact_mut(N)).zip(kept.chunks_exact(N));
        for ((q, pair), kept) in primes {
            pair.iter_mut().zip(kept).for_each(|(x, &k)| *x = q.add(*x, k));
        }
    }
}

/// Returns all digits modulo the chain's prime `i`, in NTT form.
fn digits(keys: &ServerKeys, i: usize, third: &[u64]) -> Vec<u64> {
    let (params, q) = (&*keys.params, &keys.params.chain[i]);
    let mut digits: Vec<u64> = third.iter().map(|&x| q.reduce_word(x)).collect();
    digits.chunks_exact_mut(N).for_each(|digit| params.forward(i, digit));
    digits
}

/// Writes one component of Σ_j digit_j·key_j modulo the chain's prime `i`, in coefficient form.
fn multiply(keys: &ServerKeys, i: usize, digits: &[u64], component: usize, sum: &mut [u64]) {
    let (params, q) = (&*keys.params, &keys.params.chain[i]);
    let chain = params.chain.len();
    let mut wide = vec![0u128; N];
    for (j, digit) in digits.chunks_exact(N).enumerate() {
        let key = &keys.relin[((2 * j + component) * chain + i) * N..][..N];
        // At most seven products below 2^120.
        wide.iter_mut().zip(digit).zip(key).for_each(|((w, &d), &k)| *w += d as u128 * k as u128);
    }
    sum.iter_mut().zip(&wide).for_each(|(s, &w)| *s = q.reduce(w));
    params.inverse(i, sum);
}
