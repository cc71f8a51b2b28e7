//! Elementwise kernels on ring vectors. All slices of one call have the same length.

use super::zm::Arithmetic;
use super::Ring;
use crate::with_ring;

/// A public coefficient, sorted out before the loop so that sums and differences need no
/// multiplication.
#[derive(Clone, Copy)]
enum Coefficient {
    Zero,
    One,
    MinusOne,
    Other(u64),
}

impl Coefficient {
    fn of(a: u64, largest: u64) -> Self {
        match a {
            0 => Coefficient::Zero,
            1 => Coefficient::One,
            _ if a == largest => Coefficient::MinusOne,
            _ => Coefficient::Other(a),
        }
    }
}

/// out = a·x + b·y + c mod M for public a, b, c.
pub fn combine(ring: Ring, a: u64, x: &[u64], b: u64, y: &[u64], c: u64, out: &mut [u64]) {
    let largest = ring.largest();
    with_ring!(ring, r => {
        out.fill(c);
        add_multiple(r, Coefficient::of(a, largest), x, out);
        add_multiple(r, Coefficient::of(b, largest), y, out);
    });
}

/// out += a·x
#[inline(always)]
fn add_multiple<R: Arithmetic>(r: R, a: Coefficient, x: &[u64], out: &mut [u64]) {
    let pairs = out.iter_mut().zip(x);
    match a {
        Coefficient::Zero => {}
        Coefficient::One => pairs.for_each(|(o, &x)| *o = r.add(*o, x)),
        Coefficient::MinusOne => pairs.for_each(|(o, &x)| *o = r.add(*o, r.neg(x))),
        Coefficient::Other(a) => pairs.for_each(|(o, &x)| *o = r.add(*o, r.mul(a, x))),
    }
}

/// out = x·y mod M
pub fn multiply(ring: Ring, x: &[u64], y: &[u64], out: &mut [u64]) {
    with_ring!(ring, r => for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = r.mul(x, y);
    });
}

/// out = ⌊x / 2^shift⌋ mod M, or ⌈x / 2^shift⌉; x < 2^63, shift ≤ 63.
pub fn shift(shift: u32, ceil: bool, x: &[u64], to: Ring, out: &mut [u64]) {
    let round = if ceil { (1u64 << shift) - 1 } else { 0 };
    with_ring!(to, r => for (o, &x) in out.iter_mut().zip(x) {
        *o = r.of_word((x + round) >> shift);
    });
}

/// Digit = [x ≥ threshold]
pub fn at_least(threshold: u64, x: &[u64], out: &mut [u8]) {
    for (o, &x) in out.iter_mut().zip(x) {
        *o = (x >= threshold) as u8;
    }
}

/// Digit = bits [from, from + width) of x
pub fn digits(from: u32, width: u32, x: &[u64], out: &mut [u8]) {
    let mask = ((1u32 << width) - 1) as u8;
    for (o, &x) in out.iter_mut().zip(x) {
        *o = (x >> from) as u8 & mask;
    }
}

/// out = bit·x, bits being digits of width 1
pub fn select(bits: &[u8], x: &[u64], out: &mut [u64]) {
    for ((o, &bit), &x) in out.iter_mut().zip(bits).zip(x) {
        *o = x & (bit as u64).wrapping_neg();
    }
}

/// out = (1 − 2·bit)·x mod M
pub fn negate_where(ring: Ring, bits: &[u8], x: &[u64], out: &mut [u64]) {
    with_ring!(ring, r => for ((o, &bit), &x) in out.iter_mut().zip(bits).zip(x) {
        *o = x ^ ((x ^ r.neg(x)) & (bit as u64).wrapping_neg());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: u64 = 2198738042881;

    fn edges(m: u64) -> Vec<u64> {
        (0..40)
            .map(|i| if i < 20 { i % m } else { m - 1 - i % m })
            .chain([m / 2, m / 2 - 1, m / 3, m - 1])
            .collect()
    }

    #[test]
    fn combine_and_multiply_agree_with_integers() {
        for m in [2, 1 << 21, 1 << 63, T, (1 << 61) - 1] {
            let (ring, big) = (Ring::new(m).unwrap(), m as u128);
            let x = edges(m);
            let y: Vec<u64> = x.iter().rev().copied().collect();
            let mut out = vec![0; x.len()];
            for (a, b, c) in [
                (0, 0, m - 1),
                (1, m - 1, 0),
                (m - 1, 1, 1),
                (m / 2, m / 3, m - 1),
                (m - 1, m - 1, m - 1),
            ] {
                combine(ring, a, &x, b, &y, c, &mut out);
                for i in 0..x.len() {
                    let term = |a: u64, x: u64| a as u128 * x as u128 % big;
                    assert_eq!(
                        out[i] as u128,
                        (term(a, x[i]) + term(b, y[i]) + c as u128) % big,
                        "mod {m}"
                    );
                }
            }
            multiply(ring, &x, &y, &mut out);
            for i in 0..x.len() {
                assert_eq!(out[i] as u128, x[i] as u128 * y[i] as u128 % big);
            }
        }
    }

    #[test]
    fn shift_rounds_as_asked() {
        for (m, s) in [(T, 12), (1 << 63, 63), (1 << 21, 0), ((1 << 61) - 1, 24)] {
            for m2 in [2, 1 << 21, T, 1 << 63] {
                let x = edges(m);
                let (mut floor, mut ceil) = (vec![0; x.len()], vec![0; x.len()]);
                shift(s, false, &x, Ring::new(m2).unwrap(), &mut floor);
                shift(s, true, &x, Ring::new(m2).unwrap(), &mut ceil);
                for i in 0..x.len() {
                    let (x, d) = (x[i] as u128, 1u128 << s);
                    assert_eq!(floor[i] as u128, x / d % m2 as u128);
                    assert_eq!(ceil[i] as u128, x.div_ceil(d) % m2 as u128);
                }
            }
        }
    }

    #[test]
    fn bits_of_elements() {
        let x = edges(1 << 63);
        let (mut out, mut out2) = (vec![0; x.len()], vec![0; x.len()]);
        for (from, width) in [(0, 1), (61, 2), (5, 8), (63, 1)] {
            digits(from, width, &x, &mut out);
            for i in 0..x.len() {
                assert_eq!(out[i] as u64, x[i] >> from & ((1 << width) - 1));
            }
        }
        at_least(1 << 62, &x, &mut out);
        at_least(0, &x, &mut out2);
        for i in 0..x.len() {
            assert_eq!((out[i] == 1, out2[i]), (x[i] >= 1 << 62, 1));
        }
    }

    #[test]
    fn selection_by_bits() {
        for m in [2, 1 << 63, T] {
            let x = edges(m);
            let bits: Vec<u8> = (0..x.len()).map(|i| (i % 3 == 0) as u8).collect();
            let (mut kept, mut signed) = (vec![0; x.len()], vec![0; x.len()]);
            select(&bits, &x, &mut kept);
            negate_where(Ring::new(m).unwrap(), &bits, &x, &mut signed);
            for i in 0..x.len() {
                let (plain, negative) = (x[i], (m - x[i]) % m);
                assert_eq!(kept[i], if bits[i] == 1 { plain } else { 0 });
                assert_eq!(signed[i], if bits[i] == 1 { negative } else { plain });
            }
        }
    }
}
