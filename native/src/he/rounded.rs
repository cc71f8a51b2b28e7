//! Rounded ciphertexts: fresh ones whose first component travels without its low bits.
//!
//! In BGV the low bits matter, but a fresh c₀ may be changed by any small multiple of t, which is
//! error like its own. The multiple that makes c₀'s value modulo q₀·q₁ divisible by
//! 2^[`DROPPED_BITS`] is a function of c₀ alone, so it reveals nothing, and the zero bits need not
//! travel. Products with full-range plaintexts have room for so much error (see `noise`); results
//! of weights do not.

use super::{codec, Params, N};
use crate::error::{Error, Result};
use crate::modulus::{Factor, Modulus};
use crate::random::SEED_BYTES;

/// Low bits that are rounded away.
pub(super) const DROPPED_BITS: u32 = 20;

/// Variance of the added error: uniform in [−2^(DROPPED − 1), 2^(DROPPED − 1)), but for the few
/// that would leave [0, q₀·q₁).
pub(super) const VARIANCE: f64 =
    ((1u64 << DROPPED_BITS) as f64) * ((1u64 << DROPPED_BITS) as f64) / 12.0;

/// A number below q₀·q₁·q₂·… in mixed radix: a digit below q₀·q₁, then one below each further
/// prime.
struct Radix<'a> {
    moduli: &'a [Modulus],
    first: u128,
    /// q₀⁻¹ modulo q₁.
    inverse: Factor,
    /// The inverse of the product of all primes before, for primes from q₂ on.
    inverses: Vec<Factor>,
    /// `products[l][j]`: q₀·q₁·…·q_(j+1) modulo q_l, the weight of digit j + 2.
    weights: Vec<Vec<Factor>>,
}

impl<'a> Radix<'a> {
    /// Makes the codec; `BAD_ARGUMENT` below level 2.
    fn new(params: &'a Params, level: usize) -> Result<Self> {
        let moduli = params.level(level)?;
        if level < 2 {
            return Err(Error::bad_argument("rounded ciphertexts have two primes at least"));
        }
        let (q0, q1) = (moduli[0].value(), &moduli[1]);
        let product = |of: &[Modulus], q: &Modulus| {
            of.iter().fold(1, |p, m| q.mul(p, q.reduce_word(m.value())))
        };
        let inverses = (2..level)
            .map(|l| (&moduli[l], product(&moduli[..l], &moduli[l])))
            .map(|(q, p)| q.factor(q.inverse(p)))
            .collect();
        let weights = moduli
            .iter()
            .map(|q| (2..level).map(|j| q.factor(product(&moduli[..j], q))).collect())
            .collect();
        let inverse = q1.factor(q1.inverse(q1.reduce_word(q0)));
        Ok(Radix { moduli, first: q0 as u128 * q1.value() as u128, inverse, inverses, weights })
    }

    /// Returns the widths of the first digit's two fields: low bits, high bits.
    fn halves(&self) -> (u32, u32) {
        let bits = self.moduli[0].bits() + self.moduli[1].bits() - DROPPED_BITS;
        (bits / 2, bits - bits / 2)
    }

    fn first_digit(&self, r0: u64, r1: u64) -> u128 {
        let (q0, q1) = (&self.moduli[0], &self.moduli[1]);
        r0 as u128 + q0.value() as u128 * self.inverse.mul(q1.sub(r1, q1.reduce_word(r0))) as u128
    }

    /// Returns the residue modulo q_l of a number with these digits, as far as they count.
    fn residue(&self, l: usize, first: u128, digits: impl Iterator<Item = u64>) -> u64 {
        let q = &self.moduli[l];
        self.weights[l].iter().zip(digits).fold(q.reduce(first), |sum, (w, d)| q.add(sum, w.mul(d)))
    }
}

/// Returns the bytes of a rounded ciphertext: a seed, then the fields.
pub(super) fn bytes(params: &Params, level: usize) -> Result<usize> {
    let radix = Radix::new(params, level)?;
    let (low, high) = radix.halves();
    let bits = low + high + radix.moduli[2..].iter().map(|q| q.bits()).sum::<u32>();
    Ok(SEED_BYTES + bits as usize * N / 8)
}

/// Writes the first component (NTT form, overwritten) of a fresh ciphertext.
pub(super) fn write(params: &Params, level: usize, c0: &mut [u64], out: &mut [u8]) -> Result<()> {
    let radix = Radix::new(params, level)?;
    for (l, poly) in c0.chunks_exact_mut(N).enumerate() {
        params.inverse(l, poly);
    }
    let t = params.t.value();
    let (low_bits, high_bits) = radix.halves();
    let (mut low, mut high) = (vec![0; N], vec![0; N]);
    let mut digits = vec![0; (level - 2) * N];
    for i in 0..N {
        let first = radix.first_digit(c0[i], c0[N + i]);
        let rounded = rounded(first, t, radix.first);
        low[i] = rounded as u64 & ((1 << low_bits) - 1);
        high[i] = (rounded >> low_bits) as u64;
        for l in 2..level {
            let before = radix.residue(l, first, (0..l - 2).map(|j| digits[j * N + i]));
            digits[(l - 2) * N + i] =
                radix.inverses[l - 2].mul(radix.moduli[l].sub(c0[l * N + i], before));
        }
    }
    let (field, out) = out.split_at_mut(low_bits as usize * N / 8);
    codec::pack(&low, low_bits, field);
    let (field, out) = out.split_at_mut(high_bits as usize * N / 8);
    codec::pack(&high, high_bits, field);
    codec::write(&digits, &radix.moduli[2..], out);
    Ok(())
}

