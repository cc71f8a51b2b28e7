//! Arithmetic modulo a number below 2^61, without branches on values.

/// A modulus with its Barrett constant ⌊2^128 / q⌋.
#[derive(Clone, Copy, Debug)]
pub struct Modulus {
    value: u64,
    ratio: u128,
}

/// Returns x with q subtracted once if x ≥ q.
#[inline(always)]
fn below(x: u64, q: u64) -> u64 {
    x - (q & ((x >= q) as u64).wrapping_neg())
}

impl Modulus {
    /// Makes a modulus; `value` is in 2..2^61.
    pub fn new(value: u64) -> Self {
        assert!((2..1 << 61).contains(&value), "modulus {value} out of range");
        // ⌊(2^128 − 1) / q⌋ differs from ⌊2^128 / q⌋ only for powers of two, where one unit less is
        // still close enough.
        Modulus { value, ratio: u128::MAX / value as u128 }
    }

    #[inline(always)]
    pub fn value(&self) -> u64 {
        self.value
    }

    /// Returns ⌈log₂ q⌉: the width of a residue on the wire.
    pub fn bits(&self) -> u32 {
        64 - (self.value - 1).leading_zeros()
    }

    pub fn log2(&self) -> f64 {
        (self.value as f64).log2()
    }

    /// Returns x mod q.
    #[inline(always)]
    pub fn reduce(&self, x: u128) -> u64 {
        let (lo, hi) = (x as u64 as u128, x >> 64);
        let (r_lo, r_hi) = (self.ratio as u64 as u128, self.ratio >> 64);
        let middle = lo * r_hi + ((lo * r_lo) >> 64);
        let carry = hi * r_lo + middle as u64 as u128;
        let quotient = (hi * r_hi + (middle >> 64) + (carry >> 64)) as u64;
        let rest = (x as u64).wrapping_sub(quotient.wrapping_mul(self.value));
        below(below(rest, self.value), self.value)
    }

    /// Returns x mod q for one word.
    #[inline(always)]
    pub fn reduce_word(&self, x: u64) -> u64 {
        let quotient = ((x as u128 * (self.ratio >> 64)) >> 64) as u64;
        below(below(x.wrapping_sub(quotient.wrapping_mul(self.value)), self.value), self.value)
    }

    #[inline(always)]
    pub fn add(&self, a: u64, b: u64) -> u64 {
        below(a + b, self.value)
    }

    #[inline(always)]
    pub fn sub(&self, a: u64, b: u64) -> u64 {
        below(a + self.value - b, self.value)
    }

    #[inline(always)]
    pub fn neg(&self, a: u64) -> u64 {
        below(self.value - a, self.value)
    }

    #[inline(always)]
    pub fn mul(&self, a: u64, b: u64) -> u64 {
        self.reduce(a as u128 * b as u128)
    }

    /// Returns the residue of a signed number with |x| < q.
    #[inline(always)]
    pub fn from_signed(&self, x: i64) -> u64 {
        (x as u64).wrapping_add(self.value & ((x >> 63) as u64))
    }

    /// Returns the representative in (−q/2, q/2].
    #[inline(always)]
    pub fn centre(&self, x: u64) -> i64 {
        x.wrapping_sub(self.value & ((x > self.value / 2) as u64).wrapping_neg()) as i64
    }

    pub fn pow(&self, mut base: u64, mut exponent: u64) -> u64 {
        let mut result = 1 % self.value;
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = self.mul(result, base);
            }
            base = self.mul(base, base);
            exponent >>= 1;
        }
        result
    }

    /// Returns 1/x for a prime modulus and x ≠ 0.
    pub fn inverse(&self, x: u64) -> u64 {
        self.pow(self.reduce_word(x), self.value - 2)
    }

    /// Returns a factor prepared for many multiplications (Shoup).
    pub fn factor(&self, factor: u64) -> Factor {
        let factor = self.reduce_word(factor);
        Factor {
            factor,
            quotient: (((factor as u128) << 64) / self.value as u128) as u64,
            modulus: self.value,
        }
    }
}

/// A constant w with ⌊w·2^64 / q⌋.
#[derive(Clone, Copy)]
pub struct Factor {
    factor: u64,
    quotient: u64,
    modulus: u64,
}

impl Factor {
    /// Returns w·x mod q for any x.
    #[inline(always)]
    pub fn mul(&self, x: u64) -> u64 {
        let quotient = ((self.quotient as u128 * x as u128) >> 64) as u64;
        below(
            self.factor.wrapping_mul(x).wrapping_sub(quotient.wrapping_mul(self.modulus)),
            self.modulus,
        )
    }
}

