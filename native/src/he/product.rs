//! Cross terms of products of shares: ciphertexts times full-range plaintexts, slot-wise.

use zeroize::Zeroizing;

use super::linear::{answer, check_shares, same_params};
use super::noise::Depth;
use super::rerandomize::{Answer, Exit, Outcome};
use super::{Matrix, Params, ServerKeys, N};
use crate::error::{Error, Result};
use crate::pool::Pool;

/// A ciphertext vector and the server's plaintexts (rows × columns, modulo t) that multiply it slot
/// by slot.
pub type Term<'a> = (&'a Matrix, &'a [u64]);

/// Returns the product: row r is the sum of `cipher[r]·plain[r]` over the one or two terms, all of
/// the same rows and level. Writes the server's shares (rows × `columns`, minus the masks)
/// and returns the answers.
pub fn product(
    pool: &Pool,
    keys: &ServerKeys,
    terms: &[Term],
    columns: usize,
    shares: &mut [u64],
) -> Result<Vec<Answer>> {
    let params = &**keys.params();
    let (first, _) = terms.first().ok_or_else(|| Error::bad_argument("a product of no terms"))?;
    let (rows, level) = (first.rows(), first.level());
    check_shares(shares, rows, columns)?;
    for (matrix, plain) in terms {
        same_params(keys, matrix)?;
        if matrix.rows() != rows || matrix.level() != level || plain.len() != rows * columns {
            return Err(Error::bad_argument(format!(
                "a term of {} rows where {rows} are expected",
                matrix.rows()
            )));
        }
        params.check_plain(plain)?;
    }
    let exit = Exit::new(keys, level, Depth::Product, terms.len())?;
    let ciphers = terms.iter().map(|(matrix, _)| matrix.loaded()).collect::<Result<Vec<_>>>()?;
    answer(pool, &exit, columns, shares, |r| {
        let mut residues = vec![0; 2 * level * N];
        for (cipher, (_, plain)) in ciphers.iter().zip(terms) {
            add_product(
                params,
                level,
                cipher[r],
                &plain[r * columns..(r + 1) * columns],
                &mut residues,
            );
        }
        Ok(Outcome { level, residues })
    })
}

/// Adds cipher·plain, `slots` being the plaintext's, to two components in NTT form.
pub(super) fn add_product(
    params: &Params,
    level: usize,
    cipher: &[u64],
    slots: &[u64],
    sum: &mut [u64],
) {
    add_lifted(params, level, cipher, &lifted(params, level, slots), sum);
}

/// Returns the centred lift of the plaintext with these slots modulo every prime of the level, in
/// NTT form.
pub(super) fn lifted(params: &Params, level: usize, slots: &[u64]) -> Zeroizing<Vec<u64>> {
    let mut plain = Zeroizing::new(vec![0; N]);
    params.encode(slots, &mut plain);
    let mut lifted = Zeroizing::new(vec![0; level * N]);
    for (l, poly) in lifted.chunks_exact_mut(N).enumerate() {
        params.lift(l, &plain, poly);
    }
    lifted
}

/// Adds cipher·plain to two components in NTT form.
pub(super) fn add_lifted(
    params: &Params,
    level: usize,
    cipher: &[u64],
    plain: &[u64],
    sum: &mut [u64],
) {
    for component in 0..2 {
        for (l, q) in params.data[..level].iter().enumerate() {
            let from = (component * level + l) * N;
            let range = from..from + N;
            for ((s, &c), &p) in
                sum[range.clone()].iter_mut().zip(&cipher[range]).zip(&plain[l * N..(l + 1) * N])
            {
                *s = q.add(*s, q.mul(c, p));
            }
        }
    }
}
