//! The transform by AVX-512, eight residues at a time.
//!
//! Layers with at least eight residues between the two of a butterfly go in pairs, which halves the
//! traffic with the cache. The last three layers of the forward transform, and the first three of
//! the inverse, stay inside two registers. The bounds are those of the portable form, except that a
//! product is below 4·q, because its quotient leaves out carries of the low halves.
//!
//! # Safety
//! Every function needs the features that [`available`] asks for.

use std::arch::x86_64::*;

use super::{Ntt, Root, Roots, LOG_N, N};

/// Residues in a register.
const LANES: usize = 8;

type Lanes = [u64; LANES];

// Pairs of layers, and three layers in registers, are all there are.
const _: () = assert!(LOG_N % 2 == 1);

pub fn available() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq")
}

/// Turns coefficients into values.
#[target_feature(enable = "avx512f,avx512dq")]
pub unsafe fn forward(ntt: &Ntt, poly: &mut [u64]) {
    let (q, vectors) = (Prime::new(ntt.q), poly.as_chunks_mut::<LANES>().0);
    let mut blocks = 1;
    while blocks < N / 8 {
        for (i, block) in vectors.chunks_exact_mut(N / LANES / blocks).enumerate() {
            let [w, w_low, w_high] = Factor::two_layers(&ntt.forward, blocks + i);
            let [a, b, c, d] = quarters(block);
            for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
                let (u, v) = q.forward(load(a), load(c), w);
                let (x, y) = q.forward(load(b), load(d), w);
                let (u, x) = q.forward(u, x, w_low);
                let (v, y) = q.forward(v, y, w_high);
                store(a, u);
                store(b, x);
                store(c, v);
                store(d, y);
            }
        }
        blocks *= 4;
    }
    let exchange = Exchange::new();
    let roots = &ntt.forward;
    for (i, [x, y]) in vectors.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        let (a, b) = order(exchange.fours, load(x), load(y));
        let (a, b) = q.forward(a, b, Factor::each_four(roots, N / 8 + 2 * i));
        let (a, b) = order(exchange.twos, a, b);
        let (a, b) = q.forward(a, b, Factor::each_two(roots, N / 4 + 4 * i));
        let (a, b) = order(exchange.ones, a, b);
        let (a, b) = q.forward(a, b, Factor::each(roots, N / 2 + 8 * i));
        let (a, b) = order(exchange.interleave, q.canonical(a), q.canonical(b));
        store(x, a);
        store(y, b);
    }
}

/// Turns values into coefficients.
#[target_feature(enable = "avx512f,avx512dq")]
pub unsafe fn inverse(ntt: &Ntt, poly: &mut [u64]) {
    let (q, vectors) = (Prime::new(ntt.q), poly.as_chunks_mut::<LANES>().0);
    let exchange = Exchange::new();
    let roots = &ntt.inverse;
    for (i, [x, y]) in vectors.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        let (a, b) = order(exchange.separate, load(x), load(y));
        let (a, b) = q.inverse(a, b, Factor::each(roots, N / 2 + 8 * i));
        let (a, b) = order(exchange.ones, a, b);
        let (a, b) = q.inverse(a, b, Factor::each_two(roots, N / 4 + 4 * i));
        let (a, b) = order(exchange.twos, a, b);
        let (a, b) = q.inverse(a, b, Factor::each_four(roots, N / 8 + 2 * i));
        let (a, b) = order(exchange.fours, a, b);
        store(x, a);
        store(y, b);
    }
    let mut blocks = N / 8 / 4;
    while blocks > 0 {
        for (i, block) in vectors.chunks_exact_mut(N / LANES / blocks).enumerate() {
            let [w, w_low, w_high] = Factor::two_layers(roots, blocks + i);
            let [a, b, c, d] = quarters(block);
            for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
                let (u, x) = q.inverse(load(a), load(b), w_low);
                let (v, y) = q.inverse(load(c), load(d), w_high);
                let (u, v) = q.inverse(u, v, w);
                let (x, y) = q.inverse(x, y, w);
                store(a, u);
                store(b, x);
                store(c, v);
                store(d, y);
            }
        }
        blocks /= 4;
    }
    let scale = Factor::new(ntt.scale);
    for x in vectors {
        store(x, q.canonical(q.times(load(x), scale)));
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(lanes: &Lanes) -> __m512i {
    // SAFETY: 64 readable bytes, of any alignment.
    unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(lanes: &mut Lanes, x: __m512i) {
    // SAFETY: 64 writable bytes, of any alignment.
    unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), x) }
}

fn quarters(block: &mut [Lanes]) -> [&mut [Lanes]; 4] {
    let (ab, cd) = block.split_at_mut(block.len() / 2);
    let (a, b) = ab.split_at_mut(ab.len() / 2);
    let (c, d) = cd.split_at_mut(cd.len() / 2);
    [a, b, c, d]
}

/// Constants of eight lanes; `high` is the upper half of the quotient.
#[derive(Clone, Copy)]
struct Factor {
    factor: __m512i,
    quotient: __m512i,
    high: __m512i,
}

impl Factor {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn of(factor: __m512i, quotient: __m512i) -> Self {
        Factor { factor, quotient, high: _mm512_srli_epi64::<32>(quotient) }
    }

