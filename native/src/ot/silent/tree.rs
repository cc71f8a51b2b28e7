//! Correlated trees: a bin of 2^d rows of the sender, of which the receiver has all but one, and
//! that one with Δ added.
//!
//! A node x has the children H(x) and H(x) ⊕ x, and the root's are s and s ⊕ Δ for a random s: so
//! the nodes of every level add up to Δ, and the left and the right ones of a level to sums that
//! differ by Δ. The sender says K_i ⊕ Q_i, with K_i the sum of the left nodes of level i and Q_i
//! its row of the tree's i-th correlation; the receiver adds T_i = Q_i ⊕ r_i·Δ and has the sum of
//! the left nodes if r_i = 0, of the right ones if r_i = 1. With the noisy position α = (¬r_1 …
//! ¬r_d) it is always the side off the path to α, and completes the one node of the level that the
//! receiver cannot derive. The leaf α itself is unknown, but its sum with Δ is that of all others.
//!
//! H(x) = π(σ(x)) ⊕ σ(x), σ(a ‖ b) = (a ⊕ b) ‖ a, π being AES with a fixed, public key of its own:
//! circular correlation-robust in the ideal-cipher model, that is, H(Δ ⊕ w) ⊕ b·Δ looks random for
//! random Δ and known distinct w. Here the w are sums of random nodes, which do not meet but with
//! the probability of a birthday among 128 bits.
//!
//! The receiver's tree has a hole that moves with α. Every node is computed all the same, the
//! children of the hole (which stands as zero) into H(0); they are corrected under a mask when the
//! next level reads all nodes. No address depends on α.
//!
//! Source: X. Guo, K. Yang, X. Wang, W. Zhang, X. Xie, J. Zhang, Z. Liu, "Half-Tree: Halving the
//! Cost of Tree Expansion in COT and DPF", EUROCRYPT 2023, section 4; the hash from Guo, Katz,
//! Wang, Yu, S&P 2020, section 7.

use zeroize::Zeroize;

use crate::ot::aes::Aes;
use crate::ot::Block;

/// π's key: digits 17 to 32 of π, as text, so that nobody chose it.
const KEY: Block = Block::from_le_bytes(*b"2384626433832795");

/// Nodes expanded at a time.
const TILE: usize = 64;

/// H with its key expanded.
pub struct Tree(Aes);

/// The corrections of a pair of nodes: the pair, and the numbers to add to its left and its right
/// node.
#[derive(Zeroize)]
struct Missing {
    pair: u64,
    left: Block,
    right: Block,
}

impl Missing {
    const NOTHING: Missing = Missing { pair: 0, left: 0, right: 0 };

    /// Corrects nodes `first`, `first` + 1, …; `first` is even.
    #[inline(always)]
    fn fill(&self, first: usize, nodes: &mut [Block]) {
        for (i, pair) in nodes.chunks_exact_mut(2).enumerate() {
            let difference = (first / 2 + i) as u64 ^ self.pair;
            // All ones exactly if there is no difference: positions have far less than 63 bits.
            let mask = (difference.wrapping_sub(1) as i64 >> 63) as Block;
            pair[0] ^= self.left & mask;
            pair[1] ^= self.right & mask;
        }
    }
}

impl Tree {
    pub fn new() -> Self {
        Tree(Aes::new(KEY))
    }

    /// The sender's leaves, lowest bits zero, and the sums for the receiver. `inputs`: Q_i.
    pub fn grow(
        &self,
        delta: Block,
        seed: Block,
        inputs: &[Block],
        sums: &mut [Block],
        rows: &mut [Block],
    ) {
        assert!(
            !inputs.is_empty() && inputs.len() == sums.len() && rows.len() == 1 << inputs.len()
        );
        (rows[0], rows[1]) = (seed, seed ^ delta);
        sums[0] = seed ^ inputs[0];
        for level in 1..inputs.len() {
            sums[level] = self.children(&Missing::NOTHING, rows, 1 << level) ^ inputs[level];
        }
        finish(&Missing::NOTHING, rows);
    }

    /// The receiver's leaves, lowest bits zero but for the noisy one. `inputs`: T_i.
    pub fn puncture(&self, inputs: &[Block], sums: &[Block], rows: &mut [Block]) {
        assert!(
            !inputs.is_empty() && inputs.len() == sums.len() && rows.len() == 1 << inputs.len()
        );
        let depth = inputs.len();
        let mut of_zero = [0];
        self.hash(&mut of_zero);
        // The level's nodes as they stand: their sum, that of the left ones, and what the hole's
        // children are.
        (rows[0], rows[1]) = (0, 0);
        let (mut total, mut left, mut child) = (0, 0, 0);
        let mut missing = Missing::NOTHING;
        let mut path = 0;
        for level in 0..depth {
            if level > 0 {
                left = self.children(&missing, rows, 1 << level);
                total ^= missing.left ^ missing.right;
                child = of_zero[0];
            }
            // The path turns right if r is 0; the side off the path is the right one if r is 1.
            let r = (inputs[level] & 1).wrapping_neg();
            let side = left ^ (r & total);
            let mut sibling = sums[level] ^ inputs[level] ^ side ^ child;
            let mut hole = 0;
            if level + 1 == depth {
                (sibling, child) = (sibling & !1, child & !1);
                hole = (total ^ sibling) & !1 | 1;
            }
            let difference = r & (hole ^ sibling);
            missing = Missing {
                pair: path,
                left: child ^ sibling ^ difference,
                right: child ^ hole ^ difference,
            };
            path = 2 * path + (!r & 1) as u64;
        }
        finish(&missing, rows);
        missing.zeroize();
    }

    /// x ← H(x), for one tile at most.
    #[inline(always)]
    fn hash(&self, x: &mut [Block]) {
        let mut rotated = [0; TILE];
        let rotated = &mut rotated[..x.len()];
        for (rotated, x) in rotated.iter_mut().zip(x.iter_mut()) {
            let high = *x >> 64;
            *x = (*x ^ high) << 64 | high;
            *rotated = *x;
        }
        self.0.encrypt(x);
        for (x, rotated) in x.iter_mut().zip(rotated.iter()) {
            *x ^= *rotated;
        }
        rotated.zeroize();
    }

    /// Replaces the first n nodes by their children, in place, and returns the sum of the left
    /// ones.
    fn children(&self, missing: &Missing, rows: &mut [Block], n: usize) -> Block {
        let (mut nodes, mut hashes) = ([0; TILE], [0; TILE]);
        let mut sum = 0;
        // From the last tile down, so that children do not overwrite parents.
        for t in (0..n.div_ceil(TILE)).rev() {
            let (first, m) = (t * TILE, TILE.min(n - t * TILE));
            let (nodes, hashes) = (&mut nodes[..m], &mut hashes[..m]);
            nodes.copy_from_slice(&rows[first..][..m]);
            missing.fill(first, nodes);
            hashes.copy_from_slice(nodes);
            self.hash(hashes);
            for ((pair, &node), &hash) in
                rows[2 * first..][..2 * m].chunks_exact_mut(2).zip(nodes.iter()).zip(hashes.iter())
            {
                pair[0] = hash;
                pair[1] = hash ^ node;
                sum ^= hash;
            }
        }
        nodes.zeroize();
        hashes.zeroize();
        sum
    }
}

/// Clears the leaves' lowest bits and corrects them.
fn finish(missing: &Missing, rows: &mut [Block]) {
    rows.iter_mut().for_each(|row| *row &= !1);
    missing.fill(0, rows);
}
