//! Batched products of matrices of shares: for every pair (a sequence and a head), AᵀB with B under
//! encryption and A in the clear.
//!
//! Ciphertext k holds row k of every pair's B side by side, each padded to a power of two W of
//! slots. Entry (k, m) of A is the same number on all slots of its pair, so that the plaintexts are
//! [`Blocks`], and answer m is `Σ_k Enc(B[k])·A[k][m]`: no rotation, one ciphertext for all pairs.
//! In NTT form a plaintext has a single residue for each block, so the sum is an ordinary product
//! of small matrices modulo every prime, block by block.

use std::ops::Range;

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::blocks::Blocks;
use super::linear::{answer, check_shares, same_params};
use super::noise::Depth;
use super::rerandomize::{Answer, Exit, Outcome};
use super::{Matrix, Params, ServerKeys, N};
use crate::dot::dots;
use crate::error::{Error, Result};
use crate::pool::Pool;

/// Residues of an answer per task.
const WIDTH: usize = 64;

/// Answers at a time, which bounds memory: 786 KiB each.
const MAX_ROWS: usize = 64;

/// Words of lifted plaintexts at a time: 32 MiB.
const PLAIN_WORDS: usize = 1 << 22;

/// The server's matrices A: for every row of the ciphertexts, `pairs` times `rows` values modulo t.
#[derive(Clone, Copy)]
pub struct Pairs<'a> {
    pub plain: &'a [u64],
    pub pairs: usize,
    pub rows: usize,
}

/// Returns the rows `range` of the products: answer m holds `(AᵀB)[m]` of all pairs, side by side
/// in `columns` slots, columns / pairs of which, a power of two, are a pair's. Writes the server's
/// shares (as many rows of `columns`, minus the masks) and returns the answers.
pub fn batched(
    pool: &Pool,
    keys: &ServerKeys,
    b: &Matrix,
    a: Pairs,
    range: Range<usize>,
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let (params, level) = (&**keys.params(), b.level());
    same_params(keys, b)?;
    check_shares(shares, range.len(), columns)?;
    if a.pairs == 0 || !columns.is_multiple_of(a.pairs) || !(columns / a.pairs).is_power_of_two() {
        return Err(Error::bad_argument(format!(
            "{columns} slots are not {} times a power of two",
            a.pairs
        )));
    }
    let values = b.rows().checked_mul(a.pairs).and_then(|n| n.checked_mul(a.rows));
    if range.is_empty() || range.end > a.rows || values != Some(a.plain.len()) {
        let (n, rows) = (a.plain.len(), a.rows);
        return Err(Error::bad_argument(format!(
            "{n} values for {} x {} x {rows}, {range:?}",
            b.rows(),
            a.pairs
        )));
    }
    params.check_plain(a.plain)?;
    let exit = Exit::new(keys, level, Depth::Product, b.rows())?;
    let blocks = Blocks::new(params, level, columns / a.pairs);
    let step = (PLAIN_WORDS / (b.rows() * blocks.count() * level)).clamp(1, MAX_ROWS);
    let ciphers = b.loaded()?;
    let mut answers = Vec::with_capacity(range.len());
    for (from, shares) in range.clone().step_by(step).zip(shares.chunks_mut(step * columns)) {
        let rows = from..range.end.min(from + step);
        let tiles = pool.run(|| {
            let plain =
                rows.into_par_iter().map(|m| a.lifted(&blocks, level, m)).collect::<Vec<_>>();
            let product =
                Product { params, ciphers: &ciphers, plain, level, blocks: blocks.count() };
            let starts: Vec<usize> = (0..2 * level * N).step_by(WIDTH).collect();
            let tile = |&start: &usize| pool.check().map(|()| product.tile(start));
            starts.par_iter().map(tile).collect::<Result<Vec<_>>>()
        })?;
        answers.extend(answer(pool, &exit, columns, shares, |m| {
            let residues =
                tiles.iter().flat_map(|t| &t[m * WIDTH..(m + 1) * WIDTH]).copied().collect();
            Ok(Outcome { level, residues })
        })?);
    }
    Ok(answers)
}

