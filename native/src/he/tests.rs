//! The whole way of a ciphertext against plain integers.

use std::sync::{Arc, OnceLock};

use super::*;
use crate::error::Code;
use crate::gemm::Weights;
use crate::modulus::Modulus;
use crate::pool::Pool;
use crate::random::Random;

pub const T: u64 = 2198738042881;
pub const BITS: [i32; 4] = [60, 50, 60, 48];

pub fn params() -> Arc<Params> {
    static PARAMS: OnceLock<Arc<Params>> = OnceLock::new();
    Arc::clone(PARAMS.get_or_init(|| Arc::new(Params::new(&BITS, T).unwrap())))
}

/// Both parties' keys, and the server's shares and the client's ciphertexts of a matrix of slots.
pub struct Parties {
    pub client: ClientKeys,
    pub server: ServerKeys,
    pub pool: Pool,
    pub random: Random,
}

impl Parties {
    pub fn new(params: Arc<Params>, threads: usize) -> Self {
        let client = ClientKeys::new(Arc::clone(&params)).unwrap();
        let server = ServerKeys::parse(params, client.public()).unwrap();
        Parties {
            client,
            server,
            pool: Pool::new(threads).unwrap(),
            random: Random::from_os().unwrap(),
        }
    }

    /// Shares `values`, encrypts one share and loads the other.
    pub fn upload(&mut self, level: usize, values: &[u64], columns: usize) -> Matrix {
        let t = *self.client.params().plain();
        let mut mine = vec![0; values.len()];
        self.random.uniform(&t, &mut mine);
        // Shares at the edges as well.
        for (share, edge) in
            mine.iter_mut().zip([0, t.value() - 1, t.value() / 2, t.value() / 2 + 1])
        {
            *share = edge;
        }
        let theirs: Vec<u64> = values.iter().zip(&mine).map(|(&v, &m)| t.sub(v, m)).collect();
        self.upload_shares(level, &mine, Some(&theirs), columns)
    }

    pub fn upload_shares(
        &self,
        level: usize,
        mine: &[u64],
        theirs: Option<&[u64]>,
        columns: usize,
    ) -> Matrix {
        self.upload_as(level, Form::Exact, mine, theirs, columns)
    }

    /// Uploads the client's shares alone, for products with the server's.
    pub fn upload_factors(&self, mine: &[u64], columns: usize) -> Matrix {
        self.upload_as(self.client.params().top_level(), Form::Rounded, mine, None, columns)
    }

    fn upload_as(
        &self,
        level: usize,
        form: Form,
        mine: &[u64],
        theirs: Option<&[u64]>,
        columns: usize,
    ) -> Matrix {
        let params = self.client.params();
        let rows = mine.len() / columns;
        let mut fresh = vec![0; rows * form.bytes(params, level).unwrap()];
        self.client.encrypt(&self.pool, level, form, mine, columns, &mut fresh).unwrap();
        let matrix = Matrix::new(Arc::clone(params), level, form, rows).unwrap();
        matrix.load(&self.pool, 0, &fresh, theirs, columns).unwrap();
        matrix
    }

    /// Decrypts and adds the server's shares.
    pub fn reveal(
        &self,
        level: usize,
        answers: &[Answer],
        shares: &[u64],
        columns: usize,
    ) -> Vec<u64> {
        let bytes: Vec<u8> = answers.iter().flat_map(|a| a.bytes()).copied().collect();
        let mut values = vec![0; shares.len()];
        self.client.decrypt(&self.pool, level, &bytes, columns, &mut values).unwrap();
        let t = self.client.params().plain();
        values.iter().zip(shares).map(|(&v, &s)| t.add(v, s)).collect()
    }

    /// Returns phase / t of a pair in coefficient form, the noise that decryption throws away; it
    /// must be below q₀·q₁/2.
    pub fn noise(&self, level: usize, pair: &[u64]) -> Vec<f64> {
        let params = self.client.params();
        let phase = |l: usize| {
            let (q, mut c1) = (&params.data[l], pair[(level + l) * N..][..N].to_vec());
            params.forward(l, &mut c1);
            c1.iter_mut().zip(&self.client.secret[l * N..]).for_each(|(c, &s)| *c = q.mul(*c, s));
            params.inverse(l, &mut c1);
            c1.iter().zip(&pair[l * N..]).map(|(&c, &c0)| q.add(c, c0)).collect::<Vec<_>>()
        };
        let ([q0, q1], [first, second]) = ([params.data[0], params.data[1]], [phase(0), phase(1)]);
        let inverse = q1.inverse(q1.reduce_word(q0.value()));
        let modulus = q0.value() as u128 * q1.value() as u128;
        let compose = |(&a, &b): (&u64, &u64)| {
            let lifted = q1.mul(q1.sub(b, q1.reduce_word(a)), inverse);
            let phase = a as u128 + q0.value() as u128 * lifted as u128;
            let centred =
                if phase > modulus / 2 { phase as i128 - modulus as i128 } else { phase as i128 };
            centred as f64 / params.t.value() as f64
        };
        first.iter().zip(&second).map(compose).collect()
    }
}

