//! Measurements, run on demand: `cargo test --release measure -- --ignored --nocapture`.

use super::tests::{params, Parties, T};
use super::*;
use crate::gemm::Weights;

/// Returns the CPU time of the process so far, user and system: a busy machine does not disturb it.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn timed<R>(what: &str, per: usize, f: impl FnOnce() -> R) -> (R, f64) {
    let start = cpu_seconds();
    let result = f();
    let seconds = cpu_seconds() - start;
    println!("{what}: {seconds:.2} CPU s, {:.3} ms each of {per}", seconds * 1e3 / per as f64);
    (result, seconds)
}

fn report(gflop: f64, seconds: f64) {
    println!("  {gflop:.0} GFLOP of FP64, {:.1} GFLOP/s", gflop / seconds);
}

#[test]
#[ignore = "a measurement"]
fn measure_linear() {
    let parties = Parties::new(params(), 1);
    let (m, k) = (256, 768);
    let values = vec![12345; k * N];
    let level = 2;
    let mut fresh = vec![0; k * params().fresh_bytes(level).unwrap()];
    timed("encrypt", k, || {
        parties.client.encrypt(&parties.pool, level, Form::Exact, &values, N, &mut fresh).unwrap()
    });
    let matrix = Matrix::new(params(), level, Form::Exact, k).unwrap();
    timed("load with shares", k, || {
        matrix.load(&parties.pool, 0, &fresh, Some(&values), N).unwrap()
    });
    let values = vec![2047; m * k];
    let weights = Weights::new(&values, m, k).unwrap();
    let mut shares = vec![0; m * N];
    let run = || linear(&parties.pool, &parties.server, &matrix, &weights, N, &mut shares).unwrap();
    let (answers, seconds) = timed("linear", m, run);
    report(2.0 * 2.0 * (m * k * 2 * level * N) as f64 / 1e9, seconds);
    timed("decrypt", m, || parties.reveal(level, &answers, &shares, N));
}

#[test]
#[ignore = "a measurement"]
fn measure_select() {
    let mut parties = Parties::new(params(), 1);
    let (m, experts, d) = (256, 8, 768);
    let x = parties.upload(3, &vec![12345; d * N], N);
    let b = parties.upload(3, &vec![1; experts * N], N);
    let values = vec![2047; m * experts * d];
    let weights = Weights::new(&values, m, experts * d).unwrap();
    let mut shares = vec![0; m * N];
    let selection = Selection { selector: &b, x: &x, groups: 1, weights: &weights, biases: vec![] };
    let run = || select(&parties.pool, &parties.server, &selection, N, &mut shares).unwrap();
    let (_, seconds) = timed("select", m, run);
    report(2.0 * 2.0 * (m * experts * d * 9 * N) as f64 / 1e9, seconds);
}

#[test]
#[ignore = "a measurement"]
fn measure_product() {
    let parties = Parties::new(params(), 1);
    let rows = 64;
    let u = vec![54321; rows * N];
    let (x, _) = timed("encrypt and load, rounded", rows, || parties.upload_factors(&u, N));
    timed("encrypt and load", rows, || parties.upload_shares(3, &u, None, N));
    let mut shares = vec![0; rows * N];
    timed("product", rows, || {
        product(&parties.pool, &parties.server, &[(&x, &u)], N, &mut shares).unwrap()
    });
}

/// QKᵀ of 64 pairs of 128 tokens and heads of width 64, one of the two cross terms.
#[test]
#[ignore = "a measurement"]
fn measure_batched() {
    let parties = Parties::new(params(), 1);
    let (terms, pairs, rows, width) = (64, 64, 128, 128);
    let b = parties.upload_factors(&vec![54321; terms * N], N);
    let a = vec![T - 54321; terms * pairs * rows];
    let mut shares = vec![0; rows * N];
    let plain = Pairs { plain: &a, pairs, rows };
    let run = || {
        batched(&parties.pool, &parties.server, &b, plain, 0..rows, pairs * width, &mut shares)
            .unwrap()
    };
    let (_, seconds) = timed("batched", rows, run);
    let products = (terms * rows * 6 * N) as f64;
    println!("  {:.2} ns for each of {products} products modulo a prime", seconds * 1e9 / products);
}
