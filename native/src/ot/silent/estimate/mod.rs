//! Estimates what the known attacks on the LPN problems of [`Parameters`](super::Parameters) cost,
//! and fails below 138 bits.
//!
//! `cargo test --release -- --nocapture ot::silent::estimate` in `native` runs the tests and prints
//! the table.

mod attacks;
mod numbers;
mod peeling;
mod subsystem;
mod toy;

use peeling::Matrix;

use super::{Lpn, Parameters};

/// Security of 128 bits, and a margin of ten: the estimates may be off by some, and attacks get
/// better.
const REQUIRED_BITS: f64 = 138.0;

/// An LPN problem: n samples in t blocks of one error each, a secret of k bits.
#[derive(Clone, Copy, Debug)]
pub struct Problem {
    pub n: f64,
    pub k: f64,
    pub t: f64,
}

impl Problem {
    fn of(lpn: Lpn) -> Self {
        Problem { n: (lpn.bins << lpn.depth) as f64, k: lpn.k as f64, t: lpn.bins as f64 }
    }

    /// Returns the number of samples in a block.
    fn block(self) -> f64 {
        (self.n / self.t).floor()
    }
}

/// Returns all known attacks with the base-2 logarithms of their operations: on all samples, and on
/// the best choice of them.
fn all(p: Problem) -> Vec<(&'static str, f64, f64)> {
    let smallest = subsystem::smallest_set(p);
    let both = |name, attack: fn(Problem) -> f64| (name, attack(p), subsystem::cheapest(p, attack));
    vec![
        ("sub-system, dense elimination", subsystem::dense(p, p.k), subsystem::dense(p, smallest)),
        (
            "sub-system, sparse elimination",
            subsystem::sparse(p, p.k),
            subsystem::sparse(p, smallest),
        ),
        both("Stern and Dumer", attacks::stern),
        both("regular Stern", attacks::regular_stern),
        both("statistical decoding 2.0", attacks::statistical),
        both("algebraic", |p| attacks::algebraic(p).0),
        both("algebraic in two steps", |p| attacks::algebraic(p).1),
        both("guessing and quadratic equations", attacks::hybrid),
    ]
}

fn cheapest(p: Problem) -> f64 {
    all(p).iter().map(|&(_, whole, part)| whole.min(part)).fold(f64::INFINITY, f64::min)
}

#[test]
fn parameters_withstand_all_known_attacks_with_a_margin() {
    let Parameters { first, main } = Parameters::DEFAULT;
    for (name, lpn) in [("first", first), ("main", main)] {
        let p = Problem::of(lpn);
        let smallest = subsystem::smallest_set(p);
        println!(
            "{name}: {lpn:?}; no set of fewer than {:.3} k bits has as many samples",
            smallest / p.k
        );
        for (attack, whole, part) in all(p) {
            println!("  {attack}: {whole:.0} on all samples, {part:.0} on the best choice of them");
            assert!(
                whole.min(part) >= REQUIRED_BITS,
                "{name}: {attack} takes 2^{:.1} operations",
                whole.min(part)
            );
        }
    }
}

/// The sets of Ferret, in public use, and those that this folder once had, which counted on dense
/// attacks alone.
#[test]
fn weak_parameters_are_recognised() {
    let once = [Lpn { depth: 9, bins: 536, k: 36_864 }, Lpn { depth: 12, bins: 1024, k: 1 << 18 }]
        .map(Problem::of);
    for p in once {
        assert!(attacks::gauss(p) > 145.0 && cheapest(p) < 112.0, "{p:?}: {:.1}", cheapest(p));
    }
    let ferret = Problem { n: 10_268_672.0, k: 238_000.0, t: 2507.0 };
    assert!(cheapest(ferret) < 105.0, "{:.1}", cheapest(ferret));
}

/// The sets that an attacker finds with the real matrices are larger than the bound, by a quarter
/// at most.
#[test]
fn peeling_finds_no_smaller_set_than_the_bound() {
    let Parameters { first, main } = Parameters::DEFAULT;
    // An eighth of the main problem, with the same samples for each bit:
    // `peeling_of_the_main_problem` peels the whole.
    let eighth = Lpn { bins: main.bins / 8, k: main.k / 8, ..main };
    for lpn in [first, eighth] {
        compare_with_bound(lpn);
    }
}

#[test]
#[ignore = "takes 15 seconds and 1 GB"]
fn peeling_of_the_main_problem() {
    compare_with_bound(Parameters::DEFAULT.main);
}

fn compare_with_bound(lpn: Lpn) {
    let p = Problem::of(lpn);
    let set = Matrix::of(lpn.bins << lpn.depth, lpn.k).peel(vec![true; lpn.k], 0);
    assert!(set.samples.len() >= set.bits);
    let (found, bound) = (set.bits as f64, subsystem::smallest_set(p));
    println!(
        "{lpn:?}: peeling finds {:.3} k bits with as many samples, the bound is {:.3} k",
        found / p.k,
        bound / p.k
    );
    assert!(
        found >= bound && found < 1.25 * bound,
        "{found} bits found, at least {bound} expected"
    );
}
