//! The arguments of native methods: how Java passes each kind of them, and the one place that
//! checks it.
//!
//! A kind is a type without values that implements [`Argument`]. [`native!`](crate::native) reads
//! all arguments of a method, in their order, before its body runs.

use std::marker::PhantomData;
use std::sync::OnceLock;

use jni::objects::{JFieldID, JIntArray, JLongArray, JObject};
use jni::signature::{Primitive, ReturnType};
use jni::sys::{jboolean, jint, jlong};
use jni::JNIEnv;

use super::buffer::Buffer;
use super::handles::{self, Object, Ref};
use crate::error::{Error, Result};
use crate::ot::millionaires::Leaves;
use crate::ring::Ring;

/// A kind of argument.
pub trait Argument {
    /// The JNI type of the argument.
    type Java<'a>;
    /// The checked value that a body gets.
    type Value;

    /// Reads and checks an argument; `name` stands in messages.
    fn read(env: &mut JNIEnv, name: &str, java: Self::Java<'_>) -> Result<Self::Value>;
}

/// Defines the JNI entry points of native methods of `io.secmoe.jni.Native`. Arguments are named
/// and of a kind; the body sees their values and gives a `Result` of the returned type.
#[macro_export]
macro_rules! native {
    ($(fn $name:ident($($arg:ident: $kind:ty),* $(,)?) $(-> $returned:ty)? $body:block)*) => {$(
        #[allow(non_snake_case)]
        #[export_name = concat!("Java_io_secmoe_jni_Native_", stringify!($name))]
        unsafe extern "system" fn $name<'a>(
            mut env: jni::JNIEnv<'a>,
            _class: jni::objects::JClass<'a>,
            $($arg: <$kind as $crate::jni::argument::Argument>::Java<'a>),*
        ) $(-> $returned)? {
            $crate::jni::guard(&mut env, |_env| {
                $(let $arg = <$kind as $crate::jni::argument::Argument>::read(
                    _env,
                    stringify!($arg),
                    $arg,
                )?;)*
                $body
            })
        }
    )*};
}

/// A count from a Java int: not negative.
pub struct Int;

/// A count from a Java long: not negative.
pub struct Long;

fn count(name: &str, n: jlong) -> Result<usize> {
    usize::try_from(n).map_err(|_| Error::bad_argument(format!("{name} is {n}, below 0")))
}

impl Argument for Int {
    type Java<'a> = jint;
    type Value = usize;

    fn read(_env: &mut JNIEnv, name: &str, java: jint) -> Result<usize> {
        count(name, java.into())
    }
}

impl Argument for Long {
    type Java<'a> = jlong;
    type Value = usize;

    fn read(_env: &mut JNIEnv, name: &str, java: jlong) -> Result<usize> {
        count(name, java)
    }
}

/// A Java long as it is: its meaning depends on other arguments.
pub struct Raw;

impl Argument for Raw {
    type Java<'a> = jlong;
    type Value = jlong;

    fn read(_env: &mut JNIEnv, _name: &str, java: jlong) -> Result<jlong> {
        Ok(java)
    }
}

/// A boolean.
pub struct Flag;

impl Argument for Flag {
    type Java<'a> = jboolean;
    type Value = bool;

    fn read(_env: &mut JNIEnv, _name: &str, java: jboolean) -> Result<bool> {
        Ok(java != 0)
    }
}

/// An int within a range of public limits, both inclusive.
pub struct Within<const MIN: jint, const MAX: jint>;

/// The width of a digit in bits.
pub type Width = Within<1, 8>;

/// A number of bits that an element of 64 bits is shifted by.
pub type Shift = Within<0, 63>;

impl<const MIN: jint, const MAX: jint> Argument for Within<MIN, MAX> {
    type Java<'a> = jint;
    type Value = u32;

    fn read(_env: &mut JNIEnv, name: &str, java: jint) -> Result<u32> {
        if (MIN..=MAX).contains(&java) {
            Ok(java as u32)
        } else {
            Err(Error::bad_argument(format!("{name} is {java}, not between {MIN} and {MAX}")))
        }
    }
}

/// The modulus of a ring of shares: a prime or a power of two.
pub struct Modulus;

impl Argument for Modulus {
    type Java<'a> = jlong;
    type Value = Ring;

    fn read(_env: &mut JNIEnv, _name: &str, java: jlong) -> Result<Ring> {
        Ring::new(java as u64)
    }
}

/// The id of an object of kind `T`, which the body borrows.
pub struct Id<T>(PhantomData<T>);

impl<T: Object> Argument for Id<T> {
    type Java<'a> = jlong;
    type Value = Ref<T>;

