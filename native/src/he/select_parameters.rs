//! Select-parameters: ⟦W⟧ = Σ_e ⟦b_e⟧·W_e first, then ⟦W⟧·⟦x⟧, token by token, which is the order
//! that SecMoE (arXiv 2601.06790, Protocol 1) prints.
//!
//! A token's x is the polynomial Σ_j x_j·X^(d − 1 − j), its selectors b_e are constants, and a
//! block of ⌊N/d⌋ rows of W_e is `Σ_{r,j} W_e[r][j]·X^(r·d + j)`: coefficient r·d + d − 1 of the
//! product is `Σ_j W[r][j]·x_j`. What wraps around X^N stays below d − 1, and the other
//! coefficients mean nothing; all of them are masked alike. Weights stand in coefficients, where
//! they are small integers: put into slots they would be polynomials with coefficients up to t/2,
//! and three such factors leave 20 bits for flooding, not 40.

use std::ops::Range;

use rayon::prelude::*;

use super::linear::{answer, check_shares, same_params};
use super::noise::Depth;
use super::rerandomize::{Answer, Exit, Outcome};
use super::select::check_biases;
use super::{Matrix, Params, ServerKeys, N};
use crate::dot::dots;
use crate::error::{Error, Result};
use crate::gemm::Weights;
use crate::modulus::Modulus;
use crate::pool::Pool;

/// The operands of a selection of parameters. Every value under encryption is a polynomial by its
/// coefficients.
pub struct Parameters<'a> {
    /// E constants for every token: tokens × E ciphertexts.
    pub selector: &'a Matrix,
    /// One ciphertext for every token, at the selector's level.
    pub x: &'a Matrix,
    /// W_e for every expert, of d columns each.
    pub weights: &'a Weights<'a>,
    /// B_e, as many integers as W_e has rows, for every expert, or none at all.
    pub biases: Vec<&'a [i64]>,
}

impl Parameters<'_> {
    fn experts(&self) -> usize {
        self.weights.blocks().len()
    }

    fn features(&self) -> usize {
        self.weights.inner() / self.experts()
    }

    /// Returns the rows of W that one answer holds.
    fn per_answer(&self) -> usize {
        N / self.features()
    }

    /// Answers for every token.
    fn answers(&self) -> usize {
        self.weights.rows().div_ceil(self.per_answer())
    }

    fn check(&self, keys: &ServerKeys) -> Result<()> {
        for matrix in [self.selector, self.x] {
            same_params(keys, matrix)?;
            matrix.require_exact()?;
        }
        let (tokens, experts) = (self.x.rows(), self.experts());
        if self.features() > N {
            return Err(Error::bad_argument(format!(
                "rows of {} weights: a ciphertext has room for {N}",
                self.features()
            )));
        }
        if self.selector.level() != self.x.level() || self.selector.rows() != tokens * experts {
            let rows = self.selector.rows();
            return Err(Error::bad_argument(format!(
                "{rows} selectors for {tokens} tokens and {experts} experts"
            )));
        }
        check_biases(keys.params(), &self.biases, experts, self.weights.rows())
    }
}

/// Answers `range` of W·x + B, block of rows by block of rows, in it token by token. Writes the
/// server's shares (N slots each, minus the masks) and returns the answers.
pub fn parameters(
    pool: &Pool,
    keys: &ServerKeys,
    product: &Parameters,
    range: Range<usize>,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    product.check(keys)?;
    let (level, tokens) = (product.x.level(), product.x.rows());
    if range.is_empty() || range.end > product.answers() * tokens {
        let all = product.answers() * tokens;
        return Err(Error::bad_argument(format!(
            "answers {} to {} of {all}",
            range.start, range.end
        )));
    }
    check_shares(shares, range.len(), N)?;
    // All biases together are less noise than one more expert.
    let terms = product.experts() + !product.biases.is_empty() as usize;
    let exit = Exit::new(keys, level, Depth::Parameters, terms)?;
    let (b, x) = (product.selector.loaded()?, product.x.loaded()?);
    let (mut answers, mut rest, mut from) = (Vec::with_capacity(range.len()), shares, range.start);
    while from < range.end {
        let (number, first) = (from / tokens, from % tokens);
        let count = (tokens - first).min(range.end - from);
        let block = pool.run(|| Ok(Block::new(keys.params(), product, level, number)))?;
        let (share, behind) = rest.split_at_mut(count * N);
        answers.extend(answer(pool, &exit, N, share, |i| {
            let token = first + i;
            let selectors = &b[token * product.experts()..(token + 1) * product.experts()];
            Ok(Outcome { level, residues: block.times(selectors, x[token]) })
        })?);
        (rest, from) = (behind, from + count);
    }
    Ok(answers)
}

