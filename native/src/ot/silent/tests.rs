//! Trees and expansions against their definition, both sides in one process, with small problems.

use zeroize::Zeroizing;

use super::tree::Tree;
use super::*;
use crate::error::Code;
use crate::ot::testing::random_block;
use crate::ot::Block;
use crate::pool::Pool;

/// Both problems small enough to be repeated often; a bin of the main one has 16 rows.
const SMALL: Parameters = Parameters {
    first: Lpn { depth: 3, bins: 40, k: 30 },
    main: Lpn { depth: 4, bins: 40, k: 60 },
};

const UNIT: usize = 16;

/// Returns m correlations, dealt by one process that knows both sides, for tests: (rows of the
/// sender, rows of the receiver).
pub fn correlations(delta: Block, m: usize) -> (Vec<Block>, Vec<Block>) {
    (0..m)
        .map(|_| (random_block() & !1, random_block() & 1))
        .map(|(q, r)| (q, q ^ delta & r.wrapping_neg()))
        .unzip()
}

#[test]
fn trees_differ_in_one_leaf_whose_place_the_choices_say() {
    let tree = Tree::new();
    for depth in 1..=9 {
        for _ in 0..40 {
            let delta = random_block() | 1;
            let (q, t) = correlations(delta, depth);
            let (mut sums, mut sent, mut received) =
                (vec![0; depth], vec![0; 1 << depth], vec![1; 1 << depth]);
            tree.grow(delta, random_block(), &q, &mut sums, &mut sent);
            tree.puncture(&t, &sums, &mut received);
            let noisy = t.iter().fold(0, |place, t| 2 * place + (!t & 1) as usize);
            for i in 0..1 << depth {
                assert_eq!(sent[i] & 1, 0);
                let expected = if i == noisy { sent[i] ^ delta } else { sent[i] };
                assert_eq!(received[i], expected, "depth {depth} leaf {i} noisy {noisy}");
            }
            assert_eq!(
                sent.iter().fold(0, |sum, x| sum ^ x),
                delta & !1,
                "the leaves add up to Δ but for the lowest bits"
            );
            sent.sort_unstable();
            sent.dedup();
            assert_eq!(sent.len(), 1 << depth, "leaves are distinct");
        }
    }
}

struct Both {
    pool: Pool,
    delta: Block,
    sender: Sender,
    receiver: Receiver,
}

impl Both {
    fn new(threads: usize) -> Self {
        let delta = random_block() | 1;
        let (q, t) = correlations(delta, SMALL.first.inputs());
        let sender = Sender::new(SMALL, Zeroizing::new(delta), Zeroizing::new(q));
        let receiver = Receiver::new(SMALL, Zeroizing::new(t));
        Both { pool: Pool::new(threads).unwrap(), delta, sender, receiver }
    }

    /// Returns both parties' rows and the message's length, after checking every row.
    fn extend(&mut self, n: usize) -> (Vec<Block>, Vec<Block>, usize) {
        let bytes = self.sender.extend_bytes(n).unwrap();
        assert_eq!(bytes, self.receiver.extend_bytes(n).unwrap());
        let mut message = vec![0; bytes];
        let q = self.sender.extend(&self.pool, n, &mut message).unwrap();
        let t = self.receiver.extend(&self.pool, n, &message).unwrap();
        assert_eq!((q.len(), t.len()), (n, n));
        for (j, (q, t)) in q.iter().zip(t.iter()).enumerate() {
            assert_eq!(q & 1, 0);
            assert_eq!(*q, t ^ (self.delta & (t & 1).wrapping_neg()), "row {j} of {n}");
        }
        (q.to_vec(), t.to_vec(), bytes)
    }
}

#[test]
fn rows_are_correlated_over_many_expansions() {
    let usable = SMALL.main.bins - SMALL.kept();
    let (mut both, mut bins, mut sums, mut rows, mut ones) = (Both::new(2), 0, 0, Vec::new(), 0);
    // Uneven steps through several expansions, one of them through three at once.
    for n in [1, 0, 3, usable - 4, 1, 5, usable, 2, 3 * usable + 1, 7] {
        let (q, t, bytes) = both.extend(n * UNIT);
        rows.extend(q);
        ones += t.iter().filter(|&t| t & 1 == 1).count();
        bins += n;
        sums += bytes / 16;
    }
    // Expansions before the one under way have said the sums of all their bins, those kept
    // included.
    let first = SMALL.first.bins_for(SMALL.main.inputs()) * SMALL.first.depth;
    let expansions = bins.div_ceil(usable) - 1;
    assert!(expansions >= 5);
    assert_eq!(sums, first + (bins + expansions * SMALL.kept()) * SMALL.main.depth);
    let excess = (2 * ones).abs_diff(rows.len());
    assert!(excess < 7 * (rows.len() as f64).sqrt() as usize, "{ones} of {} choices", rows.len());
    let n = rows.len();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), n, "rows do not repeat");
}

#[test]
fn messages_depend_on_the_shape_only_and_rows_not_on_threads() {
    let (mut one, mut two) = (Both::new(1), Both::new(3));
    for n in [3 * UNIT, 50 * UNIT, UNIT] {
        let (q1, _, bytes1) = one.extend(n);
        let (q2, _, bytes2) = two.extend(n);
        assert_eq!(bytes1, bytes2);
        assert!(q1.iter().zip(&q2).all(|(a, b)| a != b), "attempts differ");
    }
}

#[test]
fn wrong_lengths_are_refused_by_name() {
    let mut both = Both::new(1);
    let bytes = both.sender.extend_bytes(UNIT).unwrap();
    for wrong in [0, bytes - 1, bytes + 1] {
        assert_eq!(
            both.sender.extend(&both.pool, UNIT, &mut vec![0; wrong]).err().unwrap().code,
            Code::BadArgument
        );
        let error = both.receiver.extend(&both.pool, UNIT, &vec![0; wrong]).err().unwrap();
        assert_eq!(error.code, Code::MalformedMessage);
        assert!(error.message.contains(&format!("{wrong} bytes, not {bytes}")), "{error}");
    }
    for n in [1, UNIT - 1, UNIT + 1, usize::MAX - 15, 1 << 41] {
        assert_eq!(both.sender.extend_bytes(n).err().unwrap().code, Code::BadArgument);
        assert_eq!(both.receiver.extend_bytes(n).err().unwrap().code, Code::BadArgument);
    }
    // Nothing of this has moved either party.
    both.extend(5 * UNIT);
}

#[test]
fn inputs_are_never_used_twice() {
    let mut both = Both::new(1);
    both.extend(UNIT);
    let bytes = both.sender.extend_bytes(UNIT).unwrap();
    both.pool.cancel();
    assert_eq!(
        both.sender.extend(&both.pool, UNIT, &mut vec![0; bytes]).err().unwrap().code,
        Code::Cancelled
    );
    assert_eq!(
        both.receiver.extend(&both.pool, UNIT, &vec![0; bytes]).err().unwrap().code,
        Code::Cancelled
    );
    let pool = Pool::new(1).unwrap();
    let bytes = both.sender.extend_bytes(UNIT).unwrap();
    assert_eq!(
        both.sender.extend(&pool, UNIT, &mut vec![0; bytes]).err().unwrap().code,
        Code::BadArgument
    );
    assert_eq!(
        both.receiver.extend(&pool, UNIT, &vec![0; bytes]).err().unwrap().code,
        Code::BadArgument
    );
}
