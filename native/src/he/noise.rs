//! The width of the flooding: bounds on the noise from public quantities only (t, N, the number of
//! terms, the box of the weights), never from actual weights or shares.
//!
//! Fresh ciphertexts hold t·e + m with e of variance 10.5 (more if rounded) and m the sum of two
//! centred shares, of variance t²/12 each. All bounds are ten standard deviations of the worst case
//! over the box.

use super::{rounded, Params, N};
use crate::error::{Error, Result};

/// The multiplicative structure of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Ciphertexts times plaintext weights, |w| < 2^11.
    Linear,
    /// Products of two ciphertexts times plaintext weights.
    Select,
    /// Rounded ciphertexts times full-range plaintexts.
    Product,
    /// Sums of ciphertexts times polynomials with small coefficients, |w| < 2^11, times another
    /// ciphertext.
    Parameters,
}

impl Depth {
    pub fn from_code(code: i32) -> Result<Self> {
        match code {
            0 => Ok(Depth::Linear),
            1 => Ok(Depth::Select),
            2 => Ok(Depth::Product),
            3 => Ok(Depth::Parameters),
            _ => Err(Error::bad_argument(format!("depth {code} is not 0 to 3"))),
        }
    }
}

/// Width of the weights' box.
const WEIGHT_BITS: f64 = 11.0;

/// Room between the flooded phase and q/2, because compression needs some: of the 256 units between
/// a right and a wrong answer the dropped bits take at most 64, rounding has a standard deviation
/// of 21.3, and the flooded phase takes 2^−3.9 of all.
const HEADROOM_BITS: f64 = 3.9;

/// The least statistical distance, as a negative power of two.
const MIN_FLOOD_BITS: f64 = 40.0;

/// Four summands of [−B, B] reach 4·B.
const SUM_BITS: f64 = 2.0;

/// Returns log₂ of the noise bound of a result of `terms` products.
fn bound_bits(params: &Params, depth: Depth, terms: usize) -> f64 {
    let (t, n) = (params.t.log2(), (N as f64).log2());
    let deviation = |added: f64| 0.5 * (10.5 + added + 1.0 / 6.0).log2();
    let fresh = deviation(0.0);
    let sigma = match depth {
        Depth::Linear => t + fresh + WEIGHT_BITS,
        Depth::Select => 2.0 * (t + fresh) + 0.5 * n + WEIGHT_BITS,
        // Every coefficient of the plaintext at ±t/2.
        Depth::Product => t + deviation(rounded::VARIANCE) + (t - 1.0) + 0.5 * n,
        // A sum of N weighted coefficients, and then one of N products of such with those of a
        // fresh ciphertext.
        Depth::Parameters => 2.0 * (t + fresh) + WEIGHT_BITS + n,
    };
    sigma + 0.5 * (terms as f64).log2() + 10f64.log2()
}

/// Returns log₂ of the modulus at `level`, less the bits that must stay free.
fn room_bits(params: &Params, level: usize) -> Result<f64> {
    let q: f64 = params.level(level)?.iter().map(|q| q.log2()).sum();
    Ok(q - 1.0 - HEADROOM_BITS)
}

/// Returns the binary logarithm of the ratio between flooding and noise; `BAD_PARAMETERS` below 40.
pub fn flood_bits(params: &Params, level: usize, depth: Depth, terms: usize) -> Result<f64> {
    if terms == 0 {
        return Err(Error::bad_argument("a result of no terms"));
    }
    let bits = room_bits(params, level)? - SUM_BITS - bound_bits(params, depth, terms);
    if bits < MIN_FLOOD_BITS {
        let what = format!("{depth:?} of {terms} terms at level {level}");
        return Err(Error::bad_parameters(format!(
            "{what} leaves {bits:.1} bits for flooding, fewer than 40"
        )));
    }
    Ok(bits)
}

/// Returns B: each of the four summands of the flooding F is uniform in [−B, B]; t·F is added.
pub(super) fn flood_width(
    params: &Params,
    level: usize,
    depth: Depth,
    terms: usize,
) -> Result<u128> {
    let bits = flood_bits(params, level, depth, terms)? + bound_bits(params, depth, terms)
        - params.t.log2();
    // 4·B must fit i128 with its sign; no chain of 218 bits comes near.
    Ok(bits.min(120.0).exp2() as u128)
}

#[cfg(test)]
mod tests {
    use super::super::attack::{combine, products, upload};
    use super::super::product::add_product;
    use super::super::rerandomize::{Exit, Outcome};
    use super::super::tests::{params, Parties};
    use super::super::Form;
    use super::*;
    use crate::error::Code;
    use crate::random::Random;

