//! The client's encryption and decryption.

use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::{answer, codec, rounded, ClientKeys, Form, Params, N};
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::random::{fresh_seed, Random, Seed, SEED_BYTES};

impl ClientKeys {
    /// Encrypts rows of `columns` values modulo t at `level`, one ciphertext each: c₁ uniform from
    /// a seed, c₀ = m + t·e − c₁·s, both in NTT form, of which seed and bit-packed c₀ are written.
    /// `out` has [`Form::bytes`] bytes per row.
    pub fn encrypt(
        &self,
        pool: &Pool,
        level: usize,
        form: Form,
        values: &[u64],
        columns: usize,
        out: &mut [u8],
    ) -> Result<()> {
        let bytes = form.bytes(&self.params, level)?;
        self.params.check_columns(columns)?;
        self.params.check_plain(values)?;
        check_rows(values.len(), columns, out.len(), bytes)?;
        pool.run(|| {
            values.par_chunks_exact(columns).zip(out.par_chunks_exact_mut(bytes)).try_for_each(
                |(slots, fresh)| {
                    pool.check()?;
                    self.encrypt_row(
                        level,
                        form,
                        slots,
                        &fresh_seed()?,
                        &mut Random::from_os()?,
                        fresh,
                    )
                },
            )
        })
    }

    /// One ciphertext with the given randomness: the (public) seed of c₁, and the source of the
    /// (secret) error.
    pub(super) fn encrypt_row(
        &self,
        level: usize,
        form: Form,
        slots: &[u64],
        seed: &Seed,
        secret: &mut Random,
        fresh: &mut [u8],
    ) -> Result<()> {
        let moduli = self.params.level(level)?;
        let mut plain = Zeroizing::new(vec![0; N]);
        self.params.encode(slots, &mut plain);
        let mut message = Zeroizing::new(vec![0i64; N]);
        secret.error(&mut message);
        let t = &self.params.t;
        for (m, &p) in message.iter_mut().zip(plain.iter()) {
            *m = *m * t.value() as i64 + t.centre(p);
        }

        let uniform = expand(&self.params, level, seed)?;
        let mut c0 = Zeroizing::new(vec![0; level * N]);
        for (l, q) in moduli.iter().enumerate() {
            let range = l * N..(l + 1) * N;
            let poly = &mut c0[range.clone()];
            for (c, &m) in poly.iter_mut().zip(message.iter()) {
                *c = q.from_signed(m);
            }
            self.params.forward(l, poly);
            for ((c, &a), &s) in
                poly.iter_mut().zip(&uniform[range.clone()]).zip(&self.secret[range])
            {
                *c = q.sub(*c, q.mul(a, s));
            }
        }
        fresh[..SEED_BYTES].copy_from_slice(seed);
        match form {
            Form::Exact => codec::write(&c0, moduli, &mut fresh[SEED_BYTES..]),
            Form::Rounded => {
                return rounded::write(&self.params, level, &mut c0, &mut fresh[SEED_BYTES..])
            }
        };
        Ok(())
    }

    /// Decrypts compressed answers whose computation started at `level` into rows of `columns`
    /// values modulo t.
    pub fn decrypt(
        &self,
        pool: &Pool,
        level: usize,
        answers: &[u8],
        columns: usize,
        values: &mut [u64],
    ) -> Result<()> {
        self.params.level(level)?;
        self.params.check_columns(columns)?;
        let bytes = self.params.answer_bytes();
        check_rows(values.len(), columns, answers.len(), bytes)?;
        pool.run(|| {
            answers.par_chunks_exact(bytes).zip(values.par_chunks_exact_mut(columns)).try_for_each(
                |(answer, row)| {
                    pool.check()?;
                    let mut slots = answer::decrypt(self, level, answer);
                    row.copy_from_slice(&slots[..columns]);
                    slots.zeroize();
                    Ok(())
                },
            )
        })
    }
}

/// Returns the second component that belongs to a seed: uniform residues in NTT form, prime by
/// prime.
pub(super) fn expand(params: &Params, level: usize, seed: &Seed) -> Result<Vec<u64>> {
    let mut random = Random::from_seed(seed);
    let mut residues = vec![0; level * N];
    for (poly, q) in residues.chunks_exact_mut(N).zip(params.level(level)?) {
        random.uniform(q, poly);
    }
    Ok(residues)
}

/// Checks that both buffers hold the same whole number of rows.
pub(super) fn check_rows(
    values: usize,
    columns: usize,
    bytes: usize,
    row_bytes: usize,
) -> Result<()> {
    if values.is_multiple_of(columns)
        && bytes.is_multiple_of(row_bytes)
        && values / columns == bytes / row_bytes
    {
        return Ok(());
    }
    Err(Error::bad_argument(format!(
        "{values} values in rows of {columns}, {bytes} bytes in rows of {row_bytes}"
    )))
}
