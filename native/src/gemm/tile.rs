//! One column tile of an exact product.

use std::ops::Range;

use super::blas::{multiply, Shape};
use super::slices::{split, Recombine};
use super::Weights;
use crate::error::Result;
use crate::modulus::Modulus;

/// Terms after which the FP64 sums are folded into integers: 2^11·2^29·2^12 = 2^52.
const FOLD: usize = 4096;

/// Terms whose slices are formed at a time; divides [`FOLD`].
const CHUNK: usize = 256;

/// The slices of some rows of the right-hand side: for every row `width` low slices, then `width`
/// high ones.
pub struct Slices<'a> {
    width: usize,
    values: &'a mut [f64],
}

impl Slices<'_> {
    /// Returns the low and the high slices of a row, to be written from column `from` on.
    #[inline(always)]
    pub fn row(&mut self, row: usize) -> (&mut [f64], &mut [f64]) {
        self.values[2 * row * self.width..2 * (row + 1) * self.width].split_at_mut(self.width)
    }

    /// Writes a row of residues modulo `q`.
    #[inline(always)]
    pub fn put(&mut self, row: usize, residues: &[u64], q: &Modulus) {
        let (low, high) = self.row(row);
        for ((low, high), &r) in low.iter_mut().zip(high).zip(residues) {
            (*low, *high) = split(q.centre(r));
        }
    }
}

/// Returns W·X mod q for `width` columns of X. `fill(terms, slices)` writes the slices of the rows
/// `terms` of X, every element of them; `check` is called between chunks and may end the product.
/// Returns W's rows × width residues.
pub fn tile(
    weights: &Weights,
    width: usize,
    q: &Modulus,
    mut fill: impl FnMut(Range<usize>, &mut Slices),
    check: impl Fn() -> Result<()>,
) -> Result<Vec<u64>> {
    let (rows, inner) = (weights.rows(), weights.inner());
    let mut buffer = vec![0.0; 2 * width * CHUNK.min(inner)];
    let mut columns = vec![0.0; rows * CHUNK.min(inner)];
    let mut sums = vec![0.0; rows * 2 * width];
    let mut folded = if inner > FOLD { vec![0i64; sums.len()] } else { Vec::new() };
    for from in (0..inner).step_by(CHUNK) {
        check()?;
        let terms = from..inner.min(from + CHUNK);
        let k = terms.len();
        weights.columns(terms.clone(), &mut columns[..rows * k]);
        let mut slices = Slices { width, values: &mut buffer[..2 * width * k] };
        fill(terms, &mut slices);
        let shape = Shape { m: rows, k, n: 2 * width };
        multiply(&shape, &columns[..rows * k], slices.values, &mut sums, from % FOLD != 0);
        if inner > FOLD && ((from + k) % FOLD == 0 || from + k == inner) {
            folded.iter_mut().zip(&sums).for_each(|(f, &s)| *f += s as i64);
        }
    }
    Ok(recombine(width, q, &sums, &folded))
}

fn recombine(width: usize, q: &Modulus, sums: &[f64], folded: &[i64]) -> Vec<u64> {
    let recombine = Recombine::new(q);
    let mut out = Vec::with_capacity(sums.len() / 2);
    if folded.is_empty() {
        for row in sums.chunks_exact(2 * width) {
            let (low, high) = row.split_at(width);
            out.extend(low.iter().zip(high).map(|(&l, &h)| recombine.residue(l as i64, h as i64)));
        }
    } else {
        for row in folded.chunks_exact(2 * width) {
            let (low, high) = row.split_at(width);
            out.extend(low.iter().zip(high).map(|(&l, &h)| recombine.residue(l, h)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks against i128, for all-extreme weights and residues that the caller chooses.
    fn check(
        rows: usize,
        inner: usize,
        width: usize,
        q: u64,
        weight: impl Fn(usize) -> i16,
        residue: impl Fn(usize) -> u64,
    ) {
        let modulus = Modulus::new(q);
        let w: Vec<i16> = (0..rows * inner).map(weight).collect();
        let x: Vec<u64> = (0..inner * width).map(residue).collect();
        let weights = Weights::new(&w, rows, inner).unwrap();
        let fill = |terms: Range<usize>, slices: &mut Slices| {
            for (i, k) in terms.enumerate() {
                slices.put(i, &x[k * width..(k + 1) * width], &modulus);
            }
        };
        let got = tile(&weights, width, &modulus, fill, || Ok(())).unwrap();
        for m in 0..rows {
            for n in 0..width {
                let sum: i128 =
                    (0..inner).map(|k| w[m * inner + k] as i128 * x[k * width + n] as i128).sum();
                assert_eq!(
                    got[m * width + n],
                    sum.rem_euclid(q as i128) as u64,
                    "{rows}x{inner}x{width} mod {q} at {m},{n}"
                );
            }
        }
    }

    #[test]
    fn exact_at_the_extremes() {
        let q = (1 << 60) - 93;
        // Low and high slices both at ±2^29 (the low one only at the negative end), centred
        // residues at ±q/2.
        let slices = |low: i64, high: i64| (low + (high << 30)).rem_euclid(q as i64) as u64;
        let top = slices((1 << 29) - 1, (1 << 29) - 1);
        let bottom = slices(-(1 << 29), -(1 << 29) + 1);
        for inner in [1, 255, 4096, 4097, 8193] {
            for residue in [top, bottom, q / 2, q / 2 + 1, 0, q - 1] {
                check(2, inner, 3, q, |_| 2047, |_| residue);
                check(
                    2,
                    inner,
                    3,
                    q,
                    |i| if i % 3 == 0 { -2047 } else { 2047 },
                    |i| if i % 2 == 0 { residue } else { q - 1 - residue },
                );
                check(1, inner, 1, q, |_| -2047, |_| residue);
            }
        }
    }

    #[test]
    fn exact_for_odd_shapes_and_moduli() {
        let mix = |i: usize| (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for q in [2, 3, 65537, 2198738042881, (1 << 50) - 27, (1 << 59) - 55, (1 << 60) - 93] {
            for (rows, inner, width) in [(1, 1, 1), (1, 300, 7), (5, 1, 9), (17, 33, 65)] {
                check(rows, inner, width, q, |i| (mix(i) % 4095) as i16 - 2047, |i| mix(i) % q);
            }
        }
    }

    #[test]
    fn a_check_that_fails_ends_the_product() {
        let weights = Weights::new(&[1], 1, 1).unwrap();
        let result = tile(
            &weights,
            1,
            &Modulus::new(7),
            |_, _| (),
            || Err(crate::error::Error::cancelled()),
        );
        assert!(result.is_err());
    }
}
