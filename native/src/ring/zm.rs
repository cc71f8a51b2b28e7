//! The rings Z_M of shares: powers of two up to 2^63, and any other modulus below 2^61.

use crate::error::{Error, Result};
use crate::modulus::Modulus;

/// Z_M, known only at run time; [`with_ring!`](crate::with_ring) picks the arithmetic once per
/// vector, not per element.
#[derive(Clone, Copy, Debug)]
pub enum Ring {
    Binary(Binary),
    General(Modulus),
}

/// Z_(2^bits): all arithmetic is that of words, masked.
#[derive(Clone, Copy, Debug)]
pub struct Binary {
    mask: u64,
}

impl Ring {
    /// Makes the ring of M; `BAD_ARGUMENT` unless M is a power of two in 2..=2^63 or another number
    /// in 3..2^61.
    pub fn new(m: u64) -> Result<Self> {
        if m.is_power_of_two() && m >= 2 {
            Ok(Ring::Binary(Binary { mask: m - 1 }))
        } else if (3..1 << 61).contains(&m) {
            Ok(Ring::General(Modulus::new(m)))
        } else {
            Err(Error::bad_argument(format!(
                "modulus {m} is neither a power of two up to 2^63 nor in 3..2^61"
            )))
        }
    }

    /// Returns ⌈log₂M⌉: the width of an element on the wire.
    pub fn bits(&self) -> u32 {
        64 - self.largest().leading_zeros()
    }

    /// Returns M − 1.
    pub fn largest(&self) -> u64 {
        match self {
            Ring::Binary(r) => r.mask,
            Ring::General(r) => r.value() - 1,
        }
    }
}

/// Runs an expression with the concrete arithmetic of a [`Ring`].
#[macro_export]
macro_rules! with_ring {
    ($ring:expr, $r:ident => $body:expr) => {
        match $ring {
            $crate::ring::Ring::Binary($r) => $body,
            $crate::ring::Ring::General($r) => $body,
        }
    };
}

/// Branch-free arithmetic on canonical elements.
pub trait Arithmetic: Copy + Send + Sync {
    fn add(self, a: u64, b: u64) -> u64;
    fn neg(self, a: u64) -> u64;
    fn mul(self, a: u64, b: u64) -> u64;
    /// Reduces any word.
    fn of_word(self, x: u64) -> u64;
    /// Reduces a 128-bit pad: uniform for powers of two, within M·2^−128 of uniform otherwise.
    fn of_pad(self, x: u128) -> u64;
}

impl Arithmetic for Binary {
    #[inline(always)]
    fn add(self, a: u64, b: u64) -> u64 {
        a.wrapping_add(b) & self.mask
    }

    #[inline(always)]
    fn neg(self, a: u64) -> u64 {
        a.wrapping_neg() & self.mask
    }

    #[inline(always)]
    fn mul(self, a: u64, b: u64) -> u64 {
        a.wrapping_mul(b) & self.mask
    }

    #[inline(always)]
    fn of_word(self, x: u64) -> u64 {
        x & self.mask
    }

    #[inline(always)]
    fn of_pad(self, x: u128) -> u64 {
        x as u64 & self.mask
    }
}

impl Arithmetic for Modulus {
    #[inline(always)]
    fn add(self, a: u64, b: u64) -> u64 {
        // The sign bit says whether a + b < M; a shift vectorises where a comparison of words does
        // not.
        let rest = (a + b).wrapping_sub(self.value());
        rest.wrapping_add(self.value() & ((rest as i64 >> 63) as u64))
    }

    #[inline(always)]
    fn neg(self, a: u64) -> u64 {
        // −a + M, or 0 for 0: −a is negative unless a = 0.
        let rest = a.wrapping_neg();
        rest.wrapping_add(self.value() & ((rest as i64 >> 63) as u64))
    }

    #[inline(always)]
    fn mul(self, a: u64, b: u64) -> u64 {
        Modulus::mul(&self, a, b)
    }

    #[inline(always)]
    fn of_word(self, x: u64) -> u64 {
        self.reduce_word(x)
    }

    #[inline(always)]
    fn of_pad(self, x: u128) -> u64 {
        self.reduce(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moduli at the edges of what is allowed.
    const MODULI: [u64; 9] =
        [2, 3, 4, 1 << 21, (1 << 21) + 1, 2198738042881, (1 << 61) - 1, 1 << 61, 1 << 63];

    #[test]
    fn agrees_with_integers() {
        for m in MODULI {
            let big = m as u128;
            let edges = [0, 1, m / 2, m / 3, m - 2, m - 1];
            with_ring!(Ring::new(m).unwrap(), r => for a in edges {
                assert_eq!(r.neg(a) as u128, (big - a as u128) % big, "-{a} mod {m}");
                assert_eq!(r.of_word(!a) as u128, !a as u128 % big);
                assert_eq!(r.of_pad(!(a as u128)) as u128, !(a as u128) % big);
                for b in edges {
                    let (wide_a, wide_b) = (a as u128, b as u128);
                    assert_eq!(r.add(a, b) as u128, (wide_a + wide_b) % big, "{a} + {b} mod {m}");
                    assert_eq!(r.mul(a, b) as u128, (wide_a * wide_b) % big, "{a} * {b} mod {m}");
                }
            });
        }
    }

    #[test]
    fn widths_and_limits() {
        let widths: Vec<u32> = MODULI.iter().map(|&m| Ring::new(m).unwrap().bits()).collect();
        assert_eq!(widths, [1, 2, 2, 21, 22, 41, 61, 61, 63]);
        for m in [0, 1, (1 << 61) + 1, u64::MAX] {
            assert!(Ring::new(m).is_err(), "{m}");
        }
    }
}
