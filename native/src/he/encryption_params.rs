//! Public encryption parameters: the chain of primes, the plaintext modulus, and every size that
//! follows from them.

use rayon::prelude::*;

use super::ntt::Ntt;
use super::seal::Context;
use super::N;
use crate::error::{Error, Result};
use crate::modulus::Modulus;
use crate::pool::Pool;
use crate::random::SEED_BYTES;

/// Bits that an answer has beyond ⌈log₂t⌉, and low bits of its first component that are dropped
/// (two fewer bits fail).
const ANSWER_EXTRA_BITS: u32 = 9;
pub const ANSWER_DROPPED_BITS: u32 = 7;

/// Powers of two that must divide t − 1, so that rescaling by up to 2^24 is exact.
const RESCALE_BITS: u32 = 24;

/// BGV parameters with N = 8192 slots. A *level* is a number of data primes; level 1 is the answer
/// level.
pub struct Params {
    pub(super) context: Context,
    /// Data primes q₀ (answer level), q₁, …
    pub(super) data: Vec<Modulus>,
    /// Data primes and then the key-switching prime.
    pub(super) chain: Vec<Modulus>,
    pub(super) t: Modulus,
    /// The transforms modulo every prime of the chain, and modulo t.
    transforms: Vec<Ntt>,
    plain_transform: Ntt,
}

impl Params {
    /// Makes parameters with the plaintext modulus `t`. `prime_bits` has the sizes of the chain's
    /// primes, answer level first, key-switching prime last. `BAD_PARAMETERS` with SEAL's reason,
    /// or ours.
    pub fn new(prime_bits: &[i32], t: u64) -> Result<Self> {
        if !(2..=8).contains(&prime_bits.len()) || prime_bits.iter().any(|b| !(20..=60).contains(b))
        {
            return Err(Error::bad_parameters(format!(
                "{prime_bits:?}: a chain has 2 to 8 primes of 20 to 60 bits"
            )));
        }
        if t >> RESCALE_BITS == 0 || t >> 51 != 0 || !(t - 1).is_multiple_of(1 << RESCALE_BITS) {
            return Err(Error::bad_parameters(format!(
                "t = {t} must be below 2^51 and 1 modulo 2^{RESCALE_BITS}"
            )));
        }
        let context = Context::new(prime_bits, t)?;
        let chain: Vec<_> = context.primes().into_iter().map(Modulus::new).collect();
        let data = chain[..chain.len() - 1].to_vec();
        let transforms = chain.iter().map(Ntt::new).collect();
        let plain = Modulus::new(t);
        let plain_transform = Ntt::new(&plain);
        let params = Params { context, data, chain, t: plain, transforms, plain_transform };
        // An error of at most 21 and a plaintext of at most t/2, and the answer, must fit below
        // every prime.
        if params.data.iter().any(|q| q.value() / 64 < t)
            || params.data[0].bits() < params.answer_bits()
        {
            return Err(Error::bad_parameters(format!(
                "{prime_bits:?}: a data prime is too small for t = {t}"
            )));
        }
        Ok(params)
    }

    /// Returns the number of data primes.
    pub fn top_level(&self) -> usize {
        self.data.len()
    }

    /// Returns the data primes in use at `level`, or `BAD_ARGUMENT`.
    pub fn level(&self, level: usize) -> Result<&[Modulus]> {
        match level {
            0 => None,
            _ => self.data.get(..level),
        }
        .ok_or_else(|| {
            Error::bad_argument(format!("level {level} is not in 1..={}", self.top_level()))
        })
    }

    pub fn plain(&self) -> &Modulus {
        &self.t
    }

    /// Returns the bytes of one fresh seeded ciphertext.
    pub fn fresh_bytes(&self, level: usize) -> Result<usize> {
        Ok(SEED_BYTES + packed_bytes(self.level(level)?))
    }

    /// Returns the bytes of the public and relinearisation keys: 2 components over the data primes,
    /// then (p − 1)·2 over the whole chain.
    pub fn public_key_bytes(&self) -> usize {
        2 * packed_bytes(&self.data) + self.data.len() * 2 * packed_bytes(&self.chain)
    }

    /// Returns the width kb of an answer's coefficient.
    pub fn answer_bits(&self) -> u32 {
        self.t.bits() + ANSWER_EXTRA_BITS
    }

    /// Returns the bytes of one answer: ⌈(2·kb − 7)·N/8⌉.
    pub fn answer_bytes(&self) -> usize {
        (2 * self.answer_bits() - ANSWER_DROPPED_BITS) as usize * N / 8
    }