    fn read(_env: &mut JNIEnv, _name: &str, java: jlong) -> Result<Ref<T>> {
        handles::get(java)
    }
}

/// The id of an object of kind `T`, or 0 for none.
pub struct OptionalId<T>(PhantomData<T>);

impl<T: Object> Argument for OptionalId<T> {
    type Java<'a> = jlong;
    type Value = Option<Ref<T>>;

    fn read(_env: &mut JNIEnv, _name: &str, java: jlong) -> Result<Option<Ref<T>>> {
        if java == 0 {
            return Ok(None);
        }
        handles::get(java).map(Some)
    }
}

/// The id of an object of kind `T`, which the body uses up: the id is closed, even if the call
/// fails because of a later argument.
pub struct UsedUp<T>(PhantomData<T>);

impl<T: Object> Argument for UsedUp<T> {
    type Java<'a> = jlong;
    type Value = T;

    fn read(_env: &mut JNIEnv, _name: &str, java: jlong) -> Result<T> {
        handles::take(java)
    }
}

/// The integers of an array of Java.
pub struct Ints;

impl Argument for Ints {
    type Java<'a> = JIntArray<'a>;
    type Value = Vec<i32>;

    fn read(env: &mut JNIEnv, name: &str, java: JIntArray) -> Result<Vec<i32>> {
        let failed = |e| unreadable(name, &e);
        let mut values = vec![0; env.get_array_length(&java).map_err(failed)? as usize];
        env.get_int_array_region(&java, 0, &mut values).map_err(failed)?;
        Ok(values)
    }
}

fn unreadable(name: &str, e: &jni::errors::Error) -> Error {
    Error::bad_argument(format!("{name} cannot be read: {e}"))
}

/// Java's `NativeBuffer`, or null for the absent buffer. Its length is checked where the body turns
/// it into a slice.
pub struct NativeBuffer;

impl Argument for NativeBuffer {
    type Java<'a> = JObject<'a>;
    type Value = Buffer;

    fn read(env: &mut JNIEnv, name: &str, java: JObject) -> Result<Buffer> {
        read_buffer(env, name, &java)
    }
}

fn read_buffer(env: &mut JNIEnv, name: &str, java: &JObject) -> Result<Buffer> {
    static FIELDS: OnceLock<[JFieldID; 2]> = OnceLock::new();
    if java.is_null() {
        return Ok(Buffer::ABSENT);
    }
    let failed = |e| unreadable(name, &e);
    let [addr, bytes] = match FIELDS.get() {
        Some(fields) => fields,
        None => {
            // Small calls read buffers often, so the fields are looked up once.
            let class = env.get_object_class(java).map_err(failed)?;
            let addr = env.get_field_id(&class, "address", "J").map_err(failed)?;
            let bytes = env.get_field_id(&class, "bytes", "J").map_err(failed)?;
            FIELDS.get_or_init(|| [addr, bytes])
        }
    };
    let long = ReturnType::Primitive(Primitive::Long);
    let mut read = |field, returned| {
        // Both ids belong to the final class of all objects that Java passes here.
        env.get_field_unchecked(java, field, returned).and_then(|v| v.j())
    };
    Ok(Buffer {
        addr: read(*addr, long.clone()).map_err(failed)?,
        bytes: read(*bytes, long).map_err(failed)?,
    })
}

fn int_field(env: &mut JNIEnv, name: &str, java: &JObject, field: &str) -> Result<usize> {
    let value = env.get_field(java, field, "I").and_then(|v| v.i());
    count(field, value.map_err(|e| unreadable(name, &e))?.into())
}

fn buffer_field(env: &mut JNIEnv, name: &str, java: &JObject, field: &str) -> Result<Buffer> {
    let value = env.get_field(java, field, "Lio/secmoe/jni/NativeBuffer;").and_then(|v| v.l());
    let value = value.map_err(|e| unreadable(name, &e))?;
    read_buffer(env, field, &value)
}

/// Java's `NativeRange`: rows `from` (inclusive) to `to` (exclusive), at least one.
pub struct NativeRange;

impl Argument for NativeRange {
    type Java<'a> = JObject<'a>;
    type Value = std::ops::Range<usize>;

