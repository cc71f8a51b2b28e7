//! The party with Δ, in either kind of extension.

use zeroize::Zeroizing;

use super::softspoken::ggm;
use super::stock::{SenderCorrelations, Stock};
use super::{silent, softspoken, wrong_direction, Block, Extension, Side};
use crate::error::{Error, Result};
use crate::pool::Pool;

enum Engine {
    SoftSpoken(softspoken::Sender),
    Silent(Box<silent::Sender>),
}

/// Sender of an extension for one direction of one attempt. Secrets are wiped on drop.
pub struct Sender {
    extension: Extension,
    delta: Zeroizing<Block>,
    engine: Engine,
    stock: Stock,
}

impl Sender {
    /// Draws Δ from the operating system: 127 random bits and a one.
    pub fn new(extension: Extension) -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 16]);
        getrandom::getrandom(&mut *bytes)?;
        let delta = Zeroizing::new(Block::from_le_bytes(*bytes) | 1);
        let engine = Engine::SoftSpoken(softspoken::Sender::new(extension.shape(), delta.clone()));
        Ok(Sender { extension, delta, engine, stock: Stock::default() })
    }

    fn set_up(&mut self) -> Result<&mut softspoken::Sender> {
        match &mut self.engine {
            Engine::SoftSpoken(sender) => Ok(sender),
            Engine::Silent(_) => Err(Error::bad_argument("the set-up of this OT sender is over")),
        }
    }

    /// Set-up message 1, from the peer's message 0.
    pub fn choose(&mut self, hello: &[u8], out: &mut [u8]) -> Result<()> {
        self.set_up()?.choose(hello, out)
    }

    /// The peer's set-up message 2; then the sender is ready.
    pub fn seeds(&mut self, pool: &Pool, message: &[u8]) -> Result<()> {
        let (extension, delta) = (self.extension, self.delta.clone());
        let bytes = extension.setup_bytes(2)?;
        if message.len() != bytes {
            return Err(Error::malformed(format!("seeds of {} bytes, not {bytes}", message.len())));
        }
        let (seeds, first) = message.split_at(ggm::SEEDS_BYTES);
        let softspoken = self.set_up()?;
        softspoken.seeds(seeds)?;
        if let Extension::Silent(parameters) = extension {
            let rows = softspoken.extend(pool, extension.first_rows(), first)?;
            self.engine = Engine::Silent(Box::new(silent::Sender::new(parameters, delta, rows)));
        }
        Ok(())
    }

    /// Returns the first n correlations of the stock, or `EXHAUSTED`.
    pub fn take(&mut self, n: usize) -> Result<SenderCorrelations> {
        let (first, rows) = self.stock.take(n)?;
        Ok(SenderCorrelations { first, delta: self.delta.clone(), rows })
    }
}

impl Side for Sender {
    fn extend_bytes(&self, n: usize) -> Result<usize> {
        match &self.engine {
            Engine::SoftSpoken(sender) => sender.shape().extend_bytes(n),
            Engine::Silent(sender) => sender.extend_bytes(n),
        }
    }

    fn write_extension(&mut self, pool: &Pool, n: usize, out: &mut [u8]) -> Result<()> {
        let Engine::Silent(sender) = &mut self.engine else {
            return Err(wrong_direction("sender", "write"));
        };
        let rows = sender.extend(pool, n, out)?;
        self.stock.add(rows);
        Ok(())
    }

    fn read_extension(&mut self, pool: &Pool, n: usize, message: &[u8]) -> Result<()> {
        let Engine::SoftSpoken(sender) = &mut self.engine else {
            return Err(wrong_direction("sender", "read"));
        };
        let rows = sender.extend(pool, n, message)?;
        self.stock.add(rows);
        Ok(())
    }

    fn available(&self) -> usize {
        self.stock.available()
    }
}
