//! Multiplies whole matrices on a pool, for benchmarks: the exact modular product, and the
//! library's own FP64 product of the same shape.

use rayon::prelude::*;

use super::blas::{multiply, Shape};
use super::{tile, Slices, Weights};
use crate::error::{Error, Result};
use crate::modulus::Modulus;
use crate::pool::Pool;

/// Columns per tile: wide enough to amortise the packing of W, narrow enough for the sums of a tile
/// to stay in the cache.
const WIDTH: usize = 512;

/// C = W·X mod q: X row-major, weights.inner() × n residues; `out` rows × n.
pub fn exact(
    pool: &Pool,
    q: u64,
    weights: &Weights,
    n: usize,
    x: &[u64],
    out: &mut [u64],
) -> Result<()> {
    if !(2..1 << 60).contains(&q) {
        return Err(Error::bad_argument(format!("modulus {q} is not in 2..2^60")));
    }
    if n == 0 || x.len() != weights.inner() * n || out.len() != weights.rows() * n {
        return Err(Error::bad_argument(format!(
            "{} and {} residues for {n} columns",
            x.len(),
            out.len()
        )));
    }
    if x.iter().any(|&r| r >= q) {
        return Err(Error::bad_argument("a residue is not below the modulus"));
    }
    let modulus = Modulus::new(q);
    let starts: Vec<usize> = (0..n).step_by(WIDTH).collect();
    let tiles = pool.run(|| {
        let product = |&start: &usize| {
            let columns = start..n.min(start + WIDTH);
            let fill = |terms: std::ops::Range<usize>, slices: &mut Slices| {
                for (i, k) in terms.enumerate() {
                    slices.put(i, &x[k * n + columns.start..k * n + columns.end], &modulus);
                }
            };
            tile(weights, columns.len(), &modulus, fill, || pool.check())
        };
        starts.par_iter().map(product).collect::<Result<Vec<_>>>()
    })?;
    pool.run(|| {
        out.par_chunks_exact_mut(n).enumerate().for_each(|(m, row)| {
            for (columns, tile) in row.chunks_mut(WIDTH).zip(&tiles) {
                columns.copy_from_slice(&tile[m * columns.len()..(m + 1) * columns.len()]);
            }
        });
        Ok(())
    })
}

/// C = A·B in FP64, row-major, one band of rows per thread.
pub fn plain(
    pool: &Pool,
    (m, k, n): (usize, usize, usize),
    a: &[f64],
    b: &[f64],
    out: &mut [f64],
) -> Result<()> {
    if m == 0 || k == 0 || n == 0 || a.len() != m * k || b.len() != k * n || out.len() != m * n {
        return Err(Error::bad_argument(format!(
            "{} and {} doubles for a {m} x {k} x {n} product",
            a.len(),
            b.len()
        )));
    }
    let bands = pool.threads().min(m);
    let rows = m.div_ceil(bands);
    pool.run(|| {
        out.par_chunks_mut(rows * n).zip(a.par_chunks(rows * k)).for_each(|(c, a)| {
            multiply(&Shape { m: a.len() / k, k, n }, a, b, c, false);
        });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::error::Code;

    #[test]
    fn both_products_agree_on_small_integers() {
        let (m, k, n) = (5, 37, 1100);
        let w: Vec<i16> = (0..m * k).map(|i| (i * 7919 % 4095) as i16 - 2047).collect();
        let x: Vec<u64> = (0..k * n).map(|i| (i * 104729 % 1000) as u64).collect();
        for threads in [1, 2] {
            let pool = Pool::new(threads).unwrap();
            let mut c = vec![0; m * n];
            let q = (1 << 59) - 55;
            exact(&pool, q, &Weights::new(&w, m, k).unwrap(), n, &x, &mut c).unwrap();
            let (a, b): (Vec<f64>, Vec<f64>) =
                (w.iter().map(|&w| w as f64).collect(), x.iter().map(|&x| x as f64).collect());
            let mut p = vec![0.0; m * n];
            plain(&pool, (m, k, n), &a, &b, &mut p).unwrap();
            assert!(c.iter().zip(&p).all(|(&c, &p)| c == Modulus::new(q).from_signed(p as i64)));
        }
    }

    #[test]
    fn arguments_are_checked() {
        let pool = Pool::new(1).unwrap();
        let weights = Weights::new(&[1, 1], 1, 2).unwrap();
        let code = |q, n, x: &[u64], out: usize| {
            exact(&pool, q, &weights, n, x, &mut vec![0; out]).err().map(|e| e.code)
        };
        assert_eq!(code(7, 1, &[6, 6], 1), None);
        assert_eq!(code(7, 1, &[6, 7], 1), Some(Code::BadArgument));
        assert_eq!(code(1 << 60, 1, &[6, 6], 1), Some(Code::BadArgument));
        assert_eq!(code(7, 2, &[6, 6], 1), Some(Code::BadArgument));
        pool.cancel();
        assert_eq!(code(7, 1, &[6, 6], 1), Some(Code::Cancelled));
    }

    #[test]
    #[ignore = "a measurement"]
    fn ratio_to_the_plain_product() {
        let (m, k, n) = (768, 3072, 8192);
        let pool = Pool::new(1).unwrap();
        let w: Vec<i16> = (0..m * k).map(|i| (i * 7919 % 4095) as i16 - 2047).collect();
        let q = (1 << 60) - 93;
        let x: Vec<u64> =
            (0..k * n).map(|i| (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) % q).collect();
        let (a, b): (Vec<f64>, Vec<f64>) =
            (w.iter().map(|&w| w as f64).collect(), x.iter().map(|&x| x as f64).collect());
        let weights = Weights::new(&w, m, k).unwrap();
        let (mut c, mut p) = (vec![0; m * n], vec![0.0; m * n]);
        for _ in 0..3 {
            let start = Instant::now();
            plain(&pool, (m, k, n), &a, &b, &mut p).unwrap();
            let plain_s = start.elapsed().as_secs_f64();
            let start = Instant::now();
            exact(&pool, q, &weights, n, &x, &mut c).unwrap();
            let exact_s = start.elapsed().as_secs_f64();
            let gflop = 2.0 * (m * k * n) as f64 / 1e9;
            println!(
                "plain {:.1}, exact {:.1} GFLOP/s, ratio {:.3}",
                gflop / plain_s,
                2.0 * gflop / exact_s,
                2.0 * plain_s / exact_s
            );
        }
    }
}
