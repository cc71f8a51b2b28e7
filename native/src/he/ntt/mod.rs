//! The negacyclic number-theoretic transform of [`N`] residues: the values of a polynomial at the
//! odd powers of a root of X^N + 1.
//!
//! The result is SEAL's to the bit, because SEAL makes the keys in this form: with ψ the least
//! primitive 2N-th root of unity, the value at ψ^(2i + 1) stands at the place whose number has the
//! bits of i reversed. The transform is Harvey's ("Faster arithmetic for number-theoretic
//! transforms", 2014): constants carry their quotient, and residues are reduced only as far as the
//! next layer needs. There is one portable form, and one for AVX-512 that is chosen at run time.

#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

use super::N;
use crate::modulus::Modulus;

const LOG_N: u32 = N.trailing_zeros();

/// The transform modulo one prime.
pub struct Ntt {
    /// Below 2^60, so that 8·q fits a word.
    q: u64,
    forward: Roots,
    inverse: Roots,
    /// 1/N.
    scale: Root,
}

/// A constant w with ⌊w·2^64 / q⌋.
#[derive(Clone, Copy)]
struct Root {
    factor: u64,
    quotient: u64,
}

/// Powers of a root of unity: the power k stands at the place whose number has the bits of k
/// reversed, so that layer by layer they are read in order, from place 1 on.
struct Roots {
    factors: Vec<u64>,
    quotients: Vec<u64>,
}

impl Root {
    fn new(q: &Modulus, factor: u64) -> Self {
        let quotient = (((factor as u128) << 64) / q.value() as u128) as u64;
        Root { factor, quotient }
    }
}

impl Roots {
    fn new(q: &Modulus, root: u64) -> Self {
        let (mut factors, mut quotients) = (vec![0; N], vec![0; N]);
        let mut power = 1;
        for k in 0..N {
            let place = reversed(k);
            let Root { factor, quotient } = Root::new(q, power);
            (factors[place], quotients[place]) = (factor, quotient);
            power = q.mul(power, root);
        }
        Roots { factors, quotients }
    }

    fn at(&self, place: usize) -> Root {
        Root { factor: self.factors[place], quotient: self.quotients[place] }
    }
}

impl Ntt {
    /// Makes the tables for a prime q < 2^60 that is 1 modulo 2N.
    pub fn new(q: &Modulus) -> Self {
        assert!(q.value() < 1 << 60 && q.value() % (2 * N as u64) == 1);
        let root = least_root(q);
        Ntt {
            q: q.value(),
            forward: Roots::new(q, root),
            inverse: Roots::new(q, q.inverse(root)),
            scale: Root::new(q, q.inverse(N as u64)),
        }
    }

    /// Turns the coefficients of a polynomial into its values, in place; residues are below q
    /// before and after.
    pub fn forward(&self, poly: &mut [u64]) {
        assert_eq!(poly.len(), N);
        #[cfg(target_arch = "x86_64")]
        if avx512::available() {
            // SAFETY: the processor has the features.
            return unsafe { avx512::forward(self, poly) };
        }
        portable::forward(self, poly);
    }

    /// Turns values into coefficients, in place; residues are below q before and after.
    pub fn inverse(&self, poly: &mut [u64]) {
        assert_eq!(poly.len(), N);
        #[cfg(target_arch = "x86_64")]
        if avx512::available() {
            // SAFETY: the processor has the features.
            return unsafe { avx512::inverse(self, poly) };
        }
        portable::inverse(self, poly);
    }
}

/// Returns the number with the bits of k < N reversed.
fn reversed(k: usize) -> usize {
    k.reverse_bits() >> (usize::BITS - LOG_N)
}

/// Returns the least primitive 2N-th root of unity.
fn least_root(q: &Modulus) -> u64 {
    let cofactor = (q.value() - 1) / (2 * N as u64);
    let any = (2..)
        .map(|x| q.pow(x, cofactor))
        .find(|&root| q.pow(root, N as u64) == q.value() - 1)
        .expect("a prime that is 1 modulo 2N has such roots");
    let square = q.mul(any, any);
    // The others are its odd powers.
    let powers = std::iter::successors(Some(any), |&power| Some(q.mul(power, square)));
    powers.take(N).min().expect("N roots")
}

#[cfg(test)]
mod tests {
    use super::super::tests::params;
    use super::*;
    use crate::random::Random;

    /// The primes of the default parameters, and the plaintext modulus.
    fn moduli() -> Vec<Modulus> {
        let params = params();
        params.chain.iter().chain([params.plain()]).copied().collect()
    }

    /// Random residues, and the extremes of the range.
    fn inputs(q: &Modulus) -> Vec<Vec<u64>> {
        let top = q.value() - 1;
        let mut random = vec![0; N];
        Random::from_seed(&[5; 32]).uniform(q, &mut random);
        let alternating = (0..N).map(|i| if i % 2 == 0 { top } else { 0 }).collect();
        vec![random, vec![0; N], vec![top; N], alternating, vec![q.value() / 2; N]]
    }

    #[test]
    fn values_at_odd_powers_of_the_root() {
        for q in moduli() {
            let (ntt, root) = (Ntt::new(&q), least_root(&q));
            for poly in inputs(&q) {
                let mut values = poly.clone();
                ntt.forward(&mut values);
                for i in [0, 1, 2, 777, N / 2, N - 1] {
                    let at = q.pow(root, 2 * i as u64 + 1);
                    let value = poly.iter().rev().fold(0, |sum, &c| q.add(q.mul(sum, at), c));
                    assert_eq!(values[reversed(i)], value, "value {i} modulo {}", q.value());
                }
                ntt.inverse(&mut values);
                assert!(values == poly, "the inverse modulo {}", q.value());
            }
        }
    }

    #[test]
    fn the_processors_form_is_the_portable_one() {
        type Transform = fn(&Ntt, &mut [u64]);
        let pairs: [(Transform, Transform); 2] =
            [(Ntt::forward, portable::forward), (Ntt::inverse, portable::inverse)];
        for q in moduli() {
            let ntt = Ntt::new(&q);
            for poly in inputs(&q) {
                for (chosen, portable) in pairs {
                    let (mut a, mut b) = (poly.clone(), poly.clone());
                    chosen(&ntt, &mut a);
                    portable(&ntt, &mut b);
                    assert!(a == b, "modulo {}", q.value());
                }
            }
        }
    }
}
