//! The party with choices, in either kind of extension.

use super::softspoken::ggm;
use super::stock::{ReceiverCorrelations, Stock};
use super::{silent, softspoken, wrong_direction, Extension, Side};
use crate::error::{Error, Result};
use crate::pool::Pool;

enum Engine {
    SoftSpoken(softspoken::Receiver),
    Silent(Box<silent::Receiver>),
}

/// Receiver of an extension for one direction of one attempt. Secrets are wiped on drop.
pub struct Receiver {
    extension: Extension,
    engine: Engine,
    stock: Stock,
}

impl Receiver {
    pub fn new(extension: Extension) -> Self {
        let engine = Engine::SoftSpoken(softspoken::Receiver::new(extension.shape()));
        Receiver { extension, engine, stock: Stock::default() }
    }

    fn set_up(&mut self) -> Result<&mut softspoken::Receiver> {
        match &mut self.engine {
            Engine::SoftSpoken(receiver) => Ok(receiver),
            Engine::Silent(_) => Err(Error::bad_argument("the set-up of this OT receiver is over")),
        }
    }

    /// Set-up message 0.
    pub fn hello(&mut self, out: &mut [u8]) -> Result<()> {
        self.set_up()?.hello(out)
    }

    /// Set-up message 2, from the peer's message 1.
    pub fn seeds(&mut self, pool: &Pool, choose: &[u8], out: &mut [u8]) -> Result<()> {
        let extension = self.extension;
        let bytes = extension.setup_bytes(2)?;
        if out.len() != bytes {
            return Err(Error::bad_argument(format!(
                "room of {} bytes for seeds, not {bytes}",
                out.len()
            )));
        }
        let (seeds, first) = out.split_at_mut(ggm::SEEDS_BYTES);
        let softspoken = self.set_up()?;
        softspoken.seeds(choose, seeds)?;
        if let Extension::Silent(parameters) = extension {
            let rows = softspoken.extend(pool, extension.first_rows(), first)?;
            self.engine = Engine::Silent(Box::new(silent::Receiver::new(parameters, rows)));
        }
        Ok(())
    }

    /// Returns the first n correlations of the stock, or `EXHAUSTED`.
    pub fn take(&mut self, n: usize) -> Result<ReceiverCorrelations> {
        let (first, rows) = self.stock.take(n)?;
        Ok(ReceiverCorrelations { first, rows })
    }
}

impl Side for Receiver {
    fn extend_bytes(&self, n: usize) -> Result<usize> {
        match &self.engine {
            Engine::SoftSpoken(receiver) => receiver.shape().extend_bytes(n),
            Engine::Silent(receiver) => receiver.extend_bytes(n),
        }
    }

    fn write_extension(&mut self, pool: &Pool, n: usize, out: &mut [u8]) -> Result<()> {
        let Engine::SoftSpoken(receiver) = &mut self.engine else {
            return Err(wrong_direction("receiver", "write"));
        };
        let rows = receiver.extend(pool, n, out)?;
        self.stock.add(rows);
        Ok(())
    }

    fn read_extension(&mut self, pool: &Pool, n: usize, message: &[u8]) -> Result<()> {
        let Engine::Silent(receiver) = &mut self.engine else {
            return Err(wrong_direction("receiver", "read"));
        };
        let rows = receiver.extend(pool, n, message)?;
        self.stock.add(rows);
        Ok(())
    }

    fn available(&self) -> usize {
        self.stock.available()
    }
}
