//! The attack that the exit prevents: a client that knows its secret key and the randomness of
//! its uploads solves for the weights. It works against exits that merely mask, and fails against
//! ours, even though it is given the answer before switching and compression, that is, more than
//! what travels.

use super::blocks::Blocks;
use super::client::expand;
use super::noise::Depth;
use super::rerandomize::{Exit, Outcome};
use super::tests::{params, Parties};
use super::*;
use crate::modulus::Modulus;
use crate::random::{fresh_seed, Random, Seed};

/// An upload together with all that its maker knows about it.
pub(super) struct Upload {
    pub matrix: Matrix,
    /// Second components, NTT form.
    uniform: Vec<Vec<u64>>,
    errors: Vec<Vec<i64>>,
}

pub(super) fn upload(parties: &Parties, level: usize, form: Form, rows: usize) -> Upload {
    let params = params();
    let bytes = form.bytes(&params, level).unwrap();
    let (mut fresh, mut uniform, mut errors) = (vec![0; rows * bytes], Vec::new(), Vec::new());
    let mut random = Random::from_os().unwrap();
    let mut shares = vec![0; rows * N];
    random.uniform(params.plain(), &mut shares);
    for row in fresh.chunks_exact_mut(bytes) {
        let (seed, secret): (Seed, Seed) = (fresh_seed().unwrap(), fresh_seed().unwrap());
        let mut slots = vec![0; N];
        random.uniform(params.plain(), &mut slots);
        parties
            .client
            .encrypt_row(level, form, &slots, &seed, &mut Random::from_seed(&secret), row)
            .unwrap();
        uniform.push(expand(&params, level, &seed).unwrap());
        let mut error = vec![0; N];
        Random::from_seed(&secret).error(&mut error);
        errors.push(error);
    }
    let matrix = Matrix::new(params, level, form, rows).unwrap();
    matrix.load(&parties.pool, 0, &fresh, Some(&shares), N).unwrap();
    Upload { matrix, uniform, errors }
}

/// Returns Σ w_k·row_k, residue by residue.
pub(super) fn combine(level: usize, w: &[i16], rows: &[Vec<u64>]) -> Vec<u64> {
    let params = params();
    let mut sum = vec![0; rows[0].len()];
    for (&w, row) in w.iter().zip(rows) {
        for (i, (s, &r)) in sum.iter_mut().zip(row).enumerate() {
            let q = &params.data[i / N % level];
            *s = q.add(*s, q.mul(q.from_signed(w.into()), r));
        }
    }
    sum
}

/// Returns the components of b_e·x_j for all e and j, in order: (b₀x₀, b₀x₁ + b₁x₀, b₁x₁).
pub(super) fn products(level: usize, b: &Matrix, x: &Matrix) -> Vec<Vec<u64>> {
    let params = params();
    let half = level * N;
    let one = |b: &[u64], x: &[u64]| {
        let mut out = vec![0; 3 * half];
        for i in 0..half {
            let q = &params.data[i / N];
            let (b0, b1, x0, x1) = (b[i], b[half + i], x[i], x[half + i]);
            out[i] = q.mul(b0, x0);
            out[half + i] = q.add(q.mul(b0, x1), q.mul(b1, x0));
            out[2 * half + i] = q.mul(b1, x1);
        }
        out
    };
    let (b, x) = (b.loaded().unwrap(), x.loaded().unwrap());
    b.iter().flat_map(|b| x.iter().map(|x| one(b, x)).collect::<Vec<_>>()).collect()
}

/// Solves Σ w_k·known_k = seen modulo a prime by elimination on the first equations; `None`
/// unless all others agree.
fn solve(known: &[&[u64]], seen: &[u64], q: &Modulus) -> Option<Vec<i64>> {
    let n = known.len();
    let mut rows: Vec<Vec<u64>> =
        (0..n).map(|i| known.iter().map(|k| k[i]).chain([seen[i]]).collect()).collect();
    for pivot in 0..n {
        let other = (pivot..n).find(|&r| rows[r][pivot] != 0)?;
        rows.swap(pivot, other);
        let inverse = q.inverse(rows[pivot][pivot]);
        rows[pivot].iter_mut().for_each(|x| *x = q.mul(*x, inverse));
        let head = rows[pivot].clone();
        for (r, row) in rows.iter_mut().enumerate().filter(|&(r, _)| r != pivot) {
            let factor = row[pivot];
            assert!(r < n);
            row.iter_mut().zip(&head).for_each(|(x, &h)| *x = q.sub(*x, q.mul(factor, h)));
        }
    }
    let w: Vec<u64> = rows.iter().map(|r| r[n]).collect();
    let agree = |i: usize| {
        known.iter().zip(&w).fold(0, |sum, (k, &w)| q.add(sum, q.mul(k[i], w))) == seen[i]
    };
    (0..seen.len()).all(agree).then(|| w.iter().map(|&w| q.centre(w)).collect())
}

/// Turns coefficient form back into NTT form modulo the first prime, where the attacker solves.
fn first_prime(poly: &[u64]) -> Vec<u64> {
    let mut poly = poly[..N].to_vec();
    params().forward(0, &mut poly);
    poly
}