impl Pairs<'_> {
    /// Returns column m of all matrices, lifted: residues by prime, block and row of the
    /// ciphertexts.
    fn lifted(&self, blocks: &Blocks, level: usize, m: usize) -> Zeroizing<Vec<u64>> {
        let (count, terms) = (blocks.count(), self.plain.len() / (self.pairs * self.rows));
        let mut residues = Zeroizing::new(vec![0; level * count * terms]);
        let mut values = Zeroizing::new(vec![0; count]);
        for (k, row) in self.plain.chunks_exact(self.pairs * self.rows).enumerate() {
            values.fill(0);
            values.iter_mut().zip(row.chunks_exact(self.rows)).for_each(|(v, pair)| *v = pair[m]);
            blocks.lift(&mut values, |l, lifted| {
                let residues = &mut residues[l * count * terms..(l + 1) * count * terms];
                residues.iter_mut().skip(k).step_by(terms).zip(lifted).for_each(|(r, &x)| *r = x);
            });
        }
        residues
    }
}

/// A part of the result's rows before the exit.
struct Product<'a> {
    params: &'a Params,
    ciphers: &'a [&'a [u64]],
    /// One for each row; see [`Pairs::lifted`].
    plain: Vec<Zeroizing<Vec<u64>>>,
    level: usize,
    blocks: usize,
}