/// An odd modulus q < 2^60 for Montgomery's reduction: one factor of a product carries the radix
/// 2^64, and the result is centred.
#[derive(Clone, Copy)]
pub struct Montgomery {
    modulus: u64,
    /// q⁻¹ mod 2^64.
    inverse: u64,
    radix: Factor,
}

impl Montgomery {
    pub fn new(modulus: &Modulus) -> Self {
        let q = modulus.value;
        assert!(q % 2 == 1 && q < 1 << 60);
        // Newton: every step doubles the number of correct low bits, of which q itself has three.
        let inverse = (0..5).fold(q, |x, _| x.wrapping_mul(2u64.wrapping_sub(q.wrapping_mul(x))));
        let radix = modulus.factor(modulus.reduce(1 << 64));
        Montgomery { modulus: q, inverse, radix }
    }

    /// Returns x·2^64 mod q.
    #[inline(always)]
    pub fn enter(&self, x: u64) -> u64 {
        self.radix.mul(x)
    }

    /// Returns z·2^−64 mod q for z ≤ 8q², centred: in [−q/2, q/2].
    #[inline(always)]
    pub fn centred(&self, z: u128) -> i64 {
        let multiple = (z as u64).wrapping_mul(self.inverse);
        let product = (multiple as u128 * self.modulus as u128) >> 64;
        // In (−q, q/2].
        let rest = ((z >> 64) as u64).wrapping_sub(product as u64) as i64;
        let half = (self.modulus / 2) as i64;
        rest + (self.modulus & ((rest < -half) as u64).wrapping_neg()) as i64
    }

    /// Returns the sum of two centred residues, centred.
    #[inline(always)]
    pub fn add(&self, a: i64, b: i64) -> i64 {
        let (sum, q, half) = (a + b, self.modulus as i64, (self.modulus / 2) as i64);
        sum + (q & -((sum < -half) as i64)) - (q & -((sum > half) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_integers() {
        for q in [2, 3, 1 << 20, 2198738042881, (1 << 50) - 27, (1 << 60) - 93, (1 << 61) - 1] {
            let m = Modulus::new(q);
            let big = [
                0,
                1,
                q as u128 - 1,
                q as u128,
                u64::MAX as u128,
                u128::MAX,
                u128::MAX / 3,
                (q as u128) << 60,
            ];
            for x in big {
                assert_eq!(m.reduce(x), (x % q as u128) as u64, "{x} mod {q}");
                assert_eq!(m.reduce_word(x as u64), x as u64 % q);
                let w = m.reduce_word(0x9E37_79B9_7F4A_7C15);
                assert_eq!(
                    m.factor(w).mul(x as u64),
                    (w as u128 * (x as u64 as u128) % q as u128) as u64
                );
                let r = m.reduce(x);
                assert_eq!(m.from_signed(m.centre(r)), r);
                assert!(m.centre(r).unsigned_abs() <= q / 2);
                assert_eq!(m.add(r, m.neg(r)), 0);
                assert_eq!(m.sub(m.add(r, 1), 1), r);
            }
        }
        let t = Modulus::new(2198738042881);
        assert_eq!(t.mul(t.inverse(12345), 12345), 1);
        assert_eq!(
            (t.bits(), Modulus::new(1 << 20).bits(), Modulus::new((1 << 20) + 1).bits()),
            (41, 20, 21)
        );
    }

    #[test]
    fn montgomery_is_centred() {
        for q in [3, 2198738042881, (1 << 50) - 27, (1 << 60) - 93] {
            let (m, montgomery) = (Modulus::new(q), Montgomery::new(&Modulus::new(q)));
            let values = [0, 1, 2, q / 2, q / 2 + 1, q - 1];
            for (a, b) in values.iter().flat_map(|&a| values.map(|b| (a % q, b % q))) {
                let z = montgomery.enter(a) as u128 * b as u128;
                let top = montgomery.enter(q - 1) as u128 * (q - 1) as u128;
                for tops in [0, 1, 7] {
                    let (got, want) = (
                        montgomery.centred(z + tops as u128 * top),
                        m.add(m.mul(a, b), m.reduce_word(tops)),
                    );
                    assert!(got.unsigned_abs() <= q / 2, "{got} mod {q}");
                    assert_eq!(m.from_signed(got), want);
                    let (sum, double) = (montgomery.add(got, got), m.add(want, want));
                    assert!(
                        sum.unsigned_abs() <= q / 2 && m.from_signed(sum) == double,
                        "{sum} mod {q}"
                    );
                }
            }
        }
    }
}
