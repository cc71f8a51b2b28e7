//! AES-128 on many blocks at once: VAES or AES-NI where the processor has them, the `aes` crate elsewhere.

use aes::cipher::{generic_array::GenericArray, BlockEncrypt, KeyInit};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Block;

/// An expanded key. Only the first round key (which is the key itself) is used without AES-NI.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Aes {
    round_keys: [Block; 11],
}

impl Aes {
    pub fn new(key: Block) -> Self {
        let mut round_keys = [0; 11];
        round_keys[0] = key;
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("aes") {
            // SAFETY: the feature was just detected.
            unsafe { x86::expand(&mut round_keys) };
        }
        Aes { round_keys }
    }

    /// Encrypts every block in place.
    pub fn encrypt(&self, blocks: &mut [Block]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("aes") {
            // SAFETY: the features were just detected, and `new` expanded the key since detection does not change.
            unsafe {
                if is_x86_feature_detected!("vaes") && is_x86_feature_detected!("avx2") {
                    x86::encrypt_pairs(&self.round_keys, blocks);
                } else {
                    x86::encrypt(&self.round_keys, blocks);
                }
            }
            return;
        }
        self.encrypt_portably(blocks);
    }

    fn encrypt_portably(&self, blocks: &mut [Block]) {
        let cipher = aes::Aes128Enc::new(&GenericArray::from(self.round_keys[0].to_le_bytes()));
        for eight in blocks.chunks_mut(8) {
            let mut bytes = [GenericArray::default(); 8];
            for (bytes, block) in bytes.iter_mut().zip(eight.iter()) {
                *bytes = GenericArray::from(block.to_le_bytes());
            }
            cipher.encrypt_blocks(&mut bytes[..eight.len()]);
            for (block, bytes) in eight.iter_mut().zip(bytes) {
                *block = Block::from_le_bytes(bytes.into());
            }
        }
    }

    /// Counter mode on two keys at once, which keeps a processor busier than one: out[i][j] = AES_i(counter + j).
    #[inline]
    pub fn stream_pair(pair: &[Aes; 2], counter: u64, out: &mut [[Block; 8]; 2]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("vaes") && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("aes") {
            // SAFETY: the features were just detected, and `new` expanded the keys.
            unsafe { x86::stream_pair(&pair[0].round_keys, &pair[1].round_keys, counter, out) };
            return;
        }
        for (cipher, out) in pair.iter().zip(out) {
            *out = std::array::from_fn(|j| (counter + j as u64) as Block);
            cipher.encrypt(out);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
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
            for i in 0..8 {
                x[i] = _mm_xor_si128(load(&eight[i]), load(&keys[0]));
            }
            for key in &keys[1..10] {
                let key = load(key);
                for x in &mut x {
                    *x = _mm_aesenc_si128(*x, key);
                }
            }
            for i in 0..8 {
                store(&mut eight[i], _mm_aesenclast_si128(x[i], load(&keys[10])));
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
            for i in 0..8 {
                x[i] = _mm256_xor_si256(_mm256_loadu_si256(pairs.add(i)), key);
            }
            for key in &keys[1..10] {
                let key = _mm256_broadcastsi128_si256(load(key));
                for x in &mut x {
                    *x = _mm256_aesenc_epi128(*x, key);
                }
            }
            let key = _mm256_broadcastsi128_si256(load(&keys[10]));
            for i in 0..8 {
                _mm256_storeu_si256(pairs.add(i), _mm256_aesenclast_epi128(x[i], key));
            }
        }
        encrypt(keys, sixteens.into_remainder());
    }

    /// Two streams of eight blocks, two blocks to a register.
    #[target_feature(enable = "aes,avx2,vaes")]
    pub unsafe fn stream_pair(first: &[Block; 11], second: &[Block; 11], counter: u64, out: &mut [[Block; 8]; 2]) {
        let from = _mm256_set_epi64x(0, counter as i64 + 1, 0, counter as i64);
        let step = _mm256_set_epi64x(0, 2, 0, 2);
        let keys = |i: usize| [first, second].map(|keys| _mm256_broadcastsi128_si256(load(&keys[i])));
        let whitening = keys(0);
        let mut x = [[_mm256_setzero_si256(); 4]; 2];
        let mut counters = from;
        for i in 0..4 {
            x[0][i] = _mm256_xor_si256(counters, whitening[0]);
            x[1][i] = _mm256_xor_si256(counters, whitening[1]);
            counters = _mm256_add_epi64(counters, step);
        }
        for round in 1..10 {
            let keys = keys(round);
            for i in 0..4 {
                x[0][i] = _mm256_aesenc_epi128(x[0][i], keys[0]);
                x[1][i] = _mm256_aesenc_epi128(x[1][i], keys[1]);
            }
        }
        let last = keys(10);
        for (stream, out) in out.iter_mut().enumerate() {
            let pairs = out.as_mut_ptr() as *mut __m256i;
            for i in 0..4 {
                _mm256_storeu_si256(pairs.add(i), _mm256_aesenclast_epi128(x[stream][i], last[stream]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 197, appendix C.1.
    #[test]
    fn standard_vector() {
        let key = Block::from_le_bytes(std::array::from_fn(|i| i as u8));
        let plain = Block::from_le_bytes(std::array::from_fn(|i| 0x11 * i as u8));
        let expected = 0x69C4_E0D8_6A7B_0430_D8CD_B780_70B4_C55A_u128.swap_bytes();
        for n in [1, 7, 8, 15, 16, 33] {
            let mut blocks = vec![plain; n];
            Aes::new(key).encrypt(&mut blocks);
            assert_eq!(blocks, vec![expected; n]);
            let mut blocks = vec![plain; n];
            Aes::new(key).encrypt_portably(&mut blocks);
            assert_eq!(blocks, vec![expected; n]);
        }
    }

    #[test]
    fn every_path_agrees_and_streams_continue() {
        let pair = [Aes::new(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF), Aes::new(5)];
        let mut portable: Vec<Block> = (7..57).collect();
        pair[0].encrypt_portably(&mut portable);
        let mut blocks: Vec<Block> = (7..57).collect();
        pair[0].encrypt(&mut blocks);
        assert_eq!(blocks, portable);
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("aes") {
            let mut narrow: Vec<Block> = (7..57).collect();
            unsafe { x86::encrypt(&pair[0].round_keys, &mut narrow) };
            assert_eq!(narrow, portable);
        }
        let mut out = [[0; 8]; 2];
        for counter in [7, 15, 23] {
            Aes::stream_pair(&pair, counter, &mut out);
            assert_eq!(out[0], portable[counter as usize - 7..][..8]);
            let mut second: Vec<Block> = (counter as Block..counter as Block + 8).collect();
            pair[1].encrypt_portably(&mut second);
            assert_eq!(out[1], second[..]);
        }
    }
}