/// Returns (v + t·δ) / 2^DROPPED for the smallest δ that makes it whole and leaves v + t·δ in [0,
/// modulus).
fn rounded(v: u128, t: u64, modulus: u128) -> u128 {
    let span = 1i128 << DROPPED_BITS;
    // t⁻¹ modulo 2^64 by Newton's method, t being odd.
    let inverse = (0..5).fold(t, |x, _| x.wrapping_mul(2u64.wrapping_sub(t.wrapping_mul(x))));
    let least = (v as u64).wrapping_mul(inverse).wrapping_neg() as i128 & (span - 1);
    let delta = if least >= span / 2 { least - span } else { least };
    let near = v as i128 + t as i128 * delta;
    let inside = match near {
        n if n < 0 => n + t as i128 * span,
        n if n as u128 >= modulus => n - t as i128 * span,
        n => n,
    };
    inside as u128 >> DROPPED_BITS
}

/// Parses what [`write()`] wrote into residues in NTT form; `MALFORMED_MESSAGE` for a digit that is
/// not below its modulus.
pub(super) fn read(
    params: &Params,
    level: usize,
    packed: &[u8],
    residues: &mut [u64],
) -> Result<()> {
    let radix = Radix::new(params, level)?;
    if packed.len() + SEED_BYTES != bytes(params, level)? {
        return Err(Error::malformed(format!(
            "a rounded ciphertext of {} bytes",
            packed.len() + SEED_BYTES
        )));
    }
    let (low_bits, high_bits) = radix.halves();
    let (mut low, mut high) = (vec![0; N], vec![0; N]);
    let (field, packed) = packed.split_at(low_bits as usize * N / 8);
    codec::unpack(field, low_bits, &mut low);
    let (field, packed) = packed.split_at(high_bits as usize * N / 8);
    codec::unpack(field, high_bits, &mut high);
    let mut digits = vec![0; (level - 2) * N];
    codec::read(packed, &radix.moduli[2..], &mut digits)?;
    let first = |i: usize| (low[i] as u128 | (high[i] as u128) << low_bits) << DROPPED_BITS;
    if (0..N).any(|i| first(i) >= radix.first) {
        return Err(Error::malformed("a rounded coefficient is not below its modulus"));
    }
    for (l, poly) in residues.chunks_exact_mut(N).enumerate() {
        for (i, r) in poly.iter_mut().enumerate() {
            *r = radix.residue(
                l,
                first(i),
                digits.chunks_exact(N).take(l.saturating_sub(1)).map(|d| d[i]),
            );
        }
        params.forward(l, poly);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::params;
    use super::*;
    use crate::error::Code;

    #[test]
    fn numbers_come_back_rounded() {
        let p = params();
        let (t, level) = (p.t.value() as i128, 3);
        let mut c0 = vec![0; level * N];
        let mut random = crate::random::Random::from_os().unwrap();
        for (poly, q) in c0.chunks_exact_mut(N).zip(&p.data) {
            random.uniform(q, poly);
            poly[..4].copy_from_slice(&[0, 1, q.value() - 1, q.value() / 2]);
        }
        let ntt = |poly: &[u64]| {
            let mut poly = poly.to_vec();
            poly.chunks_exact_mut(N).enumerate().for_each(|(l, poly)| p.forward(l, poly));
            poly
        };
        let mut packed = vec![0; bytes(&p, level).unwrap() - SEED_BYTES];
        write(&p, level, &mut ntt(&c0), &mut packed).unwrap();
        let mut back = vec![0; level * N];
        read(&p, level, &packed, &mut back).unwrap();
        back.chunks_exact_mut(N).enumerate().for_each(|(l, poly)| p.inverse(l, poly));
        for i in 0..N {
            // The same multiple of t modulo every prime, and a small one.
            let of =
                |l: usize| {
                    let q = &p.data[l];
                    q.centre(q.mul(
                        q.sub(back[l * N + i], c0[l * N + i]),
                        q.inverse(q.reduce_word(t as u64)),
                    ))
                };
            assert!(
                of(0).abs() <= 1 << DROPPED_BITS && of(1) == of(0) && of(2) == of(0),
                "coefficient {i}: {} {} {}",
                of(0),
                of(1),
                of(2)
            );
        }
    }

    #[test]
    fn edges_stay_inside() {
        let (t, modulus) = (params().t.value(), 1u128 << 109 | 12345);
        for v in [0, 1, 2, modulus - 1, modulus - 2, modulus / 2, t as u128, modulus - t as u128] {
            let wide = rounded(v, t, modulus) << DROPPED_BITS;
            let moved = wide as i128 - v as i128;
            assert!(
                wide < modulus
                    && moved % t as i128 == 0
                    && moved.abs() <= (t as i128) << DROPPED_BITS,
                "{v}"
            );
        }
    }

    #[test]
    fn malformed_ones_are_refused() {
        let p = params();
        let mut packed = vec![0; bytes(&p, 3).unwrap() - SEED_BYTES];
        let mut out = vec![0; 3 * N];
        let mut code = |packed: &[u8]| read(&p, 3, packed, &mut out).err().map(|e| e.code);
        assert_eq!(code(&packed), None);
        assert_eq!(code(&packed[1..]), Some(Code::MalformedMessage));
        let end = packed.len();
        packed[end - 7..].fill(0xFF); // the last digit is 2^56 or more, up to 2^60 − 1
        packed[end - 8] = 0xFF;
        assert_eq!(code(&packed), Some(Code::MalformedMessage));
        packed.fill(0xFF); // all fields at 2^45 − 1
        assert_eq!(code(&packed), Some(Code::MalformedMessage));
        assert_eq!(bytes(&p, 1).unwrap_err().code, Code::BadArgument);
        assert_eq!(bytes(&p, 3).unwrap(), 32 + 150 * N / 8);
    }
}