const WEIGHTS: [i16; 6] = [2047, -1, 0, -2047, 1234, 7];

fn plain_weights() -> Vec<i64> {
    WEIGHTS.iter().map(|&w| w.into()).collect()
}

#[test]
fn weights_of_a_linear_layer() {
    let (parties, level, q) = (Parties::new(params(), 1), 2, params().data[0]);
    let up = upload(&parties, level, Form::Exact, WEIGHTS.len());
    let rows: Vec<Vec<u64>> = up.matrix.loaded().unwrap().iter().map(|r| r.to_vec()).collect();
    let residues = combine(level, &WEIGHTS, &rows);
    let known: Vec<&[u64]> = up.uniform.iter().map(|u| &u[..N]).collect();

    // An exit that only masks changes the first component only.
    assert_eq!(solve(&known, &residues[level * N..(level + 1) * N], &q), Some(plain_weights()));

    let exit = Exit::new(&parties.server, level, Depth::Linear, WEIGHTS.len()).unwrap();
    let hidden = exit.hide(Outcome { level, residues }, &mut [0; N]).unwrap();
    assert_eq!(solve(&known, &first_prime(&hidden.residues()[level * N..]), &q), None);
}

#[test]
fn weights_of_a_selection() {
    let (parties, level, q) = (Parties::new(params(), 1), 3, params().data[0]);
    let (b, x) = (upload(&parties, level, Form::Exact, 2), upload(&parties, level, Form::Exact, 3));
    let terms = products(level, &b.matrix, &x.matrix);
    // The client knows b₁x₁ exactly; give it b₀x₁ + b₁x₀ as well, which contains the server's
    // shares.
    let known = b
        .uniform
        .iter()
        .flat_map(|b| x.uniform.iter().map(move |x| q.mul(b[5], x[5])))
        .collect::<Vec<_>>();
    assert!(terms.iter().zip(&known).all(|(t, &k)| t[2 * level * N + 5] == k));
    weights_of_products(&parties, &terms, Depth::Select);
}

#[test]
fn weights_of_selected_parameters() {
    let (parties, level) = (Parties::new(params(), 1), 3);
    let (b, x) = (upload(&parties, level, Form::Exact, 2), upload(&parties, level, Form::Exact, 1));
    // Coefficient k of W_e multiplies b_e·x·X^k.
    let shifted = |product: &Vec<u64>, k: usize| {
        let shift = |(i, poly): (usize, &[u64])| {
            let (l, q) = (i % level, &params().data[i % level]);
            let mut power = vec![0; N];
            power[k] = 1;
            params().forward(l, &mut power);
            poly.iter().zip(power).map(|(&c, p)| q.mul(c, p)).collect::<Vec<_>>()
        };
        product.chunks_exact(N).enumerate().flat_map(shift).collect()
    };
    let products = products(level, &b.matrix, &x.matrix);
    let terms: Vec<_> =
        products.iter().flat_map(|p| (0..3).map(|k| shifted(p, k)).collect::<Vec<_>>()).collect();
    weights_of_products(&parties, &terms, Depth::Parameters);
}

/// The sum of these three-component products by the weights gives them away as it is, and not
/// behind the exit.
fn weights_of_products(parties: &Parties, terms: &[Vec<u64>], depth: Depth) {
    let (level, q) = (3, params().data[0]);
    let residues = combine(level, &WEIGHTS, terms);
    let component = |c: usize| terms.iter().map(|t| &t[c * level * N..][..N]).collect::<Vec<_>>();

    // Unrelinearised, the third component gives the weights away; so does the second one.
    assert_eq!(solve(&component(2), &residues[2 * level * N..][..N], &q), Some(plain_weights()));
    assert_eq!(solve(&component(1), &residues[level * N..][..N], &q), Some(plain_weights()));

    let exit = Exit::new(&parties.server, level, depth, WEIGHTS.len()).unwrap();
    let hidden = exit.hide(Outcome { level, residues }, &mut [0; N]).unwrap();
    assert_eq!(hidden.residues().len(), 2 * level * N);
    let second = first_prime(&hidden.residues()[level * N..]);
    let both: Vec<&[u64]> = component(1).into_iter().chain(component(2)).collect();
    for known in [component(1), component(2), both] {
        assert_eq!(solve(&known, &second, &q), None);
    }
}

