//! The walk through the expansions, bin by bin, the same on both sides: how far it has come is
//! public, as is all that follows from it.

use std::ops::Range;

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::code::Code;
use super::{Lpn, Parameters};
use crate::error::{Error, Result};
use crate::ot::{zeroed, Block, Rows};
use crate::pages;
use crate::pool::Pool;

/// More correlations than any machine holds: keeps sizes from overflowing.
const MAX: usize = 1 << 40;

/// The parts of [`Expansion::extend`] in which the two parties differ: a bin's leaves from the
/// correlations of its tree, whose level sums the sender writes and the receiver reads.
pub trait Trees: Sync {
    fn leaves(&self, inputs: &[Block], sums: &mut [Block], rows: &mut [Block]) -> Result<()>;
}

/// Bins of one problem that are made together.
struct Stretch {
    lpn: Lpn,
    bins: Range<usize>,
    /// True if they become inputs rather than stock.
    kept: bool,
}

impl Stretch {
    fn sums(&self) -> usize {
        self.bins.len() * self.lpn.depth
    }

    fn rows(&self) -> usize {
        self.bins.len() << self.lpn.depth
    }
}

/// The position of the walk.
#[derive(Clone)]
struct Position {
    parameters: Parameters,
    /// The first problem's outputs are not there yet.
    fresh: bool,
    /// Next bin of the main problem.
    bin: usize,
}

impl Position {
    /// Returns the next stretch on the way to `bins` more bins for the stock.
    fn next(&mut self, bins: usize) -> Stretch {
        let Parameters { first, main } = self.parameters;
        let end = main.bins - self.parameters.kept();
        if self.fresh {
            self.fresh = false;
            return Stretch { lpn: first, bins: 0..first.bins_for(main.inputs()), kept: true };
        }
        if self.bin == end {
            self.bin = 0;
            return Stretch { lpn: main, bins: end..main.bins, kept: true };
        }
        let from = self.bin;
        self.bin = end.min(from.saturating_add(bins));
        Stretch { lpn: main, bins: from..self.bin, kept: false }
    }
}

/// One party's expansions. An extension that fails ends it: its inputs must not be used twice.
pub struct Expansion {
    position: Position,
    inputs: Option<Rows>,
}

impl Expansion {
    /// Makes it from SoftSpoken's rows, at least as many as the first problem takes.
    pub fn new(parameters: Parameters, inputs: Rows) -> Self {
        assert!(inputs.len() >= parameters.first.inputs());
        Expansion { position: Position { parameters, fresh: true, bin: 0 }, inputs: Some(inputs) }
    }

    fn bins(&self, n: usize) -> Result<usize> {
        let unit = 1 << self.position.parameters.main.depth;
        if !n.is_multiple_of(unit) {
            return Err(Error::bad_argument(format!(
                "silent correlations are made by {unit}, which does not divide {n}"
            )));
        }
        if n > MAX {
            return Err(Error::bad_argument(format!("{n} correlations do not fit into memory")));
        }
        Ok(n / unit)
    }

    /// Returns the blocks of the message that brings n more correlations.
    pub fn sums(&self, n: usize) -> Result<usize> {
        let (mut bins, mut position, mut sums) = (self.bins(n)?, self.position.clone(), 0);
        while bins > 0 {
            let stretch = position.next(bins);
            sums += stretch.sums();
            bins -= if stretch.kept { 0 } else { stretch.bins.len() };
        }
        Ok(sums)
    }

