//! Off-heap buffers of Java as slices. Length, null and alignment are checked before the first
//! access.
//!
//! # Safety
//! The functions here trust Java with one thing only: a [`Buffer`] names memory of that length,
//! which stays alive during the call and which nobody else writes meanwhile. Two buffers may be the
//! same memory (`out` may be `x`). They must not become a shared and a mutable slice at once, so
//! such kernels take pointers ([`Buffer::pointer`]).

use std::mem::{align_of, size_of};
use std::slice;

use jni::sys::jlong;

use crate::error::{Error, Result};

/// The address of a Java buffer and its length in bytes, as Java's `NativeBuffer` names it. An
/// absent buffer (null in Java) has address 0 and length 0.
#[derive(Clone, Copy, Debug)]
pub struct Buffer {
    pub addr: jlong,
    pub bytes: jlong,
}

/// An element type of which every bit pattern is a value.
pub trait Element: Copy {}

impl Element for u8 {}
impl Element for u32 {}
impl Element for u64 {}
impl Element for i16 {}
impl Element for f64 {}

impl Buffer {
    pub const ABSENT: Buffer = Buffer { addr: 0, bytes: 0 };

    /// Returns true for the absent buffer.
    pub fn is_absent(self) -> bool {
        self.addr == 0 && self.bytes == 0
    }

    /// Returns the number of whole elements of T that fit, or `BAD_ARGUMENT` for a negative length.
    pub fn elements<T: Element>(self) -> Result<usize> {
        let bytes = usize::try_from(self.bytes).map_err(|_| {
            Error::bad_argument(format!("a buffer has a length of {} bytes", self.bytes))
        })?;
        Ok(bytes / size_of::<T>())
    }

    /// Returns the address as a pointer to exactly `n` elements of T, after all checks. It is meant
    /// for buffers that may be the same memory.
    pub fn pointer<T: Element>(self, n: usize) -> Result<*mut T> {
        let needed = n
            .checked_mul(size_of::<T>())
            .filter(|&b| b <= isize::MAX as usize)
            .ok_or_else(|| Error::bad_argument(format!("{n} elements do not fit into memory")))?;
        if self.bytes != needed as jlong {
            return Err(Error::bad_argument(format!(
                "a buffer has {} bytes where {needed} are needed",
                self.bytes
            )));
        }
        if needed == 0 {
            return Ok(std::ptr::NonNull::<T>::dangling().as_ptr());
        }
        if self.addr == 0 {
            return Err(Error::bad_argument(format!(
                "the address of a buffer of {needed} bytes is null"
            )));
        }
        if !(self.addr as usize).is_multiple_of(align_of::<T>()) {
            return Err(Error::bad_argument(format!(
                "a buffer is not aligned to {} bytes",
                align_of::<T>()
            )));
        }
        Ok(self.addr as usize as *mut T)
    }

    /// Returns the buffer as exactly `n` elements, or `BAD_ARGUMENT`.
    ///
    /// # Safety
    /// See the module.
    pub unsafe fn slice<'a, T: Element>(self, n: usize) -> Result<&'a [T]> {
        Ok(slice::from_raw_parts(self.pointer::<T>(n)?, n))
    }

    /// Returns the buffer as exactly `n` elements to write to, or `BAD_ARGUMENT`.
    ///
    /// # Safety
    /// See the module.
    pub unsafe fn slice_mut<'a, T: Element>(self, n: usize) -> Result<&'a mut [T]> {
        Ok(slice::from_raw_parts_mut(self.pointer::<T>(n)?, n))
    }

    /// Returns the whole buffer as bytes, whatever its length: a message whose reader checks it.
    ///
    /// # Safety
    /// See the module.
    pub unsafe fn message<'a>(self) -> Result<&'a [u8]> {
        self.slice(self.elements::<u8>()?)
    }

    /// Returns the whole buffer as bytes to write to: a message whose writer checks its length.
    ///
    /// # Safety
    /// See the module.
    pub unsafe fn message_mut<'a>(self) -> Result<&'a mut [u8]> {
        self.slice_mut(self.elements::<u8>()?)
    }

    /// Returns a message of the peer, which must have `needed` bytes. A wrong length is the peer's
    /// fault: `MALFORMED_MESSAGE`.
    ///
    /// # Safety
    /// See the module.
    pub unsafe fn message_of<'a>(self, name: &str, needed: usize) -> Result<&'a [u8]> {
        if self.bytes != needed as jlong {
            return Err(Error::malformed(format!(
                "{name} of {} bytes instead of {needed}",
                self.bytes
            )));
        }
        self.slice(needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn lengths_nulls_and_alignment_are_checked() {
        let data = [1u64, 2, 3];
        let addr = data.as_ptr() as jlong;
        let at = |addr, bytes| Buffer { addr, bytes };
        let refused = |r: Result<&[u64]>| assert_eq!(r.unwrap_err().code, Code::BadArgument);
        unsafe {
            assert_eq!(at(addr, 24).slice::<u64>(3).unwrap(), &data);
            assert_eq!(at(addr, 3).message().unwrap().len(), 3);
            assert!(Buffer::ABSENT.slice::<u64>(0).unwrap().is_empty());
            refused(at(addr, 23).slice(3));
            refused(at(addr, 16).slice(3));
            refused(at(addr, -24).slice(3));
            refused(at(0, 24).slice(3));
            refused(at(addr + 4, 8).slice(1));
            refused(at(addr, 0).slice(usize::MAX));
            assert_eq!(at(addr, -1).message().unwrap_err().code, Code::BadArgument);
            assert_eq!(at(addr, 5).message_of("it", 6).unwrap_err().code, Code::MalformedMessage);
        }
        assert!(Buffer::ABSENT.is_absent() && !at(0, 1).is_absent() && !at(8, 0).is_absent());
    }
}