/// Returns W·X mod t over 128-bit integers.
fn oracle(w: &[i16], x: &[u64], inner: usize, columns: usize, t: u64) -> Vec<u64> {
    let centred = Modulus::new(t);
    let dot = |row: &[i16], n: usize| -> u64 {
        let sum: i128 = row
            .iter()
            .enumerate()
            .map(|(k, &w)| w as i128 * centred.centre(x[k * columns + n]) as i128)
            .sum();
        sum.rem_euclid(t as i128) as u64
    };
    w.chunks_exact(inner).flat_map(|row| (0..columns).map(move |n| dot(row, n))).collect()
}

fn weights(count: usize, seed: u64) -> Vec<i16> {
    let mut random = Random::from_seed(&[seed as u8; 32]);
    (0..count).map(|_| (random.word() % 4095) as i16 - 2047).collect()
}

fn check_linear(
    parties: &mut Parties,
    level: usize,
    w: &[i16],
    m: usize,
    k: usize,
    columns: usize,
) {
    let t = *parties.client.params().plain();
    let mut x = vec![0; k * columns];
    parties.random.uniform(&t, &mut x);
    x[0] = t.value() - 1;
    let matrix = parties.upload(level, &x, columns);
    let mut shares = vec![0; m * columns];
    let weights = Weights::new(w, m, k).unwrap();
    let answers =
        linear(&parties.pool, &parties.server, &matrix, &weights, columns, &mut shares).unwrap();
    let got = parties.reveal(level, &answers, &shares, columns);
    assert!(got == oracle(w, &x, k, columns, t.value()), "{m} x {k} x {columns} at level {level}");
}

#[test]
fn linear_layers() {
    let mut parties = Parties::new(params(), 2);
    for (level, m, k, columns) in
        [(2, 1, 1, 1), (2, 3, 5, 8192), (3, 2, 7, 100), (2, 5, 1, 8191), (2, 1, 40, 3)]
    {
        check_linear(&mut parties, level, &weights(m * k, 1), m, k, columns);
        check_linear(&mut parties, level, &vec![2047; m * k], m, k, columns);
        check_linear(&mut parties, level, &vec![-2047; m * k], m, k, columns);
        check_linear(&mut parties, level, &vec![0; m * k], m, k, columns);
    }
}

#[test]
fn a_long_sum_on_one_thread() {
    let mut parties = Parties::new(params(), 1);
    check_linear(&mut parties, 3, &vec![2047; 4097], 1, 4097, 2);
}

#[test]
fn other_chains_and_moduli() {
    for (bits, t) in [
        (vec![60, 60, 60, 38], 8795824586753),
        (vec![60, 50, 60, 48], 137405399041),
        (vec![60, 60, 60, 38], 4397929070593),
    ] {
        let mut parties = Parties::new(Arc::new(Params::new(&bits, t).unwrap()), 2);
        check_linear(&mut parties, 2, &weights(6, 3), 2, 3, 50);
        check_select(&mut parties, 2, 2, 3, 20, &weights(12, 4));
    }
}

fn check_select(
    parties: &mut Parties,
    experts: usize,
    m: usize,
    d: usize,
    columns: usize,
    w: &[i16],
) {
    check_selections(
        parties,
        1,
        m,
        d,
        columns,
        &w.chunks_exact(m * d).collect::<Vec<_>>(),
        &vec![vec![]; experts],
    );
}

fn check_selections(
    parties: &mut Parties,
    groups: usize,
    m: usize,
    d: usize,
    columns: usize,
    blocks: &[&[i16]],
    biases: &[Vec<i64>],
) {
    let t = *parties.client.params().plain();
    let level = parties.client.params().top_level();
    let experts = blocks.len();
    let (mut x, mut b) = (vec![0; groups * d * columns], vec![0; groups * experts * columns]);
    parties.random.uniform(&t, &mut x);
    parties.random.uniform(&t, &mut b);
    let (selector, x_matrix) =
        (parties.upload(level, &b, columns), parties.upload(level, &x, columns));
    let weights = Weights::stacked(blocks.to_vec(), m, d).unwrap();
    let mut shares = vec![0; m * columns];
    let biased = biases.iter().filter(|b| !b.is_empty()).map(|b| &b[..]).collect();
    let selection =
        Selection { selector: &selector, x: &x_matrix, groups, weights: &weights, biases: biased };
    let answers = select(&parties.pool, &parties.server, &selection, columns, &mut shares).unwrap();
    let got = parties.reveal(level, &answers, &shares, columns);
    let mut want = vec![0; m * columns];
    for (i, b) in b.chunks_exact(columns).enumerate() {
        let (group, e) = (i / experts, i % experts);
        let y = oracle(
            blocks[e],
            &x[group * d * columns..(group + 1) * d * columns],
            d,
            columns,
            t.value(),
        );
        for (n, y) in y.into_iter().enumerate() {
            let y = t.add(y, t.from_signed(biases[e].get(n / columns).copied().unwrap_or(0)));
            want[n] = t.add(want[n], t.mul(y, b[n % columns]));
        }
    }
    assert!(got == want, "{groups} x {experts} experts of {m} x {d}, {columns} columns");
}

