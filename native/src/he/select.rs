//! Select-then-compute: Y = Σ_e b_e·(W_e·X) = [W₁ | … | W_E]·(b ⊗ x), slot-wise in b.
//!
//! Source: SecMoE (arXiv 2601.06790), Protocol 1, with the two sums exchanged: the products b_e·x_j serve all tokens at once, and
//! what remains is one product with plaintext weights. They are formed tile by tile inside it and never stored.

use std::ops::Range;

use rayon::prelude::*;

use super::linear::{answer, check_shares, same_params};
use super::noise::Depth;
use super::rerandomize::{Answer, Exit, Outcome};
use super::{Matrix, Params, ServerKeys, N};
use crate::error::{Error, Result};
use crate::gemm::{split, tile, Slices, Weights};
use crate::modulus::{Modulus, Montgomery};
use crate::pool::Pool;

/// Slots per tile; each gives a column in all three components of the products.
const WIDTH: usize = 128;

/// `weights` is [W₁ | … | W_E] with E·d columns for E rows of `selector` and d rows of `x`, both at one level. Writes the server's
/// shares (rows × `columns`, minus the masks) and returns the answers.
pub fn select(
    pool: &Pool,
    keys: &ServerKeys,
    selector: &Matrix,
    x: &Matrix,
    weights: &Weights,
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let level = x.level();
    same_params(keys, x)?;
    same_params(keys, selector)?;
    x.require_exact()?;
    selector.require_exact()?;
    check_shares(shares, weights.rows(), columns)?;
    if selector.level() != level || weights.inner() != selector.rows() * x.rows() {
        let (e, d) = (selector.rows(), x.rows());
        return Err(Error::bad_argument(format!("weights of {} columns for {e} x {d} products", weights.inner())));
    }
    let exit = Exit::new(keys, level, Depth::Select, weights.inner())?;
    let (b, x) = (selector.loaded()?, x.loaded()?);
    let tiles = pool.run(|| {
        let factors = Factors::new(keys.params(), b, x, level)?;
        let starts: Vec<usize> = (0..level * N).step_by(WIDTH).collect();
        starts.par_iter().map(|&start| factors.tile(weights, start, pool)).collect::<Result<Vec<_>>>()
    })?;
    answer(pool, &exit, columns, shares, |m| {
        let mut residues = Vec::with_capacity(3 * level * N);
        for component in 0..3 {
            let from = (3 * m + component) * WIDTH;
            tiles.iter().for_each(|t| residues.extend(&t[from..from + WIDTH]));
        }
        Ok(Outcome { level, residues })
    })
}

/// The two ciphertext vectors of b ⊗ x.
struct Factors<'a> {
    moduli: Vec<Montgomery>,
    plain_moduli: &'a [Modulus],
    /// Rows of b in Montgomery form.
    selector: Vec<Vec<u64>>,
    x: Vec<&'a [u64]>,
    level: usize,
}

impl<'a> Factors<'a> {
    fn new(params: &'a Params, selector: Vec<&[u64]>, x: Vec<&'a [u64]>, level: usize) -> Result<Self> {
        let plain_moduli = params.level(level)?;
        let moduli: Vec<_> = plain_moduli.iter().map(Montgomery::new).collect();
        let to_form = |row: &&[u64]| {
            let poly = |(i, poly): (usize, &[u64])| poly.iter().map(|&b| moduli[i % level].enter(b)).collect::<Vec<_>>();
            row.chunks_exact(N).enumerate().flat_map(poly).collect()
        };
        let selector = selector.par_iter().map(to_form).collect();
        Ok(Factors { moduli, plain_moduli, selector, x, level })
    }

    /// The three components' columns for the slots start.. modulo one prime, side by side.
    fn tile(&self, weights: &Weights, start: usize, pool: &Pool) -> Result<Vec<u64>> {
        let prime = start / N;
        let fill = |terms: Range<usize>, slices: &mut Slices| {
            for (i, k) in terms.enumerate() {
                let (b, x) = (&self.selector[k / self.x.len()][..], self.x[k % self.x.len()]);
                multiply(&self.moduli[prime], self.pair(b, start), self.pair(x, start), slices.row(i));
            }
        };
        tile(weights, 3 * WIDTH, &self.plain_moduli[prime], fill, || pool.check())
    }

    /// The same columns of both components.
    fn pair<'b>(&self, row: &'b [u64], start: usize) -> [&'b [u64]; 2] {
        [0, self.level * N].map(|component| &row[component + start..component + start + WIDTH])
    }
}

/// (b₀x₀, b₀x₁ + b₁x₀, b₁x₁), each reduced once, centred and split.
#[inline(always)]
fn multiply(q: &Montgomery, [b0, b1]: [&[u64]; 2], [x0, x1]: [&[u64]; 2], (low, high): (&mut [f64], &mut [f64])) {
    let (low0, low) = low.split_at_mut(WIDTH);
    let (low1, low2) = low.split_at_mut(WIDTH);
    let (high0, high) = high.split_at_mut(WIDTH);
    let (high1, high2) = high.split_at_mut(WIDTH);
    let wide = |a: u64, b: u64| a as u128 * b as u128;
    for i in 0..WIDTH {
        let (b0, b1, x0, x1) = (b0[i], b1[i], x0[i], x1[i]);
        (low0[i], high0[i]) = split(q.centred(wide(b0, x0)));
        (low1[i], high1[i]) = split(q.centred(wide(b0, x1) + wide(b1, x0)));
        (low2[i], high2[i]) = split(q.centred(wide(b1, x1)));
    }
}
