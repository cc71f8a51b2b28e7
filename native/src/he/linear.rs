//! Y = W·X for plaintext weights and an encrypted matrix.

use rayon::prelude::*;

use super::noise::Depth;
use super::rerandomize::{Answer, Exit, Outcome};
use super::{Matrix, ServerKeys, N};
use crate::error::{Error, Result};
use crate::gemm::{tile, Slices, Weights};
use crate::modulus::Modulus;
use crate::pool::Pool;

/// Columns per tile.
const WIDTH: usize = 512;

/// Returns one answer for each row of weights, which has one column for each row of `x`. Writes the
/// server's shares (rows × `columns`, minus the masks) and returns the answers. The residues of all
/// ciphertexts are one right-hand side of 2·level·N columns for the exact product.
pub fn linear(
    pool: &Pool,
    keys: &ServerKeys,
    x: &Matrix,
    weights: &Weights,
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let params = &**keys.params();
    same_params(keys, x)?;
    x.require_exact()?;
    check_shares(shares, weights.rows(), columns)?;
    if weights.inner() != x.rows() {
        return Err(Error::bad_argument(format!(
            "weights of {} columns for {} ciphertexts",
            weights.inner(),
            x.rows()
        )));
    }
    let exit = Exit::new(keys, x.level(), Depth::Linear, weights.inner())?;
    let rows = x.loaded()?;
    let moduli = params.level(x.level())?;
    let tiles = pool.run(|| {
        let starts: Vec<usize> = (0..2 * x.level() * N).step_by(WIDTH).collect();
        let product = |&start: &usize| {
            let q = &moduli[start / N % moduli.len()];
            let fill = |terms: std::ops::Range<usize>, slices: &mut Slices| {
                for (i, k) in terms.enumerate() {
                    slices.put(i, &rows[k][start..start + WIDTH], q);
                }
            };
            tile(weights, WIDTH, q, fill, || pool.check())
        };
        starts.par_iter().map(product).collect::<Result<Vec<_>>>()
    })?;
    answer(pool, &exit, columns, shares, |m| {
        let residues = tiles.iter().flat_map(|t| &t[m * WIDTH..(m + 1) * WIDTH]).copied().collect();
        Ok(Outcome { level: x.level(), residues })
    })
}

/// The matrix must belong to the keys' parameters.
pub(super) fn same_params(keys: &ServerKeys, x: &Matrix) -> Result<()> {
    let values = |moduli: &[Modulus]| moduli.iter().map(|q| q.value()).collect::<Vec<_>>();
    let (a, b) = (keys.params(), x.params());
    if values(&a.chain) == values(&b.chain) && a.t.value() == b.t.value() {
        Ok(())
    } else {
        Err(Error::bad_argument("keys and ciphertexts have different parameters"))
    }
}

/// Room for the shares of all rows.
pub(super) fn check_shares(shares: &[u64], rows: usize, columns: usize) -> Result<()> {
    if (1..=N).contains(&columns) && shares.len() == rows * columns {
        return Ok(());
    }
    Err(Error::bad_argument(format!(
        "{} shares for {rows} rows of {columns} columns",
        shares.len()
    )))
}

/// Sends the outcome of every row of `shares` through the exit.
pub(super) fn answer(
    pool: &Pool,
    exit: &Exit,
    columns: usize,
    shares: &mut [u64],
    outcome: impl Fn(usize) -> Result<Outcome> + Sync,
) -> Result<Vec<Answer>> {
    pool.run(|| {
        let one = |(m, share): (usize, &mut [u64])| {
            pool.check()?;
            exit.rerandomize(outcome(m)?, share)
        };
        shares.par_chunks_exact_mut(columns).enumerate().map(one).collect()
    })
}
