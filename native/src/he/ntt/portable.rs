//! The transform on any processor.
//!
//! Residues of the forward transform stay below 8·q between layers, those of the inverse below 4·q.

use super::{Ntt, Root, N};

/// Returns w·x modulo q for any x, below 2·q.
#[inline(always)]
fn times(w: Root, x: u64, q: u64) -> u64 {
    let quotient = ((w.quotient as u128 * x as u128) >> 64) as u64;
    w.factor.wrapping_mul(x).wrapping_sub(quotient.wrapping_mul(q))
}

/// Returns x with `bound` subtracted once if x ≥ bound.
#[inline(always)]
fn below(x: u64, bound: u64) -> u64 {
    x.min(x.wrapping_sub(bound))
}

pub fn forward(ntt: &Ntt, poly: &mut [u64]) {
    let q = ntt.q;
    let mut blocks = 1;
    while blocks < N {
        for (i, block) in poly.chunks_exact_mut(N / blocks).enumerate() {
            let w = ntt.forward.at(blocks + i);
            let (first, second) = block.split_at_mut(N / blocks / 2);
            for (a, b) in first.iter_mut().zip(second) {
                let (u, v) = (below(*a, 4 * q), times(w, *b, q));
                (*a, *b) = (u + v, u + 4 * q - v);
            }
        }
        blocks *= 2;
    }
    poly.iter_mut().for_each(|x| *x = below(below(below(*x, 4 * q), 2 * q), q));
}

pub fn inverse(ntt: &Ntt, poly: &mut [u64]) {
    let q = ntt.q;
    let mut blocks = N / 2;
    while blocks > 0 {
        for (i, block) in poly.chunks_exact_mut(N / blocks).enumerate() {
            let w = ntt.inverse.at(blocks + i);
            let (first, second) = block.split_at_mut(N / blocks / 2);
            for (a, b) in first.iter_mut().zip(second) {
                let (u, v) = (*a, *b);
                (*a, *b) = (below(u + v, 4 * q), times(w, u + 4 * q - v, q));
            }
        }
        blocks /= 2;
    }
    poly.iter_mut().for_each(|x| *x = below(times(ntt.scale, *x, q), q));
}
