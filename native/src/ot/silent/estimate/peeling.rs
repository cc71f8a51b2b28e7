//! The sub-system attack, run: it looks for small sets of the secret's bits that have as many
//! samples inside, by removing the bit that the fewest remaining samples involve, again and again.

use crate::ot::silent::code::{Code, LOCALITY};

/// A code's matrix, as a list of samples and the bits that each involves.
pub struct Matrix {
    pub k: usize,
    pub samples: Vec<[u32; LOCALITY]>,
}

impl Matrix {
    /// Returns the first n columns of the product's own code for secrets of k bits.
    pub fn of(n: usize, k: usize) -> Self {
        let code = Code::new(k);
        let mut samples = Vec::with_capacity(n);
        code.for_each_column(n, |places| {
            samples.push(places.try_into().expect("as many places as the locality"))
        });
        Matrix { k, samples }
    }

    /// Returns a subset of the bits in `inside` with at least `excess` more samples inside than
    /// bits, as small as peeling finds it.
    pub fn peel(&self, mut inside: Vec<bool>, excess: usize) -> Set {
        let mut alive: Vec<bool> =
            self.samples.iter().map(|bits| bits.iter().all(|&bit| inside[bit as usize])).collect();
        let (starts, of_bit) = self.samples_of_bits(&alive);
        let mut degree: Vec<u32> =
            starts.windows(2).map(|bounds| (bounds[1] - bounds[0]) as u32).collect();
        let mut buckets: Vec<Vec<u32>> =
            vec![Vec::new(); *degree.iter().max().expect("k > 0") as usize + 1];
        degree
            .iter()
            .enumerate()
            .filter(|(bit, _)| inside[*bit])
            .for_each(|(bit, &d)| buckets[d as usize].push(bit as u32));
        let count = |flags: &[bool]| flags.iter().filter(|&&flag| flag).count();
        let (mut bits, mut samples, mut lowest) = (count(&inside), count(&alive), 0);
        while bits > 1 {
            while lowest < buckets.len() && buckets[lowest].is_empty() {
                lowest += 1;
            }
            // A bit stands in the buckets of all the degrees that it has had; only the last of them
            // counts.
            let Some(bit) = buckets.get_mut(lowest).and_then(Vec::pop).map(|bit| bit as usize)
            else {
                break;
            };
            if !inside[bit] || degree[bit] as usize != lowest {
                continue;
            }
            if samples.saturating_sub(lowest) < bits - 1 + excess {
                break;
            }
            inside[bit] = false;
            bits -= 1;
            for &sample in &of_bit[starts[bit]..starts[bit + 1]] {
                if !std::mem::replace(&mut alive[sample as usize], false) {
                    continue;
                }
                samples -= 1;
                for &other in &self.samples[sample as usize] {
                    let other = other as usize;
                    degree[other] -= 1;
                    if inside[other] {
                        buckets[degree[other] as usize].push(other as u32);
                        lowest = lowest.min(degree[other] as usize);
                    }
                }
            }
        }
        Set { inside, bits, samples: (0..self.samples.len()).filter(|&i| alive[i]).collect() }
    }

    /// Returns for each bit the living samples that involve it, one after the other, and where each
    /// bit's begin.
    fn samples_of_bits(&self, alive: &[bool]) -> (Vec<usize>, Vec<u32>) {
        let living = || self.samples.iter().enumerate().filter(|(i, _)| alive[*i]);
        let mut starts = vec![0; self.k + 1];
        living().flat_map(|(_, sample)| sample).for_each(|&bit| starts[bit as usize + 1] += 1);
        for bit in 0..self.k {
            starts[bit + 1] += starts[bit];
        }
        let (mut next, mut of_bit) = (starts.clone(), vec![0; starts[self.k]]);
        for (i, sample) in living() {
            for &bit in sample {
                of_bit[next[bit as usize]] = i as u32;
                next[bit as usize] += 1;
            }
        }
        (starts, of_bit)
    }
}

/// A set of the secret's bits.
pub struct Set {
    pub inside: Vec<bool>,
    pub bits: usize,
    /// The samples that involve no other bit.
    pub samples: Vec<usize>,
}
