//! Elementwise kernels on digit vectors: one byte per digit, below 2^width. All slices of one call
//! have the same length.

/// out = x ⊕ y
pub fn xor(x: &[u8], y: &[u8], out: &mut [u8]) {
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = x ^ y;
    }
}

/// out = x ⊕ constant
pub fn xor_constant(constant: u8, x: &[u8], out: &mut [u8]) {
    for (o, &x) in out.iter_mut().zip(x) {
        *o = x ^ constant;
    }
}

/// out = bit·x
pub fn select(bits: &[u8], x: &[u8], out: &mut [u8]) {
    for ((o, &bit), &x) in out.iter_mut().zip(bits).zip(x) {
        *o = x & bit.wrapping_neg();
    }
}

/// out = bits [from, from + width) of x; from < 8, width ≤ 8
pub fn slice(from: u32, width: u32, x: &[u8], out: &mut [u8]) {
    let mask = ((1u32 << width) - 1) as u8;
    for (o, &x) in out.iter_mut().zip(x) {
        *o = x >> from & mask;
    }
}

/// Returns true if every digit is below 2^width: one answer for the whole vector.
pub fn all_below(width: u32, x: &[u8]) -> bool {
    let all = x.iter().fold(0, |all, &x| all | x);
    (all as u32) >> width == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels() {
        let x: Vec<u8> = (0..=255).collect();
        let y: Vec<u8> = x.iter().map(|x| x.wrapping_mul(77)).collect();
        let bits: Vec<u8> = x.iter().map(|x| x & 1).collect();
        let mut out = vec![0; 256];
        let check = |out: &[u8], f: &dyn Fn(usize) -> u8| {
            (0..256).for_each(|i| assert_eq!(out[i], f(i), "{i}"))
        };
        xor(&x, &y, &mut out);
        check(&out, &|i| x[i] ^ y[i]);
        xor_constant(0xA5, &x, &mut out);
        check(&out, &|i| x[i] ^ 0xA5);
        select(&bits, &y, &mut out);
        check(&out, &|i| bits[i] * y[i]);
        for (from, width) in [(0, 8), (7, 1), (3, 2)] {
            slice(from, width, &x, &mut out);
            check(&out, &|i| ((x[i] as u32 >> from) % (1 << width)) as u8);
        }
    }

    #[test]
    fn range_of_digits() {
        assert!(
            all_below(1, &[0, 1, 1])
                && !all_below(1, &[0, 2, 0])
                && all_below(8, &[255])
                && all_below(3, &[])
        );
    }
}
