//! Splitting centred residues into slices, and putting slices together again.

use crate::modulus::{Factor, Modulus};

/// Bits of the low slice.
const LOW_BITS: u32 = 30;

/// Returns a centred residue |c| < 2^59 as (low, high) with c = low + 2^30·high and both in [−2^29,
/// 2^29].
#[inline(always)]
pub fn split(c: i64) -> (f64, f64) {
    const HALF: i64 = 1 << (LOW_BITS - 1);
    let shifted = c + HALF;
    let low = (shifted & ((1 << LOW_BITS) - 1)) - HALF;
    let high = shifted >> LOW_BITS;
    // Through 32 bits: that conversion exists as a vector instruction everywhere.
    (low as i32 as f64, high as i32 as f64)
}

/// Recombines sums of slices modulo q.
pub struct Recombine<'a> {
    modulus: &'a Modulus,
    shift: Factor,
    offset: u64,
}

impl<'a> Recombine<'a> {
    pub fn new(modulus: &'a Modulus) -> Self {
        // A multiple of q that makes every sum |x| ≤ 2^61 non-negative.
        let offset = (1u64 << 62) / modulus.value() * modulus.value();
        Recombine { modulus, shift: modulus.factor(1 << LOW_BITS), offset }
    }

    /// Returns (low + 2^30·high) mod q for |low|, |high| ≤ 2^61.
    #[inline(always)]
    pub fn residue(&self, low: i64, high: i64) -> u64 {
        let low = self.modulus.reduce_word((low as u64).wrapping_add(self.offset));
        self.modulus.add(low, self.shift.mul((high as u64).wrapping_add(self.offset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_small_and_exact() {
        let extremes = [
            0,
            1,
            -1,
            1 << 29,
            -(1 << 29),
            (1 << 29) - 1,
            (1 << 59) - 1,
            1 - (1 << 59),
            1 << 58,
            -(1 << 58),
        ];
        for c in extremes {
            let (low, high) = split(c);
            assert!(low.abs() <= (1 << 29) as f64 && high.abs() <= (1 << 29) as f64, "{c}");
            assert_eq!(low as i64 + ((high as i64) << 30), c);
        }
    }

    #[test]
    fn recombination_is_exact_at_the_limits() {
        for q in [5, 2198738042881, (1 << 60) - 93] {
            let modulus = Modulus::new(q);
            let recombine = Recombine::new(&modulus);
            for (low, high) in [
                (0, 0),
                (-1, 0),
                (0, -1),
                (1 << 61, 1 << 61),
                (-(1 << 61), -(1 << 61)),
                (1 << 61, -(1 << 61)),
            ] {
                let want = (low as i128 + ((high as i128) << 30)).rem_euclid(q as i128) as u64;
                assert_eq!(recombine.residue(low, high), want);
            }
        }
    }
}