    fn read(env: &mut JNIEnv, name: &str, java: JObject) -> Result<Self::Value> {
        let from = int_field(env, name, &java, "from")?;
        let to = int_field(env, name, &java, "to")?;
        if from >= to {
            return Err(Error::bad_argument(format!("{name} from {from} to {to} is empty")));
        }
        Ok(from..to)
    }
}

/// Matrices of weights with their biases, one after the other in a buffer of int16.
pub struct WeightMatrices {
    values: Buffer,
    biases: Vec<i64>,
    /// Rows of each matrix.
    pub rows: usize,
    /// Columns of each matrix.
    pub columns: usize,
}

impl WeightMatrices {
    /// Returns `count` matrices' weights, row-major.
    ///
    /// # Safety
    /// See [`super::buffer`].
    pub unsafe fn matrices<'a>(&self, count: usize) -> Result<Vec<&'a [i16]>> {
        let one = times(self.rows, self.columns)?;
        let all: &[i16] = self.values.slice(times(count, one)?)?;
        Ok(all.chunks_exact(one.max(1)).collect())
    }

    /// Returns `count` matrices' biases, one a row, or nothing if there are none.
    pub fn biases(&self, count: usize) -> Result<Vec<&[i64]>> {
        if self.biases.is_empty() || self.biases.len() == times(count, self.rows)? {
            return Ok(self.biases.chunks_exact(self.rows.max(1)).collect());
        }
        Err(Error::bad_argument(format!(
            "{} biases for {count} matrices of {} rows",
            self.biases.len(),
            self.rows
        )))
    }

    /// Checks that the rows are rows of each matrix.
    pub fn check_rows(&self, rows: &std::ops::Range<usize>) -> Result<()> {
        if rows.end <= self.rows {
            return Ok(());
        }
        Err(Error::bad_argument(format!("rows {rows:?} of {}", self.rows)))
    }
}

/// Java's `NativeWeights`.
pub struct NativeWeights;

impl Argument for NativeWeights {
    type Java<'a> = JObject<'a>;
    type Value = WeightMatrices;

    fn read(env: &mut JNIEnv, name: &str, java: JObject) -> Result<WeightMatrices> {
        let failed = |e| unreadable(name, &e);
        let array = env.get_field(&java, "biases", "[J").and_then(|v| v.l()).map_err(failed)?;
        let mut biases = Vec::new();
        if !array.is_null() {
            let array = JLongArray::from(array);
            biases.resize(env.get_array_length(&array).map_err(failed)? as usize, 0);
            env.get_long_array_region(&array, 0, &mut biases).map_err(failed)?;
        }
        Ok(WeightMatrices {
            values: buffer_field(env, name, &java, "values")?,
            biases,
            rows: int_field(env, name, &java, "rows")?,
            columns: int_field(env, name, &java, "columns")?,
        })
    }
}

/// The place for results of a method of the server: the server's shares and the ciphertexts for the
/// client.
pub struct AnswerBuffers {
    /// Slots in use in each answer.
    pub columns: usize,
    shares: Buffer,
    ciphertexts: Buffer,
}

impl AnswerBuffers {
    /// Returns the shares of `rows` answers and the ciphertexts of `size` bytes each, to write to.
    ///
    /// # Safety
    /// See [`super::buffer`].
    pub unsafe fn of<'a>(&self, rows: usize, size: usize) -> Result<(&'a mut [u64], &'a mut [u8])> {
        let shares = self.shares.slice_mut(times(rows, self.columns)?)?;
        Ok((shares, self.ciphertexts.slice_mut(times(rows, size)?)?))
    }
}

/// Java's `NativeAnswers`.
pub struct NativeAnswers;

impl Argument for NativeAnswers {
    type Java<'a> = JObject<'a>;
    type Value = AnswerBuffers;

    fn read(env: &mut JNIEnv, name: &str, java: JObject) -> Result<AnswerBuffers> {
        Ok(AnswerBuffers {
            columns: int_field(env, name, &java, "columns")?,
            shares: buffer_field(env, name, &java, "shares")?,
            ciphertexts: buffer_field(env, name, &java, "ciphertexts")?,
        })
    }
}

/// Java's `NativeLeaves`: the shape of comparisons' leaves.
pub struct NativeLeaves;

impl Argument for NativeLeaves {
    type Java<'a> = JObject<'a>;
    type Value = Leaves;

    fn read(env: &mut JNIEnv, name: &str, java: JObject) -> Result<Leaves> {
        let bits = int_field(env, name, &java, "bits")? as u32;
        let thresholds = int_field(env, name, &java, "thresholds")?;
        let lowest = env.get_field(&java, "lowest", "Z").and_then(|v| v.z());
        Leaves::new(bits, thresholds, lowest.map_err(|e| unreadable(name, &e))?)
    }
}

/// Returns a product of two sizes, or `BAD_ARGUMENT` if it does not fit into memory.
pub fn times(a: usize, b: usize) -> Result<usize> {
    a.checked_mul(b)
        .ok_or_else(|| Error::bad_argument(format!("{a} x {b} elements do not fit into memory")))
}