#[test]
fn selections() {
    let mut parties = Parties::new(params(), 2);
    for (experts, m, d, columns) in [(1, 1, 1, 1), (2, 3, 4, 8192), (8, 1, 33, 77), (3, 2, 1, 5)] {
        check_select(&mut parties, experts, m, d, columns, &weights(experts * m * d, 9));
        check_select(&mut parties, experts, m, d, columns, &vec![-2047; experts * m * d]);
    }
    parties.pool = Pool::new(1).unwrap();
    // 4105 terms: the sums are folded.
    check_select(&mut parties, 5, 1, 821, 3, &vec![2047; 5 * 821]);
}

#[test]
fn sums_of_selections_with_biases() {
    let mut parties = Parties::new(params(), 2);
    let half = T as i64 / 2;
    // Up to four products are reduced at once.
    for (groups, experts, m, d, columns) in
        [(1, 2, 3, 2, 50), (2, 3, 2, 5, 8192), (4, 1, 1, 3, 7), (9, 2, 2, 2, 5)]
    {
        for w in [weights(experts * m * d, 17), vec![2047; experts * m * d]] {
            let blocks: Vec<_> = w.chunks_exact(m * d).collect();
            let bias =
                |e: usize| (0..m).map(|r| [half, -half, 0, 1234567890][(e + r) % 4]).collect();
            let biases: Vec<Vec<i64>> = (0..experts).map(bias).collect();
            check_selections(&mut parties, groups, m, d, columns, &blocks, &biases);
        }
    }
}

#[test]
fn products_of_shares() {
    let mut parties = Parties::new(params(), 2);
    let (rows, columns, t) = (3, 1000, *params().plain());
    let vector = |random: &mut Random, fill: Option<u64>| {
        let mut v = vec![fill.unwrap_or(0); rows * columns];
        if fill.is_none() {
            random.uniform(&t, &mut v);
        }
        v
    };
    for fill in [None, Some(0), Some(T - 1), Some(T / 2), Some(T / 2 + 1)] {
        let [x, y, u, v] = [(); 4].map(|_| vector(&mut parties.random, fill));
        let (cx, cy) = (parties.upload_factors(&x, columns), parties.upload_factors(&y, columns));
        let mut shares = vec![0; rows * columns];
        let one =
            product(&parties.pool, &parties.server, &[(&cx, &u)], columns, &mut shares).unwrap();
        let got = parties.reveal(3, &one, &shares, columns);
        assert!((0..got.len()).all(|i| got[i] == t.mul(x[i], u[i])));
        let two =
            product(&parties.pool, &parties.server, &[(&cx, &u), (&cy, &v)], columns, &mut shares)
                .unwrap();
        let got = parties.reveal(3, &two, &shares, columns);
        assert!((0..got.len()).all(|i| got[i] == t.add(t.mul(x[i], u[i]), t.mul(y[i], v[i]))));
    }
}

#[test]
fn masks_and_answers_are_fresh() {
    let parties = Parties::new(params(), 1);
    let matrix = parties.upload_shares(2, &[5], None, 1);
    let weights = Weights::new(&[1, 1], 2, 1).unwrap();
    let run = || {
        let mut shares = vec![0; 2];
        let answers =
            linear(&parties.pool, &parties.server, &matrix, &weights, 1, &mut shares).unwrap();
        (shares, answers)
    };
    let ((a, first), (b, second)) = (run(), run());
    assert!(
        a[0] != a[1]
            && a[0] != b[0]
            && first[0].bytes() != second[0].bytes()
            && first[0].bytes() != first[1].bytes()
    );
    assert_eq!(first[0].bytes().len(), params().answer_bytes());
}

