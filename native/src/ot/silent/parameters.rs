//! Sizes of the LPN problems.

/// One LPN problem: `bins` bins of 2^`depth` samples with one error each, and a secret of `k` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lpn {
    pub depth: usize,
    pub bins: usize,
    pub k: usize,
}

impl Lpn {
    /// Correlations that it takes: the secret, and one per level of each tree.
    pub fn inputs(&self) -> usize {
        self.k + self.bins * self.depth
    }

    /// Bins that hold n correlations.
    pub fn bins_for(&self, n: usize) -> usize {
        n.div_ceil(1 << self.depth)
    }
}

/// The first problem turns SoftSpoken's correlations into the inputs of the main one, which is then repeated.
///
/// Security. The sets in public use for regular noise (10 million samples, bins of 2^11 to 2^13) are sized by pooled Gaussian
/// elimination, which takes 2^135 operations there; later attacks on regular noise take 2^93 to 2^125. The sets here have more
/// secret bits for each error instead. Operations of the attacks, as base-2 logarithms, as `estimate.py` in this folder prints them:
///
/// | attack | first | main |
/// | --- | --- | --- |
/// | pooled Gauss, with the success probability of regular noise (Liu, Wang, Yang, Yu, EUROCRYPT 2024) | 154 | 146 |
/// | information-set decoding after Stern and Dumer; for regular noise (Esser, Santini, CRYPTO 2024) | 141; 142 | 138; 141 |
/// | statistical decoding 2.0 | 238 | 209 |
/// | algebraic (Briaud, Øygarden, EUROCRYPT 2023) | 161 | 153 |
/// | algebraic in two steps (AGB 2.0, ePrint 2025/1476) | 151 | 141 |
/// | guessing and quadratic equations (ePrint 2025/1284) | 144 | 138 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub first: Lpn,
    pub main: Lpn,
}

impl Parameters {
    /// 2^22 samples, of which 93 % go to the stock, at 0.40 bits each. A secret of 4 MiB of correlations stays in a shared cache.
    pub const DEFAULT: Parameters =
        Parameters { first: Lpn { depth: 9, bins: 536, k: 36_864 }, main: Lpn { depth: 12, bins: 1024, k: 1 << 18 } };

    /// Bins at the end of the main problem that are kept as the inputs of the next.
    pub fn kept(&self) -> usize {
        self.main.bins_for(self.main.inputs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_feeds_the_next_and_keeps_little() {
        let p = Parameters::DEFAULT;
        assert!(p.first.bins_for(p.main.inputs()) <= p.first.bins);
        assert!(10 * p.kept() < p.main.bins);
    }
}
