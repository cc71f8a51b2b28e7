//! The FP64 product of the `gemm` crate behind checked slices.

use gemm::Parallelism;

/// Sizes of an m × k × n product.
pub struct Shape {
    pub m: usize,
    pub k: usize,
    pub n: usize,
}

/// c = a·b, or c += a·b if `accumulate`; all row-major, on the calling thread.
pub fn multiply(&Shape { m, k, n }: &Shape, a: &[f64], b: &[f64], c: &mut [f64], accumulate: bool) {
    assert!(a.len() == m * k && b.len() == k * n && c.len() == m * n && k > 0);
    let row_major = |columns: usize| (1isize, columns as isize);
    let ((c_cs, c_rs), (a_cs, a_rs), (b_cs, b_rs)) = (row_major(n), row_major(k), row_major(n));
    let (dst, lhs, rhs) = (c.as_mut_ptr(), a.as_ptr(), b.as_ptr());
    // SAFETY: the slices have exactly the matrices' sizes, and `c` is exclusive.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            dst,
            c_cs,
            c_rs,
            accumulate,
            lhs,
            a_cs,
            a_rs,
            rhs,
            b_cs,
            b_rs,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
