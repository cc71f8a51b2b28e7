//! Plaintexts that are constant on blocks of slots.
//!
//! Slot i belongs to the root ψ^(2·rev(i) + 1), with rev reversing 13 bits. So the slots of a
//! block, W of them from a multiple of W on, share their exponent modulo 2N/W, and a plaintext that
//! is constant on every block is a polynomial in X^W, a root of which takes the place of X: it is
//! encoded by transforms of size N/W, and modulo every prime it has one value for each block.

use zeroize::Zeroizing;

use super::{Params, N};
use crate::modulus::{Factor, Modulus};

/// The encoding of such plaintexts, for one width of blocks.
pub(super) struct Blocks<'a> {
    params: &'a Params,
    plain: Inverse,
    data: Vec<Vec<Factor>>,
    count: usize,
}

impl<'a> Blocks<'a> {
    /// Makes the transform for blocks of `width` slots, a power of two up to N.
    pub fn new(params: &'a Params, level: usize, width: usize) -> Self {
        assert!(width.is_power_of_two() && width <= N);
        let count = N / width;
        let root = |q: &Modulus, transform: &dyn Fn(&mut [u64])| {
            let mut x = vec![0; N];
            x[1] = 1;
            transform(&mut x);
            q.pow(x[0], width as u64)
        };
        let forward = |l: usize| {
            let q = &params.data[l];
            powers(q, root(q, &|x| params.forward(l, x)), count)
        };
        let t = &params.t;
        let plain = Inverse::new(t, root(t, &|x| params.forward_plain(x)), count);
        Blocks { params, plain, data: (0..level).map(forward).collect(), count }
    }

    /// Returns the blocks of a ciphertext.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The centred lift of the plaintext with these values (one for each block, modulo t;
    /// overwritten): for every prime, `put` gets its index and the NTT form's value on each block.
    pub fn lift(&self, values: &mut [u64], mut put: impl FnMut(usize, &[u64])) {
        let t = &self.params.t;
        self.plain.transform(t, values);
        let mut lifted = Zeroizing::new(vec![0; self.count]);
        for (l, powers) in self.data.iter().enumerate() {
            let q = &self.params.data[l];
            lifted
                .iter_mut()
                .zip(values.iter())
                .for_each(|(x, &v)| *x = q.from_signed(t.centre(v)));
            forward(q, powers, &mut lifted);
            put(l, &lifted);
        }
    }
}

/// Returns root^rev(i) for i below n, a power of two.
fn powers(q: &Modulus, root: u64, n: usize) -> Vec<Factor> {
    let mut natural = vec![1; n];
    for i in 1..n {
        natural[i] = q.mul(natural[i - 1], root);
    }
    let shift = usize::BITS - n.trailing_zeros();
    let reversed = |i: usize| i.reverse_bits().checked_shr(shift).unwrap_or(0);
    (0..n).map(|i| q.factor(natural[reversed(i)])).collect()
}

/// The negacyclic transform, coefficients in order, values in the order of reversed bits (Cooley
/// and Tukey's butterflies).
fn forward(q: &Modulus, powers: &[Factor], poly: &mut [u64]) {
    let mut half = poly.len() / 2;
    let mut parts = 1;
    while parts < poly.len() {
        for (part, power) in poly.chunks_exact_mut(2 * half).zip(&powers[parts..]) {
            let (low, high) = part.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                let (x, y) = (*a, power.mul(*b));
                (*a, *b) = (q.add(x, y), q.sub(x, y));
            }
        }
        half /= 2;
        parts *= 2;
    }
}

/// The inverse of [`forward`] (Gentleman and Sande's butterflies).
struct Inverse {
    powers: Vec<Factor>,
    scale: Factor,
}

impl Inverse {
    fn new(q: &Modulus, root: u64, n: usize) -> Self {
        Inverse { powers: powers(q, q.inverse(root), n), scale: q.factor(q.inverse(n as u64)) }
    }

    fn transform(&self, q: &Modulus, values: &mut [u64]) {
        let mut half = 1;
        let mut parts = values.len() / 2;
        while parts > 0 {
            for (part, power) in values.chunks_exact_mut(2 * half).zip(&self.powers[parts..]) {
                let (low, high) = part.split_at_mut(half);
                for (a, b) in low.iter_mut().zip(high) {
                    let (x, y) = (*a, *b);
                    (*a, *b) = (q.add(x, y), power.mul(q.sub(x, y)));
                }
            }
            half *= 2;
            parts /= 2;
        }
        values.iter_mut().for_each(|v| *v = self.scale.mul(*v));
    }
}

#[cfg(test)]
mod tests {
    use super::super::product::lifted;
    use super::super::tests::{params, T};
    use super::*;
    use crate::random::Random;

    /// Every width, against the transforms of full size on repeated values.
    #[test]
    fn agree_with_the_full_encoding() {
        let (params, level) = (params(), 3);
        let mut random = Random::from_os().unwrap();
        for width in (0..=13).map(|bits| 1 << bits) {
            let blocks = Blocks::new(&params, level, width);
            let mut values = vec![0; blocks.count()];
            random.uniform(params.plain(), &mut values);
            for (value, edge) in values.iter_mut().zip([T - 1, T / 2, T / 2 + 1]) {
                *value = edge;
            }
            let slots: Vec<u64> = values.iter().flat_map(|&v| vec![v; width]).collect();
            let want = lifted(&params, level, &slots);
            blocks.lift(&mut values, |l, lifted| {
                assert!((0..N).all(|i| want[l * N + i] == lifted[i / width]), "blocks of {width}");
            });
        }
    }
}