/// A batched product multiplies all slots of a pair by the same number, so that an answer that is
/// merely masked is a linear system for the server's share, with an equation for each slot.
#[test]
fn shares_of_a_batched_product() {
    let (parties, params) = (Parties::new(params(), 1), params());
    let (level, q, width) = (3, params.data[0], 64);
    let up = upload(&parties, level, Form::Rounded, 6);
    let blocks = Blocks::new(&params, level, width);
    let mut random = Random::from_os().unwrap();
    let (mut residues, mut share) = (vec![0; 2 * level * N], Vec::new());
    for row in up.matrix.loaded().unwrap() {
        let mut values = vec![0; blocks.count()];
        random.uniform(params.plain(), &mut values);
        blocks.lift(&mut values, |l, lifted| {
            for i in (l * N..(l + 1) * N).flat_map(|i| [i, level * N + i]) {
                let q = &params.data[l];
                residues[i] = q.add(residues[i], q.mul(row[i], lifted[i % N / width]));
            }
            share.extend((l == 0).then(|| q.centre(lifted[0])));
        });
    }
    // The first pair's slots, of the first prime.
    let known: Vec<&[u64]> = up.uniform.iter().map(|u| &u[..width]).collect();
    assert_eq!(solve(&known, &residues[level * N..][..width], &q), Some(share));

    let exit = Exit::new(&parties.server, level, Depth::Product, 6).unwrap();
    let hidden = exit.hide(Outcome { level, residues }, &mut [0; N]).unwrap();
    assert_eq!(solve(&known, &first_prime(&hidden.residues()[level * N..])[..width], &q), None);
}

/// Solves by least squares: Σ w_k·errors_k ≈ noise.
fn regress(errors: &[Vec<i64>], noise: &[f64]) -> Vec<f64> {
    let n = errors.len();
    let dot = |a: &[i64], b: &[f64]| a.iter().zip(b).map(|(&a, &b)| a as f64 * b).sum::<f64>();
    let as_f64 = |e: &[i64]| e.iter().map(|&e| e as f64).collect::<Vec<_>>();
    let mut rows: Vec<Vec<f64>> = errors
        .iter()
        .map(|e| errors.iter().map(|f| dot(e, &as_f64(f))).chain([dot(e, noise)]).collect())
        .collect();
    // Independent errors: the matrix is close to diagonal, and needs no pivoting.
    for pivot in 0..n {
        let head: Vec<f64> = rows[pivot].iter().map(|x| x / rows[pivot][pivot]).collect();
        for (r, row) in rows.iter_mut().enumerate() {
            let factor = row[pivot];
            row.iter_mut()
                .zip(&head)
                .for_each(|(x, &h)| *x = if r == pivot { h } else { *x - factor * h });
        }
    }
    rows.iter().map(|r| r[n]).collect()
}

#[test]
fn weights_from_the_noise() {
    let (parties, level) = (Parties::new(params(), 1), 2);
    let up = upload(&parties, level, Form::Exact, WEIGHTS.len());
    let rows: Vec<Vec<u64>> = up.matrix.loaded().unwrap().iter().map(|r| r.to_vec()).collect();
    let outcome = || Outcome { level, residues: combine(level, &WEIGHTS, &rows) };
    let furthest = |width: u128| {
        let exit = Exit::with_width(&parties.server, width);
        let hidden = exit.hide(outcome(), &mut [0; N]).unwrap();
        let found = regress(&up.errors, &parties.noise(level, hidden.residues()));
        found.iter().zip(WEIGHTS).map(|(f, w)| (f - w as f64).abs()).fold(0.0, f64::max)
    };
    // A fresh zero and a mask alone leave the weights in the noise, to about one per cent.
    let unflooded = furthest(0);
    assert!(unflooded < 60.0, "{unflooded}");
    // 40 bits of flooding and more leave nothing of the signal.
    let flooded =
        furthest(noise::flood_width(&params(), level, Depth::Linear, WEIGHTS.len()).unwrap());
    assert!(flooded > 1e6, "{flooded}");
}

/// Even after switching and compression an exit without a fresh zero tells whether a guess of the
/// weight is right.
#[test]
fn a_weight_from_compressed_bytes() {
    let (parties, level, params, weight) = (Parties::new(params(), 1), 2, params(), 1789i16);
    let up = upload(&parties, level, Form::Exact, 1);
    let bits = params.answer_bits();
    let second = |bytes: &[u8]| {
        let mut poly = vec![0; N];
        codec::unpack(&bytes[bytes.len() - bits as usize * N / 8..], bits, &mut poly);
        poly
    };
    let compressed = |mut component: Vec<u64>| {
        component.chunks_exact_mut(N).enumerate().for_each(|(l, poly)| params.inverse(l, poly));
        switch::to_answer_level(&params, level, &mut component);
        second(&answer::compress(&params, &mut vec![0; N], &mut component[..N]))
    };
    // Compression rounds linearly: compressed(w·a) = w·a·(2^kb/q), known to the client for every
    // guess w.
    let guess = |seen: &[u64]| -> Vec<i16> {
        let fits = |w: i16| compressed(combine(level, &[w], &up.uniform))[..64] == seen[..64];
        (weight - 20..weight + 20).filter(|&w| fits(w)).collect()
    };
    assert_eq!(guess(&compressed(combine(level, &[weight], &up.uniform))), [weight]);
    let mut share = vec![0; N];
    let weights = [weight];
    let weights = crate::gemm::Weights::new(&weights, 1, 1).unwrap();
    let answers =
        linear(&parties.pool, &parties.server, &up.matrix, &weights, N, &mut share).unwrap();
    assert!(guess(&second(answers[0].bytes())).is_empty());
}
