//! Operations of normalisation on an encrypted matrix: sums over its rows, and scaling all of its
//! rows by one row.
//!
//! Both take the client's shares as ciphertexts and the server's as full-range plaintexts, so one
//! upload of x serves the sum of squares and the scaling.

use rayon::prelude::*;

use super::linear::{answer, check_shares, same_params};
use super::noise::Depth;
use super::product::{add_lifted, add_product, lifted};
use super::rerandomize::{Answer, Exit, Outcome};
use super::{Matrix, Params, ServerKeys, N};
use crate::error::{Error, Result};
use crate::pool::Pool;

/// Returns the cross terms of Σ x_r·y_r: answer i is the sum of `x[r]·plain[r]` over `per` rows r
/// from i·per on (fewer in the last). `plain` has a row for every row of x. Writes the server's
/// shares (answers × `columns`, minus the masks) and returns the answers.
pub fn row_sums(
    pool: &Pool,
    keys: &ServerKeys,
    x: &Matrix,
    plain: &[u64],
    per: usize,
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let (params, rows, level) = (&**keys.params(), x.rows(), x.level());
    same_params(keys, x)?;
    if per == 0 {
        return Err(Error::bad_argument("sums of no rows"));
    }
    check_shares(shares, rows.div_ceil(per), columns)?;
    check_shares(plain, rows, columns)?;
    params.check_plain(plain)?;
    let exit = Exit::new(keys, level, Depth::Product, per.min(rows))?;
    let ciphers = x.loaded()?;
    answer(pool, &exit, columns, shares, |i| {
        let terms = i * per..rows.min((i + 1) * per);
        let empty = || vec![0; 2 * level * N];
        let add_term = |mut sum: Vec<u64>, r: usize| -> Result<_> {
            pool.check()?;
            add_product(
                params,
                level,
                ciphers[r],
                &plain[r * columns..(r + 1) * columns],
                &mut sum,
            );
            Ok(sum)
        };
        let residues = terms
            .into_par_iter()
            .try_fold(empty, add_term)
            .try_reduce(empty, |a, b| Ok(add(params, level, a, &b)))?;
        Ok(Outcome { level, residues })
    })
}

fn add(params: &Params, level: usize, mut a: Vec<u64>, b: &[u64]) -> Vec<u64> {
    for (i, (a, b)) in a.chunks_exact_mut(N).zip(b.chunks_exact(N)).enumerate() {
        let q = &params.data[i % level];
        a.iter_mut().zip(b).for_each(|(a, &b)| *a = q.add(*a, b));
    }
    a
}

/// A row of shares that scales every row: the client's encrypted, the server's in the clear.
pub struct Scale<'a> {
    pub cipher: &'a Matrix,
    pub plain: &'a [u64],
}

