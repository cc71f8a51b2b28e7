//! AES-128 by the processor's instructions.
//!
//! Loops and no closures: a closure handed to a generic function would be compiled without the
//! features, and every instruction of AES in it would become a call.
//!
//! # Safety
//! Every function needs the features it names, and those that encrypt need keys that [`expand`]
//! made.

use std::arch::x86_64::*;

use super::Block;

/// Fills round keys 1 to 10 from round key 0 (FIPS 197, section 5.2).
#[target_feature(enable = "aes")]
pub unsafe fn expand(keys: &mut [Block; 11]) {
    macro_rules! round {
        ($i:literal, $constant:literal) => {
            let previous = load(&keys[$i - 1]);
            let word = _mm_shuffle_epi32::<0xFF>(_mm_aeskeygenassist_si128::<$constant>(previous));
            // Every word is XORed with all words before it.
            let pairs = _mm_xor_si128(previous, _mm_slli_si128::<4>(previous));
            let all = _mm_xor_si128(pairs, _mm_slli_si128::<8>(pairs));
            store(&mut keys[$i], _mm_xor_si128(all, word));
        };
    }
    round!(1, 0x01);
    round!(2, 0x02);
    round!(3, 0x04);
    round!(4, 0x08);
    round!(5, 0x10);
    round!(6, 0x20);
    round!(7, 0x40);
    round!(8, 0x80);
    round!(9, 0x1B);
    round!(10, 0x36);
}

#[inline(always)]
unsafe fn load(block: &Block) -> __m128i {
    _mm_loadu_si128(block as *const Block as *const __m128i)
}

#[inline(always)]
unsafe fn store(block: &mut Block, x: __m128i) {
    _mm_storeu_si128(block as *mut Block as *mut __m128i, x)
}

/// Eight blocks in flight, which hides the latency of a round.
#[target_feature(enable = "aes")]
pub unsafe fn encrypt(keys: &[Block; 11], blocks: &mut [Block]) {
    let mut eights = blocks.chunks_exact_mut(8);
    for eight in &mut eights {
        let eight: &mut [Block; 8] = eight.try_into().unwrap_unchecked();
        let mut x = [_mm_setzero_si128(); 8];
        for (x, block) in x.iter_mut().zip(eight.iter()) {
            *x = _mm_xor_si128(load(block), load(&keys[0]));
        }
        for key in &keys[1..10] {
            let key = load(key);
            for x in &mut x {
                *x = _mm_aesenc_si128(*x, key);
            }
        }
        for (x, block) in x.into_iter().zip(eight) {
            store(block, _mm_aesenclast_si128(x, load(&keys[10])));
        }
    }
    for block in eights.into_remainder() {
        let mut x = _mm_xor_si128(load(block), load(&keys[0]));
        for key in &keys[1..10] {
            x = _mm_aesenc_si128(x, load(key));
        }
        store(block, _mm_aesenclast_si128(x, load(&keys[10])));
    }
}

/// Sixteen blocks in flight, two to a register.
#[target_feature(enable = "aes,avx2,vaes")]
pub unsafe fn encrypt_pairs(keys: &[Block; 11], blocks: &mut [Block]) {
    let mut sixteens = blocks.chunks_exact_mut(16);
    for sixteen in &mut sixteens {
        let pairs = sixteen.as_mut_ptr() as *mut __m256i;
        let mut x = [_mm256_setzero_si256(); 8];
        let key = _mm256_broadcastsi128_si256(load(&keys[0]));
        for (i, x) in x.iter_mut().enumerate() {
            *x = _mm256_xor_si256(_mm256_loadu_si256(pairs.add(i)), key);
        }
        for key in &keys[1..10] {
            let key = _mm256_broadcastsi128_si256(load(key));
            for x in &mut x {
                *x = _mm256_aesenc_epi128(*x, key);
            }
        }
        let key = _mm256_broadcastsi128_si256(load(&keys[10]));
        for (i, x) in x.into_iter().enumerate() {
            _mm256_storeu_si256(pairs.add(i), _mm256_aesenclast_epi128(x, key));
        }
    }
    encrypt(keys, sixteens.into_remainder());
}

/// Two streams of eight blocks, two blocks to a register.
#[target_feature(enable = "aes,avx2,vaes")]
pub unsafe fn stream_pair(
    first: &[Block; 11],
    second: &[Block; 11],
    counter: u64,
    out: &mut [[Block; 8]; 2],
) {
    let step = _mm256_set_epi64x(0, 2, 0, 2);
    let mut counters = _mm256_set_epi64x(0, counter as i64 + 1, 0, counter as i64);
    let (mut x, mut y) = ([_mm256_setzero_si256(); 4], [_mm256_setzero_si256(); 4]);
    let (key_x, key_y) = (broadcast(&first[0]), broadcast(&second[0]));
    for (x, y) in x.iter_mut().zip(&mut y) {
        *x = _mm256_xor_si256(counters, key_x);
        *y = _mm256_xor_si256(counters, key_y);
        counters = _mm256_add_epi64(counters, step);
    }
    for round in 1..10 {
        let (key_x, key_y) = (broadcast(&first[round]), broadcast(&second[round]));
        for (x, y) in x.iter_mut().zip(&mut y) {
            *x = _mm256_aesenc_epi128(*x, key_x);
            *y = _mm256_aesenc_epi128(*y, key_y);
        }
    }
    let [out_x, out_y] = out;
    finish(x, broadcast(&first[10]), out_x);
    finish(y, broadcast(&second[10]), out_y);
}

#[inline]
#[target_feature(enable = "aes,avx2,vaes")]
unsafe fn broadcast(key: &Block) -> __m256i {
    _mm256_broadcastsi128_si256(load(key))
}

/// The last round.
#[inline]
#[target_feature(enable = "aes,avx2,vaes")]
unsafe fn finish(x: [__m256i; 4], key: __m256i, out: &mut [Block; 8]) {
    for (x, pair) in x.into_iter().zip(out.chunks_exact_mut(2)) {
        _mm256_storeu_si256(pair.as_mut_ptr() as *mut __m256i, _mm256_aesenclast_epi128(x, key));
    }
}
