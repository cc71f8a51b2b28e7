//! Both sides of an extension in one process, for the tests of this folder.

use super::group::Group;
use super::softspoken::Shape;
use super::stock::{ReceiverCorrelations, SenderCorrelations};
use super::{Block, Extension, Receiver, Sender, Side};
use crate::pool::Pool;
use crate::ring::pack::packed_bytes;

pub fn random_block() -> Block {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).unwrap();
    Block::from_le_bytes(bytes)
}

pub struct Pair {
    pub extension: Extension,
    pub pool: Pool,
    pub sender: Sender,
    pub receiver: Receiver,
}

impl Pair {
    /// Makes a SoftSpoken extension, both sides after their set-up, with an empty stock.
    pub fn new(k: usize, threads: usize) -> Self {
        Self::of(Extension::SoftSpoken(Shape::new(k).unwrap()), threads)
    }

    /// Makes both sides of any extension.
    pub fn of(extension: Extension, threads: usize) -> Self {
        let pool = Pool::new(threads).unwrap();
        let (mut sender, mut receiver) =
            (Sender::new(extension).unwrap(), Receiver::new(extension));
        let message = |step| vec![0; extension.setup_bytes(step).unwrap()];
        let (mut hello, mut choose, mut seeds) = (message(0), message(1), message(2));
        receiver.hello(&mut hello).unwrap();
        sender.choose(&hello, &mut choose).unwrap();
        receiver.seeds(&pool, &choose, &mut seeds).unwrap();
        sender.seeds(&pool, &seeds).unwrap();
        Pair { extension, pool, sender, receiver }
    }

    /// Adds n correlations on both sides; returns the message.
    pub fn extend(&mut self, n: usize) -> Vec<u8> {
        let mut message = vec![0; self.sender.extend_bytes(n).unwrap()];
        assert_eq!(message.len(), self.receiver.extend_bytes(n).unwrap());
        match self.extension {
            Extension::SoftSpoken(_) => {
                self.receiver.write_extension(&self.pool, n, &mut message).unwrap();
                self.sender.read_extension(&self.pool, n, &message).unwrap();
            }
            Extension::Silent(_) => {
                self.sender.write_extension(&self.pool, n, &mut message).unwrap();
                self.receiver.read_extension(&self.pool, n, &message).unwrap();
            }
        }
        message
    }

    /// Returns n correlations from both stocks, extended as needed.
    pub fn take(&mut self, n: usize) -> (SenderCorrelations, ReceiverCorrelations) {
        let missing =
            n.saturating_sub(self.sender.available()).next_multiple_of(self.extension.unit());
        self.extend(missing);
        (self.sender.take(n).unwrap(), self.receiver.take(n).unwrap())
    }
}

/// Runs both sides of a correlated OT and returns (sender's shares, receiver's shares, message).
pub fn correlated<G: Group>(
    pair: &mut Pair,
    group: G,
    delta: &[G::Element],
    choices: &[u8],
) -> (Vec<G::Element>, Vec<G::Element>, Vec<u8>) {
    let n = delta.len();
    let (sent, received) = pair.take(n);
    let mut flips = vec![0; packed_bytes(n, 1).unwrap()];
    received.flips(1, choices, &mut flips).unwrap();
    let (mut shares, mut message) =
        (vec![G::Element::default(); n], vec![0; packed_bytes(n, group.width()).unwrap()]);
    sent.send(&pair.pool, group, delta, &flips, &mut shares, &mut message).unwrap();
    let mut others = vec![G::Element::default(); n];
    received.receive(&pair.pool, group, choices, &message, &mut others).unwrap();
    (shares, others, message)
}

/// Returns bits without a pattern.
pub fn bits(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i as u32).wrapping_mul(0x9E37_79B9) as u8 >> 7).collect()
}