    /// Returns the next n rows; `sums` are as many as [`Expansion::sums`] says.
    pub fn extend(
        &mut self,
        pool: &Pool,
        n: usize,
        trees: &impl Trees,
        mut sums: &mut [Block],
    ) -> Result<Rows> {
        let mut bins = self.bins(n)?;
        let mut out = Zeroizing::new(zeroed(n)?);
        let mut inputs = self
            .inputs
            .take()
            .ok_or_else(|| Error::bad_argument("an earlier silent extension failed"))?;
        let mut rest = out.as_mut_slice();
        while bins > 0 {
            let stretch = self.position.next(bins);
            let (now, later) = sums.split_at_mut(stretch.sums());
            sums = later;
            if stretch.kept {
                let mut kept = Zeroizing::new(zeroed(stretch.rows())?);
                pages::prefer_large(&mut kept);
                expand(pool, &stretch, &inputs, trees, now, &mut kept)?;
                inputs = kept;
            } else {
                let (now_rows, later) = rest.split_at_mut(stretch.rows());
                rest = later;
                expand(pool, &stretch, &inputs, trees, now, now_rows)?;
                bins -= stretch.bins.len();
            }
        }
        self.inputs = Some(inputs);
        Ok(out)
    }
}

/// The rows of a stretch: leaves, plus the code's combinations of the secret's correlations while
/// they are in the cache.
fn expand(
    pool: &Pool,
    stretch: &Stretch,
    inputs: &[Block],
    trees: &impl Trees,
    sums: &mut [Block],
    rows: &mut [Block],
) -> Result<()> {
    let (lpn, code) = (stretch.lpn, Code::new(stretch.lpn.k));
    let (secret, of_trees) = inputs[..lpn.inputs()].split_at(lpn.k);
    let of_trees = &of_trees[stretch.bins.start * lpn.depth..];
    pool.run(|| {
        let bins = (
            rows.par_chunks_mut(1 << lpn.depth),
            sums.par_chunks_mut(lpn.depth),
            of_trees.par_chunks(lpn.depth),
        );
        bins.into_par_iter().enumerate().try_for_each(|(i, (rows, sums, inputs))| {
            pool.check()?;
            trees.leaves(inputs, sums, rows)?;
            code.add(secret, (stretch.bins.start + i) << lpn.depth, rows);
            Ok(())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::silent::tests::correlations;
    use crate::ot::silent::tree::Tree;
    use crate::ot::testing::random_block;

    struct Growing(Tree, Block);

    impl Trees for Growing {
        fn leaves(&self, inputs: &[Block], sums: &mut [Block], rows: &mut [Block]) -> Result<()> {
            self.0.grow(self.1, random_block(), inputs, sums, rows);
            Ok(())
        }
    }

    /// With a secret of zeros the choices that come out are the noise itself.
    #[test]
    fn every_bin_has_one_noisy_row_where_its_own_choices_say() {
        let (lpn, pool, delta) =
            (Lpn { depth: 3, bins: 200, k: 30 }, Pool::new(2).unwrap(), random_block() | 1);
        let (mut q, mut t) = correlations(delta, lpn.inputs());
        q[..lpn.k].fill(0);
        t[..lpn.k].fill(0);
        let stretch = Stretch { lpn, bins: 5..lpn.bins, kept: false };
        let (mut sums, mut sent, mut received) =
            (vec![0; stretch.sums()], vec![0; stretch.rows()], vec![0; stretch.rows()]);
        expand(&pool, &stretch, &q, &Growing(Tree::new(), delta), &mut sums, &mut sent).unwrap();
        expand(&pool, &stretch, &t, &Tree::new(), &mut sums, &mut received).unwrap();
        let mut used = [0; 8];
        for (i, (sent, received)) in sent.chunks_exact(8).zip(received.chunks_exact(8)).enumerate()
        {
            let own = &t[lpn.k + 3 * (5 + i)..][..3];
            let noisy = own.iter().fold(0, |place, t| 2 * place + (!t & 1) as usize);
            for place in 0..8 {
                let expected = if place == noisy { delta } else { 0 };
                assert_eq!(sent[place] ^ received[place], expected, "bin {i} row {place}");
                assert_eq!(received[place] & 1, expected & 1);
            }
            used[noisy] += 1;
        }
        assert!(used.iter().all(|&times| times > 0), "{used:?}");
    }
}
