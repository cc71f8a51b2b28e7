//! The server's side of an upload: a matrix whose rows are ciphertexts.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::client::{check_rows, expand};
use super::{codec, rounded, Params, N};
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::random::SEED_BYTES;

/// The form of fresh ciphertexts on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Complete: for products with weights.
    Exact,
    /// Rounded, without low bits and with more error: for products with full-range plaintexts only.
    Rounded,
}

impl Form {
    /// Returns the bytes of one ciphertext.
    pub fn bytes(self, params: &Params, level: usize) -> Result<usize> {
        match self {
            Form::Exact => params.fresh_bytes(level),
            Form::Rounded => rounded::bytes(params, level),
        }
    }
}

/// Rows of 2·level polynomials in NTT form (c₀ modulo every prime, then c₁): one ciphertext each,
/// loaded exactly once.
pub struct Matrix {
    params: Arc<Params>,
    level: usize,
    form: Form,
    rows: Vec<OnceLock<Box<[u64]>>>,
}

impl Matrix {
    /// Makes room for `rows` ciphertexts at `level`.
    pub fn new(params: Arc<Params>, level: usize, form: Form, rows: usize) -> Result<Self> {
        form.bytes(&params, level)?;
        if rows == 0 || rows > 1 << 20 {
            return Err(Error::bad_argument(format!("a matrix has 1 to 2^20 rows, not {rows}")));
        }
        Ok(Matrix { params, level, form, rows: (0..rows).map(|_| OnceLock::new()).collect() })
    }

    pub fn params(&self) -> &Arc<Params> {
        &self.params
    }

    pub fn level(&self) -> usize {
        self.level
    }

    pub fn form(&self) -> Form {
        self.form
    }

    /// Returns the bytes of each row's ciphertext.
    pub fn row_bytes(&self) -> Result<usize> {
        self.form.bytes(&self.params, self.level)
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Parses fresh ciphertexts into the rows from `first` on and adds the server's shares: rows of
    /// `columns` values modulo t, or none.
    pub fn load(
        &self,
        pool: &Pool,
        first: usize,
        fresh: &[u8],
        shares: Option<&[u64]>,
        columns: usize,
    ) -> Result<()> {
        let bytes = self.row_bytes()?;
        self.params.check_columns(columns)?;
        let count = fresh.len() / bytes;
        check_rows(shares.map_or(count * columns, |s| s.len()), columns, fresh.len(), bytes)?;
        let rows = first.checked_add(count).and_then(|end| self.rows.get(first..end));
        let rows = rows.ok_or_else(|| {
            Error::bad_argument(format!("rows {first} + {count} of {}", self.rows.len()))
        })?;
        if let Some(shares) = shares {
            self.params.check_plain(shares)?;
        }
        pool.run(|| {
            rows.par_iter().zip(fresh.par_chunks_exact(bytes)).enumerate().try_for_each(
                |(i, (row, fresh))| {
                    pool.check()?;
                    let share = shares.map(|s| &s[i * columns..(i + 1) * columns]);
                    row.set(self.parse(fresh, share)?.into_boxed_slice()).map_err(|_| {
                        Error::bad_argument(format!("row {} was loaded before", first + i))
                    })
                },
            )
        })
    }

    fn parse(&self, fresh: &[u8], share: Option<&[u64]>) -> Result<Vec<u64>> {
        let moduli = self.params.level(self.level)?;
        let (seed, packed) = fresh.split_at(SEED_BYTES);
        let mut residues = vec![0; self.level * N];
        match self.form {
            Form::Exact => codec::read(packed, moduli, &mut residues).map(|_| ())?,
            Form::Rounded => rounded::read(&self.params, self.level, packed, &mut residues)?,
        }
        if let Some(share) = share {
            let mut plain = Zeroizing::new(vec![0; N]);
            self.params.encode(share, &mut plain);
            let mut lifted = Zeroizing::new(vec![0; N]);
            for (l, (poly, q)) in residues.chunks_exact_mut(N).zip(moduli).enumerate() {
                self.params.lift(l, &plain, &mut lifted);
                for (r, &p) in poly.iter_mut().zip(lifted.iter()) {
                    *r = q.add(*r, p);
                }
            }
        }
        residues.extend(expand(
            &self.params,
            self.level,
            seed.try_into().expect("a seed's length"),
        )?);
        Ok(residues)
    }

    /// Weights leave no room for the error of rounded ciphertexts.
    pub(super) fn require_exact(&self) -> Result<()> {
        match self.form {
            Form::Exact => Ok(()),
            Form::Rounded => Err(Error::bad_argument(
                "rounded ciphertexts are for products with plaintext shares, not with weights",
            )),
        }
    }

    /// Returns all rows, or `BAD_ARGUMENT` if one is missing.
    pub(super) fn loaded(&self) -> Result<Vec<&[u64]>> {
        self.rows
            .iter()
            .enumerate()
            .map(|(i, row)| {
                row.get()
                    .map(|r| &r[..])
                    .ok_or_else(|| Error::bad_argument(format!("row {i} is not loaded")))
            })
            .collect()
    }
}
