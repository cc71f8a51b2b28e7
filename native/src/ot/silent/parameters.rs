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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub first: Lpn,
    pub main: Lpn,
}

impl Parameters {
    /// Bins of 2^11.
    pub const B11: Parameters =
        Parameters { first: Lpn { depth: 8, bins: 699, k: 17_384 }, main: Lpn { depth: 11, bins: 4971, k: 124_000 } };

    /// Bins of 2^12.
    pub const B12: Parameters =
        Parameters { first: Lpn { depth: 8, bins: 1050, k: 17_384 }, main: Lpn { depth: 12, bins: 2507, k: 238_000 } };

    /// Bins of 2^13.
    pub const B13: Parameters =
        Parameters { first: Lpn { depth: 9, bins: 918, k: 32_768 }, main: Lpn { depth: 13, bins: 1280, k: 452_000 } };

    pub const DEFAULT: Parameters = Self::B12;

    /// Bins at the end of the main problem that are kept as the inputs of the next.
    pub fn kept(&self) -> usize {
        self.main.bins_for(self.main.inputs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_feeds_the_next() {
        for p in [Parameters::B11, Parameters::B12, Parameters::B13] {
            assert!(p.first.bins_for(p.main.inputs()) <= p.first.bins, "{p:?}");
            // Keeping costs less than 5 %.
            assert!(20 * p.kept() < p.main.bins, "{p:?}");
        }
    }
}
