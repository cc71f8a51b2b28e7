//! Powers of two with shared exponents: the computation of each party on its own share.
//!
//! A share y stands for the exponent y/2^f. With y = i·2^f + r, −2^(f−1) ≤ r < 2^(f−1), it becomes
//! 2^i modulo a prime t times the integer 2^(r/2^f + bits), rounded. The product of both parties'
//! values is then 2^(i + i')·2^((r + r')/2^f + bits + bits'), in which i + i' counts modulo t − 1:
//! shares modulo (t − 1)·2^f wrap around without a trace.

use crate::error::{Error, Result};
use crate::modulus::{Factor, Modulus};

/// Fraction bits of intermediate mantissas.
const MANTISSA: u32 = 62;

/// The values that are computed once per vector.
pub struct Powers {
    fraction: u32,
    bits: u32,
    /// 2^(2^j) modulo t.
    squares: Vec<Factor>,
    /// 2^(2^−j) for j = 1..=fraction, as mantissas.
    roots: Vec<u64>,
}

impl Powers {
    /// Makes the table for `fraction` ≤ 20 bits of the exponent and mantissas of `bits` ≤ 40 bits;
    /// `BAD_ARGUMENT` if t or (t − 1)·2^fraction is out of range.
    pub fn new(t: u64, fraction: u32, bits: u32) -> Result<Self> {
        if !(1..=20).contains(&fraction)
            || !(1..=40).contains(&bits)
            || t < 3
            || t >> (61 - fraction) != 0
        {
            return Err(Error::bad_argument(format!(
                "powers modulo {t} with {fraction} and {bits} bits"
            )));
        }
        let t = Modulus::new(t);
        let squares = (0..t.bits())
            .scan(2, |w, _| Some(std::mem::replace(w, t.mul(*w, *w))))
            .map(|w| t.factor(w))
            .collect();
        let roots = (1..=fraction).map(|j| mantissa(0.5f64.powi(j as i32))).collect();
        Ok(Powers { fraction, bits, squares, roots })
    }

    /// out = 2^i·⌊2^(r/2^f + bits)⌉ mod t of every element, in time that does not depend on it.
    pub fn of(&self, x: &[u64], out: &mut [u64]) {
        let start = mantissa(-0.5);
        let drop = MANTISSA - self.bits;
        for (o, &x) in out.iter_mut().zip(x) {
            let shifted = x + (1 << (self.fraction - 1));
            // 2^(r/2^f) from 2^(−1/2) on, one bit of r + 2^(f−1) after the other.
            let significand = self.roots.iter().enumerate().fold(start, |m, (j, &root)| {
                let times = ((m as u128 * root as u128) >> MANTISSA) as u64;
                select(shifted >> (self.fraction - 1 - j as u32), times, m)
            });
            let rounded = (significand + (1 << (drop - 1))) >> drop;
            let exponent = shifted >> self.fraction;
            *o = self
                .squares
                .iter()
                .enumerate()
                .fold(rounded, |p, (j, w)| select(exponent >> j, w.mul(p), p));
        }
    }
}

/// Returns 2^y as a mantissa.
fn mantissa(y: f64) -> u64 {
    (y.exp2() * (1u64 << MANTISSA) as f64) as u64
}

/// Returns `a` if the low bit is set, else `b`.
#[inline(always)]
fn select(bit: u64, a: u64, b: u64) -> u64 {
    b ^ ((a ^ b) & (bit & 1).wrapping_neg())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::random::Random;

    const T: u64 = 2198738042881;

    #[test]
    fn products_of_shares_are_powers() {
        let t = Modulus::new(T);
        for (fraction, bits) in [(13, 10), (1, 12), (20, 9), (12, 18)] {
            let powers = Powers::new(T, fraction, bits).unwrap();
            let exponents = Modulus::new((T - 1) << fraction);
            let mut random = Random::from_seed(&[7; 32]);
            let mut client = vec![0; 4096];
            random.uniform(&exponents, &mut client);
            client[..4].copy_from_slice(&[
                0,
                exponents.value() - 1,
                1 << (fraction - 1),
                (1 << (fraction - 1)) - 1,
            ]);
            let top = 39 - 2 * bits;
            for (i, &c) in client.iter().enumerate() {
                let y = i as u64 * (((top as u64) << fraction) / 4095);
                let mut out = [0; 2];
                powers.of(&[c, exponents.sub(y, c)], &mut out);
                let got = t.mul(out[0], out[1]) as f64;
                let want = (y as f64 / (1u64 << fraction) as f64 + 2.0 * bits as f64).exp2();
                if want < 2f64.powi(39) {
                    assert!(
                        (got / want - 1.0).abs() <= 2f64.powf(0.51 - bits as f64),
                        "2^({y}/2^{fraction}) of {c}: {got} {want}"
                    );
                }
            }
        }
    }

    #[test]
    fn arguments_are_checked() {
        for (t, fraction, bits) in
            [(T, 0, 9), (T, 21, 9), (T, 13, 0), (T, 13, 41), (2, 13, 9), (1 << 50, 12, 9)]
        {
            assert_eq!(Powers::new(t, fraction, bits).err().unwrap().code, Code::BadArgument);
        }
    }
}