/// Returns the cross terms of s·x_r for the rows r from `first` on, as many as `plain` has:
/// `x[r]·s.plain + s.cipher·plain[r]`. Writes the server's shares (as many rows of `columns`, minus
/// the masks) and returns the answers.
#[allow(clippy::too_many_arguments)]
pub fn scale(
    pool: &Pool,
    keys: &ServerKeys,
    s: Scale,
    x: &Matrix,
    first: usize,
    plain: &[u64],
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let (params, level) = (&**keys.params(), x.level());
    same_params(keys, x)?;
    same_params(keys, s.cipher)?;
    if s.cipher.rows() != 1 || s.cipher.level() != level {
        return Err(Error::bad_argument(format!(
            "{} rows scale a matrix where 1 of its level is expected",
            s.cipher.rows()
        )));
    }
    let rows = plain.len() / columns.max(1);
    check_shares(plain, rows, columns)?;
    check_shares(shares, rows, columns)?;
    check_shares(s.plain, 1, columns)?;
    params.check_plain(plain)?;
    params.check_plain(s.plain)?;
    let exit = Exit::new(keys, level, Depth::Product, 2)?;
    let (ciphers, row) = (x.loaded()?, s.cipher.loaded()?[0]);
    let ciphers = first.checked_add(rows).and_then(|end| ciphers.get(first..end));
    let ciphers = ciphers
        .ok_or_else(|| Error::bad_argument(format!("rows {first} + {rows} of {}", x.rows())))?;
    let factor = lifted(params, level, s.plain);
    answer(pool, &exit, columns, shares, |r| {
        let mut residues = vec![0; 2 * level * N];
        add_lifted(params, level, ciphers[r], &factor, &mut residues);
        add_product(params, level, row, &plain[r * columns..(r + 1) * columns], &mut residues);
        Ok(Outcome { level, residues })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{params, Parties, T};
    use super::*;
    use crate::error::Code;

    fn vector(parties: &mut Parties, n: usize, fill: Option<u64>) -> Vec<u64> {
        let mut v = vec![fill.unwrap_or(0); n];
        if fill.is_none() {
            parties.random.uniform(params().plain(), &mut v);
        }
        v
    }

    const FILLS: [Option<u64>; 5] = [None, Some(0), Some(T - 1), Some(T / 2), Some(T / 2 + 1)];

    #[test]
    fn sums_of_rows() {
        let (mut parties, t) = (Parties::new(params(), 2), *params().plain());
        for (rows, per, columns) in [(1, 1, 1), (5, 2, 300), (7, 7, 8192), (4, 100, 3), (3, 1, 10)]
        {
            for fill in FILLS {
                let [x, u] = [(); 2].map(|_| vector(&mut parties, rows * columns, fill));
                let matrix = parties.upload_factors(&x, columns);
                let mut shares = vec![0; rows.div_ceil(per) * columns];
                let answers = row_sums(
                    &parties.pool,
                    &parties.server,
                    &matrix,
                    &u,
                    per,
                    columns,
                    &mut shares,
                )
                .unwrap();
                let mut want = vec![0; shares.len()];
                for i in 0..x.len() {
                    let sum = &mut want[i / columns / per * columns + i % columns];
                    *sum = t.add(*sum, t.mul(x[i], u[i]));
                }
                assert!(
                    parties.reveal(3, &answers, &shares, columns) == want,
                    "{rows} rows by {per}"
                );
            }
        }
    }

    #[test]
    fn scaled_rows() {
        let (mut parties, t) = (Parties::new(params(), 2), *params().plain());
        for (rows, first, count, columns) in [(1, 0, 1, 1), (5, 2, 3, 300), (3, 0, 3, 8192)] {
            for fill in FILLS {
                let [x, u] = [(); 2].map(|_| vector(&mut parties, rows * columns, fill));
                let [s, v] = [(); 2].map(|_| vector(&mut parties, columns, fill));
                let (x_matrix, s_matrix) =
                    (parties.upload_factors(&x, columns), parties.upload_factors(&s, columns));
                let plain = &u[first * columns..(first + count) * columns];
                let mut shares = vec![0; count * columns];
                let by = Scale { cipher: &s_matrix, plain: &v };
                let answers = scale(
                    &parties.pool,
                    &parties.server,
                    by,
                    &x_matrix,
                    first,
                    plain,
                    columns,
                    &mut shares,
                )
                .unwrap();
                let got = parties.reveal(3, &answers, &shares, columns);
                for (i, &got) in got.iter().enumerate() {
                    let (x, u) = (x[first * columns + i], plain[i]);
                    assert_eq!(got, t.add(t.mul(x, v[i % columns]), t.mul(s[i % columns], u)));
                }
            }
        }
    }

    #[test]
    fn shapes_are_checked() {
        let parties = Parties::new(params(), 1);
        let (pool, keys) = (&parties.pool, &parties.server);
        let (x, row) = (
            parties.upload_shares(3, &[1, 2, 3, 4], None, 2),
            parties.upload_shares(3, &[5, 6], None, 2),
        );
        let low = parties.upload_shares(2, &[5, 6], None, 2);
        let sums = |x: &Matrix, plain: &[u64], per, shares: usize| {
            row_sums(pool, keys, x, plain, per, 2, &mut vec![0; shares]).err().map(|e| e.code)
        };
        assert_eq!(sums(&x, &[1; 4], 1, 4), None);
        assert_eq!(sums(&x, &[1; 4], 0, 4), Some(Code::BadArgument));
        assert_eq!(sums(&x, &[1; 3], 1, 4), Some(Code::BadArgument));
        assert_eq!(sums(&x, &[1; 4], 2, 4), Some(Code::BadArgument));
        assert_eq!(sums(&x, &[1, 2, 3, T], 1, 4), Some(Code::BadArgument));
        // The lower level leaves no room for flooding.
        assert_eq!(sums(&low, &[1; 2], 1, 2), Some(Code::BadParameters));
        let scaled = |cipher: &Matrix, s: &[u64], first, plain: &[u64]| {
            let by = Scale { cipher, plain: s };
            scale(pool, keys, by, &x, first, plain, 2, &mut vec![0; plain.len()])
                .err()
                .map(|e| e.code)
        };
        assert_eq!(scaled(&row, &[1, 2], 1, &[3, 4]), None);
        assert_eq!(scaled(&row, &[1, 2], 1, &[3; 4]), Some(Code::BadArgument));
        assert_eq!(scaled(&row, &[1, 2], usize::MAX, &[3, 4]), Some(Code::BadArgument));
        assert_eq!(scaled(&row, &[1], 0, &[3, 4]), Some(Code::BadArgument));
        assert_eq!(scaled(&x, &[1, 2], 0, &[3, 4]), Some(Code::BadArgument));
        assert_eq!(scaled(&low, &[1, 2], 0, &[3, 4]), Some(Code::BadArgument));
        assert_eq!(scaled(&row, &[1, T], 0, &[3, 4]), Some(Code::BadArgument));
    }
}