/// A block of rows of every W_e and B_e in NTT form, the experts of a residue side by side.
struct Block<'a> {
    moduli: &'a [Modulus],
    weights: Vec<u64>,
    biases: Vec<u64>,
    experts: usize,
}

impl<'a> Block<'a> {
    fn new(params: &'a Params, product: &Parameters, level: usize, number: usize) -> Self {
        let (per, d) = (product.per_answer(), product.features());
        let rows = number * per..product.weights.rows().min((number + 1) * per);
        let weights: Vec<_> = product
            .weights
            .blocks()
            .par_iter()
            .map(|w| {
                encode(
                    params,
                    level,
                    w[rows.start * d..rows.end * d].iter().map(|&w| w.into()).enumerate(),
                )
            })
            .collect();
        let bias = |b: &&[i64]| {
            encode(
                params,
                level,
                b[rows.clone()].iter().enumerate().map(|(r, &b)| (r * d + d - 1, b)),
            )
        };
        let biases: Vec<_> = product.biases.par_iter().map(bias).collect();
        let moduli = &params.data[..level];
        Block {
            moduli,
            weights: interleave(&weights),
            biases: interleave(&biases),
            experts: product.experts(),
        }
    }

    /// Returns the three components of (Σ_e b_e·W_e)·x + Σ_e b_e·B_e.
    fn times(&self, selectors: &[&[u64]], x: &[u64]) -> Vec<u64> {
        let (e, half) = (self.experts, x.len() / 2);
        let mut residues = vec![0; 3 * half];
        let (mut b0, mut b1) = (vec![0; e], vec![0; e]);
        for i in 0..half {
            let q = &self.moduli[i / N];
            for ((b0, b1), b) in b0.iter_mut().zip(&mut b1).zip(selectors) {
                (*b0, *b1) = (b[i], b[half + i]);
            }
            let [[w0], [w1]] = dots(q, [&b0, &b1], [&self.weights[i * e..(i + 1) * e]]);
            let (x0, x1) = (x[i], x[half + i]);
            let [mut y0, mut y1] = [q.mul(w0, x0), q.add(q.mul(w0, x1), q.mul(w1, x0))];
            if !self.biases.is_empty() {
                let [[c0], [c1]] = dots(q, [&b0, &b1], [&self.biases[i * e..(i + 1) * e]]);
                (y0, y1) = (q.add(y0, c0), q.add(y1, c1));
            }
            (residues[i], residues[half + i], residues[2 * half + i]) = (y0, y1, q.mul(w1, x1));
        }
        residues
    }
}

/// Returns the polynomial with these coefficients modulo every prime of the level, in NTT form.
fn encode(
    params: &Params,
    level: usize,
    coefficients: impl Iterator<Item = (usize, i64)>,
) -> Vec<u64> {
    let mut residues = vec![0; level * N];
    for (i, c) in coefficients {
        params.data[..level]
            .iter()
            .enumerate()
            .for_each(|(l, q)| residues[l * N + i] = q.from_signed(c));
    }
    residues.chunks_exact_mut(N).enumerate().for_each(|(l, poly)| params.forward(l, poly));
    residues
}

