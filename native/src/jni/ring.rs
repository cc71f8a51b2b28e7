//! JNI entry points of the section `ring`. Everything that is not random runs on the workers of the
//! attempt; see [`super::tiles`].

use std::sync::{Mutex, MutexGuard};

use jni::sys::{jint, jlong};
use rayon::prelude::*;

use super::argument::{
    times, Flag, Id, Int, Long, Modulus, NativeBuffer, Raw, Shift, Width, Within,
};
use super::buffer::Buffer;
use super::tiles::{for_tasks, map, map2, packed, Parts};
use super::{handles, Object};
use crate::error::{Error, Result};
use crate::native;
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

/// Returns a whole message of n packed fields from the peer. Its length is checked before tasks
/// look at their parts.
unsafe fn fields<'a>(input: Buffer, n: usize, width: u32) -> Result<&'a [u8]> {
    let message = input.message()?;
    pack::check_message(message, n, width)?;
    Ok(message)
}

/// Returns a constant below the modulus.
fn element(ring: &Ring, name: &str, x: jlong) -> Result<u64> {
    u64::try_from(x)
        .ok()
        .filter(|&x| x <= ring.largest())
        .ok_or_else(|| Error::bad_argument(format!("{name} is not below the modulus")))
}

/// A bit of a digit.
type Bit = Within<0, 7>;

/// A digit of at most 8 bits.
type Digit = Within<0, { u8::MAX as jint }>;

