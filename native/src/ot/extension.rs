//! The kinds of extension, behind one interface.

use super::silent::Parameters;
use super::softspoken::{self, Shape};
use super::{base, softspoken::ggm};
use crate::error::{Error, Result};

/// The kind of an extension. Both parties must choose the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Receiver → sender, 128/k − 1 bits each.
    SoftSpoken(Shape),
    /// Sender → receiver, a fraction of a bit each, for more arithmetic.
    Silent(Parameters),
}

impl Extension {
    /// Returns the kind with this number: SoftSpoken's k, or 0 for the silent one.
    pub fn of(number: usize) -> Result<Self> {
        match number {
            0 => Ok(Extension::Silent(Parameters::DEFAULT)),
            k => Ok(Extension::SoftSpoken(Shape::new(k)?)),
        }
    }

    /// Returns the SoftSpoken extension of the set-up: the silent one starts from its correlations.
    pub(super) fn shape(&self) -> Shape {
        match self {
            Extension::SoftSpoken(shape) => *shape,
            Extension::Silent(_) => Shape::QUIETEST,
        }
    }

    /// Returns the number of SoftSpoken's correlations that the set-up makes.
    pub(super) fn first_rows(&self) -> usize {
        match self {
            Extension::SoftSpoken(_) => 0,
            Extension::Silent(parameters) => {
                parameters.first.inputs().next_multiple_of(softspoken::UNIT)
            }
        }
    }

    /// Returns the number of correlations that are made at a time.
    pub fn unit(&self) -> usize {
        match self {
            Extension::SoftSpoken(_) => softspoken::UNIT,
            Extension::Silent(parameters) => 1 << parameters.main.depth,
        }
    }

    /// Returns the bytes of set-up message 0 (hello), 1 (choose) or 2 (seeds, and for silent
    /// extension the SoftSpoken message).
    pub fn setup_bytes(&self, step: usize) -> Result<usize> {
        match step {
            0 => Ok(base::HELLO_BYTES),
            1 => Ok(base::CHOOSE_BYTES),
            2 => Ok(ggm::SEEDS_BYTES + self.shape().extend_bytes(self.first_rows())?),
            _ => Err(Error::bad_argument(format!("set-up has messages 0 to 2, not {step}"))),
        }
    }
}
