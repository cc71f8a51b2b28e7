//! Select-then-compute: Y = Σ_e b_e·(W_e·X + B_e) = [W₁ | … | W_E]·(b ⊗ x) + Σ_e b_e·B_e, slot-wise
//! in b.
//!
//! Source: SecMoE (arXiv 2601.06790), Protocol 1, with the two sums exchanged: the products b_e·x_j
//! serve all tokens at once, and what remains is one product with plaintext weights. They are
//! formed tile by tile inside it and never stored. Several selections that meet the same weights
//! are summed before that product: Σ_g b_g ⊗ x_g costs one product like a single one.

use std::ops::Range;

use rayon::prelude::*;

use super::linear::{answer, check_shares, same_params};
use super::noise::Depth;
use super::rerandomize::{Answer, Exit, Outcome};
use super::{Matrix, Params, ServerKeys, N};
use crate::error::{Error, Result};
use crate::gemm::{split, tile, Slices, Weights};
use crate::modulus::{Factor, Modulus, Montgomery};
use crate::pool::Pool;

/// Slots per tile; each gives a column in all three components of the products.
const WIDTH: usize = 128;

/// Products whose sum the reduction takes at once; see [`Montgomery::centred`].
const SUMMED: usize = 4;

/// The operands of a selection: `groups` selections of E experts side by side, summed.
pub struct Selection<'a> {
    /// groups × E ciphertexts.
    pub selector: &'a Matrix,
    /// groups × d ciphertexts, at the selector's level.
    pub x: &'a Matrix,
    pub groups: usize,
    /// [W₁ | … | W_E], E·d columns.
    pub weights: &'a Weights<'a>,
    /// B_e, as many integers as the weights have rows, for every expert, or none at all.
    pub biases: Vec<&'a [i64]>,
}

impl Selection<'_> {
    /// Checks the shapes and returns the number of products that a result sums up; a bias counts as
    /// one.
    fn terms(&self, keys: &ServerKeys) -> Result<usize> {
        let (selector, x) = (self.selector, self.x);
        for matrix in [selector, x] {
            same_params(keys, matrix)?;
            matrix.require_exact()?;
            if self.groups == 0 || !matrix.rows().is_multiple_of(self.groups) {
                return Err(Error::bad_argument(format!(
                    "{} rows in {} selections",
                    matrix.rows(),
                    self.groups
                )));
            }
        }
        let (e, d) = (selector.rows() / self.groups, x.rows() / self.groups);
        if selector.level() != x.level() || self.weights.inner() != e * d {
            return Err(Error::bad_argument(format!(
                "weights of {} columns for {e} x {d} products",
                self.weights.inner()
            )));
        }
        check_biases(keys.params(), &self.biases, e, self.weights.rows())?;
        Ok(self.groups * e * (d + !self.biases.is_empty() as usize))
    }
}

/// None, or `rows` centred plaintexts for each of `experts`.
pub(super) fn check_biases(
    params: &Params,
    biases: &[&[i64]],
    experts: usize,
    rows: usize,
) -> Result<()> {
    if !biases.is_empty() && (biases.len() != experts || biases.iter().any(|b| b.len() != rows)) {
        return Err(Error::bad_argument(format!(
            "biases of {} experts for {experts} of {rows} rows",
            biases.len()
        )));
    }
    let most = params.plain().value() / 2;
    let inside = |b: &&[i64]| b.iter().fold(true, |all, v| all & (v.unsigned_abs() <= most));
    match biases.iter().all(inside) {
        true => Ok(()),
        false => Err(Error::bad_argument("a bias exceeds half the plaintext modulus")),
    }
}

/// Writes the server's shares (the weights' rows × `columns`, minus the masks) and returns the
/// answers.
pub fn select(
    pool: &Pool,
    keys: &ServerKeys,
    selection: &Selection,
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let (level, weights) = (selection.x.level(), selection.weights);
    check_shares(shares, weights.rows(), columns)?;
    let exit = Exit::new(keys, level, Depth::Select, selection.terms(keys)?)?;
    let (b, x) = (selection.selector.loaded()?, selection.x.loaded()?);
    let moduli = keys.params().level(level)?;
    let tiles = pool.run(|| {
        let factors = Factors::new(moduli, &b, x, selection.groups);
        let starts: Vec<usize> = (0..level * N).step_by(WIDTH).collect();
        starts
            .par_iter()
            .map(|&start| factors.tile(weights, start, pool))
            .collect::<Result<Vec<_>>>()
    })?;
    answer(pool, &exit, columns, shares, |m| {
        let mut residues = Vec::with_capacity(3 * level * N);
        for component in 0..3 {
            let from = (3 * m + component) * WIDTH;
            tiles.iter().for_each(|t| residues.extend(&t[from..from + WIDTH]));
        }
        for (i, b) in b.iter().enumerate().filter(|_| !selection.biases.is_empty()) {
            add_multiple(moduli, selection.biases[i % selection.biases.len()][m], b, &mut residues);
        }
        Ok(Outcome { level, residues })
    })
}