fn interleave(polys: &[Vec<u64>]) -> Vec<u64> {
    (0..polys.first().map_or(0, |p| p.len()))
        .flat_map(|i| polys.iter().map(move |p| p[i]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{params, Parties, T};
    use super::*;
    use crate::error::Code;
    use crate::random::Random;

    /// Returns the slots of polynomials of N coefficients each.
    fn slots(mut polys: Vec<u64>) -> Vec<u64> {
        polys.chunks_exact_mut(N).for_each(|poly| params().forward_plain(poly));
        polys
    }

    fn selectors(b: &[u64]) -> Vec<u64> {
        b.iter().flat_map(|&b| std::iter::repeat_n(b, N)).collect()
    }

    fn points(x: &[u64], d: usize) -> Vec<u64> {
        let poly = |x: &[u64]| {
            x.iter().rev().copied().chain(std::iter::repeat_n(0, N - d)).collect::<Vec<_>>()
        };
        slots(x.chunks_exact(d).flat_map(poly).collect())
    }

    /// [tokens, experts, rows, features], in calls of so many answers.
    fn check(
        parties: &mut Parties,
        [tokens, experts, m, d]: [usize; 4],
        biased: bool,
        w: &[i16],
        step: usize,
    ) {
        let t = *params().plain();
        let (mut b, mut x) = (vec![0; tokens * experts], vec![0; tokens * d]);
        parties.random.uniform(&t, &mut b);
        parties.random.uniform(&t, &mut x);
        let selector = parties.upload(3, &selectors(&b), N);
        let x_matrix = parties.upload(3, &points(&x, d), N);
        let blocks: Vec<_> = w.chunks_exact(m * d).collect();
        let weights = Weights::stacked(blocks.clone(), m, d).unwrap();
        let biases: Vec<Vec<i64>> = (0..experts)
            .map(|e| (0..m).map(|r| [-1, T as i64 / 2][(e + r) % 2]).collect())
            .collect();
        let product = Parameters {
            selector: &selector,
            x: &x_matrix,
            weights: &weights,
            biases: biases.iter().filter(|_| biased).map(|b| &b[..]).collect(),
        };
        let (per, all) = (product.per_answer(), product.answers() * tokens);
        let (mut shares, mut answers) = (vec![0; all * N], Vec::new());
        for (i, shares) in shares.chunks_mut(step * N).enumerate() {
            let range = i * step..all.min((i + 1) * step);
            answers.extend(
                parameters(&parties.pool, &parties.server, &product, range, shares).unwrap(),
            );
        }
        let mut got = parties.reveal(3, &answers, &shares, N);
        params().transform(&parties.pool, false, &mut got).unwrap();
        for token in 0..tokens {
            for r in 0..m {
                let mut want = 0;
                for (e, block) in blocks.iter().enumerate() {
                    let row = block[r * d..(r + 1) * d].iter().zip(&x[token * d..]);
                    let y =
                        row.fold(0, |sum, (&w, &x)| t.add(sum, t.mul(t.from_signed(w.into()), x)));
                    let y = t.add(y, if biased { t.from_signed(biases[e][r]) } else { 0 });
                    want = t.add(want, t.mul(y, b[token * experts + e]));
                }
                let at = (r / per * tokens + token) * N + r % per * d + d - 1;
                assert_eq!(got[at], want, "token {token}, row {r} of {experts} x {m} x {d}");
            }
        }
    }

    fn weights(n: usize) -> Vec<i16> {
        let mut random = Random::from_seed(&[7; 32]);
        (0..n).map(|_| (random.word() % 4095) as i16 - 2047).collect()
    }

    #[test]
    fn agrees_with_integers() {
        let mut parties = Parties::new(params(), 2);
        for (shape, step) in [
            ([1, 1, 1, 1], 1),
            ([3, 2, 5, 3000], 4),
            ([2, 5, 300, 64], 100),
            ([1, 3, 2, 8192], 2),
            ([2, 2, 9000, 1], 3),
        ] {
            let n = shape[1] * shape[2] * shape[3];
            check(&mut parties, shape, false, &weights(n), step);
            check(&mut parties, shape, true, &vec![-2047; n], step);
        }
    }

    #[test]
    fn shapes_are_checked() {
        let parties = Parties::new(params(), 1);
        let up = |level, rows| parties.upload_shares(level, &vec![1; rows], None, 1);
        let call = |selector: &Matrix, x: &Matrix, biases: Vec<&[i64]>, range, shares: usize| {
            let ones = [1; 6];
            let weights = Weights::stacked(vec![&ones[..3], &ones[3..]], 1, 3).unwrap();
            let product = Parameters { selector, x, weights: &weights, biases };
            parameters(&parties.pool, &parties.server, &product, range, &mut vec![0; shares])
                .err()
                .map(|e| e.code)
        };
        let (b, x) = (up(3, 4), up(3, 2));
        let bad = Some(Code::BadArgument);
        assert_eq!(call(&b, &x, vec![], 0..2, 2 * N), None);
        assert_eq!(call(&b, &x, vec![&[1], &[2]], 1..2, N), None);
        assert_eq!(call(&x, &x, vec![], 0..2, 2 * N), bad);
        assert_eq!(call(&b, &x, vec![&[1]], 0..2, 2 * N), bad);
        assert_eq!(call(&b, &x, vec![], 0..3, 3 * N), bad);
        assert_eq!(call(&b, &x, vec![], 1..1, 0), bad);
        assert_eq!(call(&b, &x, vec![], 0..2, N), bad);
        assert_eq!(call(&b, &up(2, 2), vec![], 0..2, 2 * N), bad);
        assert_eq!(call(&up(2, 4), &up(2, 2), vec![], 0..2, 2 * N), Some(Code::BadParameters));
        let rounded = parties.upload_factors(&[1, 1], 1);
        assert_eq!(call(&b, &rounded, vec![], 0..2, 2 * N), bad);
        let wide = vec![1; N + 1];
        let weights = Weights::new(&wide, 1, N + 1).unwrap();
        let product = Parameters { selector: &x, x: &x, weights: &weights, biases: vec![] };
        let refused =
            parameters(&parties.pool, &parties.server, &product, 0..2, &mut vec![0; 2 * N])
                .err()
                .unwrap();
        assert!(refused.code == Code::BadArgument && refused.message.contains("8193"), "{refused}");
        parties.pool.cancel();
        assert_eq!(call(&b, &x, vec![], 0..2, 2 * N), Some(Code::Cancelled));
    }
}
