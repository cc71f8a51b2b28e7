//! Published attacks on LPN, and on LPN with regular noise. Each function returns the base-2
//! logarithm of an attack's operations.
//!
//! The formulas come from the papers named at each function. The searches go over grids, so a
//! figure may be half a bit too high.

use super::numbers::{binomial, grid, plus};
use super::Problem;

/// Solving k dense equations, after Strassen.
const DENSE_EXPONENT: f64 = 2.8;

/// Returns the cost of a dense linear system in the unknowns of the secret.
pub fn dense_solve(unknowns: f64) -> f64 {
    DENSE_EXPONENT * unknowns.log2()
}

/// Returns the cost of pooled Gaussian elimination, which guesses k samples without an error.
///
/// Source: H. Liu, X. Wang, K. Yang, Y. Yu, "The Hardness of LPN over Any Integer Ring and Field
/// for PCG Applications", EUROCRYPT 2024; the probability is that of regular noise.
pub fn gauss(p: Problem) -> f64 {
    dense_solve(p.k) - p.t * (1.0 - p.k / p.n).log2()
}

/// Returns the cost of information-set decoding after Stern and Dumer, in the form of Liu, Wang,
/// Yang and Yu.
pub fn stern(p: Problem) -> f64 {
    let (n, k, t) = (p.n - p.t, p.k - p.t, p.t);
    let mut best = f64::INFINITY;
    for errors in (0..16).step_by(2).map(f64::from) {
        for window in (0..80).map(f64::from) {
            let lists = binomial(((k + window) / 2.0).floor(), errors / 2.0);
            let merged = 2.0 * lists - window;
            let rest = n - k - window;
            let work =
                n.log2() + plus(&[(rest * n / rest.log2()).log2(), 1.0 + lists, 1.0 + merged]);
            let chance = binomial(rest, t - errors) - binomial(n, t) + window + merged;
            best = best.min(work - chance.min(0.0));
        }
    }
    best
}

/// Returns the cost of information-set decoding made for regular noise, by enumeration.
///
/// Source: A. Esser, P. Santini, "Not Just Regular Decoding", CRYPTO 2024.
pub fn regular_stern(p: Problem) -> f64 {
    let (n, b, k, t) = (p.n, p.block(), p.k - p.t, p.t);
    let mut best = f64::INFINITY;
    for errors in (0..16).step_by(2).map(f64::from) {
        for window in (0..80).map(f64::from) {
            let guessed = (k + window) / t;
            let places = binomial((t / 2.0).floor(), errors / 2.0);
            let lists = places + guessed.log2() * errors / 2.0;
            let work = n.log2() + (2.0 * (n - k).log2()).max(1.0 + lists).max(2.0 * lists - window);
            let chance = 2.0 * places
                + (guessed / b).log2() * errors
                + (1.0 - guessed / b).log2() * (t - errors);
            best = best.min(work - chance);
        }
    }
    best
}

/// Returns the cost of statistical decoding 2.0, in the form of Liu, Wang, Yang and Yu.
pub fn statistical(p: Problem) -> f64 {
    let (n, k, t) = (p.n, p.k, p.t);
    let s = gauss(p).floor();
    (k - s + 1.0).log2() + 2.0 * t * ((n - t + 1.0) / (n - k + s - t)).log2()
}

/// Counts monomials up to a degree, without the constant: the coefficients of (1 + (b−u−1)z)^f · (1
/// + (b−1)z)^(t−f), and with `equations` of that times (1 + z)^−(n−k−1).
fn monomials(p: Problem, f: i128, u: i128, degree: usize, equations: bool) -> i128 {
    let (b, t, r) = (p.block() as i128, p.t as i128, (p.n - p.k) as i128 - 1);
    let chosen =
        |n: i128, i: usize| (0..i as i128).fold(1, |product, j| product * (n - j) / (j + 1));
    let of_guessed = |i: usize| chosen(f, i) * (b - u - 1).pow(i as u32);
    let of_others = |i: usize| chosen(t - f, i) * (b - 1).pow(i as u32);
    let of_equations = |i: usize| match (i, equations) {
        (0, _) => 1,
        (_, false) => 0,
        _ => chosen(r + i as i128 - 1, i) * if i.is_multiple_of(2) { 1 } else { -1 },
    };
    let mut sum = 0;
    for d in 1..=degree {
        for i in 0..=d {
            for j in 0..=d - i {
                sum += of_guessed(i) * of_others(j) * of_equations(d - i - j);
            }
        }
    }
    sum
}

