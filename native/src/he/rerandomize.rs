//! The only exit for ciphertexts that leave the server.
//!
//! The client knows its secret key and the randomness of what it sent, so a result of a computation
//! with weights, even if masked, gives the weights away: its second component is W times something
//! the client knows. Every result therefore passes [`Exit::rerandomize`], and an [`Answer`] is made
//! nowhere else. The tests in `attack` recover weights from a weaker exit.

use zeroize::Zeroizing;

use super::noise::{flood_width, Depth};
use super::relinearise::relinearise;
use super::{answer, switch, Params, ServerKeys, N};
use crate::error::Result;
use crate::random::Random;

/// A compressed ciphertext fit to leave the server.
pub struct Answer(Vec<u8>);

impl Answer {
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A result in NTT form: 2 or 3 components of `level` polynomials each.
pub(super) struct Outcome {
    pub level: usize,
    pub residues: Vec<u64>,
}

/// The exit that all answers of one message share.
pub(super) struct Exit<'a> {
    keys: &'a ServerKeys,
    width: u128,
}

impl<'a> Exit<'a> {
    /// Makes an exit for results of `terms` products at `level`; `BAD_PARAMETERS` if that leaves
    /// too little room for flooding.
    pub fn new(keys: &'a ServerKeys, level: usize, depth: Depth, terms: usize) -> Result<Self> {
        Ok(Exit { keys, width: flood_width(&keys.params, level, depth, terms)? })
    }

    /// Makes an exit that floods too little, for an attack.
    #[cfg(test)]
    pub fn with_width(keys: &'a ServerKeys, width: u128) -> Self {
        Exit { keys, width }
    }

    /// Hides everything but the plaintext, and the plaintext behind a mask; then switches
    /// down and compresses, which are functions of what is already hidden. Writes the first slots
    /// of the server's share, which is minus the mask.
    pub fn rerandomize(&self, outcome: Outcome, share: &mut [u64]) -> Result<Answer> {
        let level = outcome.level;
        let mut hidden = self.hide(outcome, share)?.0;
        let params = &*self.keys.params;
        let (c0, c1) = hidden.split_at_mut(level * N);
        switch::to_answer_level(params, level, c0);
        switch::to_answer_level(params, level, c1);
        Ok(Answer(answer::compress(params, &mut c0[..N], &mut c1[..N])))
    }

    /// Relinearises, adds a fresh zero, floods and masks, in this order.
    pub(super) fn hide(&self, outcome: Outcome, share: &mut [u64]) -> Result<Hidden> {
        let (params, level) = (&*self.keys.params, outcome.level);
        let mut random = Random::from_os()?;
        let mut pair = add_fresh_zero(self.keys, outcome, &mut random);
        let c0 = &mut pair[..level * N];
        flood(params, level, self.width, &mut random, c0);
        mask(params, level, &mut random, c0, share);
        Ok(Hidden(pair))
    }
}

/// Two components in coefficient form that depend on nothing but the masked plaintext, up to the
/// session's statistical loss.
pub(super) struct Hidden(Vec<u64>);

#[cfg(test)]
impl Hidden {
    pub fn residues(&self) -> &[u64] {
        &self.0
    }
}

fn inverse(params: &Params, level: usize, residues: &mut [u64]) {
    for (i, poly) in residues.chunks_exact_mut(N).enumerate() {
        params.inverse(i % level, poly);
    }
}

/// Relinearises to two components and adds the encryption (p₀·u + t·e₀, p₁·u + t·e₁) of
/// zero under the client's public key.
fn add_fresh_zero(keys: &ServerKeys, outcome: Outcome, random: &mut Random) -> Vec<u64> {
    let (params, Outcome { level, mut residues }) = (&*keys.params, outcome);
    let mut sum = public_times_ternary(keys, level, random);
    let (pair, third) = residues.split_at_mut(2 * level * N);
    // All of it is sums, so the two components are transformed once.
    add(params, level, &mut sum, pair);
    inverse(params, level, &mut sum);
    if !third.is_empty() {
        inverse(params, level, third);
        relinearise(keys, level, third, &mut sum);
    }
    let mut errors = Zeroizing::new(vec![0; N]);
    for component in sum.chunks_exact_mut(level * N) {
        random.error(&mut errors);
        for (poly, q) in component.chunks_exact_mut(N).zip(&params.data) {
            for (x, &e) in poly.iter_mut().zip(errors.iter()) {
                *x = q.add(*x, q.from_signed(e * params.t.value() as i64));
            }
        }
    }
    sum
}

/// Returns (p₀·u, p₁·u) in NTT form for a fresh ternary u.
fn public_times_ternary(keys: &ServerKeys, level: usize, random: &mut Random) -> Vec<u64> {
    let params = &*keys.params;
    let mut small = Zeroizing::new(vec![0; N]);
    random.ternary(&mut small);
    let mut product = vec![0; 2 * level * N];
    let mut ternary = Zeroizing::new(vec![0; N]);
    for (l, q) in params.data[..level].iter().enumerate() {
        ternary.iter_mut().zip(small.iter()).for_each(|(t, &u)| *t = q.from_signed(u));
        params.forward(l, &mut ternary);
        for (to, from) in [(l, l), (level + l, params.data.len() + l)] {
            let public = &keys.public[from * N..(from + 1) * N];
            for ((z, &u), &p) in
                product[to * N..(to + 1) * N].iter_mut().zip(ternary.iter()).zip(public)
            {
                *z = q.mul(u, p);
            }
        }
    }
    product
}

fn add(params: &Params, level: usize, sum: &mut [u64], terms: &[u64]) {
    for (i, (sum, terms)) in sum.chunks_exact_mut(N).zip(terms.chunks_exact(N)).enumerate() {
        let q = &params.data[i % level];
        sum.iter_mut().zip(terms).for_each(|(s, &x)| *s = q.add(*s, x));
    }
}

/// Adds t·F to the first component, F a sum of four uniform integers in [−width, width], the same
/// integer modulo every prime.
fn flood(params: &Params, level: usize, width: u128, random: &mut Random, c0: &mut [u64]) {
    // Sums of four in [0, 2·width]; the offset 4·width is taken off modulo each prime.
    let sums: Zeroizing<Vec<u128>> =
        Zeroizing::new((0..N).map(|_| (0..4).map(|_| random.wide(2 * width)).sum()).collect());
    for (poly, q) in c0.chunks_exact_mut(N).zip(&params.data[..level]) {
        let t = q.factor(params.t.value());
        let offset = t.mul(q.reduce(4 * width));
        for (x, &sum) in poly.iter_mut().zip(sums.iter()) {
            *x = q.add(*x, q.sub(t.mul(q.reduce(sum)), offset));
        }
    }
}

/// Adds a uniform plaintext over all slots as a centred lift and writes minus its first slots.
fn mask(params: &Params, level: usize, random: &mut Random, c0: &mut [u64], share: &mut [u64]) {
    let mut slots = Zeroizing::new(vec![0; N]);
    random.uniform(&params.t, &mut slots);
    for (s, &r) in share.iter_mut().zip(slots.iter()) {
        *s = params.t.neg(r);
    }
    params.inverse_plain(&mut slots);
    for (poly, q) in c0.chunks_exact_mut(N).zip(&params.data[..level]) {
        for (x, &m) in poly.iter_mut().zip(slots.iter()) {
            *x = q.add(*x, q.from_signed(params.t.centre(m)));
        }
    }
}