/// Adds the multiple of a ciphertext to the first two components of a sum.
fn add_multiple(moduli: &[Modulus], factor: i64, cipher: &[u64], sum: &mut [u64]) {
    let factors: Vec<Factor> = moduli.iter().map(|q| q.factor(q.from_signed(factor))).collect();
    for (i, (sum, cipher)) in sum.chunks_exact_mut(N).zip(cipher.chunks_exact(N)).enumerate() {
        let (q, factor) = (&moduli[i % moduli.len()], &factors[i % moduli.len()]);
        sum.iter_mut().zip(cipher).for_each(|(s, &c)| *s = q.add(*s, factor.mul(c)));
    }
}

/// The ciphertext vectors of Σ_g b_g ⊗ x_g.
struct Factors<'a> {
    moduli: Vec<Montgomery>,
    plain_moduli: &'a [Modulus],
    /// Rows of b in Montgomery form.
    selector: Vec<Vec<u64>>,
    x: Vec<&'a [u64]>,
    groups: usize,
    level: usize,
}

impl<'a> Factors<'a> {
    fn new(
        plain_moduli: &'a [Modulus],
        selector: &[&[u64]],
        x: Vec<&'a [u64]>,
        groups: usize,
    ) -> Self {
        let level = plain_moduli.len();
        let moduli: Vec<_> = plain_moduli.iter().map(Montgomery::new).collect();
        let to_form = |row: &&[u64]| {
            let poly = |(i, poly): (usize, &[u64])| {
                poly.iter().map(|&b| moduli[i % level].enter(b)).collect::<Vec<_>>()
            };
            row.chunks_exact(N).enumerate().flat_map(poly).collect()
        };
        let selector = selector.par_iter().map(to_form).collect();
        Factors { moduli, plain_moduli, selector, x, groups, level }
    }

    /// Returns the three components' columns for the slots start.. modulo one prime, side by side.
    fn tile(&self, weights: &Weights, start: usize, pool: &Pool) -> Result<Vec<u64>> {
        let prime = start / N;
        let (experts, features) = (self.selector.len() / self.groups, self.x.len() / self.groups);
        let fill = |terms: Range<usize>, slices: &mut Slices| {
            for (i, k) in terms.enumerate() {
                let mut sums = Products::default();
                for group in (0..self.groups).step_by(SUMMED) {
                    let pairs = (group..self.groups.min(group + SUMMED)).map(|g| {
                        let (b, x) = (
                            &self.selector[g * experts + k / features],
                            self.x[g * features + k % features],
                        );
                        (self.pair(b, start), self.pair(x, start))
                    });
                    sums.add(&self.moduli[prime], pairs);
                }
                sums.split(slices.row(i));
            }
        };
        tile(weights, 3 * WIDTH, &self.plain_moduli[prime], fill, || pool.check())
    }

    /// Returns the same columns of both components.
    fn pair<'b>(&self, row: &'b [u64], start: usize) -> [&'b [u64]; 2] {
        [0, self.level * N].map(|component| &row[component + start..component + start + WIDTH])
    }
}

/// Sums of products of ciphertexts, (b₀x₀, b₀x₁ + b₁x₀, b₁x₁), centred.
struct Products([[i64; WIDTH]; 3]);

impl Default for Products {
    fn default() -> Self {
        Products([[0; WIDTH]; 3])
    }
}

impl Products {
    /// Adds up to [`SUMMED`] products, which are reduced once.
    #[inline(always)]
    fn add<'a>(
        &mut self,
        q: &Montgomery,
        pairs: impl Iterator<Item = ([&'a [u64]; 2], [&'a [u64]; 2])>,
    ) {
        let mut wide = [[0u128; WIDTH]; 3];
        let product = |a: u64, b: u64| a as u128 * b as u128;
        for ([b0, b1], [x0, x1]) in pairs {
            for i in 0..WIDTH {
                let (b0, b1, x0, x1) = (b0[i], b1[i], x0[i], x1[i]);
                wide[0][i] += product(b0, x0);
                wide[1][i] += product(b0, x1) + product(b1, x0);
                wide[2][i] += product(b1, x1);
            }
        }
        for (sums, wide) in self.0.iter_mut().zip(&wide) {
            sums.iter_mut().zip(wide).for_each(|(sum, &z)| *sum = q.add(*sum, q.centred(z)));
        }
    }

    /// Writes the slices, component by component.
    #[inline(always)]
    fn split(&self, (low, high): (&mut [f64], &mut [f64])) {
        for ((low, high), &sum) in low.iter_mut().zip(high).zip(self.0.iter().flatten()) {
            (*low, *high) = split(sum);
        }
    }
}
