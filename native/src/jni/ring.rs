//! JNI entry points of the section `ring`. What is not random runs on the workers of the attempt;
//! see [`super::tiles`].

use std::sync::{Mutex, MutexGuard};

use jni::objects::JClass;
use jni::sys::{jboolean, jint, jlong};
use jni::JNIEnv;
use rayon::prelude::*;

use super::buffer::{absent, checked, count, slice_u64, slice_u64_mut, slice_u8, slice_u8_mut};
use super::tiles::{for_tasks, map, map2, packed, Parts};
use super::{guard, handles, Object};
use crate::error::{Error, Result};
use crate::modulus::Modulus;
use crate::pool::Pool;
use crate::ring::batched::Products;
use crate::ring::power::Powers;
use crate::ring::random::Rng;
use crate::ring::{digit_pack, digits, pack, vectors, Ring};

/// The generator of an attempt's shares.
struct Generator(Mutex<Rng>);

impl Generator {
    fn lock(&self) -> Result<MutexGuard<'_, Rng>> {
        self.0.lock().map_err(|_| Error::internal("a random generator broke"))
    }
}

impl Object for Generator {
    const KIND: &'static str = "generator of random shares";
}

fn width_of(width: jint) -> Result<u32> {
    if (1..=8).contains(&width) {
        Ok(width as u32)
    } else {
        Err(Error::bad_argument(format!("digits have 1 to 8 bits, not {width}")))
    }
}

fn shift_of(shift: jint) -> Result<u32> {
    if (0..64).contains(&shift) {
        Ok(shift as u32)
    } else {
        Err(Error::bad_argument(format!("a shift is between 0 and 63, not {shift}")))
    }
}

/// A whole message of n packed fields from the peer: its length is known before tasks look at their
/// parts.
unsafe fn message<'a>(addr: jlong, bytes: jlong, n: usize, width: u32) -> Result<&'a [u8]> {
    let message = slice_u8(addr, bytes, count("inBytes", bytes)?)?;
    pack::check_message(message, n, width)?;
    Ok(message)
}

