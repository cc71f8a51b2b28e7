//! Scalar products modulo a number below 2^60, with one reduction for many terms.

use crate::modulus::Modulus;

/// As many products below 2^120 as 128 bits can hold.
const TERMS: usize = 256;

/// The scalar products of R vectors with another one, all of one length and reduced modulo q < 2^60.
#[inline]
pub fn dots<const R: usize>(q: &Modulus, a: [&[u64]; R], b: &[u64]) -> [u64; R] {
    debug_assert!(q.value() < 1 << 60 && a.iter().all(|a| a.len() == b.len()));
    let mut sums = [0; R];
    for from in (0..b.len()).step_by(TERMS) {
        let to = b.len().min(from + TERMS);
        let (a, b) = (a.map(|a| &a[from..to]), &b[from..to]);
        let mut wide = [0u128; R];
        for (k, &b) in b.iter().enumerate() {
            for r in 0..R {
                wide[r] += a[r][k] as u128 * b as u128;
            }
        }
        for r in 0..R {
            sums[r] = q.add(sums[r], q.reduce(wide[r]));
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sums_of_the_largest_values() {
        for q in [3, 2198738042881, (1 << 60) - 93] {
            let m = Modulus::new(q);
            for n in [0, 1, 255, 256, 257, 1025] {
                let (top, ramp) = (vec![q - 1; n], (0..n as u64).map(|i| i % q).collect::<Vec<_>>());
                let n = m.reduce_word(n as u64);
                let sum = ramp.iter().fold(0, |s, &x| m.add(s, x));
                // (−1)·(−1) and i·(−1), summed.
                assert_eq!(dots(&m, [&top, &ramp], &top), [n, m.neg(sum) % q]);
            }
        }
    }
}
