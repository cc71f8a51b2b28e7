//! JNI entry points of the section `he`.

use std::sync::Arc;

use jni::objects::{JClass, JIntArray, JLongArray};
use jni::sys::{jboolean, jdouble, jint, jlong};
use jni::JNIEnv;

use super::buffer::{absent, count, slice_i16, slice_u64, slice_u64_mut, slice_u8, slice_u8_mut};
use super::{guard, handles, Object};
use crate::error::{Error, Result};
use crate::gemm::Weights;
use crate::he::{
    self, Answer, ClientKeys, Depth, Form, Matrix, Pairs, Parameters, Params, Scale, Selection,
    ServerKeys, N,
};
use crate::pool::Pool;

impl Object for Arc<Params> {
    const KIND: &'static str = "parameters";
}

impl Object for ClientKeys {
    const KIND: &'static str = "client keys";
}

impl Object for ServerKeys {
    const KIND: &'static str = "server keys";
}

impl Object for Matrix {
    const KIND: &'static str = "ciphertext matrix";
}

fn params(id: jlong) -> Result<handles::Ref<Arc<Params>>> {
    handles::get(id)
}

fn pool(id: jlong) -> Result<handles::Ref<Pool>> {
    handles::get(id)
}

/// A product of two counts from Java.
fn times(a: usize, b: usize) -> Result<usize> {
    a.checked_mul(b)
        .ok_or_else(|| Error::bad_argument(format!("{a} x {b} elements do not fit into memory")))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heParams(
    mut env: JNIEnv,
    _class: JClass,
    prime_bits: JIntArray,
    plain_modulus: jlong,
) -> jlong {
    let bits = read_ints(&mut env, &prime_bits);
    guard(&mut env, || {
        let t = u64::try_from(plain_modulus).map_err(|_| Error::bad_parameters("t is negative"))?;
        Ok(handles::insert(Arc::new(Params::new(&bits?, t)?)))
    })
}

fn read_ints(env: &mut JNIEnv, array: &JIntArray) -> Result<Vec<i32>> {
    let failed = |e| Error::bad_argument(format!("reading an array: {e}"));
    let length = env.get_array_length(array).map_err(failed)?;
    let mut values = vec![0; length as usize];
    env.get_int_array_region(array, 0, &mut values).map_err(failed)?;
    Ok(values)
}

/// The integers of an array, or none if there is no array.
fn read_longs(env: &mut JNIEnv, array: &JLongArray) -> Result<Vec<i64>> {
    if array.is_null() {
        return Ok(Vec::new());
    }
    let failed = |e| Error::bad_argument(format!("reading an array: {e}"));
    let length = env.get_array_length(array).map_err(failed)?;
    let mut values = vec![0; length as usize];
    env.get_long_array_region(array, 0, &mut values).map_err(failed)?;
    Ok(values)
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heClientKeys(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
) -> jlong {
    guard(&mut env, || Ok(handles::insert(ClientKeys::new(Arc::clone(&*params(parameters)?))?)))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_hePublicKeyBytes(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
) -> jlong {
    guard(&mut env, || Ok(params(parameters)?.public_key_bytes() as jlong))
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heWritePublicKey(
    mut env: JNIEnv,
    _class: JClass,
    client_keys: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let keys = handles::get::<ClientKeys>(client_keys)?;
        slice_u8_mut(out_addr, out_bytes, keys.public().len())?.copy_from_slice(keys.public());
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heServerKeys(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
    in_addr: jlong,
    in_bytes: jlong,
) -> jlong {
    guard(&mut env, || {
        let params = Arc::clone(&*params(parameters)?);
        let bytes = slice_u8(in_addr, in_bytes, count("inBytes", in_bytes)?)?;
        Ok(handles::insert(ServerKeys::parse(params, bytes)?))
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heFreshBytes(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
    level: jint,
) -> jlong {
    guard(&mut env, || Ok(params(parameters)?.fresh_bytes(count("level", level.into())?)? as jlong))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heAnswerBytes(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
) -> jlong {
    guard(&mut env, || Ok(params(parameters)?.answer_bytes() as jlong))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heFloodBits(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
    level: jint,
    depth: jint,
    terms: jlong,
) -> jdouble {
    guard(&mut env, || {
        let level = count("level", level.into())?;
        he::flood_bits(
            &**params(parameters)?,
            level,
            Depth::from_code(depth)?,
            count("terms", terms)?,
        )
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heEncrypt(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    client_keys: jlong,
    level: jint,
    values_addr: jlong,
    values_bytes: jlong,
    rows: jint,
    columns: jint,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ClientKeys>(client_keys)?);
        let (level, rows, columns) = (
            count("level", level.into())?,
            count("rows", rows.into())?,
            count("columns", columns.into())?,
        );
        let values = slice_u64(values_addr, values_bytes, times(rows, columns)?)?;
        let out =
            slice_u8_mut(out_addr, out_bytes, times(rows, keys.params().fresh_bytes(level)?)?)?;
        keys.encrypt(&pool, level, Form::Exact, values, columns, out)
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heFactorBytes(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
) -> jlong {
    guard(&mut env, || {
        let params = params(parameters)?;
        Ok(Form::Rounded.bytes(&params, params.top_level())? as jlong)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heEncryptFactors(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    client_keys: jlong,
    values_addr: jlong,
    values_bytes: jlong,
    rows: jint,
    columns: jint,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ClientKeys>(client_keys)?);
        let (rows, columns) = (count("rows", rows.into())?, count("columns", columns.into())?);
        let level = keys.params().top_level();
        let values = slice_u64(values_addr, values_bytes, times(rows, columns)?)?;
        let out = slice_u8_mut(
            out_addr,
            out_bytes,
            times(rows, Form::Rounded.bytes(keys.params(), level)?)?,
        )?;
        keys.encrypt(&pool, level, Form::Rounded, values, columns, out)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heDecrypt(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    client_keys: jlong,
    level: jint,
    in_addr: jlong,
    in_bytes: jlong,
    rows: jint,
    columns: jint,
    values_addr: jlong,
    values_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ClientKeys>(client_keys)?);
        let (level, rows, columns) = (
            count("level", level.into())?,
            count("rows", rows.into())?,
            count("columns", columns.into())?,
        );
        let answers = slice_u8(
            in_addr,
            in_bytes,
            message("answers", in_bytes, times(rows, keys.params().answer_bytes())?)?,
        )?;
        let values = slice_u64_mut(values_addr, values_bytes, times(rows, columns)?)?;
        keys.decrypt(&pool, level, answers, columns, values)
    })
}

/// The length of bytes that came from the peer: a wrong one is the peer's fault.
fn message(name: &str, bytes: jlong, needed: usize) -> Result<usize> {
    if bytes == needed as jlong {
        Ok(needed)
    } else {
        Err(Error::malformed(format!("{name} of {bytes} bytes instead of {needed}")))
    }
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heMatrix(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
    level: jint,
    rows: jint,
) -> jlong {
    guard(&mut env, || {
        let params = Arc::clone(&*params(parameters)?);
        let (level, rows) = (count("level", level.into())?, count("rows", rows.into())?);
        Ok(handles::insert(Matrix::new(params, level, Form::Exact, rows)?))
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_heFactors(
    mut env: JNIEnv,
    _class: JClass,
    parameters: jlong,
    rows: jint,
) -> jlong {
    guard(&mut env, || {
        let params = Arc::clone(&*params(parameters)?);
        let level = params.top_level();
        Ok(handles::insert(Matrix::new(params, level, Form::Rounded, count("rows", rows.into())?)?))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heLoad(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    matrix: jlong,
    first_row: jint,
    rows: jint,
    in_addr: jlong,
    in_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
    columns: jint,
) {
    guard(&mut env, || {
        let (pool, matrix) = (pool(pool_id)?, handles::get::<Matrix>(matrix)?);
        let (rows, columns) = (count("rows", rows.into())?, count("columns", columns.into())?);
        let needed = times(rows, matrix.row_bytes()?)?;
        let fresh = slice_u8(in_addr, in_bytes, message("ciphertexts", in_bytes, needed)?)?;
        let shares = match absent(shares_addr, shares_bytes) {
            true => None,
            false => Some(slice_u64(shares_addr, shares_bytes, times(rows, columns)?)?),
        };
        matrix.load(&pool, count("firstRow", first_row.into())?, fresh, shares, columns)
    })
}

/// Where the results of rows `from`..`to` of m go.
struct Rows {
    from: usize,
    to: usize,
    m: usize,
}

impl Rows {
    fn new(m: jint, from: jint, to: jint) -> Result<Self> {
        let rows = Rows {
            from: count("fromRow", from.into())?,
            to: count("toRow", to.into())?,
            m: count("m", m.into())?,
        };
        if rows.from < rows.to && rows.to <= rows.m {
            Ok(rows)
        } else {
            Err(Error::bad_argument(format!("rows {from} to {to} of {m}")))
        }
    }

    fn count(&self) -> usize {
        self.to - self.from
    }
}

/// The rows in question of every expert's biases, or none.
fn rows_of<'a>(rows: &Rows, biases: &'a [i64], experts: usize) -> Result<Vec<&'a [i64]>> {
    if biases.is_empty() || biases.len() == times(experts, rows.m)? {
        return Ok(biases.chunks_exact(rows.m).map(|b| &b[rows.from..rows.to]).collect());
    }
    Err(Error::bad_argument(format!(
        "{} biases for {experts} experts of {} rows",
        biases.len(),
        rows.m
    )))
}

fn write_answers(answers: &[Answer], out: &mut [u8]) {
    for (answer, out) in answers.iter().zip(out.chunks_exact_mut(out.len() / answers.len())) {
        out.copy_from_slice(answer.bytes());
    }
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heLinear(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    x: jlong,
    weights_addr: jlong,
    weights_bytes: jlong,
    m: jint,
    from_row: jint,
    to_row: jint,
    columns: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys, x) =
            (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?, handles::get::<Matrix>(x)?);
        let (rows, columns, k) =
            (Rows::new(m, from_row, to_row)?, count("columns", columns.into())?, x.rows());
        let all = slice_i16(weights_addr, weights_bytes, times(rows.m, k)?)?;
        let weights = Weights::new(&all[rows.from * k..rows.to * k], rows.count(), k)?;
        let shares = slice_u64_mut(shares_addr, shares_bytes, times(rows.count(), columns)?)?;
        let out = slice_u8_mut(
            answers_addr,
            answers_bytes,
            times(rows.count(), keys.params().answer_bytes())?,
        )?;
        write_answers(&he::linear(&pool, &keys, &x, &weights, columns, shares)?, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heSelect(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    selector: jlong,
    x: jlong,
    groups: jint,
    weights_addr: jlong,
    weights_bytes: jlong,
    biases: JLongArray,
    m: jint,
    from_row: jint,
    to_row: jint,
    columns: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    let biases = read_longs(&mut env, &biases);
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?);
        let (selector, x) = (handles::get::<Matrix>(selector)?, handles::get::<Matrix>(x)?);
        let (rows, columns) = (Rows::new(m, from_row, to_row)?, count("columns", columns.into())?);
        let groups = count("groups", groups.into())?;
        let (experts, d) = (selector.rows() / groups.max(1), x.rows() / groups.max(1));
        let all = slice_i16(weights_addr, weights_bytes, times(times(experts, rows.m)?, d)?)?;
        let blocks: Vec<_> =
            all.chunks_exact(rows.m * d).map(|w| &w[rows.from * d..rows.to * d]).collect();
        let weights = Weights::stacked(blocks, rows.count(), d)?;
        let biases = biases?;
        let biases = rows_of(&rows, &biases, experts)?;
        let selection = Selection { selector: &selector, x: &x, groups, weights: &weights, biases };
        let shares = slice_u64_mut(shares_addr, shares_bytes, times(rows.count(), columns)?)?;
        let out = slice_u8_mut(
            answers_addr,
            answers_bytes,
            times(rows.count(), keys.params().answer_bytes())?,
        )?;
        write_answers(&he::select(&pool, &keys, &selection, columns, shares)?, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heParameters(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    selector: jlong,
    x: jlong,
    weights_addr: jlong,
    weights_bytes: jlong,
    biases: JLongArray,
    m: jint,
    d: jint,
    from: jint,
    to: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    let biases = read_longs(&mut env, &biases);
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?);
        let (selector, x) = (handles::get::<Matrix>(selector)?, handles::get::<Matrix>(x)?);
        let (m, d) = (count("m", m.into())?, count("d", d.into())?);
        let (from, to) = (count("from", from.into())?, count("to", to.into())?);
        let (experts, block) = (selector.rows() / x.rows(), times(m, d)?);
        let all = slice_i16(weights_addr, weights_bytes, times(experts, block)?)?;
        let weights = Weights::stacked(all.chunks_exact(block.max(1)).collect(), m, d)?;
        let biases = biases?;
        let product = Parameters {
            selector: &selector,
            x: &x,
            weights: &weights,
            biases: biases.chunks(m.max(1)).collect(),
        };
        let answers = to.saturating_sub(from);
        let shares = slice_u64_mut(shares_addr, shares_bytes, times(answers, N)?)?;
        let out = slice_u8_mut(
            answers_addr,
            answers_bytes,
            times(answers, keys.params().answer_bytes())?,
        )?;
        write_answers(&he::parameters(&pool, &keys, &product, from..to, shares)?, out);
        Ok(())
    })
}

/// Rows of N slots to coefficients modulo t, or back, in place.
#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heTransform(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    parameters: jlong,
    to_slots: jboolean,
    rows: jint,
    addr: jlong,
    bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, params) = (pool(pool_id)?, params(parameters)?);
        let values = slice_u64_mut(addr, bytes, times(count("rows", rows.into())?, N)?)?;
        params.transform(&pool, to_slots != 0, values)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heProduct(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    x: jlong,
    u_addr: jlong,
    u_bytes: jlong,
    y: jlong,
    v_addr: jlong,
    v_bytes: jlong,
    rows: jint,
    columns: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?);
        let x = handles::get::<Matrix>(x)?;
        let (rows, columns) = (count("rows", rows.into())?, count("columns", columns.into())?);
        let elements = times(rows, columns)?;
        let shares = slice_u64_mut(shares_addr, shares_bytes, elements)?;
        let out =
            slice_u8_mut(answers_addr, answers_bytes, times(rows, keys.params().answer_bytes())?)?;
        let u = slice_u64(u_addr, u_bytes, elements)?;
        let answers = if y == 0 && absent(v_addr, v_bytes) {
            he::product(&pool, &keys, &[(&x, u)], columns, shares)?
        } else {
            let y = handles::get::<Matrix>(y)?;
            let v = slice_u64(v_addr, v_bytes, elements)?;
            he::product(&pool, &keys, &[(&x, u), (&y, v)], columns, shares)?
        };
        write_answers(&answers, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heRowSums(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    x: jlong,
    u_addr: jlong,
    u_bytes: jlong,
    per: jint,
    columns: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys, x) =
            (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?, handles::get::<Matrix>(x)?);
        let (per, columns) = (count("per", per.into())?, count("columns", columns.into())?);
        let u = slice_u64(u_addr, u_bytes, times(x.rows(), columns)?)?;
        let sums = x.rows().div_ceil(per.max(1));
        let shares = slice_u64_mut(shares_addr, shares_bytes, times(sums, columns)?)?;
        let out =
            slice_u8_mut(answers_addr, answers_bytes, times(sums, keys.params().answer_bytes())?)?;
        write_answers(&he::row_sums(&pool, &keys, &x, u, per, columns, shares)?, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heScale(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    scale: jlong,
    scale_addr: jlong,
    scale_bytes: jlong,
    x: jlong,
    x_addr: jlong,
    x_bytes: jlong,
    from_row: jint,
    to_row: jint,
    columns: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys) = (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?);
        let (scale, x) = (handles::get::<Matrix>(scale)?, handles::get::<Matrix>(x)?);
        let m = jint::try_from(x.rows()).map_err(|_| Error::bad_argument("too many rows"))?;
        let (rows, columns) = (Rows::new(m, from_row, to_row)?, count("columns", columns.into())?);
        let elements = times(rows.count(), columns)?;
        let by = Scale { cipher: &scale, plain: slice_u64(scale_addr, scale_bytes, columns)? };
        let plain = slice_u64(x_addr, x_bytes, elements)?;
        let shares = slice_u64_mut(shares_addr, shares_bytes, elements)?;
        let out = slice_u8_mut(
            answers_addr,
            answers_bytes,
            times(rows.count(), keys.params().answer_bytes())?,
        )?;
        write_answers(&he::scale(&pool, &keys, by, &x, rows.from, plain, columns, shares)?, out);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_heBatched(
    mut env: JNIEnv,
    _class: JClass,
    pool_id: jlong,
    server_keys: jlong,
    b: jlong,
    a_addr: jlong,
    a_bytes: jlong,
    pairs: jint,
    m: jint,
    from_row: jint,
    to_row: jint,
    columns: jint,
    shares_addr: jlong,
    shares_bytes: jlong,
    answers_addr: jlong,
    answers_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, keys, b) =
            (pool(pool_id)?, handles::get::<ServerKeys>(server_keys)?, handles::get::<Matrix>(b)?);
        let (rows, columns) = (Rows::new(m, from_row, to_row)?, count("columns", columns.into())?);
        let pairs = count("pairs", pairs.into())?;
        let plain = slice_u64(a_addr, a_bytes, times(times(b.rows(), pairs)?, rows.m)?)?;
        let shares = slice_u64_mut(shares_addr, shares_bytes, times(rows.count(), columns)?)?;
        let out = slice_u8_mut(
            answers_addr,
            answers_bytes,
            times(rows.count(), keys.params().answer_bytes())?,
        )?;
        let a = Pairs { plain, pairs, rows: rows.m };
        write_answers(&he::batched(&pool, &keys, &b, a, rows.from..rows.to, columns, shares)?, out);
        Ok(())
    })
}
