//! One party's own terms of batched matrix products: AᵀB modulo q for every pair (a sequence and a
//! head).

use std::ops::Range;

use crate::dot::dots;
use crate::error::{Error, Result};
use crate::modulus::Modulus;

/// Matrices A and B of all pairs, with `inner` rows of pairs × `rows` and of pairs × `columns`
/// elements.
#[derive(Clone, Copy)]
pub struct Products<'a> {
    pub a: &'a [u64],
    pub b: &'a [u64],
    pub pairs: usize,
    pub inner: usize,
    pub rows: usize,
    pub columns: usize,
}

impl Products<'_> {
    /// Returns the elements of the result, rows × (pairs × columns); `BAD_ARGUMENT` if the factors
    /// do not have this shape.
    pub fn elements(&self) -> Result<usize> {
        let times = |n: &[usize]| n.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
        let (a, b) = (
            times(&[self.inner, self.pairs, self.rows]),
            times(&[self.inner, self.pairs, self.columns]),
        );
        match times(&[self.rows, self.pairs, self.columns]) {
            Some(n) if n > 0 && a == Some(self.a.len()) && b == Some(self.b.len()) => Ok(n),
            _ => Err(Error::bad_argument(format!(
                "{} and {} values are not {} x {} by {} and by {}",
                self.a.len(),
                self.b.len(),
                self.inner,
                self.pairs,
                self.rows,
                self.columns
            ))),
        }
    }

    /// The result of one pair modulo q < 2^60; `put` gets each row and its part [pair·columns,
    /// (pair + 1)·columns).
    pub fn pair(&self, q: &Modulus, pair: usize, mut put: impl FnMut(usize, Range<usize>, &[u64])) {
        let (a, b) =
            (self.transposed(self.a, self.rows, pair), self.transposed(self.b, self.columns, pair));
        let part = pair * self.columns..(pair + 1) * self.columns;
        let mut out = vec![0; self.columns];
        for (row, a) in a.chunks_exact(self.inner).enumerate() {
            for (b, out) in b.chunks(2 * self.inner).zip(out.chunks_mut(2)) {
                match b.len() / self.inner {
                    2 => {
                        out.copy_from_slice(&dots(q, [a], [&b[..self.inner], &b[self.inner..]])[0])
                    }
                    _ => out.copy_from_slice(&dots(q, [a], [b])[0]),
                }
            }
            put(row, part.clone(), &out);
        }
    }

    /// Returns one pair's matrix with the inner index last.
    fn transposed(&self, of: &[u64], width: usize, pair: usize) -> Vec<u64> {
        let mut out = vec![0; width * self.inner];
        for (k, row) in of.chunks_exact(self.pairs * width).enumerate() {
            let row = &row[pair * width..(pair + 1) * width];
            out.iter_mut().skip(k).step_by(self.inner).zip(row).for_each(|(o, &x)| *o = x);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn agree_with_sums_of_products() {
        for q in [2198738042881, (1 << 60) - 93].map(Modulus::new) {
            for [pairs, inner, rows, columns] in
                [[1, 1, 1, 1], [3, 5, 7, 2], [2, 300, 4, 3], [4, 2, 9, 16]]
            {
                let values = |n: usize, step: u64| {
                    (0..n as u64).map(|i| q.neg(q.reduce_word(i * step))).collect::<Vec<_>>()
                };
                let (a, b) =
                    (values(inner * pairs * rows, 7), values(inner * pairs * columns, 1 << 40));
                let products = Products { a: &a, b: &b, pairs, inner, rows, columns };
                let mut out = vec![0; products.elements().unwrap()];
                for pair in 0..pairs {
                    products.pair(&q, pair, |row, part, values| {
                        out[row * pairs * columns..][part].copy_from_slice(values)
                    });
                }
                for (i, &got) in out.iter().enumerate() {
                    let (m, p, w) = (i / columns / pairs, i / columns % pairs, i % columns);
                    let term =
                        |k| q.mul(a[(k * pairs + p) * rows + m], b[(k * pairs + p) * columns + w]);
                    assert_eq!(got, (0..inner).fold(0, |sum, k| q.add(sum, term(k))), "at {i}");
                }
            }
        }
    }

    #[test]
    fn shapes_are_checked() {
        let code = |a: usize, b: usize, [pairs, inner, rows, columns]: [usize; 4]| {
            Products { a: &vec![0; a], b: &vec![0; b], pairs, inner, rows, columns }
                .elements()
                .err()
                .map(|e| e.code)
        };
        assert_eq!(code(6, 12, [1, 3, 2, 4]), None);
        for (a, b, shape) in [
            (5, 12, [1, 3, 2, 4]),
            (6, 11, [1, 3, 2, 4]),
            (0, 0, [1, 0, 2, 4]),
            (0, 4, [1, 1, 0, 4]),
            (0, 0, [0, 3, 2, 4]),
        ] {
            let refused = if shape[1] == 0 { None } else { Some(Code::BadArgument) };
            assert_eq!(code(a, b, shape), refused);
        }
        assert_eq!(code(6, 12, [usize::MAX, 3, 2, 4]), Some(Code::BadArgument));
    }
}