    /// Returns the same constant for all lanes.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(root: Root) -> Self {
        Self::of(_mm512_set1_epi64(root.factor as i64), _mm512_set1_epi64(root.quotient as i64))
    }

    /// Returns the constant of a block, and those of its two halves in the next layer.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn two_layers(roots: &Roots, block: usize) -> [Self; 3] {
        let low = 2 * block;
        [Self::new(roots.at(block)), Self::new(roots.at(low)), Self::new(roots.at(low + 1))]
    }

    /// Returns a constant for each lane.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn each(roots: &Roots, first: usize) -> Self {
        let lanes = |words: &[u64]| -> Lanes { words[first..first + LANES].try_into().unwrap() };
        Self::of(load(&lanes(&roots.factors)), load(&lanes(&roots.quotients)))
    }

    /// Returns four constants for two lanes each.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn each_two(roots: &Roots, first: usize) -> Self {
        Self::each(roots, first).spread(_mm512_setr_epi64(0, 0, 1, 1, 2, 2, 3, 3))
    }

    /// Returns two constants for four lanes each.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn each_four(roots: &Roots, first: usize) -> Self {
        Self::each(roots, first).spread(_mm512_setr_epi64(0, 0, 0, 0, 1, 1, 1, 1))
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn spread(self, lanes: __m512i) -> Self {
        Self::of(
            _mm512_permutexvar_epi64(lanes, self.factor),
            _mm512_permutexvar_epi64(lanes, self.quotient),
        )
    }
}

/// The prime and its multiples in all lanes.
#[derive(Clone, Copy)]
struct Prime {
    q: __m512i,
    q2: __m512i,
    q4: __m512i,
}

impl Prime {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(q: u64) -> Self {
        let q = q as i64;
        Prime {
            q: _mm512_set1_epi64(q),
            q2: _mm512_set1_epi64(2 * q),
            q4: _mm512_set1_epi64(4 * q),
        }
    }

    /// Returns w·x modulo q for any x, below 4·q.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq")]
    fn times(self, x: __m512i, w: Factor) -> __m512i {
        let x_high = _mm512_srli_epi64::<32>(x);
        let middle = _mm512_add_epi64(
            _mm512_srli_epi64::<32>(_mm512_mul_epu32(x, w.high)),
            _mm512_srli_epi64::<32>(_mm512_mul_epu32(x_high, w.quotient)),
        );
        let quotient = _mm512_add_epi64(_mm512_mul_epu32(x_high, w.high), middle);
        _mm512_sub_epi64(_mm512_mullo_epi64(w.factor, x), _mm512_mullo_epi64(quotient, self.q))
    }

    /// Returns (a + w·b, a − w·b) for residues below 8·q, below 8·q.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq")]
    fn forward(self, a: __m512i, b: __m512i, w: Factor) -> (__m512i, __m512i) {
        let (u, v) = (below(a, self.q4), self.times(b, w));
        (_mm512_add_epi64(u, v), _mm512_sub_epi64(_mm512_add_epi64(u, self.q4), v))
    }

    /// Returns (a + b, w·(a − b)) for residues below 4·q, below 4·q.
    #[inline]
    #[target_feature(enable = "avx512f,avx512dq")]
    fn inverse(self, a: __m512i, b: __m512i, w: Factor) -> (__m512i, __m512i) {
        let difference = _mm512_sub_epi64(_mm512_add_epi64(a, self.q4), b);
        (below(_mm512_add_epi64(a, b), self.q4), self.times(difference, w))
    }

    /// Returns x mod q for x < 8·q.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn canonical(self, x: __m512i) -> __m512i {
        below(below(below(x, self.q4), self.q2), self.q)
    }
}

/// Returns x with `bound` subtracted once if x ≥ bound.
#[inline]
#[target_feature(enable = "avx512f")]
fn below(x: __m512i, bound: __m512i) -> __m512i {
    _mm512_min_epu64(x, _mm512_sub_epi64(x, bound))
}

/// Orders of the sixteen residues in two registers. Before a layer, the first register holds the
/// first residue of each butterfly and the second register the second.
struct Exchange {
    /// Swaps the second half of the first register with the first half of the second.
    fours: [__m512i; 2],
    /// Swaps pairs of lanes.
    twos: [__m512i; 2],
    /// Swaps single lanes.
    ones: [__m512i; 2],
    /// Takes lanes from the two registers in turn.
    interleave: [__m512i; 2],
    /// Undoes `interleave`.
    separate: [__m512i; 2],
}

impl Exchange {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new() -> Self {
        Exchange {
            fours: [
                _mm512_setr_epi64(0, 1, 2, 3, 8, 9, 10, 11),
                _mm512_setr_epi64(4, 5, 6, 7, 12, 13, 14, 15),
            ],
            twos: [
                _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13),
                _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15),
            ],
            ones: [
                _mm512_setr_epi64(0, 8, 2, 10, 4, 12, 6, 14),
                _mm512_setr_epi64(1, 9, 3, 11, 5, 13, 7, 15),
            ],
            interleave: [
                _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11),
                _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15),
            ],
            separate: [
                _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14),
                _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15),
            ],
        }
    }
}

/// Returns both registers with lanes taken from the two in this order.
#[inline]
#[target_feature(enable = "avx512f")]
fn order(to: [__m512i; 2], a: __m512i, b: __m512i) -> (__m512i, __m512i) {
    (_mm512_permutex2var_epi64(a, to[0], b), _mm512_permutex2var_epi64(a, to[1], b))
}
