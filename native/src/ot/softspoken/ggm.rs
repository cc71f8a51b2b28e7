//! Punctured trees: from k base OTs to 2^k seeds of which the extension's sender knows all but
//! number δ.
//!
//! The receiver grows a binary tree from a random root; on every level it offers, by one base OT,
//! the XOR of all left and of all right nodes. The sender asks for the side that its secret path
//! does *not* take, which completes the one node on that level that it cannot derive. Seeds
//! message: per base OT two masked sums, 128 · 32 bytes.
//!
//! The sender numbers nodes by y = x ⊕ (prefix of δ): the missing one is then always number 0, and
//! nothing it does depends on δ but through masks.
//!
//! Source: O. Goldreich, S. Goldwasser, S. Micali, "How to construct random functions", J. ACM
//! 1986; as used by Roy, CRYPTO 2022.

use zeroize::{Zeroize, Zeroizing};

use super::Shape;
use crate::error::{Error, Result};
use crate::ot::aes::Aes;
use crate::ot::base::COUNT;
use crate::ot::Block;

/// Two blocks per base OT.
pub const SEEDS_BYTES: usize = COUNT * 32;

/// Returns a node's children: its value is the key of a cipher.
fn children(node: Block) -> [Block; 2] {
    let mut pair = [0, 1];
    Aes::new(node).encrypt(&mut pair);
    pair
}

/// Returns the number of the base OT that serves `level` (0 is the root's children) of a tree: bit
/// k − 1 − level of its δ.
fn base_ot(shape: Shape, tree: usize, level: usize) -> usize {
    tree * shape.k() + shape.k() - 1 - level
}

/// Returns all ones if bit i of x is set, else 0.
pub(super) fn mask(x: Block, i: usize) -> Block {
    (x >> i & 1).wrapping_neg()
}

/// The receiver's leaves of every tree, 2^k each, and its seeds message. `keys` are both keys of
/// every base OT.
pub fn grow(
    shape: Shape,
    keys: &[[Block; 2]],
    message: &mut [u8],
) -> Result<Zeroizing<Vec<Block>>> {
    if message.len() != SEEDS_BYTES {
        return Err(Error::bad_argument(format!(
            "room of {} bytes for seeds, not {SEEDS_BYTES}",
            message.len()
        )));
    }
    let size = 1 << shape.k();
    let mut leaves = Zeroizing::new(vec![0; shape.trees() * size]);
    let mut root = [0; 16];
    for (tree, nodes) in leaves.chunks_exact_mut(size).enumerate() {
        getrandom::getrandom(&mut root)?;
        nodes[0] = Block::from_le_bytes(root);
        for level in 0..shape.k() {
            let number = base_ot(shape, tree, level);
            let mut sums = keys[number];
            // From the last node down, so that children do not overwrite parents.
            for x in (0..1 << level).rev() {
                let pair = children(nodes[x]);
                nodes[2 * x..2 * x + 2].copy_from_slice(&pair);
                sums[0] ^= pair[0];
                sums[1] ^= pair[1];
            }
            let out = &mut message[32 * number..][..32];
            out[..16].copy_from_slice(&sums[0].to_le_bytes());
            out[16..].copy_from_slice(&sums[1].to_le_bytes());
        }
    }
    root.zeroize();
    Ok(leaves)
}

/// Returns the choice bits of the base OTs for the sender's Δ.
pub fn choices(delta: Block) -> Block {
    !delta
}

/// Returns the sender's leaves of every tree in its numbering y = x ⊕ δ, 2^k each, of which number
/// 0 is unknown and stands as 0. `keys` are those chosen by [`choices`].
pub fn puncture(
    shape: Shape,
    delta: Block,
    keys: &[Block],
    message: &[u8],
) -> Result<Zeroizing<Vec<Block>>> {
    if message.len() != SEEDS_BYTES {
        return Err(Error::malformed(format!(
            "seeds of {} bytes, not {SEEDS_BYTES}",
            message.len()
        )));
    }
    let block = |at: usize| Block::from_le_bytes(message[at..at + 16].try_into().unwrap());
    let size = 1 << shape.k();
    let mut leaves = Zeroizing::new(vec![0; shape.trees() * size]);
    for (tree, nodes) in leaves.chunks_exact_mut(size).enumerate() {
        for level in 0..shape.k() {
            let number = base_ot(shape, tree, level);
            let swap = mask(delta, number);
            // The sum over the side off the path: the right one if this bit of δ is 0.
            let (left, right) = (block(32 * number), block(32 * number + 16));
            let mut sibling = right ^ (swap & (left ^ right)) ^ keys[number];
            for y in (1..1 << level).rev() {
                let [left, right] = children(nodes[y]);
                let difference = swap & (left ^ right);
                nodes[2 * y] = left ^ difference;
                nodes[2 * y + 1] = right ^ difference;
                sibling ^= nodes[2 * y + 1];
            }
            nodes[1] = sibling;
        }
    }
    Ok(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::testing::random_block;

    #[test]
    fn all_leaves_but_one() {
        for k in [1, 2, 4, 8] {
            let (shape, delta) = (Shape::new(k).unwrap(), random_block());
            let keys: Vec<[Block; 2]> =
                (0..COUNT).map(|_| [random_block(), random_block()]).collect();
            let chosen: Vec<Block> =
                (0..COUNT).map(|i| keys[i][(choices(delta) >> i & 1) as usize]).collect();
            let mut message = vec![0; SEEDS_BYTES];
            let full = grow(shape, &keys, &mut message).unwrap();
            let punctured = puncture(shape, delta, &chosen, &message).unwrap();
            let size = 1 << k;
            for tree in 0..shape.trees() {
                let path = (delta >> (tree * k)) as usize % size;
                for y in 0..size {
                    let expected = if y == 0 { 0 } else { full[tree * size + (y ^ path)] };
                    assert_eq!(punctured[tree * size + y], expected, "k {k} tree {tree} leaf {y}");
                }
            }
            let mut sorted = full.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), full.len(), "leaves are distinct");
        }
    }
}
