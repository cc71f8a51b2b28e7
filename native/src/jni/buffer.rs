//! Off-heap buffers of Java as slices: null, length and alignment are checked before the first
//! access.
//!
//! # Safety
//! All functions here trust Java with one thing only: that `addr` is the address of a buffer of
//! `bytes` bytes which stays alive during the call and which nobody else writes meanwhile. Buffers
//! that may be the same one (`out` may be `x`) must not be turned into a shared and a mutable slice
//! at once.

use std::mem::{align_of, size_of};
use std::slice;

use jni::sys::jlong;

use crate::error::{Error, Result};

/// A count of elements from Java: not negative.
pub fn count(name: &str, n: jlong) -> Result<usize> {
    usize::try_from(n).map_err(|_| Error::bad_argument(format!("{name} is {n}, below 0")))
}

/// Whether the buffer is the absent one: address 0 with length 0.
pub fn absent(addr: jlong, bytes: jlong) -> bool {
    addr == 0 && bytes == 0
}

/// The address as a pointer to `n` elements of T, after all checks: for buffers that may be the
/// same one.
pub fn checked<T>(addr: jlong, bytes: jlong, n: usize) -> Result<*mut T> {
    let needed = n
        .checked_mul(size_of::<T>())
        .filter(|&b| b <= isize::MAX as usize)
        .ok_or_else(|| Error::bad_argument(format!("{n} elements do not fit into memory")))?;
    if bytes != needed as jlong {
        return Err(Error::bad_argument(format!(
            "a buffer has {bytes} bytes where {needed} are needed"
        )));
    }
    if needed == 0 {
        return Ok(std::ptr::NonNull::<T>::dangling().as_ptr());
    }
    if addr == 0 {
        return Err(Error::bad_argument(format!(
            "the address of a buffer of {bytes} bytes is null"
        )));
    }
    if !(addr as usize).is_multiple_of(align_of::<T>()) {
        return Err(Error::bad_argument(format!(
            "a buffer is not aligned to {} bytes",
            align_of::<T>()
        )));
    }
    Ok(addr as usize as *mut T)
}

macro_rules! slices {
    ($($shared:ident, $exclusive:ident: $element:ty;)*) => {$(
        /// The buffer as exactly `n` elements, or `BAD_ARGUMENT`.
        ///
        /// # Safety
        /// See the module.
        pub unsafe fn $shared<'a>(addr: jlong, bytes: jlong, n: usize) -> Result<&'a [$element]> {
            Ok(slice::from_raw_parts(checked::<$element>(addr, bytes, n)?, n))
        }

        /// The buffer as exactly `n` elements to write to, or `BAD_ARGUMENT`.
        ///
        /// # Safety
        /// See the module.
        pub unsafe fn $exclusive<'a>(
            addr: jlong,
            bytes: jlong,
            n: usize,
        ) -> Result<&'a mut [$element]> {
            Ok(slice::from_raw_parts_mut(checked::<$element>(addr, bytes, n)?, n))
        }
    )*};
}

slices! {
    slice_u8, slice_u8_mut: u8;
    slice_u32, slice_u32_mut: u32;
    slice_u64, slice_u64_mut: u64;
    slice_i16, slice_i16_mut: i16;
    slice_f64, slice_f64_mut: f64;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn lengths_nulls_and_alignment_are_checked() {
        let data = [1u64, 2, 3];
        let addr = data.as_ptr() as jlong;
        let refused = |r: Result<&[u64]>| assert_eq!(r.unwrap_err().code, Code::BadArgument);
        unsafe {
            assert_eq!(slice_u64(addr, 24, 3).unwrap(), &data);
            assert_eq!(slice_u8(addr, 3, 3).unwrap().len(), 3);
            assert!(slice_u64(0, 0, 0).unwrap().is_empty());
            refused(slice_u64(addr, 23, 3));
            refused(slice_u64(addr, 16, 3));
            refused(slice_u64(addr, -24, 3));
            refused(slice_u64(0, 24, 3));
            refused(slice_u64(addr + 4, 8, 1));
            refused(slice_u64(addr, 0, usize::MAX));
        }
        assert!(absent(0, 0) && !absent(0, 1) && !absent(8, 0));
        assert_eq!(count("n", -1).unwrap_err().code, Code::BadArgument);
    }
}