native! {
    fn rng() -> jlong {
        Ok(handles::insert(Generator(Mutex::new(Rng::new()?))))
    }

    fn ringRandom(rng: Id<Generator>, modulus: Modulus, n: Long, out: NativeBuffer) {
        rng.lock()?.elements(modulus, out.slice_mut(n)?);
        Ok(())
    }

    fn digitRandom(rng: Id<Generator>, width: Width, n: Long, out: NativeBuffer) {
        rng.lock()?.digits(width, out.slice_mut(n)?);
        Ok(())
    }

    fn ringPack(pool: Raw, modulus: Modulus, n: Long, input: NativeBuffer, out: NativeBuffer) {
        let (input, width) = (input.slice(n)?, modulus.bits());
        let out = Parts::new(out.pointer(pack::packed_bytes(n, width)?)?);
        for_tasks(pool, n, |task| {
            pack::pack(modulus, &input[task.clone()], out.part(&packed(&task, width)))
        })
    }

    fn ringUnpack(pool: Raw, modulus: Modulus, n: Long, input: NativeBuffer, out: NativeBuffer) {
        let width = modulus.bits();
        let (input, out) = (fields(input, n, width)?, Parts::new(out.pointer(n)?));
        for_tasks(pool, n, |task| {
            pack::unpack(modulus, &input[packed(&task, width)], out.part(&task))
        })
    }

    fn digitPack(pool: Raw, width: Width, n: Long, input: NativeBuffer, out: NativeBuffer) {
        let input = input.slice(n)?;
        let out = Parts::new(out.pointer(pack::packed_bytes(n, width)?)?);
        for_tasks(pool, n, |task| {
            digit_pack::pack(width, &input[task.clone()], out.part(&packed(&task, width)))
        })
    }

    fn digitUnpack(pool: Raw, width: Width, n: Long, input: NativeBuffer, out: NativeBuffer) {
        let (input, out) = (fields(input, n, width)?, Parts::new(out.pointer(n)?));
        for_tasks(pool, n, |task| {
            digit_pack::unpack(width, &input[packed(&task, width)], out.part(&task))
        })
    }

    fn ringCombine(
        pool: Raw, modulus: Modulus, a: Raw, x: NativeBuffer, b: Raw, y: NativeBuffer, c: Raw,
        out: NativeBuffer,
    ) {
        let (ring, n) = (modulus, out.elements::<u64>()?);
        let (a, b, c) = (element(&ring, "a", a)?, element(&ring, "b", b)?, element(&ring, "c", c)?);
        let (x, out) = (x.pointer(n)?, out.pointer(n)?);
        if y.is_absent() {
            map(pool, n, x, out, |_, x, out| vectors::combine(ring, a, x, 0, x, c, out))
        } else {
            map2(pool, n, x, y.pointer(n)?, out, |x, y, out| {
                vectors::combine(ring, a, x, b, y, c, out)
            })
        }
    }

    fn ringMultiply(
        pool: Raw, modulus: Modulus, n: Long, x: NativeBuffer, y: NativeBuffer, out: NativeBuffer,
    ) {
        map2(pool, n, x.pointer(n)?, y.pointer(n)?, out.pointer(n)?, |x, y, out| {
            vectors::multiply(modulus, x, y, out)
        })
    }

    fn ringBatched(
        pool: Id<Pool>, q: Raw, pairs: Int, rows: Int, columns: Int,
        a: NativeBuffer, b: NativeBuffer, out: NativeBuffer,
    ) {
        let q = u64::try_from(q).ok().filter(|q| (2..1 << 60).contains(q));
        let q = crate::modulus::Modulus::new(
            q.ok_or_else(|| Error::bad_argument("the modulus is not in 2..2^60"))?,
        );
        let (a, b) = (a.slice(a.elements::<u64>()?)?, b.slice(b.elements::<u64>()?)?);
        let inner = a.len() / times(pairs, rows)?.max(1);
        let products = Products { a, b, pairs, inner, rows, columns };
        let out = Parts::new(out.pointer::<u64>(products.elements()?)?);
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
    }

    fn ringShift(
        pool: Raw, n: Long, shift: Shift, ceil: Flag, x: NativeBuffer, modulus: Modulus,
        out: NativeBuffer,
    ) {
        map(pool, n, x.pointer(n)?, out.pointer(n)?, |_, x, out| {
            vectors::shift(shift, ceil, x, modulus, out)
        })
    }

    fn ringPowers(
        pool: Raw, t: Long, n: Long, fraction: Int, bits: Int, x: NativeBuffer, out: NativeBuffer,
    ) {
        let powers = Powers::new(t as u64, fraction as u32, bits as u32)?;
        map(pool, n, x.pointer::<u64>(n)?, out.pointer::<u64>(n)?, |_, x, out| powers.of(x, out))
    }

    fn ringAtLeast(pool: Raw, n: Long, threshold: Raw, x: NativeBuffer, out: NativeBuffer) {
        map(pool, n, x.pointer(n)?, out.pointer(n)?, |_, x, out| {
            vectors::at_least(threshold as u64, x, out)
        })
    }

    fn ringDigits(
        pool: Raw, n: Long, from: Shift, width: Width, x: NativeBuffer, out: NativeBuffer,
    ) {
        map(pool, n, x.pointer(n)?, out.pointer(n)?, |_, x, out| {
            vectors::digits(from, width, x, out)
        })
    }

    fn ringSelect(
        pool: Raw, modulus: Modulus, n: Long, signed: Flag,
        bits: NativeBuffer, x: NativeBuffer, out: NativeBuffer,
    ) {
        let bits: &[u8] = bits.slice(n)?;
        map(pool, n, x.pointer(n)?, out.pointer(n)?, |from, x, out| {
            let bits = &bits[from..from + x.len()];
            if signed {
                vectors::negate_where(modulus, bits, x, out)
            } else {
                vectors::select(bits, x, out)
            }
        })
    }

    fn digitXor(pool: Raw, n: Long, x: NativeBuffer, y: NativeBuffer, out: NativeBuffer) {
        map2(pool, n, x.pointer(n)?, y.pointer(n)?, out.pointer(n)?, digits::xor)
    }

    fn digitSelect(pool: Raw, n: Long, bits: NativeBuffer, x: NativeBuffer, out: NativeBuffer) {
        map2(pool, n, bits.pointer(n)?, x.pointer(n)?, out.pointer(n)?, digits::select)
    }

    fn digitXorConstant(
        pool: Raw, n: Long, constant: Digit, x: NativeBuffer, out: NativeBuffer,
    ) {
        map(pool, n, x.pointer(n)?, out.pointer(n)?, |_, x, out| {
            digits::xor_constant(constant as u8, x, out)
        })
    }

    fn digitSlice(
        pool: Raw, n: Long, from: Bit, width: Width, x: NativeBuffer, out: NativeBuffer,
    ) {
        map(pool, n, x.pointer(n)?, out.pointer(n)?, |_, x, out| digits::slice(from, width, x, out))
    }
}