impl Product<'_> {
    /// Returns the residues start.. of every row, row-major.
    fn tile(&self, start: usize) -> Vec<u64> {
        let terms = self.ciphers.len();
        let mut columns = vec![0; WIDTH * terms];
        for (k, cipher) in self.ciphers.iter().enumerate() {
            let residues = &cipher[start..start + WIDTH];
            columns
                .iter_mut()
                .skip(k)
                .step_by(terms)
                .zip(residues)
                .for_each(|(column, &c)| *column = c);
        }
        let mut out = vec![0; self.plain.len() * WIDTH];
        for (plain, out) in self.plain.chunks(2).zip(out.chunks_mut(2 * WIDTH)) {
            match plain {
                [a, b] if self.blocks < N => self.rows::<2, 2>([a, b], start, &columns, out),
                [a, b] => self.rows::<2, 1>([a, b], start, &columns, out),
                last => self.rows::<1, 1>([&last[0]], start, &columns, out),
            }
        }
        out
    }

    /// R rows, S columns of one block at a time.
    fn rows<const R: usize, const S: usize>(
        &self,
        plain: [&[u64]; R],
        start: usize,
        columns: &[u64],
        out: &mut [u64],
    ) {
        let (terms, prime) = (self.ciphers.len(), start / N % self.level);
        for (i, columns) in columns.chunks_exact(S * terms).enumerate() {
            let block = (start + i * S) % N / (N / self.blocks);
            let from = (prime * self.blocks + block) * terms;
            let column = std::array::from_fn::<_, S, _>(|s| &columns[s * terms..(s + 1) * terms]);
            let sums =
                dots(&self.params.data[prime], plain.map(|p| &p[from..from + terms]), column);
            sums.iter()
                .enumerate()
                .for_each(|(r, sums)| out[r * WIDTH + i * S..][..S].copy_from_slice(sums));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{params, Parties, T};
    use super::*;
    use crate::error::Code;

    /// Σ_k A[k][p][m]·B[k][p][w] at [m][p][w].
    fn oracle(a: &[u64], b: &[u64], [terms, pairs, rows, width]: [usize; 4]) -> Vec<u64> {
        let t = *params().plain();
        let mut out = vec![0; rows * pairs * width];
        for (i, out) in out.iter_mut().enumerate() {
            let (m, p, w) = (i / width / pairs, i / width % pairs, i % width);
            for k in 0..terms {
                *out = t.add(
                    *out,
                    t.mul(a[(k * pairs + p) * rows + m], b[(k * pairs + p) * width + w]),
                );
            }
        }
        out
    }

    fn check(parties: &mut Parties, shape: [usize; 4], fill: Option<u64>) {
        let [terms, pairs, rows, width] = shape;
        let (mut a, mut b) = (
            vec![fill.unwrap_or(0); terms * pairs * rows],
            vec![fill.unwrap_or(0); terms * pairs * width],
        );
        if fill.is_none() {
            parties.random.uniform(params().plain(), &mut a);
            parties.random.uniform(params().plain(), &mut b);
        }
        let columns = pairs * width;
        let matrix = parties.upload_factors(&b, columns);
        let plain = Pairs { plain: &a, pairs, rows };
        let mut shares = vec![0; rows * columns];
        let cut = rows / 3;
        let mut answers = Vec::new();
        for range in [0..cut, cut..rows].into_iter().filter(|r| !r.is_empty()) {
            let shares = &mut shares[range.start * columns..range.end * columns];
            answers.extend(
                batched(&parties.pool, &parties.server, &matrix, plain, range, columns, shares)
                    .unwrap(),
            );
        }
        let got = parties.reveal(3, &answers, &shares, columns);
        assert!(got == oracle(&a, &b, shape), "{shape:?} of {fill:?}");
    }

    #[test]
    fn agrees_with_integers() {
        let mut parties = Parties::new(params(), 2);
        for shape in [
            [1, 1, 1, 1],
            [3, 5, 7, 4],
            [2, 3, 5, 2048],
            [6, 64, 5, 128],
            [5, 8192, 1, 1],
            [300, 3, 2, 1],
            [2, 1, 66, 8192],
        ] {
            check(&mut parties, shape, None);
        }
        for fill in [0, T - 1, T / 2, T / 2 + 1] {
            check(&mut parties, [4, 3, 6, 16], Some(fill));
        }
        // More terms than are added up before a reduction.
        check(&mut parties, [513, 2, 3, 2], Some(T / 2));
    }

    #[test]
    fn shapes_are_checked() {
        let parties = Parties::new(params(), 1);
        let b = parties.upload_factors(&[1; 2 * 12], 12);
        let call = |n: usize, pairs, rows, range, columns, shares: usize| {
            let a = Pairs { plain: &vec![1; n], pairs, rows };
            let out = &mut vec![0; shares];
            batched(&parties.pool, &parties.server, &b, a, range, columns, out)
                .err()
                .map(|e| e.code)
        };
        assert_eq!(call(18, 3, 3, 0..3, 12, 36), None);
        let bad = Some(Code::BadArgument);
        assert_eq!(call(17, 3, 3, 0..3, 12, 36), bad);
        assert_eq!(call(18, 0, 3, 0..3, 12, 36), bad);
        assert_eq!(call(12, 2, 3, 0..3, 12, 36), bad); // 6 slots a pair
        assert_eq!(call(30, 5, 3, 0..3, 12, 36), bad);
        assert_eq!(call(18, 3, 3, 0..4, 12, 48), bad);
        assert_eq!(call(18, 3, 3, 2..2, 12, 0), bad);
        assert_eq!(call(18, 3, 3, 0..3, 12, 35), bad);
        assert_eq!(call(0, 3, 0, 0..0, 12, 0), bad);
        assert_eq!(call(18, usize::MAX, 3, 0..3, 12, 36), bad);
        let high = Pairs { plain: &[T; 2], pairs: 1, rows: 1 };
        assert_eq!(
            batched(&parties.pool, &parties.server, &b, high, 0..1, 8, &mut [0; 8])
                .err()
                .map(|e| e.code),
            bad
        );
        parties.pool.cancel();
        assert_eq!(call(18, 3, 3, 0..3, 12, 36), Some(Code::Cancelled));
    }
}
