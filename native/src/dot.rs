//! Scalar products modulo a number below 2^60, with one reduction for many terms.

use crate::modulus::Modulus;

/// The number of products below 2^120 that 128 bits can hold.
const TERMS: usize = 256;

/// The scalar products of R vectors with S others, all of one length and reduced modulo q < 2^60.
/// Two with two keep a multiplier busiest.
#[inline]
pub fn dots<const R: usize, const S: usize>(
    q: &Modulus,
    a: [&[u64]; R],
    b: [&[u64]; S],
) -> [[u64; S]; R] {
    let length = b[0].len();
    debug_assert!(q.value() < 1 << 60 && a.iter().chain(&b).all(|x| x.len() == length));
    let mut sums = [[0; S]; R];
    for from in (0..length).step_by(TERMS) {
        let terms = from..length.min(from + TERMS);
        let (a, b) = (a.map(|a| &a[terms.clone()]), b.map(|b| &b[terms.clone()]));
        let mut wide = [[0u128; S]; R];
        for k in 0..terms.len() {
            for (wide, a) in wide.iter_mut().zip(&a) {
                wide.iter_mut().zip(&b).for_each(|(wide, b)| *wide += a[k] as u128 * b[k] as u128);
            }
        }
        for (sums, wide) in sums.iter_mut().zip(&wide) {
            sums.iter_mut().zip(wide).for_each(|(sum, &wide)| *sum = q.add(*sum, q.reduce(wide)));
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
                let (top, ramp) =
                    (vec![q - 1; n], (0..n as u64).map(|i| i % q).collect::<Vec<_>>());
                let n = m.reduce_word(n as u64);
                let sum = ramp.iter().fold(0, |s, &x| m.add(s, x));
                // (−1)·(−1) and i·(−1), summed.
                assert_eq!(dots(&m, [&top, &ramp], [&top]), [[n], [m.neg(sum)]]);
                assert_eq!(dots(&m, [&top], [&ramp, &top]), [[m.neg(sum), n]]);
            }
        }
    }
}
