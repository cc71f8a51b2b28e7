//! Logarithms of large numbers.

use std::f64::consts::LN_2;

/// Returns log2 of n over m; negative infinity outside 0 ≤ m ≤ n.
pub fn binomial(n: f64, m: f64) -> f64 {
    if m < 0.0 || m > n {
        return f64::NEG_INFINITY;
    }
    (libm::lgamma(n + 1.0) - libm::lgamma(m + 1.0) - libm::lgamma(n - m + 1.0)) / LN_2
}

/// Returns log2 of the sum of numbers given by their logarithms.
pub fn plus(logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + logs.iter().map(|log| (log - top).exp2()).sum::<f64>().log2()
}

/// Returns an upper bound on log2 of the probability that n independent trials of chance `p`
/// succeed at least m times, m ≥ n·p (Chernoff).
pub fn at_least(n: f64, p: f64, m: f64) -> f64 {
    let share = m / n;
    if share <= p {
        return 0.0;
    }
    let failures =
        if share < 1.0 { (1.0 - share) * ((1.0 - share) / (1.0 - p)).log2() } else { 0.0 };
    -n * (share * (share / p).log2() + failures)
}

/// Returns up to `steps` + 1 whole numbers from `low` to `high`, evenly spaced.
pub fn grid(low: i128, high: i128, steps: i128) -> Vec<i128> {
    let mut points: Vec<i128> = (0..=steps).map(|i| low + (high - low) * i / steps).collect();
    points.sort_unstable();
    points.dedup();
    points
}