    /// Turns N coefficients modulo prime `l` of the chain into NTT form, in place.
    pub(super) fn forward(&self, l: usize, poly: &mut [u64]) {
        self.transforms[l].forward(poly);
    }

    /// Turns NTT form modulo prime `l` of the chain into coefficients, in place.
    pub(super) fn inverse(&self, l: usize, poly: &mut [u64]) {
        self.transforms[l].inverse(poly);
    }

    /// Turns coefficients modulo t into slots, in place.
    pub(super) fn forward_plain(&self, poly: &mut [u64]) {
        self.plain_transform.forward(poly);
    }

    /// Turns slots modulo t into coefficients, in place.
    pub(super) fn inverse_plain(&self, poly: &mut [u64]) {
        self.plain_transform.inverse(poly);
    }

    /// Slots (at most N, the rest zero) to the coefficients of the plaintext, modulo t.
    pub(super) fn encode(&self, slots: &[u64], poly: &mut [u64]) {
        poly[..slots.len()].copy_from_slice(slots);
        poly[slots.len()..].fill(0);
        self.inverse_plain(poly);
    }

    /// Rows of N coefficients modulo t to slots, or back, in place: it turns values of either kind
    /// into shares of the other.
    pub fn transform(&self, pool: &Pool, to_slots: bool, rows: &mut [u64]) -> Result<()> {
        self.check_plain(rows)?;
        pool.run(|| {
            rows.par_chunks_exact_mut(N).for_each(|row| match to_slots {
                true => self.forward_plain(row),
                false => self.inverse_plain(row),
            });
            Ok(())
        })
    }

    /// The centred lift of a plaintext polynomial modulo data prime `l`, in NTT form.
    pub(super) fn lift(&self, l: usize, plain: &[u64], out: &mut [u64]) {
        for (o, &p) in out.iter_mut().zip(plain) {
            *o = self.data[l].from_signed(self.t.centre(p));
        }
        self.forward(l, out);
    }

    /// Refuses ring vectors that are not canonical modulo t.
    pub(super) fn check_plain(&self, values: &[u64]) -> Result<()> {
        // No early exit: the values are secret shares.
        let all = values.iter().fold(true, |all, &v| all & (v < self.t.value()));
        if all {
            Ok(())
        } else {
            Err(Error::bad_argument("a value is not below the plaintext modulus"))
        }
    }

    pub(super) fn check_columns(&self, columns: usize) -> Result<()> {
        if (1..=N).contains(&columns) {
            Ok(())
        } else {
            Err(Error::bad_argument(format!("{columns} columns: a ciphertext has 1 to {N}")))
        }
    }
}

fn packed_bytes(moduli: &[Modulus]) -> usize {
    moduli.iter().map(|q| q.bits() as usize * N / 8).sum()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{params, BITS, T};
    use super::*;
    use crate::error::Code;

    #[test]
    fn sizes_of_the_default() {
        let p = params();
        assert_eq!(p.fresh_bytes(2).unwrap(), 32 + 110 * N / 8);
        assert_eq!(p.answer_bytes(), 93 * N / 8);
        assert_eq!(p.public_key_bytes(), (2 * 170 + 3 * 2 * 218) * N / 8);
        assert_eq!(p.fresh_bytes(0).unwrap_err().code, Code::BadArgument);
        assert_eq!(p.fresh_bytes(4).unwrap_err().code, Code::BadArgument);
    }

    #[test]
    fn weak_or_unusable_parameters_are_refused() {
        let refused = |bits: &[i32], t: u64, why: &str| {
            let error = Params::new(bits, t).err().unwrap();
            assert_eq!(error.code, Code::BadParameters, "{bits:?}");
            assert!(error.message.contains(why), "{error}");
        };
        // 219 bits: below 128 bits of security.
        refused(&[60, 50, 60, 49], T, "HomomorphicEncryption.org");
        refused(&[60, 60, 60, 60], T, "HomomorphicEncryption.org");
        refused(&[60], T, "2 to 8 primes");
        refused(&[60, 61, 48], T, "20 to 60 bits");
        refused(&BITS, T + 2, "1 modulo 2^24");
        refused(&BITS, 0, "1 modulo 2^24");
        refused(&BITS, 1 << 24 | 1, "SEAL refuses"); // not a prime
        refused(&[60, 45, 60, 48], T, "too small");
    }
}
