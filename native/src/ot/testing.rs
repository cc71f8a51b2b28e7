//! Both sides of an extension in one process, for the tests of this folder.

use super::stock::{ReceiverCorrelations, SenderCorrelations};
use super::{Block, Receiver, Sender, Shape};
use crate::pool::Pool;

pub fn random_block() -> Block {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).unwrap();
    Block::from_le_bytes(bytes)
}

pub struct Pair {
    pub shape: Shape,
    pub pool: Pool,
    pub sender: Sender,
    pub receiver: Receiver,
}

impl Pair {
    /// Both sides after their set-up, with an empty stock.
    pub fn new(k: usize, threads: usize) -> Self {
        let shape = Shape::new(k).unwrap();
        let (mut sender, mut receiver) = (Sender::new(shape).unwrap(), Receiver::new(shape));
        let message = |step| vec![0; shape.setup_bytes(step).unwrap()];
        let (mut hello, mut choose, mut seeds) = (message(0), message(1), message(2));
        receiver.hello(&mut hello).unwrap();
        sender.choose(&hello, &mut choose).unwrap();
        receiver.seeds(&choose, &mut seeds).unwrap();
        sender.seeds(&seeds).unwrap();
        Pair { shape, pool: Pool::new(threads).unwrap(), sender, receiver }
    }

    /// Adds n correlations on both sides; returns the message.
    pub fn extend(&mut self, n: usize) -> Vec<u8> {
        let mut message = vec![0; self.shape.extend_bytes(n).unwrap()];
        self.receiver.extend(&self.pool, n, &mut message).unwrap();
        self.sender.extend(&self.pool, n, &message).unwrap();
        message
    }

    /// n correlations from both stocks, extended as needed.
    pub fn take(&mut self, n: usize) -> (SenderCorrelations, ReceiverCorrelations) {
        let missing = n.saturating_sub(self.sender.available()).next_multiple_of(super::UNIT);
        self.extend(missing);
        (self.sender.take(n).unwrap(), self.receiver.take(n).unwrap())
    }
}