    #[test]
    fn bits_of_the_default_chain() {
        let p = params();
        let bits = |level, depth, terms| flood_bits(&p, level, depth, terms).unwrap();
        assert!((bits(2, Depth::Linear, 4096) - 40.07).abs() < 0.01);
        assert!((bits(3, Depth::Select, 128 * 768) - 48.6).abs() < 0.1);
        assert!((bits(3, Depth::Product, 2) - 53.6).abs() < 0.1);
        assert!((bits(3, Depth::Parameters, 8) - 48.9).abs() < 0.1);
        assert!(bits(3, Depth::Parameters, 1 << 10) > 45.0);
        // Sums over as many rows as a matrix may have.
        assert!(bits(3, Depth::Product, 1 << 20) > 44.0);
        // The whole range is used and not more: 4·B·t leaves the headroom below q/2.
        let phase =
            2.0 + (flood_width(&p, 2, Depth::Linear, 768).unwrap() as f64).log2() + p.t.log2();
        assert!((110.0 - 1.0 - phase - HEADROOM_BITS).abs() < 1e-6, "{phase}");
    }

    /// Returns a ciphertext times the polynomial with these coefficients.
    fn times(cipher: &[u64], coefficients: &[i16]) -> Vec<u64> {
        let p = params();
        let mut product = cipher.to_vec();
        for (i, poly) in product.chunks_exact_mut(N).enumerate() {
            let (l, q) = (i % 3, &p.data[i % 3]);
            let mut w: Vec<u64> = coefficients.iter().map(|&w| q.from_signed(w.into())).collect();
            p.forward(l, &mut w);
            poly.iter_mut().zip(&w).for_each(|(c, &w)| *c = q.mul(*c, w));
        }
        product
    }

    /// Ten standard deviations of the box: what 8192 coefficients show at full weights stays below,
    /// and not far below.
    #[test]
    fn bounds_hold() {
        let (p, parties) = (params(), Parties::new(params(), 1));
        let seen = |level: usize, depth: Depth, terms: usize, residues: Vec<u64>| {
            let outcome = Outcome { level, residues };
            let hidden = Exit::with_width(&parties.server, 0).hide(outcome, &mut [0; N]).unwrap();
            let noise = parties.noise(level, hidden.residues());
            let most = noise.into_iter().map(f64::abs).fold(0.0, f64::max);
            let bits = bound_bits(&p, depth, terms) - p.t.log2() - most.log2();
            assert!((0.5..4.5).contains(&bits), "{depth:?}: {bits} bits below the bound");
        };
        let (b, x) = (upload(&parties, 3, Form::Exact, 2), upload(&parties, 3, Form::Exact, 4));
        let rows: Vec<Vec<u64>> = x.matrix.loaded().unwrap().iter().map(|r| r.to_vec()).collect();
        seen(3, Depth::Linear, 4, combine(3, &[2047, -2047, 2047, 2047], &rows));
        seen(3, Depth::Select, 8, combine(3, &[2047; 8], &products(3, &b.matrix, &x.matrix)));
        let full: Vec<Vec<u64>> =
            products(3, &b.matrix, &x.matrix).into_iter().step_by(4).collect();
        seen(
            3,
            Depth::Parameters,
            2,
            combine(3, &[1, 1], &full.iter().map(|p| times(p, &[2047; N])).collect::<Vec<_>>()),
        );
        let x = upload(&parties, 3, Form::Rounded, 4);
        let rows: Vec<Vec<u64>> = x.matrix.loaded().unwrap().iter().map(|r| r.to_vec()).collect();
        let mut plain = vec![0; N];
        Random::from_os().unwrap().uniform(p.plain(), &mut plain);
        let mut residues = vec![0; 6 * N];
        add_product(&p, 3, &rows[0], &plain, &mut residues);
        seen(3, Depth::Product, 1, residues.clone());
        for row in &rows[1..] {
            add_product(&p, 3, row, &plain, &mut residues);
        }
        seen(3, Depth::Product, 4, residues);
    }

    #[test]
    fn too_little_room_is_refused() {
        let p = params();
        for (level, depth, terms) in
            [(1, Depth::Linear, 1), (2, Depth::Linear, 8192), (2, Depth::Select, 1)]
        {
            assert_eq!(flood_bits(&p, level, depth, terms).unwrap_err().code, Code::BadParameters);
        }
        assert_eq!(flood_bits(&p, 2, Depth::Linear, 0).unwrap_err().code, Code::BadArgument);
        assert_eq!(Depth::from_code(4).unwrap_err().code, Code::BadArgument);
    }
}
