//! The sub-system attack on problems so small that it succeeds, to see that the estimate of its
//! trials is right.

use super::peeling::{Matrix, Set};
use super::subsystem::trials;
use super::Problem;
use crate::ot::testing::random_block;

/// More samples than bits, so that a wrong guess shows as a contradiction.
const EXCESS: usize = 24;

/// A secret, and its noisy samples.
struct Instance {
    secret: Vec<bool>,
    values: Vec<bool>,
}

impl Instance {
    fn random(matrix: &Matrix, blocks: usize) -> Self {
        let secret: Vec<bool> = (0..matrix.k).map(|_| random_block() & 1 == 1).collect();
        let mut values: Vec<bool> = matrix
            .samples
            .iter()
            .map(|bits| bits.iter().fold(false, |sum, &bit| sum ^ secret[bit as usize]))
            .collect();
        let size = values.len() / blocks;
        (0..blocks).for_each(|block| {
            values[block * size + (random_block() % size as u128) as usize] ^= true
        });
        Instance { secret, values }
    }

    /// Returns the bits of the set that its samples determine, or nothing if they contradict each
    /// other.
    fn solve(&self, matrix: &Matrix, set: &Set) -> Option<Vec<(usize, bool)>> {
        let columns: Vec<usize> = (0..matrix.k).filter(|&bit| set.inside[bit]).collect();
        let mut column_of = vec![usize::MAX; matrix.k];
        columns.iter().enumerate().for_each(|(column, &bit)| column_of[bit] = column);
        let words = columns.len() / 64 + 1;
        let value = columns.len();
        let has = |row: &[u64], column: usize| row[column / 64] >> (column % 64) & 1 == 1;
        // Every sample involves an even number of bits, so a secret and its complement have the
        // same samples. This row chooses.
        let mut first = vec![0; words];
        first[0] = 1;
        first[value / 64] ^= (self.secret[columns[0]] as u64) << (value % 64);
        let mut rows = vec![first];
        for &sample in &set.samples {
            let mut row = vec![0; words];
            for &bit in &matrix.samples[sample] {
                let column = column_of[bit as usize];
                row[column / 64] ^= 1u64 << (column % 64);
            }
            row[value / 64] ^= (self.values[sample] as u64) << (value % 64);
            rows.push(row);
        }
        let mut pivots = Vec::new();
        for column in 0..columns.len() {
            let rank = pivots.len();
            let Some(pivot) = (rank..rows.len()).find(|&i| has(&rows[i], column)) else { continue };
            rows.swap(rank, pivot);
            let row = rows[rank].clone();
            for (i, other) in rows.iter_mut().enumerate() {
                if i != rank && has(other, column) {
                    other.iter_mut().zip(&row).for_each(|(a, b)| *a ^= b);
                }
            }
            pivots.push(column);
        }
        if rows[pivots.len()..].iter().any(|row| has(row, value)) {
            return None;
        }
        let alone =
            |row: &[u64]| (0..columns.len()).filter(|&column| has(row, column)).count() == 1;
        let determined = pivots.iter().zip(&rows).filter(|(_, row)| alone(row));
        Some(determined.map(|(&column, row)| (columns[column], has(row, value))).collect())
    }
}

/// Returns about nine in ten of the bits.
fn random_start(k: usize) -> Vec<bool> {
    (0..k).map(|_| !random_block().is_multiple_of(10)).collect()
}

#[test]
fn small_problems_fall_after_as_many_trials_as_estimated() {
    let (k, blocks, runs) = (512, 96, 12);
    let n = 79 * blocks;
    let matrix = Matrix::of(n, k);
    let (mut needed, mut expected) = (0.0, 0.0);
    for _ in 0..runs {
        let instance = Instance::random(&matrix, blocks);
        loop {
            let set = matrix.peel(random_start(k), EXCESS);
            let guessed = Problem { n: n as f64, k: k as f64, t: blocks as f64 };
            needed += 1.0;
            let Some(found) = instance.solve(&matrix, &set) else { continue };
            assert!(
                set.bits < 3 * k / 4 && found.len() > set.bits / 2,
                "{} of {} bits",
                found.len(),
                set.bits
            );
            assert!(
                found.iter().all(|&(bit, value)| instance.secret[bit] == value),
                "the attack finds the secret"
            );
            expected += trials(guessed, set.samples.len() as f64).exp2();
            break;
        }
    }
    let ratio = needed / expected;
    assert!((0.25..4.0).contains(&ratio), "{needed} trials in {runs} runs, {expected:.0} expected");
}
