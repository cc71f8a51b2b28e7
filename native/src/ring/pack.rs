//! Bit-packing of ring vectors: n fields of w bits, least significant bit first, ⌈n·w/8⌉ bytes,
//! unused bits zero.

use super::Ring;
use crate::error::{Error, Result};

/// Returns ⌈n·width/8⌉
pub fn packed_bytes(n: usize, width: u32) -> Result<usize> {
    n.checked_mul(width as usize)
        .and_then(|bits| bits.checked_add(7))
        .map(|bits| bits / 8)
        .ok_or_else(|| {
            Error::bad_argument(format!("{n} fields of {width} bits do not fit into memory"))
        })
}

/// Packs canonical elements; `out` has [`packed_bytes`] bytes. `BAD_ARGUMENT` if an element is ≥ M.
pub fn pack(ring: Ring, x: &[u64], out: &mut [u8]) -> Result<()> {
    debug_assert_eq!(out.len(), packed_bytes(x.len(), ring.bits())?);
    if x.iter().fold(false, |bad, &x| bad | (x > ring.largest())) {
        return Err(Error::bad_argument("an element to pack is not below its modulus"));
    }
    let width = ring.bits();
    let (mut word, mut fill, mut at) = (0u64, 0, 0);
    for &x in x {
        word |= x << fill;
        fill += width;
        if fill >= 64 {
            out[at..at + 8].copy_from_slice(&word.to_le_bytes());
            at += 8;
            fill -= 64;
            // The bits of x that did not fit; width ≤ 63, so the shift is below 64 and at least 1.
            word = x >> (width - fill);
        }
    }
    let rest = &mut out[at..];
    rest.copy_from_slice(&word.to_le_bytes()[..rest.len()]);
    Ok(())
}

/// Unpacks a peer's message of [`packed_bytes`] bytes; `MALFORMED_MESSAGE` if it has another
/// length, an element ≥ M, or a set unused bit.
pub fn unpack(ring: Ring, packed: &[u8], out: &mut [u64]) -> Result<()> {
    let width = ring.bits();
    check_message(packed, out.len(), width)?;
    // A field starts within a byte and may touch nine: up to 57 bits one word holds it, beyond that
    // two are read.
    let over = if width <= 57 {
        unpack_windows::<8>(width, ring.largest(), packed, out)
    } else {
        unpack_windows::<16>(width, ring.largest(), packed, out)
    };
    if over {
        return Err(Error::malformed("a packed element is not below its modulus"));
    }
    Ok(())
}

/// Reads every field from the W bytes it starts in (8 or 16); returns whether one exceeds
/// `largest`.
fn unpack_windows<const W: usize>(
    width: u32,
    largest: u64,
    packed: &[u8],
    out: &mut [u64],
) -> bool {
    let mask = u64::MAX >> (64 - width);
    let mut over = false;
    let mut field = |window: &[u8; W], shift: usize, o: &mut u64| {
        let low = u64::from_le_bytes(window[..8].try_into().unwrap());
        let x = if W == 8 {
            low >> shift
        } else {
            // Two shifts, since the high word has to move by 64 when shift = 0.
            low >> shift
                | u64::from_le_bytes(window[W - 8..].try_into().unwrap()) << 1 << (63 - shift)
        };
        *o = x & mask;
        over |= *o > largest;
    };
    // Fields whose window lies within the message, then the few at its end through a padded copy.
    let inside = if packed.len() < W {
        0
    } else {
        ((packed.len() - W) * 8 / width as usize + 1).min(out.len())
    };
    let (body, end) = out.split_at_mut(inside);
    let mut bit = 0;
    for o in body {
        field(packed[bit / 8..][..W].try_into().unwrap(), bit % 8, o);
        bit += width as usize;
    }
    for o in end {
        let mut window = [0; W];
        let rest = &packed[bit / 8..];
        let n = rest.len().min(W);
        window[..n].copy_from_slice(&rest[..n]);
        field(&window, bit % 8, o);
        bit += width as usize;
    }
    over
}

