//! Bit-packing of residues for the wire: fixed sizes, least significant bit first, every residue
//! below its prime.

use super::N;
use crate::error::{Error, Result};
use crate::modulus::Modulus;

/// Packs N fields of `bits` ≤ 63 bits into bits·N/8 bytes.
pub fn pack(fields: &[u64], bits: u32, out: &mut [u8]) {
    assert!(fields.len() == N && out.len() == bits as usize * N / 8);
    let (mut window, mut filled, mut words) = (0u128, 0, out.chunks_exact_mut(8));
    for &field in fields {
        window |= (field as u128) << filled;
        filled += bits;
        if filled >= 64 {
            words
                .next()
                .expect("N·bits is a multiple of 64")
                .copy_from_slice(&(window as u64).to_le_bytes());
            window >>= 64;
            filled -= 64;
        }
    }
    debug_assert_eq!(filled, 0);
}

/// The inverse of [`pack`].
pub fn unpack(packed: &[u8], bits: u32, out: &mut [u64]) {
    assert!(out.len() == N && packed.len() == bits as usize * N / 8);
    let mask = u64::MAX >> (64 - bits);
    let (mut window, mut filled, mut words) = (0u128, 0, packed.chunks_exact(8));
    for field in out {
        if filled < bits {
            let word = words.next().expect("N·bits is a multiple of 64");
            window |= (u64::from_le_bytes(word.try_into().expect("8 bytes")) as u128) << filled;
            filled += 64;
        }
        *field = window as u64 & mask;
        window >>= bits;
        filled -= bits;
    }
}

/// Packs one polynomial per modulus, from the front of `out`; returns the rest of `out`.
pub fn write<'a>(residues: &[u64], moduli: &[Modulus], mut out: &'a mut [u8]) -> &'a mut [u8] {
    for (poly, q) in residues.chunks_exact(N).zip(moduli) {
        let (field, rest) = out.split_at_mut(q.bits() as usize * N / 8);
        pack(poly, q.bits(), field);
        out = rest;
    }
    out
}

/// Parses one polynomial per modulus from the front of `packed` and checks every residue; returns
/// the rest of `packed`.
pub fn read<'a>(
    mut packed: &'a [u8],
    moduli: &[Modulus],
    residues: &mut [u64],
) -> Result<&'a [u8]> {
    for (poly, q) in residues.chunks_exact_mut(N).zip(moduli) {
        let bytes = q.bits() as usize * N / 8;
        if packed.len() < bytes {
            return Err(Error::malformed(format!(
                "{} bytes are left where {bytes} are needed",
                packed.len()
            )));
        }
        let (field, rest) = packed.split_at(bytes);
        unpack(field, q.bits(), poly);
        if poly.iter().any(|&r| r >= q.value()) {
            return Err(Error::malformed("a residue is not below its prime"));
        }
        packed = rest;
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn every_width_comes_back() {
        for bits in 1..=63 {
            let fields: Vec<u64> = (0..N as u64)
                .map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits))
                .collect();
            let mut packed = vec![0; bits as usize * N / 8];
            pack(&fields, bits, &mut packed);
            let mut back = vec![0; N];
            unpack(&packed, bits, &mut back);
            assert_eq!(fields, back);
        }
    }

    #[test]
    fn residues_are_checked() {
        let moduli = [Modulus::new((1 << 40) - 87), Modulus::new((1 << 30) - 35)];
        let mut residues = vec![1; 2 * N];
        residues[0] = moduli[0].value() - 1;
        let mut packed = vec![0; 70 * N / 8 + 3];
        assert_eq!(write(&residues, &moduli, &mut packed).len(), 3);
        let mut back = vec![0; 2 * N];
        assert_eq!(read(&packed, &moduli, &mut back).unwrap().len(), 3);
        assert_eq!(residues, back);
        assert_eq!(
            read(&packed[..70 * N / 8 - 1], &moduli, &mut back).unwrap_err().code,
            Code::MalformedMessage
        );
        residues[2 * N - 1] = moduli[1].value();
        write(&residues, &moduli, &mut packed);
        assert_eq!(read(&packed, &moduli, &mut back).unwrap_err().code, Code::MalformedMessage);
    }
}
