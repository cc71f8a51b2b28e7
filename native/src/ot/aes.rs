//! AES-128 on many blocks at once: VAES or AES-NI where the processor has them, the `aes` crate
//! elsewhere.

use aes::cipher::{generic_array::GenericArray, BlockEncrypt, KeyInit};
use zeroize::{Zeroize, ZeroizeOnDrop};

#[cfg(target_arch = "x86_64")]
use super::aes_x86 as x86;
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
            // SAFETY: the features were just detected, and `new` expanded the key since detection
            // does not change.
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

    /// Counter mode on two keys at once, which keeps a processor busier than one:
    /// `out[i][j] = AES_i(counter + j)`.
    #[inline]
    pub fn stream_pair(pair: &[Aes; 2], counter: u64, out: &mut [[Block; 8]; 2]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("vaes")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("aes")
        {
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