/// Length and unused bits of a packed message from the peer.
pub fn check_message(packed: &[u8], n: usize, width: u32) -> Result<()> {
    let needed = packed_bytes(n, width)?;
    if packed.len() != needed {
        return Err(Error::malformed(format!(
            "{} bytes where {n} fields of {width} bits take {needed}",
            packed.len()
        )));
    }
    let used = n * width as usize % 8;
    if used != 0 && packed[needed - 1] >> used != 0 {
        return Err(Error::malformed("an unused bit of a packed message is set"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use rand_core::{RngCore, SeedableRng};

    fn moduli() -> Vec<u64> {
        (1..=63)
            .map(|k| 1 << k)
            .chain([3, 5, (1 << 21) + 1, 2198738042881, (1 << 57) + 1, (1 << 60) - 93])
            .collect()
    }

    #[test]
    fn every_width_comes_back() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        for m in moduli() {
            let ring = Ring::new(m).unwrap();
            for n in [0, 1, 2, 7, 8, 9, 63, 64, 65, 200] {
                let mut x: Vec<u64> = (0..n).map(|_| rng.next_u64() % m).collect();
                x.iter_mut().take(2).for_each(|x| *x = m - 1);
                let mut packed = vec![0xFF; packed_bytes(n, ring.bits()).unwrap()];
                pack(ring, &x, &mut packed).unwrap();
                for (i, &x) in x.iter().enumerate() {
                    for b in 0..ring.bits() as usize {
                        let at = i * ring.bits() as usize + b;
                        assert_eq!(
                            packed[at / 8] >> (at % 8) & 1,
                            (x >> b & 1) as u8,
                            "bit {b} of {i} mod {m}"
                        );
                    }
                }
                let mut back = vec![u64::MAX; n];
                unpack(ring, &packed, &mut back).unwrap();
                assert_eq!(back, x, "mod {m}");
            }
        }
    }

    #[test]
    fn bad_messages_are_refused() {
        let malformed = |r: Result<()>| assert_eq!(r.unwrap_err().code, Code::MalformedMessage);
        for m in moduli() {
            let ring = Ring::new(m).unwrap();
            for n in [1usize, 3, 9, 40] {
                let mut out = vec![0; n];
                let bytes = packed_bytes(n, ring.bits()).unwrap();
                malformed(unpack(ring, &vec![0; bytes + 1], &mut out));
                malformed(unpack(ring, &vec![0; bytes - 1], &mut out));
                let used = n * ring.bits() as usize % 8;
                if used != 0 {
                    let mut packed = vec![0; bytes];
                    packed[bytes - 1] = 1 << used;
                    malformed(unpack(ring, &packed, &mut out));
                }
                if !m.is_power_of_two() {
                    for i in [0, n - 1] {
                        // All bits of field i set: the largest number of its width, beyond M − 1.
                        let mut packed = vec![0; bytes];
                        for at in i * ring.bits() as usize..(i + 1) * ring.bits() as usize {
                            packed[at / 8] |= 1 << (at % 8);
                        }
                        malformed(unpack(ring, &packed, &mut out));
                    }
                }
            }
        }
    }

    #[test]
    fn a_caller_cannot_pack_what_is_too_large() {
        let ring = Ring::new(5).unwrap();
        assert_eq!(pack(ring, &[4, 5], &mut [0]).unwrap_err().code, Code::BadArgument);
        assert!(packed_bytes(usize::MAX, 2).is_err());
    }

    #[test]
    #[ignore = "a measurement"]
    fn speed() {
        for m in [1 << 21, 2198738042881, 1 << 63] {
            let (ring, n) = (Ring::new(m).unwrap(), 1 << 20);
            let mut x: Vec<u64> =
                (0..n as u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) % m).collect();
            let mut packed = vec![0; packed_bytes(n, ring.bits()).unwrap()];
            let report = |what: &str, start: std::time::Instant| {
                let mb = 20.0 * (n * ring.bits() as usize / 8) as f64 / 1e6;
                eprintln!(
                    "{what} {} bits: {:.0} MB/s packed",
                    ring.bits(),
                    mb / start.elapsed().as_secs_f64()
                );
            };
            let start = std::time::Instant::now();
            (0..20).for_each(|_| pack(ring, &x, &mut packed).unwrap());
            report("pack", start);
            let start = std::time::Instant::now();
            (0..20).for_each(|_| unpack(ring, &packed, &mut x).unwrap());
            report("unpack", start);
        }
    }
}
