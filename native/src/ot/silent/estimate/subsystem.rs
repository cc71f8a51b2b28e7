//! Attacks that use that the code is sparse: an attacker looks at a set S of the secret's bits, and
//! only at the samples that involve no other bit. If S has |S| such samples, then |S| samples
//! without an error give S; with a dense code it takes k.
//!
//! How small S can be depends on the matrix alone, which is public.
//! [`Code`](super::super::code::Code) draws it at random, so the first moment bounds it for
//! everybody, whatever the attacker's way to choose S: among all C(k, s) sets of s bits, the
//! expected number of those with at least m of the n samples inside is at most C(k, s)·Pr[Bin(n,
//! (s/k)^d) ≥ m], as each sample draws its d bits independently. The bounds below hold for all but
//! a fraction of 2^−128 of the codes.

use super::attacks::dense_solve;
use super::numbers::{at_least, binomial};
use super::Problem;
use crate::ot::silent::code::LOCALITY;

/// log2 of the fraction of codes for which the bounds may fail.
const UNLUCKY_CODES: f64 = -128.0;

/// Returns log2 of the expected number of sets of s bits with at least m samples inside, from
/// above.
fn expected_sets(p: Problem, s: f64, m: f64) -> f64 {
    binomial(p.k, s) + at_least(p.n, (s / p.k).powi(LOCALITY as i32), m)
}

/// Returns the smallest number of bits that may have as many samples inside as there are bits. No
/// smaller set exists.
pub fn smallest_set(p: Problem) -> f64 {
    let step = (p.k / 4096.0).max(1.0);
    let mut s = step.floor();
    while s < p.k && expected_sets(p, s, s) < UNLUCKY_CODES {
        s += step.floor();
    }
    s - step.floor()
}

/// Returns the most samples that any set of s bits may have inside.
pub fn most_samples(p: Problem, s: f64) -> f64 {
    let (mut low, mut high) = (p.n * (s / p.k).powi(LOCALITY as i32), p.n);
    while high - low > 1.0 {
        let middle = (low + high) / 2.0;
        if expected_sets(p, s, middle) < UNLUCKY_CODES {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Returns log2 of the number of times that an attacker must guess |S| samples of S before none of
/// them has an error.
pub fn trials(p: Problem, s: f64) -> f64 {
    -p.t * (1.0 - s / p.n).log2()
}

/// Returns the cost of guessing the samples of a set of s bits and solving for it by dense
/// elimination.
pub fn dense(p: Problem, s: f64) -> f64 {
    trials(p, s) + dense_solve(s)
}

/// Returns the cost of guessing the samples of a set of s bits and solving for it by Wiedemann's
/// algorithm: 3 s products with a matrix of d ones in a row.
pub fn sparse(p: Problem, s: f64) -> f64 {
    trials(p, s) + (3.0 * LOCALITY as f64 * s * s).log2()
}

/// Returns the cheapest way to run a published attack on the samples of a set of bits instead of
/// all of them.
///
/// These m samples have about t·m/n of the t errors. The attacker may wait for a problem with fewer
/// errors among them, which costs the inverse of its probability. It is counted as if the errors
/// were regular among those samples too, although the attacker does not know which blocks have lost
/// theirs: this favours the attacker.
pub fn cheapest(p: Problem, attack: impl Fn(Problem) -> f64) -> f64 {
    let (least, steps) = (smallest_set(p), 24.0);
    let mut best = f64::INFINITY;
    for i in 1..steps as usize {
        let s = (least + (p.k - least) * i as f64 / steps).floor();
        let m = most_samples(p, s).floor();
        let share = m / p.n;
        for part in 1..=8 {
            let t = (p.t * share * part as f64 / 8.0).round();
            if t < 2.0 || s <= 2.0 * t || m <= s + 2.0 * t {
                continue;
            }
            let wait = -(binomial(p.t, t) + t * share.log2() + (p.t - t) * (1.0 - share).log2());
            best = best.min(wait.max(0.0) + attack(Problem { n: m, k: s, t }));
        }
    }
    best
}
