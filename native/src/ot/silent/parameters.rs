//! Sizes of the LPN problems.

/// One LPN problem: `bins` bins of 2^`depth` samples with one error each, and a secret of `k` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lpn {
    pub depth: usize,
    pub bins: usize,
    pub k: usize,
}

impl Lpn {
    /// Returns the correlations that it takes: the secret, and one per level of each tree.
    pub fn inputs(&self) -> usize {
        self.k + self.bins * self.depth
    }

    /// Returns the bins that hold n correlations.
    pub fn bins_for(&self, n: usize) -> usize {
        n.div_ceil(1 << self.depth)
    }
}

/// The first problem turns SoftSpoken's correlations into the inputs of the main one, which is then
/// repeated.
///
/// Security. The sets in public use for regular noise (10 million samples, bins of 2^11 to 2^13)
/// are sized by pooled Gaussian elimination, which takes 2^135 operations there. Later attacks on
/// regular noise take 2^93 to 2^125, and an attack that uses the sparse code, see
/// `estimate/subsystem.rs`, takes fewer still. The sets here have more secret bits for each error
/// instead. The table gives the operations of the attacks as base-2 logarithms; `cargo test
/// --release -- --nocapture ot::silent::estimate` prints it, and fails when one is below 138. Each
/// attack may choose the samples that it looks at: no set of fewer than 0.63 k (first) or 0.59 k
/// (main) of the secret's bits has as many samples.
///
/// | attack | first | main |
/// | --- | --- | --- |
/// | sub-system of the sparse code, dense elimination | 157 | 162 |
/// | sub-system of the sparse code, sparse elimination | 150 | 152 |
/// | information-set decoding after Stern and Dumer | 145 | 150 |
/// | information-set decoding for regular noise (Esser, Santini, CRYPTO 2024) | 144 | 150 |
/// | statistical decoding 2.0 | 173 | 170 |
/// | algebraic (Briaud, Øygarden, EUROCRYPT 2023) | 171 | 180 |
/// | algebraic in two steps (AGB 2.0, ePrint 2025/1476) | 171 | 180 |
/// | guessing and quadratic equations (ePrint 2025/1284) | 157 | 163 |
///
/// Alternatives. Columns of 12 or 16 ones raise the bound on sets to 0.66 k or 0.75 k, but the time
/// for the code grows by as much. A longer secret needs fewer bits for each correlation instead.
/// Expand-convolute codes (Raghuraman, Rindal, Tanguy, CRYPTO 2023) send about 0.2 bits if their
/// noise is sized by the distance of a random code, but each of their outputs depends on the noise
/// of the whole expansion: it could not be made bin by bin, in the cache, as it is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    pub first: Lpn,
    pub main: Lpn,
}

impl Parameters {
    /// 2^23 samples, of which 93 % go to the stock, at 0.40 bits each. A secret of 8 MiB of
    /// correlations stays in a shared cache.
    pub const DEFAULT: Parameters = Parameters {
        first: Lpn { depth: 9, bins: 1072, k: 61_440 },
        main: Lpn { depth: 12, bins: 2048, k: 1 << 19 },
    };

    /// Returns the bins at the end of the main problem that are kept as the inputs of the next.
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
