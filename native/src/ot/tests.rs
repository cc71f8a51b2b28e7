//! The extension against its definition and every way of using it up against plain integers, both
//! sides in one process.

use super::group::{Additive, Xor};
use super::silent::{Lpn, Parameters};
use super::softspoken::{ggm, Shape, UNIT};
use super::testing::{bits, correlated, Pair};
use super::*;
use crate::error::Code;
use crate::ring::Ring;
use crate::with_ring;

const KS: [usize; 4] = [1, 2, 4, 8];

/// Silent extension with a main problem that the tests go through several times.
const SILENT: Extension = Extension::Silent(Parameters {
    first: Lpn { depth: 6, bins: 60, k: 1000 },
    main: Lpn { depth: 10, bins: 24, k: 3000 },
});
const SIZES: [usize; 5] = [0, 1, 7, 1000, 5000];

#[test]
fn rows_are_correlated_over_several_extensions() {
    let kinds = KS.map(|k| Extension::SoftSpoken(Shape::new(k).unwrap()));
    for extension in kinds.into_iter().chain([SILENT]) {
        let mut pair = Pair::of(extension, 2);
        assert_eq!(extension.unit(), UNIT);
        let (mut ones, mut total) = (0, 0);
        for n in [UNIT, 3 * UNIT, 7 * UNIT, 0, UNIT, 40 * UNIT] {
            let message = pair.extend(n);
            if let Extension::SoftSpoken(shape) = extension {
                assert_eq!(message.len(), (128 / shape.k() - 1) * n / 8);
            }
            // Uneven steps, so that takes and extensions do not meet.
            let n = pair.sender.available().saturating_sub(5);
            let (sent, received) = pair.take(n);
            assert!(*sent.delta > 1 && *sent.delta & 1 == 1);
            assert_eq!((sent.first, received.first), (total as u64, total as u64));
            for j in 0..n {
                let c = received.rows[j] & 1;
                assert_eq!(sent.rows[j] & 1, 0);
                assert_eq!(
                    sent.rows[j],
                    received.rows[j] ^ (*sent.delta & c.wrapping_neg()),
                    "{extension:?} row {j}"
                );
            }
            ones += received.rows.iter().filter(|&&row| row & 1 == 1).count();
            total += n;
            let mut rows = sent.rows.to_vec();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), n, "rows do not repeat");
        }
        // Seven deviations.
        let excess = (2 * ones).abs_diff(total);
        assert!(excess < 7 * (total as f64).sqrt() as usize, "{ones} of {total} choices");
    }
}

#[test]
fn extensions_do_not_depend_on_threads_and_attempts_differ() {
    let (mut one, mut two) = (Pair::new(4, 1), Pair::new(4, 3));
    let (m1, m2) = (one.extend(9 * UNIT), two.extend(9 * UNIT));
    assert_eq!(m1.len(), m2.len());
    assert_ne!(m1, m2);
    let (sent, received) = one.take(9 * UNIT);
    let (sent2, _) = two.take(9 * UNIT);
    assert!(sent.rows.iter().zip(sent2.rows.iter()).all(|(a, b)| a != b));
    assert!([0, 1].iter().all(|bit| received.rows.iter().any(|row| row & 1 == *bit)));
}

