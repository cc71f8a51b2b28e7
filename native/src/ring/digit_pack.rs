//! Bit-packing of digit vectors: n fields of w ≤ 8 bits, in the format of [`super::pack`]. Eight
//! digits fill exactly w bytes, so that a word of eight digits is packed by three halving steps
//! without carrying bits from one group to the next.

use super::digits::all_below;
use super::pack::{check_message, packed_bytes};
use crate::error::{Error, Result};

/// Masks and shifts that close (or open) the gaps between 2, 4 and 8 neighbouring fields.
struct Steps([(u64, u32); 3]);

impl Steps {
    fn new(width: u32) -> Self {
        Steps([0, 1, 2].map(|level| {
            let (lane, used) = (16u32 << level, width << level);
            // The lower field of every lane; its neighbour sits half a lane higher and moves down
            // next to it.
            let low = (u64::MAX / (u64::MAX >> (64 - lane))) * (u64::MAX >> (64 - used));
            (low, lane / 2 - used)
        }))
    }

    #[inline(always)]
    fn close(&self, mut x: u64) -> u64 {
        for (level, &(low, gap)) in self.0.iter().enumerate() {
            x = x & low | (x & low << (8 << level)) >> gap;
        }
        x
    }

    #[inline(always)]
    fn open(&self, mut x: u64) -> u64 {
        for (level, &(low, gap)) in self.0.iter().enumerate().rev() {
            x = x & low | x << gap & low << (8 << level);
        }
        x
    }
}

/// Packs digits below 2^width; `out` has ⌈n·width/8⌉ bytes. `BAD_ARGUMENT` if a digit is too large.
pub fn pack(width: u32, x: &[u8], out: &mut [u8]) -> Result<()> {
    debug_assert_eq!(out.len(), packed_bytes(x.len(), width)?);
    if !all_below(width, x) {
        return Err(Error::bad_argument(format!("a digit to pack does not fit into {width} bits")));
    }
    let steps = Steps::new(width);
    for (digits, fields) in x.chunks(8).zip(out.chunks_mut(width as usize)) {
        let mut word = [0; 8];
        word[..digits.len()].copy_from_slice(digits);
        fields
            .copy_from_slice(&steps.close(u64::from_le_bytes(word)).to_le_bytes()[..fields.len()]);
    }
    Ok(())
}

/// Unpacks a peer's message; `MALFORMED_MESSAGE` if its length is not ⌈n·width/8⌉ or an unused bit
/// is set.
pub fn unpack(width: u32, packed: &[u8], out: &mut [u8]) -> Result<()> {
    check_message(packed, out.len(), width)?;
    let steps = Steps::new(width);
    for (digits, fields) in out.chunks_mut(8).zip(packed.chunks(width as usize)) {
        let mut word = [0; 8];
        word[..fields.len()].copy_from_slice(fields);
        digits.copy_from_slice(&steps.open(u64::from_le_bytes(word)).to_le_bytes()[..digits.len()]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::ring::{pack as ring_pack, Ring};

    #[test]
    fn every_width_comes_back_and_equals_the_ring_format() {
        for width in 1..=8 {
            for n in [0, 1, 7, 8, 9, 64, 1000, 1001] {
                let mask = ((1u32 << width) - 1) as u8;
                let x: Vec<u8> = (0..n as u64)
                    .map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8 & mask)
                    .collect();
                let mut packed = vec![0xFF; packed_bytes(n, width).unwrap()];
                pack(width, &x, &mut packed).unwrap();
                let mut expected = packed.clone();
                let elements: Vec<u64> = x.iter().map(|&x| x as u64).collect();
                ring_pack::pack(Ring::new(1 << width).unwrap(), &elements, &mut expected).unwrap();
                assert_eq!(packed, expected);
                let mut back = vec![0xFF; n];
                unpack(width, &packed, &mut back).unwrap();
                assert_eq!(back, x);
            }
        }
    }

    #[test]
    fn bad_messages_and_digits_are_refused() {
        for width in [1, 2, 3, 7] {
            let mut out = [0; 9];
            let bytes = packed_bytes(9, width).unwrap();
            for length in [bytes - 1, bytes + 1] {
                assert_eq!(
                    unpack(width, &vec![0; length], &mut out).unwrap_err().code,
                    Code::MalformedMessage
                );
            }
            let mut packed = vec![0; bytes];
            packed[bytes - 1] = 0x80;
            assert_eq!(unpack(width, &packed, &mut out).unwrap_err().code, Code::MalformedMessage);
            assert_eq!(
                pack(width, &[0, 1 << width], &mut vec![0; packed_bytes(2, width).unwrap()])
                    .unwrap_err()
                    .code,
                Code::BadArgument
            );
        }
    }
}
