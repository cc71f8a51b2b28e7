//! JNI entry points of the section `he`.

use std::sync::Arc;

use jni::sys::{jdouble, jlong};

use super::argument::{
    times, Flag, Id, Int, Ints, Long, NativeAnswers, NativeBuffer, NativeRange, NativeWeights,
    OptionalId, Raw, Within,
};
use super::{handles, Object};
use crate::error::Error;
use crate::gemm::Weights;
use crate::he::{
    self, Answer, ClientKeys, Depth, Form, Matrix, Pairs, Parameters, Params, Scale, Selection,
    ServerKeys, N,
};
use crate::native;
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

native! {
    fn heParams(prime_bits: Ints, plain_modulus: Raw) -> jlong {
        let t = u64::try_from(plain_modulus).map_err(|_| Error::bad_parameters("t is negative"))?;
        Ok(handles::insert(Arc::new(Params::new(&prime_bits, t)?)))
    }

    fn heClientKeys(params: Id<Arc<Params>>) -> jlong {
        Ok(handles::insert(ClientKeys::new(Arc::clone(&params))?))
    }

    fn hePublicKeyBytes(params: Id<Arc<Params>>) -> jlong {
        Ok(params.public_key_bytes() as jlong)
    }

    fn heWritePublicKey(keys: Id<ClientKeys>, out: NativeBuffer) {
        out.slice_mut(keys.public().len())?.copy_from_slice(keys.public());
        Ok(())
    }

    fn heServerKeys(params: Id<Arc<Params>>, input: NativeBuffer) -> jlong {
        Ok(handles::insert(ServerKeys::parse(Arc::clone(&params), input.message()?)?))
    }

    fn heFreshBytes(params: Id<Arc<Params>>, level: Int) -> jlong {
        Ok(params.fresh_bytes(level)? as jlong)
    }

    fn heFactorBytes(params: Id<Arc<Params>>) -> jlong {
        Ok(Form::Rounded.bytes(&params, params.top_level())? as jlong)
    }

    fn heAnswerBytes(params: Id<Arc<Params>>) -> jlong {
        Ok(params.answer_bytes() as jlong)
    }

    fn heFloodBits(
        params: Id<Arc<Params>>, level: Int, depth: Within<0, { i32::MAX }>, terms: Long,
    ) -> jdouble {
        he::flood_bits(&params, level, Depth::from_code(depth as i32)?, terms)
    }

    fn heEncrypt(
        pool: Id<Pool>, keys: Id<ClientKeys>, level: Int,
        values: NativeBuffer, rows: Int, columns: Int, out: NativeBuffer,
    ) {
        let values = values.slice(times(rows, columns)?)?;
        let out = out.slice_mut(times(rows, keys.params().fresh_bytes(level)?)?)?;
        keys.encrypt(&pool, level, Form::Exact, values, columns, out)
    }

    fn heEncryptFactors(
        pool: Id<Pool>, keys: Id<ClientKeys>,
        values: NativeBuffer, rows: Int, columns: Int, out: NativeBuffer,
    ) {
        let level = keys.params().top_level();
        let values = values.slice(times(rows, columns)?)?;
        let out = out.slice_mut(times(rows, Form::Rounded.bytes(keys.params(), level)?)?)?;
        keys.encrypt(&pool, level, Form::Rounded, values, columns, out)
    }

    fn heDecrypt(
        pool: Id<Pool>, keys: Id<ClientKeys>, level: Int,
        input: NativeBuffer, rows: Int, columns: Int, values: NativeBuffer,
    ) {
        let answers = input.message_of("answers", times(rows, keys.params().answer_bytes())?)?;
        keys.decrypt(&pool, level, answers, columns, values.slice_mut(times(rows, columns)?)?)
    }

    fn heMatrix(params: Id<Arc<Params>>, level: Int, rows: Int) -> jlong {
        Ok(handles::insert(Matrix::new(Arc::clone(&params), level, Form::Exact, rows)?))
    }

    fn heFactors(params: Id<Arc<Params>>, rows: Int) -> jlong {
        let level = params.top_level();
        Ok(handles::insert(Matrix::new(Arc::clone(&params), level, Form::Rounded, rows)?))
    }

    fn heLoad(
        pool: Id<Pool>, matrix: Id<Matrix>, first_row: Int,
        rows: Int, input: NativeBuffer, shares: NativeBuffer, columns: Int,
    ) {
        let fresh = input.message_of("ciphertexts", times(rows, matrix.row_bytes()?)?)?;
        let shares: Option<&[u64]> = match shares.is_absent() {
            true => None,
            false => Some(shares.slice(times(rows, columns)?)?),
        };
        matrix.load(&pool, first_row, fresh, shares, columns)
    }

    fn heLinear(
        pool: Id<Pool>, keys: Id<ServerKeys>, x: Id<Matrix>,
        weights: NativeWeights, rows: NativeRange, answers: NativeAnswers,
    ) {
        weights.check_rows(&rows)?;
        let k = weights.columns;
        if k != x.rows() {
            return Err(Error::bad_argument(format!("{k} columns for {} rows", x.rows())));
        }
        weights.biases(0)?;
        let all = weights.matrices(1)?[0];
        let part = Weights::new(&all[rows.start * k..rows.end * k], rows.len(), k)?;
        let (shares, out) = answers.of(rows.len(), keys.params().answer_bytes())?;
        write_answers(&he::linear(&pool, &keys, &x, &part, answers.columns, shares)?, out);
        Ok(())
    }

    fn heSelect(
        pool: Id<Pool>, keys: Id<ServerKeys>, selector: Id<Matrix>, x: Id<Matrix>, groups: Int,
        weights: NativeWeights, rows: NativeRange, answers: NativeAnswers,
    ) {
        weights.check_rows(&rows)?;
        let (experts, d) = (selector.rows() / groups.max(1), weights.columns);
        let part = |w: &'a [i16]| &w[rows.start * d..rows.end * d];
        let blocks = weights.matrices(experts)?.into_iter().map(part).collect();
        let biases = weights.biases(experts)?;
        let selection = Selection {
            selector: &selector,
            x: &x,
            groups,
            weights: &Weights::stacked(blocks, rows.len(), d)?,
            biases: biases.iter().map(|b| &b[rows.clone()]).collect(),
        };
        let (shares, out) = answers.of(rows.len(), keys.params().answer_bytes())?;
        write_answers(&he::select(&pool, &keys, &selection, answers.columns, shares)?, out);
        Ok(())
    }

    fn heParameters(
        pool: Id<Pool>, keys: Id<ServerKeys>, selector: Id<Matrix>, x: Id<Matrix>,
        weights: NativeWeights, range: NativeRange, answers: NativeAnswers,
    ) {
        let experts = selector.rows() / x.rows();
        let matrices = weights.matrices(experts)?;
        let product = Parameters {
            selector: &selector,
            x: &x,
            weights: &Weights::stacked(matrices, weights.rows, weights.columns)?,
            biases: weights.biases(experts)?,
        };
        if answers.columns != N {
            return Err(Error::bad_argument(format!("answers have {N} slots here")));
        }
        let (shares, out) = answers.of(range.len(), keys.params().answer_bytes())?;
        write_answers(&he::parameters(&pool, &keys, &product, range, shares)?, out);
        Ok(())
    }

    fn heTransform(
        pool: Id<Pool>, params: Id<Arc<Params>>, to_slots: Flag, rows: Int, values: NativeBuffer,
    ) {
        params.transform(&pool, to_slots, values.slice_mut(times(rows, N)?)?)
    }

    fn heProduct(
        pool: Id<Pool>, keys: Id<ServerKeys>, x: Id<Matrix>, u: NativeBuffer,
        y: OptionalId<Matrix>, v: NativeBuffer, rows: Int, answers: NativeAnswers,
    ) {
        let (columns, elements) = (answers.columns, times(rows, answers.columns)?);
        let (shares, out) = answers.of(rows, keys.params().answer_bytes())?;
        let mut factors: Vec<(&Matrix, &[u64])> = vec![(&x, u.slice(elements)?)];
        match &y {
            Some(y) => factors.push((y, v.slice(elements)?)),
            None if v.is_absent() => {}
            None => return Err(Error::bad_argument("v has no y")),
        }
        write_answers(&he::product(&pool, &keys, &factors, columns, shares)?, out);
        Ok(())
    }

    fn heRowSums(
        pool: Id<Pool>, keys: Id<ServerKeys>, x: Id<Matrix>, u: NativeBuffer,
        per: Int, answers: NativeAnswers,
    ) {
        let columns = answers.columns;
        let u = u.slice(times(x.rows(), columns)?)?;
        let sums = x.rows().div_ceil(per.max(1));
        let (shares, out) = answers.of(sums, keys.params().answer_bytes())?;
        write_answers(&he::row_sums(&pool, &keys, &x, u, per, columns, shares)?, out);
        Ok(())
    }

    fn heScale(
        pool: Id<Pool>, keys: Id<ServerKeys>, scale: Id<Matrix>, scale_share: NativeBuffer,
        x: Id<Matrix>, x_share: NativeBuffer, rows: NativeRange, answers: NativeAnswers,
    ) {
        if rows.end > x.rows() {
            return Err(Error::bad_argument(format!("rows {rows:?} of {}", x.rows())));
        }
        let columns = answers.columns;
        let by = Scale { cipher: &scale, plain: scale_share.slice(columns)? };
        let plain = x_share.slice(times(rows.len(), columns)?)?;
        let (shares, out) = answers.of(rows.len(), keys.params().answer_bytes())?;
        write_answers(&he::scale(&pool, &keys, by, &x, rows.start, plain, columns, shares)?, out);
        Ok(())
    }

    fn heBatched(
        pool: Id<Pool>, keys: Id<ServerKeys>, b: Id<Matrix>, a: NativeBuffer,
        pairs: Int, m: Int, rows: NativeRange, answers: NativeAnswers,
    ) {
        if rows.end > m {
            return Err(Error::bad_argument(format!("rows {rows:?} of {m}")));
        }
        let a = Pairs { plain: a.slice(times(times(b.rows(), pairs)?, m)?)?, pairs, rows: m };
        let (shares, out) = answers.of(rows.len(), keys.params().answer_bytes())?;
        write_answers(&he::batched(&pool, &keys, &b, a, rows, answers.columns, shares)?, out);
        Ok(())
    }
}

fn write_answers(answers: &[Answer], out: &mut [u8]) {
    for (answer, out) in answers.iter().zip(out.chunks_exact_mut(out.len() / answers.len())) {
        out.copy_from_slice(answer.bytes());
    }
}