#[test]
fn ring_shares_add_up_to_choice_times_delta() {
    let mut pair = Pair::new(4, 2);
    for m in [2, 3, 1 << 21, 2198738042881, (1 << 61) - 1, 1 << 63] {
        let ring = Ring::new(m).unwrap();
        for n in SIZES {
            let edges = [0, m - 1, 1, m / 2, m / 3];
            let delta: Vec<u64> = (0..n).map(|i| edges[i % 5]).collect();
            for choices in [bits(n), vec![0; n], vec![1; n]] {
                let (a, b, _) = with_ring!(ring, arithmetic => {
                    correlated(&mut pair, Additive { ring, arithmetic }, &delta, &choices)
                });
                for i in 0..n {
                    assert!(a[i] < m && b[i] < m);
                    assert_eq!(
                        (a[i] as u128 + b[i] as u128) % m as u128,
                        (choices[i] as u64 * delta[i]) as u128,
                        "{i} mod {m}"
                    );
                }
                if n >= 1000 {
                    // Shares of both sides are spread over the ring, whatever the inputs: neither
                    // half is rarer than 40 %.
                    for shares in [&a, &b] {
                        let upper = shares.iter().filter(|&&x| x >= m.div_ceil(2)).count();
                        assert!(
                            m == 3 || (2 * n / 5..3 * n / 5).contains(&upper),
                            "{upper} of {n} mod {m}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn digit_shares_xor_to_choice_times_delta() {
    let mut pair = Pair::new(2, 2);
    for width in 1..=8 {
        for n in SIZES {
            let mask = ((1u32 << width) - 1) as u8;
            let delta: Vec<u8> = (0..n).map(|i| [0, mask, 1, mask >> 1][i % 4]).collect();
            let choices = bits(n);
            let (a, b, _) = correlated(&mut pair, Xor::new(width).unwrap(), &delta, &choices);
            for i in 0..n {
                assert!(a[i] <= mask && b[i] <= mask);
                assert_eq!(a[i] ^ b[i], choices[i] * delta[i]);
            }
            if n >= 1000 {
                let ones = a.iter().filter(|&&x| x & 1 == 1).count();
                assert!((2 * n / 5..3 * n / 5).contains(&ones), "{ones} of {n}");
            }
        }
    }
}

#[test]
fn flips_and_messages_look_random_and_have_public_sizes() {
    let (mut pair, n) = (Pair::new(4, 1), 8000);
    let ring = Ring::new(1 << 21).unwrap();
    for choice in [0, 1] {
        let (_, received) = pair.take(n);
        let mut flips = vec![0; n / 8];
        received.flips(1, &vec![choice; n], &mut flips).unwrap();
        let ones: u32 = flips.iter().map(|f| f.count_ones()).sum();
        assert!((3700..4300).contains(&ones), "{ones} flips of {n}");
        let (.., message) = with_ring!(ring, arithmetic => {
            let group = Additive { ring, arithmetic };
            correlated(&mut pair, group, &vec![0; n], &vec![choice; n])
        });
        assert_eq!(message.len(), n * 21 / 8);
        let ones: u32 = message.iter().map(|f| f.count_ones()).sum();
        assert!((82_000..86_000).contains(&ones), "{ones} ones of {}", n * 21);
    }
}

#[test]
fn stocks_run_out() {
    let mut pair = Pair::new(8, 1);
    pair.extend(UNIT);
    assert_eq!(pair.sender.take(UNIT + 1).err().unwrap().code, Code::Exhausted);
    assert_eq!(pair.receiver.take(UNIT + 1).err().unwrap().code, Code::Exhausted);
    assert_eq!((pair.sender.available(), pair.receiver.available()), (UNIT, UNIT));
    assert_eq!(pair.sender.take(UNIT).unwrap().len(), UNIT);
    assert_eq!(pair.sender.take(1).err().unwrap().code, Code::Exhausted);
}

#[test]
fn bad_messages_are_refused() {
    let mut pair = Pair::new(4, 1);
    let malformed = |r: Result<()>| assert_eq!(r.unwrap_err().code, Code::MalformedMessage);
    let m = pair.sender.extend_bytes(UNIT).unwrap();
    malformed(pair.sender.read_extension(&pair.pool, UNIT, &vec![0; m - 1]));
    let mut silent = Pair::of(SILENT, 1);
    let m = silent.receiver.extend_bytes(UNIT).unwrap();
    malformed(silent.receiver.read_extension(&pair.pool, UNIT, &vec![0; m - 1]));
    let m = SILENT.setup_bytes(2).unwrap();
    malformed(Sender::new(SILENT).unwrap().seeds(&pair.pool, &vec![0; m - 1]));
    let ring = Ring::new(5).unwrap();
    let Ring::General(arithmetic) = ring else { unreachable!() };
    let group = Additive { ring, arithmetic };
    let (delta, choices, mut shares) = ([4; 3], [1, 0, 1], [0; 3]);
    for flips in [&[0b1000][..], &[0, 0], &[]] {
        malformed(pair.take(3).0.send(&pair.pool, group, &delta, flips, &mut shares, &mut [0; 2]));
    }
    // Three elements of three bits: 5 is no residue modulo 5, bit 9 is unused, and one byte is
    // missing or too much.
    for message in [&[5, 0][..], &[0, 2], &[0], &[0, 0, 0]] {
        malformed(pair.take(3).1.receive(&pair.pool, group, &choices, message, &mut shares));
    }
}

#[test]
fn mistakes_of_the_caller_are_refused() {
    let mut pair = Pair::new(4, 1);
    let bad = |r: Result<()>| assert_eq!(r.unwrap_err().code, Code::BadArgument);
    for k in [0, 3, 5, 16] {
        assert!(Shape::new(k).is_err());
    }
    assert!(pair.sender.extend_bytes(UNIT + 1).is_err() && pair.extension.setup_bytes(3).is_err());
    bad(pair.receiver.hello(&mut [0; 32]));
    bad(pair.sender.seeds(&pair.pool, &[0; ggm::SEEDS_BYTES]));
    bad(Sender::new(pair.extension).unwrap().read_extension(&pair.pool, 0, &[]));
    bad(Receiver::new(pair.extension).write_extension(&pair.pool, 0, &mut []));
    bad(pair.sender.write_extension(&pair.pool, 0, &mut []));
    bad(pair.receiver.read_extension(&pair.pool, 0, &[]));
    let mut silent = Pair::of(SILENT, 1);
    bad(silent.sender.read_extension(&pair.pool, 0, &[]));
    bad(silent.receiver.write_extension(&pair.pool, 0, &mut []));
    bad(silent.receiver.hello(&mut [0; 32]));
    bad(silent.sender.seeds(&pair.pool, &vec![0; SILENT.setup_bytes(2).unwrap()]));
    bad(Sender::new(SILENT).unwrap().write_extension(&pair.pool, 0, &mut []));
    let xor = Xor::new(2).unwrap();
    bad(pair.take(2).0.send(&pair.pool, xor, &[1; 3], &[0], &mut [0; 3], &mut [0]));
    bad(pair.take(3).0.send(&pair.pool, xor, &[4; 3], &[0], &mut [0; 3], &mut [0]));
    bad(pair.take(3).1.receive(&pair.pool, xor, &[0, 1, 2], &[0], &mut [0; 3]));
    bad(pair.take(3).1.flips(1, &[2, 0, 0], &mut [0]));
    bad(pair.take(3).1.flips(2, &[2, 0, 0], &mut [0]));
    assert!(Xor::new(0).is_err() && Xor::new(9).is_err());
}

#[test]
fn cancellation_stops_bulk_work() {
    let mut pair = Pair::new(4, 1);
    let (sent, received) = pair.take(8);
    pair.pool.cancel();
    let cancelled = |r: Result<()>| assert_eq!(r.unwrap_err().code, Code::Cancelled);
    let m = pair.receiver.extend_bytes(UNIT).unwrap();
    cancelled(pair.receiver.write_extension(&pair.pool, UNIT, &mut vec![0; m]));
    let xor = Xor::new(1).unwrap();
    cancelled(sent.send(&pair.pool, xor, &[0; 8], &[0], &mut [0; 8], &mut [0]));
    cancelled(received.receive(&pair.pool, xor, &[0; 8], &[0], &mut [0; 8]));
}
