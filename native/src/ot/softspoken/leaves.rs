//! Small-field VOLE by folding: from the leaves of a tree, each stretched to a bit column, to u = Σ
//! r_x and v_b = Σ_{x: bit b of x} r_x (sums are XOR). With the sender's numbering y = x ⊕ δ the
//! same folding gives w_b = v_b ⊕ δ_b·u without the missing leaf.
//!
//! Source: Roy, CRYPTO 2022, section 3.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Shape, UNIT};
use crate::ot::aes::Aes;
use crate::ot::Block;

/// Blocks (of 128 rows) of a unit.
pub const UNIT_BLOCKS: usize = UNIT / 128;

/// Units of the largest tile: enough to load a leaf's key schedule once for many blocks, few enough
/// for the caches.
const TILE_UNITS: usize = 4;

/// Blocks of the largest tile.
pub const TILE_BLOCKS: usize = TILE_UNITS * UNIT_BLOCKS;

/// A unit of a column, in words: sums of 64-bit words vectorise, those of 128-bit ones do not.
type Column = [u64; 2 * UNIT_BLOCKS];

/// The stretched leaves of all trees, two by two. Their counters go on from one extension to the
/// next.
pub struct Leaves {
    shape: Shape,
    pairs: Vec<[Aes; 2]>,
    punctured: bool,
}

/// The intermediate results of folding.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Scratch {
    /// `carries[l]`: per unit, the sum over the finished left subtree with 2^l leaves.
    carries: [[Column; TILE_UNITS]; 9],
    streams: [[Block; UNIT_BLOCKS]; 2],
}

impl Scratch {
    pub fn new() -> Self {
        Scratch { carries: [[[0; 2 * UNIT_BLOCKS]; TILE_UNITS]; 9], streams: [[0; UNIT_BLOCKS]; 2] }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Leaves {
    /// Makes trees with all leaves known: the receiver's.
    pub fn full(shape: Shape, seeds: &[Block]) -> Self {
        let pairs =
            seeds.chunks_exact(2).map(|pair| [Aes::new(pair[0]), Aes::new(pair[1])]).collect();
        Leaves { shape, pairs, punctured: false }
    }

    /// Makes trees with leaf 0 of every tree unknown and taken as a column of zeros: the sender's.
    pub fn punctured(shape: Shape, seeds: &[Block]) -> Self {
        Leaves { punctured: true, ..Self::full(shape, seeds) }
    }

    /// Folds one tree over `sum.len()` blocks, a multiple of [`UNIT_BLOCKS`] up to [`TILE_BLOCKS`],
    /// of the streams from `counter` on. `columns` holds k times as many, column after column, and
    /// `sum` receives u (less the unknown leaf if there is one).
    pub fn fold(
        &self,
        scratch: &mut Scratch,
        tree: usize,
        counter: u64,
        columns: &mut [Block],
        sum: &mut [Block],
    ) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the feature was just detected.
            unsafe { self.fold_avx2(scratch, tree, counter, columns, sum) };
            return;
        }
        self.fold_pairs(scratch, tree, counter, columns, sum);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn fold_avx2(
        &self,
        scratch: &mut Scratch,
        tree: usize,
        counter: u64,
        columns: &mut [Block],
        sum: &mut [Block],
    ) {
        self.fold_pairs(scratch, tree, counter, columns, sum);
    }

    #[inline(always)]
    fn fold_pairs(
        &self,
        scratch: &mut Scratch,
        tree: usize,
        counter: u64,
        columns: &mut [Block],
        sum: &mut [Block],
    ) {
        let (k, units) = (self.shape.k(), sum.len() / UNIT_BLOCKS);
        let pairs = 1 << (k - 1);
        columns.fill(0);
        let (columns, _) =
            bytemuck::cast_slice_mut::<Block, u64>(columns).as_chunks_mut::<{ 2 * UNIT_BLOCKS }>();
        for (p, ciphers) in self.pairs[tree * pairs..][..pairs].iter().enumerate() {
            for unit in 0..units {
                Aes::stream_pair(
                    ciphers,
                    counter + (unit * UNIT_BLOCKS) as u64,
                    &mut scratch.streams,
                );
                let [mut current, odd]: [Column; 2] = bytemuck::cast(scratch.streams);
                if self.punctured && p == 0 {
                    current.fill(0);
                }
                add_column(&mut columns[unit], &odd);
                add_column(&mut current, &odd);
                let mut level = 1;
                while p >> (level - 1) & 1 == 1 {
                    add_column(&mut columns[level * units + unit], &current);
                    add_column(&mut current, &scratch.carries[level][unit]);
                    level += 1;
                }
                scratch.carries[level][unit] = current;
            }
        }
        for (sum, carry) in sum.chunks_exact_mut(UNIT_BLOCKS).zip(&scratch.carries[k]) {
            sum.copy_from_slice(bytemuck::cast_slice(carry));
        }
    }
}

#[inline(always)]
fn add_column(x: &mut Column, y: &Column) {
    for (x, y) in x.iter_mut().zip(y) {
        *x ^= y;
    }
}

/// x ← x ⊕ y
#[inline(always)]
pub(super) fn add(x: &mut [Block], y: &[Block]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x ^= y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::testing::random_block;

    #[test]
    fn folding_is_the_sum_by_bits() {
        for k in [1, 2, 4, 8] {
            let shape = Shape::new(k).unwrap();
            let seeds: Vec<Block> = (0..shape.trees() << k).map(|_| random_block()).collect();
            let (full, punctured) = (Leaves::full(shape, &seeds), Leaves::punctured(shape, &seeds));
            let mut scratch = Scratch::new();
            for (tree, width) in [(0, UNIT_BLOCKS), (shape.trees() - 1, TILE_BLOCKS)] {
                let (mut u, mut v) = (vec![0; width], vec![1; k * width]);
                full.fold(&mut scratch, tree, 5, &mut v, &mut u);
                let (mut u_portable, mut v_portable) = (vec![0; width], vec![1; k * width]);
                full.fold_pairs(&mut scratch, tree, 5, &mut v_portable, &mut u_portable);
                assert_eq!((&u, &v), (&u_portable, &v_portable));
                let (mut known, mut w) = (vec![0; width], vec![1; k * width]);
                punctured.fold(&mut scratch, tree, 5, &mut w, &mut known);
                let (mut u2, mut v2) = (vec![0; width], vec![0; k * width]);
                for x in 0..1 << k {
                    let mut r: Vec<Block> = (5..5 + width as Block).collect();
                    Aes::new(seeds[(tree << k) + x]).encrypt(&mut r);
                    add(&mut u2, &r);
                    (0..k)
                        .filter(|b| x >> b & 1 == 1)
                        .for_each(|b| add(&mut v2[b * width..][..width], &r));
                    if x == 0 {
                        add(&mut known, &r);
                    }
                }
                assert_eq!((&u, v), (&u2, v2.clone()));
                // Leaf 0 is in none of the columns, and its absence in the sum is all that differs.
                assert_eq!((known, w), (u2, v2));
            }
        }
    }
}