/// A constant below the modulus.
fn element(ring: &Ring, name: &str, x: jlong) -> Result<u64> {
    u64::try_from(x)
        .ok()
        .filter(|&x| x <= ring.largest())
        .ok_or_else(|| Error::bad_argument(format!("{name} is not below the modulus")))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_rng(mut env: JNIEnv, _class: JClass) -> jlong {
    guard(&mut env, || Ok(handles::insert(Generator(Mutex::new(Rng::new()?)))))
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringRandom(
    mut env: JNIEnv,
    _class: JClass,
    rng: jlong,
    modulus: jlong,
    n: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let ring = Ring::new(modulus as u64)?;
        let out = slice_u64_mut(out_addr, out_bytes, count("n", n)?)?;
        handles::get::<Generator>(rng)?.lock()?.elements(ring, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitRandom(
    mut env: JNIEnv,
    _class: JClass,
    rng: jlong,
    width: jint,
    n: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let width = width_of(width)?;
        let out = slice_u8_mut(out_addr, out_bytes, count("n", n)?)?;
        handles::get::<Generator>(rng)?.lock()?.digits(width, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringPack(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    modulus: jlong,
    n: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (ring, n) = (Ring::new(modulus as u64)?, count("n", n)?);
        let (input, width) = (slice_u64(in_addr, in_bytes, n)?, ring.bits());
        let out = Parts::new(checked(out_addr, out_bytes, pack::packed_bytes(n, width)?)?);
        for_tasks(pool, n, |task| {
            pack::pack(ring, &input[task.clone()], out.part(&packed(&task, width)))
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringUnpack(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    modulus: jlong,
    n: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (ring, n) = (Ring::new(modulus as u64)?, count("n", n)?);
        let (input, width) = (message(in_addr, in_bytes, n, ring.bits())?, ring.bits());
        let out = Parts::new(checked(out_addr, out_bytes, n)?);
        for_tasks(pool, n, |task| pack::unpack(ring, &input[packed(&task, width)], out.part(&task)))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitPack(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    width: jint,
    n: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (width, n) = (width_of(width)?, count("n", n)?);
        let input = slice_u8(in_addr, in_bytes, n)?;
        let out = Parts::new(checked(out_addr, out_bytes, pack::packed_bytes(n, width)?)?);
        for_tasks(pool, n, |task| {
            digit_pack::pack(width, &input[task.clone()], out.part(&packed(&task, width)))
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitUnpack(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    width: jint,
    n: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (width, n) = (width_of(width)?, count("n", n)?);
        let input = message(in_addr, in_bytes, n, width)?;
        let out = Parts::new(checked(out_addr, out_bytes, n)?);
        for_tasks(pool, n, |task| {
            digit_pack::unpack(width, &input[packed(&task, width)], out.part(&task))
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringCombine(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    modulus: jlong,
    n: jlong,
    a: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    b: jlong,
    y_addr: jlong,
    y_bytes: jlong,
    c: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (ring, n) = (Ring::new(modulus as u64)?, count("n", n)?);
        let (a, b, c) = (element(&ring, "a", a)?, element(&ring, "b", b)?, element(&ring, "c", c)?);
        let (x, out) = (checked(x_addr, x_bytes, n)?, checked(out_addr, out_bytes, n)?);
        if absent(y_addr, y_bytes) {
            map(pool, n, x, out, |_, x, out| vectors::combine(ring, a, x, 0, x, c, out))
        } else {
            map2(pool, n, x, checked(y_addr, y_bytes, n)?, out, |x, y, out| {
                vectors::combine(ring, a, x, b, y, c, out)
            })
        }
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringMultiply(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    modulus: jlong,
    n: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    y_addr: jlong,
    y_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (ring, n) = (Ring::new(modulus as u64)?, count("n", n)?);
        let (x, y) = (checked(x_addr, x_bytes, n)?, checked(y_addr, y_bytes, n)?);
        map2(pool, n, x, y, checked(out_addr, out_bytes, n)?, |x, y, out| {
            vectors::multiply(ring, x, y, out)
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringBatched(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    q: jlong,
    pairs: jint,
    inner: jint,
    rows: jint,
    columns: jint,
    a_addr: jlong,
    a_bytes: jlong,
    b_addr: jlong,
    b_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let pool = handles::get::<Pool>(pool)?;
        let q = u64::try_from(q).ok().filter(|q| (2..1 << 60).contains(q));
        let q =
            Modulus::new(q.ok_or_else(|| Error::bad_argument("the modulus is not in 2..2^60"))?);
        let whole = |name: &str, n: jint| count(name, n.into());
        let (pairs, inner) = (whole("pairs", pairs)?, whole("inner", inner)?);
        let (rows, columns) = (whole("rows", rows)?, whole("columns", columns)?);
        let a = slice_u64(a_addr, a_bytes, count("aBytes", a_bytes)? / 8)?;
        let b = slice_u64(b_addr, b_bytes, count("bBytes", b_bytes)? / 8)?;
        let products = Products { a, b, pairs, inner, rows, columns };
        let out = Parts::new(checked::<u64>(out_addr, out_bytes, products.elements()?)?);
        pool.run(|| {
            (0..pairs).into_par_iter().try_for_each(|pair| {
                pool.check()?;
                products.pair(&q, pair, |row, part, values| {
                    let from = row * pairs * columns + part.start;
                    out.part(&(from..from + part.len())).copy_from_slice(values);
                });
                Ok(())
            })
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringShift(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    shift: jint,
    ceil: jboolean,
    x_addr: jlong,
    x_bytes: jlong,
    modulus2: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (ring, n, shift) = (Ring::new(modulus2 as u64)?, count("n", n)?, shift_of(shift)?);
        let (x, out) = (checked(x_addr, x_bytes, n)?, checked(out_addr, out_bytes, n)?);
        map(pool, n, x, out, |_, x, out| vectors::shift(shift, ceil != 0, x, ring, out))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringPowers(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    t: jlong,
    n: jlong,
    fraction: jint,
    bits: jint,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let n = count("n", n)?;
        let t = u64::try_from(t).map_err(|_| Error::bad_argument("t is negative"))?;
        let powers = Powers::new(
            t,
            count("fraction", fraction.into())? as u32,
            count("bits", bits.into())? as u32,
        )?;
        let (x, out) =
            (checked::<u64>(x_addr, x_bytes, n)?, checked::<u64>(out_addr, out_bytes, n)?);
        map(pool, n, x, out, |_, x, out| powers.of(x, out))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringAtLeast(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    threshold: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let n = count("n", n)?;
        let (x, out) = (checked(x_addr, x_bytes, n)?, checked(out_addr, out_bytes, n)?);
        map(pool, n, x, out, |_, x, out| vectors::at_least(threshold as u64, x, out))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringDigits(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    from: jint,
    width: jint,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (n, from, width) = (count("n", n)?, shift_of(from)?, width_of(width)?);
        let (x, out) = (checked(x_addr, x_bytes, n)?, checked(out_addr, out_bytes, n)?);
        map(pool, n, x, out, |_, x, out| vectors::digits(from, width, x, out))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_ringSelect(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    modulus: jlong,
    n: jlong,
    signed: jboolean,
    digits_addr: jlong,
    digits_bytes: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (ring, n) = (Ring::new(modulus as u64)?, count("n", n)?);
        let bits = slice_u8(digits_addr, digits_bytes, n)?;
        map(
            pool,
            n,
            checked(x_addr, x_bytes, n)?,
            checked(out_addr, out_bytes, n)?,
            |from, x, out| {
                let bits = &bits[from..from + x.len()];
                if signed != 0 {
                    vectors::negate_where(ring, bits, x, out)
                } else {
                    vectors::select(bits, x, out)
                }
            },
        )
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitXor(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    y_addr: jlong,
    y_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let n = count("n", n)?;
        let (x, y) = (checked(x_addr, x_bytes, n)?, checked(y_addr, y_bytes, n)?);
        map2(pool, n, x, y, checked(out_addr, out_bytes, n)?, digits::xor)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitSelect(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    bits_addr: jlong,
    bits_bytes: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let n = count("n", n)?;
        let (x, bits) = (checked(x_addr, x_bytes, n)?, checked(bits_addr, bits_bytes, n)?);
        map2(pool, n, bits, x, checked(out_addr, out_bytes, n)?, digits::select)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitXorConstant(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    constant: jint,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let n = count("n", n)?;
        let constant = u8::try_from(constant)
            .map_err(|_| Error::bad_argument("the constant is not a digit"))?;
        let (x, out) = (checked(x_addr, x_bytes, n)?, checked(out_addr, out_bytes, n)?);
        map(pool, n, x, out, |_, x, out| digits::xor_constant(constant, x, out))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_digitSlice(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    n: jlong,
    from: jint,
    width: jint,
    x_addr: jlong,
    x_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (n, width) = (count("n", n)?, width_of(width)?);
        let from = (0..8)
            .contains(&from)
            .then_some(from as u32)
            .ok_or_else(|| Error::bad_argument("a digit has bits 0 to 7"))?;
        let (x, out) = (checked(x_addr, x_bytes, n)?, checked(out_addr, out_bytes, n)?);
        map(pool, n, x, out, |_, x, out| digits::slice(from, width, x, out))
    })
}