#[test]
fn malformed_messages_are_refused() {
    let parties = Parties::new(params(), 1);
    let params = params();
    let bytes = params.fresh_bytes(2).unwrap();
    let mut fresh = vec![0; 2 * bytes];
    parties.client.encrypt(&parties.pool, 2, Form::Exact, &[1, 2], 1, &mut fresh).unwrap();
    let matrix = Matrix::new(Arc::clone(&params), 2, Form::Exact, 2).unwrap();
    let load = |first, fresh: &[u8]| {
        matrix.load(&parties.pool, first, fresh, None, 1).err().map(|e| e.code)
    };
    let weights = Weights::new(&[1, 1], 1, 2).unwrap();
    let compute = || {
        linear(&parties.pool, &parties.server, &matrix, &weights, 1, &mut [0]).err().map(|e| e.code)
    };

    let mut bad = fresh[..bytes].to_vec();
    bad[32..40].fill(0xFF); // the first residue is 2^60 − 1
    assert_eq!(load(0, &bad), Some(Code::MalformedMessage));
    assert_eq!(load(0, &fresh[..bytes - 1]), Some(Code::BadArgument));
    assert_eq!(load(1, &fresh), Some(Code::BadArgument));
    assert_eq!(load(usize::MAX, &fresh), Some(Code::BadArgument));
    assert_eq!(load(1, &fresh[bytes..]), None);
    assert_eq!(compute(), Some(Code::BadArgument)); // row 0 is missing
    assert_eq!(load(1, &fresh[bytes..]), Some(Code::BadArgument)); // loaded before
    assert_eq!(load(0, &fresh[..bytes]), None);
    assert_eq!(compute(), None);

    let mut keys = parties.client.public().to_vec();
    assert_eq!(
        ServerKeys::parse(Arc::clone(&params), &keys[1..]).err().unwrap().code,
        Code::MalformedMessage
    );
    keys.push(0);
    assert_eq!(
        ServerKeys::parse(Arc::clone(&params), &keys).err().unwrap().code,
        Code::MalformedMessage
    );
    keys.pop();
    let end = keys.len();
    keys[end - 6..].fill(0xFF); // the last residue is 2^48 − 1
    assert_eq!(ServerKeys::parse(params, &keys).err().unwrap().code, Code::MalformedMessage);
}

#[test]
fn arguments_are_checked() {
    let parties = Parties::new(params(), 1);
    let (pool, client) = (&parties.pool, &parties.client);
    let bytes = params().fresh_bytes(2).unwrap();
    let code = |level, values: &[u64], columns, out: usize| {
        client
            .encrypt(pool, level, Form::Exact, values, columns, &mut vec![0; out])
            .err()
            .map(|e| e.code)
    };
    assert_eq!(code(2, &[T], 1, bytes), Some(Code::BadArgument)); // not canonical
    assert_eq!(code(4, &[1], 1, bytes), Some(Code::BadArgument));
    assert_eq!(code(2, &[1], 0, bytes), Some(Code::BadArgument));
    assert_eq!(code(2, &[1; 8193], 8193, bytes), Some(Code::BadArgument));
    assert_eq!(code(2, &[1, 2], 1, bytes), Some(Code::BadArgument));
    let matrix = parties.upload_shares(2, &[1], None, 1);
    let product = |w: &[i16], m, k, shares: &mut [u64]| {
        linear(pool, &parties.server, &matrix, &Weights::new(w, m, k).unwrap(), 1, shares)
            .err()
            .map(|e| e.code)
    };
    assert_eq!(product(&[1, 2], 1, 2, &mut [0]), Some(Code::BadArgument));
    assert_eq!(product(&[1], 1, 1, &mut [0, 0]), Some(Code::BadArgument));
    // Products with weights refuse rounded ciphertexts.
    let (rounded, one) = (parties.upload_factors(&[1], 1), Weights::new(&[1], 1, 1).unwrap());
    let refused = linear(pool, &parties.server, &rounded, &one, 1, &mut [0]).err().unwrap();
    assert!(refused.code == Code::BadArgument && refused.message.contains("rounded"));
    let selected = |x: &Matrix, groups, biases: Vec<&[i64]>| {
        let selection = Selection { selector: x, x, groups, weights: &one, biases };
        select(pool, &parties.server, &selection, 1, &mut [0]).err().unwrap()
    };
    assert!(selected(&rounded, 1, vec![]).message.contains("rounded"));
    // Select at the lower level leaves no room for flooding.
    assert_eq!(selected(&matrix, 1, vec![]).code, Code::BadParameters);
    let too_large = [T as i64 / 2 + 1];
    for (groups, biases) in [
        (0, vec![]),
        (2, vec![]),
        (1, vec![&[1i64, 2][..]]),
        (1, vec![&[1], &[2]]),
        (1, vec![&too_large]),
    ] {
        assert_eq!(selected(&matrix, groups, biases).code, Code::BadArgument);
    }
    pool.cancel();
    assert_eq!(product(&[1], 1, 1, &mut [0]), Some(Code::Cancelled));
}
