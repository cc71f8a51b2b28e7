//! JNI entry points of the section `benchmark`.

use super::argument::{times, Id, Int, Long, NativeBuffer};
use crate::error::Result;
use crate::gemm::{self, Weights};
use crate::native;
use crate::pool::Pool;

/// Returns the sizes of both factors and of the product of an m × k × n product.
fn sizes(m: usize, k: usize, n: usize) -> Result<[usize; 3]> {
    Ok([times(m, k)?, times(k, n)?, times(m, n)?])
}

native! {
    fn gemmExact(
        pool: Id<Pool>, q: Long, m: Int, k: Int, n: Long,
        weights: NativeBuffer, x: NativeBuffer, out: NativeBuffer,
    ) {
        let [a, b, c] = sizes(m, k, n)?;
        let weights = Weights::new(weights.slice(a)?, m, k)?;
        gemm::exact(&pool, q as u64, &weights, n, x.slice(b)?, out.slice_mut(c)?)
    }

    fn gemmPlain(
        pool: Id<Pool>, m: Int, k: Int, n: Long,
        a: NativeBuffer, b: NativeBuffer, out: NativeBuffer,
    ) {
        let sizes = sizes(m, k, n)?;
        let (a, b) = (a.slice(sizes[0])?, b.slice(sizes[1])?);
        gemm::plain(&pool, (m, k, n), a, b, out.slice_mut(sizes[2])?)
    }
}
