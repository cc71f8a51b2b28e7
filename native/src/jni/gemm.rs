//! JNI entry points of the section `benchmark`.

use jni::objects::JClass;
use jni::sys::{jint, jlong};
use jni::JNIEnv;

use super::buffer::{count, slice_f64, slice_f64_mut, slice_i16, slice_u64, slice_u64_mut};
use super::{guard, handles};
use crate::error::{Error, Result};
use crate::gemm::{self, Weights};
use crate::pool::Pool;

/// The sizes of the factors and of the product of an m × k × n product.
fn sizes(m: usize, k: usize, n: usize) -> Result<[usize; 3]> {
    let times = |a: usize, b: usize| a.checked_mul(b);
    match (times(m, k), times(k, n), times(m, n)) {
        (Some(a), Some(b), Some(c)) => Ok([a, b, c]),
        _ => Err(Error::bad_argument(format!(
            "a product of {m} x {k} x {n} does not fit into memory"
        ))),
    }
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_gemmExact(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    q: jlong,
    m: jint,
    k: jint,
    n: jlong,
    weights_addr: jlong,
    weights_bytes: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let pool = handles::get::<Pool>(pool)?;
        let (m, k, n) = (count("m", m.into())?, count("k", k.into())?, count("n", n)?);
        let [a, b, c] = sizes(m, k, n)?;
        let weights = Weights::new(slice_i16(weights_addr, weights_bytes, a)?, m, k)?;
        let x = slice_u64(x_addr, x_bytes, b)?;
        gemm::exact(
            &pool,
            count("q", q)? as u64,
            &weights,
            n,
            x,
            slice_u64_mut(out_addr, out_bytes, c)?,
        )
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_gemmPlain(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    m: jint,
    k: jint,
    n: jlong,
    a_addr: jlong,
    a_bytes: jlong,
    b_addr: jlong,
    b_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let pool = handles::get::<Pool>(pool)?;
        let (m, k, n) = (count("m", m.into())?, count("k", k.into())?, count("n", n)?);
        let [a, b, c] = sizes(m, k, n)?;
        let (a, b) = (slice_f64(a_addr, a_bytes, a)?, slice_f64(b_addr, b_bytes, b)?);
        gemm::plain(&pool, (m, k, n), a, b, slice_f64_mut(out_addr, out_bytes, c)?)
    })
}
