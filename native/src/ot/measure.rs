//! Speed of the extension and of using it up, printed by `cargo test --release -- --ignored
//! --nocapture ot::measure`.

use super::group::Additive;
use super::millionaires::Leaves;
use super::silent::Parameters;
use super::softspoken::Shape;
use super::testing::{bits, correlated, Pair};
use super::{Extension, Side};
use crate::ring::Ring;
use crate::with_ring;

/// Returns the CPU seconds of this process so far, in hundredths: on a busy machine the clock on
/// the wall says little.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // User and system time are fields 14 and 15; the name before them may hold blanks, but ends
    // with the last parenthesis.
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap() + 2..].split(' ').collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

/// Returns the millions of n per CPU second of `work`.
fn rate(n: usize, work: impl FnOnce()) -> f64 {
    let start = cpu_seconds();
    work();
    n as f64 / 1e6 / (cpu_seconds() - start)
}

/// Measures an extension by n at a time, `times` times, until everything that is made once is paid
/// for.
fn extension(name: &str, extension: Extension, n: usize, times: usize) -> Pair {
    let mut pair = Pair::of(extension, 1);
    let (mut of_sender, mut of_receiver, mut bytes) = (0.0, 0.0, 0);
    for _ in 0..times {
        let mut message = vec![1; pair.sender.extend_bytes(n).unwrap()];
        bytes += message.len();
        let silent = matches!(extension, Extension::Silent(_));
        let start = cpu_seconds();
        if silent {
            pair.sender.write_extension(&pair.pool, n, &mut message).unwrap();
        } else {
            pair.receiver.write_extension(&pair.pool, n, &mut message).unwrap();
        }
        let middle = cpu_seconds();
        if silent {
            pair.receiver.read_extension(&pair.pool, n, &message).unwrap();
        } else {
            pair.sender.read_extension(&pair.pool, n, &message).unwrap();
        }
        let (first, second) = (middle - start, cpu_seconds() - middle);
        of_sender += if silent { first } else { second };
        of_receiver += if silent { second } else { first };
        pair.sender.take(n).unwrap();
        pair.receiver.take(n).unwrap();
    }
    let millions = (n * times) as f64 / 1e6;
    let bits = 8.0 * bytes as f64 / (n * times) as f64;
    eprintln!(
        "{name}: {bits:.3} bits, receiver {:.1} M COT/s, sender {:.1} M COT/s of CPU",
        millions / of_receiver,
        millions / of_sender
    );
    pair
}

#[test]
#[ignore = "a measurement"]
fn silent_speed() {
    extension("silent", Extension::Silent(Parameters::DEFAULT), 1 << 21, 10);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let n = 1 << 22;
    for k in [1, 2, 4, 8] {
        let mut pair =
            extension(&format!("k {k}"), Extension::SoftSpoken(Shape::new(k).unwrap()), n, 2);
        let choices = bits(n / 2);
        let m = [1 << 21, 2198738042881][k % 2];
        let ring = Ring::new(m).unwrap();
        let ones = vec![1; n / 2];
        let both = rate(n / 2, || {
            drop(with_ring!(ring, a => {
                correlated(&mut pair, Additive { ring, arithmetic: a }, &ones, &choices)
            }))
        });
        let (sent, received) = pair.take(n / 2);
        let (mut shares, mut message) = (vec![0; n / 4], vec![0; n / 32 * 6]);
        let (leaves, flips) = (Leaves::new(2, 1, false).unwrap(), vec![0; n / 16]);
        let look_ups = rate(n / 4, || {
            sent.send_leaves(
                &pair.pool,
                leaves,
                &vec![1; n / 4],
                &flips,
                &mut shares,
                &mut message,
            )
            .unwrap();
            received
                .receive_leaves(&pair.pool, leaves, &vec![0; n / 4], &message, &mut shares)
                .unwrap();
        });
        eprintln!(
            "  OT mod {m}: {both:.1} M/s, 1-of-4: {look_ups:.1} M/s of CPU, both sides together"
        );
    }
}