/// A choice of guesses for the algebraic attacks: u places in each of f blocks.
struct Guess {
    f: i128,
    u: i128,
    chance: f64,
    determined: bool,
    first: f64,
    again: f64,
}

/// Returns the costs of algebraic attacks: in one step, and in two, the first of which guesses
/// less.
///
/// Source: P. Briaud, M. Øygarden, "A New Algebraic Approach to the Regular Syndrome Decoding
/// Problem and Implications for PCG Constructions", EUROCRYPT 2023; "AGB 2.0", ePrint 2025/1476.
pub fn algebraic(p: Problem) -> (f64, f64) {
    let (b, k, t) = (p.block() as i128, p.k as i128, p.t as i128);
    let (mut one, mut two) = (f64::INFINITY, f64::INFINITY);
    for degree in [2, 3] {
        let mut guesses = Vec::new();
        for f in grid(t / 2, t, 24) {
            for u in grid(0, (k / f.max(1)).min(b - 2), 60) {
                let size = (monomials(p, f, u, degree, false) as f64).max(1.0);
                let rank = monomials(p, f, u, degree, true) as f64;
                let chance = -(f as f64) * (1.0 - u as f64 / b as f64).log2();
                let solve = 2.0 * size.log2() + (3.0 * (k + 1 - f * u) as f64).log2();
                let left = rank.min(size - rank).max(1.0);
                if rank < 1.0 {
                    one = one.min(chance + solve);
                }
                guesses.push(Guess {
                    f,
                    u,
                    chance,
                    determined: rank < 1.0,
                    first: solve.min(size.log2() + 2.0 * (size - rank).max(2.0).log2()),
                    again: 5.64f64.log2() + 2.8 * left.log2(),
                });
            }
        }
        let mut last: Vec<&Guess> = guesses.iter().filter(|guess| guess.determined).collect();
        last.sort_by(|a, b| a.chance.total_cmp(&b.chance));
        for second in last.iter().take(40) {
            for first in guesses.iter().filter(|first| first.f <= second.f && first.u <= second.u) {
                two = two.min(plus(&[first.chance + first.first, second.chance + first.again]));
            }
        }
    }
    (one, two)
}

/// Returns the cost of guessing u or u + 1 samples of a block and nothing of q blocks, then solving
/// quadratic equations.
///
/// Source: ePrint 2025/1284.
pub fn hybrid(p: Problem) -> f64 {
    let (b, t) = (p.block(), p.t);
    let n = b * t;
    let k = p.k - p.n + n;
    let mut best = f64::INFINITY;
    for u in
        grid(0, ((b - 3.0) as i128).min((k / t) as i128 + 1), 300).into_iter().map(|u| u as f64)
    {
        let eliminations = n - k - ((n - k) / (b - 1.0)).floor() * (b - u - 2.0);
        for q in (0..16).map(f64::from) {
            for f in grid(0, (t - q - 1.0) as i128, 48).into_iter().map(|f| f as f64) {
                let guess = -(1.0 - (u + 1.0) / b).log2() * f - (1.0 - u / b).log2() * (t - q - f);
                let unknown = k - t - (u + 1.0) * f - (t - f - q) * u;
                let eliminate = (eliminations * (n - k) * (eliminations + unknown)).max(1.0).log2();
                if unknown <= 0.0 {
                    best = best.min(guess + eliminate);
                    continue;
                }
                let quadratic = (t - f - q) * (b - u - 2.0) * (b - u - 1.0) / 2.0
                    + f * (b - u - 2.0) * (b - u - 3.0) / 2.0;
                let w = (b - 1.0) * q;
                let v = unknown - w;
                if v < 2.0 || v > (2.0 * quadratic).sqrt() - 2.0 {
                    continue;
                }
                let linearise =
                    (v.powi(4) * unknown * unknown / 8.0 / (v * v / 2.0).max(2.0).log2()).log2();
                let check = (1.25 * (2.0 * v * v * w + v * w * w)
                    + (2.5 * v).powi(3) / (2.5 * v).log2())
                .log2()
                    + b.log2() * q;
                best = best.min(guess + plus(&[eliminate, linearise, check]));
            }
        }
    }
    best
}
