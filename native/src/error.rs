//! The one error of the crate. Messages name sizes, ids and public parameters, never values of
//! shares or keys.

use std::fmt;

/// The kind of an error. The discriminants are the ordinals of `NativeException.Code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Code {
    /// A size, range or combination of arguments is wrong: a bug in the caller.
    BadArgument = 0,
    /// The id is stale, foreign, or was already consumed.
    ClosedHandle = 1,
    /// SEAL or our own checks refuse the encryption parameters.
    BadParameters = 2,
    /// Bytes from the peer, or of a file, have the wrong length or hold what they must not.
    MalformedMessage = 3,
    /// The stock of correlated OTs is smaller than what was asked for.
    Exhausted = 4,
    /// The pool was cancelled.
    Cancelled = 5,
    /// Anything else, panics included: a bug in the native code.
    Internal = 6,
}

/// A code for programs and a message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    pub message: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into() }
    }

    pub fn bad_argument(message: impl Into<String>) -> Self {
        Self::new(Code::BadArgument, message)
    }

    pub fn closed_handle(message: impl Into<String>) -> Self {
        Self::new(Code::ClosedHandle, message)
    }

    pub fn bad_parameters(message: impl Into<String>) -> Self {
        Self::new(Code::BadParameters, message)
    }

    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(Code::MalformedMessage, message)
    }

    pub fn exhausted(message: impl Into<String>) -> Self {
        Self::new(Code::Exhausted, message)
    }

    pub fn cancelled() -> Self {
        Self::new(Code::Cancelled, "the pool was cancelled")
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::Internal, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

/// The operating system has no randomness to give: nothing secret may be drawn.
impl From<getrandom::Error> for Error {
    fn from(e: getrandom::Error) -> Self {
        Error::internal(format!("randomness of the operating system: {e}"))
    }
}
